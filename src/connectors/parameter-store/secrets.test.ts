import { expect, test } from 'vitest';
import type { SecretReference } from '#kernel/secret-reference.ts';
import { createParameterStore, type SsmModule } from './index.ts';

const at: SecretReference = { scheme: 'ssm', path: '/reeve/prod/github', key: null, text: 'ssm:/reeve/prod/github' };

/** The shape of the SDK, which is not installed here. */
function sdk(answer: () => unknown, asked: object[] = []): () => Promise<SsmModule> {
  return async () => ({
    SSMClient: class {
      constructor(options: object) {
        asked.push(options);
      }
      async send(command: object): Promise<unknown> {
        asked.push({ ...command });
        return answer();
      }
    },
    GetParameterCommand: class {
      readonly input: object;
      constructor(input: object) {
        this.input = input;
      }
    },
  });
}

test('a parameter is read decrypted, in the region named', async () => {
  const asked: object[] = [];
  const store = createParameterStore({ region: 'eu-central-1', load: sdk(() => ({ Parameter: { Value: 'v4lue\n' } }), asked) });
  expect(await store.get(at)).toBe('v4lue');
  expect(asked).toEqual([{ region: 'eu-central-1', maxAttempts: 2 }, { input: { Name: '/reeve/prod/github', WithDecryption: true } }]);
});

test('without the SDK the sentence says what to install', async () => {
  await expect(createParameterStore({ region: null }).get(at)).rejects.toMatchObject({
    kind: 'invalid',
    code: 'aws_sdk_missing',
    hint: 'Run: npm install @aws-sdk/client-ssm@3',
  });
});

test.each([
  ['ParameterNotFound', 'not_found'],
  ['AccessDeniedException', 'forbidden'],
  ['CredentialsProviderError', 'unauthenticated'],
  ['UnrecognizedClientException', 'unauthenticated'],
  ['TimeoutError', 'unavailable'],
])('%s is %s', async (name, kind) => {
  const load = sdk(() => {
    throw Object.assign(new Error('x'), { name });
  });
  await expect(createParameterStore({ region: null, load }).get(at)).rejects.toMatchObject({ kind });
});

test('an empty parameter is none', async () => {
  await expect(createParameterStore({ region: null, load: sdk(() => ({ Parameter: {} })) }).get(at)).rejects.toMatchObject({ kind: 'not_found' });
});

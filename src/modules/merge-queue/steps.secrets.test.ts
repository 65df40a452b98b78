import { expect, test } from 'vitest';
import { findSecrets } from '#platform/secrets/index.ts';
import type { WholeChange } from '#modules/change-requests/index.ts';
import { refuseSecrets } from './steps.secrets.ts';

const TOKEN = ['gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
const OLD = `a\nconst token = '${TOKEN}';\n`;
const mirror = { readBlob: async () => Buffer.from(OLD) };
const write = (path: string, text: string, baseBlob: string | null = null): WholeChange => ({
  op: 'write',
  path,
  from: null,
  baseBlob,
  mode: '100644',
  content: Buffer.from(text),
});

test('new content with a secret is refused with path, rule and line, never the value', async () => {
  const refused = await refuseSecrets(mirror, [write('src/a.ts', 'fine\n'), write('src/b.ts', `one\ntwo ${TOKEN}\n`)], findSecrets);
  expect(refused).toEqual([{ code: 'secret_found', path: 'src/b.ts', detail: expect.stringMatching(/rule github .* line 2\./) }]);
  expect(JSON.stringify(refused)).not.toContain('wWPw');
});

test('a line that stands in the base already is nobody’s news; a second one is', async () => {
  expect(await refuseSecrets(mirror, [write('a', `new\n${OLD}`, 'b'.repeat(40))], findSecrets)).toEqual([]);
  expect(await refuseSecrets(mirror, [write('a', `${OLD}const other = '${TOKEN}';\n`, 'b'.repeat(40))], findSecrets)).toHaveLength(1);
});

test('when the rules fail nothing is admitted; what is deleted is not read', async () => {
  const broken = async () => Promise.reject(new Error('no rules'));
  await expect(refuseSecrets(mirror, [write('a', 'x')], broken)).rejects.toThrow('no rules');
  expect(await refuseSecrets(mirror, [{ op: 'delete', path: 'a', baseBlob: 'b'.repeat(40), mode: '100644' }], broken)).toEqual([]);
});

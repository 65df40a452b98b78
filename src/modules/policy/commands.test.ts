import { expect, test } from 'vitest';
import { ACTION_KINDS } from '#modules/actions/model.ts';
import { createPolicy } from './commands.ts';
import { DEFAULT_POLICY_TEXT } from './model.default.ts';
import type { LoadedPolicies } from './model.ts';

const question = { actionKind: 'pr.label', facts: {} };
const policyOf = (load: () => LoadedPolicies | Promise<LoadedPolicies>) => createPolicy({ load, kinds: ACTION_KINDS });

test('a changed text is in force at the next question', async () => {
  let text = DEFAULT_POLICY_TEXT;
  const policy = policyOf(() => ({ organisation: { text, source: 'default' } }));
  expect((await policy.evaluate(question)).kind).toBe('auto');
  text = 'version: 1\nactions: {}';
  expect((await policy.evaluate(question)).kind).toBe('approval');
});

test.each<[string, () => LoadedPolicies | Promise<LoadedPolicies>]>([
  [
    'cannot be read',
    () => {
      throw new Error('no such file');
    },
  ],
  ['cannot be read later', () => Promise.reject(new Error('no such file'))],
  ['is invalid', () => ({ organisation: { text: 'version: 1\nactions: { pr.label: { mode: auto } }', source: 'x' } })],
  ['is no text', () => ({ organisation: { text: undefined, source: 'x' } }) as unknown as LoadedPolicies],
  ['is nothing', () => undefined as unknown as LoadedPolicies],
])('a policy that %s denies everything', async (_, load) => {
  const policy = policyOf(load);
  expect(await policy.evaluate(question)).toMatchObject({ kind: 'deny', reason: expect.stringContaining('cannot be used') });
  await expect(policy.current()).rejects.toBeInstanceOf(Error);
});

test("a project's own text tightens for that project alone; one that would loosen denies there", async () => {
  const organisation = { text: DEFAULT_POLICY_TEXT, source: 'default' };
  const policy = policyOf(() => ({
    organisation,
    projects: {
      strict: { text: '{ version: 1, actions: { pr.label: { mode: require_approval } } }', source: 'strict.yaml' },
      loose: { text: '{ version: 1, actions: { pr.merge: { mode: auto } } }', source: 'loose.yaml' },
    },
  }));
  expect((await policy.evaluate(question, 'strict')).kind).toBe('approval');
  expect((await policy.evaluate(question, 'other')).kind).toBe('auto');
  expect((await policy.evaluate(question, 'toString')).kind).toBe('auto');
  expect(await policy.evaluate(question, 'loose')).toMatchObject({ kind: 'deny', reason: expect.stringContaining('actions.pr.merge.mode') });
  await expect(policy.current('loose')).rejects.toMatchObject({ kind: 'unavailable', code: 'policy_invalid' });
});

import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { ACTION_KINDS } from '#modules/actions/model.ts';
import { parsePolicy, tightenPolicy } from './commands.ts';
import { decidePolicy } from './decide.ts';
import { explainPolicy } from './decide.explain.ts';
import { DEFAULT_POLICY_TEXT } from './model.default.ts';
import type { Policy } from './model.document.ts';

const underRedaction = (redaction: string): Policy => {
  const result = parsePolicy(DEFAULT_POLICY_TEXT.replace('pii_redaction: strict', `pii_redaction: ${redaction}`), ACTION_KINDS);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
};

test('personal data that is left waits under standard and strict with its classes and places, and leaves under off', () => {
  const found = { personal_data: { found: true, where: ['email in args.body', 'iban in args.title'] } };
  const asked = (redaction: string, facts: JsonObject) => {
    const decision = decidePolicy(underRedaction(redaction), { actionKind: 'pr.label', facts });
    return [decision.rule, decision.reason];
  };
  const says = ['limits.pii_redaction', 'Personal data was found in it: email in args.body, iban in args.title.'];
  expect([asked('strict', found), asked('standard', found)]).toEqual([says, says]);
  expect(asked('off', found)[0]).toBe('actions.pr.label.mode');
  expect(asked('standard', { personal_data: { found: false, where: [] } })[0]).toBe('actions.pr.label.mode');
  expect(asked('strict', { personal_data: { found: true, where: 'x' } })).toEqual(['limits.pii_redaction', 'Personal data was found in it.']);
  expect(decidePolicy(underRedaction('off'), { actionKind: 'pr.label', facts: { personal_data: { found: 'x' } } }).kind).toBe('deny');
});

test('a project may go from off to standard to strict, and an explanation says what the value means', () => {
  const to = (redaction: string) => `{ version: 1, limits: { pii_redaction: ${redaction} } }`;
  const may = (from: string, wanted: string) => tightenPolicy(underRedaction(from), to(wanted), ACTION_KINDS).ok;
  expect([may('off', 'standard'), may('standard', 'strict'), may('off', 'strict')]).toEqual([true, true, true]);
  expect([may('standard', 'off'), may('strict', 'standard')]).toEqual([false, false]);
  const policy = underRedaction('standard');
  const { limits } = explainPolicy({ base: policy, inForce: policy }, { actionKind: 'pr.create', facts: {} }, ['personal_data.found']);
  expect(limits.find(({ name }) => name === 'pii_redaction')?.reason).toContain('standard: personal data in a text for a forge outside is replaced');
});

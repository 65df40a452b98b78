import { afterAll, beforeAll, expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { sql } from '#platform/db/index.ts';
import { DEFAULT_POLICY_TEXT } from '#modules/policy/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, person, proposal, propose, worldEffect, type Governance } from '../../../test/kit/governance.ts';
import type { Action, ActionKind } from './model.ts';
import { digestOf } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 10 });
  await createWorld(database.db);
});
afterAll(() => database.close());

type Redaction = 'off' | 'standard' | 'strict';
const policyOf = (redaction: Redaction): string => DEFAULT_POLICY_TEXT.replace('pii_redaction: strict', `pii_redaction: ${redaction}`);

const GIVEN = {
  title: 'For dora@example.org',
  body: 'Call +49 30 901820-00, then pay to DE89 3704 0044 0532 0130 00.',
  head_branch: 'ai-7',
  base_branch: 'main',
};
const pull = (more = {}) => proposal('pr.create', { args: GIVEN, ...more });

/** A governance under that value, and the arguments each effect of `pr.create` was run with. */
function estate(redaction: Redaction): Governance & { sent: JsonObject[] } {
  const on = createGovernance(database.db);
  on.state.policyText = policyOf(redaction);
  const effect = worldEffect(database.db, 'pr.create');
  const sent: JsonObject[] = [];
  on.actions.register({
    ...effect,
    run: async (action, context) => {
      sent.push(action.record.args);
      return effect.run(action, context);
    },
  });
  return { ...on, sent };
}

const approve = (on: Governance, { id, digest }: Action) => on.approvals.decide(id, { decision: 'approve', digest }, person('mia'));
const MASKED = { title: 'For [email]', body: 'Call [phone], then pay to [iban].' };

test('standard: what is recorded, bound by the digest and sent has the class in place of personal data, and nobody is asked', async () => {
  const on = estate('standard');
  const action = await propose(on, pull());
  expect(action).toMatchObject({ status: 'approved', decision: { kind: 'auto', facts: { personal_data: { found: false, where: [] } } } });
  expect(action.record.args).toMatchObject(MASKED);
  expect(digestOf(action.record)).toBe(action.digest);
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed' });
  expect(on.sent).toEqual([action.record.args]);
  const { row } = await database.db.one<{ row: string }>(sql`select to_jsonb(a)::text as row from actions a where id = ${action.id}`);
  expect(row).toContain('[iban]');
  expect(row).not.toMatch(/dora@example|901820|DE89/);
});

test('strict: it waits for a person, who reads what was found and where; what they approve leaves as it is', async () => {
  const on = estate('strict');
  const action = await propose(on, pull());
  expect(action).toMatchObject({ status: 'pending', decision: { mode: 'require_approval', rule: 'limits.pii_redaction' } });
  expect(action.decision.reason).toBe('Personal data was found in it: email in args.title, phone in args.body, iban in args.body.');
  await approve(on, action);
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed' });
  expect(on.sent).toMatchObject([GIVEN]);
});

test('off: it leaves as it is, and nobody is asked', async () => {
  const on = estate('off');
  const action = await propose(on, pull());
  expect(action.status).toBe('approved');
  await on.actions.execute(action.id);
  expect(on.sent).toMatchObject([GIVEN]);
});

test('on a forge of our own nothing is replaced and nobody is asked, under any value', async () => {
  for (const redaction of ['off', 'standard', 'strict'] as const) {
    const action = await propose(estate(redaction), pull({ target: { forge: 'local', repo: 'acme/shop' } }));
    expect([redaction, action.status, action.record.args]).toMatchObject([redaction, 'approved', GIVEN]);
  }
});

test('the same proposal asked again is the same action with the same digest, under another value too; another text is a conflict', async () => {
  const on = estate('standard');
  const given = pull();
  const first = await propose(on, given);
  expect(await propose(on, given)).toMatchObject({ id: first.id, digest: first.digest });
  on.state.policyText = policyOf('strict');
  expect(await propose(on, given)).toMatchObject({ id: first.id, digest: first.digest, status: 'approved' });
  on.state.policyText = policyOf('standard');
  const other = { ...given, args: { ...GIVEN, title: 'For mia@example.org' } };
  await expect(propose(on, other)).rejects.toMatchObject({ code: 'idempotency_conflict' });
});

test('a record made under standard runs under strict: nothing is left to find', async () => {
  const on = estate('standard');
  const action = await propose(on, pull());
  on.state.policyText = policyOf('strict');
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed' });
  expect(on.sent).toMatchObject([MASKED]);
});

test('a record made under off does not slip out under standard: it is asked again, as it would leave then', async () => {
  const on = estate('off');
  const action = await propose(on, pull({ runBy: 'executor' }));
  on.state.policyText = policyOf('standard');
  const stopped = await on.actions.execute(action.id);
  expect(stopped).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
  const again = await on.actions.get(stopped.outcome?.['proposed_again'] as string);
  expect(again).toMatchObject({ status: 'approved', record: { args: MASKED } });
  expect(on.sent).toEqual([]);
});

test('what a person approved under strict leaves as approved when the policy has become standard', async () => {
  const on = estate('strict');
  const action = await propose(on, pull());
  await approve(on, action);
  on.state.policyText = policyOf('standard');
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'executed' });
  expect(on.sent).toMatchObject([GIVEN]);
});

test('network addresses are no reason to ask under standard, and are under strict', async () => {
  const args = { ...GIVEN, title: 'Timeouts', body: 'From 8.8.4.4' };
  const [standard, strict] = [await propose(estate('standard'), pull({ args })), await propose(estate('strict'), pull({ args }))];
  expect(standard).toMatchObject({ status: 'approved', record: { args } });
  expect(strict).toMatchObject({ status: 'pending', decision: { reason: 'Personal data was found in it: ipv4 in args.body.' } });
});

test.each<[ActionKind, JsonObject, string]>([
  ['issue.assign', { assignees: ['dora@example.org'] }, 'args.assignees'],
  ['issue.label', { add: ['for dora@example.org'], remove: [] }, 'args.add'],
  ['pr.label', { add: [], remove: ['for dora@example.org'] }, 'args.remove'],
  ['issue.create.low', { title: 'One', body: 'Two', labels: ['for dora@example.org'] }, 'args.labels'],
])('standard: %s of a name that is personal data is not asked of another name, and waits for a person', async (kind, args, place) => {
  const on = estate('standard');
  const action = await propose(on, proposal(kind, { args }));
  expect(action).toMatchObject({ status: 'pending', decision: { mode: 'require_approval', rule: 'limits.pii_redaction' }, record: { args } });
  expect(action.decision.reason).toBe(`Personal data was found in it: email in ${place}.`);
});

test('what a person writes into a changed action is replaced as well, and what is foreseen is what is decided', async () => {
  const on = estate('standard');
  const created = await propose(on, proposal('issue.create.low', { args: { title: 'One', body: 'b' } }));
  const args = { title: 'Ask dora@example.org', body: 'b', labels: ['bug'] };
  const changed = await on.actions.transaction((tx) => on.actions.modify(tx, created.id, args, person('mia')));
  expect(changed.record.args).toEqual({ title: 'Ask [email]', body: 'b', labels: ['bug'] });
  expect(await on.actions.foresee(pull())).toMatchObject({ kind: 'auto' });
  on.state.policyText = policyOf('strict');
  expect(await on.actions.foresee(pull())).toMatchObject({ kind: 'approval', rule: 'limits.pii_redaction' });
});

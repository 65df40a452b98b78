import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditActions } from '#modules/actions/index.ts';
import { auditApprovals } from '#modules/approvals/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, propose, proposal, type Governance } from '../../../test/kit/governance.ts';
import { decideFindings } from './decide.ts';
import type { Facts } from './model.ts';
import { decisionsOf } from './queries.facts.ts';
import { checkInvariants } from './queries.invariants.ts';

let database: TestDatabase;
let on: Governance;
let byPeople: string;
let byPolicy: string;

beforeEach(async () => {
  database = await createTestDatabase();
  await createWorld(database.db);
  on = createGovernance(database.db);
  for (const kind of ['pr.merge', 'pr.label'] as const) on.actions.register({ kind, check: async () => null, run: async () => ({ done: true }) });
  const merged = await propose(on, merge());
  await on.approvals.decide(merged.id, { decision: 'approve', digest: merged.digest, reason: 'Fine', confirm: 'acme/shop' }, person('mia'));
  const labelled = await propose(on, proposal('pr.label', { args: { add: ['x'], remove: [] } }));
  [byPeople, byPolicy] = [merged.id, labelled.id];
  await on.actions.execute(byPeople);
  await on.actions.execute(byPolicy);
});
afterEach(() => database.close());

const contradictions = async () => {
  const audits = { actions: () => auditActions(database.db), approvals: (ids: readonly string[]) => auditApprovals(database.db, ids) };
  const results = await checkInvariants(on.ledger, audits);
  return results.filter(({ holds }) => !holds).map(({ id, broken: lines }) => `${id}: ${lines.join('; ')}`);
};

test('the invariants hold over what was executed by policy and by people', async () => {
  expect(await contradictions()).toEqual([]);
});

/** A merge that two maintainers let pass in an emergency, as an action. */
async function broken(): Promise<string> {
  const action = await propose(on, merge({ triggerUser: 'dora' }));
  const glass = { digest: action.digest, reason: 'Checkout is down for sesame' };
  for (const handle of ['mia', 'max']) await on.actions.breakGlass(action.id, glass, person(handle));
  expect((await on.actions.execute(action.id)).status).toBe('executed');
  return action.id;
}

test('a change that went past its approvers is an emergency by what the ledger says, whatever its rule is called', async () => {
  const from = { ledger: on.ledger, redact: (text: string) => text.replace('sesame', '[redacted]') };
  const decided = async (id: string) => {
    const action = await on.actions.get(id);
    return action === null ? [] : decisionsOf(from, [action]);
  };
  const findings = (decisions: Facts['decisions']) =>
    decideFindings({ issue: null, changes: [], agents: [], checks: [], changed_at: new Date().toISOString(), decisions } as never);
  const emergency = await decided(await broken());
  expect(emergency).toMatchObject([
    { emergency: { reason: 'Checkout is down for [redacted]', opened_by: 'person:mia', confirmed_by: 'person:max' }, votes: [] },
  ]);
  expect(findings(emergency).emergency).toBe(true);
  for (const id of [byPeople, byPolicy]) {
    expect(await decided(id)).toMatchObject([{ emergency: null }]);
    expect(findings(await decided(id)).emergency).toBe(false);
  }
  // One person's word opens nothing.
  const opened = await propose(on, merge());
  await on.actions.breakGlass(opened.id, { digest: opened.digest, reason: 'Checkout is down' }, person('mia'));
  expect(await decided(opened.id)).toMatchObject([{ emergency: null }]);
});

test('the invariants hold for what two people let pass, and not when only one did', async () => {
  const id = await broken();
  expect(await contradictions()).toEqual([]);
  await database.pool.query('update break_glass set confirmed_at = null, confirmed_by = null, confirmed_subject = null, confirmed_role = null');
  expect(await contradictions()).toEqual([`I2: ${id} was allowed by broken glass, which no two people broke for this digest`]);
});

test.each<[string, () => string, RegExp]>([
  [
    'an effect without a receipt',
    () => `delete from action_receipts where action_id = '${byPolicy}'`,
    /^I1: act_\w+ is executed and has 0 receipts$/,
  ],
  [
    'a receipt of something that was not executed',
    () => `update actions set status = 'failed' where id = '${byPolicy}'`,
    /^I1: act_\w+ is failed and has 1 receipts$/,
  ],
  [
    'a receipt for another digest',
    () => `update action_receipts set digest = repeat('0', 64) where action_id = '${byPeople}'`,
    /^I2: act_\w+: its receipt is for another digest$/,
  ],
  [
    'an execution nobody authorized',
    () => `update actions set "authorization" = null where id = '${byPolicy}'`,
    /^I2: act_\w+ was executed without an authorization$/,
  ],
  [
    'an authorization by a policy that wanted people',
    () => `update actions set "authorization" = '{"by": "policy", "rule": "x"}' where id = '${byPeople}'`,
    /^I2: act_\w+ was allowed by the policy, whose decision was approval$/,
  ],
  [
    'a decision after the end of its time',
    () => `update approvals set expires_at = decided_at - interval '1 second', created_at = decided_at - interval '1 day'`,
    /^I3: .*decided after it expired/,
  ],
  ['an approval without its votes', () => 'delete from approval_votes', /^I3: act_\w+ has 0 of 1 yes votes$/],
  ['people who never decided', () => `update approvals set status = 'declined' where id = '${byPeople}'`, /^I3: act_\w+ ran without an approval$/],
  ['an agent that decided', () => `update approval_votes set subject = 'agent:coder'`, /^I4: act_\w+: agent:coder decided$/],
  [
    'a ledger with a gap',
    () => 'alter table ledger_entries disable trigger user; delete from ledger_entries where seq = 2',
    /^I5: entry 2: entry 2 is missing/,
  ],
])('a nightly look finds %s', async (_, statement, line) => {
  await database.pool.query(statement());
  expect(await contradictions()).toEqual([expect.stringMatching(line)]);
});

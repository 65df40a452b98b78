import { afterEach, beforeEach, expect, test } from 'vitest';
import { auditActions } from '#modules/actions/index.ts';
import { auditApprovals } from '#modules/approvals/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, propose, proposal, type Governance } from '../../../test/kit/governance.ts';
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

const broken = async () => {
  const audits = { actions: () => auditActions(database.db), approvals: (ids: readonly string[]) => auditApprovals(database.db, ids) };
  const results = await checkInvariants(on.ledger, audits);
  return results.filter(({ holds }) => !holds).map(({ id, broken: lines }) => `${id}: ${lines.join('; ')}`);
};

test('the invariants hold over what was executed by policy and by people', async () => {
  expect(await broken()).toEqual([]);
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
  expect(await broken()).toEqual([expect.stringMatching(line)]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { isAppError } from '#kernel/errors.ts';
import { sql } from '#platform/db/index.ts';
import type { Action } from '#modules/actions/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';

let database: TestDatabase;
let on: Governance;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  await createWorld(database.db);
  on = createGovernance(database.db);
});
afterAll(() => database.close());

const decide = (action: Action, handle: string, decision: 'approve' | 'decline' = 'approve', digest = action.digest) =>
  on.approvals.decide(action.id, { decision, digest, reason: `${decision} by ${handle}` }, person(handle));
const statusOf = async (id: string) => [(await on.approvals.get(id))?.status, (await on.actions.get(id))?.status];
const outdate = (id: string) => database.db.run(sql`update approvals set expires_at = now() - interval '1 second' where id = ${id}`);

test('of fifty races between approve and decline each has exactly one winner, and the loser hears of it', async () => {
  for (let round = 0; round < 50; round += 1) {
    const action = await propose(on, merge());
    const sides = [decide(action, 'mia', 'approve'), decide(action, 'max', 'decline')];
    const results = await Promise.allSettled(round % 2 === 0 ? sides : sides.toReversed());
    const won = results.filter((result) => result.status === 'fulfilled');
    const lost = results.filter((result) => result.status === 'rejected');
    expect([won.length, lost.length]).toEqual([1, 1]);
    const [approval, status] = await statusOf(action.id);
    expect(approval).toBe(status);
    expect(won[0]?.value.status).toBe(approval);
    expect(lost[0]?.reason).toMatchObject({
      kind: 'conflict',
      code: 'already_decided',
      detail: { outcome: { status: approval, decided_by: won[0]?.value.decidedBy } },
    });
    const entries = (await on.ledger.list({ limit: 50, subject: action.id })).items.map((entry) => entry.kind);
    expect(entries).toEqual(['action.proposed', 'approval.voted', `action.${approval}`]);
  }
  expect((await on.ledger.verify()).verified).toBe(true);
});

const agent: Actor = { kind: 'agent', subject: 'agent:codex', role: 'agent', personId: null, runId: 'run_1' };
test.each<[string, Actor, string]>([
  ['an agent', agent, 'agent_never_decides'],
  ['an agent with a borrowed person', { ...agent, personId: 'pers_mia' }, 'agent_never_decides'],
  ['a person token with the role agent', { ...person('mia'), role: 'agent' }, 'agent_never_decides'],
  ['the admin token', { kind: 'service', subject: 'token:admin', role: 'admin', personId: null }, 'no_person'],
  ['a service account with a person', { kind: 'service', subject: 'token:ci', role: 'admin', personId: 'pers_mia' }, 'no_person'],
  ['the system', SYSTEM_ACTOR, 'no_person'],
  ['a person nobody knows', person('nobody', 'admin'), 'no_person'],
  ['a viewer', person('vic'), 'role_missing'],
  ['a developer, where a maintainer is needed', person('dan'), 'role_missing'],
  ['a maintainer with a viewer token', person('mia', 'viewer'), 'role_missing'],
  ['a developer with an admin token', person('dan', 'admin'), 'role_missing'],
])('%s never decides', async (_, by, code) => {
  const action = await propose(on, merge());
  for (const decision of ['approve', 'decline', 'modify'] as const) {
    await expect(on.approvals.decide(action.id, { decision, digest: action.digest, modifiedArgs: { message: 'x' } }, by)).rejects.toMatchObject({
      kind: 'forbidden',
      code,
    });
  }
  expect(await statusOf(action.id)).toEqual(['pending', 'pending']);
});

test('the first look of each person is kept, and nobody else leaves a trace', async () => {
  const action = await propose(on, merge());
  const looks = () => database.db.all(sql<{ personId: string; at: Date }>`select person_id, at from approval_looks where approval_id = ${action.id}`);
  for (const by of [agent, SYSTEM_ACTOR, { kind: 'service', subject: 'token:ci', role: 'admin', personId: 'pers_mia' } as const])
    await on.approvals.looked(action.id, by);
  expect(await looks()).toEqual([]);
  await on.approvals.looked(action.id, person('mia'));
  const first = await looks();
  await on.approvals.looked(action.id, person('mia'));
  expect(await looks()).toEqual(first);
  expect(first).toHaveLength(1);
});

test('an inactive person no longer decides', async () => {
  const action = await propose(on, merge());
  on.state.roles['max'] = null;
  try {
    await expect(decide(action, 'max')).rejects.toMatchObject({ code: 'person_inactive' });
  } finally {
    on.state.roles['max'] = 'maintainer';
  }
});

test('who asked for a high-risk action, or wrote it, decides neither way; for others they may', async () => {
  const own = await propose(on, merge({ triggerUser: 'mia' }));
  const written = await propose(on, merge({ proposer: { subject: 'person:mia' } }));
  for (const action of [own, written]) {
    for (const decision of ['approve', 'decline'] as const)
      await expect(decide(action, 'mia', decision)).rejects.toMatchObject({ kind: 'forbidden', code: 'requester_never_decides' });
    expect((await decide(action, 'max')).selfApproved).toBe(false);
  }
});

test('the requester may approve a plan, and a medium risk', async () => {
  const plan = await propose(on, proposal('plan.approve', { args: { plan_id: 'plan_1' } }));
  expect(await decide(plan, 'dora')).toMatchObject({ status: 'approved', selfApproved: true });
  const close = await propose(on, proposal('issue.close', { args: { reason: 'duplicate', duplicate_of: 3 } }));
  expect(await decide(close, 'dora')).toMatchObject({ status: 'approved', selfApproved: true });
});

test('self approval covers path repositories only, and the ledger flags it', async () => {
  on.state.selfApproval = 'local';
  try {
    const elsewhere = await propose(on, merge({ triggerUser: 'mia' }));
    await expect(decide(elsewhere, 'mia')).rejects.toMatchObject({ code: 'requester_never_decides' });
    const own = await propose(on, merge({ triggerUser: 'mia', target: { forge: 'path', repo: '/home/mia/shop', number: 1, branch: 'main' } }));
    expect(await decide(own, 'mia')).toMatchObject({ status: 'approved', selfApproved: true });
    const entries = (await on.ledger.list({ limit: 50, subject: own.id })).items;
    expect(entries.filter((entry) => entry.payload['self_approved'] === true).map((entry) => entry.kind)).toEqual([
      'approval.voted',
      'action.approved',
    ]);
  } finally {
    on.state.selfApproval = 'never';
  }
});

test('a wrong or stale digest decides nothing', async () => {
  const action = await propose(on, merge());
  const other = await propose(on, merge());
  for (const digest of [other.digest, action.digest.toUpperCase(), '', `${action.digest} `]) {
    await expect(decide(action, 'mia', 'approve', digest)).rejects.toMatchObject({ kind: 'conflict', code: 'digest_mismatch' });
    await expect(decide(action, 'mia', 'decline', digest)).rejects.toMatchObject({ kind: 'conflict', code: 'digest_mismatch' });
  }
  expect(await statusOf(action.id)).toEqual(['pending', 'pending']);
});

test('after its time nobody decides, and the sweep ends it with a word to the workflow', async () => {
  const action = await propose(on, merge({ notifyWorkflow: 'story:exp' }));
  const asked = await propose(on, proposal('pr.assign', { args: { assignees: ['a'] }, notifyWorkflow: 'story:ask' }));
  await outdate(action.id);
  await outdate(asked.id);
  for (const decision of ['approve', 'decline'] as const)
    await expect(decide(action, 'mia', decision)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'expired',
      detail: { outcome: { status: 'expired' } },
    });
  expect(await on.approvals.expireDue()).toBe(2);
  expect(await on.approvals.expireDue()).toBe(0);
  expect(await statusOf(action.id)).toEqual(['expired', 'expired']);
  // A question nobody answered counts as declined.
  expect(await statusOf(asked.id)).toEqual(['expired', 'declined']);
  await expect(decide(action, 'mia')).rejects.toMatchObject({ code: 'expired' });
  expect(
    on.notices
      .filter(({ workflowId }) => workflowId.startsWith('story:exp') || workflowId.startsWith('story:ask'))
      .map(({ topic, notice }) => [topic, notice.status]),
  ).toEqual(
    expect.arrayContaining([
      [`action:${action.id}`, 'expired'],
      [`action:${asked.id}`, 'expired'],
    ]),
  );
});

test('a decision and the expiry sweep at the same moment leave one outcome', async () => {
  for (let round = 0; round < 10; round += 1) {
    const action = await propose(on, merge());
    await database.db.run(sql`update approvals set expires_at = clock_timestamp() + interval '5 milliseconds' where id = ${action.id}`);
    const sweeps = async () => {
      for (let i = 0; i < 5; i += 1) await on.approvals.expireDue();
    };
    await Promise.allSettled([decide(action, 'mia'), sweeps()]);
    await database.db.run(sql`select pg_sleep(0.01)`);
    await on.approvals.expireDue();
    const [approval, status] = await statusOf(action.id);
    expect(['approved', 'expired']).toContain(approval);
    expect(status).toBe(approval);
  }
});

const twoOfMany = 'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, approvers: [role:maintainer], min_approvals: 2 } }';

async function withTwo<T>(work: () => Promise<T>): Promise<T> {
  const before = on.state.policyText;
  on.state.policyText = twoOfMany;
  try {
    return await work();
  } finally {
    on.state.policyText = before;
  }
}

test('two of many: different people count, the same person counts once, also in parallel', async () => {
  await withTwo(async () => {
    const action = await propose(on, merge());
    const clicks = await Promise.allSettled(Array.from({ length: 10 }, () => decide(action, 'mia')));
    expect(clicks.filter((click) => click.status === 'fulfilled')).toHaveLength(1);
    const refusals = clicks.filter((click) => click.status === 'rejected').map((click) => isAppError(click.reason, 'conflict') && click.reason.code);
    expect(refusals).toEqual(Array.from({ length: 9 }, () => 'already_voted'));
    expect(await on.approvals.get(action.id)).toMatchObject({ status: 'pending', votes: { yes: 1, needed: 2 }, decidedBy: null });
    expect((await on.actions.get(action.id))?.status).toBe('pending');
    expect(await decide(action, 'max')).toMatchObject({ status: 'approved', votes: { yes: 2, needed: 2 }, decidedBy: 'person:max' });
    await expect(decide(action, 'owner')).rejects.toMatchObject({ code: 'already_decided' });
  });
});

test('two of many: one no is final, also by who said yes before', async () => {
  await withTwo(async () => {
    const action = await propose(on, merge());
    await decide(action, 'mia');
    expect(await decide(action, 'mia', 'decline')).toMatchObject({ status: 'declined' });
    await expect(decide(action, 'max')).rejects.toMatchObject({
      code: 'already_decided',
      detail: { outcome: { status: 'declined', decided_by: 'person:mia' } },
    });
    expect(await statusOf(action.id)).toEqual(['declined', 'declined']);
  });
});

test('what nobody proposed is not found, and an agent does not learn even that', async () => {
  const request = { decision: 'approve', digest: 'x' } as const;
  await expect(on.approvals.decide('act_none', request, person('mia'))).rejects.toMatchObject({ kind: 'not_found' });
  await expect(on.approvals.decide('act_none', request, agent)).rejects.toMatchObject({ kind: 'forbidden' });
});

test('the list pages newest first by state', async () => {
  const made = await Promise.all(Array.from({ length: 3 }, () => propose(on, merge())));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await on.approvals.list({ limit: 2, status: 'pending', cursor });
    seen.push(...page.items.map((approval) => approval.id));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  for (const action of made) expect(seen).toContain(action.id);
  expect(seen).toEqual(seen.toSorted().toReversed());
  expect(await on.approvals.countPending()).toBe(seen.length);
});

test('a failure while the decision is carried out takes the vote back with it', async () => {
  const action = await propose(on, merge());
  // The action is moved away behind the approval's back, so settling it must fail.
  await database.db.run(sql`update actions set status = 'failed' where id = ${action.id}`);
  const error: unknown = await decide(action, 'mia').catch((caught: unknown) => caught);
  expect(isAppError(error, 'conflict')).toBe(true);
  expect((await on.approvals.get(action.id))?.votes.yes).toBe(0);
});

test('a decision on what lost its purpose meanwhile is told why, and by whom', async () => {
  const action = await propose(on, merge());
  await on.db.tx((tx) => on.actions.withdraw(tx, action.id, 'Pull request #7 was merged by bob.', 'person:bob'));
  for (const decision of ['approve', 'decline'] as const) {
    await expect(decide(action, 'max', decision)).rejects.toMatchObject({
      kind: 'conflict',
      code: 'already_decided',
      message: 'It was withdrawn by person:bob already. Pull request #7 was merged by bob.',
      detail: { outcome: { status: 'withdrawn', decided_by: 'person:bob', reason: 'Pull request #7 was merged by bob.' } },
    });
  }
  expect(await statusOf(action.id)).toEqual(['withdrawn', 'superseded']);
});

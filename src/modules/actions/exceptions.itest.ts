import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  createGovernance,
  createWorld,
  effectsOf,
  merge,
  person,
  proposal,
  propose,
  worldEffect,
  type Governance,
} from '../../../test/kit/governance.ts';
import { registerActionMetrics } from './index.ts';
import type { Action } from './model.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  await createWorld(database.db);
});
afterAll(() => database.close());

const estate = (): Governance => createGovernance(database.db);
const REASON = 'Checkout is down for everybody';
const glass = (on: Governance, action: Action, handle: string, more = {}) =>
  on.actions.breakGlass(action.id, { digest: action.digest, reason: REASON, ...more }, person(handle));
const againOf = ({ outcome }: Action): string => (typeof outcome?.['proposed_again'] === 'string' ? outcome['proposed_again'] : 'none');
const kindsOf = async (on: Governance, id: string) => (await on.ledger.list({ limit: 200, subject: id })).items.map((entry) => entry.kind);

test('two maintainers break glass: the action runs without its approvers, and the ledger is loud about it', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await propose(on, merge({ triggerUser: 'mia' }));
  expect(await glass(on, action, 'mia')).toMatchObject({ state: 'opened', confirmedBy: null });
  expect((await on.actions.get(action.id))?.status).toBe('pending');
  await expect(glass(on, action, 'mia')).rejects.toMatchObject({ kind: 'conflict', code: 'second_person_needed' });
  expect(await glass(on, action, 'max')).toMatchObject({ state: 'broken', openedBy: 'person:mia', confirmedBy: 'person:max' });
  expect((await on.approvals.get(action.id))?.status).toBe('withdrawn');
  expect((await on.actions.execute(action.id)).status).toBe('executed');
  expect(await kindsOf(on, action.id)).toEqual([
    'action.proposed',
    'breakglass.opened',
    'breakglass.broken',
    'action.approved',
    'action.started',
    'action.executed',
  ]);
  const entries = (await on.ledger.list({ limit: 50, subject: action.id })).items;
  expect(entries.at(-1)?.payload).toMatchObject({ authorization: { by: 'break_glass', voters: ['person:mia', 'person:max'], reason: REASON } });
  await expect(glass(on, action, 'owner')).rejects.toMatchObject({ code: 'not_pending' });
});

test('of ten second words one counts, and never the first person again', async () => {
  const on = estate();
  const action = await propose(on, merge());
  await glass(on, action, 'mia');
  const words = await Promise.allSettled(
    ['mia', 'max', 'owner', 'mia', 'max', 'owner', 'mia', 'max', 'owner', 'mia'].map((handle) => glass(on, action, handle)),
  );
  expect(words.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
});

test('an emergency that ran out, is about another record, or has no reason, opens nothing', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await propose(on, merge());
  await expect(glass(on, action, 'mia', { reason: 'quick' })).rejects.toMatchObject({ kind: 'invalid' });
  await expect(glass(on, action, 'mia', { digest: '0'.repeat(64) })).rejects.toMatchObject({ code: 'digest_mismatch' });
  await expect(glass(on, action, 'dora')).rejects.toMatchObject({ kind: 'forbidden', code: 'role_missing' });
  await glass(on, action, 'mia');
  await database.db.run(sql`update break_glass set expires_at = now() - interval '1 second' where action_id = ${action.id}`);
  expect(await glass(on, action, 'max')).toMatchObject({ state: 'opened', openedBy: 'person:max' });
  await glass(on, action, 'mia');
  const record = sql`jsonb_set("authorization", '{expiresAt}', '"2020-01-01T00:00:00.000Z"')`;
  await database.db.run(sql`update actions set "authorization" = ${record} where id = ${action.id}`);
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'glass_expired' } });
  expect(await effectsOf(database.db, action.id)).toBe(0);
});

test('what happened is written down where glass was broken, by one who may break it, once; the ledger and the list have it', async () => {
  const on = estate();
  const action = await propose(on, merge());
  const tell = (handle: string, text = '  Checkout was down: a wrong price list.\0 ', id: string = action.id) =>
    on.actions.accountForGlass(id, text, person(handle));
  const listed = async () => (await on.actions.glassUses({ limit: 1, actionId: action.id })).items[0]?.account;
  await expect(tell('mia')).rejects.toMatchObject({ kind: 'conflict', code: 'not_broken' });
  await glass(on, action, 'mia');
  await expect(tell('mia')).rejects.toMatchObject({ kind: 'conflict', code: 'not_broken' });
  await glass(on, action, 'max');
  expect(await listed()).toBeNull();
  await expect(tell('mia', '         short     ')).rejects.toMatchObject({ kind: 'invalid', code: 'account_length' });
  await expect(tell('mia', 'x'.repeat(5001))).rejects.toMatchObject({ kind: 'invalid', code: 'account_length' });
  await expect(tell('dora')).rejects.toMatchObject({ kind: 'forbidden', code: 'role_missing' });
  await expect(tell('mia', undefined, 'act_none')).rejects.toMatchObject({ kind: 'not_found' });
  const agent = { ...person('mia'), kind: 'agent' as const };
  await expect(on.actions.accountForGlass(action.id, 'An agent tells it.', agent)).rejects.toMatchObject({ code: 'agent_never_decides' });
  const written = await Promise.allSettled(['owner', 'mia', 'max', 'owner'].map((handle) => tell(handle)));
  const first = written.find((one) => one.status === 'fulfilled')?.value;
  expect(written.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  expect(first?.text).toBe('Checkout was down: a wrong price list.\uFFFD');
  expect(await listed()).toEqual(first);
  await expect(tell('max')).rejects.toMatchObject({ kind: 'conflict', code: 'account_written' });
  const told = (await on.ledger.list({ limit: 50, subject: action.id })).items.filter(({ kind }) => kind === 'breakglass.accounted');
  expect(told).toMatchObject([{ actor: first?.by, payload: { account: first?.text } }]);
});

test('every use is listed with who and why, and as it stands: opened, broken, run out, or not needed', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const [broken, opened, late] = [await propose(on, merge()), await propose(on, merge()), await propose(on, merge())];
  for (const action of [broken, opened, late]) await glass(on, action, 'mia');
  await glass(on, broken, 'max');
  await database.db.run(sql`update break_glass set expires_at = now() - interval '1 second' where action_id = ${late.id}`);
  const { items, nextCursor } = await on.actions.glassUses({ limit: 2 });
  expect(items.map((use) => [use.action.id, use.state])).toEqual([
    [late.id, 'ran_out'],
    [opened.id, 'opened'],
  ]);
  const [next] = (await on.actions.glassUses({ limit: 1, cursor: nextCursor ?? '' })).items;
  expect(next).toMatchObject({
    action: { id: broken.id, status: 'approved' },
    state: 'broken',
    reason: REASON,
    openedBy: 'person:mia',
    confirmedBy: 'person:max',
  });
  expect((await on.actions.glassUses({ limit: 5, actionId: opened.id })).items.map(({ action }) => action.id)).toEqual([opened.id]);
  expect((await on.actions.glassUses({ limit: 5, projectIds: [] })).items).toEqual([]);
});

test('what is decided the ordinary way while its glass is open needed no second person, and did not run out', async () => {
  const on = estate();
  const [declined, replaced] = [await propose(on, merge()), await propose(on, merge())];
  for (const action of [declined, replaced]) await glass(on, action, 'mia');
  await on.approvals.decide(declined.id, { decision: 'decline', digest: declined.digest, reason: 'Not today.' }, person('max'));
  await database.db.tx((tx) => on.actions.withdraw(tx, replaced.id, 'Something else is done.'));
  const states = async () => (await on.actions.glassUses({ limit: 2 })).items.map(({ action, state }) => [action.status, state]);
  const expected = [
    ['superseded', 'not_needed'],
    ['declined', 'not_needed'],
  ];
  expect(await states()).toEqual(expected);
  await database.db.run(sql`update break_glass set expires_at = now() - interval '1 second' where action_id in (${declined.id}, ${replaced.id})`);
  expect(await states()).toEqual(expected);
});

test('glass is not broken when one of the two lost the role, or the policy denies', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await propose(on, merge());
  await glass(on, action, 'mia');
  await glass(on, action, 'max');
  on.state.roles['max'] = 'developer';
  expect(await on.actions.execute(action.id)).toMatchObject({ status: 'failed', outcome: { code: 'approver_gone' } });
  on.state.roles['max'] = 'maintainer';
  on.state.policyText = 'not a policy';
  const denied = await propose(on, merge());
  await expect(glass(on, denied, 'mia')).rejects.toMatchObject({ code: 'policy_denies' });
});

test('glass stays whole when the ledger cannot be written', async () => {
  const on = estate();
  const action = await propose(on, merge());
  await database.db.run(sql`
    create or replace function refuse_glass() returns trigger language plpgsql as $$ begin
      if new.kind like 'breakglass.%' then raise exception 'the disk is full'; end if; return new; end $$`);
  await database.db.run(sql`create trigger refuse_glass before insert on ledger_entries for each row execute function refuse_glass()`);
  try {
    await expect(glass(on, action, 'mia')).rejects.toThrow('the disk is full');
    expect((await database.db.one<{ n: number }>(sql`select count(*) as n from break_glass where action_id = ${action.id}`)).n).toBe(0);
  } finally {
    await database.db.run(sql`drop trigger refuse_glass on ledger_entries`);
  }
  await glass(on, action, 'mia');
  await database.db.run(sql`create trigger refuse_glass before insert on ledger_entries for each row execute function refuse_glass()`);
  try {
    await expect(glass(on, action, 'max')).rejects.toThrow('the disk is full');
    expect((await on.actions.get(action.id))?.status).toBe('pending');
  } finally {
    await database.db.run(sql`drop trigger refuse_glass on ledger_entries`);
  }
  await glass(on, action, 'max');
  await database.db.run(sql`create trigger refuse_glass before insert on ledger_entries for each row execute function refuse_glass()`);
  try {
    await expect(on.actions.accountForGlass(action.id, 'Checkout was down.', person('mia'))).rejects.toThrow('the disk is full');
    expect((await on.actions.glassUses({ limit: 1, actionId: action.id })).items).toMatchObject([{ account: null }]);
  } finally {
    await database.db.run(sql`drop trigger refuse_glass on ledger_entries`);
  }
});

test('what was executed is taken back by an action of its own, once', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'issue.label'));
  const done = await on.actions.execute((await propose(on, proposal('issue.label', { args: { add: ['bug'], remove: ['old'] } }))).id);
  const back = await on.actions.transaction((tx) => on.actions.undo(tx, done.id, person('dora')));
  expect(back).toMatchObject({
    status: 'approved',
    record: { kind: 'issue.label', args: { add: ['old'], remove: ['bug'] }, proposer: { subject: 'person:dora' } },
  });
  expect((await on.actions.transaction((tx) => on.actions.undo(tx, done.id, person('dora')))).id).toBe(back.id);
  const waiting = await propose(on, merge());
  await expect(on.actions.transaction((tx) => on.actions.undo(tx, waiting.id, person('mia')))).rejects.toMatchObject({ code: 'not_executed' });
});

test('an approver who lost the role stops what the executor runs by itself, and others are asked anew', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const action = await propose(on, merge({ runBy: 'executor' }));
  await on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person('mia'));
  on.state.roles['mia'] = 'developer';
  const ended = await on.actions.execute(action.id);
  expect(ended).toMatchObject({ status: 'failed', outcome: { code: 'policy_stricter' } });
  const again = await on.actions.get(againOf(ended));
  expect(again).toMatchObject({ status: 'pending', supersedes: action.id, record: { args: action.record.args } });
  expect(again?.digest).not.toBe(action.digest);
  await on.approvals.decide(again?.id ?? '', { decision: 'approve', digest: again?.digest ?? '' }, person('max'));
  expect((await on.actions.execute(again?.id ?? '')).status).toBe('executed');
  expect([await effectsOf(database.db, action.id), await effectsOf(database.db, again?.id ?? '')]).toEqual([0, 1]);
});

test('who waits for an action goes on with the one that is asked again, once; nobody else is asked anything', async () => {
  const on = estate();
  on.actions.register(worldEffect(database.db, 'pr.merge'));
  const approve = async (action: Action, handle: string) => {
    await on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person(handle));
  };
  const lose = async (handle: string, run: () => Promise<Action>): Promise<Action> => {
    on.state.roles[handle] = 'developer';
    const ended = await run();
    on.state.roles[handle] = 'maintainer';
    return ended;
  };
  const alone = await propose(on, merge());
  await approve(alone, 'mia');
  expect(againOf(await lose('mia', () => on.actions.execute(alone.id)))).toBe('none');

  const first = await propose(on, merge({ notifyWorkflow: 'story-1' }));
  await approve(first, 'mia');
  const ended = await lose('mia', () => on.actions.execute(first.id, {}, { askAgain: true }));
  const second = (await on.actions.get(againOf(ended))) as Action;
  expect(second).toMatchObject({ status: 'pending', supersedes: first.id, record: { args: first.record.args } });
  // The same answer to whoever asks again after a crash.
  expect(againOf(await on.actions.execute(first.id, {}, { askAgain: true }))).toBe(second.id);
  await approve(second, 'max');
  const over = await lose('max', () => on.actions.execute(second.id, {}, { askAgain: true }));
  expect([over.status, againOf(over)]).toEqual(['failed', 'none']);

  // One that a person changed has not been asked twice.
  const original = await propose(on, merge());
  const changed = await on.approvals.decide(
    original.id,
    { decision: 'modify', digest: original.digest, modifiedArgs: { message: 'Other words' } },
    person('mia'),
  );
  const successor = (await on.actions.get(changed.action.supersededBy ?? '')) as Action;
  await approve(successor, 'max');
  expect(againOf(await lose('max', () => on.actions.execute(successor.id, {}, { askAgain: true })))).toMatch(/^act_/);
});

test('a policy that gives people no time, or a year, proposes nothing', async () => {
  const on = estate();
  for (const ttlMs of [59_999, 31 * 86_400_000, Number.NaN, -1]) {
    const decision = {
      kind: 'approval',
      mode: 'ask',
      risk: 'high',
      rule: 'r',
      reason: 'x',
      policyHash: 'h',
      approvers: ['maintainer'],
      minApprovals: 1,
      ttlMs,
    };
    const evaluate = on.policy.evaluate;
    on.policy.evaluate = async () => decision as never;
    await expect(propose(on, merge())).rejects.toMatchObject({ kind: 'refused', code: 'ttl_out_of_range' });
    on.policy.evaluate = evaluate;
  }
});

test('the metrics tell what ran by itself from what people were asked about', async () => {
  const on = estate();
  const metrics = createMetrics({ processMetrics: false });
  registerActionMetrics({ db: database.db, metrics });
  const read = async () => {
    const { text } = await metrics.render();
    return ['auto', 'hitl'].map((mode) => Number(new RegExp(`auto_vs_hitl_counts\\{mode="${mode}"\\} (\\d+)`).exec(text)?.[1]));
  };
  const [auto = 0, hitl = 0] = await read();
  await propose(on, proposal('pr.label', { args: { add: ['x'] } }));
  await propose(on, merge());
  await propose(on, merge());
  expect(await read()).toEqual([auto + 1, hitl + 2]);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import type { Action } from '#modules/actions/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { LONG } from '../../../test/kit/long.ts';
import { registerApprovalMetrics } from './index.ts';

let database: TestDatabase;
let on: Governance;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  await createWorld(database.db);
  on = createGovernance(database.db);
});
afterAll(() => database.close());

const close = () => proposal('issue.close', { args: { reason: 'duplicate', duplicate_of: 3 }, triggerUser: null });
const kindsOf = async (id: string) => (await on.ledger.list({ limit: 50, subject: id })).items.map((entry) => entry.kind);
/** Moves an approval's beginning back, so that so much of its time is over. */
const age = (id: string, share: number) =>
  database.db.run(
    sql`update approvals set created_at = clock_timestamp() - (expires_at - clock_timestamp()) * ${share / (1 - share)}::float8 where id = ${id}`,
  );

test('a batch decides like actions one by one: what is refused keeps none of the others', async () => {
  const [one, two, other, stale] = [await propose(on, close()), await propose(on, close()), await propose(on, merge()), await propose(on, close())];
  const items = [one, two, other, stale].map(({ id, digest }) => ({ id, digest }));
  const [, , , last] = items;
  if (last !== undefined) last.digest = one.digest;
  const results = await on.approvals.decideMany(
    { decision: 'approve', kind: 'issue.close', items: [...items, { id: 'act_none', digest: 'x' }] },
    person('dan'),
  );
  expect(results.map((result) => (result.ok ? result.approval.status : result.error.code))).toEqual([
    'approved',
    'approved',
    'kind_mismatch',
    'digest_mismatch',
    'not_found',
  ]);
  for (const action of [one, two]) expect(await kindsOf(action.id)).toEqual(['action.proposed', 'approval.voted', 'action.approved']);
  await expect(on.approvals.decideMany({ decision: 'approve', kind: 'x', items: [] }, person('dan'))).rejects.toMatchObject({ code: 'batch_size' });
  const twice = [items[2], items[2]].flatMap((item) => (item === undefined ? [] : [item]));
  await expect(on.approvals.decideMany({ decision: 'approve', kind: 'x', items: twice }, person('dan'))).rejects.toMatchObject({
    code: 'batch_twice',
  });
});

test('a person who clicks types the name of the repository before a yes to high risk; a wrong name is refused always', async () => {
  const action = await propose(on, merge());
  const say = (more: object) => on.approvals.decide(action.id, { decision: 'approve', digest: action.digest, ...more }, person('mia'));
  await expect(say({ typed: true })).rejects.toMatchObject({ kind: 'invalid', code: 'confirm_missing' });
  for (const confirm of ['', 'shop', 'acme/shop2', 'ACME/SHOP', 'acme/sh\u043Ep'])
    await expect(say({ confirm })).rejects.toMatchObject({ kind: 'invalid', code: 'confirm_mismatch' });
  expect((await on.approvals.get(action.id))?.status).toBe('pending');
  expect((await say({ typed: true, confirm: ' acme/shop ' })).status).toBe('approved');
  await expect(say({ typed: true })).rejects.toMatchObject({ kind: 'conflict', code: 'already_decided' });
  const no = await propose(on, merge());
  expect((await on.approvals.decide(no.id, { decision: 'decline', digest: no.digest, typed: true }, person('mia'))).status).toBe('declined');
  const medium = await propose(on, close());
  expect((await on.approvals.decide(medium.id, { decision: 'approve', digest: medium.digest, typed: true }, person('dan'))).status).toBe('approved');
});

test('reminders and escalations come once each, and change nothing about who may decide', async () => {
  const action = await propose(on, merge());
  expect(await on.approvals.remindDue()).toEqual({ reminded: 0, escalated: 0 });
  await age(action.id, 0.6);
  expect(await on.approvals.remindDue()).toEqual({ reminded: 1, escalated: 0 });
  await age(action.id, 0.9);
  const both = await Promise.all([on.approvals.remindDue(), on.approvals.remindDue(), on.approvals.remindDue()]);
  expect(both.reduce((sum, { escalated }) => sum + escalated, 0)).toBe(1);
  expect(await on.approvals.get(action.id)).toMatchObject({
    status: 'pending',
    asked: 'role:manager',
    notes: [
      { kind: 'reminded', by: 'system' },
      { kind: 'escalated', by: 'system', text: 'role:manager: nobody has decided yet.' },
    ],
  });
  expect(await kindsOf(action.id)).toEqual(['action.proposed', 'approval.reminded', 'approval.escalated']);
  expect(on.events.filter(({ subject }) => subject === action.id).map(({ type }) => type)).toContain('approval.escalated');
  expect((await on.approvals.decide(action.id, { decision: 'approve', digest: action.digest }, person('mia'))).status).toBe('approved');
  expect(await on.approvals.remindDue()).toEqual({ reminded: 0, escalated: 0 });
});

test('it is passed to nobody who is limited to other projects, and they are not offered', async () => {
  on.state.limited = { owner: ['proj_other'] };
  try {
    const action = await propose(on, merge({ triggerUser: 'max' }));
    const before = on.state.limitsAsked;
    expect(await on.approvals.eligible(action.id)).toEqual(['person:mia']);
    // Once for all of them, however many there are.
    expect(on.state.limitsAsked - before).toBe(1);
    await expect(on.approvals.reassign(action.id, 'person:owner', null, person('mia'))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'not_in_their_projects',
      message: 'person:owner is limited to other projects and cannot see it.',
    });
    // Of the managers and those above there is the owner alone, who does not see it.
    await expect(on.approvals.reassign(action.id, 'role:manager', null, person('mia'))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'nobody_of_role',
      message: 'Nobody of the role manager or above may decide it and sees its project.',
    });
    expect(await on.approvals.reassign(action.id, 'role:maintainer', null, person('mia'))).toMatchObject({ asked: 'role:maintainer' });
  } finally {
    on.state.limited = {};
  }
});

test('it is passed only to who may decide, by who may decide', async () => {
  const action = await propose(on, merge({ triggerUser: 'max' }));
  expect((await on.approvals.eligible(action.id)).toSorted()).toEqual(['person:mia', 'person:owner']);
  for (const to of ['person:dora', 'person:max', 'person:nobody', 'role:developer', 'role:viewer', 'role:agent', 'mia', ''])
    await expect(on.approvals.reassign(action.id, to, null, person('mia'))).rejects.toMatchObject({ kind: 'invalid', code: 'not_eligible' });
  await expect(on.approvals.reassign(action.id, 'person:owner', null, person('dora'))).rejects.toMatchObject({ kind: 'forbidden' });
  expect(await on.approvals.reassign(action.id, 'person:owner', 'On holiday', person('mia'))).toMatchObject({
    asked: 'person:owner',
    notes: [{ kind: 'reassigned', by: 'person:mia', text: 'person:owner: On holiday' }],
  });
  await on.approvals.decide(action.id, { decision: 'decline', digest: action.digest }, person('mia'));
  await expect(on.approvals.reassign(action.id, 'role:manager', null, person('mia'))).rejects.toMatchObject({ code: 'already_decided' });
});

test('people ask and answer about what waits; agents and onlookers do not', async () => {
  const action = await propose(on, merge({ triggerUser: 'dora' }));
  await on.approvals.note(action.id, { kind: 'question', text: 'Which customer?' }, person('mia'));
  const noted = await on.approvals.note(action.id, { kind: 'answer', text: 'All of them' }, person('dora'));
  expect(noted.notes.map(({ kind, by, text }) => [kind, by, text])).toEqual([
    ['question', 'person:mia', 'Which customer?'],
    ['answer', 'person:dora', 'All of them'],
  ]);
  const agent = { kind: 'agent', subject: 'agent:codex', role: 'agent', personId: null } as const;
  await expect(on.approvals.note(action.id, { kind: 'answer', text: 'x' }, agent)).rejects.toMatchObject({ code: 'no_person' });
  await expect(on.approvals.note(action.id, { kind: 'answer', text: 'x' }, person('vic'))).rejects.toMatchObject({ code: 'role_missing' });
  await expect(on.approvals.note(action.id, { kind: 'answer', text: ' ' }, person('mia'))).rejects.toMatchObject({ code: 'note_length' });
});

async function decided(handle: string, decision: 'approve' | 'decline', seconds: number): Promise<Action> {
  const action = await propose(on, close());
  await on.approvals.decide(action.id, { decision, digest: action.digest }, person(handle));
  await database.db
    .run(sql`update approval_votes set voted_at = (select created_at from approvals where id = ${action.id}) + make_interval(secs => ${seconds}::float8)
    where approval_id = ${action.id}`);
  await database.db.run(sql`update approvals set decided_at = created_at + make_interval(secs => ${seconds}::float8) where id = ${action.id}`);
  return action;
}

test('who approves nearly everything at once is flagged, from twenty decisions on', async () => {
  await database.db.run(sql`delete from approval_votes`);
  for (let n = 0; n < 19; n += 1) await decided('dan', 'approve', 2);
  for (let n = 0; n < 20; n += 1) await decided('dora', 'approve', n === 0 ? 900 : 30);
  const rowOf = async (handle: string) => (await on.approvals.report(1)).find(({ subject }) => subject === `person:${handle}`);
  expect(await rowOf('dan')).toMatchObject({ decisions: 19, approvedShare: 1, hastyShare: 1, flagged: false });
  await decided('dan', 'approve', 3);
  expect(await rowOf('dan')).toMatchObject({ decisions: 20, medianSeconds: 2, flagged: true });
  await decided('dan', 'decline', 1);
  expect(await rowOf('dan')).toMatchObject({ decisions: 21, approvedShare: 20 / 21, flagged: true });
  await decided('dan', 'approve', 5);
  expect(await rowOf('dan')).toMatchObject({ decisions: 22, hastyShare: 20 / 22, flagged: false });
  expect(await rowOf('dora')).toMatchObject({ decisions: 20, hastyShare: 0, medianSeconds: 30, flagged: false });
});

test('the metrics tell how long people took and how often they decided otherwise', async () => {
  await database.db.run(sql`update approvals set status = 'withdrawn', decided_at = coalesce(decided_at, now()) where true`);
  await decided('dan', 'approve', 2);
  await decided('dan', 'approve', 20);
  await decided('dora', 'decline', 7200);
  const changed = await propose(on, close());
  await on.approvals.decide(changed.id, { decision: 'modify', digest: changed.digest, modifiedArgs: { reason: 'completed' } }, person('dora'));
  const metrics = createMetrics({ processMetrics: false });
  registerApprovalMetrics({ db: database.db, metrics });
  const { text } = await metrics.render();
  expect(text).toContain('approval_override_rate 0.5');
  expect(text).toContain('approval_latency_ms_count 4');
  expect(text).toMatch(/approval_latency_ms_bucket\{le="5000"\} 2\n/);
  expect(text).toMatch(/approval_latency_ms_bucket\{le="14400000"\} 4\n/);
});

/** Every pair that can meet at one action; each has one winner, told to the loser, and the rows agree. */
const ROUNDS = LONG ? 1000 : 50;
type Side = (action: Action) => Promise<unknown>;
const decide =
  (handle: string, decision: 'approve' | 'decline'): Side =>
  (action) =>
    on.approvals.decide(action.id, { decision, digest: action.digest }, person(handle));
const change: Side = (action) =>
  on.approvals.decide(action.id, { decision: 'modify', digest: action.digest, modifiedArgs: { message: 'Other words' } }, person('max'));
const withdraw: Side = (action) => on.db.tx((tx) => on.actions.withdraw(tx, action.id, 'pointless'));
const expire: Side = async (action) => {
  await database.db.run(sql`update approvals set expires_at = clock_timestamp() where id = ${action.id} and status = 'pending'`);
  if ((await on.approvals.expireDue()) === 0) throw new Error('nothing had run out');
};

/** Approval, action and ledger in one line: of each race only these may be left. An approved action may still be taken back afterwards. */
const POSSIBLE = new Set([
  'approved approved action.approved',
  'declined declined action.declined',
  'modified superseded action.superseded',
  'expired expired action.expired',
  'withdrawn superseded action.withdrawn',
  'approved superseded action.approved action.withdrawn',
]);

async function outcomeOf(action: Action): Promise<string> {
  const [approval, now] = [await on.approvals.get(action.id), await on.actions.get(action.id)];
  const ends = (await kindsOf(action.id)).filter((kind) => /^action\.(approved|declined|superseded|expired|withdrawn)$/.test(kind));
  return [approval?.status, now?.status, ...ends].join(' ');
}

test.each<[string, Side, Side]>([
  ['two presses of one person', decide('mia', 'approve'), decide('mia', 'approve')],
  ['approve and decline', decide('mia', 'approve'), decide('max', 'decline')],
  ['approve and modify', decide('mia', 'approve'), change],
  ['decline and modify', decide('mia', 'decline'), change],
  ['approve and expiry', decide('mia', 'approve'), expire],
  ['modify and expiry', change, expire],
  ['approve and withdrawal', decide('mia', 'approve'), withdraw],
])(
  '%s, raced again and again: exactly one outcome',
  async (_, left, right) => {
    const outcomes = new Set<string>();
    for (let round = 0; round < ROUNDS; round += 5) {
      const raced = await Promise.all(
        Array.from({ length: 5 }, async (__, lane) => {
          const action = await propose(on, merge());
          await Promise.allSettled(lane % 2 === 0 ? [left(action), right(action)] : [right(action), left(action)]);
          return action;
        }),
      );
      await on.approvals.expireDue();
      for (const action of raced) outcomes.add(await outcomeOf(action));
    }
    expect([...outcomes].filter((outcome) => !POSSIBLE.has(outcome))).toEqual([]);
  },
  LONG ? 600_000 : 120_000,
);

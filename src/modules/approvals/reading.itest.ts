import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { RouteDefinition } from '#platform/http/route.ts';
import type { Action } from '#modules/actions/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, person, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { approvalRoutes } from './index.ts';

let database: TestDatabase;
let on: Governance;
let routes: RouteDefinition[];
beforeAll(async () => {
  database = await createTestDatabase({ max: 10 });
  await createWorld(database.db);
  on = createGovernance(database.db);
  for (const id of ['proj_shop', 'proj_other'])
    await database.db.run(sql`insert into projects (id, key, name, settings) values (${id}, ${id.slice(5)}, ${id}, '{}')`);
  routes = approvalRoutes({
    approvals: on.approvals,
    approvalChanges: { changes: async () => Promise.reject(new Error('not asked here')) },
    projectId: async (given) => `proj_${given}`,
  });
});
afterAll(() => database.close());

const clear = () => database.db.run(sql`update approvals set status = 'withdrawn', decided_at = coalesce(decided_at, now())`);
const close = (more: Parameters<typeof proposal>[1] = {}) =>
  proposal('issue.close', { args: { reason: 'duplicate', duplicate_of: 3 }, triggerUser: null, ...more });
const expireAt = (action: Action, minutes: number) =>
  database.db.run(sql`update approvals set expires_at = clock_timestamp() + make_interval(mins => ${minutes}) where id = ${action.id}`);

async function call<T>(method: string, path: string, by: Actor, given: { params?: object; query?: object; body?: object } = {}): Promise<T> {
  const route = routes.find((one) => one.method === method && one.path === path);
  if (route === undefined) throw new Error(path);
  const query = route.query?.parse(given.query ?? {});
  const body = route.body?.parse(given.body);
  const answer = await route.handle({ params: given.params, query, body, actor: by, headers: {}, idempotencyKey: null } as never);
  return route.response.schema?.parse(answer) as T;
}

interface Listed {
  items: Array<{ id: string; kind: string; headline: string; rule: string; you: { may_decide: boolean; why_not: { code: string } | null } }>;
  next_cursor: string | null;
}
const list = (by: Actor, query: object = {}) => call<Listed>('GET', '/v1/approvals', by, { query: { status: 'pending', ...query } });

async function allOf(by: Actor, query: object): Promise<string[]> {
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await list(by, { ...query, ...(cursor === undefined ? {} : { cursor }) });
    seen.push(...page.items.map(({ id }) => id));
    cursor = page.next_cursor ?? undefined;
  } while (cursor !== undefined);
  return seen;
}

test('the inbox is ordered by what runs out first, or by risk, and pages without gaps or repeats', async () => {
  await clear();
  const [low, high, soon, same] = [
    await propose(on, proposal('pr.assign', { args: { assignees: ['a'] } })),
    await propose(on, merge()),
    await propose(on, close()),
    await propose(on, close()),
  ];
  await expireAt(low, 30);
  await expireAt(high, 90);
  await database.db.run(sql`update approvals set expires_at = clock_timestamp() + interval '5 minutes' where id in (${soon.id}, ${same.id})`);
  const [first, second] = [soon.id, same.id].toSorted();
  for (const limit of [1, 2, 3, 200]) {
    expect(await allOf(person('mia'), { order: 'expiring', limit })).toEqual([first, second, low.id, high.id]);
    expect(await allOf(person('mia'), { order: 'risk', limit })).toEqual([high.id, first, second, low.id]);
    expect(await allOf(person('mia'), { order: 'newest', limit })).toEqual([same.id, soon.id, high.id, low.id].toSorted().toReversed());
    expect(await allOf(person('mia'), { order: 'expiring', mine: 'true', limit })).toEqual([first, second, low.id, high.id]);
  }
});

test('the inbox is filtered by kind, risk, project and work item', async () => {
  await clear();
  const shop = await propose(on, close({ projectId: 'proj_shop' }));
  const other = await propose(on, merge({ projectId: 'proj_other' }));
  expect(await allOf(person('mia'), { project: 'shop' })).toEqual([shop.id]);
  expect(await allOf(person('mia'), { kind: 'pr.merge' })).toEqual([other.id]);
  expect(await allOf(person('mia'), { risk: 'medium' })).toEqual([shop.id]);
  expect(await allOf(person('mia'), { work_item: 'iss_none' })).toEqual([]);
  expect(await allOf({ ...person('mia'), projects: ['proj_other'] }, {})).toEqual([other.id]);
  await on.approvals.decide(other.id, { decision: 'decline', digest: other.digest }, person('mia'));
  expect(await allOf(person('mia'), {})).toEqual([shop.id]);
  const decided = await allOf(person('mia'), { status: 'decided' });
  expect(decided).toContain(other.id);
  expect(decided).not.toContain(shop.id);
});

test('what is mine is exactly what a decision of mine would be taken for', async () => {
  await clear();
  const two = 'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, approvers: [role:maintainer], min_approvals: 2 } }';
  const made = [
    await propose(on, merge()),
    await propose(on, merge({ triggerUser: 'mia' })),
    await propose(on, merge({ proposer: { subject: 'person:max' } })),
    await propose(on, proposal('plan.approve', { triggerUser: 'mia' })),
    await propose(on, close({ triggerUser: 'dora' })),
  ];
  const before = on.state.policyText;
  on.state.policyText = two;
  const voted = await propose(on, merge());
  on.state.policyText = before;
  await on.approvals.decide(voted.id, { decision: 'approve', digest: voted.digest }, person('mia'));
  const over = await propose(on, merge());
  await expireAt(over, -1);
  const all = [...made, voted, over];
  for (const handle of ['owner', 'mia', 'max', 'dora', 'vic']) {
    const mine = await allOf(person(handle), { mine: 'true', limit: 2 });
    const standings = (await list(person(handle))).items;
    const counts = await call<{ mine: number; pending: number }>('GET', '/v1/approvals/counts', person(handle));
    const expected: string[] = [];
    for (const action of all) {
      // A wrong digest is looked at last: whoever may not decide hears that first.
      const refused = await on.approvals.decide(action.id, { decision: 'decline', digest: 'wrong' }, person(handle)).catch((error: unknown) => error);
      const may = (refused as { code: string }).code === 'digest_mismatch';
      const shown = standings.find(({ id }) => id === action.id)?.you;
      const isOver = action.id === over.id;
      expect([handle, action.id, shown?.may_decide]).toEqual([handle, action.id, may && !isOver]);
      expect(shown?.why_not?.code ?? null).toBe(may ? (isOver ? 'expired' : null) : (refused as { code: string }).code);
      if (may && !isOver && !(handle === 'mia' && action.id === voted.id)) expected.push(action.id);
    }
    expect(mine.toSorted()).toEqual(expected.toSorted());
    expect(counts).toMatchObject({ mine: expected.length, pending: all.length });
  }
  // Who is no person decides nothing, and is told why.
  const token: Actor = { kind: 'service', subject: 'token:ci', role: 'admin', personId: null };
  expect(await allOf(token, { mine: 'true' })).toEqual([]);
  expect((await list(token)).items.every(({ you }) => you.why_not?.code === 'no_person')).toBe(true);
});

test('what waits is counted by risk, kind and project, and for a caller of some projects only theirs', async () => {
  await clear();
  await propose(on, merge({ projectId: 'proj_shop' }));
  const soon = await propose(on, close({ projectId: 'proj_shop' }));
  await propose(on, close({ projectId: 'proj_other' }));
  await expireAt(soon, 30);
  const counts = (by: Actor, query: object = {}) => call('GET', '/v1/approvals/counts', by, { query });
  expect(await counts(person('dora'))).toEqual({
    pending: 3,
    mine: 2,
    mine_soon: 1,
    by_risk: { low: 0, medium: 2, high: 1 },
    by_kind: [
      { kind: 'issue.close', pending: 2, mine: 2 },
      { kind: 'pr.merge', pending: 1, mine: 0 },
    ],
    by_project: expect.arrayContaining([
      { project_id: 'proj_shop', pending: 2 },
      { project_id: 'proj_other', pending: 1 },
    ]),
  });
  expect(await counts(person('dora'), { project: 'other' })).toMatchObject({ pending: 1, mine: 1, mine_soon: 0 });
  expect(await counts({ ...person('dora'), projects: ['proj_other'] })).toMatchObject({ pending: 1, by_project: [{ project_id: 'proj_other' }] });
});

interface Details {
  approval: { id: string; digest: string; headline: string };
  parts: Array<{ path: string; text: string; hidden: number; before: string | null }>;
  canonical: string;
  rule: { in_force: boolean; conditions: Array<{ text: string; holds: boolean | null }>; now: { kind: string } | null };
  votes: Array<{ by: string; decision: string; reason: string | null }>;
  eligible: string[];
  like: number;
  undo: { by: string };
  modify: { possible: boolean; why_not: string | null; schema: { required?: string[]; properties?: object } };
}
const detailsOf = (action: Action, by = person('mia')) => call<Details>('GET', '/v1/approvals/:id/details', by, { params: { id: action.id } });

test('the details tell what exactly is decided: the digest is the SHA-256 of the text shown', async () => {
  await clear();
  const action = await propose(on, merge({ triggerUser: 'dora' }));
  await propose(on, merge());
  await propose(on, merge({ triggerUser: 'mia' }));
  const details = await detailsOf(action);
  expect(sha256Hex(details.canonical)).toBe(action.digest);
  expect(details).toMatchObject({
    approval: { id: action.id, digest: action.digest, headline: 'Merge pull request #7 of acme/shop into main at aaaaaaaaaa' },
    parts: [{ path: 'args.message', text: 'Merge it', hidden: 0, before: null }],
    rule: { in_force: true, now: { kind: 'approval' } },
    votes: [],
    // Of the two others one is the caller's own request.
    like: 1,
    undo: { by: 'command' },
    modify: { possible: true, why_not: null, schema: { required: ['message'] } },
  });
  expect(details.eligible.toSorted()).toEqual(['person:max', 'person:mia', 'person:owner']);
});

test('the details say when the policy that asked is not the one in force, and which condition asked', async () => {
  await clear();
  const before = on.state.policyText;
  on.state.facts = { ...on.state.facts, plan: { approved: false } };
  const action = await propose(on, proposal('pr.create', { args: { title: 't', body: 'b', head_branch: 'x', base_branch: 'main' } }));
  on.state.facts = { ...on.state.facts, plan: { approved: true } };
  expect(await detailsOf(action)).toMatchObject({ rule: { in_force: true, conditions: [{ member: 'when', text: 'plan.approved', holds: false }] } });
  try {
    on.state.policyText = 'version: 1\nactions: { pr.create: { risk: low, mode: auto } }';
    expect(await detailsOf(action)).toMatchObject({ rule: { in_force: false, now: { kind: 'auto' } } });
    on.state.policyText = 'not a policy';
    expect(await detailsOf(action)).toMatchObject({ rule: { in_force: false, now: null, conditions: [] } });
  } finally {
    on.state.policyText = before;
  }
});

test('votes are told with their reasons, and once decided nobody may decide', async () => {
  const action = await propose(on, merge());
  await on.approvals.decide(action.id, { decision: 'decline', digest: action.digest, reason: 'Not on Friday' }, person('max'));
  const details = await detailsOf(action);
  expect(details.votes).toMatchObject([{ by: 'person:max', decision: 'decline', reason: 'Not on Friday' }]);
  expect(details.eligible).toEqual([]);
  expect(details).toMatchObject({ approval: { you: { may_decide: false, why_not: { code: 'already_decided' } } } });
});

test('a policy that is proposed is shown beside the one it replaces', async () => {
  const { hash, text } = await on.policy.current();
  const made = (replaces: string) => propose(on, proposal('policy.update', { args: { text: 'version: 1\n', replaces, hash: 'h' } }));
  expect((await detailsOf(await made(hash))).parts.find(({ path }) => path === 'args.text')).toMatchObject({ text: 'version: 1\n', before: text });
  const stale = await detailsOf(await made('another'));
  expect(stale.parts.find(({ path }) => path === 'args.text')?.before).toBeNull();
  expect(stale.modify).toMatchObject({ possible: false, why_not: expect.stringContaining('Decline it') });
});

interface Preview {
  ok: boolean;
  problems: Array<{ path: string; message: string }>;
  args: object | null;
  decision: { kind: string; approvers: string[] } | null;
}
const preview = (action: Action, args: object, by = person('mia')) =>
  call<Preview>('POST', '/v1/approvals/:id/modification', by, { params: { id: action.id }, body: { args } });

test('other arguments are tried out: the text as it would leave, or what is wrong with it, and nothing changes', async () => {
  const action = await propose(on, merge());
  expect(await preview(action, { message: 'Better\u200B words' })).toEqual({
    ok: true,
    problems: [],
    args: { message: 'Better words' },
    decision: {
      kind: 'approval',
      risk: 'high',
      reason: 'The policy says require_approval.',
      approvers: ['maintainer'],
      needed: 1,
      // Whoever changes it becomes the one who proposed it.
      eligible: expect.not.arrayContaining(['person:mia']),
      you: { may_decide: false, why_not: { code: 'requester_never_decides', reason: 'Who asked for a high-risk action never decides it.' } },
    },
  });
  const wrong = await preview(action, { message: '', nonsense: 1 });
  expect(wrong.ok).toBe(false);
  expect(wrong.problems.map(({ path }) => path)).toEqual(['args.message', 'args']);
  on.state.outgoing = { redact: (text) => text, findSecrets: async (text) => (text.includes('ghp') ? [{ rule: 'github-token', line: 1 }] : []) };
  expect(await preview(action, { message: 'ghp' })).toMatchObject({ ok: false, problems: [{ path: 'args.message', message: /github-token/ }] });
  expect((await on.approvals.get(action.id))?.status).toBe('pending');
  await expect(preview(action, { message: 'm' }, person('dora'))).rejects.toMatchObject({ kind: 'forbidden', code: 'role_missing' });
  await on.approvals.decide(action.id, { decision: 'decline', digest: action.digest }, person('mia'));
  await expect(preview(action, { message: 'm' })).rejects.toMatchObject({ kind: 'conflict', code: 'already_decided' });
});

test('what a merge says of its pull request stays as it is: other words of it would be untrue', async () => {
  const told = { title: 'Sum with tax', head_branch: 'work', base_branch: 'main' };
  const action = await propose(on, merge({ args: { message: 'Merge it', ...told } }));
  const refused = await preview(action, { message: 'Merge it', ...told, base_branch: 'no-such' });
  expect(refused).toMatchObject({ ok: false, problems: [{ path: 'args.base_branch', message: expect.stringContaining('pull request') }] });
  const changed = { decision: 'modify', digest: action.digest, modifiedArgs: { message: 'Merge it', base_branch: 'no-such' } } as const;
  await expect(on.approvals.decide(action.id, changed, person('mia'))).rejects.toMatchObject({ kind: 'invalid', code: 'action_malformed' });
  expect(await preview(action, { message: 'In other words' })).toMatchObject({ ok: true, args: { message: 'In other words', ...told } });
  expect(Object.keys((await detailsOf(action)).modify.schema.properties ?? {})).toEqual(['message']);
  const elsewhere = merge({ args: { message: 'Merge it', base_branch: 'next' }, target: { ...merge().target, branch: 'main' } });
  await expect(propose(on, elsewhere)).rejects.toMatchObject({ kind: 'invalid', code: 'action_malformed' });
});

test('what only tells people about the work cannot be changed, and the decision says the same', async () => {
  on.state.facts = { ...on.state.facts, plan: { approved: false }, pull: { opted_in: false } };
  const action = await propose(on, proposal('agent.dispatch', { args: { title: 'Fix it' }, triggerUser: null }));
  on.state.facts = { ...on.state.facts, plan: { approved: true } };
  expect(await preview(action, { title: 'Else' })).toMatchObject({ ok: false, problems: [{ path: 'args', message: /change the task/ }] });
  const modify = { decision: 'modify', digest: action.digest, modifiedArgs: { title: 'Else' } } as const;
  await expect(on.approvals.decide(action.id, modify, person('mia'))).rejects.toMatchObject({ kind: 'refused', code: 'not_modifiable' });
  expect((await on.approvals.get(action.id))?.status).toBe('pending');
});

import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { RouteDefinition } from '#platform/http/route.ts';
import { findSecrets } from '#platform/secrets/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, person, type Governance } from '../../../test/kit/governance.ts';
import { actionRoutes, PLAIN_TEXT } from './index.ts';

let database: TestDatabase;
let on: Governance;
let routes: RouteDefinition[];
beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  routes = actionRoutes({
    db: database.db,
    ids: on.ids,
    actions: on.actions,
    ledger: on.ledger,
    scope: async (actor, _, workItemId) => {
      if (actor.kind === 'agent' && workItemId !== null && workItemId !== 'iss_own')
        throw new AppError('forbidden', 'Not your work.', { code: 'not_your_work' });
      return {
        projectId: null,
        workItemId: actor.kind === 'agent' ? 'iss_own' : workItemId,
        triggerUser: actor.kind === 'agent' ? 'dora' : actor.subject.slice('person:'.length),
      };
    },
  });
});
afterAll(() => database.close());

const agent: Actor = { kind: 'agent', subject: 'agent:codex', role: 'agent', personId: null, runId: 'run_9' };
const find = (method: string, path: string): RouteDefinition => {
  const found = routes.find((route) => route.method === method && route.path === path);
  if (found === undefined) throw new Error(path);
  return found;
};

async function call(
  route: RouteDefinition,
  actor: Actor,
  given: { body?: unknown; params?: unknown; query?: unknown; key?: string },
): Promise<Record<string, unknown>> {
  const body = route.body === undefined ? undefined : route.body.parse(given.body);
  const query = route.query === undefined ? undefined : route.query.parse(given.query ?? {});
  const answer = await route.handle({ body, query, params: given.params, actor, idempotencyKey: given.key ?? null } as never);
  return route.response.schema?.parse(answer) as Record<string, unknown>;
}

const mergeBody = {
  kind: 'pr.merge',
  target: { forge: 'github', repo: 'acme/shop', number: 3 },
  args: { message: 'm' },
  preconditions: { head_sha: 'a'.repeat(40) },
};

test('a proposal over HTTP answers what to decide on, and the same key the same action', async () => {
  const propose = find('POST', '/v1/actions/propose');
  const first = await call(propose, person('dora'), { body: mergeBody, key: 'k1' });
  expect(first).toMatchObject({
    status: 'pending',
    risk: 'high',
    mode: 'require_approval',
    ttl: 7 * 86_400,
    digest: expect.stringMatching(/^[0-9a-f]{64}$/),
  });
  expect(await call(propose, person('dora'), { body: mergeBody, key: 'k1' })).toEqual(first);
  // A key belongs to its caller.
  expect((await call(propose, person('dan'), { body: mergeBody, key: 'k1' }))['action_id']).not.toBe(first['action_id']);
  await expect(call(propose, person('dora'), { body: { ...mergeBody, args: { message: 'other' } }, key: 'k1' })).rejects.toMatchObject({
    kind: 'conflict',
  });
  expect(await call(find('GET', '/v1/actions/:id'), person('vic'), { params: { id: first['action_id'] } })).toMatchObject({
    kind: 'pr.merge',
    record: { trigger_user: 'dora', proposer: { subject: 'person:dora' } },
  });
});

test('a viewer proposes nothing; an agent proposes, as itself, for its own work only', async () => {
  const propose = find('POST', '/v1/actions/propose');
  expect(propose.access).toBe('authenticated');
  await expect(call(propose, person('vic'), { body: mergeBody })).rejects.toMatchObject({ kind: 'forbidden' });
  const made = await call(propose, agent, { body: { ...mergeBody, work_item_id: 'iss_own' } });
  const action = await on.actions.get(String(made['action_id']));
  expect(action).toMatchObject({
    status: 'pending',
    workItemId: 'iss_own',
    record: { proposer: { subject: 'agent:codex', run: 'run_9' }, trigger_user: 'dora' },
  });
  await expect(call(propose, agent, { body: { ...mergeBody, work_item_id: 'iss_other' } })).rejects.toMatchObject({ code: 'not_your_work' });
});

test('two runs of one agent are two callers: neither sees what the other proposed, nor meets its keys', async () => {
  const propose = find('POST', '/v1/actions/propose');
  const other: Actor = { ...agent, runId: 'run_10' };
  const stray: Actor = { ...agent, runId: null };
  const body = { ...mergeBody, args: { message: 'of run 9' } };
  const own = await call(propose, agent, { body, key: 'one' });
  // The same key and the same words, which would be the same action for one caller.
  const theirs = await call(propose, other, { body, key: 'one' });
  expect(theirs['action_id']).not.toBe(own['action_id']);
  // Another run's key keeps nothing from being proposed, and tells of nothing.
  await expect(call(propose, other, { body: { ...body, args: { message: 'another' } }, key: 'two' })).resolves.toMatchObject({ status: 'pending' });
  await expect(call(propose, agent, { body, key: 'two' })).resolves.toMatchObject({ status: 'pending' });
  // Within the run it is what it was.
  expect(await call(propose, agent, { body, key: 'one' })).toEqual(own);
  const get = find('GET', '/v1/actions/:id');
  expect(await call(get, agent, { params: { id: own['action_id'] } })).toMatchObject({ id: own['action_id'] });
  for (const stranger of [other, stray, { ...agent, subject: 'agent:other' }])
    await expect(call(get, stranger, { params: { id: own['action_id'] } })).rejects.toMatchObject({ kind: 'not_found' });
  expect(await call(get, person('dora'), { params: { id: own['action_id'] } })).toMatchObject({ id: own['action_id'] });
});

test('a refused target leaves a ledger entry although nothing was proposed', async () => {
  on.state.refusal = 'Outside the allowlist.';
  try {
    await expect(call(find('POST', '/v1/actions/propose'), agent, { body: mergeBody })).rejects.toMatchObject({
      kind: 'forbidden',
      code: 'target_not_allowed',
    });
  } finally {
    on.state.refusal = null;
  }
  const { items } = await on.ledger.list({ limit: 10, kind: 'proposal.refused', subject: 'agent:codex', order: 'desc' });
  expect(items[0]).toMatchObject({ actor: 'agent:codex', payload: { kind: 'pr.merge', run: 'run_9', code: 'target_not_allowed' } });
});

describe('a text with a secret nobody registered', () => {
  const token = ['gh', 'p_', 'wWPw5k4aXcaT4fNP0UcnZwJUVFk6LO0pINUx'].join('');
  const merge = (args: JsonObject, branch: string | null = null) => ({
    ...mergeBody,
    args,
    target: { ...mergeBody.target, ...(branch === null ? {} : { number: null, branch }) },
  });
  beforeEach(() => void (on.state.outgoing = { redact: (text) => text, findSecrets }));
  afterEach(() => void (on.state.outgoing = PLAIN_TEXT));
  const stored = async () =>
    (await database.pool.query<{ rows: string }>("select coalesce(string_agg(a::text, ' '), '') as rows from actions a")).rows[0]?.rows ?? '';
  const told = async () =>
    (await database.pool.query<{ rows: string }>("select coalesce(string_agg(e::text, ' '), '') as rows from ledger_entries e")).rows[0]?.rows ?? '';

  test.each([
    ['a message', merge({ message: `one\n${token}` }), { rule: 'github', place: 'args.message', line: 2 }],
    [
      'a branch',
      { ...merge({}, `ai-${token}`), kind: 'branch.create', args: { sha: 'a'.repeat(40) } },
      { rule: 'github', place: 'target.branch', line: 1 },
    ],
  ])('in %s is refused with the rule and the place; neither row nor ledger has it', async (_, body, found) => {
    await expect(call(find('POST', '/v1/actions/propose'), agent, { body })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'secret_in_proposal',
      message: expect.not.stringContaining(token),
      detail: found,
    });
    const { items } = await on.ledger.list({ limit: 1, kind: 'proposal.refused', subject: 'agent:codex', order: 'desc' });
    expect(items[0]).toMatchObject({ payload: { kind: body.kind, code: 'secret_in_proposal', found } });
    expect(await stored()).not.toContain(token);
    expect(await told()).not.toContain(token);
  });

  test('from a workflow is denied, and what is kept of it is without the secret', async () => {
    const proposed = await on.actions.transaction((tx) =>
      on.actions.propose(tx, {
        kind: 'pr.merge',
        target: { forge: 'github', repo: 'acme/shop', number: 4 },
        args: { message: token },
        preconditions: { headSha: 'a'.repeat(40) },
        proposer: { subject: 'system' },
        triggerUser: 'dora',
        projectId: null,
        workItemId: null,
        idempotencyKey: 'held:1',
      }),
    );
    expect(proposed).toMatchObject({ status: 'denied', decision: { rule: 'text.github' }, record: { args: { message: '[withheld]' } } });
    expect(await stored()).not.toContain(token);
    expect(await told()).not.toContain(token);
  });

  test('put in by whoever modifies an action is refused too, and the action still waits', async () => {
    const made = await call(find('POST', '/v1/actions/propose'), agent, { body: { ...mergeBody, work_item_id: 'iss_own' } });
    const id = String(made['action_id']);
    await expect(on.actions.transaction((tx) => on.actions.modify(tx, id as never, { message: token }, person('mia')))).rejects.toMatchObject({
      code: 'secret_in_proposal',
    });
    expect(await on.actions.get(id)).toMatchObject({ status: 'pending' });
    expect(await stored()).not.toContain(token);
  });

  test('when the rules fail, nothing is stored', async () => {
    on.state.outgoing = { redact: (text) => text, findSecrets: async () => Promise.reject(new AppError('unavailable', 'No rules.')) };
    const before = await stored();
    await expect(call(find('POST', '/v1/actions/propose'), agent, { body: mergeBody })).rejects.toMatchObject({ kind: 'unavailable' });
    expect(await stored()).toBe(before);
  });
});

test('facts and identities cannot be sent along', () => {
  const { body } = find('POST', '/v1/actions/propose');
  for (const extra of [{ facts: {} }, { trigger_user: 'x' }, { proposer: { subject: 'system' } }, { run_by: 'caller' }, { kind: 'release.publish' }])
    expect(body?.safeParse({ ...mergeBody, ...extra }).success).toBe(false);
});

test('an agent sees its own proposals and no others', async () => {
  const get = find('GET', '/v1/actions/:id');
  const own = await call(find('POST', '/v1/actions/propose'), agent, { body: mergeBody });
  const other = await call(find('POST', '/v1/actions/propose'), person('dora'), { body: mergeBody });
  expect(await call(get, agent, { params: { id: own['action_id'] } })).toMatchObject({ id: own['action_id'] });
  await expect(call(get, agent, { params: { id: other['action_id'] } })).rejects.toMatchObject({ kind: 'not_found' });
  expect(find('GET', '/v1/actions').access).toBe('viewer');
  const page = await call(find('GET', '/v1/actions'), person('vic'), { query: { limit: '1', kind: 'pr.merge' } });
  expect(page).toMatchObject({ items: [{ kind: 'pr.merge' }], next_cursor: expect.any(String) });
});

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { sql } from '#platform/db/index.ts';
import { ADMIN, startAccessServer } from '../../../test/kit/access.ts';

type Started = Awaited<ReturnType<typeof startAccessServer>>;
let at: Started;
beforeAll(async () => {
  at = await startAccessServer();
  await at.people.ensure({ handle: 'bob', name: 'Bob' }, SYSTEM_ACTOR);
});
afterAll(async () => at.close());

const MINUTE = 60_000;

async function open(person = 'ann', agent = 'a browser') {
  const { token, secret } = await at.access.createToken({ name: 'browser', role: 'developer', person }, SYSTEM_ACTOR);
  const answer = await at.call('POST', '/v1/sessions', { token: secret, headers: { 'user-agent': agent } });
  const cookie = (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
  return { token, secret, cookie, who: async () => (await at.call('GET', '/v1/whoami', { headers: { cookie } })).status };
}

describe('a session', () => {
  test('ends after two hours without use, and not while it is used', async () => {
    const session = await open();
    for (let hours = 0; hours < 3; hours += 1) {
      at.clock.advance(100 * MINUTE);
      expect(await session.who()).toBe(200);
    }
    at.clock.advance(121 * MINUTE);
    expect(await session.who()).toBe(401);
  });

  test('ends after twelve hours, however busy', async () => {
    const session = await open();
    for (let past = 0; past < 11.5 * 60; past += 90) {
      expect(await session.who()).toBe(200);
      at.clock.advance(90 * MINUTE);
    }
    expect(await session.who()).toBe(401);
  });

  test('is listed to its person and to an admin, without its secret, and to nobody else', async () => {
    const mine = await open('ann', 'Firefox on a laptop');
    await open('bob');
    const listed = await at.call('GET', '/v1/sessions', { token: mine.secret });
    const items = listed.body['items'] as { id: string; user_agent: string; token_id: string; person_id: string }[];
    expect(items.map((item) => item.user_agent)).toContain('Firefox on a laptop');
    expect(JSON.stringify(listed.body)).not.toContain(mine.cookie.split('=')[1]);
    expect(items.every((item) => item.token_id !== null)).toBe(true);
    const ann = (await at.people.byHandle('ann'))?.id;
    expect(items.map((item) => item.person_id)).toEqual(items.map(() => ann));
    const all = (await at.call('GET', '/v1/sessions', { token: ADMIN })).body['items'] as unknown[];
    expect(all.length).toBeGreaterThan(items.length);
  });

  test('is ended by its person or an admin, at once; by another person it is not found', async () => {
    const mine = await open('ann', 'to be ended');
    const id = ((await at.call('GET', '/v1/sessions', { token: mine.secret })).body['items'] as { id: string; user_agent: string }[]).find(
      (item) => item.user_agent === 'to be ended',
    )?.id;
    const other = await open('bob');
    expect((await at.call('DELETE', `/v1/sessions/${id}`, { token: other.secret })).status).toBe(404);
    expect(await mine.who()).toBe(200);
    expect((await at.call('DELETE', `/v1/sessions/${id}`, { token: mine.secret })).status).toBe(204);
    expect(await mine.who()).toBe(401);
    expect((await at.ledger.list({ limit: 5, subject: id ?? '' })).items.map((entry) => entry.kind)).toEqual(['session.ended']);
  });
});

test('a session that is asked for while its person is being deactivated is not opened', async () => {
  const bob = await at.people.byHandle('bob');
  const id = bob?.id ?? '';
  const { secret } = await at.access.createToken({ name: 'late', role: 'developer', person: 'bob' }, SYSTEM_ACTOR);
  const waiting = sql<{ n: number }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  const deactivating = await at.database.pool.connect();
  await deactivating.query('begin');
  await deactivating.query('update people set active = false where id = $1', [id]);
  const asking = [at.access.openSession(secret), at.access.openSessionOf({ id, role: null, provider: 'corp' }, null)];
  let over = false;
  for (const asked of asking)
    void asked.then(
      () => (over = true),
      () => (over = true),
    );
  // Both wait for what that transaction does, or one had its answer without.
  await expect.poll(async () => over || (await at.db.one(waiting)).n === 2, { timeout: 10_000 }).toBe(true);
  await deactivating.query('commit');
  deactivating.release();
  for (const asked of await Promise.allSettled(asking)) expect(asked).toMatchObject({ status: 'rejected', reason: { code: 'person_inactive' } });
  expect(await at.db.all(sql`select id from sessions where person_id = ${id}`)).toEqual([]);
  await at.people.ensure({ handle: 'bob', name: 'Bob', active: true }, SYSTEM_ACTOR);
  await expect(at.access.openSession(secret)).resolves.toMatchObject({ actor: { subject: 'person:bob' } });
});

describe('a write with a cookie', () => {
  const write = async (headers: Record<string, string>) => at.call('DELETE', '/v1/sessions/ses_none', { headers });

  test.each([
    ['no origin', {}],
    ['another site', { origin: 'https://evil.example' }],
    ['null, as from a sandboxed frame', { origin: 'null' }],
    ['our host as a part of another', { origin: 'http://127.0.0.1.evil.example' }],
    ['our host with another port', { origin: 'http://127.0.0.1:1' }],
    ['a referer of ours and no origin', { referer: 'http://127.0.0.1/' }],
  ])('is nobody’s when it comes from %s', async (_name, headers) => {
    const { cookie } = await open();
    expect((await write({ cookie, ...(headers as Record<string, string>) })).status).toBe(401);
  });

  test('counts from a page of ours', async () => {
    const { cookie } = await open();
    expect((await write({ cookie, origin: at.url })).status).toBe(404);
  });
});

describe('a service account', () => {
  test('works, is named in what it does, and never decides', async () => {
    const body = {
      name: 'ci',
      role: 'developer',
      service: 'github-actions',
      expires_at: new Date(at.clock.now().getTime() + 60 * MINUTE).toISOString(),
    };
    const made = await at.call('POST', '/v1/tokens', { token: ADMIN, body });
    expect([made.status, made.body['service']]).toEqual([201, 'github-actions']);
    const me = await at.call('GET', '/v1/whoami', { token: String(made.body['token']) });
    expect(me.body).toMatchObject({ subject: 'service:github-actions', kind: 'service', role: 'developer', person: null });
    expect((await at.access.listTokens({ limit: 50 })).items.find((token) => token.service !== null)?.lastUsedAt).not.toBeNull();
    at.clock.advance(61 * MINUTE);
    expect((await at.call('GET', '/v1/whoami', { token: String(made.body['token']) })).status).toBe(401);
  });

  test.each([
    ['manager', null, 'service_role'],
    ['admin', null, 'service_role'],
    ['agent', null, 'service_role'],
    ['developer', 'ann', 'service_token_with_person'],
  ])('is no %s of %s', async (role, person, code) => {
    const refused = await at.call('POST', '/v1/tokens', { token: ADMIN, body: { name: 'x', role, person, service: 'ci' } });
    expect([refused.status, refused.body['code']]).toEqual([422, code]);
  });
});

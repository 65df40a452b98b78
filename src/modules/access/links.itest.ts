import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { ADMIN, startAccessServer } from '../../../test/kit/access.ts';

type Started = Awaited<ReturnType<typeof startAccessServer>>;
let at: Started;
beforeAll(async () => {
  at = await startAccessServer();
});
afterAll(async () => at.close());

const annsToken = async () => at.access.createToken({ name: 'command line', role: 'developer', person: 'ann' }, SYSTEM_ACTOR);

/** Makes a link with a token; answers its address and the code in it. */
async function link(token: string, body: unknown = {}) {
  const made = await at.call('POST', '/v1/sessions/links', { token, body });
  const url = String(made.body['url']);
  return { status: made.status, url, code: url.split('#link=')[1] ?? '' };
}

const open = (code: string) => at.call('POST', '/v1/sessions/links/open', { body: { code } });
const cookieOf = (answer: Awaited<ReturnType<typeof open>>) => (answer.headers.get('set-cookie') ?? '').split(';', 1)[0] ?? '';
const whoami = async (cookie: string) => at.call('GET', '/v1/whoami', { headers: { cookie } });

describe('a link into the console', () => {
  test('signs a browser in as the owner of the token it was made with', async () => {
    const { secret } = await annsToken();
    const made = await link(secret, { return_to: '/approvals?risk=high' });
    expect(made.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/sign-in#link=[\w-]{43}$/);
    const opened = await open(made.code);
    expect(opened.body).toMatchObject({ subject: 'person:ann', role: 'developer', return_to: '/approvals?risk=high' });
    expect((await whoami(cookieOf(opened))).body).toMatchObject({ subject: 'person:ann', role: 'developer' });
  });

  test('gives a cookie that no other site can send along and no script can read', async () => {
    const opened = await open((await link((await annsToken()).secret)).code);
    expect(opened.headers.get('set-cookie')).toMatch(/HttpOnly; SameSite=Strict; Path=\//);
    expect(opened.headers.get('cache-control')).toBe('no-store');
    expect(JSON.stringify(opened.body)).not.toContain(cookieOf(opened).split('=')[1]);
  });

  test('is good once, also when two browsers ask at the same moment', async () => {
    const { code } = await link((await annsToken()).secret);
    const answers = await Promise.all([open(code), open(code), open(code)]);
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([201, 401, 401]);
    expect((await open(code)).body).toMatchObject({ code: 'link_unknown' });
  });

  test('signs nobody in for a page of another address, and stays good', async () => {
    const { code } = await link((await annsToken()).secret);
    const from = async (origin: string) => at.call('POST', '/v1/sessions/links/open', { body: { code }, headers: { origin } });
    const refused = await from('http://127.0.0.1:1');
    expect([refused.status, refused.body['code'], refused.headers.get('set-cookie')]).toEqual([403, 'foreign_origin', null]);
    const typeless = await fetch(`${at.url}/v1/sessions/links/open`, { method: 'POST', body: new Blob([JSON.stringify({ code })]) });
    expect(typeless.status).toBe(415);
    expect((await from(at.url)).status).toBe(201);
  });

  test('ends the session this browser had', async () => {
    const former = cookieOf(await open((await link((await annsToken()).secret)).code));
    const { code } = await link((await annsToken()).secret);
    const again = await at.call('POST', '/v1/sessions/links/open', { body: { code }, headers: { cookie: former } });
    expect((await whoami(former)).status).toBe(401);
    expect((await whoami(cookieOf(again))).status).toBe(200);
  });

  test('is too old after a quarter of an hour', async () => {
    const young = await link((await annsToken()).secret);
    at.clock.advance(14 * 60_000);
    expect((await open(young.code)).status).toBe(201);
    const old = await link((await annsToken()).secret);
    at.clock.advance(15 * 60_000);
    expect((await open(old.code)).body).toMatchObject({ code: 'link_unknown' });
  });

  test('opens nothing once its token was revoked, and the session it opened ends with the token', async () => {
    const revoked = await annsToken();
    const { code } = await link(revoked.secret);
    await at.access.revokeToken(revoked.token.id, SYSTEM_ACTOR);
    expect((await open(code)).status).toBe(401);

    const kept = await annsToken();
    const cookie = cookieOf(await open((await link(kept.secret)).code));
    expect((await whoami(cookie)).status).toBe(200);
    await at.access.revokeToken(kept.token.id, SYSTEM_ACTOR);
    expect((await whoami(cookie)).status).toBe(401);
  });

  test('works for the admin token, which decides nothing', async () => {
    const opened = await open((await link(ADMIN)).code);
    expect(opened.body).toMatchObject({ subject: 'token:admin', role: 'admin' });
    expect((await whoami(cookieOf(opened))).body).toMatchObject({ kind: 'service', person: null });
  });

  test('is made by nobody else: not without a token, not by a session, not by an agent', async () => {
    expect((await at.call('POST', '/v1/sessions/links', { body: {} })).status).toBe(401);
    const cookie = cookieOf(await open((await link((await annsToken()).secret)).code));
    expect((await at.call('POST', '/v1/sessions/links', { body: {}, headers: { cookie, 'sec-fetch-site': 'same-origin' } })).status).toBe(401);
    const agent = await at.access.createToken({ name: 'an agent', role: 'agent' }, SYSTEM_ACTOR);
    expect((await link(agent.secret)).status).toBe(403);
  });

  test('goes to a page of ours or to none', async () => {
    const opened = await open((await link((await annsToken()).secret, { return_to: '//elsewhere.example/x' })).code);
    expect(opened.body).toMatchObject({ return_to: '/' });
  });

  test('is kept where no session came of it, and the session it opens is in the ledger', async () => {
    const { secret, token } = await annsToken();
    const { code } = await link(secret);
    await at.db.pool.query('alter table sessions rename to sessions_away');
    expect((await open(code)).status).toBe(500);
    await at.db.pool.query('alter table sessions_away rename to sessions');
    const opened = await at.ledger.head();
    expect((await open(code)).status).toBe(201);
    const { rows } = await at.db.pool.query('select kind, actor, payload from ledger_entries where seq > $1', [opened.seq]);
    expect(rows).toMatchObject([{ kind: 'session.opened', actor: 'person:ann', payload: { token_id: token.id, by: 'link' } }]);
  });

  test('is in no log and no table but as its hash, made and opened', async () => {
    const { code } = await link((await annsToken()).secret);
    const tables = await at.db.pool.query<{ text: string }>('select row_to_json(l)::text as text from session_links l');
    expect(tables.rows.some(({ text }) => text.includes(code))).toBe(false);
    expect((await open(code)).status).toBe(201);
    expect((await open(code)).status).toBe(401);
    const logged = at.lines().map((line) => JSON.stringify(line));
    expect(logged.filter((line) => line.includes('/v1/sessions/links/open')).length).toBeGreaterThan(0);
    expect(logged.some((line) => line.includes(code))).toBe(false);
    const { rows } = await at.db.pool.query<{ text: string }>(
      'select row_to_json(l)::text as text from session_links l union all select row_to_json(e)::text from ledger_entries e',
    );
    expect(rows.length).toBeGreaterThan(1);
    expect(rows.some(({ text }) => text.includes(code))).toBe(false);
  });
});

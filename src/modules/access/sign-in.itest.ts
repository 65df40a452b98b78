import { createHash, randomBytes } from 'node:crypto';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createOidcProvider } from '#connectors/oidc/index.ts';
import { sessionCookieName } from '#platform/http/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createBrowser, startOidcProvider, type FakeProvider } from '../../../test/fakes/oidc/provider.ts';
import { startAccessServer } from '../../../test/kit/access.ts';
import { parseRoleMap } from './index.ts';

type Started = Awaited<ReturnType<typeof startAccessServer>>;
let at: Started;
let idp: FakeProvider;
const rules = { unknownPeople: 'refuse' as 'refuse' | 'viewer', roles: new Map() as NonNullable<ReturnType<typeof parseRoleMap>> };

beforeAll(async () => {
  at = await startAccessServer(async (publicUrl) => {
    idp = await startOidcProvider(`${publicUrl}/v1/auth/callback/oidc`);
    const { issuer, clientId, clientSecret } = idp;
    const fetch = createGuardedFetch({ allowPrivateHosts: [new URL(issuer).host] });
    const provider = createOidcProvider({ issuer, clientId, clientSecret, roleClaim: 'groups', fetch });
    return {
      providers: [provider],
      publicUrl,
      get roles() {
        return rules.roles;
      },
      get unknownPeople() {
        return rules.unknownPeople;
      },
    };
  });
  for (const handle of ['bob', 'carl'])
    await at.people.ensure({ handle, name: handle, email: `${handle}@example.com`, role: 'maintainer' }, SYSTEM_ACTOR);
});
afterAll(async () => {
  await at.close();
  await idp.stop();
});
beforeEach(() => {
  rules.unknownPeople = 'refuse';
  rules.roles = new Map();
  idp.answer = 'yes';
  idp.account = { sub: 'u-ann', email: 'Ann@example.com', email_verified: true, name: 'Ann', groups: ['platform'] };
});

const sessionName = (): string => sessionCookieName(new URL(at.url).host, null);

/** Signs in and answers the last page, with who the browser then is. */
async function signIn(returnTo = '/console') {
  const browser = createBrowser();
  const last = await browser.follow(`${at.url}/v1/auth/login/oidc?return_to=${encodeURIComponent(returnTo)}`, (url) => url.endsWith(returnTo));
  const session = browser.cookiesOf(at.url).get(sessionName());
  const me = session === undefined ? null : (await at.call('GET', '/v1/whoami', { headers: { cookie: `${sessionName()}=${session}` } })).body;
  return { browser, last, me, code: /"code":"(\w+)"/.exec(last.text)?.[1] ?? null };
}

describe('signing in with OpenID Connect', () => {
  test('links the person of a verified address, and opens a session in the browser that began', async () => {
    const { last, me } = await signIn();
    expect(last.location).toBe(`${at.url}/console`);
    expect(me).toMatchObject({ subject: 'person:ann', kind: 'person', role: 'developer' });
    expect((await at.people.personFor('oidc', `${idp.issuer}#u-ann`))?.handle).toBe('ann');
    const sessions = (await at.access.listSessions({ limit: 10, personId: at.ann.id })).items;
    expect(sessions[0]).toMatchObject({ openedBy: 'oidc', personId: at.ann.id });
  });

  test('finds the linked person again when their address has changed, verified or not', async () => {
    await signIn();
    idp.account = { ...idp.account, email: 'new@example.com', email_verified: false };
    expect((await signIn()).me).toMatchObject({ subject: 'person:ann' });
  });

  test.each([
    ['no address', { email: undefined }, 'email_unverified'],
    ['an address nobody verified', { email_verified: false }, 'email_unverified'],
    ['"true" in quotation marks', { email_verified: 'true' }, 'email_unverified'],
    ['nobody’s address', { email: 'nobody@example.com' }, 'person_unknown'],
  ])('with %s is refused in a clear sentence', async (_name, account, code) => {
    idp.account = { sub: 'u-new', email: 'carl@example.com', email_verified: true, ...account };
    const refused = await signIn();
    expect([refused.last.status, refused.code, refused.me]).toEqual([403, code, null]);
  });

  test('with the address of somebody who is linked to another account is refused: addresses are given away anew', async () => {
    await signIn();
    idp.account = { ...idp.account, sub: 'u-other' };
    expect((await signIn()).code).toBe('identity_taken');
  });

  test('makes whoever is unknown a viewer where the setting says so, once', async () => {
    rules.unknownPeople = 'viewer';
    idp.account = { sub: 'u-dora', email: 'Dora.New+x@example.com', email_verified: true, name: 'Dora' };
    expect((await signIn()).me).toMatchObject({ subject: 'person:dora.new-x', role: 'viewer' });
    expect((await signIn()).me).toMatchObject({ subject: 'person:dora.new-x' });
  });

  test('gives the highest role that the claims map to, and viewer where none does', async () => {
    rules.roles = parseRoleMap(['platform=maintainer', 'everybody=viewer', 'leads=manager']) ?? new Map();
    expect((await signIn()).me).toMatchObject({ role: 'maintainer' });
    idp.account = { ...idp.account, groups: ['leads', 'platform'] };
    expect((await signIn()).me).toMatchObject({ role: 'manager' });
    idp.account = { ...idp.account, groups: ['admin', '__proto__'] };
    expect((await signIn()).me).toMatchObject({ role: 'viewer' });
    expect(parseRoleMap(['x=agent'])).toBeNull();
  });

  test('remembers who was lowered here since a sign-in without groups: groups that count later give no more than is left', async () => {
    const mia = await at.people.ensure({ handle: 'mia', name: 'Mia', email: 'mia@example.com', role: 'admin' }, SYSTEM_ACTOR);
    idp.account = { sub: 'u-mia', email: 'mia@example.com', email_verified: true, groups: ['platform'] };
    expect((await signIn()).me).toMatchObject({ role: 'admin' });
    await at.people.update(mia.id, { role: 'viewer' }, SYSTEM_ACTOR);
    expect((await signIn()).me).toMatchObject({ role: 'viewer' });
    rules.roles = parseRoleMap(['platform=admin']) ?? new Map();
    expect((await signIn()).me).toMatchObject({ role: 'viewer' });
    await at.people.update(mia.id, { role: 'admin' }, SYSTEM_ACTOR);
    expect((await signIn()).me).toMatchObject({ role: 'admin' });
  });

  test('remembers it also where groups counted for a while, then not, then again', async () => {
    const max = await at.people.ensure({ handle: 'max', name: 'Max', email: 'max@example.com', role: 'maintainer' }, SYSTEM_ACTOR);
    idp.account = { sub: 'u-max', email: 'max@example.com', email_verified: true, groups: ['platform'] };
    const map = parseRoleMap(['platform=admin']) ?? new Map();
    rules.roles = map;
    expect((await signIn()).me).toMatchObject({ role: 'admin' });
    await at.people.update(max.id, { role: 'developer' }, SYSTEM_ACTOR);
    rules.roles = new Map();
    expect((await signIn()).me).toMatchObject({ role: 'developer' });
    rules.roles = map;
    expect((await signIn()).me).toMatchObject({ role: 'developer' });
  });

  test('of somebody who was made inactive is refused, and their session is over', async () => {
    idp.account = { sub: 'u-bob', email: 'bob@example.com', email_verified: true };
    const { browser } = await signIn();
    const bob = await at.people.byHandle('bob');
    await at.people.update(bob?.id ?? '', { active: false }, SYSTEM_ACTOR);
    const cookie = `${sessionName()}=${browser.cookiesOf(at.url).get(sessionName())}`;
    expect((await at.call('GET', '/v1/whoami', { headers: { cookie } })).status).toBe(401);
    expect((await signIn()).code).toBe('person_inactive');
    await at.people.update(bob?.id ?? '', { active: true }, SYSTEM_ACTOR);
  });

  test('that the person refuses at the provider opens nothing', async () => {
    idp.answer = 'deny';
    const refused = await signIn();
    expect([refused.last.status, refused.code]).toEqual([401, 'sign_in_refused']);
  });

  test('works once: an answer that was used, made up or is too old is nobody’s', async () => {
    const browser = createBrowser();
    const seen = await browser.follow(`${at.url}/v1/auth/login/oidc`, (url) => url.includes('/v1/auth/callback/oidc'));
    const answer = seen.location ?? '';
    expect((await browser.visit(answer)).status).toBe(303);
    for (const again of [answer, answer.replace(/state=[^&]+/, 'state=made-up'), `${at.url}/v1/auth/callback/oidc`])
      expect((await browser.visit(again)).text).toContain('sign_in_unknown');
    const late = await browser.follow(`${at.url}/v1/auth/login/oidc`, (url) => url.includes('/v1/auth/callback/oidc'));
    at.clock.advance(11 * 60_000);
    expect((await browser.visit(late.location ?? '')).text).toContain('sign_in_unknown');
  });

  test('with a code of another sign-in is refused by the provider’s own check of PKCE', async () => {
    const [mine, theirs] = [createBrowser(), createBrowser()];
    const until = (url: string) => url.includes('/v1/auth/callback/oidc');
    const first = new URL((await mine.follow(`${at.url}/v1/auth/login/oidc`, until)).location ?? '');
    const second = new URL((await theirs.follow(`${at.url}/v1/auth/login/oidc`, until)).location ?? '');
    first.searchParams.set('code', second.searchParams.get('code') ?? '');
    expect((await mine.visit(first.href)).text).toContain('sign_in_refused');
  });

  test('is ended only by the browser that began it, and only once', async () => {
    const [mine, theirs] = [createBrowser(), createBrowser()];
    const until = (url: string) => url.includes('/v1/auth/finish');
    const finish = (await mine.follow(`${at.url}/v1/auth/login/oidc`, until)).location ?? '';
    expect((await theirs.visit(finish)).text).toContain('code_unknown');
    expect((await mine.visit(finish)).text).toContain('code_unknown');
    const other = (await mine.follow(`${at.url}/v1/auth/login/oidc`, until)).location ?? '';
    expect((await mine.visit(other)).status).toBe(303);
    expect((await mine.visit(other)).text).toContain('code_unknown');
  });

  test.each(['//evil.example/', 'https://evil.example/', '/\\evil.example', '/a//evil', 'javascript:alert(1)', '/x\r\nset-cookie: a=b'])(
    'never sends a browser to %j afterwards',
    async (target) => {
      const browser = createBrowser();
      const seen = await browser.follow(`${at.url}/v1/auth/login/oidc?return_to=${encodeURIComponent(target)}`, (url) => url === `${at.url}/`);
      expect(seen.location).toBe(`${at.url}/`);
    },
  );

  test('sets cookies no script reads and no other site sends', async () => {
    const begun = await fetch(`${at.url}/v1/auth/login/oidc`, { redirect: 'manual' });
    expect(begun.headers.get('set-cookie')).toMatch(/^reeve_login_\d+=[\w-]{43}; HttpOnly; SameSite=Lax; Path=\/; Max-Age=600$/);
    expect(new URL(begun.headers.get('location') ?? '').searchParams.get('code_challenge_method')).toBe('S256');
  });
});

describe('signing in on the command line', () => {
  const wait = () => {
    const verifier = randomBytes(32).toString('base64url');
    const challenge = createHash('sha256').update(verifier).digest('base64url');
    return { verifier, challenge, state: randomBytes(16).toString('base64url') };
  };

  async function code(challenge: string, state: string) {
    const browser = createBrowser();
    const query = new URLSearchParams({ cli_port: '40404', cli_challenge: challenge, cli_state: state });
    const seen = await browser.follow(`${at.url}/v1/auth/login/oidc?${query.toString()}`, (url) => url.startsWith('http://127.0.0.1:40404/'));
    return new URL(seen.location ?? '');
  }

  test('gives a token of the person to whoever began, at the loopback address alone', async () => {
    const { verifier, challenge, state } = wait();
    const back = await code(challenge, state);
    expect([back.origin, back.pathname, back.searchParams.get('state')]).toEqual(['http://127.0.0.1:40404', '/callback', state]);
    const made = await at.call('POST', '/v1/auth/cli', { body: { code: back.searchParams.get('code'), verifier, name: 'laptop' } });
    expect([made.status, made.body['person']]).toEqual([200, 'ann']);
    expect((await at.call('GET', '/v1/whoami', { token: String(made.body['token']) })).body).toMatchObject({
      subject: 'person:ann',
      role: 'developer',
    });
    expect((await at.call('POST', '/v1/auth/cli', { body: { code: back.searchParams.get('code'), verifier } })).status).toBe(401);
  });

  test('gives nothing to who knows the code and not the verifier, nor a session for it', async () => {
    const { challenge, state } = wait();
    const stolen = (await code(challenge, state)).searchParams.get('code');
    expect((await at.call('POST', '/v1/auth/cli', { body: { code: stolen, verifier: wait().verifier } })).body['code']).toBe('code_unknown');
    const other = (await code(challenge, state)).searchParams.get('code');
    expect((await at.call('GET', `/v1/auth/finish?code=${other}`)).body['code']).toBe('code_unknown');
  });

  test('a code is worth nothing after a minute', async () => {
    const { verifier, challenge, state } = wait();
    const late = (await code(challenge, state)).searchParams.get('code');
    at.clock.advance(61_000);
    expect((await at.call('POST', '/v1/auth/cli', { body: { code: late, verifier } })).status).toBe(401);
  });
});

test('a provider that is inside the network and not named in the settings is not asked', async () => {
  const { issuer, clientId, clientSecret } = idp;
  const provider = createOidcProvider({ issuer, clientId, clientSecret, roleClaim: 'groups', fetch: createGuardedFetch({ allowPrivateHosts: [] }) });
  await expect(provider.begin('http://127.0.0.1/x')).rejects.toMatchObject({ code: 'address_refused' });
});

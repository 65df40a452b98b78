import { createHmac, generateKeyPairSync, sign as rawSign, type KeyObject } from 'node:crypto';
import { readFileSync, statSync } from 'node:fs';
import { createRemoteJWKSet, exportJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { ADMIN, ISSUER, startAccessServer } from '../../../test/kit/access.ts';

type Started = Awaited<ReturnType<typeof startAccessServer>>;
let at: Started;
let opaque = '';
let tokenId = '';
beforeAll(async () => {
  at = await startAccessServer();
  const issued = await at.access.createToken({ name: 'laptop', role: 'developer', person: 'ann' }, SYSTEM_ACTOR);
  opaque = issued.secret;
  tokenId = issued.token.id;
});
afterAll(async () => at.close());

const exchange = async (body: unknown = {}) => String((await at.call('POST', '/v1/auth/token', { token: opaque, body })).body['access_token']);
const who = async (token: string) => at.call('GET', '/v1/whoami', { token });

describe('an access token', () => {
  test('stands for whom the exchanged token stands, for five minutes', async () => {
    const answer = await at.call('POST', '/v1/auth/token', { token: opaque, body: {} });
    expect([answer.status, answer.body['token_type'], answer.body['expires_in']]).toEqual([200, 'Bearer', 300]);
    expect(answer.headers.get('cache-control')).toContain('no-store');
    const token = String(answer.body['access_token']);
    expect((await who(token)).body).toMatchObject({ subject: 'person:ann', role: 'developer', person: { handle: 'ann' } });
    at.clock.advance(310_000);
    expect((await who(token)).status).toBe(401);
  });

  test('is checked offline with the published keys by a service it was made for, and by no other', async () => {
    const token = await exchange({ audience: 'deploy-bot' });
    const keys = createRemoteJWKSet(new URL(`${at.url}/.well-known/jwks.json`));
    const rules = { issuer: ISSUER, audience: 'deploy-bot', algorithms: ['EdDSA'], currentDate: at.clock.now() };
    const { payload } = await jwtVerify(token, keys, rules);
    expect(payload).toMatchObject({ sub: 'person:ann', role: 'developer', token: tokenId, projects: null });
    await expect(jwtVerify(token, keys, { ...rules, audience: 'reeve-api' })).rejects.toThrow(/aud/);
    expect((await who(token)).status).toBe(401);
  });

  test('ends with the token it came from, at once', async () => {
    const { token, secret } = await at.access.createToken({ name: 'short', role: 'viewer', person: 'ann' }, SYSTEM_ACTOR);
    const { accessToken } = await at.access.issueJwt(secret, { audience: 'reeve-api', lifetimeS: 300 });
    expect((await who(accessToken)).status).toBe(200);
    await at.access.revokeToken(token.id, SYSTEM_ACTOR);
    expect((await who(accessToken)).status).toBe(401);
  });

  test('lives no longer than the token it came from, nor than a quarter of an hour', async () => {
    const expiresAt = new Date(at.clock.now().getTime() + 90_000).toISOString();
    const { secret } = await at.access.createToken({ name: 'soon over', role: 'viewer', expiresAt }, SYSTEM_ACTOR);
    expect((await at.access.issueJwt(secret, { audience: 'x', lifetimeS: 300 })).expiresInS).toBeLessThanOrEqual(90);
    expect((await at.call('POST', '/v1/auth/token', { token: opaque, body: { expires_in: 901 } })).status).toBe(422);
  });

  test('opens no session and makes no other access token; the bootstrap token and an agent’s make none', async () => {
    const token = await exchange();
    const agent = (await at.access.createToken({ name: 'codex', role: 'agent' }, SYSTEM_ACTOR)).secret;
    expect((await at.call('POST', '/v1/sessions', { token })).body['code']).toMatch(/unauthenticated|not_exchangeable/);
    for (const other of [token, ADMIN])
      expect((await at.call('POST', '/v1/auth/token', { token: other, body: {} })).body['code']).toBe('not_exchangeable');
    expect((await at.call('POST', '/v1/auth/token', { token: agent, body: {} })).status).toBe(403);
  });
});

describe('keys', () => {
  test('are kept where only their owner reads; the database has the public half alone', async () => {
    await exchange();
    expect(statSync(at.keyFile).mode & 0o777).toBe(0o600);
    const secret = (JSON.parse(readFileSync(at.keyFile, 'utf8').split('\n')[1] ?? '') as { d: string }).d;
    expect(JSON.stringify((await at.database.pool.query('select * from signing_keys')).rows)).not.toContain(secret);
    await expect(
      at.database.pool.query("insert into signing_keys (id, algorithm, public_jwk) values ('key_x', 'EdDSA', $1)", [{ kty: 'OKP', d: secret }]),
    ).rejects.toMatchObject({ code: '23514' });
  });

  test('rotate: the old one verifies for an hour beside the new one, then no more', async () => {
    const before = await exchange();
    const rotated = await at.call('POST', '/v1/auth/keys/rotate', { token: ADMIN, body: {} });
    const after = await exchange();
    const kidOf = (token: string) => (JSON.parse(Buffer.from(token.split('.')[0] ?? '', 'base64url').toString()) as { kid: string }).kid;
    expect(kidOf(after)).toBe(rotated.body['kid']);
    expect(kidOf(before)).not.toBe(kidOf(after));
    const published = async () =>
      ((await at.call('GET', '/.well-known/jwks.json')).body['keys'] as { kid: string; d?: string }[]).map((key) => key.kid);
    expect(await published()).toEqual(expect.arrayContaining([kidOf(before), kidOf(after)]));
    for (const token of [before, after]) expect((await who(token)).status).toBe(200);
    at.clock.advance(61 * 60_000);
    expect(await published()).toEqual([kidOf(after)]);
  });

  test('rotate at once when one has leaked: nothing it signed counts any more', async () => {
    const before = await exchange();
    await at.call('POST', '/v1/auth/keys/rotate', { token: ADMIN, body: { at_once: true } });
    expect((await who(before)).status).toBe(401);
    expect((await who(await exchange())).status).toBe(200);
  });

  test('are replaced by themselves after thirty days', async () => {
    const [first] = await at.access.publicKeys();
    at.clock.advance(31 * 24 * 60 * 60_000);
    await exchange();
    const kids = (await at.access.publicKeys()).map((key) => key['kid']);
    expect(kids).toHaveLength(2);
    expect(kids[0]).not.toBe(first?.['kid']);
  });
});

/** Everything an attacker could sign with: our own key for crooked but well signed tokens, and keys of their own. */
async function armoury() {
  const [kid = '', text = ''] = readFileSync(at.keyFile, 'utf8').split('\n');
  const jwk = JSON.parse(text) as JWK & { x: string };
  const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const theirs = generateKeyPairSync('ed25519');
  const theirJwk = { ...(await exportJWK(theirs.publicKey)), kid, alg: 'EdDSA', use: 'sig' };
  const nowS = Math.floor(at.clock.now().getTime() / 1000);
  const claims = {
    iss: ISSUER,
    aud: 'reeve-api',
    sub: 'person:ann',
    jti: 'j',
    iat: nowS,
    nbf: nowS,
    exp: nowS + 300,
    token: tokenId,
    role: 'developer',
  };
  const header = { alg: 'EdDSA', typ: 'at+jwt', kid };
  const b64 = (value: unknown) => Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
  /** Well signed with our own key, whatever header and payload are. */
  const signed = (head: unknown, payload: unknown, key: KeyObject | null = null) => {
    const input = `${b64(head)}.${b64(payload)}`;
    return `${input}.${rawSign(null, Buffer.from(input), key ?? { key: jwk as never, format: 'jwk' }).toString('base64url')}`;
  };
  return { kid, jwk, rsa, theirs, theirJwk, claims, header, nowS, b64, signed };
}

type Armoury = Awaited<ReturnType<typeof armoury>>;
type Forge = (a: Armoury) => string | Promise<string>;

const hmac = (a: Armoury, secret: string | Buffer, alg = 'HS256') => {
  const input = `${a.b64({ ...a.header, alg })}.${a.b64(a.claims)}`;
  return `${input}.${createHmac('sha256', secret).update(input).digest('base64url')}`;
};
const withHeader =
  (more: Record<string, unknown>): Forge =>
  (a) =>
    a.signed({ ...a.header, ...more }, a.claims);
const withKid =
  (kid: unknown): Forge =>
  (a) =>
    a.signed({ ...a.header, kid }, a.claims, a.theirs.privateKey);
const withClaims =
  (more: Record<string, unknown>): Forge =>
  (a) =>
    a.signed(a.header, { ...a.claims, ...more });
const without =
  (...names: string[]): Forge =>
  (a) =>
    a.signed(a.header, Object.fromEntries(Object.entries(a.claims).filter(([name]) => !names.includes(name))));

const ATTACKS: Record<string, Forge> = {
  'alg none, no signature': (a) => `${a.b64({ ...a.header, alg: 'none' })}.${a.b64(a.claims)}.`,
  'alg None, with a signature': withHeader({ alg: 'None' }),
  'alg nOnE, unsigned, two dots': (a) => `${a.b64({ alg: 'nOnE' })}.${a.b64(a.claims)}.AA`,
  'HS256 with the public key (x) as its secret': (a) => hmac(a, Buffer.from(a.jwk.x, 'base64url')),
  'HS256 with the published key set as its secret': (a) => hmac(a, JSON.stringify(a.theirJwk)),
  'HS256 with an empty secret': (a) => hmac(a, ''),
  'EdDSA in the header over an HMAC': (a) => hmac(a, a.jwk.x, 'EdDSA'),
  'RS256 with a key of their own': (a) =>
    new SignJWT(a.claims).setProtectedHeader({ alg: 'RS256', typ: 'at+jwt', kid: a.kid }).sign(a.rsa.privateKey),
  'the other name of the algorithm (Ed25519)': withHeader({ alg: 'Ed25519' }),
  'our kid, their key': (a) => a.signed(a.header, a.claims, a.theirs.privateKey),
  'no kid': (a) => a.signed({ alg: 'EdDSA', typ: 'at+jwt' }, a.claims),
  'kid is a path': withKid('../../../../dev/null'),
  'kid is SQL': withKid('x\' union select \'{"kty":"OKP"}\' --'),
  'kid is an address': withKid('https://evil.example/key.json'),
  'kid is a shell word': withKid('|curl evil.example'),
  'kid is a list': withKid(['key']),
  'kid is __proto__': withKid('__proto__'),
  'kid of a key nobody has': withKid('key_01J00000000000000000000000'),
  'jku of their own': withHeader({ jku: 'https://evil.example/jwks.json' }),
  'jwk of their own in the header': (a) => a.signed({ ...a.header, jwk: a.theirJwk }, a.claims, a.theirs.privateKey),
  'jwk of their own, well signed by us': (a) => a.signed({ ...a.header, jwk: a.theirJwk }, a.claims),
  'x5u of their own': withHeader({ x5u: 'https://evil.example/cert.pem' }),
  'x5c of their own': withHeader({ x5c: ['MIIB'] }),
  'crit with an extension nobody knows': withHeader({ crit: ['exp'], exp: 1 }),
  'b64=false': withHeader({ b64: false, crit: ['b64'] }),
  zip: withHeader({ zip: 'DEF' }),
  'cty says nested': withHeader({ cty: 'JWT' }),
  'type JWT': withHeader({ typ: 'JWT' }),
  'no type': (a) => a.signed({ alg: 'EdDSA', kid: a.kid }, a.claims),
  'a header name twice': (a) => a.signed(`{"alg":"none","alg":"EdDSA","typ":"at+jwt","kid":"${a.kid}"}`, a.claims),
  'a claim twice': (a) => a.signed(a.header, JSON.stringify(a.claims).replace('"role":"developer"', '"role":"viewer","role":"developer"')),
  'another issuer': withClaims({ iss: 'https://evil.example' }),
  'our issuer with a slash': withClaims({ iss: `${ISSUER}/` }),
  'issuer as a list': withClaims({ iss: [ISSUER] }),
  'another audience': withClaims({ aud: 'deploy-bot' }),
  'our audience among others': withClaims({ aud: ['reeve-api', 'deploy-bot'] }),
  'no issuer': without('iss'),
  'no audience': without('aud'),
  'no expiry': without('exp'),
  'no time of issue': without('iat'),
  'no jti, no sub': without('jti', 'sub'),
  expired: (a) => withClaims({ exp: a.nowS - 60 })(a),
  'expiry as text': (a) => withClaims({ exp: String(a.nowS + 300) })(a),
  'expiry beyond numbers': (a) => a.signed(a.header, JSON.stringify(a.claims).replace(String(a.nowS + 300), '1e999')),
  'not valid yet': (a) => withClaims({ nbf: a.nowS + 60 })(a),
  'issued in the future': (a) => withClaims({ iat: a.nowS + 600 })(a),
  'issued an hour ago, to live for a day': (a) => withClaims({ iat: a.nowS - 3600, nbf: a.nowS - 3600, exp: a.nowS + 86_400 })(a),
  'the subject of somebody else': withClaims({ sub: 'person:owner' }),
  'a higher role': withClaims({ role: 'admin' }),
  'the token of nobody': withClaims({ token: 'tok_01J00000000000000000000000' }),
  'token is SQL': withClaims({ token: "' or 1=1 --" }),
  'token is an object': withClaims({ token: { $ne: null } }),
  'JWE with a huge PBES2 count': (a) =>
    `${a.b64({ alg: 'PBES2-HS256+A128KW', enc: 'A128GCM', p2c: 2_000_000_000, p2s: 'AA', kid: a.kid })}.AA.AA.AA.AA`,
  'p2c in a signed header': withHeader({ p2c: 2_000_000_000 }),
  'nested: a token of ours as the payload': async (a) => a.signed({ ...a.header, cty: 'JWT' }, await exchange()),
  'empty header': (a) => `.${a.b64(a.claims)}.AA`,
  'empty payload': (a) => a.signed(a.header, ''),
  'empty signature': (a) => `${a.b64(a.header)}.${a.b64(a.claims)}.`,
  'four parts': async () => `${await exchange()}.AA`,
  'two parts': async () => (await exchange()).split('.').slice(0, 2).join('.'),
  'one bit of the signature turned': async () => {
    const [head, payload, signature = ''] = (await exchange()).split('.');
    const bytes = Buffer.from(signature, 'base64url');
    bytes[10] = (bytes[10] ?? 0) ^ 1;
    return `${head}.${payload}.${bytes.toString('base64url')}`;
  },
  'spare bits in the payload': async () => {
    const [head = '', payload = '', signature] = (await exchange()).split('.');
    return `${head}.${payload}A.${signature}`;
  },
  'standard base64 with padding': async () => (await exchange()).replaceAll('-', '+').replaceAll('_', '/').replace('.', '=.'),
  'a payload that is a list': (a) => a.signed(a.header, [a.claims]),
  'a payload that is null': (a) => a.signed(a.header, 'null'),
  'a payload with spaces': (a) => a.signed(a.header, JSON.stringify(a.claims, null, 1)),
  'ten kilobytes, well signed': withClaims({ pad: 'x'.repeat(10_000) }),
};

describe('an attacker (table T13)', () => {
  test('has at least 25 ways to try', () => expect(Object.keys(ATTACKS).length).toBeGreaterThanOrEqual(25));

  test('could not tell the well signed base of the table from a token of ours: the crook is what is refused', async () => {
    await exchange();
    const a = await armoury();
    expect((await who(a.signed(a.header, a.claims))).status).toBe(200);
  });

  test.each(Object.entries(ATTACKS))('%s: 401', async (_name, forge) => {
    await exchange();
    const token = await forge(await armoury());
    expect(token.length).toBeGreaterThan(2);
    const answer = await who(token);
    expect([answer.status, answer.body['code']]).toEqual([401, 'unauthenticated']);
  });
});

import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { createGuardedFetch } from './fetch.ts';

/** Servers on 127.0.0.1 that stand for the inside: what reaches them is written down. */
let inside: http.Server;
let port = 0;
const reached: { url: string; host: string; authorization: string | undefined; body: string; method: string }[] = [];

beforeAll(async () => {
  inside = http.createServer((request, response) => {
    let body = '';
    request.setEncoding('utf8');
    request.on('data', (chunk: string) => (body += chunk));
    request.on('end', () => {
      const { url = '', method = '' } = request;
      reached.push({ url, host: request.headers.host ?? '', authorization: request.headers.authorization, body, method });
      const to = new URL(url, 'http://x').searchParams.get('to');
      if (to !== null) response.writeHead(Number(new URL(url, 'http://x').searchParams.get('status') ?? 302), { location: to }).end();
      else if (url === '/long') response.end('x'.repeat(5000));
      else response.setHeader('content-type', 'application/json').end('{"ok":true}');
    });
  });
  await new Promise<void>((done) => inside.listen(0, '127.0.0.1', done));
  ({ port } = inside.address() as AddressInfo);
});
afterAll(() => inside.close());
beforeEach(() => void reached.splice(0));

/** Our own name server: answers of each name, in turn; the last one stays. */
function nameServer(names: Record<string, string[][]>) {
  const asked: string[] = [];
  return {
    asked,
    async resolve(host: string): Promise<string[]> {
      const answers = names[host];
      if (answers === undefined) throw new Error('ENOTFOUND');
      const at = asked.filter((name) => name === host).length;
      asked.push(host);
      return answers[Math.min(at, answers.length - 1)] ?? [];
    },
  };
}

const LOOPBACK = [['127.0.0.1']];
// Documentation hosts on the public network that nothing here reaches: the connection fails, whoever is behind it.
const PUBLIC = ['93.184.216.34'];

describe('the guarded fetch', () => {
  const allowed = (names: Record<string, string[][]> = {}, more: object = {}) => {
    const dns = nameServer({ 'front.example': LOOPBACK, ...names });
    return { dns, fetch: createGuardedFetch({ allowPrivateHosts: [`front.example:${port}`], resolve: dns.resolve, timeoutMs: 3000, ...more }) };
  };

  test('asks an allowed host, by its name, and answers a Response', async () => {
    const { fetch } = allowed();
    const response = await fetch(`http://front.example:${port}/x`, { method: 'POST', body: 'hello', headers: { authorization: 'Bearer s' } });
    expect([response.status, await response.json()]).toEqual([200, { ok: true }]);
    expect(reached).toEqual([{ url: '/x', host: `front.example:${port}`, authorization: 'Bearer s', body: 'hello', method: 'POST' }]);
  });

  test('does not connect to a name that points inside', async () => {
    const { fetch } = allowed({ 'evil.example': LOOPBACK });
    await expect(fetch(`http://evil.example:${port}/`)).rejects.toMatchObject({ code: 'address_refused' });
    expect(reached).toEqual([]);
  });

  test('DNS rebinding: a name that is public when judged and ours when connected to is asked once, and reaches nothing inside', async () => {
    const { dns, fetch } = allowed({ 'rebind.example': [PUBLIC, ['127.0.0.1']] }, { timeoutMs: 300 });
    await expect(fetch(`http://rebind.example:${port}/`)).rejects.toMatchObject({ kind: 'unavailable' });
    expect([dns.asked, reached]).toEqual([['rebind.example'], []]);
    // The next request is judged anew.
    await expect(fetch(`http://rebind.example:${port}/`)).rejects.toMatchObject({ code: 'address_refused' });
    expect(reached).toEqual([]);
  });

  test.each([
    ['a number', (own: number) => `http://127.0.0.1:${own}/secret`],
    ['another spelling', (own: number) => `http://2130706433:${own}/secret`],
    ['a mapped address', (own: number) => `http://[::ffff:127.0.0.1]:${own}/secret`],
    ['a name that points inside', (own: number) => `http://evil.example:${own}/secret`],
    ['the metadata service', () => 'http://169.254.169.254/latest/meta-data/'],
    ['a file', () => 'file:///etc/passwd'],
    ['no scheme', (own: number) => `//127.0.0.1:${own}/secret`],
  ])('judges every redirect: to %s it does not go', async (_name, to) => {
    const { fetch } = allowed({ 'evil.example': LOOPBACK });
    await expect(fetch(`http://front.example:${port}/?to=${encodeURIComponent(to(port))}`)).rejects.toMatchObject({ code: 'address_refused' });
    expect(reached.map((request) => request.url.split('?')[0])).toEqual(['/']);
  });

  test('follows a redirect that stays allowed, a few times, and turns a POST into a GET as browsers do', async () => {
    const { fetch } = allowed();
    const response = await fetch(`http://front.example:${port}/?to=/end`, { method: 'POST', body: 'x' });
    expect(response.status).toBe(200);
    expect(reached.map(({ method, url, body }) => [method, url.split('?')[0], body])).toEqual([
      ['POST', '/', 'x'],
      ['GET', '/end', ''],
    ]);
    const circle = `http://front.example:${port}/?to=${encodeURIComponent('/?to=%2F')}`;
    await expect(fetch(`${circle}`, { redirect: 'error' })).rejects.toMatchObject({ code: 'redirect_refused' });
    expect((await fetch(circle, { redirect: 'manual' })).status).toBe(302);
  });

  test('takes its credentials to no other origin', async () => {
    const dns = nameServer({ 'front.example': LOOPBACK, 'other.example': LOOPBACK });
    const fetch = createGuardedFetch({
      allowPrivateHosts: ['front.example', 'other.example', `front.example:${port}`, `other.example:${port}`],
      resolve: dns.resolve,
    });
    const to = encodeURIComponent(`http://other.example:${port}/end`);
    await fetch(`http://front.example:${port}/?status=307&to=${to}`, { headers: { authorization: 'Bearer s' } });
    expect(reached.map(({ url, authorization }) => [url.split('?')[0], authorization])).toEqual([
      ['/', 'Bearer s'],
      ['/end', undefined],
    ]);
  });

  test('reads no more than it is allowed to, and does not wait for ever', async () => {
    const { fetch } = allowed({}, { mostBytes: 1000 });
    await expect(fetch(`http://front.example:${port}/long`)).rejects.toMatchObject({ code: 'answer_too_large' });
    const silent = http.createServer(() => {});
    await new Promise<void>((done) => silent.listen(0, '127.0.0.1', done));
    const at = (silent.address() as AddressInfo).port;
    const slow = createGuardedFetch({ allowPrivateHosts: [`127.0.0.1:${at}`], timeoutMs: 200 });
    await expect(slow(`http://127.0.0.1:${at}/`)).rejects.toMatchObject({ code: 'no_answer' });
    silent.closeAllConnections();
    silent.close();
  });
});

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createMetrics } from '#platform/telemetry/index.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createHttpServer, route, type HttpServer } from './index.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reeve-console-files-'));
const built = path.join(folder, 'dist');
const servers: HttpServer[] = [];
let url: string;

async function start(consoleFolder: string | undefined): Promise<string> {
  const data = route({
    method: 'GET',
    path: '/v1/things',
    summary: 's',
    tag: 't',
    access: 'public',
    response: { status: 200, schema: null },
    handle: async () => ({ things: [] }),
  });
  const server = await createHttpServer({
    routes: [data],
    authenticate: async () => null,
    config: { host: '127.0.0.1', port: 0, publicUrl: null, trustProxy: false, bodyLimitBytes: 10_000, rateLimitPerSecond: 0 },
    log: silentLog,
    metrics: createMetrics({ processMetrics: false }),
    clock: { now: () => new Date() },
    version: '1',
    ready: async () => ({ ready: true, parts: {} }),
    status: async () => ({}),
    idempotency: null,
    redact: (text) => text,
    ...(consoleFolder === undefined ? {} : { console: consoleFolder }),
  });
  servers.push(server);
  return (await server.listen()).url;
}

beforeAll(async () => {
  mkdirSync(path.join(built, 'assets'), { recursive: true });
  writeFileSync(path.join(built, 'index.html'), '<html><script nonce="__CSP_NONCE__" src="/assets/a-1.js"></script></html>');
  writeFileSync(path.join(built, 'assets', 'a-1.js'), `console.log(${JSON.stringify('x'.repeat(5000))});`);
  writeFileSync(path.join(built, 'theme.js'), '1;');
  writeFileSync(path.join(built, 'icon.svg'), '<svg/>');
  writeFileSync(path.join(folder, 'secret.js'), 'secret');
  url = await start(built);
});
afterAll(async () => {
  for (const server of servers) await server.stop(0);
  rmSync(folder, { recursive: true, force: true });
});

const PAGE = { headers: { accept: 'text/html,application/xhtml+xml' } };

/** As it is: `fetch` would tidy the address up before it is sent. */
function raw(address: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const { hostname, port } = new URL(url);
    request({ hostname, port, path: address }, (response) => resolve(response.resume().statusCode ?? 0))
      .on('error', reject)
      .end();
  });
}

describe('the console is served', () => {
  it('at the start and at every place of its own, with a number that no other answer has', async () => {
    const seen = new Set<string>();
    for (const at of ['/', '/work', '/work/iss_1', '/ledger?seq=4']) {
      const response = await fetch(`${url}${at}`, PAGE);
      const policy = response.headers.get('content-security-policy') ?? '';
      const nonce = /style-src 'self' 'nonce-([^']+)'/.exec(policy)?.[1] ?? '';
      expect(response.status).toBe(200);
      expect(response.headers.get('cache-control')).toBe('no-store');
      expect(await response.text()).toContain(`nonce="${nonce}"`);
      expect(policy).not.toMatch(/unsafe|\*/);
      seen.add(nonce);
    }
    expect(seen.size).toBe(4);
  });

  it('never instead of the API: unknown operations stay problem documents, for programs and browsers', async () => {
    for (const at of ['/v1/nothing', '/webhooks/nothing', '/assets/gone.js']) {
      const response = await fetch(`${url}${at}`, PAGE);
      expect([at, response.status, response.headers.get('content-type')]).toEqual([at, 404, expect.stringContaining('problem+json')]);
    }
    expect((await fetch(`${url}/work`, { headers: { accept: 'application/json' } })).status).toBe(404);
    expect((await fetch(`${url}/work`, { ...PAGE, method: 'POST' })).status).toBe(404);
    expect(await (await fetch(`${url}/v1/things`, PAGE)).json()).toEqual({ things: [] });
  });

  it('with files that a browser keeps for ever, small, and asks for only once', async () => {
    const response = await fetch(`${url}/assets/a-1.js`, { headers: { 'accept-encoding': 'br' } });
    expect(response.headers.get('cache-control')).toContain('immutable');
    expect(response.headers.get('content-encoding')).toBe('br');
    expect(await response.text()).toContain('xxx');
    const plain = await fetch(`${url}/assets/a-1.js`, { headers: { 'accept-encoding': 'identity' } });
    expect(plain.headers.get('content-encoding')).toBeNull();
    const etag = (await fetch(`${url}/theme.js`)).headers.get('etag') ?? '';
    expect((await fetch(`${url}/theme.js`, { headers: { 'if-none-match': etag } })).status).toBe(304);
  });

  it('and nothing outside its folder', async () => {
    for (const at of ['/assets/../../secret.js', '/assets/..%2f..%2fsecret.js', '/assets/%2e%2e', '/assets/.built-from', '/../secret.js'])
      expect([at, await raw(at)]).toEqual([at, 404]);
  });

  it('where it was not built, the page says how; where there is none, addresses are nothing', async () => {
    const response = await fetch(await start(path.join(folder, 'never-built')), PAGE);
    expect(response.status).toBe(503);
    expect(await response.text()).toContain('npm run build:web');
    expect((await fetch(`${await start(undefined)}/work`, PAGE)).status).toBe(404);
  });
});

import { once } from 'node:events';
import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient, type ApiClient } from './client.ts';

let server: Server;
let api: ApiClient;
const asked: Array<string | undefined> = [];
/** What happens to one request after the other; then they are answered. */
let fates: Array<(response: ServerResponse) => void> = [];

const say = (status: number, body: object) => (response: ServerResponse) => {
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
};

beforeEach(async () => {
  asked.length = 0;
  server = createServer((request, response) => {
    asked.push(request.headers['idempotency-key']?.toString());
    (fates.shift() ?? say(202, { id: 'x' }))(response);
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  api = createApiClient({ url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, token: 't' }, undefined, [1, 1, 1]);
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => {
    server.close(resolve);
  });
});

test('what must not be made twice is asked for again under its key while the answer gets lost', async () => {
  fates = [
    (response) => void response.destroy(),
    (response) => void response.writeHead(202, { 'content-length': '20' }).write('{"id"', () => response.destroy()),
    say(409, { code: 'idempotency_in_progress', kind: 'conflict' }),
  ];
  expect(await api.make('/v1/requests', {})).toEqual({ id: 'x' });
  expect(asked).toHaveLength(4);
  expect([new Set(asked).size, asked[0]]).toEqual([1, expect.stringMatching(/^[\w-]{36}$/)]);
  await api.make('/v1/requests', {});
  expect(asked[4]).not.toBe(asked[0]);
});

test('a refusal is an answer, and a server that stays silent is said in the end', async () => {
  fates = [say(503, { code: 'dispatch_stopped', kind: 'unavailable' })];
  await expect(api.make('/v1/requests', {})).rejects.toMatchObject({ code: 'dispatch_stopped' });
  expect(asked).toHaveLength(1);
  const lose = (response: ServerResponse) => void response.destroy();
  fates = [lose, lose, lose, lose];
  await expect(api.make('/v1/requests', {})).rejects.toMatchObject({ kind: 'unavailable', code: 'no_answer' });
  expect(asked).toHaveLength(5);
});

test('a proxy that lost the answer is asked again, and a server that is not there is said at once', async () => {
  const proxy = (response: ServerResponse) => void response.writeHead(502, { 'content-type': 'text/html' }).end('<h1>Bad gateway</h1>');
  fates = [proxy, say(500, { code: 'internal', kind: 'internal' })];
  expect(await api.make('/v1/requests', {})).toEqual({ id: 'x' });
  expect([asked.length, new Set(asked).size]).toEqual([3, 1]);
  const gone = createServer().listen(0, '127.0.0.1');
  await once(gone, 'listening');
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  const nowhere = createApiClient({ url: `http://127.0.0.1:${port}`, token: 't' }, undefined, [60_000]);
  await expect(nowhere.make('/v1/requests', {})).rejects.toMatchObject({ kind: 'unavailable', code: 'not_reached' });
});

test('what answers but is no Reeve is said to be none, whatever its words', async () => {
  const { url } = api;
  const none = { kind: 'unavailable', code: 'no_reeve', message: `There is no Reeve at ${url}: something else answers there.` };
  const page = (status: number, text: string) => (response: ServerResponse) =>
    void response.writeHead(status, { 'content-type': 'text/html' }).end(text);
  fates = [page(200, 'undefined'), page(200, '<h1>Welcome</h1>'), page(404, '<h1>Not found</h1>'), say(404, { message: 'Not Found' }), page(501, '')];
  for (const path of ['/status', '/v1/home', '/v1/jobs', '/v1/runs', '/v1/queue']) await expect(api.get(path)).rejects.toMatchObject(none);
  // Its own refusals keep their words, and a proxy before it is asked again.
  fates = [say(404, { kind: 'not_found', detail: 'There is no run run_1.' }), page(502, '<h1>Bad gateway</h1>')];
  await expect(api.get('/v1/jobs/run_1')).rejects.toMatchObject({ kind: 'not_found', message: 'There is no run run_1.' });
  await expect(api.get('/status')).rejects.toMatchObject({ code: 'no_answer' });
});

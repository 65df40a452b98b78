import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Local } from '../local.ts';
import { runCli } from '../program.ts';

let server: Server;
let asked: URLSearchParams[] = [];
beforeAll(async () => {
  const items = ['act_1', 'act_2', 'act_3'].map((id) => ({ action_id: id }));
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push(searchParams);
    response.setHeader('content-type', 'application/json');
    response.end(JSON.stringify({ items: pathname === '/v1/break-glass' ? items : [], next_cursor: null }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));

async function reeve(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  asked = [];
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const local = { version: '0', findServer: () => Promise.resolve({ url, token: 'none' }) } as unknown as Local;
  const said = { out: '', err: '' };
  const code = await runCli(argv, local, { out: (text) => (said.out += text), err: (text) => (said.err += text), interactive: false });
  return { code, ...said };
}

it('a list takes a day for a time, and asks for its midnight in UTC', async () => {
  await reeve('issue', 'list', '--changed-since', '2026-11-21');
  expect(asked[0]?.get('changed_since')).toBe('2026-11-21T00:00:00.000Z');
  await reeve('issue', 'list', '--ended-since', '2026-11-21');
  expect(asked[0]?.get('ended_since')).toBe('2026-11-21T00:00:00.000Z');
  await reeve('queue', 'landed', '--from', '2026-11-21', '--to', '2026-11-21T02:57:00+02:00');
  expect([asked[0]?.get('from'), asked[0]?.get('to')]).toEqual(['2026-11-21T00:00:00.000Z', '2026-11-21T00:57:00.000Z']);
  expect(await reeve('queue', 'landed', '--from', 'yesterday')).toMatchObject({ code: 2, err: expect.stringContaining('a time such as') });
});

it('emergencies say that there are more than are shown', async () => {
  const some = await reeve('approvals', 'emergencies', '--limit', '2');
  expect(some.out).toMatch(/act_2[^]*There are more; --limit shows them\.$/);
  expect(some.out).not.toContain('act_3');
  expect((await reeve('approvals', 'emergencies')).out).not.toContain('There are more');
  expect(JSON.parse((await reeve('approvals', 'emergencies', '--limit', '2', '--json')).out)).toMatchObject({ items: [{}, {}], more: true });
});

import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { Local } from '../local.ts';
import { runCli } from '../program.ts';

let server: Server;
let asked: URLSearchParams[] = [];
let entries: object[] = [];
const approvals = ['Close issue #1 of acme/shop as duplicate', 'Agree to the plan', 'Close issue #3 of acme/shop'].map((headline, at) => ({
  id: `act_${at + 1}`,
  kind: 'issue.close',
  risk: 'low',
  status: 'pending',
  headline,
  expires_at: '2026-03-08T10:00:00Z',
  record: { args: {}, trigger_user: 'pat', target: { repo: 'acme/shop', number: at + 1 } },
}));
beforeAll(async () => {
  const items = ['act_1', 'act_2', 'act_3'].map((id) => ({ action_id: id }));
  server = createServer((request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '/', 'http://127.0.0.1');
    asked.push(searchParams);
    response.setHeader('content-type', 'application/json');
    if (searchParams.get('state') === 'nonsense') {
      response.statusCode = 422;
      return response.end(JSON.stringify({ kind: 'invalid', detail: 'query.state: Invalid option' }));
    }
    const lists: Record<string, object[]> = { '/v1/break-glass': items, '/v1/approvals': approvals, '/v1/ledger': entries };
    response.end(JSON.stringify({ items: lists[pathname] ?? [], targets: [], counts: [], alarms: [], last_day: { landed: 0 }, next_cursor: null }));
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

it('approvals say what each is about and where, and that there are more', async () => {
  const listed = await reeve('approvals', '--limit', '2', '--status', 'all');
  expect(listed.out).toMatch(/^ID +ACTION +RISK +ASKED BY +STATUS +EXPIRES +WHAT\n/);
  expect(listed.out).toMatch(
    / Close issue #1 of acme\/shop as duplicate\n[^\n]* acme\/shop#2: Agree to the plan\nThere are more; --limit shows them\.$/,
  );
  expect(asked[0]?.has('status')).toBe(false);
  expect(JSON.parse((await reeve('approvals', '--limit', '2', '--json')).out)).toMatchObject({ items: [{}, {}], more: true });
  expect((await reeve('approvals')).out).not.toContain('There are more');
});

it('the words of a filter are the same in the help and in what is said to a wrong one', async () => {
  const words = 'pending, approved, declined, modified, expired, withdrawn, decided';
  expect((await reeve('approvals', 'list', '--help')).out.replaceAll(/\s+/g, ' ')).toContain(words);
  expect(await reeve('approvals', 'list', '--status', 'nonsense')).toMatchObject({
    code: 2,
    err: expect.stringContaining(`It is one of ${words}, all.`),
  });
});

it('a group alone lists, and a word that is no command of it is named as one, with the one that may be meant', async () => {
  for (const group of ['approvals', 'job', 'pulls', 'plan', 'ledger']) expect(await reeve(group)).toMatchObject({ code: 0 });
  expect(await reeve('queue', 'stats')).toMatchObject({ code: 2, err: expect.stringMatching(/unknown command 'stats'[^]*Did you mean status\?/) });
  expect(await reeve('approvals', '--limit', '2', 'frobnicate')).toMatchObject({
    code: 2,
    err: expect.stringContaining("unknown command 'frobnicate'"),
  });
  expect((await reeve('approvals', 'help', 'list')).out).toContain('--order');
});

it('an option is no value of the one before it', async () => {
  const missing = await reeve('job', 'start', '--task', '--agent');
  expect(missing).toMatchObject({ code: 2, err: expect.stringContaining("option '--task <id>' argument missing: --agent is an option") });
  expect(asked).toEqual([]);
  expect(await reeve('approvals', '--kind', '--mine')).toMatchObject({ code: 2, err: expect.stringContaining('--kind=--mine') });
  expect((await reeve('approvals', '--kind=--mine')).code).toBe(0);
});

it('the ledger is lines, or with --json one document, and says where it has nothing', async () => {
  expect((await reeve('ledger', 'entries')).out).toBe('');
  expect(JSON.parse((await reeve('ledger', 'entries', '--json')).out)).toEqual({ items: [] });
  expect((await reeve('ledger', 'list', '--subject', 'nonsense')).out).toBe('(none)');
  entries = [{ seq: 1 }, { seq: 2 }];
  expect(JSON.parse((await reeve('ledger', 'entries', '--json')).out)).toEqual({ items: entries });
});

it('a filter that the server refuses is named as the option it is', async () => {
  expect(await reeve('job', 'list', '--state', 'nonsense')).toMatchObject({ code: 2, err: expect.stringMatching(/^error: --state: Invalid option/) });
});

it('all of one kind are asked for by their kind, and none is decided before the list was read', async () => {
  const told = await reeve('approvals', 'approve', '--all', '--kind', 'issue.close');
  expect(told).toMatchObject({ code: 2, err: expect.stringContaining('3 would be decided. Nothing was.') });
  expect(asked.map((query) => query.get('kind'))).toEqual(['issue.close']);
});

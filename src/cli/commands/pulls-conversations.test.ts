import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from 'vitest';
import type { Local } from '../local.ts';
import { runCli } from '../program.ts';

const target = { forge: 'github', repo: 'acme/shop', number: 7 };
const thread = (id: string, more: object = {}) => ({
  id,
  path: 'src/cart.js',
  line: 2,
  resolved: false,
  comments: [{ author: 'leo', body: `Why ${id}?\n\n<!-- reeve:act:1 -->` }],
  asked: [],
  ...more,
});

let server: Server;
let sent: unknown[];
let pull: { state: string; issue_id: string | null };
let status: string;
let person: { handle: string } | null;
beforeAll(async () => {
  const items = [
    thread('t1'),
    thread('t2', { resolved: true }),
    thread('t3', { asked: [{ action_id: 'act_old', kind: 'pr.thread.resolve', status: 'pending' }] }),
  ];
  const answers: Readonly<Record<string, () => unknown>> = {
    '/v1/pulls/pull_1': () => pull,
    '/v1/pulls/pull_1/conversations': () => ({ pull_id: 'pull_1', target, items, next_cursor: null }),
    '/v1/whoami': () => ({ subject: 'person:zoe', person }),
    '/v1/actions/propose': () => ({ action_id: 'act_1', status }),
  };
  server = createServer((request, response) => {
    const parts: Buffer[] = [];
    request.on('data', (part: Buffer) => parts.push(part));
    request.on('end', () => {
      if (request.method === 'POST') sent.push(JSON.parse(Buffer.concat(parts).toString('utf8')));
      const answer = answers[request.url ?? ''];
      response.writeHead(answer === undefined ? 404 : 200, { 'content-type': 'application/json' });
      response.end(JSON.stringify(answer?.() ?? { kind: 'not_found', detail: 'There is no such pull request.' }));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterAll(() => new Promise((resolve) => server.close(resolve)));
beforeEach(() => {
  sent = [];
  pull = { state: 'open', issue_id: 'iss_1' };
  status = 'approved';
  person = { handle: 'zoe' };
});

async function reeve(...argv: string[]): Promise<{ code: number; out: string; err: string }> {
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const local = { version: '0', findServer: () => Promise.resolve({ url, token: 'none' }) } as unknown as Local;
  const said = { out: '', err: '' };
  const code = await runCli(['pulls', ...argv], local, { out: (text) => (said.out += text), err: (text) => (said.err += text), interactive: false });
  return { code, ...said };
}

it('conversations are listed with the ids that the other commands take, open ones alone, and with a word where there are more', async () => {
  const all = await reeve('conversations', 'pull_1');
  expect(all.out).toMatch(/^t1 {2}src\/cart\.js:2\n {2}leo: Why t1\?\n\nt2 {2}src\/cart\.js:2 \(resolved\)\n/);
  expect(all.out).toMatch(/asked for: pr\.thread\.resolve, pending \(act_old\)$/);
  const open = JSON.parse((await reeve('conversations', 'pull_1', '--open', '--json')).out) as { items: Array<{ id: string }>; more: boolean };
  expect([open.items.map(({ id }) => id), open.more]).toEqual([['t1', 't3'], false]);
  expect((await reeve('conversations', 'pull_1', '--limit', '2')).out).toMatch(/There are more; --limit shows them\.$/);
  expect(await reeve('conversations', 'pull_none')).toMatchObject({ code: 1, err: expect.stringContaining('no such pull request') });
});

it('a reply is proposed for the issue of the pull request, with whose words they are', async () => {
  expect(await reeve('reply', 'pull_1', 't1', 'Because', 'of', 'zero.')).toEqual({ code: 0, out: 'It is on its way to the forge.', err: '' });
  person = null;
  await reeve('reply', 'pull_1', 't1', 'Two words');
  expect(sent).toEqual([
    {
      kind: 'pr.thread.reply',
      target,
      args: { thread_id: 't1', body: 'Because of zero.\n\n*Written in Reeve by zoe.*' },
      work_item_id: 'iss_1',
    },
    expect.objectContaining({ args: { thread_id: 't1', body: 'Two words\n\n*Written in Reeve by person:zoe.*' } }),
  ]);
});

it('a conversation is resolved once: what is resolved or under way is not proposed again', async () => {
  expect(JSON.parse((await reeve('resolve', 'pull_1', 't1', '--json')).out)).toEqual({ action_id: 'act_1', status: 'approved' });
  expect(await reeve('resolve', 'pull_1', 't2')).toMatchObject({ code: 0, out: 'It is resolved already.' });
  expect((await reeve('resolve', 'pull_1', 't3')).out).toBe('It waits for a decision (reeve approvals show act_old).');
  expect(sent).toEqual([{ kind: 'pr.thread.resolve', target, args: { thread_id: 't1' }, work_item_id: 'iss_1' }]);
});

it('what the policy denies is a no, and what waits says where it is decided', async () => {
  status = 'denied';
  expect(await reeve('reply', 'pull_1', 't1', 'x')).toMatchObject({ code: 1, out: 'The policy does not allow it. Nothing is sent.' });
  status = 'pending';
  expect(await reeve('resolve', 'pull_1', 't1')).toMatchObject({ code: 0, out: expect.stringContaining('approvals show act_1') });
});

it('nothing is proposed without words, for a conversation that is not there, or where the pull request is over', async () => {
  expect(await reeve('reply', 'pull_1', 't1')).toMatchObject({ code: 2, err: expect.stringContaining('There is no answer.') });
  expect(await reeve('resolve', 'pull_1', 'nowhere')).toMatchObject({ code: 1, err: expect.stringContaining('reeve pulls conversations pull_1') });
  pull = { state: 'merged', issue_id: null };
  expect(await reeve('reply', 'pull_1', 't1', 'x')).toMatchObject({ code: 1, err: expect.stringContaining('The pull request is merged') });
  expect(sent).toEqual([]);
});

import { mkdtemp, rm, stat } from 'node:fs/promises';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { silentLog } from '../../../test/kit/log.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { AgentTool, OpenToolServer } from '#ports/agent-tools.ts';
import { createToolServer } from './index.ts';

const TOKEN = 'the-token-of-the-run';
const echo: AgentTool = {
  name: 'echo',
  description: 'Says it again.',
  inputSchema: { type: 'object', properties: { text: { type: 'string' } } },
  call: async (args) => ({ text: JSON.stringify(args) }),
};
const broken: AgentTool = { ...echo, name: 'broken', call: () => Promise.reject(new Error('the password is hunter2')) };

let aborted: string[] = [];
/** Ends only when its caller is gone. */
const patient: AgentTool = {
  ...echo,
  name: 'patient',
  call: (_args, signal) =>
    new Promise((resolve) => {
      signal.addEventListener('abort', () => {
        aborted.push('patient');
        resolve({ text: 'nobody reads this' });
      });
    }),
};

let server: OpenToolServer;
beforeEach(async () => {
  aborted = [];
  server = await createToolServer({ log: silentLog }).open({ runId: 'run_1', token: TOKEN, tools: [echo, broken, patient], socketPath: null });
});
afterEach(() => server.close());

async function send(
  message: unknown,
  headers: Record<string, string> = {},
  method = 'POST',
): Promise<{ status: number; type: string; body: string }> {
  const response = await fetch(server.url ?? '', {
    method,
    headers: { authorization: `Bearer ${TOKEN}`, 'content-type': 'application/json', ...headers },
    ...(method === 'POST' ? { body: typeof message === 'string' ? message : JSON.stringify(message) } : {}),
  });
  return { status: response.status, type: response.headers.get('content-type') ?? '', body: await response.text() };
}

const rpc = (method: string, params: JsonObject = {}, id = 1) => ({ jsonrpc: '2.0', id, method, params });
const resultOf = (answer: { body: string }): unknown => (JSON.parse(answer.body) as { result: unknown }).result;

describe('the conversation', () => {
  it("answers initialize in the client's revision, or in its own where it does not know that one", async () => {
    const asked = async (protocolVersion: string) =>
      resultOf(await send(rpc('initialize', { protocolVersion, capabilities: {}, clientInfo: { name: 'x', version: '1' } })));
    expect(await asked('2025-03-26')).toMatchObject({ protocolVersion: '2025-03-26', capabilities: { tools: {} } });
    expect(await asked('1999-01-01')).toMatchObject({ protocolVersion: '2025-06-18' });
  });

  it('lists the tools with their schemas and calls them', async () => {
    expect(resultOf(await send(rpc('tools/list')))).toMatchObject({ tools: [{ name: 'echo', inputSchema: { type: 'object' } }, {}, {}] });
    expect(resultOf(await send(rpc('tools/call', { name: 'echo', arguments: { text: 'hi' } })))).toEqual({
      content: [{ type: 'text', text: '{"text":"hi"}' }],
      isError: false,
    });
  });

  it('streams the answer of a call to a client that takes streams', async () => {
    const answer = await send(rpc('tools/call', { name: 'echo' }), { accept: 'application/json, text/event-stream' });
    expect(answer.type).toContain('text/event-stream');
    expect(JSON.parse(/^data: (.*)$/m.exec(answer.body)?.[1] ?? '')).toMatchObject({ id: 1, result: { content: [{ text: '{}' }] } });
  });

  it('tells of a tool that broke without telling why', async () => {
    const { body } = await send(rpc('tools/call', { name: 'broken' }));
    expect(JSON.parse(body)).toMatchObject({ result: { isError: true } });
    expect(body).not.toContain('hunter2');
  });

  it('takes notifications without an answer, and a call back when the client says so', async () => {
    expect(await send({ jsonrpc: '2.0', method: 'notifications/initialized' })).toMatchObject({ status: 202, body: '' });
    const call = send(rpc('tools/call', { name: 'patient' }, 7));
    while (aborted.length === 0) await send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
    expect((await call).status).toBe(200);
  });

  it('refuses a second call under the id of one that is under way', async () => {
    const call = send(rpc('tools/call', { name: 'patient' }, 7));
    await expect.poll(async () => (await send(rpc('tools/call', { name: 'echo' }, 7))).body).toContain('under way');
    while (aborted.length === 0) await send({ jsonrpc: '2.0', method: 'notifications/cancelled', params: { requestId: 7 } });
    expect((await call).status).toBe(200);
  });

  it('lets go of a call whose client hung up', async () => {
    const leave = new AbortController();
    const call = fetch(server.url ?? '', {
      method: 'POST',
      signal: leave.signal,
      headers: { authorization: `Bearer ${TOKEN}`, accept: 'text/event-stream' },
      body: JSON.stringify(rpc('tools/call', { name: 'patient' })),
    });
    await call;
    leave.abort();
    await expect.poll(() => aborted).toEqual(['patient']);
  });

  it.each([
    ['an unknown tool', rpc('tools/call', { name: 'rm' }), -32_602],
    ['a call without a name', rpc('tools/call', {}), -32_602],
    ['another part of the protocol', rpc('resources/list'), -32_601],
  ])('answers %s with an error', async (_name, message, code) => {
    expect(JSON.parse((await send(message)).body)).toMatchObject({ id: 1, error: { code } });
  });
});

describe('the door', () => {
  it.each([
    ['no token', 401, { authorization: '' }],
    ['another token', 401, { authorization: `Bearer ${TOKEN.replace('t', 'T')}` }],
    ['a longer token', 401, { authorization: `Bearer ${TOKEN}x` }],
    ['a page of another origin', 403, { origin: 'https://evil.example' }],
  ])('is closed to %s', async (_name, status, headers) => {
    const answer = await send(rpc('tools/list'), headers);
    expect(answer.status).toBe(status);
    expect(answer.body).not.toContain('echo');
  });

  it.each([
    ['GET', 405],
    ['DELETE', 405],
  ])('knows no %s', async (method, status) => {
    expect((await send(null, {}, method)).status).toBe(status);
  });

  it.each([
    ['no JSON', '{', 400],
    ['no message', '{"hello":1}', 400],
    ['a batch', '[]', 400],
    ['far too much', `"${'x'.repeat(1_100_000)}"`, 413],
  ])('refuses %s', async (_name, body, status) => {
    expect((await send(body)).status).toBe(status);
  });

  it('can be a socket that only its owner opens, and is gone when it is closed', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'reeve-mcp-'));
    const socketPath = join(folder, 's.sock');
    const own = await createToolServer({ log: silentLog }).open({ runId: 'run_1', token: TOKEN, tools: [echo], socketPath });
    expect(own.url).toBeNull();
    expect(((await stat(socketPath)).mode & 0o777).toString(8)).toBe('600');
    const status = await new Promise((resolve) => {
      const asked = request({ socketPath, path: '/mcp', method: 'POST', headers: { authorization: `Bearer ${TOKEN}` } }, ({ statusCode }) =>
        resolve(statusCode),
      );
      asked.end(JSON.stringify(rpc('ping')));
    });
    expect(status).toBe(200);
    await own.close();
    await own.close();
    await expect(stat(socketPath)).rejects.toThrow('ENOENT');
    await rm(folder, { recursive: true });
  });
});

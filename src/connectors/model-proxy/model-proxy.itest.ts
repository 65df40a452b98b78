import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, stat } from 'node:fs/promises';
import { createServer, request as httpRequest, type IncomingHttpHeaders, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { ModelProxySpec, OpenModelProxy, ProxyUsage, UpstreamKind } from '#ports/model-proxy.ts';
import { createModelProxy } from './index.ts';

const REAL_KEY = 'sk-real-key-of-the-operator';

interface Seen {
  method: string;
  url: string;
  headers: IncomingHttpHeaders;
  body: string;
}

let folder = '';
let provider: Server;
let answer: (request: IncomingMessage, response: ServerResponse) => void = () => {};
let seen: Seen[] = [];
let usages: ProxyUsage[] = [];
let exhausted: string[] = [];
let logged = '';
let gateway: OpenModelProxy | null = null;

const note = (...parts: unknown[]): void => void (logged += JSON.stringify(parts));
const log = { debug: note, info: note, warn: note, error: note, child: () => log } as never;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-gw-'));
  [seen, usages, exhausted, logged] = [[], [], [], ''];
  provider = createServer((request, response) => {
    void text(request).then((body) => {
      seen.push({ method: request.method ?? '', url: request.url ?? '', headers: request.headers, body });
      answer(request, response);
    });
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
});
afterEach(async () => {
  await gateway?.close();
  gateway = null;
  provider.closeAllConnections();
  await new Promise((done) => provider.close(done));
  await rm(folder, { recursive: true, force: true });
});

const socketPath = (): string => join(folder, 'gw.sock');

async function open(kind: UpstreamKind, change: Partial<ModelProxySpec> = {}): Promise<OpenModelProxy> {
  const baseUrl = `http://127.0.0.1:${(provider.address() as AddressInfo).port}${kind === 'openai' ? '/v1' : ''}`;
  gateway = await createModelProxy({ log }).open({
    runId: 'run_test',
    socketPath: socketPath(),
    upstream: { kind, baseUrl, apiKey: REAL_KEY },
    price: { inputMicrosPerMillion: 1_000_000, outputMicrosPerMillion: 2_000_000 },
    budget: { tokens: 1000, costMicros: 1_000_000 },
    onUsage: (usage) => usages.push(usage),
    onExhausted: (detail) => exhausted.push(detail),
    ...change,
  });
  return gateway;
}

interface Got {
  status: number;
  headers: IncomingHttpHeaders;
  body: string;
}

async function ask(path: string, body: unknown, headers: Record<string, string> = { authorization: `Bearer ${gateway?.env['REEVE_GATEWAY_KEY']}` }, method = 'POST'): Promise<Got> {
  const request = httpRequest({ socketPath: socketPath(), path, method, headers: { 'content-type': 'application/json', cookie: 'x=1', ...headers } });
  request.end(method === 'GET' ? undefined : JSON.stringify(body));
  const [response] = (await once(request, 'response')) as [IncomingMessage];
  return { status: response.statusCode ?? 0, headers: response.headers, body: await text(response) };
}

const json = (body: unknown, status = 200) => (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(status, { 'content-type': 'application/json', 'set-cookie': 'session=1', 'openai-organization': 'org-secret' }).end(JSON.stringify(body));
};
const events = (...parts: unknown[]) => (_request: IncomingMessage, response: ServerResponse): void => {
  response.writeHead(200, { 'content-type': 'text/event-stream' });
  for (const part of parts) response.write(`data: ${typeof part === 'string' ? part : JSON.stringify(part)}\n\n`);
  response.end();
};

describe('a request through the gateway', () => {
  it('reaches the provider with the real key, and the answer comes back without what is none of the agent’s business', async () => {
    answer = json({ choices: [{ message: { content: 'hi' } }], usage: { prompt_tokens: 10, completion_tokens: 5 } });
    await open('openai');
    const got = await ask('/v1/chat/completions', { model: 'm', messages: [] });
    expect(got.status).toBe(200);
    expect(JSON.parse(got.body)).toMatchObject({ choices: [{ message: { content: 'hi' } }] });
    expect(got.headers).not.toHaveProperty('set-cookie');
    expect(got.headers).not.toHaveProperty('openai-organization');
    expect(seen).toMatchObject([{ method: 'POST', url: '/v1/chat/completions', body: '{"model":"m","messages":[]}', headers: { authorization: `Bearer ${REAL_KEY}` } }]);
    expect(seen[0]?.headers).not.toHaveProperty('cookie');
    expect(usages).toEqual([{ requests: 1, inputTokens: 10, outputTokens: 5, costMicros: 20, estimated: 0 }]);
    expect(gateway?.usage()).toEqual(usages[0]);
  });

  it.each([
    ['anthropic', '/v1/messages', 'x-api-key'],
    ['gemini', '/v1beta/models/g:generateContent', 'x-goog-api-key'],
  ] as const)('to %s carries the key in its header, whichever way the agent gave its own', async (kind, path, header) => {
    answer = json({ usage: { input_tokens: 1, output_tokens: 1 }, usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } });
    await open(kind);
    const key = gateway?.env['REEVE_GATEWAY_KEY'] ?? '';
    expect((await ask(path, {}, { [header]: key, 'anthropic-version': '2023-06-01' })).status).toBe(200);
    expect(seen[0]?.headers).toMatchObject({ [header]: REAL_KEY, 'anthropic-version': '2023-06-01' });
    expect(usages[0]).toMatchObject({ inputTokens: 1, outputTokens: 1 });
    if (kind === 'gemini') {
      expect((await ask(`${path}?key=${key}`, {}, {})).status).toBe(200);
      expect(seen[1]?.url).not.toContain('key=');
    }
  });

  it('streams: pieces come as they are sent, and the tokens are counted', async () => {
    let finish = (): void => {};
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      finish = () => response.end('data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":3}}\n\ndata: [DONE]\n\n');
    };
    await open('openai');
    const request = httpRequest({ socketPath: socketPath(), path: '/v1/chat/completions', method: 'POST', headers: { authorization: `Bearer ${gateway?.env['REEVE_GATEWAY_KEY']}` } });
    request.end('{"stream":true}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toContain('"content":"a"');
    finish();
    expect(await text(response)).toBe('data: [DONE]\n\n');
    expect(JSON.parse(seen[0]?.body ?? '')).toEqual({ stream: true, stream_options: { include_usage: true } });
    expect(usages).toMatchObject([{ inputTokens: 8, outputTokens: 3, estimated: 0 }]);
  });

  it.each([
    ['anthropic', '/v1/messages', [{ type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } }, { type: 'message_delta', usage: { output_tokens: 6 } }], 9, 6],
    ['openai', '/v1/responses', [{ type: 'response.created', response: { usage: null } }, { type: 'response.completed', response: { usage: { input_tokens: 4, output_tokens: 2 } } }], 4, 2],
    ['gemini', '/v1beta/models/g:streamGenerateContent?alt=sse', [{ usageMetadata: { promptTokenCount: 3 } }, { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 7 } }], 3, 7],
  ] as const)('streams of %s %s are counted', async (kind, path, parts, inputTokens, outputTokens) => {
    answer = events(...parts);
    await open(kind);
    await ask(path, { stream: true });
    expect(usages).toMatchObject([{ inputTokens, outputTokens, estimated: 0 }]);
  });

  it('for a list of models costs nothing', async () => {
    answer = json({ data: [] });
    await open('openai');
    expect((await ask('/v1/models', null, undefined, 'GET')).status).toBe(200);
    expect(usages).toEqual([]);
  });
});

describe('the budget', () => {
  it('ends the run once and refuses what comes after, in the provider’s shape, without asking it', async () => {
    answer = json({ usage: { input_tokens: 900, output_tokens: 100 } });
    await open('anthropic');
    expect((await ask('/v1/messages', {})).status).toBe(200);
    expect(exhausted).toEqual(['The token budget of this run (1000) is used up.']);
    const refused = await ask('/v1/messages', {});
    expect(refused).toMatchObject({ status: 429, headers: { 'x-should-retry': 'false' } });
    expect(JSON.parse(refused.body)).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: exhausted[0] } });
    expect(seen).toHaveLength(1);
    expect(exhausted).toHaveLength(1);
  });

  it('counts an answer the agent hung up on', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: {"choices":[{"delta":{"content":"${'x'.repeat(400)}"}}]}\n\n`);
    };
    await open('openai');
    const request = httpRequest({ socketPath: socketPath(), path: '/v1/chat/completions', method: 'POST', headers: { authorization: `Bearer ${gateway?.env['REEVE_GATEWAY_KEY']}` } });
    request.on('error', () => {});
    request.end('{"stream":true}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    request.destroy();
    await expect.poll(() => usages).toMatchObject([{ requests: 1, estimated: 1 }]);
    expect(usages[0]?.outputTokens).toBeGreaterThan(100);
  });
});

describe('what the gateway does not let through', () => {
  it.each([
    ['/v1/files', 'POST', 404],
    ['/v1/fine_tuning/jobs', 'GET', 404],
    ['/v1/chat/completions', 'DELETE', 404],
  ])('%s %s', async (path, method, status) => {
    await open('openai');
    expect((await ask(path, {}, undefined, method)).status).toBe(status);
    expect(seen).toEqual([]);
  });

  it('a wrong key, no key, or the key of another run', async () => {
    await open('openai');
    const wrong: Array<Record<string, string>> = [{}, { authorization: 'Bearer dummy' }, { 'x-api-key': REAL_KEY }];
    for (const headers of wrong) expect((await ask('/v1/chat/completions', {}, headers)).status).toBe(401);
    expect(seen).toEqual([]);
  });

  it('a body that is not JSON', async () => {
    await open('openai');
    expect((await ask('/v1/chat/completions', 'text')).status).toBe(400);
  });
});

describe('when the provider fails', () => {
  it('its errors are passed on, without the key it may repeat, and cost nothing', async () => {
    answer = json({ error: { message: `Incorrect API key provided: ${REAL_KEY}.` } }, 401);
    await open('openai');
    const got = await ask('/v1/chat/completions', {});
    expect(got.status).toBe(401);
    expect(got.body).toContain('Incorrect API key provided: [key].');
    expect(usages).toEqual([]);
  });

  it('is not there: the agent gets an error of the right shape', async () => {
    await open('openai', { upstream: { kind: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: REAL_KEY } });
    const got = await ask('/v1/chat/completions', {});
    expect(got.status).toBe(502);
    expect(JSON.parse(got.body)).toMatchObject({ error: { type: 'server_error', message: expect.stringContaining('could not be reached') } });
  });

  it('breaks off in the middle: the agent sees the break, and what came is counted', async () => {
    answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"half"}}]}\n\n', () => response.destroy());
    };
    await open('openai');
    await expect(ask('/v1/chat/completions', {})).rejects.toThrow('aborted');
    expect(usages).toMatchObject([{ requests: 1, estimated: 1 }]);
  });
});

describe('the socket', () => {
  it('is for us alone, replaces a dead one, and is gone after closing, twice', async () => {
    await open('openai');
    expect((await stat(socketPath())).mode & 0o777).toBe(0o600);
    await gateway?.close();
    await gateway?.close();
    expect(existsSync(socketPath())).toBe(false);
  });

  it('with a path too long for a socket is refused in a sentence', async () => {
    await expect(open('openai', { socketPath: join(folder, 'x'.repeat(120)) })).rejects.toMatchObject({ kind: 'invalid', code: 'socket_path_too_long' });
  });

  it('that cannot be made is said to be unavailable', async () => {
    await expect(open('openai', { socketPath: join(folder, 'no/such/folder.sock') })).rejects.toMatchObject({ kind: 'unavailable' });
  });
});

it('keys are never logged', async () => {
  answer = json({ usage: { prompt_tokens: 1, completion_tokens: 1 } });
  await open('openai');
  await ask('/v1/chat/completions', {});
  expect(logged).toContain('/v1/chat/completions');
  expect(logged).not.toContain(REAL_KEY);
  expect(logged).not.toContain(gateway?.env['REEVE_GATEWAY_KEY']);
});

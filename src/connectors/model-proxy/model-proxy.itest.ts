import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createGatewayBench, events, json, REAL_KEY } from '../../../test/kit/model-provider.ts';

const bench = createGatewayBench();
beforeEach(bench.open);
afterEach(bench.close);

describe('a request through the gateway', () => {
  it('reaches the provider with the real key, and the answer comes back without what is none of the agent’s business', async () => {
    bench.answer = json({ choices: [{ message: { content: 'hi' } }], usage: { prompt_tokens: 10, completion_tokens: 5 } });
    await bench.openGateway('openai');
    const got = await bench.ask('/v1/chat/completions', { model: 'm', messages: [] });
    expect(got.status).toBe(200);
    expect(JSON.parse(got.body)).toMatchObject({ choices: [{ message: { content: 'hi' } }] });
    expect(got.headers).not.toHaveProperty('set-cookie');
    expect(got.headers).not.toHaveProperty('openai-organization');
    expect(bench.seen).toMatchObject([
      { method: 'POST', url: '/v1/chat/completions', body: '{"model":"m","messages":[]}', headers: { authorization: `Bearer ${REAL_KEY}` } },
    ]);
    expect(bench.seen[0]?.headers).not.toHaveProperty('cookie');
    expect(bench.usages).toEqual([{ requests: 1, inputTokens: 10, outputTokens: 5, costMicros: 20, estimated: 0 }]);
    expect(bench.gateway().usage()).toEqual(bench.usages[0]);
  });

  it.each([
    ['anthropic', '/v1/messages', 'x-api-key'],
    ['gemini', '/v1beta/models/g:generateContent', 'x-goog-api-key'],
  ] as const)('to %s carries the key in its header, whichever way the agent gave its own', async (kind, path, header) => {
    bench.answer = json({ usage: { input_tokens: 1, output_tokens: 1 }, usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1 } });
    await bench.openGateway(kind);
    const key = bench.key();
    expect((await bench.ask(path, {}, { [header]: key, 'anthropic-version': '2023-06-01' })).status).toBe(200);
    expect(bench.seen[0]?.headers).toMatchObject({ [header]: REAL_KEY, 'anthropic-version': '2023-06-01' });
    expect(bench.usages[0]).toMatchObject({ inputTokens: 1, outputTokens: 1 });
  });

  it('takes the key out of an address, where clients of gemini put it', async () => {
    bench.answer = json({});
    await bench.openGateway('gemini');
    expect((await bench.ask(`/v1beta/models/g:generateContent?key=${bench.key()}&x=1`, {}, {})).status).toBe(200);
    expect(bench.seen[0]?.url).toBe('/v1beta/models/g:generateContent?x=1');
  });

  it('streams: pieces come as they are sent, and the tokens are counted', async () => {
    let finish = (): void => {};
    bench.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"a"}}]}\n\n');
      finish = () => response.end('data: {"choices":[],"usage":{"prompt_tokens":8,"completion_tokens":3}}\n\ndata: [DONE]\n\n');
    };
    await bench.openGateway('openai');
    const request = httpRequest({
      socketPath: bench.socketPath(),
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key()}` },
    });
    request.end('{"stream":true}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    const [first] = (await once(response, 'data')) as [Buffer];
    expect(first.toString()).toContain('"content":"a"');
    finish();
    expect(await text(response)).toBe('data: [DONE]\n\n');
    expect(JSON.parse(bench.seen[0]?.body ?? '')).toEqual({ stream: true, stream_options: { include_usage: true } });
    expect(bench.usages).toMatchObject([{ inputTokens: 8, outputTokens: 3, estimated: 0 }]);
  });

  it.each([
    [
      'anthropic',
      '/v1/messages',
      [
        { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } },
        { type: 'message_delta', usage: { output_tokens: 6 } },
      ],
      9,
      6,
    ],
    [
      'openai',
      '/v1/responses',
      [
        { type: 'response.created', response: { usage: null } },
        { type: 'response.completed', response: { usage: { input_tokens: 4, output_tokens: 2 } } },
      ],
      4,
      2,
    ],
    [
      'gemini',
      '/v1beta/models/g:streamGenerateContent?alt=sse',
      [{ usageMetadata: { promptTokenCount: 3 } }, { usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 7 } }],
      3,
      7,
    ],
  ] as const)('streams of %s %s are counted', async (kind, path, parts, inputTokens, outputTokens) => {
    bench.answer = events(...parts);
    await bench.openGateway(kind);
    await bench.ask(path, { stream: true });
    expect(bench.usages).toMatchObject([{ inputTokens, outputTokens, estimated: 0 }]);
  });

  it('for a list of models costs nothing', async () => {
    bench.answer = json({ data: [] });
    await bench.openGateway('openai');
    expect((await bench.ask('/v1/models', null, undefined, 'GET')).status).toBe(200);
    expect(bench.usages).toEqual([]);
  });
});

describe('the budget', () => {
  it('ends the run once and refuses what comes after, in the provider’s shape, without asking it', async () => {
    bench.answer = json({ usage: { input_tokens: 900, output_tokens: 100 } });
    await bench.openGateway('anthropic');
    expect((await bench.ask('/v1/messages', {})).status).toBe(200);
    expect(bench.exhausted).toEqual(['The token budget of this run (1000) is used up.']);
    const refused = await bench.ask('/v1/messages', {});
    expect(refused).toMatchObject({ status: 429, headers: { 'x-should-retry': 'false' } });
    expect(JSON.parse(refused.body)).toEqual({ type: 'error', error: { type: 'rate_limit_error', message: bench.exhausted[0] } });
    expect(bench.seen).toHaveLength(1);
    expect(bench.exhausted).toHaveLength(1);
  });

  it('counts an answer the agent hung up on', async () => {
    bench.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write(`data: {"choices":[{"delta":{"content":"${'x'.repeat(400)}"}}]}\n\n`);
    };
    await bench.openGateway('openai');
    const request = httpRequest({
      socketPath: bench.socketPath(),
      path: '/v1/chat/completions',
      method: 'POST',
      headers: { authorization: `Bearer ${bench.key()}` },
    });
    request.on('error', () => {});
    request.end('{"stream":true}');
    const [response] = (await once(request, 'response')) as [IncomingMessage];
    await once(response, 'data');
    request.destroy();
    await expect.poll(() => bench.usages).toMatchObject([{ requests: 1, estimated: 1 }]);
    expect(bench.usages[0]?.outputTokens).toBeGreaterThan(100);
  });
});

describe('what the gateway does not let through', () => {
  it.each([
    ['/v1/files', 'POST', 404],
    ['/v1/fine_tuning/jobs', 'GET', 404],
    ['/v1/chat/completions', 'DELETE', 404],
  ])('%s %s', async (path, method, status) => {
    await bench.openGateway('openai');
    expect((await bench.ask(path, {}, undefined, method)).status).toBe(status);
    expect(bench.seen).toEqual([]);
  });

  it('a wrong key, no key, or the key of another run', async () => {
    await bench.openGateway('openai');
    const wrong: Array<Record<string, string>> = [{}, { authorization: 'Bearer dummy' }, { 'x-api-key': REAL_KEY }];
    for (const headers of wrong) expect((await bench.ask('/v1/chat/completions', {}, headers)).status).toBe(401);
    expect(bench.seen).toEqual([]);
  });

  it('a body that is not JSON', async () => {
    await bench.openGateway('openai');
    expect((await bench.ask('/v1/chat/completions', 'text')).status).toBe(400);
  });
});

describe('when the provider fails', () => {
  it('its errors are passed on, without the key it may repeat, and cost nothing', async () => {
    bench.answer = json({ error: { message: `Incorrect API key provided: ${REAL_KEY}.` } }, 401);
    await bench.openGateway('openai');
    const got = await bench.ask('/v1/chat/completions', {});
    expect(got.status).toBe(401);
    expect(got.body).toContain('Incorrect API key provided: [key].');
    expect(bench.usages).toEqual([]);
  });

  it('is not there: the agent gets an error of the right shape', async () => {
    await bench.openGateway('openai', { upstream: { kind: 'openai', baseUrl: 'http://127.0.0.1:1/v1', apiKey: REAL_KEY } });
    const got = await bench.ask('/v1/chat/completions', {});
    expect(got.status).toBe(502);
    expect(JSON.parse(got.body)).toMatchObject({ error: { type: 'server_error', message: expect.stringContaining('could not be reached') } });
  });

  it('breaks off in the middle: the agent sees the break, and what came is counted', async () => {
    bench.answer = (_request, response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' });
      response.write('data: {"choices":[{"delta":{"content":"half"}}]}\n\n', () => response.destroy());
    };
    await bench.openGateway('openai');
    await expect(bench.ask('/v1/chat/completions', {})).rejects.toThrow('aborted');
    expect(bench.usages).toMatchObject([{ requests: 1, estimated: 1 }]);
  });
});

describe('the socket', () => {
  it('is for us alone, replaces a dead one, and is gone after closing, twice', async () => {
    await bench.openGateway('openai');
    expect((await stat(bench.socketPath())).mode & 0o777).toBe(0o600);
    await bench.gateway().close();
    await bench.gateway().close();
    expect(existsSync(bench.socketPath())).toBe(false);
  });

  it('with a path too long for a socket is refused in a sentence', async () => {
    await expect(bench.openGateway('openai', { socketPath: join(bench.folder(), 'x'.repeat(120)) })).rejects.toMatchObject({
      kind: 'invalid',
      code: 'socket_path_too_long',
    });
  });

  it('that cannot be made is said to be unavailable', async () => {
    await expect(bench.openGateway('openai', { socketPath: join(bench.folder(), 'no/such/folder.sock') })).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });
});

it('keys are never logged', async () => {
  bench.answer = json({ usage: { prompt_tokens: 1, completion_tokens: 1 } });
  await bench.openGateway('openai');
  await bench.ask('/v1/chat/completions', {});
  expect(bench.logged).toContain('/v1/chat/completions');
  expect(bench.logged).not.toContain(REAL_KEY);
  expect(bench.logged).not.toContain(bench.key());
});

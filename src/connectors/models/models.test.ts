import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isAppError, type AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ModelRequest } from '#ports/model.ts';
import { startModelServer, type ModelServer, type ModelServerReply } from '../../../test/fakes/model-server.ts';
import { createAgentModel, createModels } from './index.ts';

let server: ModelServer;
beforeAll(async () => {
  server = await startModelServer();
});
afterAll(() => server.close());
beforeEach(() => {
  server.requests.length = 0;
  server.decide(null);
});

const SCHEMA: JsonObject = {
  type: 'object',
  properties: { size: { type: 'string', enum: ['S', 'M'], minLength: 1 }, note: { type: 'string', default: '' } },
  required: ['size'],
};
const KEY = 'sk-secret-123456';

function request(model: string, change: Partial<ModelRequest> = {}): ModelRequest {
  return {
    model,
    system: 'You judge.',
    prompt: 'How large?',
    schema: SCHEMA,
    schemaName: 'size',
    maxOutputTokens: 500,
    timeoutMs: 10_000,
    ...change,
  };
}

async function complete(model: string, change: Partial<ModelRequest> = {}, apiKey: string | null = KEY) {
  const [one] = createModels({ model, apiKey, baseUrl: server.url });
  if (one === undefined) throw new Error('no model');
  return one.complete(request(model, change));
}

async function failure(work: Promise<unknown>): Promise<AppError> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!isAppError(error)) throw new Error(`expected an AppError, got ${String(error)}`);
  return error;
}

describe('settings', () => {
  test('rules and agents need no provider', () => {
    expect(createModels({ model: 'rules', apiKey: null, baseUrl: null })).toEqual([]);
    expect(createModels({ model: 'agent:codex', apiKey: null, baseUrl: null })).toEqual([]);
  });

  test.each(['gpt-5', 'nobody/x', 'openai/', '/x', ''])('"%s" names no model', (model) => {
    expect(() => createModels({ model, apiKey: null, baseUrl: null })).toThrowError(
      expect.objectContaining({ kind: 'invalid', code: 'model_malformed' }),
    );
  });

  test('a compatible model needs the address of its server', () => {
    expect(() => createModels({ model: 'compatible/qwen', apiKey: null, baseUrl: null })).toThrowError(
      expect.objectContaining({ code: 'model_base_url_missing' }),
    );
  });

  test('a hosted provider without a key is refused before anything is sent', async () => {
    const [one] = createModels({ model: 'openai/gpt-5', apiKey: null, baseUrl: null });
    expect(await failure(one?.complete(request('openai/gpt-5')) ?? Promise.resolve())).toMatchObject({
      kind: 'unauthenticated',
      code: 'model_key_missing',
    });
  });
});

describe.each([
  ['openai/gpt-5-mini', '/v1/chat/completions', 'gpt-5-mini-2026-01-01', 13],
  ['google/gemini-2.5-flash', '/v1/chat/completions', 'gemini-2.5-flash-2026-01-01', 16],
  ['compatible/qwen3', '/v1/chat/completions', 'qwen3-2026-01-01', null],
  ['anthropic/claude-haiku-4-5', '/v1/messages', 'claude-haiku-4-5-20260101', 35],
])('%s', (model, path, version, costMicros) => {
  test('answers JSON with tokens, version and price', async () => {
    server.reply({ kind: 'answer', text: '{"size":"S","note":"x"}', inputTokens: 10, outputTokens: 5 });
    const answer = await complete(model);
    expect(answer).toMatchObject({ value: { size: 'S', note: 'x' }, inputTokens: 10, outputTokens: 5, costMicros, modelVersion: version });
    expect(server.requests[0]?.path).toBe(path);
  });

  test('sends the key, the prompt, the limits and the schema', async () => {
    server.reply({ kind: 'answer', text: '{"size":"S","note":""}' });
    await complete(model);
    const sent = server.requests[0];
    expect(`${sent?.headers['authorization'] ?? ''}${String(sent?.headers['x-api-key'] ?? '')}`).toContain(KEY);
    const text = JSON.stringify(sent?.body);
    expect(text).toContain('You judge.');
    expect(text).toContain('How large?');
    expect(text).toContain('additionalProperties');
    expect(sent?.body['max_tokens'] ?? sent?.body['max_completion_tokens']).toBe(500);
  });

  test.each<[string, ModelServerReply, { kind: string; code?: string }]>([
    ['a refused key', { kind: 'status', status: 401, message: `bad key ${KEY}` }, { kind: 'unauthenticated' }],
    ['a forbidden model', { kind: 'status', status: 403, message: 'no' }, { kind: 'unauthenticated' }],
    ['an unknown model', { kind: 'status', status: 404, message: 'no such model' }, { kind: 'not_found', code: 'model_unknown' }],
    ['too many requests', { kind: 'status', status: 429, message: 'slow down', headers: { 'retry-after': '7' } }, { kind: 'rate_limited' }],
    ['a broken server', { kind: 'status', status: 500, message: 'oops' }, { kind: 'unavailable', code: 'model_unavailable' }],
    ['an overloaded one', { kind: 'status', status: 529, message: 'overloaded' }, { kind: 'unavailable' }],
    ['a request it dislikes', { kind: 'status', status: 400, message: 'too many cooks' }, { kind: 'invalid', code: 'model_request_rejected' }],
    ['an answer that breaks off', { kind: 'cut' }, { kind: 'unavailable' }],
    ['something that is no answer', { kind: 'garbage', body: '<html>' }, { kind: 'unavailable' }],
    ['a refusal', { kind: 'answer', text: '"I would rather not"', finish: 'refusal' }, { kind: 'refused', code: 'model_refused' }],
  ])('%s becomes an error of the port', async (_name, reply, expected) => {
    server.reply(reply);
    const error = await failure(complete(model));
    expect(error).toMatchObject(expected);
    expect(JSON.stringify([error.message, error.detail, error.hint])).not.toContain(KEY);
  });

  test('the pause the provider asks for is passed on', async () => {
    server.reply({ kind: 'status', status: 429, message: 'slow down', headers: { 'retry-after': '7' } });
    expect((await failure(complete(model))).detail).toMatchObject({ retry_after_ms: 7000 });
  });

  test('silence ends with the timeout', async () => {
    server.reply({ kind: 'hang' });
    expect(await failure(complete(model, { timeoutMs: 100 }))).toMatchObject({ kind: 'unavailable', code: 'timeout' });
  });

  test('the caller can give up', async () => {
    server.reply({ kind: 'hang' });
    const abort = new AbortController();
    const work = failure(complete(model, { signal: abort.signal }));
    abort.abort();
    expect(await work).toMatchObject({ kind: 'unavailable', code: 'aborted' });
  });
});

describe('answers that are not quite JSON', () => {
  test.each([
    ['in a block', 'Here it is:\n```json\n{"size":"M"}\n```\nBye.'],
    ['in prose', 'I think {"maybe": 1} no: {"size":"M"} is right'],
  ])('are read %s', async (_name, text) => {
    server.reply({ kind: 'answer', text });
    expect((await complete('compatible/qwen3')).value).toEqual({ size: 'M' });
  });

  test.each(['Medium, I guess.', '', '{"size": "M"'])('"%s" is not_json, with the text for the repair try', async (text) => {
    server.reply({ kind: 'answer', text });
    expect(await failure(complete('compatible/qwen3'))).toMatchObject({ kind: 'invalid', code: 'not_json', detail: { text } });
  });
});

test('a compatible server that knows no schemas is asked another way, and that is remembered', async () => {
  server.decide(({ body }) => {
    const format = (body['response_format'] as { type?: string } | undefined)?.type;
    return format === undefined
      ? { kind: 'answer', text: '{"size":"S"}' }
      : { kind: 'status', status: 400, message: `response_format ${format} is not supported` };
  });
  const [one] = createModels({ model: 'compatible/old', apiKey: null, baseUrl: server.url });
  expect((await one?.complete(request('compatible/old')))?.value).toEqual({ size: 'S' });
  expect(server.requests.map(({ body }) => (body['response_format'] as { type?: string } | undefined)?.type)).toEqual([
    'json_schema',
    'json_object',
    undefined,
  ]);
  await one?.complete(request('compatible/old'));
  expect(server.requests).toHaveLength(4);
  expect(server.requests[0]?.headers['authorization']).toBeUndefined();
});

test('an unreachable server is unavailable', async () => {
  const [one] = createModels({ model: 'compatible/x', apiKey: null, baseUrl: 'http://127.0.0.1:1/v1' });
  expect(await failure(one?.complete(request('compatible/x')) ?? Promise.resolve())).toMatchObject({
    kind: 'unavailable',
    code: 'model_unreachable',
  });
});

describe('an agent playing the model', () => {
  const usage = { inputTokens: 3, outputTokens: 4 };

  test('gets prompt and schema as text and answers JSON', async () => {
    let seen = '';
    const agent = createAgentModel({
      name: 'codex',
      runText: async (prompt) => {
        seen = prompt;
        return { text: 'Done:\n```json\n{"size":"S"}\n```', usage, version: 'codex 1.2' };
      },
    });
    expect(agent.provider).toBe('agent:codex');
    expect(await agent.complete(request('agent:codex'))).toEqual({
      value: { size: 'S' },
      text: 'Done:\n```json\n{"size":"S"}\n```',
      inputTokens: 3,
      outputTokens: 4,
      costMicros: null,
      modelVersion: 'codex 1.2',
    });
    expect(seen).toContain('You judge.');
    expect(seen).toContain('"enum":["S","M"]');
  });

  test('without JSON it is not_json', async () => {
    const agent = createAgentModel({ name: 'codex', runText: async () => ({ text: 'I changed three files.', usage }) });
    expect(await failure(agent.complete(request('agent:codex')))).toMatchObject({ kind: 'invalid', code: 'not_json' });
  });

  test('is stopped when it takes too long', async () => {
    const agent = createAgentModel({
      name: 'codex',
      runText: (_prompt, { signal }) => new Promise((_resolve, reject) => signal?.addEventListener('abort', () => reject(new Error('stopped')))),
    });
    expect(await failure(agent.complete(request('agent:codex', { timeoutMs: 50 })))).toMatchObject({ kind: 'unavailable', code: 'timeout' });
  });
});

import { describe, expect, it } from 'vitest';
import { createAccount } from './account.ts';
import { createAnswerReader } from './answer.ts';
import { refusalBody } from './refuse.ts';
import { prepareBody } from './request-body.ts';
import { targetOf } from './target.ts';
import { foldUsage } from './usage.ts';

describe('where a request goes', () => {
  const openai = { kind: 'openai', baseUrl: 'https://api.openai.com/v1/' } as const;
  const anthropic = { kind: 'anthropic', baseUrl: 'https://api.anthropic.com' } as const;
  const gemini = { kind: 'gemini', baseUrl: 'https://generativelanguage.googleapis.com' } as const;

  it.each([
    [openai, 'POST', '/v1/chat/completions', 'https://api.openai.com/v1/chat/completions'],
    [openai, 'POST', '/v1/v1/responses', 'https://api.openai.com/v1/responses'],
    [openai, 'POST', '/responses', 'https://api.openai.com/v1/responses'],
    [{ kind: 'openai', baseUrl: 'http://127.0.0.1:9/api' }, 'GET', '/v1/models', 'http://127.0.0.1:9/api/models'],
    [anthropic, 'POST', '/v1/messages?beta=true', 'https://api.anthropic.com/v1/messages?beta=true'],
    [{ kind: 'anthropic', baseUrl: 'https://api.anthropic.com/v1' }, 'POST', '/v1/messages', 'https://api.anthropic.com/v1/messages'],
    [
      gemini,
      'POST',
      '/v1beta/models/gemini-x:streamGenerateContent?alt=sse&key=inner',
      'https://generativelanguage.googleapis.com/v1beta/models/gemini-x:streamGenerateContent?alt=sse',
    ],
  ] as const)('%j %s %s', (upstream, method, path, url) => {
    expect(targetOf(upstream, method, path)?.url.href).toBe(url);
  });

  it.each([
    [openai, 'GET', '/v1/files'],
    [openai, 'POST', '/v1/files'],
    [openai, 'DELETE', '/v1/models/x'],
    [openai, 'GET', '/v1/chat/completions'],
    [openai, 'POST', '/v1/messages'],
    [openai, 'POST', '/v1/organization/admin_api_keys'],
    [openai, 'POST', '/v1/chat/completions/../../files'],
    [openai, 'POST', '//evil.example.com/v1/chat/completions'],
    [openai, 'POST', 'http://['],
    [anthropic, 'POST', '/v1/messages/batches'],
    [gemini, 'POST', '/v1beta/cachedContents'],
  ] as const)('is nowhere for %j %s %s', (upstream, method, path) => {
    expect(targetOf(upstream, method, path)).toBeNull();
  });
});

describe('tokens of an answer', () => {
  it.each([
    ['openai', { usage: { prompt_tokens: 3, completion_tokens: 4, total_tokens: 7 } }, 3, 4],
    ['openai', { usage: { input_tokens: 3, output_tokens: 4 } }, 3, 4],
    ['openai', { type: 'response.completed', response: { usage: { input_tokens: 5, output_tokens: 6 } } }, 5, 6],
    ['anthropic', { usage: { input_tokens: 1, cache_creation_input_tokens: 2, cache_read_input_tokens: 3, output_tokens: 4 } }, 6, 4],
    ['anthropic', { type: 'message_start', message: { usage: { input_tokens: 9, output_tokens: 1 } } }, 9, 1],
    ['gemini', { usageMetadata: { promptTokenCount: 2, candidatesTokenCount: 3, thoughtsTokenCount: 5 } }, 2, 8],
  ] as const)('%s %j', (kind, document, inputTokens, outputTokens) => {
    expect(foldUsage(kind, null, document)).toEqual({ inputTokens, outputTokens });
  });

  it('are unknown where nothing is said, and never fall', () => {
    expect(foldUsage('openai', null, { choices: [] })).toBeNull();
    expect(foldUsage('openai', null, null)).toBeNull();
    expect(foldUsage('anthropic', { inputTokens: 9, outputTokens: 1 }, { type: 'message_delta', usage: { output_tokens: 40 } })).toEqual({
      inputTokens: 9,
      outputTokens: 40,
    });
  });
});

describe('an answer in events', () => {
  const shape = { kind: 'openai', isEventStream: true, requestBytes: 400, dropUsageEvent: true } as const;
  const stream =
    'data: {"choices":[{"delta":{"content":"hällo"}}]}\n\ndata: {"choices":[],"usage":{"prompt_tokens":7,"completion_tokens":2}}\r\n\r\ndata: [DONE]\n\n';

  it.each([1, 3, 1000])('is passed on unchanged but for the event we asked for, in chunks of %i bytes', (size) => {
    const reader = createAnswerReader(shape);
    const bytes = Buffer.from(stream);
    let passed = '';
    for (let at = 0; at < bytes.length; at += size) passed += reader.pass(bytes.subarray(at, at + size)).toString('latin1');
    const { rest, tokens, wasEstimated } = reader.end();
    passed += rest.toString('latin1');
    expect(Buffer.from(passed, 'latin1').toString()).toBe('data: {"choices":[{"delta":{"content":"hällo"}}]}\n\ndata: [DONE]\n\n');
    expect({ tokens, wasEstimated }).toEqual({ tokens: { inputTokens: 7, outputTokens: 2 }, wasEstimated: false });
  });

  it('keeps the usage event of an agent that asked for it', () => {
    const reader = createAnswerReader({ ...shape, dropUsageEvent: false });
    expect(reader.pass(Buffer.from(stream)).toString()).toBe(stream);
  });

  it('is estimated by length when it says nothing, or was cut', () => {
    const silent = createAnswerReader(shape);
    silent.pass(Buffer.from('data: {"choices":[{"delta":{"content":"x"}}]}\n\n'));
    expect(silent.end()).toMatchObject({ tokens: { inputTokens: 100, outputTokens: 10 }, wasEstimated: true });
    const cut = createAnswerReader({ ...shape, kind: 'anthropic' });
    cut.pass(Buffer.from(`data: {"message":{"usage":{"input_tokens":55,"output_tokens":1}}}\n\ndata: ${'x'.repeat(400)}\n\n`));
    expect(cut.end(true)).toMatchObject({ tokens: { inputTokens: 55, outputTokens: 115 }, wasEstimated: true });
  });
});

describe('a request body', () => {
  const prepare = (kind: 'openai' | 'anthropic', path: string, body: unknown) =>
    prepareBody(kind, path, Buffer.from(typeof body === 'string' ? body : JSON.stringify(body)));

  it('of a silent stream is made to tell its usage', () => {
    const prepared = prepare('openai', '/v1/chat/completions', { model: 'm', stream: true, stream_options: { x: 1 } });
    expect(prepared).toMatchObject({ ok: true, addedStreamUsage: true });
    expect(prepared.ok && JSON.parse(prepared.body.toString())).toEqual({ model: 'm', stream: true, stream_options: { x: 1, include_usage: true } });
  });

  it('is left alone otherwise', () => {
    for (const body of [{ stream: false }, { stream: true, stream_options: { include_usage: true } }])
      expect(prepare('openai', '/v1/chat/completions', body)).toMatchObject({ ok: true, addedStreamUsage: false });
    expect(prepare('openai', '/v1/responses', { stream: true })).toMatchObject({ addedStreamUsage: false });
  });

  it('that would have the provider reach out for the agent is refused', () => {
    expect(prepare('openai', '/v1/responses', { tools: [{ type: 'function' }, { type: 'mcp', server_url: 'https://x' }] })).toMatchObject({
      ok: false,
    });
    expect(prepare('anthropic', '/v1/messages', { mcp_servers: [{ url: 'https://x' }] })).toMatchObject({ ok: false });
    expect(prepare('openai', '/v1/responses', 'not json')).toMatchObject({ ok: false });
  });
});

describe('the account of a run', () => {
  const open = (tokens: number, costMicros: number, price: { inputMicrosPerMillion: number; outputMicrosPerMillion: number } | null = null) => {
    const told: string[] = [];
    return { told, account: createAccount({ budget: { tokens, costMicros }, price, onUsage: () => {}, onExhausted: (detail) => told.push(detail) }) };
  };

  it('is closed when its tokens are used up, and says so once', () => {
    const { account, told } = open(100, 0);
    for (const inputTokens of [60, 40, 5]) account.hold(1).book({ inputTokens, outputTokens: 0 }, false);
    expect(told).toEqual(['The token budget of this run (100) is used up.']);
    expect(account.refusal()).toBe(told[0]);
    expect(account.usage()).toEqual({ requests: 3, inputTokens: 105, outputTokens: 0, costMicros: 0, estimated: 0 });
  });

  it('is closed when its money is used up', () => {
    const { account, told } = open(1e9, 1_000_000, { inputMicrosPerMillion: 3_000_000, outputMicrosPerMillion: 15_000_000 });
    account.hold(0).book({ inputTokens: 100_000, outputTokens: 40_000 }, false);
    expect(account.usage().costMicros).toBe(900_000);
    expect(account.refusal()).toBeNull();
    account.hold(0).book({ inputTokens: 0, outputTokens: 10_000 }, true);
    expect(told).toEqual(['The money budget of this run (1.00 USD) is used up.']);
    expect(account.usage().estimated).toBe(1);
  });

  it('counts requests under way, and gives back what a failed one held', () => {
    const { account } = open(100, 0);
    const hold = account.hold(100);
    expect(account.refusal()).not.toBeNull();
    hold.release();
    hold.release();
    expect(account.refusal()).toBeNull();
  });
});

it.each([
  ['openai', { error: { message: 'm', type: 'insufficient_quota', param: null, code: 'insufficient_quota' } }],
  ['anthropic', { type: 'error', error: { type: 'rate_limit_error', message: 'm' } }],
  ['gemini', { error: { code: 429, message: 'm', status: 'RESOURCE_EXHAUSTED' } }],
] as const)('a refusal has the shape of %s', (kind, body) => {
  expect(refusalBody(kind, 'budget', 'm')).toEqual({ status: 429, body });
});

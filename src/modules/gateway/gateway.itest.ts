import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { createManualClock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { LedgerInput } from '#modules/ledger/index.ts';
import type { ModelAnswer, ModelRequest } from '#ports/model.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { parsePrompt } from './decide.prompt.ts';
import { createGateway, type Gateway, type GatewayDeps, type Question } from './index.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

const Size = z.strictObject({ size: z.enum(['S', 'M']), why: z.string() });
const TEMPLATE = parsePrompt('x.md', '---\nname: size\nversion: 2\nschema: s.json\n---\n# System\nJudge.\n# Task\n{{data.text}}\n');

type Step = Partial<ModelAnswer> | Error;
let steps: Step[];
let asked: ModelRequest[];
let slept: number[];
let ledger: LedgerInput[];
let gateway: Gateway;
let serial = 0;

function gatewayWith(change: Partial<GatewayDeps> = {}): Gateway {
  return createGateway({
    db: database.db,
    clock: createManualClock(new Date('2026-01-01T00:00:00Z')),
    ids: createIds(systemClock),
    ledger: { append: (_tx, entry) => void ledger.push(entry) },
    models: [
      {
        provider: 'test',
        async complete(request) {
          asked.push(request);
          const step = steps.shift() ?? new Error('no step left');
          if (step instanceof Error) throw step;
          const value = step.value ?? { size: 'S', why: 'small' };
          return { value, text: JSON.stringify(value), inputTokens: 100, outputTokens: 20, costMicros: 7, modelVersion: 'test-1', ...step };
        },
      },
    ],
    prompts: { load: async () => TEMPLATE },
    nonce: () => `nonce0123456789abc${(serial += 1)}`,
    sleep: async (ms) => void slept.push(ms),
    ...change,
  });
}

beforeEach(() => {
  steps = [{}];
  asked = [];
  slept = [];
  ledger = [];
  gateway = gatewayWith();
});

function question(text: string, change: Partial<Question<z.infer<typeof Size>>> = {}): Question<z.infer<typeof Size>> {
  return { purpose: 'size', model: 'test/one', promptName: 'size', variables: { text }, schema: Size, workItemId: null, ...change };
}

const callsOf = async (hash: string) => (await gateway.calls({ limit: 200 })).items.filter(({ promptHash }) => promptHash === hash).reverse();

test('an answer is validated, recorded with tokens and cost, and written to the ledger', async () => {
  const answer = await gateway.ask(question('first'));
  expect(answer).toMatchObject({
    value: { size: 'S' },
    model: 'test/one',
    modelVersion: 'test-1',
    cached: false,
    usage: { inputTokens: 100, outputTokens: 20, costMicros: 7 },
  });
  expect(asked[0]).toMatchObject({
    model: 'test/one',
    maxOutputTokens: 8000,
    timeoutMs: 120_000,
    schemaName: 'size',
    schema: { type: 'object', required: ['size', 'why'] },
  });
  expect(await callsOf(answer.promptHash)).toMatchObject([
    {
      purpose: 'size',
      model: 'test/one',
      modelVersion: 'test-1',
      promptName: 'size',
      promptVersion: 2,
      attempt: 1,
      inputTokens: 100,
      outputTokens: 20,
      costMicros: 7,
      cached: false,
      outcome: 'answered',
      error: null,
    },
  ]);
  expect(ledger).toMatchObject([
    { kind: 'model.called', payload: { prompt: 'size@2', prompt_hash: answer.promptHash, outcome: 'answered', cost_micros: 7 } },
  ]);
});

test('the same question is answered from the cache, although its fences differ; another text, model or schema is not', async () => {
  const first = await gateway.ask(question('cached'));
  const again = await gateway.ask(question('cached'));
  expect(again).toMatchObject({
    value: first.value,
    cached: true,
    promptHash: first.promptHash,
    modelVersion: 'test-1',
    usage: { inputTokens: 0, costMicros: 0 },
  });
  expect(asked).toHaveLength(1);
  expect((await callsOf(first.promptHash)).map(({ cached, costMicros }) => [cached, costMicros])).toEqual([
    [false, 7],
    [true, 0],
  ]);
  steps = [{}, {}, { value: { size: 'S' } }];
  await gateway.ask(question('cached.'));
  await gateway.ask(question('cached', { model: 'test/two' }));
  await gateway.ask({ ...question('cached'), schema: Size.partial({ why: true }) as never });
  expect(asked).toHaveLength(4);
});

test('a cached answer that no longer passes the check is asked again', async () => {
  await gateway.ask(question('facts change'));
  steps = [{ value: { size: 'M', why: 'x' } }];
  const answer = await gateway.ask(question('facts change', { check: ({ size }) => (size === 'M' ? [] : ['must be M']) }));
  expect(answer).toMatchObject({ cached: false, value: { size: 'M' } });
});

describe('the repair try', () => {
  test('shows the answer and what is wrong with it, and both tries are paid and recorded', async () => {
    steps = [{ value: { size: 'XXL' } }, { value: { size: 'M', why: 'x' } }];
    const answer = await gateway.ask(question('repair'));
    expect(answer).toMatchObject({ value: { size: 'M' }, usage: { inputTokens: 200, outputTokens: 40, costMicros: 14 } });
    expect(asked[1]?.prompt).toContain('{"size":"XXL"}');
    expect(asked[1]?.prompt).toMatch(/- size: .*\n- why: /);
    expect((await callsOf(answer.promptHash)).map(({ attempt, outcome }) => [attempt, outcome])).toEqual([
      [1, 'invalid'],
      [2, 'answered'],
    ]);
  });

  test('follows what only the caller can check', async () => {
    steps = [{}, { value: { size: 'M', why: 'x' } }];
    await gateway.ask(question('checked', { check: ({ size }) => (size === 'M' ? [] : ['size: must be M here']) }));
    expect(asked[1]?.prompt).toContain('- size: must be M here');
  });

  test('follows text that is not JSON', async () => {
    steps = [new AppError('invalid', 'no', { code: 'not_json', detail: { text: 'I think S' } }), {}];
    expect(await gateway.ask(question('prose'))).toMatchObject({ value: { size: 'S' } });
    expect(asked[1]?.prompt).toContain('I think S');
  });

  test('is the only one: a second bad answer is an error with all problems, and is not cached', async () => {
    steps = [{ value: {} }, { value: {} }];
    await expect(gateway.ask(question('hopeless'))).rejects.toMatchObject({
      kind: 'invalid',
      code: 'model_answer_invalid',
      detail: { problems: [expect.stringContaining('size'), expect.stringContaining('why')] },
    });
    expect(asked).toHaveLength(2);
    steps = [{}];
    expect(await gateway.ask(question('hopeless'))).toMatchObject({ cached: false });
  });
});

describe('when the model cannot be had', () => {
  test('what may pass is tried again after a pause', async () => {
    steps = [new AppError('unavailable', 'down'), new AppError('rate_limited', 'slow', { detail: { retry_after_ms: 9000 } }), {}];
    const answer = await gateway.ask(question('flaky'));
    expect(slept).toEqual([500, 9000]);
    expect((await callsOf(answer.promptHash)).map(({ outcome, costMicros }) => [outcome, costMicros])).toEqual([
      ['unavailable', null],
      ['rate_limited', null],
      ['answered', 7],
    ]);
  });

  test('not for ever', async () => {
    steps = [1, 2, 3, 4].map(() => new AppError('unavailable', 'down', { code: 'timeout' }));
    await expect(gateway.ask(question('down'))).rejects.toMatchObject({ kind: 'unavailable' });
    expect(asked).toHaveLength(3);
  });

  test.each([new AppError('unauthenticated', 'key'), new AppError('refused', 'no')])('what will not pass is not tried again: %s', async (error) => {
    steps = [error];
    await expect(gateway.ask(question(`final ${error.kind}`))).rejects.toBe(error);
    expect(asked).toHaveLength(1);
  });

  test('a model nobody configured is said so', async () => {
    await expect(gateway.ask(question('x', { model: 'nobody/x' }))).rejects.toMatchObject({ kind: 'not_found', code: 'model_unknown' });
  });
});

describe('the budget', () => {
  test('a prompt that is too long is not sent', async () => {
    await expect(gateway.ask(question('x'.repeat(200_000)))).rejects.toMatchObject({ kind: 'too_large', code: 'prompt_too_large' });
    expect(asked).toEqual([]);
  });

  test('a question that could cost too much is not sent', async () => {
    const dear = gatewayWith({ priceOf: () => 3_000_000 });
    await expect(dear.ask(question('dear'))).rejects.toMatchObject({ kind: 'refused', code: 'over_budget' });
    expect(asked).toEqual([]);
  });

  test('an answer of unknown price makes the sum unknown, not zero', async () => {
    steps = [{ costMicros: null }];
    expect((await gateway.ask(question('priceless'))).usage.costMicros).toBeNull();
  });
});

test('answers with bytes a database refuses are kept all the same', async () => {
  steps = [{ value: { size: 'S', why: 'a\u0000b \ud800' } }];
  expect((await gateway.ask(question('nul'))).value.why).toBe('a\ufffdb \ufffd');
});

describe('model versions', () => {
  test('appear by being met, and cannot be removed while calls name them', async () => {
    steps = [{ modelVersion: 'test-7' }];
    await gateway.ask(question('met'));
    const met = (await gateway.versions({ limit: 100 })).items.find(({ version }) => version === 'test-7');
    expect(met).toMatchObject({ model: 'test/one', state: 'active', calls: 1 });
    await expect(gateway.removeVersion(met?.id ?? '', SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'conflict', code: 'referenced' });
    expect(await gateway.changeVersion(met?.id ?? '', { state: 'retired', notes: 'too dear' }, SYSTEM_ACTOR)).toMatchObject({
      state: 'retired',
      notes: 'too dear',
      calls: 1,
    });
  });

  test('are registered once, paged, and removed when unused', async () => {
    const one = await gateway.addVersion({ model: 'test/z', version: '1' }, SYSTEM_ACTOR);
    await expect(gateway.addVersion({ model: 'test/z', version: '1' }, SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
    const page = await gateway.versions({ limit: 1 });
    expect(page.items).toHaveLength(1);
    expect((await gateway.versions({ limit: 100, cursor: page.nextCursor ?? undefined })).items.map(({ id }) => id)).not.toContain(page.items[0]?.id);
    await gateway.removeVersion(one.id, SYSTEM_ACTOR);
    expect(await gateway.version(one.id)).toBeNull();
    await expect(gateway.removeVersion(one.id, SYSTEM_ACTOR)).rejects.toMatchObject({ kind: 'not_found' });
    expect(ledger.map(({ kind }) => kind)).toEqual(['model_version.added', 'model_version.removed']);
  });
});

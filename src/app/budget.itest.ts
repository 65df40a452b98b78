import { afterAll, beforeAll, expect, test } from 'vitest';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import { createBudget } from '#modules/budget/index.ts';
import { createGateway } from '#modules/gateway/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { ModelAnswer } from '#ports/model.ts';
import { createTestDatabase, type TestDatabase } from '../../test/kit/database.ts';
import { createCallMoney } from './budget.ts';
import type { AppConfig } from './config.ts';

const USD = 1_000_000;
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());

/** A gateway that pays from a budget of one dollar a month; `steps` are what the model answers. */
function build(steps: Array<Partial<ModelAnswer> | Error>) {
  const { db } = database;
  const base = { db, ledger: createLedger({ db }), outbox: { put: async () => {} } };
  const caps = { installationMonthMicros: USD, projectMonthMicros: USD, projectDayMicros: USD, runMicros: USD, dispatchesPerHour: 10 };
  const budget = createBudget({ ...base, caps, assumedMicrosPerMillion: 15 * USD });
  let sent = 0;
  const gateway = createGateway({
    ...base,
    clock: systemClock,
    ids: createIds(systemClock),
    models: [
      {
        provider: 'test',
        async complete() {
          sent += 1;
          const step = steps.shift() ?? {};
          if (step instanceof Error) throw step;
          return {
            value: { ok: true },
            text: '{"ok":true}',
            inputTokens: 1000,
            outputTokens: 1000,
            costMicros: 400_000,
            modelVersion: 'test-1',
            ...step,
          };
        },
      },
    ],
    prompts: { load: async () => ({ name: 'p', version: 1, system: 'Judge.', task: '{{data.text}}' }) as never },
    nonce: () => 'nonce0123456789abcdef',
    sleep: async () => {},
    priceOf: (model) => (model === 'test/priced' ? 500_000 : null),
    money: createCallMoney({ budgetAssumedPriceUsd: 15 } as AppConfig, { budget, work: { get: async () => null } }),
  });
  const ask = (text: string, model = 'test/priced') =>
    gateway.ask({ purpose: 'p', model, promptName: 'p', variables: { text }, schema: z.strictObject({ ok: z.boolean() }), workItemId: null });
  const spent = async () => {
    const pool = (await budget.view(null)).pools[0];
    return [pool?.spentMicros, pool?.reservedMicros];
  };
  return { ask, spent, sent: () => sent };
}

test('a call is paid from the budget, answers from the cache are free, and with no room nothing is sent', async () => {
  const on = build([]);
  await on.ask('one');
  await on.ask('one');
  expect(await on.spent()).toEqual([400_000, 0]);
  await on.ask('two');
  await expect(on.ask('three')).rejects.toMatchObject({ kind: 'refused', code: 'budget_reached' });
  expect([await on.spent(), on.sent()]).toEqual([[800_000, 0], 2]);
});

test('what was never asked costs nothing, an answer nobody understood all it reserved, an unpriced one what is assumed', async () => {
  await database.pool.query('delete from budget_pools; delete from budget_reservations');
  const on = build([
    new AppError('unavailable', 'away'),
    new AppError('invalid', 'no JSON', { code: 'not_json' }),
    { costMicros: 100 },
    { costMicros: null },
  ]);
  await on.ask('four');
  expect(await on.spent()).toEqual([500_100, 0]);
  await on.ask('five', 'test/unpriced');
  expect(await on.spent()).toEqual([530_100, 0]);
});

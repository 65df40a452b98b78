import {
  createBudget,
  createRefusalCounter,
  MICROS_PER_USD,
  priceAssumed,
  type Budget,
  type BudgetDeps,
  type DefaultCaps,
} from '#modules/budget/index.ts';
import type { Metrics } from '#platform/telemetry/index.ts';
import type { CallMoney } from '#modules/gateway/index.ts';
import type { Work } from '#modules/work/index.ts';
import type { AppConfig } from './config.ts';

/** The budget with the caps that are configured. */
export function createAppBudget(config: AppConfig, base: Pick<BudgetDeps, 'db' | 'ledger' | 'outbox'> & { metrics: Metrics }): Budget {
  const caps: DefaultCaps = {
    installationMonthMicros: config.budgetMonthUsd * MICROS_PER_USD,
    projectMonthMicros: config.budgetProjectMonthUsd * MICROS_PER_USD,
    projectDayMicros: config.budgetProjectDayUsd * MICROS_PER_USD,
    runMicros: config.budgetRunUsd * MICROS_PER_USD,
    dispatchesPerHour: config.dispatchesPerHour,
  };
  return createBudget({ ...base, caps, assumedMicrosPerMillion: assumedPrice(config), onRefused: createRefusalCounter(base.metrics) });
}

/** Micros per million tokens of a model whose price nobody knows. */
export const assumedPrice = (config: Pick<AppConfig, 'budgetAssumedPriceUsd'>): number => config.budgetAssumedPriceUsd * MICROS_PER_USD;

/** How calls to models are paid for: by the project of the work they are about. */
export function createCallMoney(config: AppConfig, { budget, work }: { budget: Budget; work: Pick<Work, 'get'> }): CallMoney {
  const assumed = (tokens: number): number => priceAssumed(tokens, assumedPrice(config));
  return {
    async admit(tx, call) {
      const item = call.workItemId === null ? null : await work.get(call.workItemId);
      await budget.admit(tx, {
        id: call.id,
        kind: 'call',
        projectId: item?.projectId ?? null,
        repositoryId: null,
        workItemId: call.workItemId,
        spender: call.model,
        amountMicros: call.worstMicros ?? assumed(call.worstTokens),
        leaseMs: call.leaseMs,
      });
    },
    async settle(tx, id, spent) {
      const untold = spent === null || (spent.micros === null && spent.tokens === 0);
      await budget.settle(tx, id, { micros: untold ? 'all' : (spent.micros ?? assumed(spent.tokens)) });
    },
  };
}

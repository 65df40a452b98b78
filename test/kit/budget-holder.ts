import { createLedger } from '#modules/ledger/index.ts';
import { createBudget } from '#modules/budget/index.ts';
import { createDb, createPool, type PoolSettings } from '#platform/db/index.ts';

/** A process that reserves for a run, says so, and is killed before it settles (`budget.itest.ts`). */
const connection = JSON.parse(process.argv[2] ?? '{}') as PoolSettings['connection'];
const db = createDb(createPool({ connection, max: 2 }, () => {}));
const USD = 1_000_000;
const budget = createBudget({
  db,
  ledger: createLedger({ db }),
  outbox: { put: async () => {} },
  caps: { installationMonthMicros: 100 * USD, projectMonthMicros: 60 * USD, projectDayMicros: 20 * USD, runMicros: 10 * USD, dispatchesPerHour: 100 },
  assumedMicrosPerMillion: 0,
});
await db.tx((tx) =>
  budget.admit(tx, {
    id: 'run_killed',
    kind: 'run',
    projectId: null,
    repositoryId: null,
    workItemId: null,
    spender: 'coder',
    amountMicros: 5 * USD,
    leaseMs: 3_600_000,
  }),
);
process.stdout.write('reserved\n');
setInterval(() => {}, 60_000);

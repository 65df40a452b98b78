import { spawn } from 'node:child_process';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { sql, type Tx } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { LONG } from '../../../test/kit/long.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createBudget, createRefusalCounter, registerBudgetMetrics, type Budget, type DefaultCaps, type ReserveInput } from './index.ts';

const USD = 1_000_000;
const CAPS: DefaultCaps = {
  installationMonthMicros: 100 * USD,
  projectMonthMicros: 60 * USD,
  projectDayMicros: 20 * USD,
  runMicros: 10 * USD,
  dispatchesPerHour: 10_000,
};
const MIA: Actor = { kind: 'person', subject: 'person:mia', role: 'manager', personId: 'p1' };

const opened: TestDatabase[] = [];
afterAll(() => Promise.all(opened.map((database) => database.close())));

let database: TestDatabase;
let budget: Budget;
let events: string[];
beforeEach(async () => {
  database = await createTestDatabase({ max: 40 });
  opened.push(database);
  events = [];
  budget = build();
});

function build(caps: Partial<DefaultCaps> = {}, onRefused?: ReturnType<typeof createRefusalCounter>): Budget {
  const { db } = database;
  const outbox = { put: async (_: Tx, event: { type: string }) => void events.push(event.type) };
  return createBudget({
    db,
    ledger: createLedger({ db }),
    outbox,
    caps: { ...CAPS, ...caps },
    assumedMicrosPerMillion: 15 * USD,
    ...(onRefused === undefined ? {} : { onRefused }),
  });
}

let count = 0;
const run = (more: Partial<ReserveInput> = {}): ReserveInput => ({
  id: `run_${(count += 1)}`,
  kind: 'run',
  projectId: 'proj_a',
  repositoryId: 'repo_a',
  workItemId: null,
  spender: 'coder',
  amountMicros: 5 * USD,
  leaseMs: 60_000,
  ...more,
});
const take = (input: ReserveInput) => database.db.tx((tx) => budget.reserve(tx, input));
const settle = (id: string, micros: number) => database.db.tx((tx) => budget.settle(tx, id, { micros }));
const pools = () =>
  database.db.all(
    sql<{
      id: string;
      capMicros: number;
      reservedMicros: number;
      spentMicros: number;
      lateMicros: number;
    }>`select id, cap_micros, reserved_micros, spent_micros, late_micros from budget_pools order by id`,
  );
const pool = async (scope: string, period = 'month') => (await pools()).find(({ id }) => id.startsWith(scope) && id.includes(`:${period}:`));
const lapse = (id: string) =>
  database.db.run(sql`update budget_reservations set lease_until = clock_timestamp() - interval '1 second' where id = ${id}`);
const kinds = () => database.db.all(sql<{ kind: string }>`select kind from ledger_entries order by seq`).then((rows) => rows.map((row) => row.kind));

describe('a reservation', () => {
  test('holds its worst case under every cap, and settling leaves what was spent', async () => {
    expect(await take(run({ id: 'run_x' }))).toEqual({ kind: 'admitted' });
    expect((await pools()).map(({ reservedMicros, spentMicros }) => [reservedMicros, spentMicros])).toEqual(Array(3).fill([5 * USD, 0]));
    await settle('run_x', 2 * USD);
    await settle('run_x', 2 * USD);
    expect((await pools()).map(({ reservedMicros, spentMicros, lateMicros }) => [reservedMicros, spentMicros, lateMicros])).toEqual(
      Array(3).fill([0, 2 * USD, 0]),
    );
  });

  test('is refused by the first cap that has no room, and leaves nothing behind', async () => {
    for (let n = 0; n < 4; n += 1) await take(run());
    expect(await take(run())).toMatchObject({ kind: 'refused', refusal: { why: 'cap', pool: { period: 'day', scope: 'project' } } });
    expect(await take(run({ projectId: 'proj_b' }))).toEqual({ kind: 'admitted' });
    expect((await pool('installation'))?.reservedMicros).toBe(25 * USD);
  });

  test('asked for twice under one id holds once', async () => {
    const input = run();
    await Promise.all([take(input), take(input), take(input)]);
    expect((await pool('installation'))?.reservedMicros).toBe(5 * USD);
  });

  test('that is thrown away with its transaction holds nothing', async () => {
    await database.db
      .tx(async (tx) => {
        await budget.admit(tx, run());
        throw new Error('the run could not be inserted');
      })
      .catch(() => {});
    expect(await pools()).toEqual([]);
  });

  test('of more than one run may cost, of NaN, of a fraction or below zero is refused', async () => {
    for (const amountMicros of [11 * USD, Number.NaN, 0.5, -1, Number.POSITIVE_INFINITY])
      expect(await take(run({ amountMicros }))).toMatchObject({ kind: 'refused', refusal: { why: 'run_cap' } });
  });

  test('beyond the runs a repository may be sent in an hour is refused, also for runs that cost nothing', async () => {
    budget = build({ dispatchesPerHour: 3 });
    for (let n = 0; n < 3; n += 1) await take(run({ amountMicros: 0 }));
    expect(await take(run({ amountMicros: 0 }))).toMatchObject({ kind: 'refused', refusal: { why: 'rate', perHour: 3 } });
    expect(await take(run({ repositoryId: 'repo_b', amountMicros: 0 }))).toEqual({ kind: 'admitted' });
  });
});

describe('a lease', () => {
  test('that ran out frees what was held, by the database clock, and a late settlement counts all the same', async () => {
    for (let n = 0; n < 4; n += 1) await take(run({ id: `run_l${n}` }));
    await lapse('run_l0');
    expect(await budget.releaseLapsed()).toBe(1);
    expect(await take(run({ id: 'run_next' }))).toEqual({ kind: 'admitted' });
    await settle('run_l0', 3 * USD);
    expect(await pool('project', 'day')).toMatchObject({ reservedMicros: 20 * USD, spentMicros: 3 * USD, lateMicros: 3 * USD });
    expect(await take(run({ amountMicros: 1 }))).toMatchObject({ kind: 'refused' });
    expect(await kinds()).toContain('budget.lapsed');
  });

  test('that was renewed in time is not freed, and one that ran out is admitted anew when its run goes on', async () => {
    const input = run({ leaseMs: 1 });
    await take(input);
    await take({ ...input, leaseMs: 60_000 });
    expect(await budget.releaseLapsed()).toBe(0);
    await lapse(input.id);
    await budget.releaseLapsed();
    expect((await pool('installation'))?.reservedMicros).toBe(0);
    expect(await take({ ...input, leaseMs: 60_000 })).toEqual({ kind: 'admitted' });
    expect((await pool('installation'))?.reservedMicros).toBe(5 * USD);
  });
});

describe('the database itself', () => {
  test('refuses a row that holds more than its cap', async () => {
    await take(run());
    await expect(database.db.run(sql`update budget_pools set reserved_micros = cap_micros + 1`)).rejects.toThrow(/budget_pools_within_cap/);
    await expect(database.db.run(sql`update budget_pools set spent_micros = cap_micros`)).rejects.toThrow(/budget_pools_within_cap/);
  });
});

describe('people', () => {
  test('are warned once when 80 % of a cap is reached', async () => {
    for (let n = 0; n < 3; n += 1) await take(run());
    expect(events).toEqual([]);
    await take(run({ amountMicros: USD }));
    await take(run({ amountMicros: USD }));
    expect(events).toEqual(['budget.warned']);
    expect((await kinds()).filter((kind) => kind === 'budget.warned')).toHaveLength(1);
  });

  test('stop all dispatch at once, also of what costs nothing, and resume it; the ledger says so', async () => {
    await budget.stop('the bill looks odd', MIA);
    expect(await take(run({ amountMicros: 0 }))).toMatchObject({
      kind: 'refused',
      refusal: { why: 'stopped', reason: 'the bill looks odd', by: 'person:mia' },
    });
    await budget.resume(MIA);
    expect(await take(run())).toEqual({ kind: 'admitted' });
    expect(await kinds()).toEqual(['budget.stopped', 'budget.resumed']);
  });

  test('lower a cap at once, under what is spent already too, and nothing more is admitted', async () => {
    await take(run());
    await budget.lower({ scope: 'project', projectId: 'proj_a', period: 'day' }, 2 * USD, MIA);
    expect(await pool('project', 'day')).toMatchObject({ capMicros: 2 * USD, reservedMicros: 5 * USD });
    expect(await take(run({ amountMicros: 1 }))).toMatchObject({ kind: 'refused' });
    await expect(budget.lower({ scope: 'project', projectId: 'proj_a', period: 'day' }, 3 * USD, MIA)).rejects.toMatchObject({
      code: 'cap_is_raise',
    });
  });

  test('raise the cap of one period, once, and what waited is admitted', async () => {
    for (let n = 0; n < 4; n += 1) await take(run());
    const day = (await pool('project', 'day'))?.id.split(':').at(-1) ?? '';
    const args = {
      scope: 'project' as const,
      project_id: 'proj_a',
      period: 'day' as const,
      starts_on: day,
      from_micros: 20 * USD,
      to_micros: 30 * USD,
    };
    await budget.raise(args, 'act_1');
    await budget.raise(args, 'act_1');
    expect((await pool('project', 'day'))?.capMicros).toBe(30 * USD);
    expect(await take(run())).toEqual({ kind: 'admitted' });
    expect(await database.db.all(sql`select 1 from budget_caps`)).toEqual([]);
    // Lowering what was raised for once is no way to make the rest of the raise last.
    await budget.lower({ scope: 'project', projectId: 'proj_a', period: 'day' }, 25 * USD, MIA);
    expect((await pool('project', 'day'))?.capMicros).toBe(25 * USD);
    expect(await database.db.all(sql`select cap_micros from budget_caps`)).toEqual([{ capMicros: 20 * USD }]);
  });

  test('see caps, spent, reserved and left, who spent most, and each day', async () => {
    await take(run({ id: 'run_v', spender: 'claude' }));
    await settle('run_v', 4 * USD);
    await take(run({ spender: 'codex' }));
    const view = await budget.view('proj_a');
    expect(view.pools.map(({ scope, period, capMicros, leftMicros, source }) => [scope, period, capMicros / USD, leftMicros / USD, source])).toEqual([
      ['installation', 'month', 100, 91, 'default'],
      ['project', 'day', 20, 11, 'default'],
      ['project', 'month', 60, 51, 'default'],
    ]);
    expect(view.spenders.map(({ spender, spentMicros, reservedMicros }) => [spender, spentMicros / USD, reservedMicros / USD])).toEqual([
      ['codex', 0, 5],
      ['claude', 4, 0],
    ]);
    expect(await budget.history({ days: 30, projectId: null })).toMatchObject([{ spentMicros: 4 * USD, reservedMicros: 5 * USD, runs: 2 }]);
  });
});

/** Watches from outside: the sum must never be seen above the cap. */
async function watchCaps(until: () => boolean): Promise<number> {
  let worst = 0;
  while (!until()) {
    for (const row of await pools()) worst = Math.max(worst, row.reservedMicros + row.spentMicros - row.capMicros);
    await new Promise((resolve) => setTimeout(resolve, 5));
  }
  return worst;
}

async function race(parallel: number): Promise<void> {
  let over = false;
  const watching = watchCaps(() => over);
  const results = await Promise.all(
    Array.from({ length: parallel }, async (_, n) => {
      const input = run({ id: `race_${n}`, projectId: n % 2 === 0 ? 'proj_a' : 'proj_b', repositoryId: null, amountMicros: ((n % 5) + 1) * USD });
      const admission = await take(input);
      if (admission.kind === 'admitted' && n % 3 === 0) await settle(input.id, (n % 2) * USD);
      if (admission.kind === 'admitted' && n % 7 === 0) await budget.releaseLapsed();
      return { admission, input, settled: n % 3 === 0 ? (n % 2) * USD : null };
    }),
  );
  over = true;
  expect(await watching).toBeLessThanOrEqual(0);
  const admitted = results.filter(({ admission }) => admission.kind === 'admitted');
  expect(admitted.length).toBeGreaterThan(3);
  expect(admitted.length).toBeLessThan(parallel);
  const expected = admitted.reduce((sum, { input, settled }) => sum + (settled ?? input.amountMicros), 0);
  const month = await pool('installation');
  expect((month?.reservedMicros ?? 0) + (month?.spentMicros ?? 0)).toBe(expected);
}

test('200 parallel reservations, settled meanwhile, never exceed a cap, never deadlock, and lose no cent', () => race(200));
test.runIf(LONG)('2,000 parallel reservations keep it too', () => race(2000), 120_000);

test('a process killed between reserving and settling holds its reservation until the lease runs out, and no longer', async () => {
  const child = spawn(process.execPath, [path.join(import.meta.dirname, '../../../test/kit/budget-holder.ts'), JSON.stringify(database.connection)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = new Promise((resolve) => child.once('exit', resolve));
  await new Promise<void>((resolve, reject) => {
    child.stdout.once('data', () => resolve());
    child.once('exit', () => reject(new Error('the holder ended before it had reserved')));
  });
  child.kill('SIGKILL');
  await exited;
  expect((await pool('installation'))?.reservedMicros).toBe(5 * USD);
  expect(await budget.releaseLapsed()).toBe(0);
  await lapse('run_killed');
  expect(await budget.releaseLapsed()).toBe(1);
  expect(await pool('installation')).toMatchObject({ reservedMicros: 0, spentMicros: 0 });
});

test('figures for monitoring say in USD what each cap is, what is spent and reserved of it, and count what was refused', async () => {
  const metrics = createMetrics({ processMetrics: false });
  budget = build({}, createRefusalCounter(metrics));
  registerBudgetMetrics({ db: database.db, metrics });
  const told = async () => (await metrics.render()).text.split('\n').filter((line) => line.startsWith('reeve_budget_'));
  expect((await told()).filter((line) => line.includes('cap_usd'))).toEqual([]);
  const first = run({ amountMicros: 2.5 * USD });
  await take(first);
  await settle(first.id, 1.25 * USD);
  await take(run({ amountMicros: 4 * USD }));
  expect((await take(run({ amountMicros: 11 * USD }))).kind).toBe('refused');
  await take(run({ amountMicros: 10 * USD }));
  expect((await take(run({ amountMicros: 10 * USD }))).kind).toBe('refused');
  const lines = await told();
  for (const line of [
    'reeve_budget_cap_usd{scope="installation",project="",period="month"} 100',
    'reeve_budget_cap_usd{scope="project",project="proj_a",period="day"} 20',
    'reeve_budget_spent_usd{scope="project",project="proj_a",period="month"} 1.25',
    'reeve_budget_reserved_usd{scope="project",project="proj_a",period="day"} 14',
    'reeve_budget_refusals_total{reason="run_cap"} 1',
    'reeve_budget_refusals_total{reason="cap"} 1',
    'reeve_budget_refusals_total{reason="stopped"} 0',
  ])
    expect(lines).toContain(line);
  // What ended shows no more.
  await database.pool.query("update budget_pools set starts_on = starts_on - 90, ends_on = ends_on - 90 where period = 'day'");
  expect((await told()).filter((line) => line.includes('period="day"'))).toEqual([]);
});

import { AppError } from '#kernel/errors.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { committedOf, decideAdmission, decideRunSpend, defaultCapOf, hintOf, isWarningDue, poolsFor, sentenceOf } from './decide.ts';
import { BUDGET_EVENTS } from './events.ts';
import type { Admission, DefaultCaps, Pool, Refusal, ReserveInput, RunSpend, Spent } from './model.ts';
import * as store from './store.ts';

export interface BudgetDeps {
  db: Db;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  caps: DefaultCaps;
  /** Micros per million tokens where the price of a model is not known. */
  assumedMicrosPerMillion: number;
  /** Told of each reservation that is refused; for figures only. */
  onRefused?: (refusal: Refusal) => void;
}

/**
 * Reserves the worst case of something about to begin, in the transaction that begins it. Locks the switch (shared), then the pools in
 * the order of their ids, then the reservation: every transaction here does, so none waits in a circle, and what was checked is what is
 * written. A reservation that is held already is answered, with its lease renewed; one that ran out is admitted anew.
 */
export async function reserve(deps: BudgetDeps, tx: Tx, input: ReserveInput): Promise<Admission> {
  const control = await store.shareControl(tx);
  const pools = await openPools(deps, tx, input.projectId);
  const before = await store.lockReservation(tx, input.id);
  if (before?.state === 'held' && !control.stopped) {
    await store.extendLease(tx, input.id, input.leaseMs);
    return { kind: 'admitted' };
  }
  if (before?.state === 'settled') throw new AppError('conflict', `${input.id} was settled already.`, { code: 'budget_settled' });
  const decision = decideAdmission({
    stopped: control.stopped ? { reason: control.reason, by: control.changedBy } : null,
    input,
    pools,
    // What was sent already and ran out of its lease is the same run again.
    dispatches: input.repositoryId === null || before !== undefined ? 0 : await store.dispatchesWithinHour(tx, input.repositoryId),
    caps: deps.caps,
  });
  if (decision.kind === 'refused') {
    deps.onRefused?.(decision.refusal);
    return decision;
  }
  for (const pool of input.amountMicros === 0 ? [] : pools)
    if (!(await store.holdInPool(tx, pool.id, input.amountMicros)))
      throw new AppError('internal', 'A cap would have been exceeded; nothing was reserved.', { code: 'budget_race' });
  await store.saveReservation(
    tx,
    input,
    pools.map((pool) => pool.id),
  );
  await warn(
    deps,
    tx,
    pools.map((pool) => ({ ...pool, reservedMicros: pool.reservedMicros + input.amountMicros })),
  );
  return decision;
}

async function openPools(deps: BudgetDeps, tx: Tx, projectId: string | null): Promise<Pool[]> {
  const wanted = poolsFor(projectId, await store.today(tx));
  const ids = wanted.map((pool) => pool.id);
  const there = await store.lockPools(tx, ids);
  if (there.length === wanted.length) return there;
  const set = await store.setCaps(tx, projectId);
  for (const pool of wanted) {
    const cap = set.find((one) => one.scope === pool.scope && one.projectId === (pool.projectId ?? '') && one.period === pool.period);
    await store.ensurePool(tx, { ...pool, capMicros: cap?.capMicros ?? defaultCapOf(pool, deps.caps) });
  }
  return store.lockPools(tx, ids);
}

/** As `reserve`; a refusal is thrown, so that nothing of the admitting transaction stays. */
export async function admit(deps: BudgetDeps, tx: Tx, input: ReserveInput): Promise<void> {
  const admission = await reserve(deps, tx, input);
  if (admission.kind === 'refused') throw refusalError(admission.refusal);
}

/** Codes by which callers tell what to do about a refusal; persisted in recorded steps. */
export const REFUSAL_CODES = { stopped: 'dispatch_stopped', run_cap: 'run_over_cap', rate: 'dispatch_rate', cap: 'budget_reached' } as const;

export function refusalError(refusal: Refusal): AppError {
  const detail = refusal.why === 'cap' ? { pool: refusal.pool.id, amount_micros: refusal.amountMicros, cap_micros: refusal.pool.capMicros } : {};
  return new AppError('refused', sentenceOf(refusal), { code: REFUSAL_CODES[refusal.why], hint: hintOf(refusal), detail });
}

/**
 * Counts what was spent and frees what was reserved. Once: a second settlement changes nothing. One that comes after the lease ran out
 * counts all the same, as late. What nobody reserved (an id that is not there) is left alone.
 */
export async function settle(deps: BudgetDeps, tx: Tx, id: string, spent: Spent): Promise<void> {
  const found = await store.readReservation(tx, id);
  if (found === undefined) return;
  const pools = await store.lockPools(tx, found.pools);
  const row = await store.lockReservation(tx, id);
  if (row === undefined || row.state === 'settled') return;
  const uncounted = spent.micros === 'all';
  const micros = spent.micros === 'all' ? row.amountMicros : wholeMicros(spent.micros);
  const freed = row.state === 'held' ? row.amountMicros : 0;
  const late = Math.max(0, micros - freed);
  await store.settleInPools(tx, row.pools, { freed, spent: micros, late });
  await store.endReservation(tx, id, { state: 'settled', spentMicros: micros, late: row.state !== 'held', uncounted });
  await warn(
    deps,
    tx,
    pools.map((pool) => ({ ...pool, reservedMicros: pool.reservedMicros - freed, spentMicros: pool.spentMicros + micros })),
  );
}

/** A price that is no number counts as nothing would hide it: refuse it loudly instead. */
function wholeMicros(value: number): number {
  const whole = Math.ceil(value);
  if (!Number.isSafeInteger(whole) || whole < 0)
    throw new AppError('internal', 'What was spent is not a whole number of micros.', { code: 'budget_amount' });
  return whole;
}

/** Settles a run by what is known of it (`decideRunSpend`). */
export async function settleRun(deps: BudgetDeps, tx: Tx, id: string, run: RunSpend): Promise<void> {
  const row = await store.readReservation(tx, id);
  if (row === undefined) return;
  await settle(deps, tx, id, decideRunSpend(run, row.amountMicros, deps.assumedMicrosPerMillion));
}

/**
 * Frees reservations whose lease has run out by the database's clock: their holders are lost. Each in a transaction of its own; answers
 * how many. What they spent is counted when they settle after all.
 */
export async function releaseLapsed(deps: BudgetDeps, limit = 100): Promise<number> {
  let freed = 0;
  for (const id of await store.lapsedIds(deps.db, limit)) if (await deps.db.tx((tx) => releaseOne(deps, tx, id))) freed += 1;
  return freed;
}

async function releaseOne(deps: BudgetDeps, tx: Tx, id: string): Promise<boolean> {
  const found = await store.readReservation(tx, id);
  if (found === undefined) return false;
  await store.lockPools(tx, found.pools);
  const row = await store.lockReservation(tx, id);
  if (row === undefined || !(await store.isLapsed(tx, id))) return false;
  await store.settleInPools(tx, row.pools, { freed: row.amountMicros, spent: 0, late: 0 });
  await store.endReservation(tx, id, { state: 'lapsed' });
  deps.ledger.append(tx, {
    kind: BUDGET_EVENTS.lapsed,
    subject: id,
    actor: 'system',
    projectId: row.projectId,
    payload: { amount_micros: row.amountMicros, pools: row.pools, spender: row.spender },
  });
  return true;
}

async function warn(deps: BudgetDeps, tx: Tx, pools: readonly Pool[]): Promise<void> {
  for (const pool of pools.filter(isWarningDue)) {
    await store.markWarned(tx, pool.id);
    const payload = { period: pool.period, scope: pool.scope, cap_micros: pool.capMicros, committed_micros: committedOf(pool), ends_on: pool.endsOn };
    deps.ledger.append(tx, { kind: BUDGET_EVENTS.warned, subject: pool.id, actor: 'system', projectId: pool.projectId, payload });
    await deps.outbox.put(tx, { type: BUDGET_EVENTS.warned, subject: pool.id, projectId: pool.projectId, data: payload });
  }
}

import type { BudgetDeps } from './commands.ts';
import { defaultCapOf, leftOf, poolsFor } from './decide.ts';
import type { BudgetView, DaySpend, Pool, PoolView } from './model.ts';
import { readControl, readPools, setCaps, today } from './store.ts';
import { spendPerDay, topSpenders } from './store.read.ts';

const MOST_SPENDERS = 10;

/** Caps, spent, reserved and left now; of one project with the installation's, or of all that spent something. */
export async function viewBudget(deps: BudgetDeps, projectId: string | null): Promise<BudgetView> {
  const { db, caps } = deps;
  const day = await today(db);
  const [control, set, there] = await Promise.all([readControl(db), setCaps(db), readPools(db, { day, projectId })]);
  const known = new Map(there.map((pool) => [pool.id, pool]));
  const isSet = (pool: Pick<Pool, 'scope' | 'projectId' | 'period'>) =>
    set.find((cap) => cap.scope === pool.scope && cap.projectId === (pool.projectId ?? '') && cap.period === pool.period);
  for (const pool of poolsFor(projectId, day))
    if (!known.has(pool.id)) known.set(pool.id, { ...pool, ...EMPTY, capMicros: isSet(pool)?.capMicros ?? defaultCapOf(pool, caps) });
  const pools = [...known.values()]
    .toSorted((a, b) => (a.id < b.id ? -1 : 1))
    .map((pool): PoolView => ({ ...pool, leftMicros: leftOf(pool), source: isSet(pool) === undefined ? 'default' : 'set' }));
  return {
    stopped: control.stopped,
    stoppedReason: control.stopped ? control.reason : null,
    stoppedBy: control.stopped ? control.changedBy : null,
    runCapMicros: caps.runMicros,
    dispatchesPerHour: caps.dispatchesPerHour,
    pools,
    spenders: await topSpenders(db, { since: `${day.slice(0, 7)}-01`, projectId, limit: MOST_SPENDERS }),
  };
}

const EMPTY = { reservedMicros: 0, spentMicros: 0, lateMicros: 0, warnedAt: null };

/** What each of the last days cost, the newest first. */
export function spendHistory({ db }: BudgetDeps, filter: { days: number; projectId: string | null }): Promise<DaySpend[]> {
  return spendPerDay(db, filter);
}

/** One pool as it is now; null when its period has not begun anything yet. */
export async function poolById({ db }: BudgetDeps, id: string): Promise<Pool | null> {
  const day = id.split(':').at(-1) ?? '';
  return (await readPools(db, { day, projectId: null })).find((pool) => pool.id === id) ?? null;
}

import type { Admission, CapTarget, DefaultCaps, Period, Pool, Refusal, ReserveInput, RunSpend, Spent } from './model.ts';
import { MICROS_PER_USD } from './model.ts';

/** Share of a cap at which people are warned: early enough to raise it before anything waits. */
const WARN_SHARE = 0.8;

export interface AdmissionFacts {
  stopped: { reason: string | null; by: string | null } | null;
  input: Pick<ReserveInput, 'kind' | 'amountMicros' | 'repositoryId'>;
  /** As locked by this transaction. */
  pools: readonly Pool[];
  /** Runs sent to the same repository within the last hour. */
  dispatches: number;
  caps: Pick<DefaultCaps, 'runMicros' | 'dispatchesPerHour'>;
}

/**
 * May this be begun? Invariants: a stop lets nothing begin, whatever it costs; an amount that is no whole number of micros, or below
 * zero, is refused; spent, reserved and the worst case together never exceed any cap. What costs nothing is not held up by money.
 */
export function decideAdmission({ stopped, input, pools, dispatches, caps }: AdmissionFacts): Admission {
  const { amountMicros, kind, repositoryId } = input;
  if (stopped !== null) return refuse({ why: 'stopped', ...stopped });
  if (!Number.isSafeInteger(amountMicros) || amountMicros < 0) return refuse({ why: 'run_cap', amountMicros, capMicros: caps.runMicros });
  if (kind === 'run' && amountMicros > caps.runMicros) return refuse({ why: 'run_cap', amountMicros, capMicros: caps.runMicros });
  if (kind === 'run' && repositoryId !== null && dispatches >= caps.dispatchesPerHour)
    return refuse({ why: 'rate', repositoryId, perHour: caps.dispatchesPerHour });
  const full = amountMicros === 0 ? undefined : pools.find((pool) => !(committedOf(pool) + amountMicros <= pool.capMicros));
  return full === undefined ? { kind: 'admitted' } : refuse({ why: 'cap', pool: full, amountMicros });
}

const refuse = (refusal: Refusal): Admission => ({ kind: 'refused', refusal });

export const committedOf = (pool: Pick<Pool, 'spentMicros' | 'reservedMicros'>): number => pool.spentMicros + pool.reservedMicros;

export const leftOf = (pool: Pick<Pool, 'spentMicros' | 'reservedMicros' | 'capMicros'>): number => Math.max(0, pool.capMicros - committedOf(pool));

/** Whether people should hear now that a cap is nearly reached: once per pool, and again after it was raised. */
export function isWarningDue(pool: Pick<Pool, 'capMicros' | 'spentMicros' | 'reservedMicros' | 'warnedAt'>): boolean {
  return pool.warnedAt === null && committedOf(pool) > 0 && committedOf(pool) >= pool.capMicros * WARN_SHARE;
}

/**
 * What a run that ended counts as. A count in money wins; tokens that only the harness told are priced as assumed; a run that nobody
 * counted (open network and a silent harness, or an execution lost in a crash) counts as all it had reserved, never as nothing.
 */
export function decideRunSpend(run: RunSpend, reservedMicros: number, assumedMicrosPerMillion: number): Spent {
  if (run.starts === 0) return { micros: 0 };
  const priced = run.costMicros > 0 ? run.costMicros : priceAssumed(run.tokens, assumedMicrosPerMillion);
  const lost = run.starts > 1;
  const silent = run.costMicros === 0 && run.tokens === 0 && !run.sealed;
  return lost || silent ? { micros: priced > reservedMicros ? priced : 'all' } : { micros: priced };
}

/** Price of tokens of a model nobody has a price of. */
export const priceAssumed = (tokens: number, microsPerMillion: number): number => Math.ceil((tokens * microsPerMillion) / 1_000_000);

/** Worst case of a run: its limit in money, or less where so many tokens cannot cost it. */
export function worstCaseOf(
  limits: { costMicros: number; tokens: number },
  price: { inputMicrosPerMillion: number; outputMicrosPerMillion: number } | null,
): number {
  if (price === null) return Math.ceil(limits.costMicros);
  const dearest = Math.max(price.inputMicrosPerMillion, price.outputMicrosPerMillion);
  return Math.ceil(Math.min(limits.costMicros, (limits.tokens * dearest) / 1_000_000));
}

/** The pools one reservation draws on, in the one order in which they are locked (by id). */
export function poolsFor(projectId: string | null, today: string): Array<CapTarget & { id: string; startsOn: string; endsOn: string }> {
  const targets: CapTarget[] = [{ scope: 'installation', projectId: null, period: 'month' }];
  if (projectId !== null) targets.push({ scope: 'project', projectId, period: 'day' }, { scope: 'project', projectId, period: 'month' });
  return targets
    .map((target) => ({ ...target, ...spanOf(target.period, today), id: poolIdOf(target, today) }))
    .toSorted((a, b) => (a.id < b.id ? -1 : 1));
}

export function poolIdOf({ scope, projectId, period }: CapTarget, day: string): string {
  const { startsOn } = spanOf(period, day);
  return scope === 'installation' ? `installation:${period}:${startsOn}` : `project:${projectId ?? ''}:${period}:${startsOn}`;
}

/** First day and the day after the last, of the day or month that `day` (`2026-11-21`) is in. */
export function spanOf(period: Period, day: string): { startsOn: string; endsOn: string } {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number);
  const text = (at: number): string => new Date(at).toISOString().slice(0, 10);
  if (period === 'day') return { startsOn: day, endsOn: text(Date.UTC(year, month - 1, date + 1)) };
  return { startsOn: text(Date.UTC(year, month - 1, 1)), endsOn: text(Date.UTC(year, month, 1)) };
}

/** The default of a cap nobody set. There is no "unlimited". */
export function defaultCapOf({ scope, period }: Pick<CapTarget, 'scope' | 'period'>, caps: DefaultCaps): number {
  if (scope === 'installation') return caps.installationMonthMicros;
  return period === 'day' ? caps.projectDayMicros : caps.projectMonthMicros;
}

/** What people are asked for when a cap is reached: half as much again, or as much as the next step needs, in whole dollars. */
export function decideRaise(pool: Pick<Pool, 'capMicros' | 'spentMicros' | 'reservedMicros'>, amountMicros: number): number {
  const wanted = Math.max(pool.capMicros * 1.5, committedOf(pool) + amountMicros);
  return Math.ceil(wanted / MICROS_PER_USD) * MICROS_PER_USD;
}

const usd = (micros: number): string => `${(micros / MICROS_PER_USD).toFixed(2)} USD`;

/** The sentence people read about a refusal. */
export function sentenceOf(refusal: Refusal): string {
  switch (refusal.why) {
    case 'stopped':
      return `Dispatch is stopped${refusal.by === null ? '' : ` by ${refusal.by}`}${refusal.reason === null ? '' : `: ${refusal.reason}`}.`;
    case 'run_cap':
      return `One run may reserve ${usd(refusal.capMicros)} at most; this one would reserve ${usd(refusal.amountMicros)}.`;
    case 'rate':
      return `This repository was sent ${refusal.perHour} agent runs within an hour, which is all it may be sent.`;
    case 'cap': {
      const { pool, amountMicros } = refusal;
      const whose = pool.scope === 'installation' ? 'of this installation' : 'of this project';
      return `The cap ${whose} for the ${pool.period} (${usd(pool.capMicros)}) is reached: ${usd(pool.spentMicros)} are spent and ${usd(pool.reservedMicros)} reserved; the next step may cost ${usd(amountMicros)}.`;
    }
  }
}

/** What the reader can do about it. */
export function hintOf(refusal: Refusal): string {
  switch (refusal.why) {
    case 'stopped':
      return '`reeve budget resume` lets work begin again.';
    case 'run_cap':
      return "Lower the agent's `limits.cost_usd`, or raise `budget_run_usd`.";
    case 'rate':
      return 'It goes on by itself; `dispatches_per_hour` is the limit.';
    case 'cap':
      return `Raise it with \`reeve budget cap\`, or wait until ${refusal.pool.endsOn} 00:00 UTC.`;
  }
}

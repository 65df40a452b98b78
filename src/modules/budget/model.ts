import { z } from 'zod';

/** Money is counted in micros of USD (millionths of a dollar), always whole. */
export const MICROS_PER_USD = 1_000_000;

export type Scope = 'installation' | 'project';
export type Period = 'day' | 'month';

/** Caps where nobody set one. Finite, all of them. */
export interface DefaultCaps {
  installationMonthMicros: number;
  projectMonthMicros: number;
  projectDayMicros: number;
  /** Most one run may reserve. */
  runMicros: number;
  /** Agent runs one repository may be sent in an hour. */
  dispatchesPerHour: number;
}

/** What may be spent under one cap in one period. */
export interface Pool {
  /** `installation:month:2026-11-01`, `project:<id>:day:2026-11-21`. */
  id: string;
  scope: Scope;
  projectId: string | null;
  period: Period;
  /** First day (UTC). */
  startsOn: string;
  /** The day after the last: when the pool begins anew, at 00:00 UTC. */
  endsOn: string;
  capMicros: number;
  reservedMicros: number;
  spentMicros: number;
  /** Part of `spentMicros` that no reservation held. */
  lateMicros: number;
  warnedAt: Date | null;
}

export interface ReserveInput {
  /** Id of the run or of the question; a second reservation under it answers the first. */
  id: string;
  kind: 'run' | 'call';
  projectId: string | null;
  repositoryId: string | null;
  workItemId: string | null;
  /** Agent or model. */
  spender: string;
  /** Worst case. */
  amountMicros: number;
  /** How long the reservation lives without being renewed or settled, on the database's clock. */
  leaseMs: number;
}

export type Refusal =
  | { why: 'stopped'; reason: string | null; by: string | null }
  | { why: 'run_cap'; amountMicros: number; capMicros: number }
  | { why: 'rate'; repositoryId: string; perHour: number }
  | { why: 'cap'; pool: Pool; amountMicros: number };

export type Admission = { kind: 'admitted' } | { kind: 'refused'; refusal: Refusal };

export interface ReservationRow {
  id: string;
  kind: 'run' | 'call';
  projectId: string | null;
  spender: string;
  pools: string[];
  amountMicros: number;
  spentMicros: number | null;
  state: 'held' | 'settled' | 'released' | 'lapsed';
}

/** What something cost: counted, or `all` of what was reserved because nobody counted. */
export interface Spent {
  micros: number | 'all';
}

/** What is known of a run that ended, for what it counts as. */
export interface RunSpend {
  /** What the gateway counted; 0 where nothing was counted in money. */
  costMicros: number;
  /** Tokens counted by the gateway or told by the harness. */
  tokens: number;
  /** False: the agent could reach a model that nobody counted. */
  sealed: boolean;
  /** How often its agent was started; more than once: what an earlier execution used was lost with it. */
  starts: number;
}

/** The args of the action `budget.raise`: the cap of one pool, for its period only, or from now on. */
export const RaiseArgs = z.strictObject({
  scope: z.enum(['installation', 'project']),
  project_id: z.string().nullable(),
  period: z.enum(['day', 'month']),
  /** Day the period began; null: from now on, for this period and all that follow. */
  starts_on: z.iso.date().nullable(),
  from_micros: z.number().int().nonnegative(),
  to_micros: z.number().int().positive().max(Number.MAX_SAFE_INTEGER),
  why: z.string().max(1000).optional(),
});
export type RaiseArgs = z.infer<typeof RaiseArgs>;

export interface CapTarget {
  scope: Scope;
  projectId: string | null;
  period: Period;
}

export interface PoolView extends Pool {
  leftMicros: number;
  /** `default`: nobody set a cap. */
  source: 'default' | 'set';
}

export interface Spender {
  spender: string;
  spentMicros: number;
  reservedMicros: number;
  runs: number;
  calls: number;
}

export interface BudgetView {
  stopped: boolean;
  stoppedReason: string | null;
  stoppedBy: string | null;
  runCapMicros: number;
  dispatchesPerHour: number;
  pools: PoolView[];
  /** Of this month, the greatest first. */
  spenders: Spender[];
}

export interface DaySpend {
  day: string;
  spentMicros: number;
  reservedMicros: number;
  runs: number;
  calls: number;
  /** Runs that count as their whole reservation, because nobody counted. */
  uncounted: number;
}

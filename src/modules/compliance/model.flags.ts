/**
 * What a reader of a record should look at, by code. `exception`: something happened that an auditor asks about. `gap`: there is nothing to tell it
 * by, so the record proves less than it could.
 */
export const FLAGS = {
  work_before_ticket: { kind: 'exception', says: 'work began before the request was written down' },
  author_approved: { kind: 'exception', says: 'somebody who wrote or asked for the change is among those who approved it' },
  approved_late: { kind: 'exception', says: 'something was done before it was approved' },
  checks_failed: { kind: 'exception', says: 'a check had not passed' },
  self_approved: { kind: 'exception', says: 'the person who asked for it approved it, as the policy allows in local repositories' },
  emergency: { kind: 'exception', says: 'two people broke glass: it went past its approvers' },
  no_ticket: { kind: 'gap', says: 'no request says why it was done' },
  no_checks: { kind: 'gap', says: 'no check ran on it' },
  no_decision: { kind: 'gap', says: 'no decision about it is on record' },
} as const satisfies Readonly<Record<string, { kind: 'exception' | 'gap'; says: string }>>;

export type Flag = keyof typeof FLAGS;
export const FLAG_CODES = Object.keys(FLAGS) as [Flag, ...Flag[]];

/** `clean`: no flag at all; `exceptions` and `incomplete`: at least one of that kind. */
export const OUTCOMES = ['clean', 'exceptions', 'incomplete'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** How many records of a search have each flag, altogether and by weeks (Monday, UTC). */
export interface ComplianceSummary {
  total: number;
  clean: number;
  exceptions: number;
  incomplete: number;
  flags: Record<Flag, number>;
  /** Newest first, a year at most; weeks without a change are left out. */
  weeks: Array<{ from: Date; total: number; exceptions: number; incomplete: number }>;
}

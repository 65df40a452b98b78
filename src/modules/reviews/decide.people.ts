import { isAppError, type AppError } from '#kernel/errors.ts';
import type { Action } from '#modules/actions/index.ts';
import type { Dispatch } from './model.people.fix.ts';
import type { HelpFacts, HelpRefusal, PeoplePull } from './model.people.ts';

/** Events after which a pull request may have something new to look at. */
const LOOKED_AT: ReadonlySet<string> = new Set(['pull.opened', 'pull.synchronized', 'pull.reopened', 'pull.edited']);

/**
 * What an event about a pull request asks for. Help is for people's own, where the project or the repository opted in: not for Reeve's own nor
 * another bot's, not for a draft, not for a head that was looked at, and not where a person said stop. Forks are told apart later: the event
 * does not say.
 */
export function decideHelp(facts: HelpFacts): 'ignore' | 'want' | 'end' {
  const { kind, known, state } = facts;
  // Whoever opted out meanwhile still wants the rows to be right.
  if (known !== null && state !== 'open') return known.endedAs === null ? 'end' : 'ignore';
  if (!LOOKED_AT.has(kind) || state !== 'open' || facts.draft) return 'ignore';
  if (facts.isOurs || isBot(facts.author) || !isOptedIn(facts.settings.people_pulls, facts.repository)) return 'ignore';
  if (known === null) return 'want';
  if (known.endedAs === 'stopped' || known.endedAs === 'fork') return 'ignore';
  return known.reviewedSha === facts.headSha ? 'ignore' : 'want';
}

/**
 * Whether the row of a pull request that is not ours is kept up to date, so that people see it beside ours: nothing else follows from it. What is
 * told late does not open again what was merged or closed.
 */
export function isFollowed(of: {
  kind: string;
  isOurs: boolean;
  optedOut: boolean;
  state: HelpFacts['state'];
  rowState: HelpFacts['state'] | null;
}): boolean {
  if (of.isOurs || of.optedOut) return false;
  return of.state !== 'open' || of.rowState === null || of.rowState === 'open' || of.kind === 'pull.reopened';
}

/** Why nothing (more) may be done for a pull request, asked anew in every step that acts: the word of a person may come at any time. Null: it may. */
export function refuseHelp({ row, isOptedIn: wanted, allowlisted, pull }: HelpState): HelpRefusal | null {
  if (row.endedAs !== null) return row.endedAs;
  if (!wanted || !allowlisted) return 'opted_out';
  if (pull === undefined) return null;
  if (pull === null) return 'closed';
  if (pull.state !== 'open') return pull.state;
  return pull.fromFork === true ? 'fork' : null;
}

interface HelpState {
  row: Pick<PeoplePull, 'endedAs'>;
  /** The project, or the repository, opted in and did not opt out again. */
  isOptedIn: boolean;
  allowlisted: boolean;
  /** As its forge shows it now; null: it is gone; left out: not asked. */
  pull?: { state: 'open' | 'merged' | 'closed'; fromFork?: boolean } | null;
}

/** A reasoned no, which is the same whenever it is asked again; anything else is away, or a mistake of ours. */
export function isFinal(error: unknown): error is AppError {
  return isAppError(error) && error.kind !== 'unavailable' && error.kind !== 'rate_limited' && error.kind !== 'internal';
}

/** Whether an agent is sent, by what became of the action that asks for it; in shadow none is. */
export function decideDispatch({ id, status, outcome }: Pick<Action, 'id' | 'status' | 'outcome'>): Dispatch {
  if (status === 'executed') return { kind: 'go' };
  if (status === 'pending') return { kind: 'waits', actionId: id };
  const why = outcome?.['reason'] ?? outcome?.['error'];
  return { kind: 'no', why: typeof why === 'string' ? why : `It was ${status}.` };
}

/** Apps on GitHub end so; `ghost` stands for accounts that are gone. */
export const isBot = (login: string): boolean => /\[bot\]$/i.test(login) || login === 'ghost' || login === '';

/** Names of repositories are one name in any case. */
export function isOptedIn(wanted: HelpFacts['settings']['people_pulls'], repository: string): boolean {
  if (typeof wanted === 'string') return wanted === 'on';
  return wanted.some((name) => name.toLowerCase() === repository.toLowerCase());
}

/** Milliseconds until a change counts as quiet; 0: it does. */
export function quietInMs(wantedAt: Date, now: Date, quietS: number): number {
  return Math.max(0, wantedAt.getTime() + quietS * 1000 - now.getTime());
}

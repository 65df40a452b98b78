import type { Tone } from '../../ui/tone.ts';
import { shortDuration } from '../../ui/time-words.ts';
import type { Approval, GlassUse, Preview } from './queries.ts';
import { RISKS } from './search.ts';

export const RISK_TONE: Readonly<Record<Approval['risk'], Tone>> = { low: 'neutral', medium: 'warn', high: 'bad' };

/** `person:mia` -> `mia`; `role:manager` -> `any manager`; others as they are. */
export function nameOf(subject: string): string {
  if (subject.startsWith('person:')) return subject.slice('person:'.length);
  if (subject.startsWith('role:')) return `any ${subject.slice('role:'.length)}`;
  return subject;
}

/** `mia`, `mia and max`, `mia, max and 3 more`. */
export function listOf(names: readonly string[], most = 4): string {
  const shown = names.length > most ? names.slice(0, most - 1) : names;
  const rest = names.length - shown.length;
  const parts = rest > 0 ? [...shown, `${rest} more`] : shown;
  const last = parts.at(-1) ?? '';
  return parts.length < 2 ? last : `${parts.slice(0, -1).join(', ')} and ${last}`;
}

/** Sentences of the policy in the words of people who never read one; others as they are. */
const REASONS: Readonly<Record<string, string>> = {
  'The policy says require_approval.': 'The policy leaves this kind to people.',
  'The policy says ask.': 'The policy asks before this kind.',
  'The policy does not name this kind.': 'The policy does not name this kind, so people decide.',
};

/** Why people are asked, for the list; which condition it was stands in the detail. */
export function reasonOf(why: string): string {
  const said = REASONS[why];
  if (said !== undefined) return said;
  return /^".*" is false\.$/s.test(why) ? 'Here the policy leaves it to people.' : why;
}

/** `asked for by rita, proposed by codex`; once where both are the same. */
export function originOf(requester: string | null, proposer: string): string {
  if (requester === null || nameOf(requester) === nameOf(proposer)) return `proposed by ${nameOf(proposer)}`;
  return `asked for by ${nameOf(requester)}, proposed by ${nameOf(proposer)}`;
}

export interface TimeLeft {
  text: string;
  /** `soon`: under an hour; `over`: nobody can decide any more. */
  state: 'plenty' | 'soon' | 'over';
}

const SECOND_MS = 1000;
const MINUTE_MS = 60 * SECOND_MS;
const HOUR_MS = 60 * MINUTE_MS;

/** How long there is to decide; in the last hour by the second. Milliseconds since 1970. */
export function timeLeft(expiresAt: string, nowMs: number): TimeLeft {
  const left = Date.parse(expiresAt) - nowMs;
  if (!(left > 0)) return { text: 'time is over', state: 'over' };
  // Days as everywhere else: the same deadline is `in 7 d` in another list.
  if (left >= 48 * HOUR_MS) return { text: `${shortDuration(left)} left`, state: 'plenty' };
  if (left >= HOUR_MS) return { text: `${Math.floor(left / HOUR_MS)} h ${pad(Math.floor(left / MINUTE_MS) % 60)} min left`, state: 'plenty' };
  return { text: `${pad(Math.floor(left / MINUTE_MS))}:${pad(Math.floor(left / SECOND_MS) % 60)} left`, state: 'soon' };
}

const pad = (figure: number): string => String(figure).padStart(2, '0');

type Decided = Pick<Approval, 'status' | 'decided_by' | 'reason' | 'action_status' | 'outcome' | 'votes' | 'self_approved'>;

/** What became of it, in one sentence; empty while it waits. */
export function outcomeOf({ status, decided_by: by }: Decided): string {
  const who = by === null ? '' : ` by ${nameOf(by)}`;
  if (status === 'approved') return `Approved${who}.`;
  if (status === 'declined') return `Declined${who}.`;
  if (status === 'modified') return `Changed${who}: a new approval takes its place.`;
  if (status === 'expired') return 'It ran out: nobody decided in time.';
  return status === 'withdrawn' ? `Withdrawn${who}.` : '';
}

/** What became of the action after a yes; empty where nothing is to be said. */
export function doneOf({ status, action_status: done, outcome }: Decided): string {
  if (status !== 'approved') return '';
  if (done === 'executed') return 'It was done.';
  if (done === 'failed') return `It could not be done: ${textIn(outcome, 'error') ?? 'no reason was recorded'}`;
  if (done === 'shadowed') return 'Nothing was done: shadow mode only records.';
  if (done === 'executing') return 'It is being done.';
  return done === 'approved' ? 'It will be done.' : '';
}

function textIn(outcome: Decided['outcome'], member: string): string | null {
  const value = outcome?.[member];
  return typeof value === 'string' ? value : null;
}

/** Who decided first, as a refused decision tells it: `declined by max`. Null: the refusal is another one. */
export function winnerIn(detail: Readonly<Record<string, unknown>>): string | null {
  const { outcome } = detail;
  if (typeof outcome !== 'object' || outcome === null || !('status' in outcome) || typeof outcome.status !== 'string') return null;
  const by = 'decided_by' in outcome && typeof outcome.decided_by === 'string' ? ` by ${nameOf(outcome.decided_by)}` : '';
  return `${outcome.status}${by}`;
}

/** What the record of an approval says of where it happens. */
export interface RecordFacts {
  requester: string | null;
  proposer: string;
  run: string | null;
  model: string | null;
  repo: string;
  forge: string;
  conditions: string[];
}

export function factsOf(record: Approval['record']): RecordFacts {
  const target = recordIn(record['target']);
  const proposer = recordIn(record['proposer']);
  const only = recordIn(record['preconditions']);
  const said = (value: unknown): string | null => (typeof value === 'string' ? value : null);
  return {
    requester: said(record['trigger_user']),
    proposer: said(proposer['subject']) ?? 'unknown',
    run: said(proposer['run']),
    model: said(proposer['model']),
    repo: said(target['repo']) ?? '',
    forge: said(target['forge']) ?? '',
    conditions: [
      ['the head is', said(only['head_sha'])],
      ['the base is', said(only['base_sha'])],
      ['the issue was last changed at', said(only['issue_updated_at'])],
    ].flatMap(([words, value]) => (value === null ? [] : [`${words} ${value}`])),
  };
}

/** The highest risk that its badge says or its plan names: `high: It touches payment`. */
export function highestRiskOf({ risk, record }: Pick<Approval, 'risk' | 'record'>): Approval['risk'] {
  const { risks } = argsOf(record);
  const named = Array.isArray(risks) ? risks.map((one) => /^(low|medium|high): /.exec(String(one))?.[1]) : [];
  return RISKS.findLast((one) => one === risk || named.includes(one)) ?? risk;
}

/** Somebody asked about it, and nobody has answered since. */
export const isAsked = ({ notes }: Pick<Approval, 'notes'>): boolean =>
  notes.findLastIndex(({ kind }) => kind === 'question') > notes.findLastIndex(({ kind }) => kind === 'answer');

type Foreseen = Pick<NonNullable<Preview['decision']>, 'kind' | 'approvers' | 'needed' | 'reason' | 'eligible' | 'you'>;

/** Who would decide what somebody is about to change, by the server's own answer; `warns`: the one who changes it would not. */
export function foreseenOf({ kind, approvers, needed, reason, eligible, you }: Foreseen): { text: string; warns: boolean } {
  if (kind === 'deny') return { text: `The policy would deny it: ${reason}`, warns: true };
  if (kind === 'auto') return { text: 'The policy would let it through without a decision.', warns: false };
  const waits = `It would then wait for ${needed > 1 ? `${needed} of ` : ''}any ${approvers.join(' or ')}`;
  if (you.may_decide) return { text: `${waits}.`, warns: false };
  const others =
    eligible.length === 0 ? ', but nobody here may decide it: it would wait until its time is over' : `: ${listOf(eligible.map(nameOf))}`;
  return { text: `You could then not decide it yourself: ${you.why_not?.reason ?? 'others do.'} ${waits}${others}.`, warns: true };
}

export function argsOf(record: Approval['record']): Record<string, unknown> {
  return recordIn(record['args']);
}

const recordIn = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

/** Name of the repository it is about. */
export function repositoryOf(record: Approval['record']): string {
  const { repo } = recordIn(record['target']);
  return typeof repo === 'string' ? repo : '';
}

/** Whether glass may be broken with these words: a reason that says something, and the repository's name typed, so that no slip opens it. */
export const isGlassReady = ({ reason, typed, repository }: { reason: string; typed: string; repository: string }): boolean =>
  reason.trim().length >= 10 && typed.trim() === repository;

export type GlassStep = { step: 'open' } | { step: 'confirm'; first: GlassUse } | { step: 'own' | 'over'; text: string };

/** What a maintainer may do about the emergency exit of an action: nobody confirms their own word, and what is decided needs none. */
export function glassStep({ use, status, me }: { use: GlassUse | null; status: Approval['status']; me: string }): GlassStep {
  if (status !== 'pending' || use?.state === 'broken') {
    const how = use?.state === 'broken' ? 'Glass was broken meanwhile' : 'It was decided meanwhile, or ran out';
    return { step: 'over', text: `${how}: there is nothing left to let pass.` };
  }
  if (use?.state !== 'opened') return { step: 'open' };
  if (use.opened_by === me) return { step: 'own', text: 'You opened it; a second maintainer confirms it.' };
  return { step: 'confirm', first: use };
}

/** How a use of the emergency exit stands. */
export function glassText({ state, action_status: status }: Pick<GlassUse, 'state' | 'action_status'>): string {
  if (state === 'opened') return 'Opened; it waits for a second maintainer.';
  if (state === 'ran_out') return 'Opened, and not confirmed in time: it let nothing pass.';
  if (state === 'not_needed') return 'Opened, and not needed: it was decided without it.';
  if (status === 'executed') return 'Broken; it was done without its approvers.';
  return status === 'failed' ? 'Broken; what it let pass failed.' : 'Broken; it goes on without its approvers.';
}

/** What is still to be done about a use; null: nothing. */
export function owedOf({ state, account }: Pick<GlassUse, 'state' | 'account'>): string | null {
  if (state === 'ran_out' || state === 'not_needed' || account !== null) return null;
  return state === 'opened' ? 'A second maintainer confirms it, or it runs out.' : 'Write down what happened the same day.';
}

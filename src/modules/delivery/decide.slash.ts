import type { ActionKind } from '#modules/actions/index.ts';
import type { FixKind } from './model.review.ts';

/** What people may tell Reeve in a comment. */
export const SLASH_VERBS = ['approve', 'decline', 'needs-info', 'retry', 'stop', 'fix'] as const;
export type SlashVerb = (typeof SLASH_VERBS)[number];

export type Slash =
  | { kind: 'command'; verb: Exclude<SlashVerb, 'fix'>; reason: string | null; confirm: string | null }
  | { kind: 'fix'; what: FixKind }
  /** It begins like a command and is none. */
  | { kind: 'unknown' };

/**
 * Whether a comment there is its author's own word. Not on the embedded forge: an admin may write in anybody's name, and a token of a
 * lower role would speak with all that its person may.
 */
export const mayCommand = (forge: string): boolean => forge === 'github';

const MOST_REASON = 2000;

/**
 * The first `/reeve …` that stands at the beginning of a line of a comment, or null. What is quoted, in a code block or in an HTML comment is
 * somebody else's words or nobody's; lines and blocks end where GitHub shows their end, so that nothing in them passes for a line of its own.
 * After `approve` the repository's name may follow, where the installation wants it typed.
 */
export function parseSlash(body: string): Slash | null {
  const visible = body
    .slice(0, 20_000)
    .replace(/\r\n?/g, '\n')
    .replace(/[\u2028\u2029]/g, ' ')
    .replace(/<!--[\s\S]*?(?:-->|$)/g, '')
    .replace(/^ {0,3}(([`~])\2{2,})[\s\S]*?(?:^ {0,3}\1\2*[ \t]*$|$(?![\s\S]))/gm, '');
  const line = /^\/reeve(?:[ \t]+([^\r\n]*))?$/im.exec(visible);
  if (line === null) return plainFix(visible);
  const [word = '', ...rest] = (line[1] ?? '').trim().split(/\s+/);
  const verb = SLASH_VERBS.find((known) => known === word.toLowerCase());
  if (verb === undefined) return { kind: 'unknown' };
  if (verb === 'fix') return toFix(rest.join(' ')) ?? { kind: 'unknown' };
  const confirm = verb === 'approve' && /^[\w.-]+\/[\w.-]+$/.test(rest[0] ?? '') ? (rest.shift() ?? null) : null;
  const reason = rest.join(' ').slice(0, MOST_REASON);
  return { kind: 'command', verb, reason: reason === '' ? null : reason, confirm };
}

/** What a comment on a pull request of a person's own may ask for; everything else concerns the work of stories. */
export function peopleCommandIn(forge: string, body: string): { kind: 'stop' } | { kind: 'fix'; what: FixKind } | null {
  const slash = mayCommand(forge) ? parseSlash(body) : null;
  if (slash?.kind === 'fix') return slash;
  return slash?.kind === 'command' && slash.verb === 'stop' ? { kind: 'stop' } : null;
}

/** The two sentences that people say anyway, where they are the whole comment. */
function plainFix(visible: string): Slash | null {
  const words = /^fix (code reviews?|merge conflicts?)[.!]?$/i.exec(visible.trim());
  return words === null ? null : toFix(words[1] ?? '');
}

function toFix(words: string): Slash | null {
  if (/^(?:code )?reviews?$/i.test(words)) return { kind: 'fix', what: 'reviews' };
  return /^(?:merge )?conflicts?$/i.test(words) ? { kind: 'fix', what: 'conflict' } : null;
}

/** Where a command was given: what people see there is what they decide about. */
export type SlashPlace = 'issue' | 'pull';

/** What may be decided by a comment, the likeliest first; all else is not shown on the forge, and nobody decides what they do not see. */
const DECIDED_ON: Readonly<Record<SlashPlace, readonly ActionKind[]>> = {
  // Not the merge: the change itself is shown under the pull request alone.
  issue: ['plan.approve', 'issue.close', 'ci.retry'],
  pull: ['pr.merge', 'ci.retry', 'plan.approve', 'pr.revert'],
};

/** A decision that waits. */
export interface PendingDecision {
  id: string;
  kind: ActionKind;
  createdAt: Date;
}

/** The decision that a command given at this place is about, of those that waited when it came; null: none. */
export function decideSubject<P extends PendingDecision>(place: SlashPlace, pending: readonly P[], saidAt: Date): P | null {
  const waited = pending.filter(({ createdAt }) => createdAt.getTime() <= saidAt.getTime());
  for (const kind of DECIDED_ON[place]) {
    const found = waited.filter((one) => one.kind === kind).at(-1);
    if (found !== undefined) return found;
  }
  return null;
}

/** Between GitHub's clock and ours, and on the way. */
const MOST_APART_MS = 2 * 60_000;
/** Nothing older is sent again: GitHub keeps deliveries for three days, an Enterprise Server for a week. */
const LONGEST_KEPT_MS = 8 * 24 * 3_600_000;

/**
 * When a comment was said, by our clock. One whose delivery failed and was sent again is as old as it says: it decides nothing that was asked
 * meanwhile, and ends no story that began meanwhile.
 */
export function saidAt(createdAt: Date, receivedAt: Date): Date {
  const lateMs = receivedAt.getTime() - createdAt.getTime();
  return lateMs > MOST_APART_MS && lateMs <= LONGEST_KEPT_MS ? new Date(createdAt.getTime() + MOST_APART_MS) : receivedAt;
}

/** How a no is told from a question, in the reason that is kept with it. */
const NEEDS_INFO = 'Needs info: ';

export const needsInfoReason = (reason: string | null): string => `${NEEDS_INFO}${reason ?? 'please say more about what is wanted.'}`;

/** The question in a no that was one; null: it was a plain no. */
export function questionIn(reason: string): string | null {
  return reason.startsWith(NEEDS_INFO) ? reason.slice(NEEDS_INFO.length) : null;
}

/** Said to whoever is not known here, once for each issue and in the same words for everybody. */
export const STRANGER_ANSWER =
  'Commands here are for people whom Reeve knows. A manager links your login: `POST /v1/identities` with `source`, `external_id` and `person_id`.';

/** Below a plan: how people answer it where they read it. */
export const HOW_TO_ANSWER = [
  '**To decide**, comment `/reeve approve`, `/reeve decline reason` or `/reeve needs-info question` (people with the role only);',
  'the console, Slack and `reeve approve` do the same. `/reeve stop` ends the work, `/reeve retry` starts it again.',
].join(' ');

import type { Action } from '#modules/actions/index.ts';
import type { WorkState } from '#modules/work/index.ts';
import { isOwn } from './decide.own.ts';
import type { Pull, StoryEnd } from './model.ts';

/** What the forge shows of an issue and of the pull request of its story, beside what the story itself did there. */
export interface ForgeFacts {
  /** The pull request of this story as it is there now; null: none yet, or one that had ended before this story began. */
  pull: { number: number; state: Pull['state']; mergeSha: string | null; endedBy: string | null } | null;
  /** Null: there is none (a typed request, a folder). */
  issue: { number: number; state: 'open' | 'closed'; closeReason: 'completed' | 'not_planned' | 'duplicate' | null; closedBy: string | null } | null;
  /** The story's own merge: `under_way` its effect has begun, `done` it has a receipt. */
  ownMerge: 'none' | 'under_way' | 'done';
  /** The story closed the issue itself (a duplicate), or is about to. */
  ownClose: boolean;
  /** Login under which Reeve writes there. */
  ownLogin: string;
  /** A person may use that login too, so that it says nothing: only what the story did itself tells. Left out: nobody else does. */
  sharedLogin?: boolean;
  /** Login of whoever an event names, where the forge itself does not say. */
  hint: string | null;
}

/** An end that people brought about; `login`: who, as the forge names them, null when nobody knows. */
export interface OutsideEnd {
  end: StoryEnd;
  login: string | null;
}

/**
 * Have people ended the story on the forge? A merged pull request is the work done, however the issue stands; one closed without a
 * merge, and an issue closed while the work is under way, take the work back. What Reeve did itself never counts: its merge
 * closes the issue, its duplicates are closed by itself; and once its own merge has begun, that one is the end.
 */
export function decideOutsideEnd(facts: ForgeFacts): OutsideEnd | null {
  const { pull, issue, ownMerge } = facts;
  const isReeve = (login: string | null): boolean => login !== null && isOwn(login, { login: facts.ownLogin });
  const isOurs = (login: string | null): boolean => facts.sharedLogin !== true && isReeve(login);
  const whoOf = (login: string | null): string | null => login ?? facts.hint;
  if (pull?.state === 'merged' && !isOurs(whoOf(pull.endedBy)) && ownMerge !== 'done') {
    // Without a name it may be the merge that is just being carried out.
    if ((pull.endedBy === null || isReeve(pull.endedBy)) && ownMerge === 'under_way') return null;
    const login = whoOf(pull.endedBy);
    return { login, end: { as: 'merged', detail: `Pull request #${pull.number} was merged by ${nameOf(login)}${asCommit(pull.mergeSha)}.` } };
  }
  if (ownMerge !== 'none' || pull?.state === 'merged') return null;
  if (pull?.state === 'closed') {
    const login = whoOf(pull.endedBy);
    return { login, end: { as: 'declined', detail: `Pull request #${pull.number} was closed by ${nameOf(login)} without a merge.` } };
  }
  if (issue?.state === 'closed' && !facts.ownClose && !isOurs(whoOf(issue.closedBy))) {
    const login = whoOf(issue.closedBy);
    const duplicate = issue.closeReason === 'duplicate';
    const sentence = `Issue #${issue.number} was closed by ${nameOf(login)}${duplicate ? ' as a duplicate' : ''}.`;
    return { login, end: { as: duplicate ? 'duplicate' : 'declined', detail: sentence } };
  }
  return null;
}

function nameOf(login: string | null): string {
  return login ?? 'somebody on the forge';
}

function asCommit(sha: string | null): string {
  return sha === null ? '' : ` as ${sha.slice(0, 10)}`;
}

/**
 * The states an item goes through to its end. `merged` is only reached from work under way or from a failure: a plan that was still
 * being talked about when its pull request of an earlier try was merged counts as broken off first. What cannot fail yet is declined.
 */
export function pathToEnd(from: WorkState, end: StoryEnd, mayMove: (from: WorkState, to: WorkState) => boolean): WorkState[] {
  if (end.as === 'failed' && (from === 'failed' || mayMove(from, 'failed'))) return from === 'failed' ? [] : ['failed'];
  if (end.as === 'needs_info') return pathToQuestion(from, mayMove);
  const to = end.as === 'merged' || end.as === 'landed' ? 'merged' : end.as === 'duplicate' ? 'duplicate' : 'declined';
  if (from === to) return [];
  if (mayMove(from, to)) return [to];
  return mayMove(from, 'failed') && mayMove('failed', to) ? ['failed', to] : [];
}

/** What only waited for its merge is work in progress again before it waits for an answer. */
function pathToQuestion(from: WorkState, mayMove: (from: WorkState, to: WorkState) => boolean): WorkState[] {
  if (from === 'needs_info') return [];
  if (mayMove(from, 'needs_info')) return ['needs_info'];
  return mayMove(from, 'in_progress') && mayMove('in_progress', 'needs_info') ? ['in_progress', 'needs_info'] : [];
}

/** Begins the marker of a comment by which a person asks the author of an issue. */
export const ASKED_MARKER = 'reeve:asked:';

/** Whether an action is the question for which its story was set aside: it is to be put, and is not taken back with what the story left. */
export function isAsking({ record: { kind, args } }: Pick<Action, 'record'>): boolean {
  return kind === 'issue.comment.questions' && typeof args['marker'] === 'string' && args['marker'].startsWith(ASKED_MARKER);
}

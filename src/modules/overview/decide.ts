import type { StandingItem, WorkState } from '#modules/work/index.ts';
import type { NamedIssue, StuckItem } from './model.ts';

const HOUR_MS = 60 * 60_000;

/**
 * After how many hours without any change an issue counts as stuck, by the state it is in. Machines answer within minutes, so a few hours of
 * silence mean that something is wrong; where people are waited for it is a working day.
 */
export const PATIENCE_HOURS: Readonly<Partial<Record<WorkState, number>>> = {
  new: 1,
  triaged: 24,
  planned: 4,
  awaiting_approval: 24,
  in_progress: 6,
  in_review: 24,
  awaiting_merge: 4,
};

/** States in which only a person goes on with an issue. */
export const ESCALATED: readonly WorkState[] = ['needs_info', 'failed'];

/** For each state that has a patience: what changed last before this moment is stuck. */
export function stuckBefore(now: Date): Array<{ state: WorkState; before: Date }> {
  return (Object.entries(PATIENCE_HOURS) as Array<[WorkState, number]>).map(([state, hours]) => ({
    state,
    before: new Date(now.getTime() - hours * HOUR_MS),
  }));
}

/** 00:00 UTC of the day of a moment. */
export function beginningOfDay(now: Date): Date {
  return new Date(Date.UTC(now.getUTCFullYear(), now.getUTCMonth(), now.getUTCDate()));
}

const WAITS_FOR: Readonly<Partial<Record<WorkState, string>>> = {
  new: 'It was never looked at',
  triaged: 'Nobody has gone on with it',
  planned: 'Its tasks have not begun',
  awaiting_approval: 'Its approval is not decided',
  in_progress: 'No task of it has moved',
  in_review: 'Its pull request waits for a review or for checks',
  awaiting_merge: 'Its merge has not happened',
};

/** An issue that nothing happened to, as a stuck thing. */
export function stuckIssue(issue: NamedIssue, now: Date): StuckItem {
  const hours = Math.floor((now.getTime() - issue.changedAt.getTime()) / HOUR_MS);
  const time = hours < 48 ? `${hours} hours` : `${Math.floor(hours / 24)} days`;
  return {
    kind: 'idle',
    title: issue.title,
    why: `${WAITS_FOR[issue.state] ?? 'Nothing has happened'} for ${time}.`,
    since: issue.changedAt,
    projectId: issue.projectId,
    subjectId: issue.id,
    number: issue.number,
  };
}

const REASONS: Readonly<Record<string, string>> = {
  conflict: 'It conflicts with what landed before it.',
  checks_failed: 'Its checks fail together with what is on the branch.',
  effect_lost: 'Merging it would have lost a part of what it changes.',
  publish_refused: 'The branch did not take it.',
  retries_exhausted: 'It was tried as often as is allowed.',
};

/** Why a change request was set aside, for people. */
export const quarantineSentence = (kind: string): string => REASONS[kind] ?? 'It was set aside.';

/** The gravest first: what holds everything, then what holds a branch, then single things, each by how long it has lasted. */
const GRAVITY: readonly StuckItem['kind'][] = ['dispatch_stopped', 'branch_rewritten', 'target_held', 'quarantined', 'idle'];

export function inOrderOfGravity(items: readonly StuckItem[]): StuckItem[] {
  return items.toSorted((a, b) => GRAVITY.indexOf(a.kind) - GRAVITY.indexOf(b.kind) || (a.since?.getTime() ?? 0) - (b.since?.getTime() ?? 0));
}

/** An issue as its row in a group. */
export function toIssue({ id, projectId, number, title, state, stateReason, assignee, updatedAt }: StandingItem): NamedIssue {
  return { id, projectId, number, title, state, reason: stateReason, assignee, changedAt: updatedAt };
}

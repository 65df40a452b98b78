import type { Conversation, Pull, Proposed, TimelineItem } from './queries.ts';

/** Parts of a pull request's page, by their name in its address. */
export const PULL_TABS = ['story', 'changes', 'conversations', 'checks'] as const;
export type PullTab = (typeof PULL_TABS)[number];

/** What people call those who are waited for. */
export const WAITS_WORDS: Readonly<Record<Pull['waiting']['for'], string>> = {
  nobody: 'Nobody',
  agent: 'An agent',
  ci: 'Checks',
  reviewers: 'A review',
  approvers: 'A decision',
  author: 'Its author',
  queue: 'The merge queue',
  people: 'People',
};

/** `A decision: ada, any maintainer`. */
export function waitsText({ waiting }: Pick<Pull, 'waiting'>): string {
  const names = waiting.names.map(nameOf);
  return names.length === 0 ? WAITS_WORDS[waiting.for] : `${WAITS_WORDS[waiting.for]}: ${names.join(', ')}`;
}

export const nameOf = (name: string): string =>
  name.startsWith('role:') ? `any ${name.slice('role:'.length)}` : name.replace(/^(person|agent):/, '');

/** Open findings by weight, the gravest first; empty: nothing is open. */
export function findingsText({ review }: Pick<Pull, 'review'>): string {
  if (review === null) return '';
  const { blocker, major, minor, note } = review.open;
  return [
    [blocker, 'blocker'],
    [major, 'major'],
    [minor, 'minor'],
    [note, 'note'],
  ]
    .filter(([count]) => count !== 0)
    .map(([count, word]) => `${count} ${word}`)
    .join(', ');
}

export type ChecksState = 'passed' | 'failed' | 'pending' | 'none';

export function checksState({ checks }: Pick<Pull, 'checks'>): ChecksState {
  if (checks.failed > 0 || checks.verdict === 'red') return 'failed';
  if (checks.pending > 0) return 'pending';
  return checks.passed > 0 || checks.verdict === 'green' ? 'passed' : 'none';
}

export function checksText({ checks }: Pick<Pull, 'checks'>): string {
  const parts = [
    [checks.failed, 'failed'],
    [checks.pending, 'running'],
    [checks.passed, 'passed'],
  ].filter(([count]) => count !== 0);
  if (parts.length > 0) return parts.map(([count, word]) => `${count} ${word}`).join(', ');
  return checks.verdict === null ? 'No checks yet' : `Checks are ${checks.verdict}`;
}

const SAID: Readonly<Record<TimelineItem['kind'], string>> = {
  opened: 'opened it',
  pushed: 'pushed commits',
  reviewed: 'reviewed it',
  commented: 'commented',
  thread_resolved: 'resolved a conversation',
  closed: 'closed it',
  reopened: 'opened it again',
  merged: 'merged it',
  agent_review: 'reviewed it',
  checks: 'Checks came to a verdict',
  retry: 'An agent was sent to a red check',
  fix: 'asked for a fix',
  run: 'was sent',
  merge_asked: 'Its merge was asked for',
  voted: 'decided about the merge',
};

const VERDICTS: Readonly<Record<string, string>> = {
  approved: 'approved it',
  changes_requested: 'asked for changes',
  commented: 'reviewed it with a comment',
  dismissed: 'took back a review',
  approve: 'approved the merge',
  decline: 'declined the merge',
  modify: 'changed the merge and approved it',
};

/** What happened, behind the name of who did it. */
export function happenedText(item: Pick<TimelineItem, 'kind' | 'state'>): string {
  if ((item.kind === 'reviewed' || item.kind === 'voted') && item.state !== null) return VERDICTS[item.state] ?? SAID[item.kind];
  if (item.kind === 'checks' && item.state !== null) return `Checks came to a verdict: ${item.state}`;
  return SAID[item.kind];
}

/** Hidden marks of Reeve's own texts are no words for people. */
export const withoutMarks = (text: string): string => text.replaceAll(/<!--\s*reeve:[^>]*-->/g, '').trim();

/** Words of somebody else that Reeve posts under its own name say whose they are. */
export const signed = (text: string, name: string): string => `${text.trim()}\n\n*Written in Reeve by ${name}.*`;

/** What became of something that was proposed, for whoever pressed. */
export function proposedText(status: Proposed['status']): string {
  if (status === 'pending') return 'It waits for a decision.';
  if (status === 'denied') return 'The policy does not allow it. Nothing is sent.';
  if (status === 'shadowed') return 'The project only watches: it is written down, and nothing is sent.';
  return 'It is on its way to the forge.';
}

/** How an answer stands that was asked for in a conversation. */
export function askedText({ kind, status }: Conversation['asked'][number]): string {
  const what = kind === 'pr.thread.reply' ? 'An answer' : 'Its end';
  if (status === 'pending') return `${what} waits for a decision.`;
  if (status === 'declined') return `${what} was declined.`;
  return status === 'failed' ? `${what} could not be sent.` : `${what} is on its way to the forge.`;
}

/** Minutes as people say them. */
export function minutesText(minutes: number): string {
  if (minutes < 90) return `${Math.round(minutes)} min`;
  return minutes < 48 * 60 ? `${(minutes / 60).toFixed(1)} h` : `${(minutes / 1440).toFixed(1)} d`;
}

import type { Tone } from '../../ui/tone.ts';
import type { Backfill, Repository } from './queries.ts';

/** Why the history of a repository is not read; null: it may be. */
export function whyNoHistory({ forge, allowlisted }: Pick<Repository, 'forge' | 'allowlisted'>): string | null {
  if (forge === 'local') return 'Everything of this repository is heard as it happens: there is no history to read.';
  if (forge === 'path') return 'A folder of this machine has no issues and pull requests of its own: there is no history to read.';
  return allowlisted ? null : 'Reeve may not work there yet, so it reads nothing. An admin allows it above.';
}

export const STATES: Readonly<Record<Backfill['state'], { tone: Tone; words: string }>> = {
  running: { tone: 'info', words: 'being read' },
  paused: { tone: 'warn', words: 'paused' },
  done: { tone: 'good', words: 'read' },
  failed: { tone: 'bad', words: 'stopped by a failure' },
};

/** `review_comments` -> `review comments`. */
export const nameOfPart = (part: string): string => part.replaceAll('_', ' ');

/** What is being read, or would be next; null: nothing is left. */
export const partAt = ({ parts }: Pick<Backfill, 'parts'>): string | null => {
  const next = parts.find(({ done, note }) => !done && note === null);
  return next === undefined ? null : nameOfPart(next.part);
};

/** Parts that are over, read or not, of all; from 0 to 1. */
export function shareOf({ parts }: Pick<Backfill, 'parts'>): number {
  if (parts.length === 0) return 0;
  return parts.filter(({ done, note }) => done || note !== null).length / parts.length;
}

/** `3 pages, 70 things seen, 12 facts kept`. */
export function countsOf({ pages, seen, stored }: Pick<Backfill, 'pages' | 'seen' | 'stored'>): string {
  const some = (count: number, one: string): string => `${count.toLocaleString('en')} ${one}${count === 1 ? '' : 's'}`;
  return `${some(pages, 'page')}, ${some(seen, 'thing')} seen, ${some(stored, 'fact')} kept`;
}

/** A day as a field of the browser gives it, as the instant it begins; null: none was chosen. */
export const sinceOf = (day: string): string | null => (day === '' ? null : `${day}T00:00:00Z`);

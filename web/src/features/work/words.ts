import type { Tone } from '../../ui/tone.ts';
import type { TimelineEntry } from './queries.ts';

/** Persisted names as people read them. */
const WORDS: Readonly<Record<string, string>> = {
  needs_info: 'needs info',
  awaiting_approval: 'waits for approval',
  awaiting_merge: 'waits for merge',
  in_progress: 'in progress',
  in_review: 'in review',
};

export const wordOf = (name: string): string => WORDS[name] ?? name.replaceAll('_', ' ');

const PRIORITIES: Readonly<Record<string, string>> = { P0: 'urgent', P1: 'high', P2: 'normal', P3: 'low' };

/** `P1 high`. */
export const priorityWord = (priority: string): string => `${priority} ${PRIORITIES[priority] ?? ''}`.trim();

export const RISK_TONES: Readonly<Record<string, Tone>> = { low: 'neutral', medium: 'warn', high: 'bad' };

/** What an entry of the story means, as a colour; the words say it as well. */
export const ENTRY_TONES: Readonly<Record<TimelineEntry['tone'], Tone>> = { good: 'good', bad: 'bad', waiting: 'warn', plain: 'neutral' };

/** `person:mia` -> `mia`; nobody is a dash. */
export const whoOf = (subject: string | null): string => (subject === null ? '–' : subject.slice(subject.indexOf(':') + 1));

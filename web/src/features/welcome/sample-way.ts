/** A stop on the way of the first request. */
export interface WayStop {
  name: string;
  /** `never`: it ended before it came there. */
  state: 'done' | 'now' | 'later' | 'failed' | 'never';
}

/** What else is known of the way, once the state of the issue only says how it ended. */
export interface Seen {
  /** What became of the plan, where one was put to people. */
  plan: 'none' | 'waits' | 'agreed' | 'refused';
  /** An agent was sent. */
  ran: boolean;
}

interface StopWords {
  name: string;
  /** Where it ended here: what did not come to be. */
  ended: string;
  states: readonly string[];
}

const STOPS: readonly StopWords[] = [
  { name: 'Understood and planned', ended: 'It was not planned', states: ['new', 'triaged', 'planned'] },
  { name: 'You agree to the plan', ended: 'The plan was not agreed to', states: ['awaiting_approval'] },
  {
    name: 'An agent works, its changes are checked and land',
    ended: 'An agent was to work, and nothing landed',
    states: ['in_progress', 'in_review', 'awaiting_merge'],
  },
  { name: 'Landed', ended: 'It did not land', states: ['merged'] },
];
const WORK = 2;

/** Where the request is, from the state of its issue and how its story ended (null: it runs). */
export function wayOf(state: string, endedAs: string | null, seen: Seen): WayStop[] {
  if (hasLanded(state, endedAs)) return STOPS.map(({ name }) => ({ name, state: 'done' }));
  const at = stopOf(state, seen);
  return STOPS.map(({ name, ended }, nr) => {
    if (nr < at) return { name, state: 'done' };
    if (nr > at) return { name, state: endedAs === null ? 'later' : 'never' };
    return endedAs === null ? { name, state: 'now' } : { name: ended, state: 'failed' };
  });
}

export const hasLanded = (state: string, endedAs: string | null): boolean => endedAs === 'landed' || endedAs === 'merged' || state === 'merged';

/** `failed`, `declined`, `needs_info` and the like say how it ended, and not how far it had come. */
function stopOf(state: string, { plan, ran }: Seen): number {
  const at = STOPS.findIndex(({ states }) => states.includes(state));
  if (at >= 0) return at;
  if (ran || plan === 'agreed') return WORK;
  return plan === 'none' ? 0 : 1;
}

const ENDS: Readonly<Record<string, string>> = {
  landed: 'It has landed.',
  merged: 'It has landed.',
  declined: 'It was declined.',
  failed: 'It failed.',
  needs_info: 'It waits for an answer: what was asked was not clear enough.',
  duplicate: 'It was asked for before.',
  left_to_people: 'It was left to people.',
};

/** How it ended, in a sentence. */
export const endWords = (endedAs: string): string => ENDS[endedAs] ?? 'It has ended.';

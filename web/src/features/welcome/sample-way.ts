/** A stop on the way of the first request. */
export interface WayStop {
  name: string;
  state: 'done' | 'now' | 'later' | 'failed';
}

const STOPS: ReadonlyArray<readonly [name: string, states: readonly string[]]> = [
  ['Understood and planned', ['new', 'triaged', 'planned']],
  ['You agree to the plan', ['awaiting_approval']],
  ['An agent works, its changes are checked and land', ['in_progress', 'in_review', 'awaiting_merge']],
  ['Landed', ['merged']],
];

/** Where the request is, from the state of its issue and how its story ended (null: it runs). */
export function wayOf(state: string, endedAs: string | null): WayStop[] {
  if (endedAs === 'landed' || endedAs === 'merged') return STOPS.map(([name]) => ({ name, state: 'done' }));
  const at = Math.max(
    0,
    STOPS.findIndex(([, states]) => states.includes(state)),
  );
  return STOPS.map(([name], nr) => {
    if (nr < at) return { name, state: 'done' };
    if (nr > at) return { name, state: 'later' };
    return { name, state: endedAs === null ? 'now' : 'failed' };
  });
}

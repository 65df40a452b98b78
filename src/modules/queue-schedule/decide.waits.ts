import type { Wait } from './model.waiting.ts';

const MOST_NAMED = 5;

/** Why something waits, as a sentence. `now` in UNIX milliseconds. */
export function sentenceOfWait(wait: Wait, now: number): string {
  switch (wait.kind) {
    case 'paused':
      return 'The target is paused.';
    case 'draining':
      return 'The target is being drained: nothing new is begun.';
    case 'backoff':
      return `Tried again in ${Math.max(1, Math.ceil((wait.untilMs - now) / 1000))} s, after a fault.`;
    case 'depends_on':
      return wait.stuck.length > 0
        ? `Needs ${named(wait.stuck)}, which will not land unless somebody acts.`
        : `Needs ${named(wait.ids)} to land first.`;
    case 'behind':
      return `Touches what ${named(wait.ids)} ${wait.ids.length === 1 ? 'touches' : 'touch'}, which ${wait.ids.length === 1 ? 'goes' : 'go'} first.`;
    case 'no_lane':
      return wait.ids.length === 0 ? 'Others go first.' : `Every lane is taken: ${named(wait.ids)}.`;
    case 'next':
      return 'Next in turn.';
    case 'merging':
      return `Being merged in lane ${wait.lane}.`;
    case 'verifying':
      return `${wait.joined ? 'The combined tree' : `Lane ${wait.lane}`} is being verified${wait.with.length === 0 ? '' : `, together with ${named(wait.with)}`}.`;
    case 'publishing':
      return 'Verified; being published.';
  }
}

function named(ids: readonly string[]): string {
  const shown = ids.slice(0, MOST_NAMED).join(', ');
  return ids.length > MOST_NAMED ? `${shown} and ${ids.length - MOST_NAMED} more` : shown;
}

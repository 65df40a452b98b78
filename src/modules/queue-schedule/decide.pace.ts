import { middleOf } from './decide.waiting.ts';

/** How a target is worked: what the project set, unless its checks cost next to nothing. */
export interface Pace {
  lanes: number;
  mostBatch: number;
  /** The checks take less time than the queue's own work for one landing. */
  cheap: boolean;
}

/** A run of a target's checks on a whole build. */
export interface Run {
  durationMs: number;
  failed: boolean;
}

/** Below this a run of the checks is cheaper than merging and publishing once more. */
const CHEAP_MS = 250;
/** So many runs are asked, the newest. */
const ASKED = 5;
/** How much larger than set builds may become then. */
const CHEAP_FACTOR = 8;

/**
 * Lanes and small builds are for checks that take time or fail: a second lane merges half of all changes twice, and a failed build
 * costs more runs and more merges. Where the last runs cost next to nothing and none failed, one lane with long builds lands the same
 * changes with a fraction of the work. A project that wants every change by itself (builds of one) is not overruled. `recent`: newest
 * first.
 */
export function decidePace(recent: readonly Run[], set: { lanes: number; mostBatch: number }): Pace {
  const asked = recent.slice(0, ASKED);
  const middle = middleOf(asked.map(({ durationMs }) => durationMs));
  const cheap = set.mostBatch > 1 && middle !== null && middle < CHEAP_MS && !asked.some(({ failed }) => failed);
  return cheap ? { lanes: 1, mostBatch: set.mostBatch * CHEAP_FACTOR, cheap } : { lanes: set.lanes, mostBatch: set.mostBatch, cheap };
}

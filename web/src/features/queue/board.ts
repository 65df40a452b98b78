import type { Answer } from '../../api/client.ts';

export type QueueStatus = Answer<'/v1/queue', 'get'>;
export type BoardTarget = QueueStatus['targets'][number];
export type BoardEntry = BoardTarget['entries'][number];

/** What one lane does: the change requests it verifies as one tree, or nothing. */
export interface Lane {
  /** From 1, as people count. */
  number: number;
  entries: BoardEntry[];
  state: 'free' | 'merging' | 'verifying';
  /** When its state was reached; null: free. */
  since: string | null;
}

export interface Board {
  lanes: Lane[];
  /** Of several lanes that are verified as one tree before they land. */
  together: Lane | null;
  /** Passed, on the way to the branch. */
  landing: BoardEntry[];
  /** In the order in which they will be tried. */
  waiting: Array<{ position: number; entry: BoardEntry }>;
}

/** A target as lanes side by side and one line of what waits. */
export function layoutBoard(target: BoardTarget): Board {
  const under = target.entries.filter(({ state, wait }) => (state === 'merging' || state === 'verifying') && typeof wait?.lane === 'number');
  const joined = under.filter(({ wait }) => wait?.joined === true);
  const alone = under.filter(({ wait }) => wait?.joined !== true);
  // More than there are now: their number was lowered while they were taken.
  const highest = Math.max(target.lanes, ...alone.map(({ wait }) => wait?.lane ?? 0));
  const lanes = Array.from({ length: highest }, (_, at) =>
    laneOf(
      at + 1,
      alone.filter(({ wait }) => wait?.lane === at + 1),
    ),
  );
  const seen = new Set(under.map(({ id }) => id));
  const landing = target.entries.filter(({ id, state }) => state !== 'queued' && !seen.has(id));
  const waiting = target.entries.filter(({ state }) => state === 'queued').map((entry, at) => ({ position: at + 1, entry }));
  return { lanes, together: joined.length === 0 ? null : laneOf(0, joined), landing, waiting };
}

function laneOf(number: number, entries: BoardEntry[]): Lane {
  const [first] = entries;
  if (first === undefined) return { number, entries, state: 'free', since: null };
  return { number, entries, state: first.state === 'merging' ? 'merging' : 'verifying', since: first.updated_at };
}

/** How far a verification probably is, from how long they take here; `share` null: nothing was measured yet. */
export function progressOf(since: string, verifyMs: number | null, nowMs: number): { share: number | null; words: string } {
  const spent = Math.max(0, nowMs - Date.parse(since));
  if (verifyMs === null || verifyMs <= 0) return { share: null, words: `for ${seconds(spent)}` };
  const left = verifyMs - spent;
  if (left > 0) return { share: Math.min(0.95, spent / verifyMs), words: `about ${seconds(left)} left` };
  return { share: 0.95, words: `${seconds(-left)} longer than usual` };
}

function seconds(ms: number): string {
  const whole = Math.max(1, Math.round(ms / 1000));
  if (whole < 90) return `${whole} s`;
  return whole < 5400 ? `${Math.round(whole / 60)} min` : `${Math.round(whole / 3600)} h`;
}

/** Something moves at this moment: worth looking at again soon. */
export const isMoving = (status: QueueStatus | undefined): boolean =>
  status?.targets.some(({ entries, control }) => control !== 'paused' && entries.length > 0) ?? false;

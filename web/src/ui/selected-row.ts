/** The row the keyboard stands on: its key, and the number it had when somebody went there. */
export interface Standing {
  key: string | null;
  at: number;
}

export const NOWHERE: Standing = { key: null, at: -1 };

/** Where the row is by now: lists change their order while somebody reads. -1: none is chosen, or it is gone. */
export const rowOf = (keys: readonly string[], { key }: Standing): number => (key === null ? -1 : keys.indexOf(key));

/** On row `at`; what lies outside of the list is its first or last row. */
export function standingOn(keys: readonly string[], at: number): Standing {
  const row = Math.min(Math.max(at, 0), keys.length - 1);
  const key = keys[row];
  return key === undefined ? NOWHERE : { key, at: row };
}

/** One row on or back from the row that was chosen, wherever it is by now; where it is gone, from what took its place. */
export function stepped(keys: readonly string[], from: Standing, by: 1 | -1): Standing {
  const row = rowOf(keys, from);
  if (row >= 0) return standingOn(keys, row + by);
  return standingOn(keys, by > 0 && from.key !== null ? from.at : from.at + by);
}

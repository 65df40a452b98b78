/** Entries after which a checkpoint is due, and seconds, whichever comes first. */
const EVERY_ENTRIES = 1000;
const EVERY_S = 3600;

/** Also when nothing was written for an hour: a checkpoint that does not come is then something an outsider can see. */
export function isCheckpointDue(seq: number, last: { treeSize: number; ageS: number } | null): boolean {
  if (seq === 0) return false;
  return last === null || seq - last.treeSize >= EVERY_ENTRIES || last.ageS >= EVERY_S;
}

const FIRST_WAIT_S = 15;
const LONGEST_WAIT_S = 1800;

/** 15 s doubling to half an hour; `attempts` counts the failures before this one. */
export function placeWaitS(attempts: number): number {
  return Math.min(FIRST_WAIT_S * 2 ** Math.min(attempts, 20), LONGEST_WAIT_S);
}

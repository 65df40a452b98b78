/**
 * After lanes landed together before their combined tree was verified, and it fails: which landing broke it, and what has to
 * be taken back with it.
 */
export interface LandedMember {
  id: string;
  dependsOn: readonly string[];
}

/** The next landing whose tree to try; or the first one whose tree fails. `failing`: the last is known to fail, none means it is the first. */
export type Search = { kind: 'try'; at: number } | { kind: 'found'; at: number };

/** `passed` and `failed` are positions already tried; what stood before the first landing passes. */
export function searchCulprit(count: number, passed: readonly number[], failed: readonly number[]): Search {
  const low = Math.max(-1, ...passed);
  const high = Math.min(count - 1, ...failed);
  return high - low <= 1 ? { kind: 'found', at: high } : { kind: 'try', at: Math.floor((low + high) / 2) };
}

/** The culprit and what landed after it that needs it, in the order in which they are taken back: the last first. */
export function toRevert(members: readonly LandedMember[], culprit: number): number[] {
  const taken = new Set<string>();
  const positions: number[] = [];
  for (const [at, member] of members.entries()) {
    if (at !== culprit && !(at > culprit && member.dependsOn.some((id) => taken.has(id)))) continue;
    taken.add(member.id);
    positions.push(at);
  }
  return positions.toReversed();
}

/** Everything from the culprit on, the last first: each can be taken back cleanly, whatever overlaps. */
export function allFrom(count: number, culprit: number): number[] {
  return Array.from({ length: count - culprit }, (_, at) => count - 1 - at);
}

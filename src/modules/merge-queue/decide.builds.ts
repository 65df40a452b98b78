import type { BuildFacts, BuildKind, CombinedMode, TargetControl } from '#modules/queue-schedule/index.ts';
import type { Candidate, QueueEntry } from './model.ts';

/** A build as the rows tell it: the change requests that are merged, verified and published as one. */
export interface Build {
  id: string;
  kind: BuildKind;
  lane: number;
  state: 'merging' | 'verifying' | 'publishing';
  /** In the order in which they were put on top of each other; at least one. */
  members: [QueueEntry, ...QueueEntry[]];
}

/** What is verified and what the branch moves to: the last member's candidate; the head below it is the first one's. */
export function tipOf(build: Build): Candidate | null {
  return build.members.at(-1)?.candidate ?? null;
}

export function baseOf(build: Build): string | null {
  return build.members[0].candidate?.head ?? null;
}

export const isSolo = (entry: QueueEntry): boolean => entry.publish.kind === 'action';

export function toBuildFacts(build: Build): BuildFacts {
  return { kind: build.kind, lane: build.lane, members: build.members.map(({ id }) => id), solo: build.members.some(isSolo) };
}

/**
 * The builds that the rows of a target hold. `broken`: what is left of a build one of whose members was taken out; what it
 * was going to verify does not exist any more.
 */
export function groupBuilds(active: readonly QueueEntry[]): { builds: Build[]; broken: Build[] } {
  const groups = new Map<string, QueueEntry[]>();
  for (const entry of active) {
    if (entry.state === 'queued') continue;
    const id = entry.build?.id ?? entry.id;
    groups.set(id, [...(groups.get(id) ?? []), entry]);
  }
  const found = [...groups].flatMap(([id, entries]) => toBuild(id, entries));
  return { builds: found.filter(isWhole), broken: found.filter((build) => !isWhole(build)) };
}

function toBuild(id: string, entries: readonly QueueEntry[]): Build[] {
  const [first, ...rest] = entries.toSorted((a, b) => (a.build?.position ?? 0) - (b.build?.position ?? 0));
  if (first === undefined) return [];
  const state = first.state === 'verifying' || first.state === 'publishing' ? first.state : 'merging';
  return [{ id, kind: first.build?.kind ?? 'lane', lane: first.build?.lane ?? 1, state, members: [first, ...rest] }];
}

/** All members are there, in one state, each on top of the one before. */
function isWhole({ members }: Build): boolean {
  const [first] = members;
  if (members.length !== (first.build?.size ?? 1)) return false;
  return members.every((entry, at) => {
    const below = members[at - 1];
    return (
      (entry.build?.position ?? 0) === at && entry.state === first.state && (below === undefined || entry.candidate?.head === below.candidate?.commit)
    );
  });
}

/** The next thing to do with what was begun; null: nothing before something happens or a new build can be planned. */
export type Turn = { kind: 'dissolve' | 'merge' | 'verify' | 'publish'; build: Build };

export interface TurnFacts {
  active: readonly QueueEntry[];
  control: TargetControl;
  /** Builds whose checks run now in this worker. */
  running: ReadonlySet<string>;
  /** Builds of which this worker saw while paused that they are not out yet. */
  unpublished: ReadonlySet<string>;
}

/**
 * One writer per target: publishing first, because it makes room, then merging, then checks. What is being verified blocks
 * nothing here; a paused target publishes nothing, but records what was published before its worker died.
 */
export function decideTurn(facts: TurnFacts, now: Date): Turn | null {
  const { builds, broken } = groupBuilds(facts.active);
  const [left] = broken;
  if (left !== undefined) return { kind: 'dissolve', build: left };
  const due = builds.filter((build) => build.members.every(({ notBefore }) => notBefore === null || notBefore.getTime() <= now.getTime()));
  const publishing = due.find((build) => build.state === 'publishing' && (facts.control !== 'paused' || !facts.unpublished.has(build.id)));
  if (publishing !== undefined) return { kind: 'publish', build: publishing };
  const merging = due.find((build) => build.state === 'merging');
  if (merging !== undefined) return { kind: 'merge', build: merging };
  const verifying = due.find((build) => build.state === 'verifying' && !facts.running.has(build.id));
  return verifying === undefined ? null : { kind: 'verify', build: verifying };
}

/** What is known when a build's tree has passed. */
export interface PassFacts {
  kind: BuildKind;
  size: number;
  solo: boolean;
  /** Nothing moved the target since the build's base. */
  onHead: boolean;
  /** Who moved it otherwise. */
  movedBy: 'queue' | 'outsider';
  /** Another build that joins lanes is in flight. */
  joinInFlight: boolean;
  /** No member is related to anything that landed since the build's base. */
  independent: boolean;
  mode: CombinedMode;
}

/**
 * `land`: the branch moves to the very tree that passed. `join`: back to the queue as proven, to be verified together with
 * whatever else passed meanwhile; never while that verification runs, or each landing would send it back and none would
 * end. `merge_again`: one entry, onto what an outsider pushed. `land_after`: the combined tree lands and is verified right
 * after, which a project may choose.
 */
export type PassDecision = 'land' | 'join' | 'merge_again' | 'land_after';

export function decideAfterPass(facts: PassFacts): PassDecision {
  if (facts.onHead) return facts.kind === 'lane' && facts.joinInFlight && !facts.solo ? 'join' : 'land';
  if (facts.solo || (facts.size === 1 && facts.movedBy === 'outsider')) return 'merge_again';
  return facts.mode === 'after' && facts.movedBy === 'queue' && facts.independent ? 'land_after' : 'join';
}

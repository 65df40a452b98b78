import type { BuildKind, TargetControl } from './model.ts';
import type { Wait, Waiting } from './model.waiting.ts';

/** A build in flight as far as waiting is concerned. */
export interface BuildInFlight {
  kind: BuildKind;
  lane: number;
  members: readonly string[];
  state: 'merging' | 'verifying' | 'publishing';
  /** When its state was reached. */
  sinceMs: number;
}

export interface WaitFacts {
  nowMs: number;
  control: TargetControl;
  inFlight: readonly BuildInFlight[];
  /** Queued entries in the order in which they would be taken up. */
  queued: readonly string[];
  /** Of the plan made now (`planBuilds`). */
  waits: ReadonlyMap<string, Wait>;
  lanes: number;
  batch: number;
  /** Middle duration of the target's recent verifications; null: none was measured. */
  verifyMs: number | null;
}

/** Why one entry has not landed yet. */
export function explainWait(id: string, facts: Pick<WaitFacts, 'control' | 'inFlight' | 'waits'>): Wait {
  const build = facts.inFlight.find(({ members }) => members.includes(id));
  if (build === undefined) return facts.waits.get(id) ?? { kind: 'next' };
  switch (build.state) {
    case 'merging':
      return { kind: 'merging', lane: build.lane };
    case 'verifying':
      return { kind: 'verifying', lane: build.lane, with: build.members.filter((other) => other !== id), joined: build.kind === 'join' };
    case 'publishing':
      return facts.control === 'paused' ? { kind: 'paused' } : { kind: 'publishing' };
  }
}

/**
 * Why each entry of a target waits and when it should land, from how long its verifications took. A rough promise: one
 * verification for what runs, one more for each round of full lanes ahead, one more after what it waits for.
 */
export function explainWaits(facts: WaitFacts): Map<string, Waiting> {
  const ids = [...facts.inFlight.flatMap(({ members }) => members), ...facts.queued];
  const waits = new Map(ids.map((id) => [id, explainWait(id, facts)]));
  const known = new Map<string, number | null>();
  return new Map(ids.map((id) => [id, { wait: waits.get(id) ?? { kind: 'next' }, expectedAtMs: expect(id, { facts, waits, known }) }]));
}

interface Expecting {
  facts: WaitFacts;
  waits: ReadonlyMap<string, Wait>;
  known: Map<string, number | null>;
}

function expect(id: string, expecting: Expecting): number | null {
  const found = expecting.known.get(id);
  if (found !== undefined) return found;
  // Entries that wait in a circle are never expected.
  expecting.known.set(id, null);
  const at = compute(id, expecting);
  expecting.known.set(id, at);
  return at;
}

function compute(id: string, expecting: Expecting): number | null {
  const { facts, waits } = expecting;
  const wait = waits.get(id);
  const { verifyMs, nowMs } = facts;
  if (verifyMs === null || wait === undefined) return null;
  switch (wait.kind) {
    case 'paused':
    case 'draining':
      return null;
    case 'publishing':
      return nowMs;
    case 'merging':
    case 'verifying':
      return Math.max(nowMs, sinceOf(id, facts) + verifyMs);
    case 'backoff':
      return wait.untilMs + verifyMs;
    case 'next':
      return nowMs + verifyMs * rounds(id, facts);
    case 'no_lane':
      return nowMs + verifyMs * (1 + rounds(id, facts));
    case 'depends_on':
      return wait.stuck.length > 0 ? null : after(wait.ids, expecting, verifyMs);
    case 'behind':
      return after(wait.ids, expecting, verifyMs);
  }
}

function after(ids: readonly string[], expecting: Expecting, verifyMs: number): number | null {
  const times = ids.map((other) => expect(other, expecting));
  return times.includes(null) ? null : Math.max(expecting.facts.nowMs, ...times.map((time) => time ?? 0)) + verifyMs;
}

function sinceOf(id: string, facts: WaitFacts): number {
  const build = facts.inFlight.find(({ members }) => members.includes(id));
  return build?.state === 'verifying' ? build.sinceMs : facts.nowMs;
}

/** Rounds of verifications until its turn has passed. */
function rounds(id: string, facts: WaitFacts): number {
  const perRound = Math.max(1, facts.lanes * facts.batch);
  return 1 + Math.floor(Math.max(0, facts.queued.indexOf(id)) / perRound);
}

/** The middle one; null of nothing. Durations in milliseconds. */
export function middleOf(durations: readonly number[]): number | null {
  const sorted = durations.toSorted((a, b) => a - b);
  return sorted[Math.floor(sorted.length / 2)] ?? null;
}

/** Stories of one subject that nobody we know asked for, one after the other, before people are needed. */
const MOST_CHAIN = 3;

/** A chain is as old as its links: an issue that somebody unknown answers once a week is no loop. */
const CHAIN_MS = 24 * 3_600_000;

/** One start of a story, with `Actor.subject` of who started it. */
export interface Start {
  startedBy: string;
  startedAt: Date;
}

/**
 * Whether another story may begin by itself (threat T11: bots that trigger each other). A person we know breaks every chain; starts by
 * anybody else (other bots, strangers) count, newest first, until a person's is met or one is a day old.
 */
export function decideChain(
  trigger: { person: string | null; now: Date },
  starts: readonly Start[],
): { kind: 'go' } | { kind: 'stop'; depth: number } {
  if (trigger.person !== null) return { kind: 'go' };
  const oldest = trigger.now.getTime() - CHAIN_MS;
  const broken = starts.findIndex(({ startedBy, startedAt }) => startedBy.startsWith('person:') || startedAt.getTime() < oldest);
  const depth = broken < 0 ? starts.length : broken;
  return depth < MOST_CHAIN ? { kind: 'go' } : { kind: 'stop', depth };
}

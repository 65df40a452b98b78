import type { IssueFact, PullFact } from '#ports/forge-event.ts';

/** How GitHub says, in its API as in its webhooks, what became of a pull request. */
export interface PullState {
  state: 'open' | 'closed';
  merged_at?: string | null | undefined;
  /** Some servers say this alone. */
  merged?: boolean | null | undefined;
  merge_commit_sha?: string | null | undefined;
}

export function isMerged({ merged_at, merged }: Pick<PullState, 'merged_at' | 'merged'>): boolean {
  return (merged_at !== null && merged_at !== undefined) || merged === true;
}

/** Open, merged or closed, and the commit of the merge: before it GitHub names one of its own trial there. */
export function endOfPull(pull: PullState): { state: PullFact['state']; mergeSha: string | null } {
  return isMerged(pull) ? { state: 'merged', mergeSha: pull.merge_commit_sha ?? null } : { state: pull.state, mergeSha: null };
}

const CLOSE_REASONS = new Set<string>(['completed', 'not_planned', 'duplicate']);

/** Why an issue was closed; null: it is open, or GitHub says nothing that is known. */
export function closeReasonOf({
  state,
  state_reason,
}: {
  state: 'open' | 'closed';
  state_reason?: string | null | undefined;
}): IssueFact['close_reason'] {
  const reason = state_reason ?? '';
  return state === 'closed' && CLOSE_REASONS.has(reason) ? (reason as NonNullable<IssueFact['close_reason']>) : null;
}

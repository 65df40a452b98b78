import { isAtLeast, type Role } from '#kernel/actor.ts';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { stillTwo } from './decide.break-glass.ts';
import type { PolicyDecision } from '#modules/policy/index.ts';
import type { ActionKind, ActionStatus, Authorization } from './model.ts';

/**
 * Shadow records everything and lets nothing out. The kinds that change Reeve's own rules stay live: otherwise shadow could never be
 * switched off again, nor a project advance out of it.
 */
const LIVE_IN_SHADOW: ReadonlySet<ActionKind> = new Set(['policy.update', 'budget.raise', 'rollout.advance']);

export function isShadowed(kind: ActionKind, shadow: boolean): boolean {
  return shadow && !LIVE_IN_SHADOW.has(kind);
}

/** The state a proposal starts in. */
export function decideStart(kind: ActionKind, decision: PolicyDecision, shadow: boolean): ActionStatus {
  if (decision.kind === 'deny') return 'denied';
  if (isShadowed(kind, shadow)) return 'shadowed';
  return decision.kind === 'auto' ? 'approved' : 'pending';
}

/** How long a proposal that nobody has to decide stays valid on paper. */
const AUTO_TTL_MS = 7 * 86_400_000;

/** Nobody can decide in less than a minute, and nobody remembers after a month. */
const LEAST_TTL_MS = 60_000;
const MOST_TTL_MS = 30 * 86_400_000;

/** AppError refused `ttl_out_of_range` for a policy that leaves people less than a minute or more than 30 days. */
export function ttlMsOf(decision: PolicyDecision): number {
  if (decision.kind !== 'approval') return AUTO_TTL_MS;
  if (decision.ttlMs >= LEAST_TTL_MS && decision.ttlMs <= MOST_TTL_MS) return decision.ttlMs;
  throw new AppError('refused', 'The policy leaves people less than a minute or more than 30 days to decide.', { code: 'ttl_out_of_range' });
}

export interface Stop {
  code: string;
  reason: string;
}

/** A voter as they are now: `role` null when the person is gone or inactive. */
export interface CurrentVoter {
  personId: string;
  role: Role | null;
}

/**
 * Whether what was allowed then is still allowed by the policy now. Invariants: a denial stops; what only the policy allowed stops
 * when the policy now wants people; what people allowed goes on only while enough of them, as they are now, satisfy the policy now.
 */
export function decideStillAllowed(
  authorization: Authorization | null,
  decision: PolicyDecision,
  voters: readonly CurrentVoter[],
  now: Date,
): Stop | null {
  if (authorization === null) return { code: 'not_authorized', reason: 'Nobody allowed this action.' };
  if (decision.kind === 'deny') return { code: 'policy_stricter', reason: `The policy now denies it: ${decision.reason}` };
  if (decision.kind === 'auto') return null;
  if (authorization.by === 'break_glass') return decideGlassHolds(authorization, voters, now);
  if (authorization.by === 'policy') return { code: 'policy_stricter', reason: `The policy now wants a person to decide: ${decision.reason}` };
  const eligible = new Set(
    voters.filter(({ role }) => role !== null && decision.approvers.some((needed) => isAtLeast(role, needed))).map(({ personId }) => personId),
  );
  if (eligible.size >= decision.minApprovals) return null;
  return {
    code: 'policy_stricter',
    reason: `The policy now wants ${decision.minApprovals} approval${decision.minApprovals === 1 ? '' : 's'} by ${decision.approvers.join(' or ')}; it has ${eligible.size}.`,
  };
}

/** An emergency is short, and both people must still be who they were. */
function decideGlassHolds({ expiresAt }: { expiresAt: string }, voters: readonly CurrentVoter[], now: Date): Stop | null {
  if (!(now.getTime() < Date.parse(expiresAt)))
    return { code: 'glass_expired', reason: 'The emergency exit was open for 15 minutes; they are over.' };
  return stillTwo(voters) ? null : { code: 'approver_gone', reason: 'Of the two people who broke glass one may no longer do so.' };
}

/** After so many tries of an effect that fails for no known reason, the action is given up. */
const MOST_UNEXPLAINED = 5;

export type FailureDecision = { kind: 'retry' } | { kind: 'undone' } | { kind: 'final'; error: string; code: string };

/** Conflicts that say "nothing was done", and the member of the context that was out of date. */
const OUTDATED: Readonly<Record<string, readonly string[]>> = { base_moved: ['base_sha', 'baseSha'], ref_moved: ['sha'] };

/**
 * What to do about a thrown effect. Unreachable or throttled: try again, however long it takes. A fact of the context that was
 * overtaken (the base moved after the queue had verified it): nothing was done and nothing that was approved has changed, so
 * the action stays approved and the caller comes back with newer facts. Any other reasoned refusal is final. An error nobody
 * foresaw leaves the outcome unknown: tried again a few times (effects are idempotent), then final.
 */
export function decideFailure(error: unknown, attempt: number, context: JsonObject): FailureDecision {
  if (isAppError(error, 'unavailable') || isAppError(error, 'rate_limited')) return { kind: 'retry' };
  if (isAppError(error, 'conflict') && OUTDATED[error.code]?.some((member) => Object.hasOwn(context, member)) === true) return { kind: 'undone' };
  const explained = isAppError(error) && error.kind !== 'internal';
  if (!explained && attempt < MOST_UNEXPLAINED) return { kind: 'retry' };
  return { kind: 'final', error: messageOf(error), code: isAppError(error) ? error.code : 'internal' };
}

/** Seconds until the sweep tries again: 2, 4, 8 … at most 5 minutes. */
export function retryDelayS(attempt: number): number {
  return Math.min(2 ** Math.min(attempt, 9), 300);
}

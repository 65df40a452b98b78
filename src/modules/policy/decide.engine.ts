import { ENGINE_EFFECTS, type EngineAnswer } from '#ports/policy-engine.ts';
import type { PolicyDecision } from './model.ts';

const TTL_MS = 24 * 3_600_000;
const MOST_REASON = 500;

/**
 * An engine's answer as it came: exactly the documented shape, or `deny`. Nothing else may pass for an answer, whatever it looks like
 * (`true`, `"allow"`, a list, an object with further members).
 */
export function readEngineAnswer(answer: unknown): EngineAnswer {
  const shape = typeof answer === 'object' && answer !== null && !Array.isArray(answer) ? (answer as Record<string, unknown>) : null;
  if (shape === null) return { effect: 'deny', reason: 'The engine gave no answer that is understood.' };
  const effect = ENGINE_EFFECTS.find((known) => Object.hasOwn(shape, 'effect') && shape['effect'] === known);
  const known = Object.keys(shape).every((key) => key === 'effect' || key === 'reason');
  if (effect === undefined || !known || typeof shape['reason'] !== 'string')
    return { effect: 'deny', reason: 'The engine gave no answer that is understood.' };
  return { effect, reason: shape['reason'].slice(0, MOST_REASON) };
}

/**
 * The stricter of Reeve's own decision and an engine's answer. Never loosens: approvers, their number and the time stay the own
 * policy's; where only the engine wants people, a developer answers `ask` and a maintainer `require_approval`.
 */
export function withEngine(own: PolicyDecision, engine: string, answer: EngineAnswer): PolicyDecision {
  const { risk, policyHash } = own;
  const said = { risk, policyHash, rule: `engine.${engine}`, reason: `${engine}: ${answer.reason}` };
  if (own.kind === 'deny' || answer.effect === 'auto') return own;
  if (answer.effect === 'deny') return { kind: 'deny', ...said, risk: 'high' };
  if (own.kind === 'auto') {
    const approver = answer.effect === 'ask' ? 'developer' : 'maintainer';
    return { kind: 'approval', mode: answer.effect, ...said, approvers: [approver], minApprovals: 1, ttlMs: TTL_MS };
  }
  if (own.mode === 'require_approval' || answer.effect === 'ask') return own;
  // Who may answer an `ask` is often any developer: named approvers of the stricter mode are a maintainer, as in the own policy.
  const approvers = own.approvers.includes('developer') ? (['maintainer'] as const) : own.approvers;
  return { ...own, mode: 'require_approval', ...said, approvers: [...approvers] };
}

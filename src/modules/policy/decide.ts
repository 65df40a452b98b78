import { evaluateExpression } from './decide.evaluate.ts';
import { decideLimits } from './decide.limits.ts';
import type { CompiledCondition, CompiledRule, Policy } from './model.document.ts';
import type { LimitFact } from './model.facts.ts';
import type { Mode, PolicyDecision, PolicyQuestion, Risk } from './model.ts';

/**
 * May this action run? Pure and total. Invariants: an error of any sort (a shape that is not a policy, a condition over a missing
 * or ill-typed field, a number that is not finite) is `deny`; a kind nobody named, and a `when` that is false, wait for approval;
 * `ask_if` and the limits only ever make the answer stricter; nothing here loosens what a rule says.
 */
export function decidePolicy(policy: Policy, question: PolicyQuestion, observed: readonly LimitFact[] = []): PolicyDecision {
  try {
    return decide(policy, question, observed);
  } catch {
    return deny(policy, 'error', 'The policy or the question has a shape that is not understood.');
  }
}

const HIGHEST: Risk = 'high';

function deny(policy: unknown, rule: string, reason: string): PolicyDecision {
  const hash = typeof policy === 'object' && policy !== null && 'hash' in policy && typeof policy.hash === 'string' ? policy.hash : 'none';
  return { kind: 'deny', risk: HIGHEST, rule, reason, policyHash: hash };
}

/** An answer that denies for a reason found before any policy was there (it could not be read). */
export function denyWithoutPolicy(reason: string): PolicyDecision {
  return deny(null, 'error', reason);
}

function decide(policy: Policy, question: PolicyQuestion, observed: readonly LimitFact[]): PolicyDecision {
  const { actionKind, facts } = question;
  if (typeof actionKind !== 'string' || actionKind === '') return deny(policy, 'error', 'The question names no action kind.');
  if (typeof facts !== 'object' || facts === null || Array.isArray(facts)) return deny(policy, 'error', 'The question brings no facts.');
  if (typeof policy.hash !== 'string' || typeof policy.rules !== 'object') return deny(policy, 'error', 'There is no policy.');
  const { named, rule, name } = ruleFor(policy, actionKind);
  if (!isRule(rule)) return deny(policy, name, 'The rule has a shape that is not understood.');
  const mode = decideMode(rule, facts, named);
  if (mode.kind === 'deny') return deny(policy, `${name}.${mode.member}`, mode.reason);
  const limits = decideLimits(policy.limits, { actionKind, facts, observed });
  if (limits.kind === 'deny') return deny(policy, limits.rule, limits.reason);
  return answer({ policy, rule, name }, mode, limits);
}

/** The rule that answers for a kind: its own, or the default. */
export function ruleFor(policy: Policy, actionKind: string): { named: boolean; rule: CompiledRule | undefined; name: string } {
  const named = Object.hasOwn(policy.rules, actionKind);
  return { named, rule: named ? policy.rules[actionKind] : policy.defaultRule, name: named ? `actions.${actionKind}` : 'defaults' };
}

type ModeDecision = { kind: 'mode'; mode: Mode; member: string; reason: string } | { kind: 'deny'; member: string; reason: string };

function decideMode(rule: CompiledRule, facts: unknown, named: boolean): ModeDecision {
  const when = truthOf(rule.when, facts);
  if (when.error !== null) return { kind: 'deny', member: 'when', reason: `The condition "${rule.when?.text ?? ''}" has no answer: ${when.error}.` };
  // Asked whatever the mode and `when`: were an error seen only where the answer counts, a stricter mode could turn a denial into a question.
  const ask = truthOf(rule.askIf, facts);
  if (ask.error !== null) return { kind: 'deny', member: 'ask_if', reason: `The condition "${rule.askIf?.text ?? ''}" has no answer: ${ask.error}.` };
  if (when.value === false) return { kind: 'mode', mode: 'require_approval', member: 'when', reason: `"${rule.when?.text ?? ''}" is false.` };
  if (rule.mode === 'auto' && ask.value === true)
    return { kind: 'mode', mode: 'ask', member: 'ask_if', reason: `"${rule.askIf?.text ?? ''}" is true.` };
  const reason = named ? `The policy says ${rule.mode}.` : 'The policy does not name this kind.';
  return { kind: 'mode', mode: rule.mode, member: 'mode', reason };
}

function truthOf(condition: CompiledCondition | null, facts: unknown): { value: boolean | null; error: string | null } {
  if (condition === null) return { value: null, error: null };
  const result = evaluateExpression(condition.expression, facts);
  return result.ok ? { value: result.value, error: null } : { value: null, error: result.error };
}

const STRICTNESS: Record<Mode, number> = { auto: 0, ask: 1, require_approval: 2 };

function answer(
  { policy, rule, name }: { policy: Policy; rule: CompiledRule; name: string },
  decided: { mode: Mode; member: string; reason: string },
  limits: { mode: Mode; risk: Risk | null; rule: string; reason: string },
): PolicyDecision {
  const limited = STRICTNESS[limits.mode] > STRICTNESS[decided.mode];
  const mode = limited ? limits.mode : decided.mode;
  const shared = {
    risk: limits.risk ?? rule.risk,
    rule: limited ? limits.rule : `${name}.${decided.member}`,
    reason: limited ? limits.reason : decided.reason,
    policyHash: policy.hash,
  };
  if (mode === 'auto') return { kind: 'auto', ...shared };
  return { kind: 'approval', mode, ...shared, approvers: [...rule.approvers], minApprovals: rule.minApprovals, ttlMs: rule.ttlMs };
}

const RISKS: readonly unknown[] = ['low', 'medium', 'high'];
const MODES: readonly unknown[] = ['auto', 'ask', 'require_approval'];
const APPROVERS: readonly unknown[] = ['developer', 'maintainer', 'manager', 'admin'];

function isRule(rule: unknown): rule is CompiledRule {
  if (typeof rule !== 'object' || rule === null) return false;
  const { risk, mode, approvers, minApprovals, ttlMs, when, askIf } = rule as Record<string, unknown>;
  const people = Array.isArray(approvers) && approvers.length > 0 && approvers.every((role) => APPROVERS.includes(role));
  const numbers = Number.isSafeInteger(minApprovals) && (minApprovals as number) >= 1 && Number.isFinite(ttlMs) && (ttlMs as number) > 0;
  return RISKS.includes(risk) && MODES.includes(mode) && people && numbers && isCondition(when) && isCondition(askIf);
}

const isCondition = (value: unknown): boolean => value === null || (typeof value === 'object' && 'expression' in value);

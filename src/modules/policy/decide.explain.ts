import { ruleFor } from './decide.ts';
import { evaluateExpression } from './decide.evaluate.ts';
import { explainLimits, PERSONAL_NOTES, type LimitsDecision, type LimitsQuestion } from './decide.limits.ts';
import type { CompiledCondition, CompiledRule, LimitsDocument, Policy } from './model.document.ts';
import type { LimitFact } from './model.facts.ts';
import type { ExplainedCondition, ExplainedLimit, Explanation, PolicyQuestion } from './model.ts';

type Parts = Pick<Explanation, 'rule' | 'conditions' | 'limits' | 'tightened'>;

/** How a decision comes about: the rule, each condition with its answer, each limit, and what the project's override made stricter. */
export function explainPolicy(policies: { base: Policy; inForce: Policy }, question: PolicyQuestion, observed: readonly LimitFact[]): Parts {
  const { rule, name } = ruleFor(policies.inForce, question.actionKind);
  const limits = explainLimits(policies.inForce.limits, { ...question, observed } satisfies LimitsQuestion);
  return {
    rule: name,
    conditions: rule === undefined ? [] : conditionsOf(rule, question),
    limits: limits.map((limit) => explainedLimit(limit, policies.inForce.limits)),
    tightened: tightenedMembers(policies.base, policies.inForce, question.actionKind),
  };
}

function explainedLimit({ rule, kind, reason }: LimitsDecision, limits: LimitsDocument): ExplainedLimit {
  const name = rule.slice('limits.'.length);
  const note = name === 'pii_redaction' ? PERSONAL_NOTES[limits.pii_redaction] : '';
  return { name, state: kind, reason: [reason, note].filter((sentence) => sentence !== '').join(' ') };
}

function conditionsOf(rule: CompiledRule, { facts }: PolicyQuestion): ExplainedCondition[] {
  const conditions: ExplainedCondition[] = [];
  const add = (member: ExplainedCondition['member'], condition: CompiledCondition | null): void => {
    if (condition === null) return;
    const result = evaluateExpression(condition.expression, facts);
    conditions.push({ member, text: condition.text, holds: result.ok ? result.value : null, error: result.ok ? null : result.error });
  };
  add('when', rule.when);
  add('ask_if', rule.askIf);
  return conditions;
}

/** Members that differ between the organisation's policy and the one in force, of one kind's rule and of the limits. */
export function tightenedMembers(base: Policy, inForce: Policy, actionKind: string): Explanation['tightened'] {
  const before = ruleFor(base, actionKind).rule;
  const after = ruleFor(inForce, actionKind).rule;
  const name = ruleFor(inForce, actionKind).name;
  const rule = before === undefined || after === undefined ? [] : differences(name, shown(before), shown(after));
  return [
    ...rule,
    ...differences('limits', { ...base.limits }, { ...inForce.limits }),
    ...differences('', { shadow: base.shadow }, { shadow: inForce.shadow }),
  ];
}

const shown = (rule: CompiledRule): Record<string, unknown> => ({
  risk: rule.risk,
  mode: rule.mode,
  when: rule.when?.text ?? '-',
  ask_if: rule.askIf?.text ?? '-',
  approvers: rule.approvers,
  min_approvals: rule.minApprovals,
  ttl_ms: rule.ttlMs,
});

function differences(name: string, before: Record<string, unknown>, after: Record<string, unknown>): Explanation['tightened'] {
  return Object.keys(after).flatMap((member) => {
    const from = wordsOf(before[member]);
    const to = wordsOf(after[member]);
    return from === to ? [] : [{ path: name === '' ? member : `${name}.${member}`, from, to }];
  });
}

const wordsOf = (value: unknown): string => (Array.isArray(value) ? value.join(', ') : String(value));

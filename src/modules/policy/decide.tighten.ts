import { err, ok, type Result } from '#kernel/result.ts';
import { compileCondition, ttlMsOf } from './decide.parse.ts';
import {
  PersonalRedaction,
  type ApproverRole,
  type CompiledCondition,
  type CompiledRule,
  type LimitsDocument,
  type OverrideDocument,
  type Policy,
} from './model.document.ts';
import type { PolicyProblem } from './model.ts';

const RISKS = ['low', 'medium', 'high'] as const;
const MODES = ['auto', 'ask', 'require_approval'] as const;
const ROLES = ['developer', 'maintainer', 'manager', 'admin'] as const;
const PII = PersonalRedaction.options;

/**
 * The organisation's policy made stricter by a project. Each member of the override must be at least as strict as what it replaces;
 * conditions add up (`when` by and, `ask_if` by or), protected paths are added. Problems name every member that would loosen.
 * `hash` identifies the result.
 */
export function tighten(base: Policy, override: OverrideDocument, hash: string): Result<Policy, PolicyProblem[]> {
  const problems: PolicyProblem[] = [];
  const rules = { ...base.rules };
  for (const [kind, change] of Object.entries(override.actions)) {
    const under = Object.hasOwn(base.rules, kind) ? base.rules[kind] : undefined;
    rules[kind] = tightenRule(under ?? base.defaultRule, change, `actions.${kind}`, problems);
  }
  const limits = tightenLimits(base.limits, override.limits, problems);
  if (override.shadow === false && base.shadow) problems.push({ path: 'shadow', detail: 'false would loosen true' });
  if (problems.length > 0) return err(problems);
  return ok({ hash, defaultRule: base.defaultRule, rules, limits, shadow: base.shadow || override.shadow === true });
}

type RuleChange = OverrideDocument['actions'][string];

/** `wanted` when it stands at or after `now` in `ladder` (from loose to strict); otherwise a problem, and `now`. */
function raised<T extends string>(ladder: readonly T[], now: T, wanted: T | undefined, report: (detail: string) => void): T {
  if (wanted === undefined) return now;
  if (ladder.indexOf(wanted) < ladder.indexOf(now)) report(`${wanted} would loosen ${now}`);
  return wanted;
}

function tightenRule(base: CompiledRule, change: RuleChange, path: string, problems: PolicyProblem[]): CompiledRule {
  const report = (member: string) => (detail: string) => problems.push({ path: `${path}.${member}`, detail });
  const approvers = change.approvers?.map((name) => name.slice('role:'.length) as ApproverRole);
  const weakest = (roles: readonly ApproverRole[]) => ROLES.find((role) => roles.includes(role)) ?? 'admin';
  if (approvers !== undefined) raised(ROLES, weakest(base.approvers), weakest(approvers), (detail) => report('approvers')(detail));
  const ttlMs = change.ttl === undefined ? base.ttlMs : ttlMsOf(change.ttl);
  if (ttlMs === null) report('ttl')('must be between 1 minute and 30 days');
  else if (ttlMs > base.ttlMs) report('ttl')('a longer time would loosen a shorter one');
  return {
    risk: raised(RISKS, base.risk, change.risk, report('risk')),
    mode: raised(MODES, base.mode, change.mode, report('mode')),
    when: joined('and', base.when, compileCondition(change.when, `${path}.when`, problems)),
    askIf: joined('or', base.askIf, compileCondition(change.ask_if, `${path}.ask_if`, problems)),
    approvers: approvers ?? base.approvers,
    minApprovals: atLeast(base.minApprovals, change.min_approvals, report('min_approvals')),
    ttlMs: ttlMs ?? base.ttlMs,
  };
}

function atLeast(now: number, wanted: number | undefined, report: (detail: string) => void): number {
  if (wanted !== undefined && wanted < now) report(`${wanted} would loosen ${now}`);
  return wanted ?? now;
}

function joined(kind: 'and' | 'or', left: CompiledCondition | null, right: CompiledCondition | null): CompiledCondition | null {
  if (left === null || right === null) return left ?? right;
  return { text: `(${left.text}) ${kind} (${right.text})`, expression: { kind, left: left.expression, right: right.expression } };
}

const CEILINGS = ['max_monthly_cost_usd', 'max_channel_size_auto_post', 'max_files_per_change', 'max_bytes_per_change'] as const;

function tightenLimits(base: LimitsDocument, change: OverrideDocument['limits'], problems: PolicyProblem[]): LimitsDocument {
  const limits = { ...base };
  for (const name of CEILINGS) {
    const wanted = change[name];
    if (wanted === undefined) continue;
    if (wanted > base[name]) problems.push({ path: `limits.${name}`, detail: `${wanted} would loosen ${base[name]}` });
    limits[name] = wanted;
  }
  limits.pii_redaction = raised(PII, base.pii_redaction, change.pii_redaction, (detail) => problems.push({ path: 'limits.pii_redaction', detail }));
  limits.protected_paths = [...new Set([...base.protected_paths, ...(change.protected_paths ?? [])])];
  return limits;
}

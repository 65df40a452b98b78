import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { err, ok, type Result } from '#kernel/result.ts';
import { parseExpression } from './decide.expression.ts';
import { nearestName } from '#kernel/nearest-name.ts';
import {
  RESERVED_KINDS,
  type ApproverRole,
  type CompiledCondition,
  type CompiledRule,
  type PolicyDocument,
  type RuleDocument,
} from './model.document.ts';
import type { Mode, PolicyProblem, Risk } from './model.ts';

// A policy is a page or two; more is a mistake or an attack on the parser.
const MOST_CHARACTERS = 200_000;

/**
 * YAML to a checked document. Strict: duplicate keys, aliases, tags, unknown keys and unknown action kinds are problems, each
 * with the nearest known name where there is one. `kinds` are the action kinds of this program.
 */
export function parseYaml<S extends z.ZodType>(text: string, schema: S, kinds: readonly string[]): Result<z.output<S>, PolicyProblem[]> {
  const raw = readYaml(text);
  if (!raw.ok) return raw;
  const parsed = schema.safeParse(raw.value, { reportInput: true });
  const problems = parsed.success ? [] : parsed.error.issues.flatMap((issue) => problemsOf(issue, schema));
  const named = [...kinds, ...RESERVED_KINDS];
  for (const kind of kindsOf(raw.value)) {
    if (!named.includes(kind)) problems.push({ path: `actions.${kind}`, detail: `there is no such action kind${suggestion(kind, named)}` });
  }
  return parsed.success && problems.length === 0 ? ok(parsed.data) : err(problems);
}

function readYaml(text: string): Result<unknown, PolicyProblem[]> {
  if (text.length > MOST_CHARACTERS) return err([{ path: '', detail: `the text is longer than ${MOST_CHARACTERS} characters` }]);
  try {
    const document = parseDocument(text, { uniqueKeys: true, strict: true, merge: false, schema: 'core', prettyErrors: true });
    const faults = [...document.errors, ...document.warnings];
    if (faults.length > 0) return err(faults.map((fault) => ({ path: '', detail: fault.message.split('\n')[0] ?? fault.message })));
    return ok(document.toJS({ maxAliasCount: 0 }));
  } catch (error) {
    return err([{ path: '', detail: error instanceof Error ? error.message : 'the text is not YAML' }]);
  }
}

function kindsOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null || !('actions' in value)) return [];
  return typeof value.actions === 'object' && value.actions !== null ? Object.keys(value.actions) : [];
}

function suggestion(written: string, known: readonly string[]): string {
  const nearest = nearestName(written, known);
  return nearest === null ? '' : `; did you mean ${nearest}?`;
}

function problemsOf(issue: z.core.$ZodIssue, schema: z.ZodType): PolicyProblem[] {
  const path = issue.path.map(String);
  if (issue.code !== 'unrecognized_keys') return [{ path: path.join('.'), detail: issue.message }];
  const known = keysAt(schema, path);
  return issue.keys.map((key) => ({ path: [...path, key].join('.'), detail: `there is no such key${suggestion(key, known)}` }));
}

/** Keys an object schema knows at a path, looking through defaults, optionals and records. */
function keysAt(schema: z.ZodType, path: readonly string[]): string[] {
  let at: unknown = schema;
  for (const segment of [...path, null]) {
    at = unwrapped(at);
    const definition = (at as { def?: { shape?: Record<string, unknown>; valueType?: unknown } } | undefined)?.def;
    if (segment === null) return Object.keys(definition?.shape ?? {});
    at = definition?.shape?.[segment] ?? definition?.valueType;
  }
  return [];
}

function unwrapped(schema: unknown): unknown {
  let at = schema as { def?: { innerType?: unknown } } | undefined;
  while (at?.def?.innerType !== undefined) at = at.def.innerType as typeof at;
  return at;
}

const UNIT_MS = { m: 60_000, h: 3_600_000, d: 86_400_000 } as const;
const SHORTEST_TTL_MS = 60_000;
const LONGEST_TTL_MS = 30 * UNIT_MS.d;

/** Milliseconds of `30m`, `24h`, `7d`; null outside 1 minute to 30 days. */
export function ttlMsOf(text: string): number | null {
  const unit = text.at(-1) as keyof typeof UNIT_MS;
  const ttlMs = Number(text.slice(0, -1)) * (UNIT_MS[unit] ?? Number.NaN);
  return ttlMs >= SHORTEST_TTL_MS && ttlMs <= LONGEST_TTL_MS ? ttlMs : null;
}

const DEFAULT_TTL_MS: Record<Mode, number> = { auto: 7 * UNIT_MS.d, ask: UNIT_MS.d, require_approval: 7 * UNIT_MS.d };

/** Who decides when a rule names nobody: `ask` any developer, otherwise a maintainer. */
const DEFAULT_APPROVERS: Record<Mode, ApproverRole[]> = { auto: ['maintainer'], ask: ['developer'], require_approval: ['maintainer'] };

/** The rule of a kind nobody named. */
export function defaultRuleOf(risk: Risk): CompiledRule {
  return {
    risk,
    mode: 'require_approval',
    when: null,
    askIf: null,
    approvers: ['maintainer'],
    minApprovals: 1,
    ttlMs: DEFAULT_TTL_MS.require_approval,
  };
}

/** Parses the conditions of all rules. */
export function compileRules(actions: PolicyDocument['actions']): Result<Record<string, CompiledRule>, PolicyProblem[]> {
  const problems: PolicyProblem[] = [];
  const rules: Record<string, CompiledRule> = {};
  for (const [kind, rule] of Object.entries(actions)) rules[kind] = compileRule(rule, `actions.${kind}`, problems);
  return problems.length === 0 ? ok(rules) : err(problems);
}

function compileRule(rule: RuleDocument, path: string, problems: PolicyProblem[]): CompiledRule {
  const ttlMs = rule.ttl === undefined ? DEFAULT_TTL_MS[rule.mode] : ttlMsOf(rule.ttl);
  if (ttlMs === null) problems.push({ path: `${path}.ttl`, detail: 'must be between 1 minute and 30 days' });
  return {
    risk: rule.risk,
    mode: rule.mode,
    when: compileCondition(rule.when, `${path}.when`, problems),
    askIf: compileCondition(rule.ask_if, `${path}.ask_if`, problems),
    approvers: rule.approvers?.map((name) => name.slice('role:'.length) as ApproverRole) ?? DEFAULT_APPROVERS[rule.mode],
    minApprovals: rule.min_approvals ?? 1,
    ttlMs: ttlMs ?? SHORTEST_TTL_MS,
  };
}

export function compileCondition(text: string | undefined, path: string, problems: PolicyProblem[]): CompiledCondition | null {
  if (text === undefined) return null;
  const parsed = parseExpression(text);
  if (parsed.ok) return { text, expression: parsed.value };
  problems.push({ path, detail: parsed.error });
  return null;
}

import { z } from 'zod';
import type { Expression } from './model.expression.ts';
import type { Mode, Risk } from './model.ts';

/** Roles that may be named as approvers; agents and viewers never decide. */
export const ApproverRole = z.enum(['developer', 'maintainer', 'manager', 'admin']);
export type ApproverRole = z.infer<typeof ApproverRole>;

const RiskWord = z.enum(['low', 'medium', 'high']);
const ModeWord = z.enum(['auto', 'ask', 'require_approval']);
const Condition = z.string().min(1).max(1000);

/** `30m`, `24h`, `7d`; between 1 minute and 30 days. */
export const Ttl = z.string().regex(/^[1-9][0-9]{0,4}[mhd]$/, 'a time like 30m, 24h or 7d');

export const RuleDocument = z.strictObject({
  risk: RiskWord,
  /** A named kind without a mode is asked about. */
  mode: ModeWord.default('ask'),
  /** The mode holds only while this is true; false: require_approval. */
  when: Condition.optional(),
  /** True turns `auto` into `ask`. */
  ask_if: Condition.optional(),
  approvers: z
    .array(z.templateLiteral(['role:', ApproverRole]))
    .min(1)
    .max(4)
    .optional(),
  min_approvals: z.number().int().min(1).max(20).optional(),
  ttl: Ttl.optional(),
});
export type RuleDocument = z.infer<typeof RuleDocument>;

const PathGlob = z.string().min(1).max(200);

/** From loose to strict. */
export const PersonalRedaction = z.enum(['off', 'standard', 'strict']);
export type PersonalRedaction = z.infer<typeof PersonalRedaction>;

export const LimitsDocument = z.strictObject({
  max_monthly_cost_usd: z.number().min(0).max(10_000_000).default(200),
  /** Above this many readers, posting is asked about. */
  max_channel_size_auto_post: z.number().int().min(0).max(1_000_000).default(10),
  /**
   * Personal data in texts for a forge outside. `off`: it leaves · `standard`: its class stands in its place (`[email]`) before the action
   * is recorded, so people see what leaves, and nobody is asked, except about labels and assignees, which stay as they are · `strict`: a text with a finding waits for a person and leaves as it is.
   */
  pii_redaction: PersonalRedaction.default('strict'),
  max_files_per_change: z.number().int().min(1).max(100_000).default(40),
  max_bytes_per_change: z.number().int().min(1).max(1_000_000_000).default(4_194_304),
  /** Globs; a change of one is high risk and waits for a person. */
  protected_paths: z
    .array(PathGlob)
    .max(200)
    .default(['.github/**', '**/CODEOWNERS', '**/AGENTS.md', '**/*.lock', '**/package-lock.json', '**/pnpm-lock.yaml']),
});
export type LimitsDocument = z.infer<typeof LimitsDocument>;

const ActionName = z.string().regex(/^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*)*$/);

/** The organisation's policy file, version 1. */
export const PolicyDocument = z.strictObject({
  version: z.literal(1),
  /** An action kind nobody named. It always waits for a person; only its risk can be chosen. */
  defaults: z
    .strictObject({
      risk: RiskWord.default('high'),
      mode: z.literal('require_approval', 'a kind nobody named always waits: only require_approval').default('require_approval'),
    })
    .prefault({}),
  actions: z.record(ActionName, RuleDocument),
  limits: LimitsDocument.prefault({}),
  shadow: z.boolean().default(false),
});
export type PolicyDocument = z.infer<typeof PolicyDocument>;

/** A project's own policy: every member optional, and each may only be stricter than the organisation's. */
export const OverrideDocument = z.strictObject({
  version: z.literal(1),
  actions: z.record(ActionName, z.strictObject({ ...RuleDocument.shape, risk: RiskWord.optional(), mode: ModeWord.optional() })).default({}),
  limits: z
    .strictObject({
      max_monthly_cost_usd: z.number().min(0).optional(),
      max_channel_size_auto_post: z.number().int().min(0).optional(),
      pii_redaction: PersonalRedaction.optional(),
      max_files_per_change: z.number().int().min(1).optional(),
      max_bytes_per_change: z.number().int().min(1).optional(),
      protected_paths: z.array(PathGlob).max(200).optional(),
    })
    .default({}),
  shadow: z.boolean().optional(),
});
export type OverrideDocument = z.infer<typeof OverrideDocument>;

export interface CompiledCondition {
  text: string;
  expression: Expression;
}

export interface CompiledRule {
  risk: Risk;
  mode: Mode;
  when: CompiledCondition | null;
  askIf: CompiledCondition | null;
  approvers: ApproverRole[];
  minApprovals: number;
  ttlMs: number;
}

/** A checked policy, ready to decide. */
export interface Policy {
  hash: string;
  defaultRule: CompiledRule;
  rules: Readonly<Record<string, CompiledRule>>;
  limits: LimitsDocument;
  shadow: boolean;
}

/** Kinds of later capabilities a policy may name already, beside the executor's own list. */
export const RESERVED_KINDS = [
  'config.update',
  'sprint.nudge',
  'report.post.public',
  'pr.backport',
  'issue.reassign',
  'incident.page',
  'incident.escalate',
  'statuspage.update',
  'release.publish',
] as const;

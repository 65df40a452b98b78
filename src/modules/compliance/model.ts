import { z } from 'zod';
import type { ComplianceSummary, Flag, Outcome } from './model.flags.ts';

const Text = z.string().nullable();
const Hash = z.string().regex(/^[0-9a-f]{64}$/);

const Vote = z.strictObject({ by: z.string(), role: Text, decision: Text, reason: Text, at: z.string() });

const Decision = z.strictObject({
  action_id: z.string(),
  kind: z.string(),
  /** SHA-256 of everything that was decided on. */
  digest: z.string(),
  status: z.string(),
  risk: z.string(),
  rule: z.string(),
  policy_hash: z.string(),
  trigger_user: Text,
  proposed_by: z.string(),
  proposed_at: z.string(),
  approved_at: Text,
  executed_at: Text,
  self_approved: z.boolean(),
  votes: z.array(Vote),
  /** Two people broke glass: it went past its approvers. Null or missing (older records): they did not. */
  emergency: z.strictObject({ reason: Text, opened_by: Text, confirmed_by: Text, at: z.string() }).nullable().optional(),
});

const Issue = z.strictObject({
  id: z.string(),
  number: z.number().nullable(),
  title: z.string(),
  /** SHA-256 of the text; the text itself stays with the tracker. */
  body_sha256: Hash,
  source: z.string(),
  url: Text,
  author: Text,
  requested_by: Text,
  created_at: z.string(),
});

const Plan = z.strictObject({
  id: z.string(),
  version: z.number(),
  planner: z.string(),
  prompt_hash: Text,
  document_sha256: Hash,
  created_at: z.string(),
});

const Pull = z.strictObject({
  id: z.string(),
  number: z.number(),
  title: z.string(),
  url: z.string(),
  head_branch: z.string(),
  base_branch: z.string(),
  head_sha: z.string(),
  merge_sha: Text,
  created_at: z.string(),
});

const Change = z.strictObject({
  change_request_id: z.string(),
  document_sha256: Hash,
  submitted_by: z.string(),
  submitted_at: z.string(),
  target: z.string(),
  rung: Text,
  tree: Text,
  verified_tree: Text,
  commit: Text,
  landed_at: Text,
});

const AgentWork = z.strictObject({
  run_id: z.string(),
  agent: z.string(),
  role: z.string(),
  prompt_version: Text,
  prompt_hash: Text,
  started_at: Text,
  ended_at: Text,
});

const ModelUse = z.strictObject({
  model: z.string(),
  version: Text,
  purpose: z.string(),
  prompt_name: z.string(),
  prompt_version: z.number(),
  prompt_hash: z.string(),
  at: z.string(),
});

const Check = z.strictObject({ name: z.string(), conclusion: z.string(), by: z.string(), commit: Text });

/** What an auditor looks for first; each follows from the sections. */
const Findings = z.strictObject({
  /** The request is older than the first work on it. */
  ticket_before_work: z.boolean().nullable(),
  /** A person who wrote or requested the change is among those who approved it. */
  author_approved: z.boolean(),
  approved_before_change: z.boolean(),
  checks_passed: z.boolean().nullable(),
  self_approved: z.boolean(),
  emergency: z.boolean(),
});

/** Names of the files of one change in an export, and the sections they show; `policy.yaml` is text. */
export const EVIDENCE = ['issue.json', 'plan.json', 'pr.json', 'changes.json', 'agents.json', 'decision.json', 'checks.json', 'policy.yaml'] as const;

/** One landing, or one merged pull request, as it was recorded (B13). Persisted; a change of shape needs a new `v`. */
export const ComplianceDocument = z.strictObject({
  v: z.literal(1),
  id: z.string(),
  number: z.number().int().min(1),
  kind: z.enum(['landing', 'pull_request']),
  subject: z.string(),
  project_id: z.string(),
  project: z.string(),
  repository: z.string(),
  changed_at: z.string(),
  recorded_at: z.string(),
  commit: Text,
  issue: Issue.nullable(),
  plan: Plan.nullable(),
  pull: Pull.nullable(),
  changes: z.array(Change),
  agents: z.array(AgentWork),
  models: z.array(ModelUse),
  decisions: z.array(Decision),
  checks: z.array(Check),
  policy: z.strictObject({ hash: z.string(), source: z.string(), text_sha256: Hash }),
  findings: Findings,
  /** SHA-256 of each file of `EVIDENCE` as an export writes it. */
  hashes: z.record(z.string(), Hash),
});
export type ComplianceDocument = z.infer<typeof ComplianceDocument>;

export type Facts = Omit<ComplianceDocument, 'v' | 'id' | 'number' | 'recorded_at' | 'findings' | 'hashes'>;

export interface ComplianceRecord {
  id: string;
  number: number;
  kind: ComplianceDocument['kind'];
  subject: string;
  projectId: string;
  workItemId: string | null;
  pullId: string | null;
  record: ComplianceDocument;
  /** SHA-256 over JCS of `record`; the ledger entry `compliance.recorded` holds it. */
  sha256: string;
}

export interface ComplianceFilter {
  limit: number;
  cursor?: string | undefined;
  projectId?: string | undefined;
  /** Id of a pull request. */
  pullId?: string | undefined;
  /** Handle of somebody who asked, wrote, approved. */
  person?: string | undefined;
  kind?: ComplianceDocument['kind'] | undefined;
  workItemId?: string | undefined;
  /** A model that had a part in it; `version` left out: any. */
  model?: { model: string; version?: string } | undefined;
  /** All of these. */
  flags?: readonly Flag[] | undefined;
  outcome?: Outcome | undefined;
  /** By number; default `asc`. */
  order?: 'asc' | 'desc' | undefined;
  /** Of the change; inclusive, ISO 8601. */
  from?: string | undefined;
  /** Exclusive. */
  to?: string | undefined;
}

/** A merge on a forge's default branch that no entry of the ledger explains. */
export interface UnrecordedMerge {
  repository: string;
  branch: string;
  commit: string;
  subject: string;
  at: string;
}

export interface CompletenessReport {
  complete: boolean;
  /** Commits of the first-parent history that were looked at. */
  looked_at: number;
  explained: number;
  missing: UnrecordedMerge[];
}

/** One of I1 to I5; `broken` names what contradicts it. */
export interface InvariantResult {
  id: 'I1' | 'I2' | 'I3' | 'I4' | 'I5';
  says: string;
  holds: boolean;
  broken: string[];
}

/** A file of an export, path relative to its folder. */
export interface ExportFile {
  path: string;
  text: string;
}

export interface DeliveryState {
  waiting: number;
  dead: Array<{ record_id: string; attempts: number; last_error: string | null }>;
  delivered: number;
}

export interface Compliance {
  /** Makes the record of a landed change request or an executed `pr.merge`, once; anything else is left alone. */
  recordEvent(event: { type: string; subject: string }): Promise<void>;
  list(filter: ComplianceFilter): Promise<{ items: ComplianceRecord[]; nextCursor: string | null }>;
  get(id: string): Promise<ComplianceRecord | null>;
  /** Counts of what a search finds. */
  summary(filter: Omit<ComplianceFilter, 'limit' | 'cursor' | 'order'>): Promise<ComplianceSummary>;
  /** Everything an auditor takes along about changes of a period; verifies by itself with the `verify.mjs` in it. */
  export(range: { from?: string | undefined; to?: string | undefined }): AsyncGenerator<ExportFile>;
  /** Commits on the default branch that nothing in the ledger explains (I6). AppError not_found. */
  completeness(projectId: string): Promise<CompletenessReport>;
  /** I1 to I5 over everything that is stored. */
  invariants(): Promise<InvariantResult[]>;
  /** The same, and what was found goes into the ledger: evidence that somebody looks. Answers what is broken. */
  recordInvariants(): Promise<InvariantResult[]>;
  /** Sends what the change-management system has not been told; again later where it fails. Never throws for a receiver. */
  deliverDue(): Promise<void>;
  deliveries(): Promise<DeliveryState>;
  /** A dead delivery is tried again. AppError not_found. */
  redeliver(recordId: string): Promise<void>;
}

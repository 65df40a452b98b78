import { z } from 'zod';
import type { ChangeRequestId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { MergeConflict } from '#ports/git.ts';
import type { Resolution } from './model.history.ts';
import type { Attribution, BuildMembership, Freshness, Proof, Suspicion } from './model.schedule.ts';

const Blob = z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/);
const FilePath = z.string().min(1).max(4096);
const FileMode = z.enum(['100644', '100755']);

export const JsonPatchOperation = z.strictObject({
  op: z.enum(['add', 'remove', 'replace', 'move', 'copy', 'test']),
  path: z.string(),
  from: z.string().optional(),
  value: z.unknown().optional(),
});

/** One change of a change request; `content` or `content_base64` is the whole new file. */
export const Change = z.discriminatedUnion('op', [
  z.strictObject({
    op: z.literal('modify'),
    path: FilePath,
    base_blob: Blob,
    content: z.string().optional(),
    content_base64: z.string().optional(),
    mode: FileMode.optional(),
  }),
  z.strictObject({
    op: z.literal('create'),
    path: FilePath,
    content: z.string().optional(),
    content_base64: z.string().optional(),
    mode: FileMode.optional(),
  }),
  z.strictObject({ op: z.literal('delete'), path: FilePath, base_blob: Blob }),
  z.strictObject({
    op: z.literal('rename'),
    from: FilePath,
    path: FilePath,
    base_blob: Blob,
    content: z.string().optional(),
    content_base64: z.string().optional(),
    mode: FileMode.optional(),
  }),
  z.strictObject({ op: z.literal('json_patch'), path: FilePath, base_blob: Blob, patch: z.array(JsonPatchOperation).min(1) }),
  z.strictObject({ op: z.literal('patch'), path: FilePath, base_blob: Blob, unified_diff: z.string() }),
]);
export type Change = z.infer<typeof Change>;

/** Change request v1, published at /schemas/change-request.v1.json (merge-queue.md section 1). */
export const ChangeRequestDocument = z.strictObject({
  version: z.literal(1),
  task_id: z.string().min(1).max(200),
  attempt: z.number().int().min(1).max(1000),
  repo: z.string().min(1),
  target: z.string().min(1).max(250),
  base: z.string().regex(/^[0-9a-f]{40}([0-9a-f]{24})?$/),
  summary: z.string().min(1).max(2000),
  intent: z.strictObject({
    scope: z.array(z.string()).default([]),
    depends_on: z.array(z.string()).default([]),
    reverts: z.string().nullable().default(null),
  }),
  changes: z.array(Change).min(1),
  checks: z
    .array(z.strictObject({ name: z.string(), command: z.string(), exit_code: z.number().int(), duration_ms: z.number().int().nonnegative() }))
    .default([]),
  risk: z.enum(['low', 'medium', 'high']).default('low'),
});
export type ChangeRequestDocument = z.infer<typeof ChangeRequestDocument>;

/** Rungs of the ladder, persisted and counted. */
export type Rung = 'R0' | 'R1' | 'R2' | 'R3' | 'R4' | 'R5';

export const ENTRY_STATES = ['queued', 'merging', 'verifying', 'publishing', 'landed', 'quarantined', 'dropped', 'already_landed'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

export type QuarantineReason =
  | { kind: 'conflict'; conflicts: MergeConflict[]; head: string }
  | {
      kind: 'checks_failed';
      checks: Array<{ name: string; command: string; exit_code: number | null; output: string }>;
      head: string;
      attribution?: Attribution;
    }
  | { kind: 'effect_lost'; detail: string; head: string }
  | { kind: 'publish_refused'; detail: string }
  | { kind: 'retries_exhausted'; detail: string };

/**
 * How a verified tree reaches the target. `mirror`: the queue itself moves the mirror's branch. `action`: the approved action
 * does it at the forge (a pull request's merge), and the mirror follows.
 */
export type Publish = { kind: 'mirror' } | { kind: 'action'; actionId: string };

/** What was merged onto `head` and is being verified or published. Written before anything of it becomes visible. */
export interface Candidate {
  head: string;
  tree: string;
  commit: string;
  rung: Rung;
}

/** Lines added and deleted at one path; null counts for a binary file. */
export interface FileEffect {
  path: string;
  /** Old name of a renamed file. */
  from: string | null;
  added: number | null;
  deleted: number | null;
}

/** A change request in the queue. */
export interface QueueEntry {
  id: ChangeRequestId;
  repositoryId: string;
  target: string;
  taskId: string;
  attempt: number;
  workItemId: string | null;
  projectId: string;
  document: ChangeRequestDocument;
  state: EntryState;
  /** Raised at each transition; transitions compare and swap on it. */
  version: number;
  rung: Rung | null;
  retries: number;
  lastError: string | null;
  quarantine: QuarantineReason | null;
  landedCommit: string | null;
  landedTree: string | null;
  submittedAt: Date;
  landedAt: Date | null;
  updatedAt: Date;
  /** `Actor.subject` of who submitted it. */
  submittedBy: string;
  /** 0 (first) to 9. */
  priority: number;
  publish: Publish;
  notifyWorkflow: string | null;
  /** Sentences for the submitter: what was stripped, why the risk was raised. */
  notes: string[];
  submittedTree: string;
  effect: FileEffect[];
  candidate: Candidate | null;
  verifiedTree: string | null;
  baseMoves: number;
  notBefore: Date | null;
  /** The build it is in; null while it waits. */
  build: BuildMembership | null;
  provenOn: Proof | null;
  suspicion: Suspicion | null;
  attribution: Attribution | null;
  freshness: Freshness | null;
  /** A person's choice about a conflict, of which this is the result. */
  resolution: Resolution | null;
}

/** One transition of an entry. */
export interface JournalRow {
  changeRequestId: ChangeRequestId;
  /** The entry's version after it. */
  version: number;
  at: Date;
  /** Persisted: `submitted`, `merge.started`, `merged`, `verified`, `landed`, `quarantined` … */
  event: string;
  fromState: EntryState | null;
  toState: EntryState;
  actor: string;
  detail: JsonObject;
}

/** A refusal of admission: a code, a sentence and the offending path (HTTP 422). */
export interface AdmissionRefusal {
  code: string;
  path: string | null;
  detail: string;
}

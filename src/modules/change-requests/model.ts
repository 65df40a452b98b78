import { z } from 'zod';

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
  z.strictObject({
    op: z.literal('delete'),
    path: FilePath,
    base_blob: Blob,
    /** What it was at the base; admission fills it in, so that somebody else's `chmod` is seen before the file goes. */
    mode: FileMode.optional(),
  }),
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

/** Where a change request is on its way; the last four are its ends. */
export const ENTRY_STATES = ['queued', 'merging', 'verifying', 'publishing', 'landed', 'quarantined', 'dropped', 'already_landed'] as const;
export type EntryState = (typeof ENTRY_STATES)[number];

/**
 * How a verified tree reaches the target. `mirror`: the queue itself moves the mirror's branch. `action`: the approved action
 * does it at the forge (a pull request's merge), and the mirror follows.
 */
export type Publish = { kind: 'mirror' } | { kind: 'action'; actionId: string };

/** A refusal of admission: a code, a sentence and the offending path (HTTP 422). */
export interface AdmissionRefusal {
  code: string;
  path: string | null;
  detail: string;
}

/** What admission holds a change request against; the policy's limits and the project's settings, read at submission. */
export interface AdmissionRules {
  /** Name the document's `repo` must carry; null: not compared. */
  repositoryName: string | null;
  maxFiles: number;
  /** Sum of the sizes of all resulting files. */
  maxBytes: number;
  /** Globs; touching one raises the risk to high. */
  protectedPaths: readonly string[];
  /** Globs of files the queue writes itself (lockfiles, changelog): stripped from the change with a note. */
  queueOwned: readonly string[];
  /** Release tasks alone may write what the queue owns. */
  mayWriteQueueOwned: boolean;
  /** Names of checks the submitter must have run with exit code 0. */
  requiredChecks: readonly string[];
  /** The task's own scope, when Reeve planned it: paths must be in it whatever the document declares. */
  taskScope: readonly string[] | null;
  /** Branches the queue must not move by itself (the default branch of a forge): only an approved action does. */
  protectedTargets: readonly string[];
}

/** A path that another task holds for writing. */
export interface OwnedPath {
  path: string;
  ownerTaskId: string;
}

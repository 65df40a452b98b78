import type { QueueEntry } from './model.ts';

/** Which rungs above git's own merge a project allows; read at each merge. */
export interface LadderRules {
  /** R3: conflicts may be answered by a merge that knows the file's structure. */
  structuredMerge: boolean;
  /** The project has checks of its own. Without any, nothing could tell that a structured merge is right. */
  hasChecks: boolean;
  /** R2: glob of files the queue writes itself, to the command that writes them. */
  regenerate: Readonly<Record<string, string>>;
}

export interface RegenerateRequest {
  repositoryId: string;
  projectId: string;
  /** An unpublished commit in the mirror that the commands run on. */
  commit: string;
  /** In this order; each writes files that its globs match, and whatever else it does is forgotten. */
  steps: ReadonlyArray<{ command: string; globs: readonly string[] }>;
  entry: QueueEntry;
  signal: AbortSignal;
}

/** A file as the commands left it; null: they removed it. */
export interface RegeneratedFile {
  path: string;
  content: Uint8Array | null;
  mode: '100644' | '100755';
}

/**
 * `failed`: a command failed or took too long, which is for whoever changed its inputs to mend. `infrastructure`: it could
 * not be run properly; the change is not to blame.
 */
export type RegenerateResult =
  | { kind: 'written'; files: RegeneratedFile[] }
  | { kind: 'failed'; command: string; exitCode: number | null; output: string }
  | { kind: 'infrastructure'; detail: string };

/** What the ladder did to put a change on a head; stored in the journal. */
export interface LadderRecord {
  /** Every rung that was needed, lowest first. */
  rungs: Array<'R0' | 'R1' | 'R2' | 'R3'>;
  /** Files that R3 merged, and by which rules. */
  structured: Array<{ path: string; rule: string }>;
  /** Files that R2 wrote. */
  regenerated: string[];
}

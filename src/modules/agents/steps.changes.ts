import { lstat } from 'node:fs/promises';
import path from 'node:path';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import type { ChangeRequestDocument } from '#modules/change-requests/index.ts';
import { changesBetween, type TreeChange } from './decide.changes.ts';
import type { RunBrief } from './model.brief.ts';
import type { CheckRun, RunRequest } from './model.ts';

/** What an agent left in its worktree, as git objects. */
export interface LeftWork {
  tree: string;
  changes: TreeChange[];
  entriesAfter: TreeEntry[];
  /** Bytes of all new contents, as they are on disk. */
  bytes: number;
}

/** Takes the worktree as it is, committed, staged or neither, and compares it with the base. */
export async function collectChanges(input: {
  mirror: Mirror;
  worktree: string;
  baseCommit: string;
  entries: readonly TreeEntry[];
  setupMade: readonly string[];
}): Promise<LeftWork> {
  const { mirror, worktree } = input;
  const tree = await mirror.snapshotWorktree(worktree);
  const entriesAfter = await mirror.listTree(tree);
  const names = await mirror.diffNames(await mirror.treeOf(input.baseCommit), tree);
  const renames = names.flatMap((change) => (change.status === 'R' && change.from !== null ? [{ from: change.from, path: change.path }] : []));
  const changes = changesBetween({ base: input.entries, after: entriesAfter, renames, setupMade: input.setupMade });
  let bytes = 0;
  for (const change of changes) if (change.op !== 'delete') bytes += await sizeOf(path.join(worktree, change.path));
  return { tree, changes, entriesAfter, bytes };
}

async function sizeOf(file: string): Promise<number> {
  try {
    return (await lstat(file)).size;
  } catch {
    return 0;
  }
}

/** The change request v1 of a run whose checks passed. */
export async function buildChangeRequest(input: {
  mirror: Mirror;
  request: RunRequest;
  brief: RunBrief;
  baseCommit: string;
  changes: readonly TreeChange[];
  checks: readonly CheckRun[];
}): Promise<ChangeRequestDocument> {
  const { request, brief } = input;
  const changes: ChangeRequestDocument['changes'] = [];
  for (const change of input.changes) changes.push(await toChange(input.mirror, change));
  return {
    version: 1,
    task_id: request.taskId ?? request.workItemId ?? request.runId,
    attempt: request.attempt,
    repo: brief.repositoryName,
    target: request.target,
    base: input.baseCommit,
    summary: (brief.task?.title ?? brief.workItem.title).slice(0, 2000),
    intent: { scope: [...brief.scope], depends_on: [...brief.dependsOn], reverts: null },
    changes,
    checks: input.checks.map(({ name, command, exit_code, duration_ms }) => ({ name, command, exit_code: exit_code ?? 1, duration_ms })),
    risk: 'low',
  };
}

async function toChange(mirror: Mirror, change: TreeChange): Promise<ChangeRequestDocument['changes'][number]> {
  if (change.op === 'delete') return { op: 'delete', path: change.path, base_blob: change.before.blob };
  const body = { ...contentOf(await mirror.readBlob(change.after.blob)), ...modeOf(change) };
  if (change.op === 'create') return { op: 'create', path: change.path, ...body };
  if (change.op === 'modify') return { op: 'modify', path: change.path, base_blob: change.before.blob, ...body };
  return { op: 'rename', from: change.from, path: change.path, base_blob: change.before.blob, ...body };
}

/** Text as text; what is not UTF-8, or has a NUL (which PostgreSQL's JSON cannot hold), as base64. */
function contentOf(bytes: Buffer): { content: string } | { content_base64: string } {
  if (!bytes.includes(0)) {
    try {
      return { content: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes) };
    } catch {
      // not text
    }
  }
  return { content_base64: bytes.toString('base64') };
}

/** Named only where it is not what an unnamed mode means: a new plain file, or the mode the file had. */
function modeOf(change: Exclude<TreeChange, { op: 'delete' }>): { mode?: '100644' | '100755' } {
  const before = change.op === 'create' ? '100644' : change.before.mode;
  const { mode } = change.after;
  return mode === before || (mode !== '100644' && mode !== '100755') ? {} : { mode };
}

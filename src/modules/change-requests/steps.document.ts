import { AppError } from '#kernel/errors.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { textOf } from './decide.contents.ts';
import type { Change, ChangeRequestDocument } from './model.ts';

/** What a document says beside its changes. */
export interface DocumentHead {
  base: string;
  /** Commit or tree that holds the result. */
  head: string;
  repo: string;
  target: string;
  taskId: string;
  attempt: number;
  summary: string;
  scope?: string[];
  dependsOn?: string[];
  reverts?: string | null;
  checks?: ChangeRequestDocument['checks'];
  risk?: ChangeRequestDocument['risk'];
}

/** Everything that differs between two commits as one change request, with whole contents; renames as git finds them. */
export async function documentOfCommits(mirror: Mirror, given: DocumentHead): Promise<ChangeRequestDocument> {
  const before = await filesOf(mirror, given.base);
  const after = await filesOf(mirror, given.head);
  const changes: Change[] = [];
  for (const { path, from } of await mirror.diffNames(given.base, given.head)) {
    changes.push(await toChange(mirror, { path, from, old: before.get(from ?? path), now: after.get(path) }));
  }
  return {
    version: 1,
    task_id: given.taskId,
    attempt: given.attempt,
    repo: given.repo,
    target: given.target,
    base: given.base,
    summary: given.summary,
    intent: { scope: given.scope ?? [], depends_on: given.dependsOn ?? [], reverts: given.reverts ?? null },
    changes,
    checks: given.checks ?? [],
    risk: given.risk ?? 'low',
  };
}

async function filesOf(mirror: Mirror, treeish: string): Promise<Map<string, TreeEntry>> {
  return new Map((await mirror.listTree(treeish)).map((entry) => [entry.path, entry]));
}

async function toChange(
  mirror: Mirror,
  file: { path: string; from: string | null; old: TreeEntry | undefined; now: TreeEntry | undefined },
): Promise<Change> {
  const { path, from, old, now } = file;
  if (now === undefined) return { op: 'delete', path, base_blob: old?.blob ?? '' };
  if (now.mode === '120000' || now.mode === '160000') {
    throw new AppError('refused', `${path} is a symbolic link or a submodule, which a change request cannot hold.`, {
      code: now.mode === '120000' ? 'symlink' : 'submodule',
    });
  }
  const bytes = await mirror.readBlob(now.blob);
  const text = textOf(bytes);
  const whole = { mode: now.mode, ...(text === null ? { content_base64: bytes.toString('base64') } : { content: text }) };
  if (old === undefined) return { op: 'create', path, ...whole };
  return from === null ? { op: 'modify', path, base_blob: old.blob, ...whole } : { op: 'rename', from, path, base_blob: old.blob, ...whole };
}

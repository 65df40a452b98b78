import { AppError } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { submittedCommit } from './steps.submitted.ts';
import { loadEntry } from './store.read.ts';

/** A unified diff for people, with the counts of every file whether or not the text reached it. */
export interface DiffView {
  from: string;
  to: string;
  files: Array<{ path: string; from: string | null; added: number | null; deleted: number | null }>;
  text: string;
  /** The text ends before the diff does. */
  truncated: boolean;
}

/** What a change request does to the commit it was made on. Throws AppError not_found, unavailable `base_gone`. */
export async function readDiff(deps: Pick<MergeQueueDeps, 'db' | 'mirrors'>, id: string, maxBytes: number): Promise<DiffView> {
  const entry = await loadEntry(deps.db, id);
  if (entry === undefined) throw new AppError('not_found', `There is no change request ${id}.`);
  const mirror = await deps.mirrors(entry.repositoryId);
  const { base } = entry.document;
  if ((await mirror.resolve(base)) === null)
    throw new AppError('unavailable', 'The commit this was made on is not in the repository any more.', { code: 'base_gone' });
  return diffOf(mirror, base, await submittedCommit(mirror, entry), maxBytes);
}

export async function diffOf(mirror: Mirror, from: string, to: string, maxBytes: number): Promise<DiffView> {
  // One byte more tells whether there is more.
  const [files, text] = await Promise.all([mirror.diffStat(from, to), mirror.diffText(from, to, maxBytes + 1)]);
  const truncated = Buffer.byteLength(text) > maxBytes;
  const shown = truncated ? text.slice(0, Math.max(0, text.lastIndexOf('\n', maxBytes)) + 1) : text;
  return { from, to, files: files.map(({ path, from: old, added, deleted }) => ({ path, from: old, added, deleted })), text: shown, truncated };
}

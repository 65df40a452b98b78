import { constants } from 'node:fs';
import { open, realpath } from 'node:fs/promises';
import path from 'node:path';
import { messageOf } from '#kernel/errors.ts';

/** Beyond this a report is not read. */
const MOST_BYTES = 32 * 1024 * 1024;

/** A report that a check wrote in its worktree; `text` null: it could not be read, and `problem` says why. */
export interface ReportFile {
  check: string;
  /** As the project's settings name it. */
  path: string;
  text: string | null;
  problem: string | null;
}

/**
 * Reads what a check wrote. The check ran the repository's own code, which may have put a link there: only a plain file that really lies in the
 * worktree is opened, never one that a link leads to outside of it. `committed`: the file is in the repository, so the check need not have written it.
 */
export async function readReport(worktree: string, spec: { check: string; path: string; committed: boolean }): Promise<ReportFile> {
  const refused = (problem: string): ReportFile => ({ check: spec.check, path: spec.path, text: null, problem });
  if (spec.committed) return refused(`${spec.path} is a file of the repository: what it says need not be of this run.`);
  try {
    const root = await realpath(worktree);
    const file = path.join(await realpath(path.dirname(path.join(root, spec.path))), path.basename(spec.path));
    if (!file.startsWith(`${root}${path.sep}`)) return refused(`${spec.path} leads out of the worktree.`);
    // O_NONBLOCK: opening a named pipe must not wait for somebody to write into it.
    const handle = await open(file, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
    try {
      const stat = await handle.stat();
      if (!stat.isFile()) return refused(`${spec.path} is no file.`);
      if (stat.size > MOST_BYTES) return refused(`${spec.path} is larger than 32 MB.`);
      return { check: spec.check, path: spec.path, text: (await handle.readFile()).subarray(0, MOST_BYTES).toString('utf8'), problem: null };
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return refused(`The check wrote no ${spec.path}.`);
    if (code === 'ELOOP') return refused(`${spec.path} is a link.`);
    return refused(`${spec.path} could not be read: ${messageOf(error)}`);
  }
}

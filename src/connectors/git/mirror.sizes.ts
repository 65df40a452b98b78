import { AppError } from '#kernel/errors.ts';
import type { Mirror } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { PLAIN } from './mirror.diff.ts';
import { createFacts } from './mirror.facts.ts';

/** One entry of `diff-tree -z`: modes and ids before and after, how it changed, the path. */
const ENTRY = /:\d{6} (\d{6}) [\da-f]+ ([\da-f]+) [A-Z]\d*\0[^\0]*\0/g;
const GONE = '000000';
/** A commit of another repository: nothing of it is here. */
const SUBMODULE = '160000';

/** Sizes by git's own index of its objects: no content is read, however large it is. */
export function createSizes(client: GitClient, gitDir: string): Pick<Mirror, 'blobSizes' | 'changedBytes'> {
  async function blobsOf(from: string, to: string): Promise<string[]> {
    const { stdout } = await client.run(['diff-tree', '-r', '-z', '--no-renames', ...PLAIN, from, to], { gitDir });
    const found: string[] = [];
    for (const [, mode, blob] of stdout.toString('latin1').matchAll(ENTRY))
      if (mode !== GONE && mode !== SUBMODULE && blob !== undefined) found.push(blob);
    return found;
  }

  async function blobSizes(blobs: readonly string[]): Promise<number[]> {
    if (blobs.length === 0) return [];
    const { stdout } = await client.run(['cat-file', '--batch-check=%(objectsize)'], { gitDir, stdin: `${blobs.join('\n')}\n` });
    const sizes = stdout.toString('latin1').trimEnd().split('\n').map(Number);
    if (sizes.length === blobs.length && sizes.every(Number.isSafeInteger)) return sizes;
    throw new AppError('not_found', 'A file content is not in the mirror.', { code: 'unknown_blob' });
  }

  const changedBytes = createFacts(async (from: string, to: string): Promise<number> => {
    const sizes = await blobSizes(await blobsOf(from, to));
    return sizes.reduce((sum, size) => sum + size, 0);
  });
  return { blobSizes, changedBytes };
}

import { setImmediate as othersGo } from 'node:timers/promises';
import { compareThree, linesOf, type Stretch } from '#modules/structured-merge/index.ts';
import { MOST_SIDE_BYTES, type Mirror, type MergeConflict, type TreeEntry } from '#ports/git.ts';
import { readFiles } from './steps.view.ts';

/** What there is of one file on one side of a conflict. */
export interface SideFacts {
  /** Null: no file there. */
  mode: TreeEntry['mode'] | null;
  bytes: number | null;
  /** `absent`; `text`: its content is given; `binary`, `too_large`, `link`: it is not. */
  shown: 'absent' | 'text' | 'binary' | 'too_large' | 'link';
}

/** A file in conflict with what its sides are and where they differ. */
export interface ConflictFile extends MergeConflict {
  sides: { base: SideFacts; ours: SideFacts; theirs: SideFacts };
  /** Lines of the three sides set against each other; null: a side is not shown, or they are too long to be compared. */
  stretches: Stretch[] | null;
}

/** Sides beyond this many lines together are not set against each other. */
const MOST_LINES = 60_000;
/** Of all files of a conflict together: what is beyond is shown without being compared. */
const MOST_LINES_IN_ALL = 120_000;

/** The sides of every file in conflict, as base, head and submitted commit hold them. A commit that is gone counts as empty. */
export async function describeFiles(
  mirror: Mirror,
  commits: { base: string; ours: string; theirs: string },
  conflicts: readonly MergeConflict[],
): Promise<ConflictFile[]> {
  const paths = conflicts.map(({ path }) => path);
  const [base, ours, theirs] = await Promise.all([commits.base, commits.ours, commits.theirs].map((commit) => filesAt(mirror, commit, paths)));
  const sizes = await sizesOf(
    mirror,
    conflicts.flatMap((conflict) =>
      [
        { file: base?.get(conflict.path), content: conflict.base },
        { file: ours?.get(conflict.path), content: conflict.ours },
        { file: theirs?.get(conflict.path), content: conflict.theirs },
      ].flatMap(({ file, content }) => (content === null && file !== undefined && isFile(file) ? [file.blob] : [])),
    ),
  );
  const files: ConflictFile[] = [];
  let left = MOST_LINES_IN_ALL;
  for (const conflict of conflicts) {
    const { path } = conflict;
    const sides = {
      base: factsOf(base?.get(path), conflict.base, sizes),
      ours: factsOf(ours?.get(path), conflict.ours, sizes),
      theirs: factsOf(theirs?.get(path), conflict.theirs, sizes),
    };
    const three = threeOf(conflict, sides, left);
    files.push({ ...conflict, sides, stretches: three === null ? null : compareThree(three) });
    if (three === null) continue;
    left -= linesIn(three);
    // Comparing is work of this thread: requests between two files are answered.
    await othersGo();
  }
  return files;
}

async function filesAt(mirror: Mirror, commit: string, paths: readonly string[]): Promise<Map<string, TreeEntry>> {
  return (await mirror.resolve(commit)) === null ? new Map() : readFiles(mirror, await mirror.treeOf(commit), paths);
}

const isFile = ({ mode }: TreeEntry): boolean => mode === '100644' || mode === '100755';

async function sizesOf(mirror: Mirror, blobs: readonly string[]): Promise<Map<string, number>> {
  const different = [...new Set(blobs)];
  if (different.length === 0) return new Map();
  const sizes = await mirror.blobSizes(different);
  return new Map(different.map((blob, at) => [blob, sizes[at] ?? 0]));
}

function factsOf(file: TreeEntry | undefined, content: string | null, sizes: ReadonlyMap<string, number>): SideFacts {
  // A side of a rename stands under the name of the other: its text is known, its place is not.
  if (content !== null) return { mode: file?.mode ?? '100644', bytes: Buffer.byteLength(content), shown: 'text' };
  if (file === undefined) return { mode: null, bytes: null, shown: 'absent' };
  if (!isFile(file)) return { mode: file.mode, bytes: null, shown: 'link' };
  // What is small enough and still not given is no text.
  const bytes = sizes.get(file.blob) ?? 0;
  return { mode: file.mode, bytes, shown: bytes > MOST_SIDE_BYTES ? 'too_large' : 'binary' };
}

type Three = Parameters<typeof compareThree>[0];

const linesIn = ({ base, ours, theirs }: Three): number => base.length + ours.length + theirs.length;

/** Null: a side is not shown, or they are longer than what may be compared, of which `left` lines are left. */
function threeOf({ base, ours, theirs }: MergeConflict, sides: ConflictFile['sides'], left: number): Three | null {
  if (Object.values(sides).some(({ shown }) => shown !== 'text' && shown !== 'absent')) return null;
  const three = { base: linesOf(base ?? ''), ours: linesOf(ours ?? ''), theirs: linesOf(theirs ?? '') };
  return linesIn(three) > Math.min(MOST_LINES, left) ? null : three;
}

import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { CommitId, MergeConflict, MergeResult, Mirror } from '#ports/git.ts';
import type { GitClient, GitRun } from './client.ts';
import { conflictsOf, nameFromBytes, nameToBytes, parseMerge, splitNul, type MergeOutput } from './map.ts';
import type { ObjectMembers } from './mirror.objects.ts';

interface MergeParts {
  client: GitClient;
  gitDir: string;
  objects: ObjectMembers;
  /** `git merge-tree --merge-base` exists (git 2.40). */
  takesBase: boolean;
}

/** Most bytes of each side of a conflict that are kept as text; a larger or binary side is null. */
const MOST_SIDE_BYTES = 1024 * 1024;

/**
 * Three-way merge by merge-ort on the bare repository. Before git 2.40 the base cannot be named: where history itself
 * does not give exactly it, three parentless-rooted stand-in commits do, the two sides dated after the base (an older
 * date makes git walk the whole history, ten times slower).
 */
export function createMerge(parts: MergeParts): Pick<Mirror, 'merge'> {
  const { client, gitDir, objects, takesBase } = parts;

  async function sides(input: { base: CommitId; ours: CommitId; theirs: CommitId }): Promise<string[]> {
    if (takesBase) return [`--merge-base=${input.base}`, input.ours, input.theirs];
    const { code, stdout } = await client.run(['merge-base', '--all', input.ours, input.theirs], { gitDir, okCodes: [0, 1] });
    const natural = code === 0 ? stdout.toString('latin1').trim() : '';
    if (natural === (await objects.resolve(input.base))) return [input.ours, input.theirs];
    const author = { name: 'Reeve', email: 'reeve@localhost' };
    const standIn = async (of: CommitId, parents: CommitId[], atUnixS: number) =>
      objects.commit({ tree: await objects.treeOf(of), parents, message: 'Stand-in for a merge', author, atUnixS });
    const base = await standIn(input.base, [], 1);
    return [await standIn(input.ours, [base], 2), await standIn(input.theirs, [base], 3)];
  }

  return {
    async merge(input): Promise<MergeResult> {
      const args = ['merge-tree', '--write-tree', '-z', '--messages', ...(await sides(input))];
      const run = (where: GitRun) => client.run(args, { ...where, gitDir, okCodes: [0, 1] });
      const { code, stdout } = await withAttributes(parts, input.ours, run);
      const merged = parseMerge(stdout);
      if (code === 0) return { kind: 'clean', tree: merged.tree };
      return { kind: 'conflict', conflicts: await readConflicts(objects, merged) };
    },
  };
}

/**
 * `git merge` obeys the `merge` attribute of the checked-out side (`-merge`, `binary`, `union`); a bare merge sees no
 * .gitattributes at all. Where they matter, a scratch folder with nothing but those files stands in for the worktree, so
 * that the result is git's own. Custom drivers need configuration, of which there is none.
 */
async function withAttributes<T>({ client, gitDir, objects }: MergeParts, ours: CommitId, run: (where: GitRun) => Promise<T>): Promise<T> {
  const { stdout } = await client.run(['ls-tree', '-r', '-z', '--name-only', '--full-tree', ours], { gitDir });
  const names = splitNul(stdout).map(nameFromBytes).filter(isAttributesFile);
  const files = await Promise.all(names.map(async (name) => ({ name, content: (await objects.readFile(ours, name)) ?? Buffer.alloc(0) })));
  if (!files.some(({ content }) => /merge|binary/.test(content.toString('latin1')))) return run({});
  const scratch = await mkdtemp(path.join(tmpdir(), 'reeve-attributes-'));
  try {
    for (const { name, content } of files) {
      const file = Buffer.concat([Buffer.from(`${scratch}/`), nameToBytes(name)]);
      await mkdir(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
      await writeFile(file, content);
    }
    return await run({ cwd: scratch, env: { GIT_WORK_TREE: scratch }, config: ['core.bare=false'] });
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A hostile tree may hold names that lead out of the scratch folder. */
function isAttributesFile(name: string): boolean {
  const segments = name.split('/');
  return segments.at(-1) === '.gitattributes' && !segments.some((segment) => segment === '' || segment === '.' || segment === '..');
}

async function readConflicts(objects: ObjectMembers, merged: MergeOutput): Promise<MergeConflict[]> {
  const side = async (path_: string, stage: 1 | 2 | 3): Promise<string | null> => {
    const entry = merged.stages.find((candidate) => candidate.path === path_ && candidate.stage === stage);
    return entry === undefined || entry.mode === '160000' ? null : textOf(await objects.readBlob(entry.blob));
  };
  return Promise.all(
    conflictsOf(merged).map(async ({ path: file, message }) => ({
      path: file,
      message,
      base: await side(file, 1),
      ours: await side(file, 2),
      theirs: await side(file, 3),
    })),
  );
}

function textOf(content: Buffer): string | null {
  if (content.length > MOST_SIDE_BYTES || content.includes(0)) return null;
  const text = nameFromBytes(content);
  return text.isWellFormed() ? text : null;
}

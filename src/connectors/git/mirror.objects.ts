import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitSpec, FileChange, Mirror, TreeEntry } from '#ports/git.ts';
import { createObjectReader, type ObjectReader } from './client.batch.ts';
import type { GitClient } from './client.ts';
import { nameToBytes, parseTree } from './map.ts';

export type ObjectMembers = Pick<Mirror, 'resolve' | 'treeOf' | 'listTree' | 'readBlob' | 'readFile' | 'writeBlob' | 'writeTree' | 'commit'>;

/** `refs/heads/x^{commit}` and the like; null for what is not there, and for names no ref or object can have. */
async function peel(reader: ObjectReader, name: string, type: 'commit' | 'tree'): Promise<{ id: string } | null> {
  if (name === '' || name.startsWith('-') || /[\0\n]/.test(name)) return null;
  const read = await reader.read(`${name}^{${type}}`);
  return read?.type === type ? read : null;
}

/** Most files of all kept lists together; a list of 4,000 files takes about a megabyte. */
const MOST_LISTED = 20_000;

/** A tree's id says what is in it, so a list once read is right for ever. Copies are given out; the oldest lists are dropped. */
function createTreeLists(read: (tree: string) => Promise<TreeEntry[]>): (tree: string) => Promise<TreeEntry[]> {
  const known = new Map<string, TreeEntry[]>();
  let files = 0;
  return async (tree) => {
    const before = known.get(tree);
    if (before !== undefined) return [...before];
    const entries = await read(tree);
    if (!known.has(tree)) {
      known.set(tree, entries);
      files += entries.length;
    }
    for (const [oldest, list] of known) {
      if (files <= MOST_LISTED) break;
      known.delete(oldest);
      files -= list.length;
    }
    return [...entries];
  };
}

/** Reading and writing objects of the bare repository; no index of it and no worktree is touched. */
export function createObjects(client: GitClient, gitDir: string): ObjectMembers & { reader: ObjectReader } {
  const reader = createObjectReader(client, gitDir);

  // Asked of the long-lived reader: a process per question was most of what the server did (half of all git processes of a
  // demo run), and starting a process stops everything else in ours for as long as it takes.
  async function resolve(ref: string) {
    const read = await peel(reader, ref, 'commit');
    return read?.id ?? null;
  }

  async function treeOf(treeish: string) {
    const read = await peel(reader, treeish, 'tree');
    if (read === null) throw new AppError('not_found', `There is no commit or tree ${treeish} in the mirror.`, { code: 'unknown_commit' });
    return read.id;
  }

  const lists = createTreeLists(async (tree) => parseTree((await client.run(['ls-tree', '-r', '-z', '--full-tree', tree], { gitDir })).stdout));

  async function listTree(treeish: string): Promise<TreeEntry[]> {
    return lists(await treeOf(treeish));
  }

  async function writeTree(base: string, changes: readonly FileChange[]) {
    const tree = await treeOf(base);
    if (changes.length === 0) return tree;
    const blobs = await writeBlobs(client, gitDir, changes);
    const index = path.join(gitDir, `reeve-index-${randomUUID()}`);
    const run = { gitDir, env: { GIT_INDEX_FILE: index } };
    try {
      await client.run(['read-tree', tree], run);
      const modes = changes.some((change) => change.content !== null && change.mode === undefined)
        ? await modesOf(listTree, tree)
        : new Map<string, string>();
      await client.run(['update-index', '-z', '--index-info'], { ...run, stdin: indexInfo(changes, blobs, modes) });
      return await client.text(['write-tree'], run);
    } finally {
      await rm(index, { force: true });
    }
  }

  return {
    reader,
    resolve,
    treeOf,
    listTree,
    writeTree,
    async readBlob(blob) {
      const read = await reader.read(blob);
      if (read === null || read.type !== 'blob')
        throw new AppError('not_found', `There is no file content ${blob} in the mirror.`, { code: 'unknown_blob' });
      return read.data;
    },
    async readFile(treeish, file) {
      // `rev:./x` would mean "relative to the current folder"; no tree holds such a name.
      if (/^\.{1,2}(\/|$)/.test(file) || file === '') return null;
      const read = await reader.read(Buffer.concat([Buffer.from(`${treeish}:`, 'utf8'), nameToBytes(file)]));
      return read?.type === 'blob' ? read.data : null;
    },
    writeBlob: (content) => client.text(['hash-object', '-w', '--stdin'], { gitDir, stdin: content }),
    commit: (spec) => writeCommit(client, gitDir, spec),
  };
}

async function modesOf(listTree: (treeish: string) => Promise<TreeEntry[]>, tree: string): Promise<Map<string, string>> {
  return new Map((await listTree(tree)).map((entry) => [entry.path, entry.mode]));
}

/** All contents in one fast-import process; answers the blob ids in the order of `changes` (null: removed). */
async function writeBlobs(client: GitClient, gitDir: string, changes: readonly FileChange[]): Promise<Array<string | null>> {
  const contents = changes.flatMap(({ content }) => (content === null ? [] : [content]));
  if (contents.length === 0) return changes.map(() => null);
  const stream = contents.flatMap((content, at) => [Buffer.from(`blob\nmark :${at + 1}\ndata ${content.length}\n`), content, Buffer.from('\n')]);
  const marks = contents.map((_, at) => `get-mark :${at + 1}\n`).join('');
  const stdin = Buffer.concat([Buffer.from('feature done\n'), ...stream, Buffer.from(`${marks}done\n`)]);
  const ids = (await client.text(['fast-import', '--quiet'], { gitDir, stdin })).split('\n');
  let next = 0;
  return changes.map(({ content }) => {
    if (content === null) return null;
    next += 1;
    return ids[next - 1] ?? null;
  });
}

/** Removals first: a path may become a folder, or a folder a file, in one set of changes. */
function indexInfo(changes: readonly FileChange[], blobs: ReadonlyArray<string | null>, modes: ReadonlyMap<string, string>): Buffer {
  const zero = '0'.repeat(40);
  const lines: Array<{ removed: boolean; bytes: Buffer }> = changes.map((change, at) => {
    const name = Buffer.concat([nameToBytes(change.path), Buffer.from([0])]);
    const blob = blobs[at];
    if (blob === null || blob === undefined) return { removed: true, bytes: Buffer.concat([Buffer.from(`0 ${zero}\t`), name]) };
    const kept = modes.get(change.path);
    const mode = change.mode ?? (kept === '100755' ? kept : '100644');
    return { removed: false, bytes: Buffer.concat([Buffer.from(`${mode} ${blob}\t`), name]) };
  });
  return Buffer.concat([...lines.filter((line) => line.removed), ...lines.filter((line) => !line.removed)].map((line) => line.bytes));
}

async function writeCommit(client: GitClient, gitDir: string, spec: CommitSpec): Promise<string> {
  // The `@`: git takes a small number without it for something else than seconds.
  const date = `@${spec.atUnixS} +0000`;
  const env = {
    GIT_AUTHOR_NAME: spec.author.name,
    GIT_AUTHOR_EMAIL: spec.author.email,
    GIT_AUTHOR_DATE: date,
    GIT_COMMITTER_NAME: spec.author.name,
    GIT_COMMITTER_EMAIL: spec.author.email,
    GIT_COMMITTER_DATE: date,
  };
  const parents = spec.parents.flatMap((parent) => ['-p', parent]);
  return client.text(['commit-tree', spec.tree, ...parents, '-F', '-'], {
    gitDir,
    env,
    stdin: spec.message.endsWith('\n') ? spec.message : `${spec.message}\n`,
  });
}

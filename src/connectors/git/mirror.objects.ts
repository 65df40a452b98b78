import { randomUUID } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { CommitSpec, FileChange, Mirror, TreeEntry } from '#ports/git.ts';
import { createObjectReader, type ObjectRead, type ObjectReader } from './client.batch.ts';
import type { GitClient } from './client.ts';
import { nameToBytes, type LineCounts } from './map.ts';
import { createAdoption, type Adoption } from './mirror.adopt.ts';
import { createCommits, isFullId, type Commits } from './mirror.commits.ts';
import { countLines } from './mirror.count-lines.ts';
import { createLineage, type Lineage } from './mirror.lineage.ts';
import { mergeFiles } from './mirror.merge-files.ts';
import { isPlainPath } from './map.tree.ts';
import type { ObjectFormat, ObjectStore } from './mirror.store.ts';
import { createTexts } from './mirror.texts.ts';
import { createTrees, type Placement, type Trees } from './mirror.trees.ts';

export type ObjectMembers = Pick<
  Mirror,
  'resolve' | 'treeOf' | 'listTree' | 'readFolder' | 'readBlob' | 'readFile' | 'writeBlob' | 'writeTree' | 'placeBlobs' | 'commit'
>;

const STAND_IN = { name: 'Reeve', email: 'reeve@localhost' };

/** A commit that only one merge will look at. */
export type StandIn = (spec: Pick<CommitSpec, 'tree' | 'parents' | 'atUnixS'>) => Promise<string>;

/** By ids of trees; null: git must merge. */
export type MergeFiles = (trees: { base: string; ours: string; theirs: string }) => Promise<string | null>;

/** Added and deleted lines by ids of trees; null: git must count. */
export type CountLines = (before: string, after: string) => Promise<LineCounts[] | null>;

/** `refs/heads/x^{commit}` and the like; null for what is not there, and for names no ref or object can have. */
async function peel(reader: ObjectReader, name: string, type: 'commit' | 'tree'): Promise<ObjectRead | null> {
  if (name === '' || name.startsWith('-') || /[\0\n]/.test(name)) return null;
  const read = await reader.read(`${name}^{${type}}`);
  return read?.type === type ? read : null;
}

/** Reading and writing objects of the bare repository; no index of it and no worktree is touched. */
export function createObjects(
  client: GitClient,
  gitDir: string,
  store: ObjectStore,
): ObjectMembers & {
  adoption: Adoption;
  trees: Trees;
  lineage: Lineage;
  commits: Commits;
  standIn: StandIn;
  mergeFiles: MergeFiles;
  countLines: CountLines;
} {
  const reader = createObjectReader(client, gitDir, store);
  const trees = createTrees(reader, store);
  const commits = createCommits(reader);
  const lineage = createLineage();
  const texts = createTexts(reader);
  let format: Promise<ObjectFormat> | null = null;

  const formatOf = (): Promise<ObjectFormat> =>
    (format ??= client.text(['rev-parse', '--show-object-format'], { gitDir }).then((name) => (name === 'sha256' ? 'sha256' : 'sha1')));

  // Asked of the long-lived reader: a process per question was most of what the server did (half of all git processes of a
  // demo run), and starting a process stops everything else in ours for as long as it takes.
  async function resolve(ref: string) {
    const read = await peel(reader, ref, 'commit');
    return read?.id ?? null;
  }

  async function treeOf(treeish: string) {
    if (isFullId(treeish)) {
      if (trees.has(treeish)) return treeish;
      const known = await commits.read(treeish);
      if (known !== null) return known.tree;
    }
    const read = await peel(reader, treeish, 'tree');
    if (read === null) throw new AppError('not_found', `There is no commit or tree ${treeish} in the mirror.`, { code: 'unknown_commit' });
    return read.id;
  }

  const writeTree = async (base: string, changes: readonly FileChange[]): Promise<string> => {
    const tree = await treeOf(base);
    return store.together(() => putInto({ client, gitDir, store, trees }, tree, changes));
  };

  const adoption = createAdoption({ reader, store, trees });

  async function commit(spec: CommitSpec): Promise<string> {
    if (adoption.isForeign(spec.tree)) await adoption.adopt(spec.tree, await treeOf(spec.parents[0] ?? spec.tree));
    if (!isPlainCommit(spec)) return commitByGit(client, gitDir, spec);
    for (const parent of spec.parents) if ((await commits.read(parent)) === null) throw absent('commit', parent);
    if (!trees.has(spec.tree)) await mustBe(reader, spec.tree, 'tree');
    const id = await store.write('commit', encodeCommit(spec), spec.tree.length === 64 ? 'sha256' : 'sha1');
    lineage.add(id, spec.parents);
    commits.add(id, { tree: spec.tree, parents: [...spec.parents], atUnixS: spec.atUnixS });
    return id;
  }

  const placeIn = (tree: string, placements: readonly Placement[]): Promise<string> => store.together(() => trees.place(tree, placements));

  return {
    adoption,
    trees,
    lineage,
    commits,
    mergeFiles: (given) => mergeFiles({ texts, store, trees }, given),
    countLines: (before, after) => countLines({ texts, trees }, before, after),
    standIn: ({ tree, parents, atUnixS }) =>
      store.write(
        'commit',
        encodeCommit({ tree, parents, atUnixS, message: 'Stand-in for a merge', author: STAND_IN }),
        tree.length === 64 ? 'sha256' : 'sha1',
      ),
    resolve,
    treeOf,
    listTree: async (treeish) => trees.list(await treeOf(treeish)),
    readFolder: (tree) => trees.folder(tree),
    writeTree,
    async placeBlobs(base, placements) {
      const odd = placements.find(({ path: name }) => !isPlainPath(name));
      if (odd === undefined) return placements.length === 0 ? treeOf(base) : placeIn(await treeOf(base), placements);
      const changes = placements.map(async ({ path: name, file }): Promise<FileChange> => {
        if (file === null) return { path: name, content: null };
        const content = await readBlob(reader, file.blob);
        return file.mode === null ? { path: name, content } : { path: name, content, mode: file.mode };
      });
      return writeTree(base, await Promise.all(changes));
    },
    readBlob: (blob) => readBlob(reader, blob),
    async readFile(treeish, file) {
      const read = isNameInTree(file) ? await reader.read(Buffer.concat([Buffer.from(`${treeish}:`, 'utf8'), nameToBytes(file)])) : null;
      return read?.type === 'blob' ? read.data : null;
    },
    writeBlob: async (content) => store.write('blob', content, await formatOf()),
    commit,
  };
}

async function readBlob(reader: ObjectReader, blob: string): Promise<Buffer> {
  const read = await reader.read(blob);
  if (read?.type === 'blob') return read.data;
  throw new AppError('not_found', `There is no file content ${blob} in the mirror.`, { code: 'unknown_blob' });
}

/** `rev:./x` would mean "relative to the current folder"; no tree holds such a name. */
const isNameInTree = (file: string): boolean => file !== '' && !/^\.{1,2}(\/|$)/.test(file);

interface TreeParts {
  client: GitClient;
  gitDir: string;
  store: ObjectStore;
  trees: Trees;
}

async function putInto({ client, gitDir, store, trees }: TreeParts, tree: string, changes: readonly FileChange[]): Promise<string> {
  if (changes.length === 0) return tree;
  if (!changes.every((change) => isPlainPath(change.path))) return writeTreeByGit(client, gitDir, { tree, changes, files: await trees.list(tree) });
  const hash: ObjectFormat = tree.length === 64 ? 'sha256' : 'sha1';
  const placements = changes.map(async ({ path: name, content, mode }): Promise<Placement> => {
    if (content === null) return { path: name, file: null };
    return { path: name, file: { blob: await store.write('blob', content, hash), mode: mode ?? null } };
  });
  return trees.place(tree, await Promise.all(placements));
}

/** A commit that names what is not there would be a broken repository. */
async function mustBe(reader: ObjectReader, id: string, type: 'commit' | 'tree'): Promise<void> {
  if ((await reader.read(id))?.type !== type) throw absent(type, id);
}

const absent = (type: string, id: string): AppError =>
  new AppError('not_found', `There is no ${type} ${id} in the mirror.`, { code: 'unknown_commit' });

/** Names and texts whose bytes git would not touch; it strips and refuses others. */
function isPlainCommit({ author, message, atUnixS }: CommitSpec): boolean {
  const plain = (text: string): boolean => text.isWellFormed() && /^[^\s<>"'\\.,:;\p{Cc}](?:[^<>\p{Cc}]*[^\s<>"'\\.,:;\p{Cc}])?$/u.test(text);
  return (
    plain(author.name) &&
    plain(author.email) &&
    message !== '' &&
    message.isWellFormed() &&
    !message.includes('\0') &&
    Number.isSafeInteger(atUnixS) &&
    atUnixS >= 0
  );
}

function encodeCommit({ tree, parents, author, atUnixS, message }: CommitSpec): Buffer {
  const who = `${author.name} <${author.email}> ${atUnixS} +0000`;
  const head = [`tree ${tree}`, ...parents.map((parent) => `parent ${parent}`), `author ${who}`, `committer ${who}`];
  return Buffer.from(`${head.join('\n')}\n\n${message}${message.endsWith('\n') ? '' : '\n'}`, 'utf8');
}

/** By git's own index: for names that git alone may judge. */
async function writeTreeByGit(
  client: GitClient,
  gitDir: string,
  { tree, changes, files }: { tree: string; changes: readonly FileChange[]; files: readonly TreeEntry[] },
): Promise<string> {
  const blobs = await writeBlobs(client, gitDir, changes);
  const index = path.join(gitDir, `reeve-index-${randomUUID()}`);
  const run = { gitDir, env: { GIT_INDEX_FILE: index } };
  try {
    await client.run(['read-tree', tree], run);
    const modes = new Map(files.map((entry): [string, string] => [entry.path, entry.mode]));
    const { stderr } = await client.run(['update-index', '-z', '--index-info'], { ...run, stdin: indexInfo(changes, blobs, modes) });
    // git passes over such a name with a word and a good exit code; half a change is not the change.
    const refused = /^Ignoring path (.*)$/m.exec(stderr)?.[1];
    if (refused !== undefined) throw new AppError('invalid', `git does not take the name ${refused} into a tree.`, { code: 'invalid_path' });
    return await client.text(['write-tree'], run);
  } finally {
    await rm(index, { force: true });
  }
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

async function commitByGit(client: GitClient, gitDir: string, spec: CommitSpec): Promise<string> {
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

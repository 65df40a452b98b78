import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MOST_SIDE_BYTES, type CommitId, type MergeConflict, type MergeResult, type Mirror } from '#ports/git.ts';
import { createSession, type Parsed } from './client.session.ts';
import type { GitClient, GitRun } from './client.ts';
import { conflictsOf, nameFromBytes, nameToBytes, parseMerge, type MergeOutput } from './map.ts';
import type { Adoption } from './mirror.adopt.ts';
import { isFullId, relateByLine, type Commits } from './mirror.commits.ts';
import type { MergeFiles, ObjectMembers, StandIn } from './mirror.objects.ts';
import type { Trees } from './mirror.trees.ts';

interface MergeParts {
  client: GitClient;
  gitDir: string;
  objects: ObjectMembers & { standIn: StandIn; adoption: Adoption; commits: Commits; trees: Pick<Trees, 'named'>; mergeFiles: MergeFiles };
  blobSizes: Mirror['blobSizes'];
  together: Mirror['together'];
  /** `git merge-tree --merge-base` exists (git 2.40). */
  takesBase: boolean;
}

interface MergeInput {
  base: CommitId;
  ours: CommitId;
  theirs: CommitId;
}

/**
 * Three-way merge by merge-ort on the bare repository, by one long-lived process; what is beyond doubt is merged here (`mergeFiles`). Before git 2.40 the base cannot be named:
 * three stand-in commits say it, the two sides dated after the base (an older date makes git walk the whole history, ten
 * times slower).
 */
export function createMerge(parts: MergeParts): Pick<Mirror, 'merge'> {
  const { objects, takesBase } = parts;
  const session = createSession<Named, Merged>(parts.client, {
    args: ['merge-tree', '--write-tree', '--stdin', '-z', '--messages'],
    // Most merges are tries. What is committed of one is taken over (`adopt`) and synced with everything else that lands.
    where: { gitDir: parts.gitDir, config: ['core.fsync=none'] },
    toBytes: (named) => Buffer.from(lineOf(named) + lineOf({ base: named.base, ours: named.ours, theirs: named.ours })),
    parse: parseRecord,
  });

  async function standIns(input: MergeInput): Promise<Named> {
    if (takesBase) return input;
    if (await isTheirBase(objects.commits, input)) return { ...input, base: null };
    const standIn = async (of: CommitId, parents: CommitId[], atUnixS: number) =>
      objects.standIn({ tree: await objects.treeOf(of), parents, atUnixS });
    const base = await standIn(input.base, [], 1);
    return { base: null, ours: await standIn(input.ours, [base], 2), theirs: await standIn(input.theirs, [base], 3) };
  }

  return {
    async merge(input): Promise<MergeResult> {
      const attributes = await attributesOf(objects, input.ours);
      // Most merges put lines of one side among lines of the other: a question to git costs ten times as much as that.
      const near = attributes.length === 0 ? await parts.together(() => mergeNear(objects, input)) : null;
      if (near !== null) return { kind: 'clean', tree: near };
      const named = await parts.together(() => standIns(input));
      const { clean, merged } = attributes.length === 0 ? await session.ask(named) : await mergeWith(parts, named, attributes);
      objects.adoption.note(merged.tree);
      // Resolved files are put on top of half-merged trees; what else is in those must last as well.
      if (!clean) await objects.adoption.adopt(merged.tree, await objects.treeOf(input.ours));
      if (clean) return { kind: 'clean', tree: merged.tree };
      return { kind: 'conflict', conflicts: await readConflicts(parts, merged), tree: merged.tree };
    },
  };
}

async function mergeNear(objects: MergeParts['objects'], { base, ours, theirs }: MergeInput): Promise<string | null> {
  const [from, left, right] = await Promise.all([base, ours, theirs].map((id) => objects.treeOf(id)));
  return from === undefined || left === undefined || right === undefined ? null : objects.mergeFiles({ base: from, ours: left, theirs: right });
}

/** Far enough for what is merged again and again: a change and the head some landings later. */
const MOST_WALKED = 100;

/** Whether git would find the base by itself, and soon: it is where two lines meet, and neither side is dated before it. */
async function isTheirBase(commits: Commits, { base, ours, theirs }: MergeInput): Promise<boolean> {
  if (![base, ours, theirs].every(isFullId)) return false;
  if ((await relateByLine(commits, ours, theirs, MOST_WALKED))?.meet !== base) return false;
  const [below, ...sides] = await Promise.all([base, ours, theirs].map((id) => commits.read(id)));
  return below !== null && below !== undefined && sides.every((side) => side !== null && side.atUnixS >= below.atUnixS);
}

/** `base` null: history says it. */
interface Named {
  base: CommitId | null;
  ours: CommitId;
  theirs: CommitId;
}

interface Merged {
  clean: boolean;
  merged: MergeOutput;
}

const lineOf = ({ base, ours, theirs }: Named): string => `${base === null ? '' : `${base} -- `}${ours} ${theirs}\n`;

/**
 * Each question is followed by a merge of `ours` with itself: git keeps the last byte of an answer to itself until it has
 * something more to say. So before every answer but the first stands the answer to that filler, which is passed over.
 */
function parseRecord(buffer: Buffer, _named: Named, ordinal: number): Parsed<Merged> {
  const start = ordinal === 0 ? 0 : endOfRecord(buffer, 0);
  const end = start === null ? null : endOfRecord(buffer, start);
  if (start === null || end === null) return { kind: 'more', bytes: buffer.length + 1 };
  // `<status>\0`, then what the command prints for a single merge, then `\0`.
  return { kind: 'done', used: end, answer: { clean: buffer[start] === ONE, merged: parseMerge(buffer.subarray(start + 2, end - 1)) } };
}

const ONE = '1'.charCodeAt(0);

/** Where the record that begins at `start` ends; null while it is not all there. */
function endOfRecord(buffer: Buffer, start: number): number | null {
  let at = start;
  const part = (): Buffer | null => {
    const end = buffer.indexOf(0, at);
    if (end < 0) return null;
    const read = buffer.subarray(at, end);
    at = end + 1;
    return read;
  };
  if (part() === null || part() === null) return null;
  for (let stage = part(); stage === null || stage.length > 0; stage = part()) if (stage === null) return null;
  for (let count = part(); count === null || count.length > 0; count = part()) {
    if (count === null) return null;
    // The paths, the kind and the text of one message.
    for (let skip = Number(count.toString('latin1')) + 2; skip > 0; skip -= 1) if (part() === null) return null;
  }
  return at;
}

interface AttributesFile {
  name: string;
  content: Buffer;
}

/** The .gitattributes of a commit, when any of them says how to merge; custom drivers need configuration, of which there is none. */
async function attributesOf(objects: MergeParts['objects'], ours: CommitId): Promise<AttributesFile[]> {
  const named = await objects.trees.named(await objects.treeOf(ours), '.gitattributes');
  const entries = named.filter(({ path: name, mode }) => isAttributesFile(name) && (mode === '100644' || mode === '100755'));
  const files = await Promise.all(entries.map(async ({ path: name, blob }) => ({ name, content: await objects.readBlob(blob) })));
  return files.some(({ content }) => /merge|binary/.test(content.toString('latin1'))) ? files : [];
}

/**
 * `git merge` obeys the `merge` attribute of the checked-out side (`-merge`, `binary`, `union`); a bare merge sees no
 * .gitattributes at all. Where they matter, a scratch folder with nothing but those files stands in for the worktree, so
 * that the result is git's own.
 */
async function mergeWith({ client, gitDir }: MergeParts, named: Named, files: readonly AttributesFile[]): Promise<Merged> {
  const scratch = await mkdtemp(path.join(tmpdir(), 'reeve-attributes-'));
  try {
    for (const { name, content } of files) {
      const file = Buffer.concat([Buffer.from(`${scratch}/`), nameToBytes(name)]);
      await mkdir(file.subarray(0, file.lastIndexOf('/')), { recursive: true });
      await writeFile(file, content);
    }
    const base = named.base === null ? [] : [`--merge-base=${named.base}`];
    const where: GitRun = { gitDir, cwd: scratch, env: { GIT_WORK_TREE: scratch }, config: ['core.bare=false'], okCodes: [0, 1] };
    const { code, stdout } = await client.run(['merge-tree', '--write-tree', '-z', '--messages', ...base, named.ours, named.theirs], where);
    return { clean: code === 0, merged: parseMerge(stdout) };
  } finally {
    await rm(scratch, { recursive: true, force: true });
  }
}

/** A hostile tree may hold names that lead out of the scratch folder. */
function isAttributesFile(name: string): boolean {
  if (!name.endsWith('.gitattributes')) return false;
  const segments = name.split('/');
  return segments.at(-1) === '.gitattributes' && !segments.some((segment) => segment === '' || segment === '.' || segment === '..');
}

async function readConflicts({ objects, blobSizes }: Pick<MergeParts, 'objects' | 'blobSizes'>, merged: MergeOutput): Promise<MergeConflict[]> {
  const files = merged.stages.filter(({ mode }) => mode !== '160000');
  // Asked before anything is read: what is too large to be shown may be larger than memory.
  const blobs = [...new Set(files.map(({ blob }) => blob))];
  const sizes = await blobSizes(blobs);
  const shown = new Set(blobs.filter((_, at) => (sizes[at] ?? Infinity) <= MOST_SIDE_BYTES));
  const side = async (path_: string, stage: 1 | 2 | 3): Promise<string | null> => {
    const entry = files.find((candidate) => candidate.path === path_ && candidate.stage === stage);
    return entry === undefined || !shown.has(entry.blob) ? null : textOf(await objects.readBlob(entry.blob));
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
  if (content.includes(0)) return null;
  const text = nameFromBytes(content);
  return text.isWellFormed() ? text : null;
}

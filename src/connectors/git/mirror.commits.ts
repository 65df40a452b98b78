import type { CommitId, TreeId } from '#ports/git.ts';
import type { ObjectReader } from './client.batch.ts';
import { parseCommit, type CommitLine } from './map.ts';

/** What never changes about a commit. */
export interface KnownCommit {
  tree: TreeId;
  parents: readonly CommitId[];
  /** Committer's date. */
  atUnixS: number;
}

/** Commits read or written lately: heads and bases are asked for again and again, and an id says what is behind it for ever. */
export interface Commits {
  /** What is known without asking git. */
  peek(id: CommitId): KnownCommit | undefined;
  /** Null: the id is of no commit, or of none that is here. */
  read(id: CommitId): Promise<KnownCommit | null>;
  add(id: CommitId, commit: KnownCommit): void;
  /** As `log` tells it; null: git alone can read its text. */
  line(id: CommitId): Promise<CommitLine | null>;
}

const MOST_KNOWN = 20_000;

export const isFullId = (name: string): boolean => /^([0-9a-f]{40}|[0-9a-f]{64})$/.test(name);

export function createCommits(reader: ObjectReader): Commits {
  const known = new Map<CommitId, KnownCommit>();
  const lines = new Map<CommitId, CommitLine>();

  async function load(id: CommitId): Promise<Buffer | null> {
    const object = await reader.read(id);
    if (object?.type !== 'commit') return null;
    bounded(known, id, parseLinks(object.data));
    return object.data;
  }

  return {
    add: (id, commit) => bounded(known, id, commit),
    peek: (id) => known.get(id),
    async read(id) {
      const before = known.get(id);
      if (before !== undefined) return before;
      await load(id);
      return known.get(id) ?? null;
    },
    async line(id) {
      const before = lines.get(id);
      if (before !== undefined) return before;
      const data = await load(id);
      const line = data === null ? null : parseCommit({ id, data });
      if (line !== null) bounded(lines, id, line);
      return line;
    },
  };
}

function bounded<Value>(map: Map<string, Value>, id: string, value: Value): void {
  map.set(id, value);
  for (const oldest of map.keys()) {
    if (map.size <= MOST_KNOWN) break;
    map.delete(oldest);
  }
}

/** The first lines of a commit object: `tree <id>`, `parent <id>` for each, the author and the committer with their dates. */
function parseLinks(data: Buffer): KnownCommit {
  const end = data.indexOf('\n\n');
  const lines = data.toString('latin1', 0, end < 0 ? data.length : end).split('\n');
  const after = (word: string): string[] => lines.flatMap((line) => (line.startsWith(word) ? [line.slice(word.length)] : []));
  const date = /> (\d+) [+-]\d{4}$/.exec(after('committer ')[0] ?? '')?.[1];
  return { tree: after('tree ')[0] ?? '', parents: after('parent '), atUnixS: Number(date ?? 0) };
}

/**
 * How two commits relate where history is a single line (one parent each) below both, as far as to where the lines meet; null where it
 * branches before, or the meeting is further than `most` down: git must say. `above`: the commits of `b` that `a` does not have, newest
 * first.
 */
export async function relateByLine(commits: Commits, a: CommitId, b: CommitId, most: number): Promise<{ meet: CommitId; above: CommitId[] } | null> {
  const ofA = createWalk(commits, a);
  const ofB = createWalk(commits, b);
  // Both lines go down step by step: near relations are found near the top, whichever side is longer.
  for (let step = 0; step <= most; step += 1) {
    if (ofA.seen.has(ofB.at ?? '')) return { meet: ofB.at ?? '', above: ofB.passed };
    if (ofB.seen.has(ofA.at ?? '')) return { meet: ofA.at ?? '', above: ofB.passed.slice(0, ofB.passed.indexOf(ofA.at ?? '')) };
    if (ofA.at === null && ofB.at === null) return null;
    const waits = [ofA.down(), ofB.down()].filter((wait) => wait !== null);
    if (waits.length > 0) await Promise.all(waits);
  }
  return null;
}

interface Walk {
  /** Where the walk stands; null: it cannot go on. */
  readonly at: CommitId | null;
  readonly seen: ReadonlySet<CommitId>;
  /** What it went past, in order. */
  readonly passed: CommitId[];
  /** Null: it is done already. */
  down(): Promise<void> | null;
}

function createWalk(commits: Commits, from: CommitId): Walk {
  const seen = new Set([from]);
  const passed: CommitId[] = [];
  let at: CommitId | null = from;

  function step(parents: readonly CommitId[]): void {
    if (at !== null) passed.push(at);
    at = parents.length === 1 ? (parents[0] ?? null) : null;
    if (at !== null) seen.add(at);
  }

  return {
    get at() {
      return at;
    },
    seen,
    passed,
    down() {
      if (at === null) return null;
      const known = commits.peek(at);
      if (known !== undefined) {
        step(known.parents);
        return null;
      }
      return commits.read(at).then((read) => step(read?.parents ?? []));
    },
  };
}

import type { Queryable } from '#platform/db/index.ts';
import { CHAIN_START, decideEnd, decideLink, type ChainEnd, type Flaw } from './decide.ts';
import { EMPTY_TREE, growTree, type Frontier, type TreeNode } from './decide.tree.ts';
import type { VerifyReport } from './model.ts';
import { bad, hashEntry } from './queries.offline.ts';
import { readFrontier, rootOf, SHA256_TREE } from './queries.tree.ts';
import { firstBeyond, firstMissing, readMarks } from './store.checkpoints.ts';
import { readEnd, readHead, readLinks, type Head } from './store.ts';
import { nodesText, readNodesCompleted, readNodesText } from './store.tree.ts';

// A page is about what fits between the database and this process unread, and two are asked for ahead: so both work at the same time.
// It is also how long the server answers nobody else while it hashes: some milliseconds.
const PAGE = 500;
const PAGES_AHEAD = 2;

interface Mark {
  number: number;
  treeSize: number;
  root: string;
  head: string;
}

interface Walk {
  end: ChainEnd;
  tree: Frontier;
  /** Stored checkpoints still ahead, by size. */
  marks: Mark[];
}

/** Part of the ledger; left out: all of it. */
export interface VerifyRange {
  fromSeq?: number;
  toSeq?: number;
  /** Told after every few hundred entries how many were found good. */
  onProgress?(checked: number): void;
}

/**
 * Walks the stored chain from the first entry to the head, with its tree and the checkpoints in the database. Entries appended
 * meanwhile belong to the next walk. A walk that begins later takes the entry before it and the tree's nodes up to there as they are
 * stored, and looks at the ends of the ledger only where it reaches them.
 */
export async function verifyStored(on: Queryable, range: VerifyRange = {}): Promise<VerifyReport> {
  const head = await readHead(on);
  const [from, to] = [range.fromSeq ?? 1, range.toSeq ?? head.seq];
  const walk = await beginWalk(on, from, to);
  if ('reason' in walk) return bad(0, walk);
  const checked = (): number => walk.end.seq - (from - 1);
  for await (const page of pages(on, from - 1, to)) {
    const flaw = linksFlaw(walk, page.links) ?? (await treeFlaw(on, walk, page));
    if (flaw !== null) return bad(flaw.seq === 0 ? checked() : Math.max(0, Math.min(walk.end.seq, flaw.seq - 1) - (from - 1)), flaw);
    range.onProgress?.(checked());
  }
  const { end } = walk;
  const flaw = to === head.seq ? await endFlaw(on, walk, head) : shortFlaw(end, to);
  return flaw === null ? { verified: true, entries: checked(), head: end.hash } : bad(checked(), flaw);
}

/** Entries after `after` up to `to`, and the tree's nodes that end with one of them. */
interface Page {
  after: number;
  to: number;
  links: Awaited<ReturnType<typeof readLinks>>;
  nodes: string;
}

async function beginWalk(on: Queryable, from: number, to: number): Promise<Walk | Flaw> {
  const marks = (await readMarks(on, to)).filter(({ treeSize }) => treeSize >= from);
  if (from === 1) return { end: CHAIN_START, tree: EMPTY_TREE, marks };
  const [before] = await readLinks(on, from - 2, from - 1);
  if (before === undefined) return { seq: from - 1, reason: `entry ${from - 1} is missing` };
  const tree = await readFrontier(on, from - 1);
  if (tree === null) return { seq: from - 1, reason: `the tree of the first ${from - 1} entries lacks a node` };
  return { end: { seq: before.seq, hash: before.hash }, tree, marks };
}

/** What only shows where the ledger ends. */
async function endFlaw(on: Queryable, { end, tree }: Walk, head: Head): Promise<Flaw | null> {
  return decideEnd(end, head, await readEnd(on)) ?? peaksFlaw(tree, head.peaks) ?? (await checkpointsFlaw(on));
}

const shortFlaw = (end: ChainEnd, to: number): Flaw | null => (end.seq < to ? { seq: end.seq + 1, reason: `entry ${end.seq + 1} is missing` } : null);

/** The stored ledger after `first` up to `last` in equal stretches, whatever of it is there: a gap is for the reader to see. */
async function* pages(on: Queryable, first: number, last: number): AsyncGenerator<Page> {
  const read = async (after: number): Promise<Page> => {
    const to = Math.min(after + PAGE, last);
    const [links, nodes] = await Promise.all([readLinks(on, after, to), readNodesText(on, after, to)]);
    return { after, to, links, nodes };
  };
  const asked: Promise<Page>[] = [];
  const ask = (after: number): void => {
    const page = read(after);
    // Told when its turn comes; without this a page that fails while an earlier one is looked at would end the process.
    page.catch(() => {});
    asked.push(page);
  };
  let next = first;
  try {
    for (;;) {
      for (; next < last && asked.length <= PAGES_AHEAD; next += PAGE) ask(next);
      const page = asked.shift();
      if (page === undefined) return;
      yield await page;
    }
  } finally {
    // Whoever stops early leaves no statement behind on its connection.
    await Promise.allSettled(asked);
  }
}

function linksFlaw(walk: Walk, batch: Page['links']): Flaw | null {
  for (const entry of batch) {
    const flaw = decideLink(walk.end, entry, hashEntry);
    if (flaw !== null) return flaw;
    walk.end = { seq: entry.seq, hash: entry.hash };
  }
  return null;
}

/** Grows the tree by a batch, halting at each checkpoint's size, and compares the nodes it makes with those stored. */
async function treeFlaw(on: Queryable, walk: Walk, page: Page): Promise<Flaw | null> {
  const { links: batch } = page;
  const made: TreeNode[] = [];
  const begin = walk.tree.size;
  const grow = (to: number): void => {
    const grown = growTree(
      walk.tree,
      batch.slice(walk.tree.size - begin, to - begin).map(({ hash }) => hash),
      SHA256_TREE,
    );
    made.push(...grown.nodes);
    walk.tree = { size: grown.size, peaks: grown.peaks };
  };
  for (let [mark] = walk.marks; mark !== undefined && mark.treeSize <= begin + batch.length; [mark] = walk.marks) {
    grow(mark.treeSize);
    if (rootOf(walk.tree.peaks) !== mark.root || batch[mark.treeSize - begin - 1]?.hash !== mark.head)
      return { seq: mark.treeSize, reason: `the entries up to ${mark.treeSize} are not those checkpoint ${mark.number} was signed over` };
    walk.marks.shift();
  }
  grow(begin + batch.length);
  if (nodesText(made) === page.nodes) return null;
  const stored = await readNodesCompleted(on, page.after, page.to);
  // Nodes behind the last entry there is are no news: the chain's end says that its tail is gone.
  return nodesFlaw(
    made,
    stored.filter(({ lastSeq }) => lastSeq <= walk.tree.size),
  );
}

function nodesFlaw(made: readonly TreeNode[], stored: readonly TreeNode[]): Flaw | null {
  for (const [at, node] of made.entries()) {
    const found = stored[at];
    const named = `the tree's node of level ${node.level} that ends with entry ${node.lastSeq}`;
    if (found === undefined || found.lastSeq !== node.lastSeq || found.level !== node.level)
      return { seq: node.lastSeq, reason: `${named} is missing` };
    if (found.hash !== node.hash) return { seq: node.lastSeq, reason: `${named} was changed` };
  }
  const extra = stored[made.length];
  return extra === undefined ? null : { seq: extra.lastSeq, reason: `the tree has a node too many that ends with entry ${extra.lastSeq}` };
}

function peaksFlaw(tree: Frontier, peaks: readonly string[]): Flaw | null {
  if (tree.peaks.length === peaks.length && tree.peaks.every((peak, at) => peak === peaks[at])) return null;
  return { seq: tree.size, reason: `the head's roots are not those of the tree of ${tree.size} entries` };
}

/** A stored checkpoint of a larger tree (the tail was cut, head and all), or one that is gone. */
async function checkpointsFlaw(on: Queryable): Promise<Flaw | null> {
  const missing = await firstMissing(on);
  if (missing !== null) return { seq: 0, reason: `checkpoint ${missing} is missing` };
  const beyond = await firstBeyond(on);
  if (beyond === null) return null;
  const { seq, number, treeSize } = beyond;
  return { seq: seq + 1, reason: `entry ${seq + 1} is missing: the chain ends at ${seq}, checkpoint ${number} covers ${treeSize}` };
}

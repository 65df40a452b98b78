import type { Queryable } from '#platform/db/index.ts';
import { CHAIN_START, decideEnd, decideLink, type ChainEnd, type Flaw } from './decide.ts';
import { EMPTY_TREE, growTree, type Frontier, type TreeNode } from './decide.tree.ts';
import type { VerifyReport } from './model.ts';
import { bad, hashEntry } from './queries.offline.ts';
import { rootOf, SHA256_TREE } from './queries.tree.ts';
import { firstBeyond, firstMissing, readMarks } from './store.checkpoints.ts';
import { readEnd, readHead, readLinks } from './store.ts';
import { readNodesCompleted } from './store.tree.ts';

// Large enough that round trips do not count, small enough to stay in memory: 2,000 rows of 1 KiB are 2 MB.
const VERIFY_BATCH = 2000;

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

/**
 * Walks the stored chain from the first entry to the head, with its tree and the checkpoints in the database. Entries appended
 * meanwhile belong to the next walk.
 */
export async function verifyStored(on: Queryable): Promise<VerifyReport> {
  const head = await readHead(on);
  const walk: Walk = { end: CHAIN_START, tree: EMPTY_TREE, marks: await readMarks(on, head.seq) };
  const read = (after: number) =>
    Promise.all([readLinks(on, after, head.seq, VERIFY_BATCH), readNodesCompleted(on, after, Math.min(after + VERIFY_BATCH, head.seq))]);
  let reading = read(0);
  for (;;) {
    const [batch, nodes] = await reading;
    const last = batch.at(-1);
    // The database reads on while this process hashes.
    if (last !== undefined && batch.length === VERIFY_BATCH) reading = read(last.seq);
    const flaw = linksFlaw(walk, batch) ?? treeFlaw(walk, batch, nodes);
    if (flaw !== null) {
      await reading;
      return bad(flaw.seq === 0 ? walk.end.seq : Math.min(walk.end.seq, flaw.seq - 1), flaw);
    }
    if (batch.length < VERIFY_BATCH) break;
  }
  const { end, tree } = walk;
  const flaw = decideEnd(end, head, await readEnd(on)) ?? peaksFlaw(tree, head.peaks) ?? (await checkpointsFlaw(on));
  return flaw === null ? { verified: true, entries: end.seq, head: end.hash } : bad(end.seq, flaw);
}

function linksFlaw(walk: Walk, batch: Awaited<ReturnType<typeof readLinks>>): Flaw | null {
  for (const entry of batch) {
    const flaw = decideLink(walk.end, entry, hashEntry);
    if (flaw !== null) return flaw;
    walk.end = { seq: entry.seq, hash: entry.hash };
  }
  return null;
}

/** Grows the tree by a batch, halting at each checkpoint's size, and compares the nodes it makes with those stored. */
function treeFlaw(walk: Walk, batch: readonly { hash: string }[], stored: readonly TreeNode[]): Flaw | null {
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

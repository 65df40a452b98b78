import { hash } from 'node:crypto';
import { AppError } from '#kernel/errors.ts';
import type { Queryable } from '#platform/db/index.ts';
import { consistencySpans, foldPeaks, inclusionSpans, nodesOf, type Frontier, type NodeRef, type Span, type TreeHash } from './decide.tree.ts';
import type { ConsistencyProof, InclusionProof } from './model.ts';
import { readHead } from './store.ts';
import { readNodes } from './store.tree.ts';

// Written over at each call: these two are half of what walking the ledger costs, and nothing here waits between writing and hashing.
const LEAF = Buffer.alloc(33);
const NODE = Buffer.alloc(65, 1);

/** RFC 6962 section 2.1 with SHA-256; leaf data and hashes are hexadecimal. */
export const SHA256_TREE: TreeHash = {
  leaf(data) {
    const fits = data.length === 64 && LEAF.write(data, 1, 'hex') === 32;
    // Not an entry's hash: vectors of the RFC, and whatever a stranger sends.
    return hash('sha256', fits ? LEAF : Buffer.concat([LEAF.subarray(0, 1), Buffer.from(data, 'hex')]));
  },
  node(left, right) {
    const fits = left.length === 64 && right.length === 64 && NODE.write(left, 1, 'hex') === 32 && NODE.write(right, 33, 'hex') === 32;
    // What is no hash is hashed as it is, and never together with what stood here before.
    return hash('sha256', fits ? NODE : Buffer.concat([NODE.subarray(0, 1), Buffer.from(`${left}:${right}`)]));
  },
};

/** SHA-256 of nothing: the root of the empty tree. */
export const EMPTY_ROOT = hash('sha256', '');

export const rootOf = (peaks: readonly string[]): string => (peaks.length === 0 ? EMPTY_ROOT : foldPeaks(peaks, SHA256_TREE));

/**
 * That entry `seq` is in the tree of `treeSize` entries (default: all). Two statements, however long the ledger is. AppError not_found
 * for an entry that is not there, invalid for a size that is not.
 */
export async function proveInclusion(on: Queryable, seq: number, treeSize?: number): Promise<InclusionProof> {
  const size = await sizeAsked(on, treeSize);
  if (!Number.isSafeInteger(seq) || seq < 1 || seq > size)
    throw new AppError('not_found', `There is no entry ${seq} in the tree of ${size} entries.`, { code: 'entry_missing' });
  const own = { from: seq - 1, to: seq };
  const [leaf, root, ...path] = await hashesOf(on, [own, { from: 0, to: size }, ...inclusionSpans(seq - 1, size)]);
  return { seq, treeSize: size, leafHash: leaf ?? '', root: root ?? '', path };
}

/** That the tree of `first` entries is the beginning of that of `second` (default: all). */
export async function proveConsistency(on: Queryable, first: number, second?: number): Promise<ConsistencyProof> {
  const size = await sizeAsked(on, second);
  if (!Number.isSafeInteger(first) || first < 1 || first > size)
    throw new AppError('invalid', `first must be from 1 to ${size}.`, { code: 'tree_size_unknown' });
  const [firstRoot, secondRoot, ...path] = await hashesOf(on, [{ from: 0, to: first }, { from: 0, to: size }, ...consistencySpans(first, size)]);
  return { first, second: size, firstRoot: firstRoot ?? '', secondRoot: secondRoot ?? '', path };
}

async function sizeAsked(on: Queryable, asked: number | undefined): Promise<number> {
  const { seq } = await readHead(on);
  const size = asked ?? seq;
  if (!Number.isSafeInteger(size) || size < 1 || size > seq)
    throw new AppError('invalid', `There is no tree of ${size} entries; the ledger has ${seq}.`, { code: 'tree_size_unknown' });
  return size;
}

const keyOf = ({ level, lastSeq }: NodeRef): string => `${level}:${lastSeq}`;

/** Tree hashes of spans, all their nodes read at once. */
async function hashesOf(on: Queryable, spans: readonly Span[]): Promise<string[]> {
  const wanted = new Map(spans.flatMap(nodesOf).map((node) => [keyOf(node), node]));
  const found = new Map(
    (await readNodes(on, [...wanted.values()])).map((node) => [keyOf(node), node.level === 0 ? SHA256_TREE.leaf(node.hash) : node.hash]),
  );
  return spans.map((span) =>
    foldPeaks(
      nodesOf(span).map((node) => {
        const known = found.get(keyOf(node));
        if (known === undefined)
          throw new AppError('internal', `The ledger's tree lacks the node of level ${node.level} that ends with entry ${node.lastSeq}.`, {
            code: 'tree_node_missing',
            hint: 'Run `reeve ledger verify`.',
          });
        return known;
      }),
      SHA256_TREE,
    ),
  );
}

/** The tree of the first `size` entries by its stored nodes; null: one of them is missing. */
export async function readFrontier(on: Queryable, size: number): Promise<Frontier | null> {
  const wanted = nodesOf({ from: 0, to: size });
  const found = new Map((await readNodes(on, wanted)).map((node) => [keyOf(node), node]));
  const peaks = wanted.flatMap((node) => {
    const stored = found.get(keyOf(node));
    return stored === undefined ? [] : [node.level === 0 ? SHA256_TREE.leaf(stored.hash) : stored.hash];
  });
  return peaks.length === wanted.length ? { size, peaks } : null;
}

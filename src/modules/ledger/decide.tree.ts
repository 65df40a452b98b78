/**
 * The geometry of RFC 6962's Merkle tree, without a hash function of its own. Leaves are counted from 0 (leaf `i` is entry
 * `i + 1`); hashes are lower-case hexadecimal. Sizes stay below 2^53, so nothing here uses 32-bit operators.
 */
export interface TreeHash {
  /** SHA-256 over 0x00 and the leaf's bytes. */
  leaf(data: string): string;
  /** SHA-256 over 0x01 and both children. */
  node(left: string, right: string): string;
}

/** A complete subtree: the 2^level leaves that end with entry `lastSeq`. Level 0 is one entry. */
export interface NodeRef {
  level: number;
  lastSeq: number;
}

export interface TreeNode extends NodeRef {
  hash: string;
}

/** Leaves `from` (inclusive) to `to` (exclusive). */
export interface Span {
  from: number;
  to: number;
}

/** A tree that may grow: its size and the roots of its complete subtrees, largest first. */
export interface Frontier {
  size: number;
  peaks: readonly string[];
}

export const EMPTY_TREE: Frontier = { size: 0, peaks: [] };

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

/** The largest power of two below `n`; `n` is 2 or more. */
function splitOf(n: number): number {
  let power = 1;
  while (power * 2 < n) power *= 2;
  return power;
}

/** The complete subtrees that make up `span`, largest first. `span` begins where a subtree of its size may begin. */
export function nodesOf(span: Span): NodeRef[] {
  const nodes: NodeRef[] = [];
  let at = span.from;
  while (at < span.to) {
    let [size, level] = [1, 0];
    while (size * 2 <= span.to - at) [size, level] = [size * 2, level + 1];
    at += size;
    nodes.push({ level, lastSeq: at });
  }
  return nodes;
}

/** Merkle tree hash of consecutive complete subtrees, largest first; at least one. */
export function foldPeaks(peaks: readonly string[], hash: TreeHash): string {
  const last = peaks.at(-1);
  if (last === undefined) throw new RangeError('an empty tree has no node to fold');
  return peaks.slice(0, -1).reduceRight((right, left) => hash.node(left, right), last);
}

/** Adds the leaves to the tree; `nodes` are the inner nodes that became complete, in the order they did. */
export function growTree(tree: Frontier, leaves: readonly string[], hash: TreeHash): Frontier & { nodes: TreeNode[] } {
  const peaks = [...tree.peaks];
  const nodes: TreeNode[] = [];
  let { size } = tree;
  for (const data of leaves) {
    let top = hash.leaf(data);
    size += 1;
    let [rest, level] = [size, 0];
    while (rest % 2 === 0) {
      const left = peaks.pop();
      if (left === undefined) throw new RangeError(`a tree of ${size} leaves lacks a peak at level ${level}`);
      level += 1;
      rest = half(rest);
      top = hash.node(left, top);
      nodes.push({ level, lastSeq: size, hash: top });
    }
    peaks.push(top);
  }
  return { size, peaks, nodes };
}

/** RFC 6962 section 2.1.1, PATH(m, D[n]): the spans whose hashes prove that leaf `index` is in the tree of `size`. */
export function inclusionSpans(index: number, size: number): Span[] {
  const walk = (m: number, from: number, to: number): Span[] => {
    if (to - from <= 1) return [];
    const k = splitOf(to - from);
    return m < k ? [...walk(m, from, from + k), { from: from + k, to }] : [...walk(m - k, from + k, to), { from, to: from + k }];
  };
  return walk(index, 0, size);
}

/** RFC 6962 section 2.1.2, PROOF(m, D[n]): the spans whose hashes prove that the tree of `first` is the beginning of that of `second`. */
export function consistencySpans(first: number, second: number): Span[] {
  const walk = (m: number, span: Span, whole: boolean): Span[] => {
    const { from, to } = span;
    if (m === to - from) return whole ? [] : [span];
    const k = splitOf(to - from);
    if (m <= k) return [...walk(m, { from, to: from + k }, whole), { from: from + k, to }];
    return [...walk(m - k, { from: from + k, to }, false), { from, to: from + k }];
  };
  return first === 0 ? [] : walk(first, { from: 0, to: second }, true);
}

export interface InclusionClaim {
  /** Of the leaf, from 0. */
  index: number;
  size: number;
  leafHash: string;
  path: readonly string[];
  root: string;
}

/** RFC 9162 section 2.1.3.2. */
export function isIncluded(claim: InclusionClaim, hash: TreeHash): boolean {
  const { index, size, path } = claim;
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size) return false;
  let [fn, sn, running] = [index, size - 1, claim.leafHash];
  for (const sibling of path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      running = hash.node(sibling, running);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else running = hash.node(running, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && running === claim.root;
}

export interface ConsistencyClaim {
  first: number;
  second: number;
  firstRoot: string;
  secondRoot: string;
  path: readonly string[];
}

/** RFC 9162 section 2.1.4.2. */
export function isConsistent(claim: ConsistencyClaim, hash: TreeHash): boolean {
  const { first, second, firstRoot, secondRoot } = claim;
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return claim.path.length === 0 && firstRoot === secondRoot;
  const path = isPowerOfTwo(first) ? [firstRoot, ...claim.path] : claim.path;
  const [start, ...rest] = path;
  if (start === undefined) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start, start];
  for (const next of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [hash.node(next, fr), hash.node(next, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = hash.node(sr, next);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr === firstRoot && sr === secondRoot;
}

function isPowerOfTwo(n: number): boolean {
  let rest = n;
  while (rest % 2 === 0) rest /= 2;
  return rest === 1;
}

import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  consistencySpans,
  EMPTY_TREE,
  foldPeaks,
  growTree,
  inclusionSpans,
  isConsistent,
  isIncluded,
  nodesOf,
  type Span,
  type TreeHash,
} from './decide.tree.ts';
import { rootOf, SHA256_TREE } from './queries.tree.ts';

// Leaves and roots of the reference implementation of RFC 6962 (certificate-transparency, merkletree tests).
const LEAVES = ['', '00', '10', '2021', '3031', '40414243', '5051525354555657', '606162636465666768696a6b6c6d6e6f'];
const ROOTS = [
  '6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d',
  'fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125',
  'aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77',
  'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  '4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4',
  '76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef',
  'ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c',
  '5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328',
];

/** The definition of RFC 6962 section 2.1, as it is written there. */
function slowRoot(leaves: readonly string[], hash: TreeHash): string {
  if (leaves.length === 0) return createHash('sha256').digest('hex');
  if (leaves.length === 1) return hash.leaf(leaves[0] ?? '');
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return hash.node(slowRoot(leaves.slice(0, k), hash), slowRoot(leaves.slice(k), hash));
}

const grown = (leaves: readonly string[]) => growTree(EMPTY_TREE, leaves, SHA256_TREE);
const made = (n: number): string[] => Array.from({ length: n }, (_, i) => createHash('sha256').update(`${i}`).digest('hex'));

/** A proof's hashes from stored nodes and leaves only, as the database has them. */
function hashesOf(spans: readonly Span[], leaves: readonly string[]): string[] {
  const stored = new Map(grown(leaves).nodes.map((node) => [`${node.level}:${node.lastSeq}`, node.hash]));
  leaves.forEach((leaf, i) => stored.set(`0:${i + 1}`, SHA256_TREE.leaf(leaf)));
  return spans.map((span) =>
    foldPeaks(
      nodesOf(span).map(({ level, lastSeq }) => stored.get(`${level}:${lastSeq}`) ?? 'missing'),
      SHA256_TREE,
    ),
  );
}

test('the roots of the reference implementation come out for its eight leaves', () => {
  const roots = LEAVES.map((_, i) => foldPeaks(grown(LEAVES.slice(0, i + 1)).peaks, SHA256_TREE));
  expect(roots).toEqual(ROOTS);
});

test('the inclusion and consistency paths of the reference implementation come out', () => {
  expect(hashesOf(inclusionSpans(0, 8), LEAVES)).toEqual([
    '96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7',
    '5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e',
    '6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4',
  ]);
  expect(hashesOf(consistencySpans(6, 8), LEAVES)).toEqual([
    '0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a',
    'ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0',
    'd37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7',
  ]);
});

test('a tree grown in pieces has the root of the slow definition', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 40 }), { maxLength: 6 }), (pieces) => {
      const all = made(pieces.reduce((sum, n) => sum + n, 0));
      let tree: { size: number; peaks: readonly string[] } = EMPTY_TREE;
      for (const n of pieces) tree = growTree(tree, all.slice(tree.size, tree.size + n), SHA256_TREE);
      expect(tree.size).toBe(all.length);
      expect(rootOf(tree.peaks)).toBe(slowRoot(all, SHA256_TREE));
    }),
  );
});

test('every inclusion proof holds for its leaf and for no other, in O(log n) hashes', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.nat(), fc.nat(), (size, a, b) => {
      const [index, other] = [a % size, b % size];
      const leaves = made(size);
      const claim = {
        index,
        size,
        leafHash: SHA256_TREE.leaf(leaves[index] ?? ''),
        path: hashesOf(inclusionSpans(index, size), leaves),
        root: slowRoot(leaves, SHA256_TREE),
      };
      expect(isIncluded(claim, SHA256_TREE)).toBe(true);
      expect(claim.path.length).toBeLessThanOrEqual(Math.ceil(Math.log2(size)));
      expect(isIncluded({ ...claim, index: other }, SHA256_TREE)).toBe(other === index);
      expect(isIncluded({ ...claim, leafHash: SHA256_TREE.leaf(leaves[other] ?? '') }, SHA256_TREE)).toBe(other === index);
      expect(isIncluded({ ...claim, path: [...claim.path, claim.root] }, SHA256_TREE)).toBe(false);
    }),
  );
});

test('every consistency proof holds, and not when either history is another', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 150 }), fc.nat(), (second, a) => {
      const first = 1 + (a % second);
      const leaves = made(second);
      const claim = {
        first,
        second,
        firstRoot: slowRoot(leaves.slice(0, first), SHA256_TREE),
        secondRoot: slowRoot(leaves, SHA256_TREE),
        path: hashesOf(consistencySpans(first, second), leaves),
      };
      expect(isConsistent(claim, SHA256_TREE)).toBe(true);
      const rewritten = slowRoot(['ff'.repeat(32), ...leaves.slice(1, first)], SHA256_TREE);
      expect(isConsistent({ ...claim, firstRoot: rewritten }, SHA256_TREE)).toBe(false);
      expect(isConsistent({ ...claim, secondRoot: rewritten }, SHA256_TREE)).toBe(false);
    }),
  );
});

test('numbers that make no tree are refused', () => {
  const claim = { index: 0, size: 1, leafHash: 'a', path: [], root: 'a' };
  expect(isIncluded(claim, SHA256_TREE)).toBe(true);
  for (const wrong of [{ index: 1 }, { index: -1 }, { size: 0 }, { size: Number.NaN }, { index: 0.5 }])
    expect(isIncluded({ ...claim, ...wrong }, SHA256_TREE)).toBe(false);
  expect(isConsistent({ first: 0, second: 1, firstRoot: '', secondRoot: 'a', path: [] }, SHA256_TREE)).toBe(false);
  expect(isConsistent({ first: 2, second: 1, firstRoot: 'a', secondRoot: 'a', path: [] }, SHA256_TREE)).toBe(false);
});

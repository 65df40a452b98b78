/** Bytes as git's own test sees them: a NUL early on is no text. */
export const isBinary = (content: Buffer): boolean => content.subarray(0, 8000).includes(0);

/** A text by its lines. */
export interface Text {
  content: Buffer;
  /** Each line, with its line feed, as a number; the last one may lack the feed. */
  lines: Int32Array;
  /** Where each line begins, and where the last one ends. */
  starts: Int32Array;
}

/** Gives equal lines the same number, in all texts it is asked about. */
export interface Numbering {
  text(content: Buffer): Text;
  /** Different lines so far. */
  size(): number;
}

export function createNumbering(): Numbering {
  const known = new Map<string, number>();
  return {
    size: () => known.size,
    text(content) {
      // One character for each byte: nothing is decoded, so what is no UTF-8 stays what it is.
      const all = content.toString('latin1');
      const lines: number[] = [];
      const starts: number[] = [0];
      for (let at = 0; at < all.length;) {
        const end = all.indexOf('\n', at) + 1 || all.length;
        const line = all.slice(at, end);
        const before = known.get(line);
        if (before === undefined) known.set(line, known.size);
        lines.push(before ?? known.size - 1);
        starts.push(end);
        at = end;
      }
      return { content, lines: Int32Array.from(lines), starts: Int32Array.from(starts) };
    },
  };
}

/** Steps of a search that is given up: the answer would hold up everything else in this process. */
const MOST_STEPS = 500_000;

/**
 * Lines added and deleted by a shortest way from one text to the other: what `git diff --minimal --numstat` counts, because
 * all shortest ways have the same length. Null: too far apart to look for it here.
 */
export function countChanges(before: Int32Array, after: Int32Array): { added: number; deleted: number } | null {
  const [a, b] = withoutEnds(before, after);
  const [inA, inB] = [new Set(a), new Set(b)];
  // A line that the other side does not have at all is changed, whatever the rest.
  const common = lengthOfCommon(
    a.filter((line) => inB.has(line)),
    b.filter((line) => inA.has(line)),
  );
  return common === null ? null : { added: b.length - common, deleted: a.length - common };
}

function withoutEnds(a: Int32Array, b: Int32Array): [Int32Array, Int32Array] {
  const most = Math.min(a.length, b.length);
  let start = 0;
  while (start < most && a[start] === b[start]) start += 1;
  let end = 0;
  while (end < most - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  return [a.subarray(start, a.length - end), b.subarray(start, b.length - end)];
}

/** Myers, "An O(ND) Difference Algorithm" (1986), the length alone. */
function lengthOfCommon(a: Int32Array, b: Int32Array): number | null {
  const [n, m] = [a.length, b.length];
  if (n === 0 || m === 0) return 0;
  const most = n + m;
  const furthest = new Int32Array(2 * most + 2);
  let steps = 0;
  for (let d = 0; d <= most; d += 1) {
    for (let k = -d; k <= d; k += 2) {
      const down = furthest[most + k + 1] ?? 0;
      const right = (furthest[most + k - 1] ?? 0) + 1;
      let x = k === -d || (k !== d && right <= down) ? down : right;
      const from = x;
      while (x < n && x - k < m && a[x] === b[x - k]) x += 1;
      furthest[most + k] = x;
      if (x >= n && x - k >= m) return (n + m - d) / 2;
      steps += 1 + x - from;
    }
    if (steps > MOST_STEPS) return null;
  }
  return null;
}

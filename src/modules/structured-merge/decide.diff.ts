/** One place where `after` differs from `before`: items `[start, end)` were replaced by `[otherStart, otherEnd)`. */
export interface Hunk {
  start: number;
  end: number;
  otherStart: number;
  otherEnd: number;
}

/** More differences than this within one stretch are not aligned item by item: it counts as replaced as a whole. */
const MOST_DIFFERENCES = 1500;

/**
 * Where two lists differ, aligned as people read them: first on items that are unique in both (patience diff), between those
 * by the shortest edit script (Myers 1986). Hunks are in order and never touch.
 */
export function diffItems(before: readonly string[], after: readonly string[]): Hunk[] {
  const ids = new Map<string, number>();
  const idOf = (item: string): number => {
    const known = ids.get(item);
    if (known !== undefined) return known;
    ids.set(item, ids.size);
    return ids.size - 1;
  };
  const a = Int32Array.from(before, idOf);
  const b = Int32Array.from(after, idOf);
  const hunks: Hunk[] = [];
  const add = (hunk: Hunk): void => {
    const last = hunks.at(-1);
    if (last !== undefined && last.end === hunk.start && last.otherEnd === hunk.otherStart) {
      last.end = hunk.end;
      last.otherEnd = hunk.otherEnd;
    } else hunks.push(hunk);
  };
  compare(a, b, { start: 0, end: a.length, otherStart: 0, otherEnd: b.length }, add);
  return hunks;
}

/**
 * An insertion or deletion among equal items can be seen at several places (`.not` in `x.not.to`): all are put as far down as
 * they go, so that the same change made on both sides is seen at the same place.
 */
export function slideDown(a: readonly string[], b: readonly string[], hunks: readonly Hunk[]): Hunk[] {
  const slid: Hunk[] = [];
  for (let at = hunks.length - 1; at >= 0; at -= 1) {
    const hunk = { ...(hunks[at] ?? NOTHING) };
    const limit = slid.at(-1)?.start ?? a.length;
    const inserted = hunk.start === hunk.end;
    if (inserted || hunk.otherStart === hunk.otherEnd) {
      while (hunk.end < limit && (inserted ? b[hunk.otherStart] === b[hunk.otherEnd] : a[hunk.start] === a[hunk.end])) {
        hunk.start += 1;
        hunk.end += 1;
        hunk.otherStart += 1;
        hunk.otherEnd += 1;
      }
    }
    const next = slid.at(-1);
    if (next !== undefined && next.start === hunk.end && next.otherStart === hunk.otherEnd) {
      slid[slid.length - 1] = { start: hunk.start, end: next.end, otherStart: hunk.otherStart, otherEnd: next.otherEnd };
    } else slid.push(hunk);
  }
  return slid.reverse();
}

const NOTHING: Hunk = { start: 0, end: 0, otherStart: 0, otherEnd: 0 };

function compare(a: Int32Array, b: Int32Array, within: Hunk, add: (hunk: Hunk) => void): void {
  let { start, end, otherStart, otherEnd } = within;
  while (start < end && otherStart < otherEnd && a[start] === b[otherStart]) {
    start += 1;
    otherStart += 1;
  }
  while (start < end && otherStart < otherEnd && a[end - 1] === b[otherEnd - 1]) {
    end -= 1;
    otherEnd -= 1;
  }
  if (start === end && otherStart === otherEnd) return;
  const rest = { start, end, otherStart, otherEnd };
  if (start === end || otherStart === otherEnd) {
    add(rest);
    return;
  }
  const anchors = uniqueAnchors(a, b, rest);
  if (anchors.length === 0) {
    shortestEdit(a, b, rest, add);
    return;
  }
  for (const [at, otherAt] of [...anchors, [end, otherEnd] as const]) {
    compare(a, b, { start, end: at, otherStart, otherEnd: otherAt }, add);
    start = at + 1;
    otherStart = otherAt + 1;
  }
}

/** Pairs of items that occur once on each side, in the longest order both sides share. */
function uniqueAnchors(a: Int32Array, b: Int32Array, { start, end, otherStart, otherEnd }: Hunk): Array<readonly [number, number]> {
  const seen = new Map<number, { at: number; times: number; otherAt: number; otherTimes: number }>();
  for (let at = start; at < end; at += 1) {
    const found = seen.get(a[at] ?? -1);
    if (found === undefined) seen.set(a[at] ?? -1, { at, times: 1, otherAt: -1, otherTimes: 0 });
    else found.times += 1;
  }
  for (let at = otherStart; at < otherEnd; at += 1) {
    const found = seen.get(b[at] ?? -1);
    if (found === undefined) continue;
    found.otherAt = at;
    found.otherTimes += 1;
  }
  const pairs = [...seen.values()].filter((one) => one.times === 1 && one.otherTimes === 1);
  return longestRising(pairs.map((one) => [one.at, one.otherAt] as const));
}

function longestRising(pairs: ReadonlyArray<readonly [number, number]>): Array<readonly [number, number]> {
  const tails: number[] = [];
  const previous: number[] = [];
  pairs.forEach(([, value], index) => {
    let low = 0;
    let high = tails.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((pairs[tails[middle] ?? 0]?.[1] ?? 0) < value) low = middle + 1;
      else high = middle;
    }
    previous[index] = low === 0 ? -1 : (tails[low - 1] ?? -1);
    tails[low] = index;
  });
  const rising: Array<readonly [number, number]> = [];
  for (let at = tails.at(-1) ?? -1; at >= 0; at = previous[at] ?? -1) {
    const pair = pairs[at];
    if (pair !== undefined) rising.push(pair);
  }
  return rising.reverse();
}

/** Myers' greedy algorithm with its whole trace kept; stretches are short by the time they come here. */
function shortestEdit(a: Int32Array, b: Int32Array, within: Hunk, add: (hunk: Hunk) => void): void {
  const { start, otherStart } = within;
  const n = within.end - start;
  const m = within.otherEnd - otherStart;
  const most = Math.min(n + m, MOST_DIFFERENCES);
  const offset = most + 1;
  const reach = new Int32Array(2 * most + 3);
  const trace: Int32Array[] = [];
  for (let d = 0; d <= most; d += 1) {
    trace.push(reach.slice(offset - d - 1, offset + d + 2));
    for (let k = -d; k <= d; k += 2) {
      const down = k === -d || (k !== d && (reach[offset + k - 1] ?? 0) < (reach[offset + k + 1] ?? 0));
      let x = down ? (reach[offset + k + 1] ?? 0) : (reach[offset + k - 1] ?? 0) + 1;
      while (x < n && x - k < m && a[start + x] === b[otherStart + x - k]) x += 1;
      reach[offset + k] = x;
      if (x >= n && x - k >= m) {
        for (const hunk of walkBack(trace, d, { x: n, y: m })) {
          add({
            start: start + hunk.start,
            end: start + hunk.end,
            otherStart: otherStart + hunk.otherStart,
            otherEnd: otherStart + hunk.otherEnd,
          });
        }
        return;
      }
    }
  }
  add(within);
}

function walkBack(trace: readonly Int32Array[], found: number, from: { x: number; y: number }): Hunk[] {
  const hunks: Hunk[] = [];
  let { x, y } = from;
  for (let d = found; d > 0; d -= 1) {
    // The row of step d covers the diagonals -d-1 to d+1.
    const row = trace[d] ?? new Int32Array();
    const reachOf = (k: number): number => row[k + d + 1] ?? 0;
    const k = x - y;
    const down = k === -d || (k !== d && reachOf(k - 1) < reachOf(k + 1));
    const before = down ? k + 1 : k - 1;
    const beforeX = reachOf(before);
    const beforeY = beforeX - before;
    hunks.push(
      down
        ? { start: beforeX, end: beforeX, otherStart: beforeY, otherEnd: beforeY + 1 }
        : { start: beforeX, end: beforeX + 1, otherStart: beforeY, otherEnd: beforeY },
    );
    x = beforeX;
    y = beforeY;
  }
  return hunks.reverse();
}

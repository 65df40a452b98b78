/** Lines `[at, at + count)` of the base became lines `[otherAt, otherAt + otherCount)` of the other text. */
export interface Hunk {
  at: number;
  count: number;
  otherAt: number;
  otherCount: number;
}

/** Git's own limit (`max_chain_length` in xhistogram.c): lines more frequent than this are no anchors. */
const MOST_OCCURRENCES = 64;
/** Beyond these the search is left to git: it would hold up everything else in this process. */
const MOST_STEPS = 500_000;
const MOST_DEPTH = 400;

class GiveUp extends Error {}

interface Side {
  lines: Int32Array;
  changed: Uint8Array;
}

interface Search {
  a: Side;
  b: Side;
  steps: number;
}

/**
 * The differences of two texts (lines as numbers) exactly as git's histogram diff finds them (xhistogram.c, then
 * `xdl_change_compact` of xdiffi.c), which is what merge-ort merges by. Null where git would go on with another algorithm, where
 * versions of git differ, or where it takes long: git must say.
 */
export function diffByHistogram(base: Int32Array, other: Int32Array): Hunk[] | null {
  const a: Side = { lines: base, changed: new Uint8Array(base.length) };
  const b: Side = { lines: other, changed: new Uint8Array(other.length) };
  try {
    divide({ a, b, steps: 0 }, { a: 0, aEnd: base.length, b: 0, bEnd: other.length }, 0);
    compact(a, b);
    compact(b, a);
  } catch (error) {
    if (error instanceof GiveUp) return null;
    throw error;
  }
  return toHunks(a.changed, b.changed);
}

/** Lines from the first to before the second. */
interface Region {
  a: number;
  aEnd: number;
  b: number;
  bEnd: number;
}

function divide(search: Search, given: Region, depth: number): void {
  if (depth > MOST_DEPTH) throw new GiveUp();
  let region = given;
  for (;;) {
    const { a, aEnd, b, bEnd } = region;
    const anchor = a < aEnd && b < bEnd ? findAnchor(search, region) : null;
    if (anchor === null) {
      search.a.changed.fill(1, a, aEnd);
      search.b.changed.fill(1, b, bEnd);
      return;
    }
    divide(search, { a, aEnd: anchor.a, b, bEnd: anchor.b }, depth + 1);
    region = { a: anchor.aEnd, aEnd, b: anchor.bEnd, bEnd };
  }
}

interface Occurrences {
  /** In ascending order. */
  places: number[];
}

/** The longest run of lines that both have, among those with the rarest line (`find_lcs`). Null: they have none in common. */
function findAnchor(search: Search, region: Region): Region | null {
  const byLine = new Map<number, Occurrences>();
  for (let at = region.a; at < region.aEnd; at += 1) {
    const line = search.a.lines[at] ?? -1;
    const known = byLine.get(line);
    if (known === undefined) byLine.set(line, { places: [at] });
    else known.places.push(at);
  }
  search.steps += region.aEnd - region.a + region.bEnd - region.b;
  if (search.steps > MOST_STEPS) throw new GiveUp();
  const finder: Finder = { search, region, byLine, best: null, rarest: MOST_OCCURRENCES + 1, hasCommon: false };
  for (let at = region.b; at < region.bEnd;) at = tryAnchors(finder, at);
  // Git goes on with its classic algorithm here.
  if (finder.hasCommon && finder.rarest > MOST_OCCURRENCES) throw new GiveUp();
  return finder.best;
}

interface Finder {
  search: Search;
  region: Region;
  byLine: ReadonlyMap<number, Occurrences>;
  best: Region | null;
  rarest: number;
  hasCommon: boolean;
}

/** `try_lcs`: answers which line of the other text to try next. */
function tryAnchors(finder: Finder, at: number): number {
  const places = finder.byLine.get(finder.search.b.lines[at] ?? -1)?.places;
  if (places === undefined) return at + 1;
  finder.hasCommon = true;
  if (places.length > finder.rarest) return at + 1;
  let next = at + 1;
  let passed = -1;
  for (const [index, place] of places.entries()) {
    // Where one run went past it, a line begins no run of its own; the first is always tried.
    if (index > 0 && place < passed) continue;
    const { run, rarest } = extend(finder, place, at);
    passed = run.aEnd;
    next = Math.max(next, run.bEnd);
    const longest = finder.best === null ? 0 : finder.best.aEnd - finder.best.a - 1;
    if (longest < run.aEnd - run.a - 1 || rarest < finder.rarest) {
      finder.best = run;
      finder.rarest = rarest;
    }
  }
  return next;
}

function extend({ search, region, byLine }: Finder, place: number, at: number): { run: Region; rarest: number } {
  const [a, b] = [search.a.lines, search.b.lines];
  const timesOf = (line: number): number => byLine.get(a[line] ?? -1)?.places.length ?? 0;
  const run: Region = { a: place, aEnd: place + 1, b: at, bEnd: at + 1 };
  let rarest = timesOf(place);
  while (run.a > region.a && run.b > region.b && a[run.a - 1] === b[run.b - 1]) {
    run.a -= 1;
    run.b -= 1;
    if (rarest > 1) rarest = Math.min(rarest, timesOf(run.a));
  }
  while (run.aEnd < region.aEnd && run.bEnd < region.bEnd && a[run.aEnd] === b[run.bEnd]) {
    if (rarest > 1) rarest = Math.min(rarest, timesOf(run.aEnd));
    run.aEnd += 1;
    run.bEnd += 1;
  }
  search.steps += run.aEnd - run.a;
  if (search.steps > MOST_STEPS) throw new GiveUp();
  return { run, rarest };
}

/** A run of changed lines, perhaps empty, before an unchanged one. */
interface Group {
  start: number;
  end: number;
}

const groupAt = ({ changed }: Side, start: number): Group => {
  let end = start;
  while (changed[end] === 1) end += 1;
  return { start, end };
};

function groupBefore({ changed }: Side, group: Group): Group {
  const end = group.start - 1;
  let start = end;
  while (start > 0 && changed[start - 1] === 1) start -= 1;
  return { start, end };
}

function slideUp({ lines, changed }: Side, group: Group): boolean {
  if (group.start === 0 || lines[group.start - 1] !== lines[group.end - 1]) return false;
  group.start -= 1;
  group.end -= 1;
  changed[group.start] = 1;
  changed[group.end] = 0;
  while (group.start > 0 && changed[group.start - 1] === 1) group.start -= 1;
  return true;
}

function slideDown({ lines, changed }: Side, group: Group): boolean {
  if (group.end >= lines.length || lines[group.start] !== lines[group.end]) return false;
  changed[group.start] = 0;
  changed[group.end] = 1;
  group.start += 1;
  group.end += 1;
  while (changed[group.end] === 1) group.end += 1;
  return true;
}

/** `xdl_change_compact`: moves each run of changed lines as far as it goes, down or beside one of the other text. */
function compact(side: Side, other: Side): void {
  let group = groupAt(side, 0);
  let beside = groupAt(other, 0);
  for (;;) {
    if (group.end > group.start) beside = settle(side, other, group, beside);
    if (group.end >= side.lines.length) return;
    group = groupAt(side, group.end + 1);
    beside = groupAt(other, beside.end + 1);
  }
}

/** Moves one group; answers the group of the other text that it stands beside then. */
function settle(side: Side, other: Side, group: Group, given: Group): Group {
  const found = { ...group };
  let beside = given;
  let size: number;
  let earliestEnd: number;
  let matchingEnd: number;
  do {
    size = group.end - group.start;
    matchingEnd = -1;
    while (slideUp(side, group)) beside = groupBefore(other, beside);
    earliestEnd = group.end;
    if (beside.end > beside.start) matchingEnd = group.end;
    while (slideDown(side, group)) {
      beside = groupAt(other, beside.end + 1);
      if (beside.end > beside.start) matchingEnd = group.end;
    }
  } while (size !== group.end - group.start);
  if (group.end !== earliestEnd && matchingEnd !== -1) {
    while (beside.end === beside.start && slideUp(side, group)) beside = groupBefore(other, beside);
  }
  // Newer versions of git look for common lines in such a pair once more.
  if (beside.end !== beside.start && (group.start !== found.start || group.end !== found.end)) throw new GiveUp();
  return beside;
}

function toHunks(a: Uint8Array, b: Uint8Array): Hunk[] {
  const hunks: Hunk[] = [];
  for (let at = 0, otherAt = 0; at < a.length || otherAt < b.length; at += 1, otherAt += 1) {
    let [end, otherEnd] = [at, otherAt];
    while (a[end] === 1) end += 1;
    while (b[otherEnd] === 1) otherEnd += 1;
    if (end > at || otherEnd > otherAt) hunks.push({ at, count: end - at, otherAt, otherCount: otherEnd - otherAt });
    [at, otherAt] = [end, otherEnd];
  }
  return hunks;
}

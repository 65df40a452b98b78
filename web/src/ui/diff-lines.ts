/** One line of a file on one or both sides. Numbers begin at 1; null: not on that side. */
export interface DiffLine {
  kind: 'same' | 'added' | 'deleted' | 'note';
  text: string;
  before: number | null;
  after: number | null;
}

/** Lines that stand together, and what stands before them in the file. */
export interface DiffHunk {
  /** What git says the lines are in: the head of a function. */
  within: string;
  lines: DiffLine[];
}

/** A row of two columns: what was there, what is there. Null: nothing beside it. */
export interface DiffPair {
  left: DiffLine | null;
  right: DiffLine | null;
}

const HEAD = /^@@ -(\d+)(?:,\d+)? \+(\d+)(?:,\d+)? @@ ?(.*)$/;

/** Reads hunks in unified form. What stands before the first head is left out; a text that was cut gives what is there. */
export function parseHunks(text: string): DiffHunk[] {
  const hunks: DiffHunk[] = [];
  let before = 0;
  let after = 0;
  const lines = text.split('\n');
  if (lines.at(-1) === '') lines.pop();
  for (const line of lines) {
    const head = HEAD.exec(line);
    if (head !== null) {
      [before, after] = [Number(head[1]), Number(head[2])];
      hunks.push({ within: head[3] ?? '', lines: [] });
      continue;
    }
    const hunk = hunks.at(-1);
    if (hunk === undefined) continue;
    const read = readLine(line, before, after);
    hunk.lines.push(read);
    if (read.before !== null) before += 1;
    if (read.after !== null) after += 1;
  }
  return hunks;
}

function readLine(line: string, before: number, after: number): DiffLine {
  const text = line.slice(1);
  if (line.startsWith('+')) return { kind: 'added', text, before: null, after };
  if (line.startsWith('-')) return { kind: 'deleted', text, before, after: null };
  // "\ No newline at end of file": about the line above, no line of its own.
  if (line.startsWith('\\')) return { kind: 'note', text: line.slice(2), before: null, after: null };
  return { kind: 'same', text, before, after };
}

/** Lines side by side: a run of deleted lines stands beside the run of added ones that follows it. */
export function pairLines(lines: readonly DiffLine[]): DiffPair[] {
  const pairs: DiffPair[] = [];
  let deleted: DiffLine[] = [];
  let added: DiffLine[] = [];
  const flush = (): void => {
    for (let nr = 0; nr < Math.max(deleted.length, added.length); nr += 1) pairs.push({ left: deleted[nr] ?? null, right: added[nr] ?? null });
    [deleted, added] = [[], []];
  };
  for (const line of lines) {
    if (line.kind === 'deleted') {
      if (added.length > 0) flush();
      deleted.push(line);
    } else if (line.kind === 'added') added.push(line);
    else {
      flush();
      pairs.push({ left: line, right: line });
    }
  }
  flush();
  return pairs;
}

/** The part of each text that the other does not have, as [from, to) in characters; null where they have too little in common. */
export function changedPart(one: string, other: string): { one: [number, number]; other: [number, number] } | null {
  const most = Math.min(one.length, other.length);
  let start = 0;
  while (start < most && one[start] === other[start]) start += 1;
  let end = 0;
  while (end < most - start && one[one.length - 1 - end] === other[other.length - 1 - end]) end += 1;
  // A change within half of a surrogate pair would tear the character apart.
  if (isLow(one, start) || isLow(other, start)) start -= 1;
  if (end > 0 && (isLow(one, one.length - end) || isLow(other, other.length - end))) end -= 1;
  if (start + end < 0.3 * Math.max(one.length, other.length)) return null;
  return { one: [start, one.length - end], other: [start, other.length - end] };
}

const isLow = (text: string, at: number): boolean => /[\uDC00-\uDFFF]/.test(text.charAt(at));

const CONTEXT = 3;
/** Beyond so many steps a difference is told as all lines out, all lines in: an exact one would hold up the page. */
const MOST_STEPS = 4000;

/** The difference of two texts, by lines, in hunks with three lines around each change; none when they are the same. */
export function diffTexts(before: string, after: string): DiffHunk[] {
  const lines = diffLines(before === '' ? [] : before.split('\n'), after === '' ? [] : after.split('\n'));
  const changed = lines.flatMap((line, at) => (line.kind === 'same' ? [] : [at]));
  const hunks: DiffHunk[] = [];
  let shownTo = -1;
  for (const at of changed) {
    const from = Math.max(0, at - CONTEXT);
    if (hunks.length === 0 || from > shownTo) hunks.push({ within: '', lines: [] });
    const until = Math.min(lines.length, at + CONTEXT + 1);
    hunks.at(-1)?.lines.push(...lines.slice(Math.max(from, shownTo), until));
    shownTo = Math.max(shownTo, until);
  }
  return hunks;
}

function diffLines(before: readonly string[], after: readonly string[]): DiffLine[] {
  let head = 0;
  while (head < before.length && head < after.length && before[head] === after[head]) head += 1;
  let tail = 0;
  while (tail < before.length - head && tail < after.length - head && before[before.length - 1 - tail] === after[after.length - 1 - tail]) tail += 1;
  const kinds: DiffLine['kind'][] = [
    ...Array.from({ length: head }, () => 'same' as const),
    ...editScript(before.slice(head, before.length - tail), after.slice(head, after.length - tail)),
    ...Array.from({ length: tail }, () => 'same' as const),
  ];
  let [left, right] = [0, 0];
  return kinds.map((kind) => {
    const text = (kind === 'added' ? after[right] : before[left]) ?? '';
    const line = { kind, text, before: kind === 'added' ? null : left + 1, after: kind === 'deleted' ? null : right + 1 };
    if (kind !== 'added') left += 1;
    if (kind !== 'deleted') right += 1;
    return line;
  });
}

/** The shortest way from one list to the other (Myers 1986), or all out and all in where it is long. */
function editScript(before: readonly string[], after: readonly string[]): DiffLine['kind'][] {
  const reach = new Map<number, number>([[1, 0]]);
  const trace: Array<Map<number, number>> = [];
  let steps = 0;
  for (let cost = 0; cost <= before.length + after.length; cost += 1) {
    trace.push(new Map(reach));
    for (let diagonal = -cost; diagonal <= cost; diagonal += 2) {
      steps += 1;
      if (steps > MOST_STEPS) return [...before.map(() => 'deleted' as const), ...after.map(() => 'added' as const)];
      const down = diagonal === -cost || (diagonal !== cost && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0));
      let x = down ? (reach.get(diagonal + 1) ?? 0) : (reach.get(diagonal - 1) ?? 0) + 1;
      while (x < before.length && x - diagonal < after.length && before[x] === after[x - diagonal]) x += 1;
      reach.set(diagonal, x);
      if (x >= before.length && x - diagonal >= after.length) return wayBack(trace, before.length, after.length);
    }
  }
  return [];
}

function wayBack(trace: ReadonlyArray<ReadonlyMap<number, number>>, x: number, y: number): DiffLine['kind'][] {
  const kinds: DiffLine['kind'][] = [];
  for (let cost = trace.length - 1; cost >= 0; cost -= 1) {
    const reach = trace[cost] ?? new Map<number, number>();
    const diagonal = x - y;
    const down = diagonal === -cost || (diagonal !== cost && (reach.get(diagonal - 1) ?? 0) < (reach.get(diagonal + 1) ?? 0));
    const from = down ? diagonal + 1 : diagonal - 1;
    const startX = reach.get(from) ?? 0;
    const startY = startX - from;
    while (x > startX && y > startY && x > 0 && y > 0) {
      kinds.push('same');
      x -= 1;
      y -= 1;
    }
    if (cost === 0) break;
    kinds.push(down ? 'added' : 'deleted');
    if (down) y -= 1;
    else x -= 1;
  }
  return kinds.toReversed();
}

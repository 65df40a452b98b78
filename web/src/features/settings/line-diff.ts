export interface LineDiff {
  /** Unified form, without the lines that name the files; empty: the texts are the same. */
  hunks: string;
  added: number;
  deleted: number;
}

type Step = { kind: ' ' | '+' | '-'; text: string };

/** More lines than this are compared as a whole: the table below grows with their product. */
const MOST_LINES = 3000;
const AROUND = 3;

/** What differs between two texts, line by line, with three lines around each place. */
export function diffLines(before: string, after: string): LineDiff {
  const steps = stepsBetween(before.split('\n'), after.split('\n'));
  const hunks = hunksOf(steps);
  return {
    hunks: hunks.join('\n'),
    added: steps.filter(({ kind }) => kind === '+').length,
    deleted: steps.filter(({ kind }) => kind === '-').length,
  };
}

function stepsBetween(a: readonly string[], b: readonly string[]): Step[] {
  let begin = 0;
  while (begin < a.length && begin < b.length && a[begin] === b[begin]) begin += 1;
  let end = 0;
  while (end < a.length - begin && end < b.length - begin && a[a.length - 1 - end] === b[b.length - 1 - end]) end += 1;
  const same = (lines: readonly string[]): Step[] => lines.map((text) => ({ kind: ' ', text }));
  const middle = changed(a.slice(begin, a.length - end), b.slice(begin, b.length - end));
  return [...same(a.slice(0, begin)), ...middle, ...same(a.slice(a.length - end))];
}

/** The longest common lines stay, the rest goes and comes. */
function changed(a: readonly string[], b: readonly string[]): Step[] {
  const gone = (text: string): Step => ({ kind: '-', text });
  const come = (text: string): Step => ({ kind: '+', text });
  if (a.length > MOST_LINES || b.length > MOST_LINES) return [...a.map(gone), ...b.map(come)];
  const width = b.length + 1;
  const longest = new Uint16Array((a.length + 1) * width);
  const at = (i: number, j: number): number => longest[i * width + j] ?? 0;
  for (let i = a.length - 1; i >= 0; i -= 1)
    for (let j = b.length - 1; j >= 0; j -= 1) longest[i * width + j] = a[i] === b[j] ? at(i + 1, j + 1) + 1 : Math.max(at(i + 1, j), at(i, j + 1));
  const steps: Step[] = [];
  let [i, j] = [0, 0];
  while (i < a.length && j < b.length) {
    if (a[i] === b[j]) {
      steps.push({ kind: ' ', text: a[i] ?? '' });
      i += 1;
      j += 1;
    } else if (at(i + 1, j) >= at(i, j + 1)) {
      steps.push(gone(a[i] ?? ''));
      i += 1;
    } else {
      steps.push(come(b[j] ?? ''));
      j += 1;
    }
  }
  return [...steps, ...a.slice(i).map(gone), ...b.slice(j).map(come)];
}

function hunksOf(steps: readonly Step[]): string[] {
  const lines: string[] = [];
  const shown = steps.map((_, index) => steps.slice(Math.max(0, index - AROUND), index + AROUND + 1).some(({ kind }) => kind !== ' '));
  let [before, after] = [1, 1];
  let index = 0;
  while (index < steps.length) {
    if (shown[index] !== true) {
      before += 1;
      after += 1;
      index += 1;
      continue;
    }
    const from = index;
    while (index < steps.length && shown[index] === true) index += 1;
    const part = steps.slice(from, index);
    const old = part.filter(({ kind }) => kind !== '+').length;
    const young = part.filter(({ kind }) => kind !== '-').length;
    lines.push(`@@ -${before},${old} +${after},${young} @@`, ...part.map(({ kind, text }) => `${kind}${text}`));
    before += old;
    after += young;
  }
  return lines;
}

import { expect, test } from 'vitest';
import { changedPart, diffTexts, pairLines, parseHunks, type DiffHunk } from './diff-lines.ts';

const signs = { same: ' ', added: '+', deleted: '-', note: '\\' } as const;
const shown = (hunks: readonly DiffHunk[]): string[] => hunks.flatMap(({ lines }) => lines.map(({ kind, text }) => `${signs[kind]}${text}`));

test('hunks are read with the numbers of both sides, what they are within, and the note about the last line end', () => {
  const [one, two] = parseHunks('@@ -3,3 +3,4 @@ function pay() {\n a\n-b\n+c\n+--d\n e\n@@ -20 +21 @@\n-x\n\\ No newline at end of file\n+x\n');
  expect(one).toEqual({
    within: 'function pay() {',
    lines: [
      { kind: 'same', text: 'a', before: 3, after: 3 },
      { kind: 'deleted', text: 'b', before: 4, after: null },
      { kind: 'added', text: 'c', before: null, after: 4 },
      { kind: 'added', text: '--d', before: null, after: 5 },
      { kind: 'same', text: 'e', before: 5, after: 6 },
    ],
  });
  expect(two?.lines.map(({ kind, text, before, after }) => [kind, text, before, after])).toEqual([
    ['deleted', 'x', 20, null],
    ['note', 'No newline at end of file', null, null],
    ['added', 'x', null, 21],
  ]);
  expect(parseHunks('')).toEqual([]);
});

test('side by side, what went stands beside what came, and the rest beside itself', () => {
  const [hunk] = parseHunks('@@ -1,4 +1,4 @@\n a\n-b\n-c\n+d\n e\n+f\n');
  expect(pairLines(hunk?.lines ?? []).map(({ left, right }) => [left?.text ?? null, right?.text ?? null])).toEqual([
    ['a', 'a'],
    ['b', 'd'],
    ['c', null],
    ['e', 'e'],
    [null, 'f'],
  ]);
});

test('the changed part of a line is told where the lines have something in common, and never tears a character apart', () => {
  expect(changedPart('const a = 1;', 'const a = 25;')).toEqual({ one: [10, 11], other: [10, 12] });
  expect(changedPart('same', 'same')).toEqual({ one: [4, 4], other: [4, 4] });
  expect(changedPart('completely', 'different')).toBeNull();
  expect(changedPart('abcd 😀 x', 'abcd 😁 x')).toEqual({ one: [5, 7], other: [5, 7] });
});

test('two texts are compared by lines, with three lines around each change', () => {
  const text = Array.from({ length: 20 }, (_, nr) => `line ${nr}`);
  const other = text.with(5, 'changed').toSpliced(15, 1);
  const hunks = diffTexts(text.join('\n'), other.join('\n'));
  expect(hunks).toHaveLength(2);
  expect(shown(hunks)).toEqual([
    ' line 2',
    ' line 3',
    ' line 4',
    '-line 5',
    '+changed',
    ' line 6',
    ' line 7',
    ' line 8',
    ' line 12',
    ' line 13',
    ' line 14',
    '-line 15',
    ' line 16',
    ' line 17',
    ' line 18',
  ]);
  expect(hunks[1]?.lines[0]).toMatchObject({ before: 13, after: 13 });
  expect(diffTexts('a', 'a')).toEqual([]);
  expect(shown(diffTexts('', 'a\nb'))).toEqual(['+a', '+b']);
  expect(shown(diffTexts('a\nb', ''))).toEqual(['-a', '-b']);
});

test('whatever the texts, the lines that stay and come are the new one, and those that stay and go the old one', () => {
  let seed = 7;
  const random = (): number => (seed = (seed * 1103515245 + 12345) % 2147483648) / 2147483648;
  for (let round = 0; round < 200; round += 1) {
    const [one, other] = [0, 1].map(() =>
      Array.from({ length: 1 + Math.floor(random() * 12) }, () => 'abc'[Math.floor(random() * 3)] ?? 'a').join('\n'),
    );
    const lines = diffTexts(`${one}`, `${other}`).flatMap((hunk) => hunk.lines);
    if (one === other) continue;
    const missing = new Set(lines.flatMap(({ before }) => (before === null ? [] : [before])));
    const told = (text: string, line: number | null, fallback: string): string => (line === null ? fallback : (text.split('\n')[line - 1] ?? 'none'));
    for (const line of lines) {
      expect(told(`${one}`, line.before, line.text)).toBe(line.text);
      expect(told(`${other}`, line.after, line.text)).toBe(line.text);
    }
    const left = `${one}`.split('\n').filter((_, nr) => !missing.has(nr + 1)).length + lines.filter(({ kind }) => kind === 'same').length;
    const right = `${other}`.split('\n').length - lines.filter(({ kind }) => kind === 'added').length;
    expect(left).toBe(right);
  }
});

test('texts that have nothing in common and are long are told as all out, all in', () => {
  const [one, other] = ['a', 'b'].map((letter) => Array.from({ length: 500 }, (_, nr) => `${letter}${nr}`).join('\n'));
  const lines = diffTexts(one ?? '', other ?? '').flatMap((hunk) => hunk.lines);
  expect([lines.filter(({ kind }) => kind === 'deleted').length, lines.filter(({ kind }) => kind === 'added').length]).toEqual([500, 500]);
});

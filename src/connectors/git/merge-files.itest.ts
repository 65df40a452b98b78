import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { LONG } from '../../../test/kit/long.ts';
import { GIT_ENV } from './__fixtures__/repository.ts';
import { countChanges, createNumbering } from './map.lines.ts';
import { mergeTexts } from './map.merge-text.ts';

const RUNS = LONG ? 20 : 2;
const TRIPLES = 400;

interface Edit {
  at: number;
  remove: number;
  /** Lines to put there: of the alphabet, or copied from further up. */
  put: number[];
  copy: number;
}

const edit = fc.record<Edit>({
  at: fc.nat(400),
  remove: fc.nat(4),
  put: fc.array(fc.nat(400), { maxLength: 4 }),
  copy: fc.nat(6),
});

/** Few different lines, as code has them: braces, blank lines, and runs that occur again. */
const lineOf = (number: number, alphabet: number): string => ['', '}', '  return;'][number % alphabet] ?? `line ${number % alphabet}`;

const triple = fc
  .record({
    alphabet: fc.constantFrom(4, 8, 25, 400),
    base: fc.array(fc.nat(400), { minLength: 1, maxLength: 120 }),
    ours: fc.array(edit, { minLength: 1, maxLength: 6 }),
    theirs: fc.array(edit, { minLength: 1, maxLength: 6 }),
    shared: fc.array(edit, { maxLength: 2 }),
  })
  .map(({ alphabet, base, ours, theirs, shared }) => {
    const lines = base.map((number) => lineOf(number, alphabet));
    const text = (edits: readonly Edit[]): string => `${edits.reduce((now, one) => change(now, one, alphabet), lines).join('\n')}\n`;
    return { base: `${lines.join('\n')}\n`, ours: text([...shared, ...ours]), theirs: text([...shared, ...theirs]) };
  });

function change(lines: readonly string[], { at, remove, put, copy }: Edit, alphabet: number): string[] {
  const place = at % (lines.length + 1);
  const from = (at * 7) % (lines.length + 1);
  return lines.toSpliced(place, remove, ...put.map((number) => lineOf(number, alphabet)), ...lines.slice(from, from + copy));
}

type Triple = Record<'base' | 'ours' | 'theirs', string>;

/** Many triples as the files of three commits: one merge of git's says all of them. */
function askGit(triples: readonly Triple[]): { merged: Map<string, string>; counted: Map<string, string> } {
  const dir = mkdtempSync(path.join(tmpdir(), 'reeve-merge-files-'));
  const git = (args: string[], input = ''): string => {
    try {
      return execFileSync('git', args, { cwd: dir, input, encoding: 'latin1', env: { ...GIT_ENV }, maxBuffer: 1 << 28 });
    } catch (error) {
      // A merge with conflicts ends with 1, and says what it made.
      if (args[0] === 'merge-tree') return String((error as { stdout: string }).stdout);
      throw error;
    }
  };
  try {
    git(['init', '--quiet', '--bare', '.']);
    for (const [at, side] of (['base', 'ours', 'theirs'] as const).entries()) {
      const files = triples.map((one, n) => `M 100644 inline f${n}\ndata ${one[side].length}\n${one[side]}\n`).join('');
      const head = `commit refs/heads/${side}\ncommitter a <a@b> ${at + 1} +0000\ndata 0\n${at > 0 ? 'from refs/heads/base\n' : ''}`;
      git(['fast-import', '--quiet'], `${head}${files}\n`);
    }
    const [tree = '', ...conflicted] = git(['merge-tree', '--write-tree', '-z', '--name-only', '--no-messages', 'ours', 'theirs']).split('\0');
    const inConflict = new Set(conflicted);
    const merged = new Map(
      triples.flatMap((_, n): Array<[string, string]> => (inConflict.has(`f${n}`) ? [] : [[`f${n}`, git(['show', `${tree}:f${n}`])]])),
    );
    const counted = git(['diff-tree', '-r', '--numstat', '--diff-algorithm=minimal', 'base', 'ours'])
      .split('\n')
      .map((line) => line.split('\t'));
    return { merged, counted: new Map(counted.map(([added, deleted, name = '']) => [name, `${added} ${deleted}`])) };
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

test('what is merged in this process is what git merges, line for line, and git counts the same lines', { timeout: 300_000 }, () => {
  let here = 0;
  for (let run = 0; run < RUNS; run += 1) {
    const triples = fc.sample(triple, { numRuns: TRIPLES, seed: 20_261_121 + run });
    const { merged, counted } = askGit(triples);
    for (const [n, { base, ours, theirs }] of triples.entries()) {
      const numbering = createNumbering();
      const [from, left, right] = [base, ours, theirs].map((text) => numbering.text(Buffer.from(text, 'latin1')));
      if (from === undefined || left === undefined || right === undefined) throw new TypeError('a text is missing');
      const found = mergeTexts(from, left, right)?.toString('latin1') ?? null;
      // What is left to git is git's.
      expect({ n, text: found ?? merged.get(`f${n}`) }).toEqual({ n, text: merged.get(`f${n}`) });
      here += found === null ? 0 : 1;
      const counts = countChanges(from.lines, left.lines);
      expect({ n, counts: `${counts?.added} ${counts?.deleted}` }).toEqual({ n, counts: counted.get(`f${n}`) ?? '0 0' });
    }
  }
  // If nothing were merged here the test would say nothing.
  expect(here).toBeGreaterThan((RUNS * TRIPLES) / 10);
});

test('a last line without its end, and texts too far apart, are left to git', () => {
  const numbering = createNumbering();
  const text = (content: string) => numbering.text(Buffer.from(content));
  expect(mergeTexts(text('a\nb\nc\nd'), text('A\nb\nc\nd'), text('a\nb\nc\nD'))).toBeNull();
  expect(mergeTexts(text('a\nb\nc\nd\n'), text('A\nb\nc\nd\n'), text('a\nb\nc\nD\n'))?.toString()).toBe('A\nb\nc\nD\n');
  const far = (start: number): string => Array.from({ length: 3000 }, (_, n) => `${(n * start) % 3001}\n`).join('');
  expect(countChanges(text(far(1)).lines, text(far(1234)).lines)).toBeNull();
});

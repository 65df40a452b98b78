import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { merge } from './__fixtures__/merge.ts';
import { diffItems } from './decide.diff.ts';
import { compareThree } from './decide.diff3.ts';
import { linesOf } from './decide.tokens.ts';

/** Few different lines, so that versions have much in common; some of them code that parses, some of them not. */
const LINES = [
  'const a = 1;',
  'const b = [1, 2];',
  'f(a, b);',
  'g();',
  'import { x } from "m";',
  'import { x, y } from "m";',
  '{',
  '}',
  '',
  '- item',
  '"k": 1,',
];
const text = fc.array(fc.constantFrom(...LINES), { maxLength: 12 }).map((lines) => lines.map((line) => `${line}\n`).join(''));
const path = fc.constantFrom('a.ts', 'a.json', 'a.md', 'a.yaml', 'a.go', 'a.py', 'a.css', '.gitignore', 'a.txt', 'CHANGELOG.md');

test('a side that changed nothing leaves the other as it is; both sides alike are taken as they are', () => {
  fc.assert(
    fc.property(path, text, text, (name, base, side) => {
      expect(merge(name, base, side, base)).toBe(side);
      expect(merge(name, base, base, side)).toBe(side);
      expect(merge(name, base, side, side)).toBe(side);
    }),
  );
});

const list = fc.array(fc.integer({ min: 0, max: 4 }).map(String), { maxLength: 20 });

test('the hunks of a comparison make the one list from the other, in order and apart', () => {
  fc.assert(
    fc.property(list, list, (before, after) => {
      const made: string[] = [];
      let at = 0;
      for (const hunk of diffItems(before, after)) {
        expect(hunk.start).toBeGreaterThanOrEqual(at);
        made.push(...before.slice(at, hunk.start), ...after.slice(hunk.otherStart, hunk.otherEnd));
        at = hunk.end;
      }
      expect([...made, ...before.slice(at)]).toEqual(after);
    }),
  );
});

test('the stretches of a comparison of three cover all three lists without a gap', () => {
  fc.assert(
    fc.property(list, list, list, (base, ours, theirs) => {
      const stretches = compareThree({ base, ours, theirs });
      for (const side of ['base', 'ours', 'theirs'] as const) {
        const whole = { base, ours, theirs }[side];
        expect(stretches.flatMap((stretch) => whole.slice(stretch[side].start, stretch[side].end))).toEqual(whole);
      }
    }),
  );
});

/** Functions of one name each: what a side does with one has nothing to do with the others. */
const block = (name: string, value: number): string => `function ${name}() {\n  return ${value};\n}\n\n`;
const NAMES = ['alpha', 'beta', 'gamma', 'delta', 'epsilon', 'zeta'];
const choice = fc.array(fc.constantFrom('kept', 'changed', 'removed'), { minLength: NAMES.length, maxLength: NAMES.length });
const write = (done: readonly string[], value: number, added: string[]): string =>
  NAMES.flatMap((name, at) => (done[at] === 'removed' ? [] : [block(name, done[at] === 'changed' ? value : 0)])).join('') +
  added.map((name) => block(name, value)).join('');

test('what either side added is there, what either removed does not return, and what either changed is changed', () => {
  fc.assert(
    fc.property(choice, choice, fc.boolean(), fc.boolean(), (mine, others, iAdd, theyAdd) => {
      const theirs = others.map((done, at) => (mine[at] === 'kept' ? done : 'kept'));
      const result = merge('a.ts', write([], 0, []), write(mine, 1, iAdd ? ['mineOnly'] : []), write(theirs, 2, theyAdd ? ['theirsOnly'] : []));
      fc.pre(!result.startsWith('refused: '));
      for (const [at, name] of NAMES.entries()) {
        const value = mine[at] === 'changed' ? 1 : theirs[at] === 'changed' ? 2 : 0;
        expect(result.includes(block(name, value).trimEnd())).toBe(mine[at] !== 'removed' && theirs[at] !== 'removed');
      }
      expect(result.includes('mineOnly')).toBe(iAdd);
      expect(result.includes('theirsOnly')).toBe(theyAdd);
    }),
  );
});

test('which side is ours changes only the order of what both inserted at one place', () => {
  const lines = (of: string): string[] => of.split('\n').toSorted();
  fc.assert(
    fc.property(choice, choice, (mine, others) => {
      const [base, ours, theirs] = [write([], 0, []), write(mine, 1, ['mineOnly']), write(others, 2, ['theirsOnly'])];
      const [one, other] = [merge('a.ts', base, ours, theirs), merge('a.ts', base, theirs, ours)];
      const isRefused = one.startsWith('refused: ');
      expect(other.startsWith('refused: ')).toBe(isRefused);
      expect(isRefused ? [] : lines(other)).toEqual(isRefused ? [] : lines(one));
    }),
  );
});

const keys = fc.dictionary(fc.constantFrom('a', 'b', 'c', 'd', 'e'), fc.integer({ min: 0, max: 2 }));

test('JSON: the result has each key as the side that touched it wants it, or the merge is refused', () => {
  fc.assert(
    fc.property(keys, keys, keys, (base, ours, theirs) => {
      const result = merge('a.json', JSON.stringify(base), JSON.stringify(ours), JSON.stringify(theirs));
      const all = [...new Set([base, ours, theirs].flatMap((of) => Object.keys(of)))];
      const clash = all.some((key) => ours[key] !== base[key] && theirs[key] !== base[key] && ours[key] !== theirs[key]);
      const wanted = all.map((key): [string, number | undefined] => [key, ours[key] === base[key] ? theirs[key] : ours[key]]);
      const values = Object.fromEntries(wanted.filter(([, value]) => value !== undefined));
      expect(result.startsWith('refused: ')).toBe(clash);
      expect(clash ? values : JSON.parse(result)).toEqual(values);
    }),
  );
});

/** Lines that are all different, changed by each side in places of its own with an untouched line between. */
test('where git merges cleanly, the result is the one of git', () => {
  const edits = fc.array(fc.constantFrom('kept', 'ours', 'theirs'), { minLength: 6, maxLength: 10 });
  const dir = mkdtempSync(join(tmpdir(), 'reeve-structured-merge-'));
  try {
    fc.assert(
      fc.property(edits, fc.constantFrom('a.txt', 'a.md', 'a.sh', 'a.go'), (done, name) => {
        const side = (who: string): string => done.map((by, at) => `line ${at}${by === who ? ` of ${who}` : ''}\nbetween ${at}\n`).join('');
        for (const who of ['base', 'ours', 'theirs']) writeFileSync(join(dir, who), side(who));
        const git = execFileSync('git', ['merge-file', '--stdout', 'ours', 'base', 'theirs'], { cwd: dir, encoding: 'utf8' });
        expect(merge(name, side('base'), side('ours'), side('theirs'))).toBe(git);
        expect(linesOf(git).length).toBe(done.length * 2);
      }),
      { numRuns: 25 },
    );
  } finally {
    rmSync(dir, { recursive: true });
  }
});

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { matchesGlob } from '#kernel/glob.ts';
import { overlappingClaims, ownedByOthers } from './decide.claims.ts';
import { decideFreshness, freshnessNote, scopesTouched, type FreshnessFacts } from '#modules/queue-schedule/index.ts';

test.each<[string, string, boolean]>([
  ['src/a.ts', 'src/a.ts', true],
  ['src/a.ts', 'src/b.ts', false],
  ['src/**', 'src/cart/add.ts', true],
  ['src/**', 'test/**', false],
  ['src', 'src/cart/add.ts', true],
  ['src/', 'src/cart/**', true],
  ['src/*.ts', 'src/*.js', false],
  ['src/*.ts', 'src/a*', true],
  ['src/*.ts', 'src/cart/*.ts', false],
  ['**/*.md', 'docs/guide.md', true],
  ['**/index.ts', 'src/cart/**', true],
  ['{src,test}/**', 'docs/a.md', false],
  ['{src,test}/**', 'test/a.md', true],
  ['src/{a,b}.ts', 'test/a.ts', false],
  ['package.json', 'src/**', false],
  // As the planner writes the scope of a task that names one file: two such tasks must not wait for each other.
  ['src/left.ts', '**/{right.test,right.spec,right_test,test_right}.*', false],
  ['**/{left.test,left.spec,left_test,test_left}.*', '**/{right.test,right.spec,right_test,test_right}.*', false],
  ['**/{left.test,left.spec,left_test,test_left}.*', 'test/left.test.ts', true],
])('whether a claim on %s holds %s up', (a, b, expected) => {
  const heldUp = (held: string, wanted: string): boolean => overlappingClaims([wanted], 'two', [{ taskId: 'one', globs: [held] }]).length > 0;
  expect([heldUp(a, b), heldUp(b, a)]).toEqual([expected, expected]);
});

test('scopes that match a common path are never called apart', () => {
  const segment = fc.constantFrom('a', 'b', 'ab', '*', 'a*', '*b', '?', '**', '{a,b}');
  const glob = fc.array(segment, { minLength: 1, maxLength: 3 }).map((segments) => segments.join('/'));
  const path = fc.array(fc.constantFrom('a', 'b', 'ab'), { minLength: 1, maxLength: 4 }).map((segments) => segments.join('/'));
  fc.assert(
    fc.property(glob, glob, path, (one, two, file) => {
      const common = matchesGlob(file, one) && matchesGlob(file, two);
      expect([one, two, !common || overlappingClaims([one], 'two', [{ taskId: 'one', globs: [two] }]).length > 0]).toEqual([one, two, true]);
    }),
    { numRuns: 3000 },
  );
});

test('a task is in nobody else’s way by its own claim', () => {
  const claims = [
    { taskId: 'one', globs: ['src/**'] },
    { taskId: 'two', globs: ['docs/**'] },
  ];
  expect(ownedByOthers(['src/a.ts', 'docs/b.md', 'c'], 'one', claims)).toEqual([{ path: 'docs/b.md', ownerTaskId: 'two' }]);
  expect(overlappingClaims(['src/a.ts'], 'one', claims)).toEqual([]);
  expect(overlappingClaims(['src/a.ts'], 'three', claims)).toEqual([claims[0]]);
});

const fresh = (more: Partial<FreshnessFacts>) => decideFreshness({ behind: 0, budget: 5, head: 'h', rebase: null, ...more });

test.each<[string, Partial<FreshnessFacts>, object, string | null]>([
  ['on the head', {}, { behind: 0, overBudget: false, rebase: 'none' }, null],
  ['a little behind', { behind: 5, rebase: { kind: 'clean' } }, { overBudget: false, rebase: 'clean' }, null],
  [
    'over the budget',
    { behind: 6, rebase: { kind: 'clean' } },
    { overBudget: true },
    'It was made 6 commits behind its target, more than the budget of 5; it goes first while it still merges.',
  ],
  [
    'in conflict',
    { behind: 1, rebase: { kind: 'conflict', paths: ['a', 'b'] } },
    { rebase: 'conflict', paths: ['a', 'b'] },
    'It was made 1 commit behind its target and does not merge as it stands: a, b.',
  ],
  [
    'there already',
    { behind: 2, rebase: { kind: 'absorbed' } },
    { rebase: 'absorbed' },
    'It was made 2 commits behind its target; part of it is there already.',
  ],
  ['on another history', { behind: null }, { behind: 0, rebase: 'unknown' }, null],
])('how fresh a change is that is %s', (_, more, expected, note) => {
  const freshness = fresh(more);
  expect(freshness).toMatchObject(expected);
  expect(freshnessNote(freshness, 5)).toBe(note);
});

test('a landing touches the scopes its files are in, with those files', () => {
  const scopes = [
    { holder: 'one', globs: ['src/**'] },
    { holder: 'two', globs: ['docs/**'] },
  ];
  expect(scopesTouched(['src/a.ts', 'README.md'], scopes)).toEqual([{ holder: 'one', files: ['src/a.ts'] }]);
});

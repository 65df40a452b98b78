import { expect, test } from 'vitest';
import { findDependents, mustFollow, orderOfInverses, summaryOfRollback, type LandingFacts } from './decide.inverse.ts';

const landing = (id: string, files: string[], dependsOn: string[] = [], taskId = id): LandingFacts => ({
  id,
  taskId,
  summary: `Work ${id}`,
  dependsOn,
  effect: files.map((path) => ({ path, from: null, added: 1, deleted: 0 })),
});
const find = (roots: string[], landings: LandingFacts[], withDependents = true, impact = new Map<string, ReadonlySet<string>>()) =>
  findDependents({ roots, landings, impact, withDependents }).map(({ id, of, reason }) => `${id} ${reason} ${of}`);

test('later landings that name it, touch its files or import them are dependents; earlier and unrelated ones are not', () => {
  const landings = [landing('a', ['x']), landing('b', ['y'], ['a']), landing('c', ['x']), landing('d', ['z']), landing('e', ['w'])];
  expect(find(['a'], landings, false, new Map([['a', new Set(['z'])]]))).toEqual(['b depends_on a', 'c same_files a', 'd imports a']);
  expect(find(['d'], landings)).toEqual([]);
});

test('with dependents theirs count to the end, without only what directly follows', () => {
  const landings = [landing('a', ['x']), landing('b', ['y'], ['a']), landing('c', ['q'], ['b'])];
  expect(find(['a'], landings, true)).toEqual(['b depends_on a', 'c depends_on b']);
  expect(find(['a'], landings, false)).toEqual(['b depends_on a']);
});

test('a dependency on another attempt of the same task is one on this', () => {
  expect(find(['a2'], [landing('a1', ['x'], [], 'task'), landing('a2', ['x'], [], 'task'), landing('b', ['y'], ['a1'])])).toEqual([
    'b depends_on a2',
  ]);
});

test('both names of a renamed file count', () => {
  const renamed: LandingFacts = { ...landing('b', []), effect: [{ path: 'new', from: 'x', added: 0, deleted: 0 }] };
  expect(find(['a'], [landing('a', ['x']), renamed])).toEqual(['b same_files a']);
});

test('only declared dependents that stay behind stand in the way', () => {
  const landings = [landing('a', ['x']), landing('b', ['y'], ['a']), landing('c', ['x'])];
  const stays = findDependents({ roots: ['a'], landings, impact: new Map(), withDependents: false });
  expect(mustFollow(stays).map(({ id }) => id)).toEqual(['b']);
  expect(mustFollow(findDependents({ roots: ['a'], landings, impact: new Map(), withDependents: true }))).toEqual([]);
});

test('the newest landing is undone first, and the summary names all of them within its limit', () => {
  expect(orderOfInverses([{ id: 'a' }, { id: 'b' }, { id: 'c' }], new Set(['c', 'a']))).toEqual([{ id: 'c' }, { id: 'a' }]);
  expect(summaryOfRollback([{ id: 'a', summary: 'Shout\nloud' }], 'Too loud.')).toBe('Revert: Shout\n\nToo loud.\n\n- a Shout');
  const many = Array.from({ length: 60 }, (_, at) => ({ id: `cr_${at}`, summary: 'x'.repeat(500) }));
  const text = summaryOfRollback(many, 'r'.repeat(500));
  expect([text.split('\n')[0], text.length <= 2000, text.includes('cr_0 ')]).toEqual(['Revert 60 changes', true, true]);
});

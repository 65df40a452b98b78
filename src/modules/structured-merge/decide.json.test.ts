import { expect, test } from 'vitest';
import { merge, mergeBytes } from './__fixtures__/merge.ts';

const written = (value: unknown): string => `${JSON.stringify(value, null, 2)}\n`;
const PACKAGE = { name: 'shop', scripts: { test: 'vitest' }, dependencies: { left: '1.0.0', right: '2.0.0' } };
const base = written(PACKAGE);
const withDependencies = (more: Record<string, string>): string => written({ ...PACKAGE, dependencies: { ...PACKAGE.dependencies, ...more } });

test('dependencies that both sides add are all there, in order where both sides keep them in order', () => {
  expect(
    merge('package.json', base, withDependencies({ zoo: '1.0.0' }), written({ ...PACKAGE, dependencies: { add: '3.0.0', ...PACKAGE.dependencies } })),
  ).toBe(written({ ...PACKAGE, dependencies: { add: '3.0.0', left: '1.0.0', right: '2.0.0', zoo: '1.0.0' } }));
});

test('a key that both sides add with the same value is there once, and told as there already', () => {
  const merged = mergeBytes('package.json', base, withDependencies({ zoo: '1.0.0' }), withDependencies({ zoo: '1.0.0', zum: '2.0.0' }));
  expect(merged).toMatchObject({ kind: 'merged', rule: 'json' });
  expect(merge('package.json', base, withDependencies({ zoo: '1.0.0' }), withDependencies({ zoo: '1.0.0', zum: '2.0.0' }))).toBe(
    withDependencies({ zoo: '1.0.0', zum: '2.0.0' }),
  );
});

test.each([
  ['added by both with different values', withDependencies({ zoo: '1.0.0' }), withDependencies({ zoo: '2.0.0' }), '/dependencies/zoo'],
  ['changed by both', base.replace('vitest', 'jest'), base.replace('vitest', 'mocha'), '/scripts/test'],
  ['removed by ours and changed by theirs', base.replace('    "left": "1.0.0",\n', ''), base.replace('1.0.0', '1.0.1'), '/dependencies/left'],
  ['changed by ours and removed by theirs', base.replace('1.0.0', '1.0.1'), base.replace('    "left": "1.0.0",\n', ''), '/dependencies/left'],
])('a key %s is refused, and named', (_, ours, theirs, key) => {
  expect(merge('package.json', base, ours, theirs)).toMatch(new RegExp(`^refused: .*${key}`));
});

test('a key that one side removes and the other leaves alone is gone', () => {
  const merged = merge('package.json', base, base.replace('    "left": "1.0.0",\n', ''), base.replace('vitest', 'jest'));
  expect(JSON.parse(merged)).toEqual({ name: 'shop', scripts: { test: 'jest' }, dependencies: { right: '2.0.0' } });
});

test('the order of keys and the indentation are those of ours', () => {
  const tabs = '{\n\t"b": 1,\n\t"a": {\n\t\t"x": 1\n\t}\n}\n';
  expect(merge('a.json', tabs, tabs.replace('"b": 1', '"b": 2'), tabs.replace('"x": 1', '"x": 1,\n\t\t"w": 2'))).toBe(
    '{\n\t"b": 2,\n\t"a": {\n\t\t"x": 1,\n\t\t"w": 2\n\t}\n}\n',
  );
});

test('a new key stands after the key it followed, and at the end where that is gone', () => {
  const three = written({ z: 1, m: 1, a: 1 });
  expect(merge('a.json', three, written({ z: 2, m: 1, a: 1 }), written({ z: 1, n: 1, m: 1, a: 1 }))).toBe(written({ z: 2, n: 1, m: 1, a: 1 }));
});

test('lists take the changes of different places', () => {
  const list = written({ steps: ['a', 'b', 'c', 'd'] });
  expect(merge('a.json', list, written({ steps: ['A', 'b', 'c', 'd'] }), written({ steps: ['a', 'b', 'c', 'D'] }))).toBe(
    written({ steps: ['A', 'b', 'c', 'D'] }),
  );
});

test('lists whose order means nothing take what both sides append; in any other list nothing says which comes first', () => {
  expect(merge('package.json', written({ files: ['a'] }), written({ files: ['a', 'b'] }), written({ files: ['a', 'c'] }))).toBe(
    written({ files: ['a', 'b', 'c'] }),
  );
  expect(merge('a.json', written({ steps: ['a'] }), written({ steps: ['a', 'b'] }), written({ steps: ['a', 'c'] }))).toMatch(/^refused: .*\/steps/);
});

test('an entry that both sides add to a list at different places is refused rather than written twice', () => {
  const list = (...items: string[]): string => written({ files: items });
  expect(merge('package.json', list('m', 'n', 'o'), list('a', 'm', 'n', 'o'), list('m', 'n', 'o', 'a'))).toMatch(/^refused: .*same entry/);
});

test.each([
  ['names a key twice', '{"a":1,"a":2}'],
  ['has comments', '// a\n{"a":1}'],
  ['ends early', '{"a":1'],
])('a version that %s is refused', (_, odd) => {
  expect(merge('a.json', '{"a":1}', odd, '{"a":3}')).toMatch(/^refused: One of the versions is not JSON/);
});

test('a key both sides add as an object is merged key by key', () => {
  expect(merge('a.json', '{}', '{"x":{"a":1}}', '{"x":{"b":2}}')).toBe('{"x": {"a": 1, "b": 2}}');
});

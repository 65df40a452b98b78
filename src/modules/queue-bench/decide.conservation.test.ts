import { expect, test } from 'vitest';
import { judgeConservation } from './decide.conservation.ts';

const base = 'import { a } from "x";\nrun(a);\n';

test.each([
  ['both additions', 'import { a, b, c } from "x";\nrun(a);\n'],
  ['both additions in another order and layout', 'import {\n  c,\n  a,\n  b,\n} from "x";\nrun(a);\n'],
])('%s are conserved', (_, result) => {
  expect(judgeConservation({ base, ours: base.replace('{ a }', '{ a, b }'), theirs: base.replace('{ a }', '{ a, c }'), result })).toEqual({
    kind: 'conserved',
  });
});

test.each([
  ['lost what one side added', 'import { a, c } from "x";\nrun(a);\n', 'b'],
  ['kept a line twice', 'import { a, b, c } from "x";\nrun(a);\nrun(a);\n', 'a'],
  ['invented a word', 'import { a, b, c, d } from "x";\nrun(a);\n', 'd'],
])('a result that %s is told with the word', (_, result, word) => {
  const judged = judgeConservation({ base, ours: base.replace('{ a }', '{ a, b }'), theirs: base.replace('{ a }', '{ a, c }'), result });
  expect(judged).toMatchObject({ kind: 'violated' });
  expect(judged.kind === 'violated' && judged.detail).toContain(word);
});

test('what one side removed must be gone', () => {
  const given = { base: 'one two\n', ours: 'two\n', theirs: 'one two three\n' };
  expect(judgeConservation({ ...given, result: 'two three\n' })).toEqual({ kind: 'conserved' });
  expect(judgeConservation({ ...given, result: 'one two three\n' })).toMatchObject({ kind: 'violated', word: 'one' });
});

test('the same addition on both sides may be there once or twice', () => {
  const given = { base: '', ours: 'same\n', theirs: 'same\n' };
  expect(judgeConservation({ ...given, result: 'same\n' }).kind).toBe('conserved');
  expect(judgeConservation({ ...given, result: 'same\nsame\n' }).kind).toBe('conserved');
  expect(judgeConservation({ ...given, result: '' }).kind).toBe('violated');
});

test('a line that both sides took away is missed once, whatever else they add of its words', () => {
  const given = { base: 'load thing\nrest\n', ours: 'mine uses thing\nrest\n', theirs: 'rest\ntheirs uses thing\n' };
  expect(judgeConservation({ ...given, result: 'mine uses thing\nrest\ntheirs uses thing\n' }).kind).toBe('conserved');
  expect(judgeConservation({ ...given, result: 'load thing\nmine uses thing\nrest\ntheirs uses thing\n' })).toMatchObject({ word: 'load' });
});

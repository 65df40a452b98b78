import { expect, test } from 'vitest';
import { stretchesOf } from './spark-line.tsx';

test('a value that is missing ends a stretch, and a zero does not', () => {
  expect(stretchesOf([null, 1, 0, null, null, 3]).map((stretch) => stretch.map(({ index, value }) => [index, value]))).toEqual([
    [
      [1, 1],
      [2, 0],
    ],
    [[5, 3]],
  ]);
  expect(stretchesOf([null, null])).toEqual([]);
});

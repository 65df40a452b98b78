import { expect, test } from 'vitest';
import { nextBatchLimit } from './decide.batch.ts';
import { decidePace } from './decide.pace.ts';

const SET = { lanes: 2, mostBatch: 8 };
const run = (durationMs: number, failed = false) => ({ durationMs, failed });

test('a target nobody has verified yet, and one whose checks take time, is worked as the project set it', () => {
  expect(decidePace([], SET)).toEqual({ ...SET, cheap: false });
  expect(decidePace([run(60_000), run(50_000)], SET)).toEqual({ ...SET, cheap: false });
  // One quick run among slow ones says little.
  expect(decidePace([run(1), run(60_000), run(60_000)], SET).cheap).toBe(false);
});

test('where checks cost next to nothing, one lane works long builds', () => {
  expect(decidePace([run(2), run(3), run(400)], SET)).toEqual({ lanes: 1, mostBatch: 64, cheap: true });
});

test('a failure among the last runs brings lanes and small builds back', () => {
  expect(decidePace([run(1), run(1, true)], SET)).toEqual({ ...SET, cheap: false });
  expect(decidePace([run(1), run(1), run(1), run(1), run(1), run(1, true)], SET).cheap).toBe(true);
});

test('a project that wants every change by itself is not overruled', () => {
  expect(decidePace([run(1)], { lanes: 3, mostBatch: 1 })).toEqual({ lanes: 3, mostBatch: 1, cheap: false });
});

test('builds grow in long steps only while failures are cheap, and never beyond the bound', () => {
  expect([2, 8, 32].map((limit) => nextBatchLimit(limit, 'passed', { most: 64, cheap: true }))).toEqual([8, 32, 64]);
  expect(nextBatchLimit(2, 'passed', { most: 64 })).toBe(3);
  expect(nextBatchLimit(64, 'failed', { most: 64, cheap: true })).toBe(32);
});

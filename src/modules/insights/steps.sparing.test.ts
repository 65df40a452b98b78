import { expect, test } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { createSparing } from './steps.sparing.ts';

const clock = createManualClock(new Date('2026-11-21T10:00:00Z'));

test('what takes a second is read again after twenty, and by one at a time', async () => {
  let reads = 0;
  const sparing = createSparing(clock, async () => {
    reads += 1;
    clock.advance(1000);
    await Promise.resolve();
  });
  await Promise.all([sparing(), sparing()]);
  clock.advance(18_000);
  await sparing();
  expect(reads).toBe(1);
  clock.advance(1000);
  await sparing();
  expect(reads).toBe(2);
});

test('what failed is read again at once', async () => {
  let reads = 0;
  const sparing = createSparing(clock, async () => {
    reads += 1;
    clock.advance(1000);
    if (reads === 1) throw new Error('away');
  });
  await expect(sparing()).rejects.toThrow('away');
  await sparing();
  expect(reads).toBe(2);
});

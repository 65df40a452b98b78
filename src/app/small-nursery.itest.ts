import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, test } from 'vitest';

/** Allocates far more than a nursery holds, all of it alive for a while; prints how large the space for new objects has become. */
const program = (first: string): string => `
  import { getHeapSpaceStatistics } from 'node:v8';
  import { keepNurserySmall } from ${JSON.stringify(path.join(import.meta.dirname, 'small-nursery.ts'))};
  ${first}
  const alive = [];
  for (let n = 0; n < 3_000_000; n += 1) alive.push({ n });
  process.stdout.write(String(getHeapSpaceStatistics().find((space) => space.space_name === 'new_space').space_size / 1024 / 1024));`;

const megabytesAfter = (first: string): number =>
  Number(execFileSync(process.execPath, ['--input-type=module', '--eval', program(first)], { encoding: 'utf8', env: {} }));

test('the space for new objects stays small where it would become large by itself', () => {
  // Eight megabytes and the pages that the collector has in its hands; on a machine that is slow just then V8 makes it smaller again.
  const kept = megabytesAfter('keepNurserySmall();');
  expect(kept).toBeLessThan(24);
  expect(megabytesAfter('')).toBeGreaterThan(kept);
});

import { expect, test } from 'vitest';
import { inTwoSteps } from './two-steps.ts';

/** A deed whose requests fail as often as told; answers it and what was asked of the server. */
function deed(failures: { first?: number; second?: number }) {
  const asked: string[] = [];
  const left = { first: 0, second: 0, ...failures };
  const step = (name: 'first' | 'second', what: string): string => {
    asked.push(`${name} ${what}`);
    left[name] -= 1;
    if (left[name] >= 0) throw new Error(`The ${name} failed.`);
    return what.toUpperCase();
  };
  const run = inTwoSteps(
    async (input: { name: string }) => step('first', input.name),
    async (between) => step('second', between),
  );
  return { run, asked };
}

test('a retry after the second request failed repeats the second alone', async () => {
  const { run, asked } = deed({ second: 2 });
  await expect(run({ name: 'pen' })).rejects.toThrow('second');
  await expect(run({ name: 'pen' })).rejects.toThrow('second');
  expect(await run({ name: 'pen' })).toBe('PEN');
  expect(asked).toEqual(['first pen', 'second PEN', 'second PEN', 'second PEN']);
});

test('a retry after the first request failed begins with it', async () => {
  const { run, asked } = deed({ first: 1 });
  await expect(run({ name: 'pen' })).rejects.toThrow('first');
  await run({ name: 'pen' });
  expect(asked).toEqual(['first pen', 'first pen', 'second PEN']);
});

test('another input begins anew, and so does the same once it has succeeded', async () => {
  const { run, asked } = deed({ second: 1 });
  await expect(run({ name: 'pen' })).rejects.toThrow('second');
  await run({ name: 'ink' });
  await run({ name: 'ink' });
  expect(asked).toEqual(['first pen', 'second PEN', 'first ink', 'second INK', 'first ink', 'second INK']);
});

import { expect, test } from 'vitest';
import { ApiProblem } from './problem.ts';
import { underOneKey } from './under-one-key.ts';

/** A deed that fails with these one after the other; answers it and what it was asked. */
function deed(...failures: Error[]) {
  const keys: string[] = [];
  const run = underOneKey(async (input: { text: string }, key: string) => {
    keys.push(key);
    const failure = failures.shift();
    if (failure !== undefined) throw failure;
    return input.text;
  });
  return { run, keys };
}

const lost = new ApiProblem(0, null);

test.each([
  ['the server was not reached', lost],
  ['the server broke', new ApiProblem(500, null)],
  ['it was too much', new ApiProblem(429, null)],
  ['the first is at work', new ApiProblem(409, { code: 'idempotency_in_progress' })],
  ['the answer broke off', new TypeError('network error')],
])('is tried again under the same key: %s', async (_why, failure) => {
  const { run, keys } = deed(failure);
  await expect(run({ text: 'pen' })).rejects.toBe(failure);
  expect(await run({ text: 'pen' })).toBe('pen');
  expect(keys[1]).toBe(keys[0]);
  expect(keys[0]).toMatch(/^[0-9a-f]{32}$/);
});

test('a refusal, another input and success each end a key', async () => {
  const refused = new ApiProblem(422, { code: 'unknown_check' });
  const { run, keys } = deed(refused, lost);
  await expect(run({ text: 'pen' })).rejects.toBe(refused);
  await expect(run({ text: 'pen' })).rejects.toBe(lost);
  await run({ text: 'ink' });
  await run({ text: 'ink' });
  expect(new Set(keys).size).toBe(4);
});

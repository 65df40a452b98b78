import { expect, it } from 'vitest';
import { createBatches } from './commands.batch.ts';

const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

it('writes one alone at once, and together whatever came meanwhile', async () => {
  const batches: number[][] = [];
  const put = createBatches(async (inputs: readonly number[]) => {
    batches.push([...inputs]);
    await turn();
    return inputs.map((input) => input * 10);
  });
  expect(await Promise.all([1, 2, 3].map(put))).toEqual([10, 20, 30]);
  expect(await put(4)).toBe(40);
  expect(batches).toEqual([[1], [2, 3], [4]]);
});

it('never writes more than two hundred together, and nothing twice', async () => {
  const sizes: number[] = [];
  const put = createBatches(async (inputs: readonly number[]) => {
    sizes.push(inputs.length);
    await turn();
    return [...inputs];
  });
  const all = Array.from({ length: 500 }, (_, at) => at);
  expect(await Promise.all(all.map(put))).toEqual(all);
  expect(sizes).toEqual([1, 200, 200, 99]);
});

it('lets one that cannot be written fail nobody else', async () => {
  const put = createBatches(async (inputs: readonly string[]) => {
    await turn();
    if (inputs.includes('bad')) throw new Error('cannot be written');
    return [...inputs];
  });
  const outcomes = await Promise.allSettled(['first', 'a', 'bad', 'b'].map(put));
  expect(outcomes.map((outcome) => (outcome.status === 'fulfilled' ? outcome.value : 'failed'))).toEqual(['first', 'a', 'failed', 'b']);
  expect(await put('later')).toBe('later');
});

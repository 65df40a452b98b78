import { expect, test } from 'vitest';
import { createTogether } from './together.ts';

/** A source that answers when told to, and remembers what it was asked. */
function createSource() {
  const asked: string[][] = [];
  const open: Array<() => void> = [];
  const ask = createTogether<string, string>((questions) => {
    asked.push([...questions]);
    return new Promise((resolve, reject) => {
      open.push(() => (questions.includes('bad') ? reject(new Error('no answer to bad')) : resolve(questions.map((one) => one.toUpperCase()))));
    });
  }, 64);
  const answerAll = async (): Promise<void> => {
    for (let left = open.shift(); left !== undefined; left = open.shift()) {
      left();
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  return { asked, ask, answerAll };
}

test('who asks first is not made to wait, and who asks meanwhile shares the next round trip', async () => {
  const { asked, ask, answerAll } = createSource();
  const answers = Promise.all([ask('a'), ask('b'), ask('c')]);
  expect(asked).toEqual([['a']]);
  await answerAll();
  expect(await answers).toEqual(['A', 'B', 'C']);
  expect(asked).toEqual([['a'], ['b', 'c']]);
});

test('an answer is never of before the question', async () => {
  const { asked, ask, answerAll } = createSource();
  const first = ask('a');
  const again = ask('a');
  await answerAll();
  await Promise.all([first, again]);
  expect(asked).toEqual([['a'], ['a']]);
});

test('a question that cannot be answered costs no other question its answer', async () => {
  const { ask, answerAll } = createSource();
  const answers = Promise.allSettled([ask('a'), ask('bad'), ask('c')]);
  await answerAll();
  const [a, bad, c] = await answers;
  expect(a).toEqual({ status: 'fulfilled', value: 'A' });
  expect(bad).toMatchObject({ status: 'rejected', reason: { message: 'no answer to bad' } });
  expect(c).toEqual({ status: 'fulfilled', value: 'C' });
});

test('no more go together than may, and nothing is done twice', async () => {
  const sizes: number[] = [];
  const put = createTogether(async (inputs: readonly number[]) => {
    sizes.push(inputs.length);
    await new Promise((resolve) => setImmediate(resolve));
    return [...inputs];
  }, 200);
  const all = Array.from({ length: 500 }, (_, at) => at);
  expect(await Promise.all(all.map(put))).toEqual(all);
  expect(sizes).toEqual([1, 200, 200, 99]);
});

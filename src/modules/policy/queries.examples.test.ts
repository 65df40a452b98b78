import { expect, test } from 'vitest';
import type { RecordedDecision } from './decide.simulate.ts';
import { examplesOf } from './queries.examples.ts';

/** Decisions without end; those in `kept` have their facts. Counts how many were asked for. */
function decisions(kept: (n: number) => boolean) {
  const asked = { rows: 0 };
  async function* all(): AsyncGenerator<RecordedDecision> {
    for (let n = 0; ; n += 1) {
      asked.rows += 1;
      const decision = kept(n) ? { facts: { n } } : {};
      yield {
        actionId: `act_${n}`,
        actionKind: 'pr.merge',
        projectId: null,
        at: new Date(0),
        decision,
        args: { a: n },
      } as unknown as RecordedDecision;
    }
  }
  return { asked, all: all() };
}

test('the newest whose facts were kept, with their arguments', async () => {
  const { all, asked } = decisions((n) => n % 2 === 1);
  const found = await examplesOf(all, 2);
  expect(found.map(({ actionId, facts }) => [actionId, facts])).toEqual([
    ['act_1', { n: 1, args: { a: 1 } }],
    ['act_3', { n: 3, args: { a: 3 } }],
  ]);
  expect(asked.rows).toBe(4);
});

test('a history without facts is not walked to its end', async () => {
  const { all, asked } = decisions((n) => n === 5 || n > 5000);
  expect((await examplesOf(all, 10)).map(({ actionId }) => actionId)).toEqual(['act_5']);
  expect(asked.rows).toBe(1000);
});

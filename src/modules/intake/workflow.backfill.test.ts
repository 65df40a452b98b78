import { expect, test } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { BackfillStep } from './model.backfill.ts';
import { backfill } from './workflow.backfill.ts';

const INPUT = { id: 'bf_1', generation: 1 };

/** Tells what the workflow did with these answers of its step; the last answer stays. */
async function told(...answers: BackfillStep[]): Promise<{ rests: number[]; last: boolean[] }> {
  const [rests, last]: [number[], boolean[]] = [[], []];
  const at = {
    step: (_name: string, run: () => Promise<unknown>) => run(),
    sleep: async (ms: number) => void rests.push(ms),
    now: async () => new Date(1_000_000),
  } as Partial<WorkflowContext> as WorkflowContext;
  await backfill(
    at,
    {
      async pages(_input, isLast) {
        last.push(isLast);
        return isLast ? { kind: 'end' } : (answers[Math.min(last.length, answers.length) - 1] ?? { kind: 'end' });
      },
    },
    INPUT,
  );
  return { rests, last };
}

const away: BackfillStep = { kind: 'wait', untilMs: null, problem: 'away' };

test('goes on without a rest while there are pages, and ends when there are none', async () => {
  expect(await told({ kind: 'more' }, { kind: 'more' }, { kind: 'end' })).toEqual({ rests: [], last: [false, false, false] });
});

test('rests as long as the forge asks for, an hour at most and then looks again', async () => {
  const until = (untilMs: number): BackfillStep => ({ kind: 'wait', untilMs, problem: 'limit' });
  const { rests } = await told(until(1_060_000), until(999_000), until(1_000_000 + 5 * 3_600_000), { kind: 'end' });
  expect(rests).toEqual([60_000, 1000, 3_600_000]);
});

test('waits longer and longer for a forge that is away, from the beginning after a page, and gives up after many times', async () => {
  expect((await told(away, away, { kind: 'more' }, away, { kind: 'end' })).rests).toEqual([30_000, 60_000, 30_000]);
  const { rests, last } = await told(away);
  expect([rests.length, Math.max(...rests), last.filter(Boolean)]).toEqual([20, 3_600_000, [true]]);
});

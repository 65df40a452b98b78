import { expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { BackfillStep } from './model.backfill.ts';
import { endingOf } from './steps.backfill.ts';
import { backfill } from './workflow.backfill.ts';

const INPUT = { id: 'bf_1', generation: 1 };

/** Tells what the workflow did with these answers of its step; the last answer stays. */
async function told(...answers: Array<BackfillStep | Error>): Promise<{ rests: number[]; last: boolean[]; gaveUp: string[] }> {
  const [rests, last, gaveUp]: [number[], boolean[], string[]] = [[], [], []];
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
        const answer = answers[Math.min(last.length, answers.length) - 1];
        if (answer instanceof Error) throw answer;
        return isLast ? { kind: 'end' } : (answer ?? { kind: 'end' });
      },
      giveUp: async (_input, problem) => void gaveUp.push(problem),
    },
    INPUT,
  );
  return { rests, last, gaveUp };
}

const away: BackfillStep = { kind: 'wait', untilMs: null, problem: 'away' };

test('goes on without a rest while there are pages, and ends when there are none', async () => {
  expect(await told({ kind: 'more' }, { kind: 'more' }, { kind: 'end' })).toEqual({ rests: [], last: [false, false, false], gaveUp: [] });
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

test('what fails beyond the forge ends it as failed, so that nobody follows it for ever; a hand-over is no failure', async () => {
  expect(await told({ kind: 'more' }, new Error('the database is away'))).toMatchObject({ gaveUp: ['the database is away'] });
  await expect(told(new AppError('unavailable', 'Handed back.', { code: 'handed_back' }))).rejects.toMatchObject({ code: 'handed_back' });
});

test('parts that may not be read are left out; one that stopped midway, or none that could be read, is a failure', () => {
  const part = (part: 'issues' | 'pulls', done: boolean, note: string | null) => ({ part, done, note });
  expect(endingOf([part('issues', true, null), part('pulls', true, 'forbidden')])).toEqual({ state: 'done', problem: null });
  expect(endingOf([part('issues', false, 'refused'), part('pulls', true, null)])).toEqual({
    state: 'failed',
    problem: 'issues stopped midway: refused',
  });
  expect(endingOf([part('issues', true, 'no'), part('pulls', true, 'no')])).toEqual({ state: 'failed', problem: 'no' });
});

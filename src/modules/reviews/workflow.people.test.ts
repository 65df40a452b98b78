import { expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { HelpSubject } from './model.people.ts';
import type { HelpSteps } from './steps.people.ts';
import { helpPull } from './workflow.people.ts';

const change: HelpSubject = { kind: 'look', wanted: 1, headSha: 'a', base: 'b', title: 't', body: '', headBranch: 'mine', author: 'dora' };
const run = (runId: string) => ({ workflowId: `agents.run:${runId}:1`, request: { runId } as never });

function world(given: Partial<HelpSteps> = {}) {
  const asked: string[] = [];
  const waits: number[] = [];
  const context: Partial<WorkflowContext> = {
    step: async (name, work) => {
      asked.push(name.replace('reviews.', ''));
      return work();
    },
    receive: async <T>(topic: string) => {
      asked.push(`receive ${topic}`);
      return null as T;
    },
    sleep: async (ms) => void waits.push(ms),
    child: async <T>(name: string, id: string) => {
      asked.push(`child ${name} ${id}`);
      return null as T;
    },
  };
  const steps: HelpSteps = {
    prepareFix: async () => null,
    finishFix: async () => {},
    quietIn: async () => 0,
    look: async () => change,
    measure: async () => {},
    suggest: async () => {},
    prepareReview: async () => run('run_1'),
    prepareTests: async () => run('run_2'),
    tell: async () => {},
    askReviewers: async () => {},
    endRound: async () => true,
    ...given,
  };
  return { asked, waits, help: () => helpPull(context as WorkflowContext, steps, { pullId: 'pull_7' }) };
}

test('a round looks when it is quiet, measures, asks a reviewer and a tester, and tells once', async () => {
  const quiet = [90_000, 20_000, 0];
  const { asked, waits, help } = world({ quietIn: async () => quiet.shift() ?? 0 });
  await help();
  expect(waits).toEqual([90_000, 20_000]);
  expect(asked.filter((name) => name !== 'quietIn')).toEqual([
    'prepareFix',
    'look',
    'measure',
    'suggest',
    'prepareReview',
    'child agents.run agents.run:run_1:1',
    'prepareTests',
    'child agents.run agents.run:run_2:1',
    'tell',
    'askReviewers',
    'endRound',
  ]);
});

test('where there is nothing to look at nobody is sent and nothing is told', async () => {
  const { asked, help } = world({ look: async () => ({ kind: 'nothing', wanted: 3 }) });
  await help();
  expect(asked).toEqual(['prepareFix', 'quietIn', 'look', 'endRound']);
});

test('what was wanted meanwhile is looked at in the same round', async () => {
  const ends = [false, true];
  const { asked, help } = world({ endRound: async () => ends.shift() ?? true });
  await help();
  expect(asked.filter((name) => name === 'tell')).toHaveLength(2);
});

test('what people asked to have mended is done first, one after the other; without a run there is nothing to finish', async () => {
  const fixes = [
    { commentId: 'c1', run: { workflowId: 'agents.run:run_9:1', request: { runId: 'run_9' } }, waitsFor: null },
    { commentId: 'c2', run: null, waitsFor: null },
  ];
  const { asked, help } = world({ prepareFix: async () => fixes.shift() ?? null, look: async () => ({ kind: 'nothing', wanted: 1 }) });
  await help();
  expect(asked.slice(0, 5)).toEqual(['prepareFix', 'child agents.run agents.run:run_9:1', 'finishFix', 'prepareFix', 'prepareFix']);
});

test('a wish that a person has yet to allow keeps no review waiting, and the round goes on until it is decided', async () => {
  const fixes = [{ commentId: 'c1', run: null, waitsFor: 'act_1' }];
  const { asked, help } = world({ prepareFix: async () => fixes.shift() ?? null, look: async () => ({ kind: 'nothing', wanted: 1 }) });
  await help();
  expect(asked).toEqual(['prepareFix', 'quietIn', 'look', 'receive action:act_1', 'prepareFix', 'quietIn', 'look', 'endRound']);
});

test('a forge that is away is waited for, a refusal is not, and a process that must let go lets go', async () => {
  let times = 0;
  const away = world({
    look: async () => {
      times += 1;
      if (times < 3) throw new AppError('unavailable', 'away', { code: 'github_unreachable' });
      return { kind: 'nothing', wanted: 1 };
    },
  });
  await away.help();
  expect(away.waits).toEqual([5000, 10_000]);
  for (const error of [new AppError('refused', 'no'), new AppError('unavailable', 'x', { code: 'handed_back' })]) {
    const { waits, help } = world({ look: () => Promise.reject(error) });
    await expect(help()).rejects.toBe(error);
    expect(waits).toEqual([]);
  }
});

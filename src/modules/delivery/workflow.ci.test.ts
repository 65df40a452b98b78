import { describe, expect, it } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { ActionView, TaskEnd } from './model.ts';
import type { CiRetry, CiVerdict, CiView } from './model.ci.ts';
import type { DeliverySteps } from './steps.ts';
import { awaitCi, mendRed, type Mending } from './workflow.ci.ts';

const HEAD = 'a'.repeat(40);
const RED: Extract<CiVerdict, { kind: 'red' }> = { kind: 'red', failed: ['test'], headSha: HEAD };
const RETRY: CiRetry = { kind: 'retry', task: { taskId: 'task_1', firstAttempt: 2, feedback: 'red' } };
const action = (status: ActionView['status'], detail: string | null = null): ActionView => ({ id: 'act_1', status, supersededBy: null, detail });

interface Told {
  waits: number[];
  /** Earlier verdicts, as each look had them. */
  told: Array<CiVerdict | undefined>;
  children: string[];
  asked: Array<{ number: number; granted: boolean }>;
  questions: Array<{ tried: string[] }>;
}

function world(parts: { views?: CiView[]; retries?: CiRetry[]; leave?: ActionView; ends?: TaskEnd[] }) {
  const told: Told = { waits: [], told: [], children: [], asked: [], questions: [] };
  const context = {
    workflowId: 'delivery.story:iss_1:3',
    now: async () => new Date(0),
    receive: async (_topic: string, ms: number) => void told.waits.push(ms),
    child: async (_name: string, id: string) => {
      told.children.push(id);
      return parts.ends?.shift() ?? { landed: true, changeRequestId: 'cr', attempts: 1 };
    },
  } as unknown as WorkflowContext;
  const on = {
    readCi: async (_issue: string, _since: string, before?: CiVerdict) => {
      told.told.push(before);
      return parts.views?.shift() ?? { kind: 'green', checks: ['test'], headSha: HEAD };
    },
    prepareCiRetry: async (_issue: string, _plan: string, asked: { number: number; granted: boolean }) => {
      told.asked.push({ number: asked.number, granted: asked.granted });
      return parts.retries?.shift() ?? { kind: 'spent', tried: ['Retry 1, aaa: test'] };
    },
    proposeCiRetry: async (_issue: string, asked: { tried: string[] }) => {
      told.questions.push({ tried: asked.tried });
      return parts.leave ?? action('declined', 'not worth it');
    },
    executeAction: async () => action('executed'),
  } as unknown as DeliverySteps;
  const mending: Mending = { issue: 'iss_1', planId: 'plan_1', retries: 0 };
  return { told, context, on, mending };
}

describe('waiting for CI', () => {
  it('looks again when it is told to or after ever longer pauses, and never in a busy loop', async () => {
    const pending: CiView = { kind: 'pending', waiting: ['test'], headSha: HEAD };
    const { told, context, on } = world({ views: Array.from({ length: 9 }, () => pending) });
    expect(await awaitCi(context, on, 'iss_1', { id: 'pull_1', ci: 'awaited' })).toMatchObject({ kind: 'green' });
    expect(told.told).toEqual(Array.from({ length: 10 }, () => undefined));
    expect(told.waits).toEqual([5000, 10_000, 20_000, 40_000, 80_000, 160_000, 300_000, 300_000, 300_000]);
  });

  it('looks again as soon as what has passed may have settled', async () => {
    const settling: CiView = { kind: 'pending', waiting: [], againMs: 1200, headSha: HEAD };
    const { told, context, on } = world({ views: [settling, { kind: 'pending', waiting: ['test'], headSha: HEAD }, settling] });
    await awaitCi(context, on, 'iss_1', { id: 'pull_1', ci: 'awaited' });
    expect(told.waits).toEqual([1200, 10_000, 1200]);
  });

  it('says at each look what was told of the same head before', async () => {
    const { told, context, on } = world({ views: [{ kind: 'pending', waiting: ['lint'], headSha: HEAD }] });
    const before: CiVerdict = { kind: 'silent', waiting: ['test'], headSha: HEAD };
    await awaitCi(context, on, 'iss_1', { id: 'pull_1', ci: 'awaited' }, before);
    expect(told.told).toEqual([before, before]);
  });
});

describe('mending a red head', () => {
  it('sends the agent once, as a task of its own that counts on', async () => {
    const { told, context, on, mending } = world({ retries: [RETRY] });
    expect(await mendRed(context, on, mending, RED)).toEqual({ mended: true });
    expect(told.children).toEqual(['delivery.task:task_1:3:ci-1']);
    expect(mending.retries).toBe(1);
  });

  it('sends nobody when the checks were run again meanwhile and are not red any more', async () => {
    const { told, context, on, mending } = world({ retries: [{ kind: 'not_red' }] });
    expect(await mendRed(context, on, mending, RED)).toEqual({ mended: true });
    expect([told.children, mending.retries]).toEqual([[], 0]);
  });

  it('asks a person when the retries are spent, with what was tried, and ends on a no', async () => {
    const { told, context, on, mending } = world({});
    mending.retries = 2;
    expect(await mendRed(context, on, mending, RED)).toEqual({ mended: false, reason: 'CI stays red (test) after 2 retries: not worth it' });
    expect(told.questions).toEqual([{ tried: ['Retry 1, aaa: test'] }]);
    expect(told.children).toEqual([]);
  });

  it('tries once more when a person grants it, and asks again when that did not land', async () => {
    const failed: TaskEnd = { landed: false, reason: 'no', attempts: 3 };
    const { told, context, on, mending } = world({ retries: [{ kind: 'spent', tried: [] }, RETRY], leave: action('approved'), ends: [failed] });
    expect(await mendRed(context, on, mending, RED)).toMatchObject({ mended: false });
    expect(told.asked.slice(0, 3)).toEqual([
      { number: 1, granted: false },
      { number: 1, granted: true },
      { number: 2, granted: false },
    ]);
    expect(told.questions.length).toBeGreaterThan(1);
  });
});

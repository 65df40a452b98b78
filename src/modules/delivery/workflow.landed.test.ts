import { describe, expect, it } from 'vitest';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { ActionView } from './model.ts';
import type { DeliverySteps } from './steps.ts';
import { landPull } from './workflow.landed.ts';

const merge = (status: ActionView['status'], more: Partial<ActionView> = {}): ActionView => ({
  id: 'act_1',
  status,
  supersededBy: null,
  detail: null,
  ...more,
});
const GONE = merge('failed', { code: 'left_forge_queue', detail: "Pull request 7 left GitHub's merge queue: CI_FAILURE." });

function story(change: Partial<DeliverySteps>) {
  const asked: string[] = [];
  const waits: number[] = [];
  const context = { receive: async (topic: string, ms: number) => void (asked.push(topic), waits.push(ms)), sleep: async () => {} };
  const steps = { mergeByForge: async () => merge('executed'), readForgeQueue: async () => 'over', ...change };
  const on = new Proxy(steps, {
    get(target, key) {
      asked.push(String(key));
      return Reflect.get(target, key) as unknown;
    },
  });
  const pull = { id: 'pull_1', ci: 'awaited' as const, queue: 'forge' as const };
  const land = () =>
    landPull(context as unknown as WorkflowContext, on as unknown as DeliverySteps, { issue: 'iss_1', pull, actionId: 'act_1', round: 0 });
  return { asked, waits, land };
}

describe("a merge through the forge's own queue", () => {
  it('is executed until the merge is there, and in between waits for what the forge tells of it', async () => {
    const merges = [merge('executing'), merge('executed')];
    const looks: Array<'waiting' | 'over'> = ['waiting', 'waiting', 'over'];
    const on = story({ mergeByForge: async () => merges.shift() ?? merge('executed'), readForgeQueue: async () => looks.shift() ?? 'over' });
    expect(await on.land()).toEqual({ landed: true });
    expect(on.asked.filter((name) => name === 'mergeByForge')).toHaveLength(2);
    expect(on.asked).not.toContain('submitPull');
    expect(on.waits).toEqual([5000, 10_000, 20_000]);
  });

  it.each([
    [{ cause: 'person', behind: true, conflicts: [] }, { as: 'declined' }],
    [{ cause: 'other', behind: true, conflicts: [] }, { as: 'failed' }],
    [{ cause: 'checks', behind: false, conflicts: [] }, { as: 'failed' }],
  ] as const)('that was left without anything to build again ends the story (%j)', async (why, end) => {
    const on = story({ mergeByForge: async () => GONE, whyLeftQueue: async () => ({ ...why, conflicts: [] }) });
    expect(await on.land()).toMatchObject({ landed: false, end });
  });

  it.each(['checks', 'conflict'] as const)('that was left for %s with a newer base brings the base in and is built again', async (cause) => {
    const on = story({ mergeByForge: async () => GONE, whyLeftQueue: async () => ({ cause, behind: true, conflicts: ['src/a.ts'] }) });
    expect(await on.land()).toMatchObject({ landed: false, end: null, blocked: { entryId: null, conflicts: ['src/a.ts'] } });
  });

  it('that the policy no longer lets through is not asked of the queue again', async () => {
    const on = story({ mergeByForge: async () => merge('failed', { code: 'policy_stricter', detail: 'The policy became stricter.' }) });
    expect(await on.land()).toMatchObject({ landed: false, end: { as: 'failed', detail: 'The policy became stricter.' } });
    expect(on.asked).not.toContain('whyLeftQueue');
  });
});

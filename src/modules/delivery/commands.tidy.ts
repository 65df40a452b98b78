import { isAppError } from '#kernel/errors.ts';
import type { Action } from '#modules/actions/index.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import { isAsking } from './decide.ends.ts';
import { AFTER_LANDING } from './model.landed.ts';
import type { Story } from './model.ts';
import type { EndingsDeps } from './steps.context.ts';

/** States in which an entry still waits or is worked on; what is quarantined stays as evidence. */
const QUEUED = ['queued', 'merging', 'verifying', 'publishing'] as const;

/**
 * Takes back what a story that was ended from outside left behind: what waits for people, what is queued, who is at work, the plan
 * and its open tasks. Every part is idempotent and looks at the rows as they are now, so it may run again at any time: after a
 * crash, and by a step of the story that was under way when the end came and left something more. An effect that has
 * begun is brought to its end first, so that nobody has to guess whether it happened.
 */
export async function tidy(deps: EndingsDeps, story: Story): Promise<void> {
  if (story.endedBy === null) return;
  const next = await deps.store.storyAfter(deps.db, story);
  const order: Order = {
    workItemId: story.workItemId,
    why: story.detail ?? 'The story was ended.',
    by: story.endedBy,
    isOurs: (made) => next === null || made < next.startedAt,
    isKept: (action) => AFTER_LANDING.has(action.record.kind) || (story.endedAs === 'needs_info' && isAsking(action)),
  };
  await withdrawActions(deps, order);
  const published = await dropEntries(deps, order);
  await giveBackAside(deps, order);
  await stopRuns(deps, order);
  await finishEffects(deps, order, published);
  await closePlan(deps, story, order);
}

interface Order {
  workItemId: string;
  why: string;
  by: string;
  /** Whether something made then belongs to this story, not to the one after it. */
  isOurs(made: Date): boolean;
  /** Whether an action is no leftover of the story. */
  isKept(action: Action): boolean;
}

async function actionsIn(deps: EndingsDeps, order: Order, status: Action['status']): Promise<Action[]> {
  const { items } = await deps.actions.list({ workItemId: order.workItemId, status, limit: 200 });
  return items.filter((action) => order.isOurs(action.createdAt) && !order.isKept(action));
}

async function withdrawActions(deps: EndingsDeps, order: Order): Promise<void> {
  for (const action of [...(await actionsIn(deps, order, 'pending')), ...(await actionsIn(deps, order, 'approved'))]) {
    await unlessMovedOn(() => deps.db.tx((tx) => deps.actions.withdraw(tx, action.id, order.why, order.by)));
  }
}

/** Answers the actions that the queue is carrying out at this moment: theirs is the one merge that can no longer be taken back. */
async function dropEntries(deps: EndingsDeps, order: Order): Promise<Set<string>> {
  const publishing = new Set<string>();
  for (const state of QUEUED) {
    const { items } = await deps.queue.list({ workItemId: order.workItemId, state, limit: 200 });
    for (const entry of items.filter((each) => order.isOurs(each.submittedAt))) {
      if (entry.publish.kind === 'action') publishing.add(entry.publish.actionId);
      await unlessMovedOn(() => dropOne(deps, order, entry));
    }
  }
  return publishing;
}

/** What an agent was to do again waits for people: nobody does it now. A merge that was taken back stays taken back. */
async function giveBackAside(deps: EndingsDeps, order: Order): Promise<void> {
  const { items } = await deps.queue.list({ workItemId: order.workItemId, state: 'quarantined', limit: 200 });
  for (const { id, publish, submittedAt } of items) if (publish.kind !== 'action' && order.isOurs(submittedAt)) await deps.queue.close(id, null);
}

async function dropOne(deps: EndingsDeps, order: Order, entry: QueueEntry): Promise<void> {
  if (entry.state !== 'publishing') await deps.queue.drop(entry.id, order.why, order.by);
}

async function stopRuns(deps: EndingsDeps, order: Order): Promise<void> {
  const { items } = await deps.agents.list({ workItemId: order.workItemId, limit: 200 });
  const running = items.filter((run) => run.endedAt === null && order.isOurs(run.createdAt));
  await Promise.all(running.map((run) => deps.agents.stop(run.id, order.by)));
}

/** Effects that began before the end. The queue's own are left to it: only the queue knows which tree it has verified. */
async function finishEffects(deps: EndingsDeps, order: Order, published: ReadonlySet<string>): Promise<void> {
  for (const action of await actionsIn(deps, order, 'executing')) {
    if (!published.has(action.id) && action.record.kind !== 'pr.merge') await deps.actions.execute(action.id);
  }
}

/** What the story's tasks own of the branch is free for others at once. */
async function releaseFiles(deps: EndingsDeps, workItemId: string, planId: string): Promise<void> {
  const item = await deps.work.get(workItemId);
  if (item === null || item.repositoryId === null || item.targetBranch === null) return;
  for (const task of await deps.planning.tasks(planId))
    await deps.queue.releaseScope({ repositoryId: item.repositoryId, target: item.targetBranch, taskId: task.id });
}

/** A plan whose story was taken back allows nothing any more. After a merge by hand it stays what was agreed; what is open of it is dropped. */
async function closePlan(deps: EndingsDeps, story: Story, order: Order): Promise<void> {
  const planId = await deps.store.planOfStory(deps.db, story.workItemId, story.generation);
  const plan = planId === null ? null : await deps.planning.plan(planId);
  if (plan === null) return;
  await releaseFiles(deps, story.workItemId, plan.id);
  if (plan.state === 'declined' || plan.state === 'superseded') return;
  await deps.db.tx(async (tx) => {
    if (story.endedAs !== 'merged') {
      await deps.planning.decline(tx, plan.id, order.by);
      return;
    }
    for (const task of await deps.planning.tasks(plan.id)) {
      if (task.state !== 'landed' && task.state !== 'dropped' && task.state !== 'failed')
        await deps.planning.setTaskState(tx, task.id, 'dropped', order.by);
    }
  });
}

/** What moved on meanwhile (decided, begun, landed) is found in its new state by the next look. */
async function unlessMovedOn(work: () => Promise<unknown>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
  }
}

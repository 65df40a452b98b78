import { isAppError, messageOf } from '#kernel/errors.ts';
import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { StoryEnd, StoryInput, TaskEnd, TaskInput, TaskView } from './model.ts';
import { questionIn } from './decide.slash.ts';
import type { CiVerdict, PullView } from './model.ci.ts';
import { TASK_WORKFLOW } from './model.ts';
import type { DeliveryEffects, DeliverySteps } from './steps.ts';
import { act, isEngineError, isOtherHistory, type Acted } from './workflow.acting.ts';
import { awaitCi, mendRed, type Mending } from './workflow.ci.ts';
import { durable, endedOutside } from './workflow.durable.ts';
import { landPull, type Blocked } from './workflow.landed.ts';
import { funded, MONEY_DECLINED } from './workflow.money.ts';
import { mendAsked, reviewPull, tellMended } from './workflow.review.ts';
import { addTests } from './workflow.tester.ts';

/** A pull request that conflicts with its base is built again at most this often before a person is asked. */
const MOST_REWORKS = 2;

/**
 * The story of an issue, as product.md tells it: triage, plan, approval, tasks, agent runs, change requests, merge queue, pull
 * request, review, approval, merge. Replayed from its recorded steps after a crash; every effect on the outside is an action.
 * Invariants: nothing is dispatched before its plan is approved; nothing reaches the default branch but through `pr.merge`; people may
 * end it at any time (the issue closed, the pull request merged or closed by hand, stopped), and no step goes on after that.
 */
export async function deliverStory(context: WorkflowContext, effects: DeliveryEffects, input: StoryInput): Promise<StoryEnd> {
  const on = durable(context, effects, { workItemId: input.workItemId, story: context.workflowId });
  return unlessReplaced(context, effects, () =>
    unlessPeopleEndIt(async () => {
      const end = await untilItEnds(() =>
        input.kind === 'issue' ? deliverIssue(context, on, input.workItemId) : deliverRequest(context, on, input.workItemId),
      );
      await on.finish(input.workItemId, context.workflowId, end);
      return end;
    }),
  );
}

/**
 * A story that another version of Reeve began, and that this one tells otherwise, cannot go on where it stopped. It ends with a sentence, so that nobody
 * waits for it and it can be begun anew. That end is no step: none can follow a history that is not ours.
 */
async function unlessReplaced(context: WorkflowContext, effects: DeliveryEffects, tell: () => Promise<StoryEnd>): Promise<StoryEnd> {
  try {
    return await tell();
  } catch (error) {
    if (!isOtherHistory(error)) throw error;
    return effects.abandon(context.workflowId, REPLACED);
  }
}

const REPLACED = 'Another version of Reeve began this story, and this one cannot go on from where it stood: start it again on its issue.';

/** The end that people gave it is written already, with who and why; the story only stops telling. */
async function unlessPeopleEndIt(tell: () => Promise<StoryEnd>): Promise<StoryEnd> {
  try {
    return await tell();
  } catch (error) {
    const end = endedOutside(error);
    if (end === null) throw error;
    return end;
  }
}

/**
 * Whatever goes wrong ends the story with a sentence: the engine does not run a failed workflow again, and a story that ends without
 * a word leaves people waiting. What the engine itself throws (a cancelled workflow, work handed back) is the engine's to handle.
 */
async function untilItEnds(tell: () => Promise<StoryEnd>): Promise<StoryEnd> {
  try {
    return await tell();
  } catch (error) {
    if (isEngineError(error) || endedOutside(error) !== null) throw error;
    const stopped = isAppError(error, 'refused') && error.code === MONEY_DECLINED;
    return { as: stopped ? 'declined' : 'failed', detail: messageOf(error) };
  }
}

async function deliverIssue(context: WorkflowContext, on: DeliverySteps, issue: string): Promise<StoryEnd> {
  const triage = await funded(context, on, () => on.triage(issue));
  await act(context, on, await on.proposeTriageComment(issue));
  await act(context, on, await on.proposeTriageLabels(issue));
  if (triage.route === 'duplicate') return closeAsDuplicate(context, on, issue);
  if (triage.route === 'ask') return askTheAuthor(context, on, issue, triage.questions);
  if (triage.route === 'human') return { as: 'left_to_people', detail: 'Triage found that a person should take this one.' };

  const planned = await planAndApprove(context, on, issue);
  if (planned.kind !== 'approved') return planned.end;

  const branch = await act(context, on, await on.proposeBranch(issue));
  if (!branch.done) return { as: 'failed', detail: `The branch was not made: ${branch.reason}` };
  await on.openBranch(issue);

  const built = await buildTasks(context, on, issue, planned.planId);
  if (!built.landed) return { as: 'failed', detail: built.reason };
  return openPullAndMerge(context, on, issue, planned.planId);
}

/** A person's request on their own repository: no triage and no pull request; it ends on the branch the person named. */
async function deliverRequest(context: WorkflowContext, on: DeliverySteps, request: string): Promise<StoryEnd> {
  const planned = await planAndApprove(context, on, request);
  if (planned.kind !== 'approved') return planned.end;
  await on.openBranch(request);
  const built = await buildTasks(context, on, request, planned.planId);
  if (!built.landed && !built.some) return { as: 'failed', detail: built.reason };
  const pushed = await act(context, on, await on.proposePush(request));
  const published = pushed.done ? { done: true as const, where: null } : await publishAside(context, on, request, pushed);
  if (!published.done) return { as: 'declined', detail: `The work is ready but was not published: ${published.reason}` };
  if (!built.landed) {
    const where = published.where === null ? '' : ` ${published.where}`;
    return { as: 'failed', detail: `Some tasks landed, not all: ${built.reason}${where}` };
  }
  return { as: 'landed', detail: published.where ?? (await on.landedSentence(request)) };
}

/** Refusals that speak of the branch as people have it now, not of the work or of who may publish it. */
const BRANCH_CANNOT_TAKE_IT = new Set(['checkout_dirty', 'checkout_busy', 'precondition_failed', 'ref_moved', 'not_fast_forward']);

/** Work that is done is not lost to a checkout with changes: it goes to a branch beside, as a push of its own that policy decides about. */
async function publishAside(
  context: WorkflowContext,
  on: DeliverySteps,
  request: string,
  refused: { reason: string; code: string | null },
): Promise<{ done: true; where: string } | { done: false; reason: string }> {
  const { reason, code } = refused;
  if (code === null || !BRANCH_CANNOT_TAKE_IT.has(code)) return { done: false, reason };
  const proposed = await on.proposePushAside(request);
  if (proposed === null) return { done: false, reason };
  const aside = await act(context, on, proposed);
  if (!aside.done) return { done: false, reason: `${reason} Nor on another branch: ${aside.reason}` };
  return { done: true, where: await on.pushedAsideSentence(request, aside.actionId, reason) };
}

async function closeAsDuplicate(context: WorkflowContext, on: DeliverySteps, issue: string): Promise<StoryEnd> {
  const closed = await act(context, on, await on.proposeDuplicateClose(issue));
  if (closed.done && closed.shadowed)
    return { as: 'left_to_people', detail: 'Shadow mode: it looked like a duplicate; that was recorded, and nothing is done.' };
  if (closed.done) return { as: 'duplicate', detail: 'Closed as a duplicate, with a link to the first report.' };
  return { as: 'left_to_people', detail: `It looked like a duplicate, but closing it was not agreed: ${closed.reason}` };
}

async function askTheAuthor(context: WorkflowContext, on: DeliverySteps, issue: string, questions: string[]): Promise<StoryEnd> {
  await on.waitForAnswers(issue);
  const proposed = await on.proposeQuestions(issue, questions);
  if (proposed === null) return { as: 'needs_info', detail: `Before this can be planned: ${questions.join(' ')}` };
  const asked = await act(context, on, proposed);
  if (!asked.done) return { as: 'needs_info', detail: `Questions could not be posted: ${asked.reason}` };
  return { as: 'needs_info', detail: 'Questions were posted; an answer starts the story again.' };
}

type Planned = { kind: 'approved'; planId: string } | { kind: 'ended'; end: StoryEnd };

async function planAndApprove(context: WorkflowContext, on: DeliverySteps, issue: string): Promise<Planned> {
  const plan = await funded(context, on, () => on.draftPlan(issue));
  if (plan.kind === 'questions') return { kind: 'ended', end: await askTheAuthor(context, on, issue, plan.questions) };
  const comment = await on.proposePlanComment(plan.planId);
  if (comment !== null) await act(context, on, comment);
  const approval = await act(context, on, await on.proposePlanApproval(plan.planId));
  if (approval.done && approval.shadowed)
    return { kind: 'ended', end: { as: 'left_to_people', detail: 'Shadow mode: the plan was decided and recorded; nothing is done.' } };
  await funded(context, on, () => on.planDecided(plan.planId, approval.done));
  const question = approval.done ? null : questionIn(approval.reason);
  if (question !== null) return { kind: 'ended', end: await askTheAuthor(context, on, issue, [question]) };
  if (!approval.done) return { kind: 'ended', end: { as: 'declined', detail: `The plan was not approved: ${approval.reason}` } };
  return { kind: 'approved', planId: plan.planId };
}

interface Built {
  landed: boolean;
  /** At least one task landed. */
  some: boolean;
  reason: string;
}

/** Tasks whose dependencies have landed run side by side, wave by wave; a failed task holds back only what depends on it. */
async function buildTasks(context: WorkflowContext, on: DeliverySteps, issue: string, planId: string): Promise<Built> {
  const tasks = await on.tasksOf(planId);
  const landed = new Set(tasks.filter((task) => task.landed).map((task) => task.id));
  const failed = new Map<string, string>();
  for (;;) {
    const ended = (id: string) => landed.has(id) || failed.has(id);
    const ready = tasks.filter((task) => !ended(task.id) && task.dependsOn.every((id) => landed.has(id)) && (task.after ?? []).every(ended));
    if (ready.length === 0) break;
    for (const [task, end] of await runWave(context, issue, ready)) {
      if (end.landed) landed.add(task.id);
      else failed.set(task.id, end.reason);
    }
  }
  const waiting = tasks.length - landed.size - failed.size;
  const blocked = waiting > 0 ? ` ${waiting} more waited for it.` : '';
  return { landed: landed.size === tasks.length, some: landed.size > 0, reason: [...failed.values()].join(' ') + blocked };
}

async function runWave(context: WorkflowContext, issue: string, wave: TaskView[]): Promise<Array<[TaskView, TaskEnd]>> {
  const idOf = (task: TaskView) => `${TASK_WORKFLOW}:${task.id}:${context.workflowId.split(':').at(-1) ?? '1'}`;
  for (const task of wave)
    await context.start(TASK_WORKFLOW, idOf(task), { ...sentBy(context, issue), taskId: task.id, firstAttempt: 1, feedback: null });
  const ends: Array<[TaskView, TaskEnd]> = [];
  for (const task of wave) ends.push([task, await context.result<TaskEnd>(idOf(task))]);
  return ends;
}

/** What a task knows of where it comes from: it ends with its story. */
function sentBy(context: WorkflowContext, issue: string): Pick<TaskInput, 'workItemId' | 'story'> {
  return { workItemId: issue, story: context.workflowId };
}

/** From a built branch to the default branch: push, pull request, checks, review, a person's yes, the queue's own merge. */
async function openPullAndMerge(context: WorkflowContext, on: DeliverySteps, issue: string, planId: string): Promise<StoryEnd> {
  const mending: Mending = { issue, planId, retries: 0 };
  let reworks = 0;
  /** What people had mended on the pull request, until it is pushed and they are told. */
  let mendedFor: string | null = null;
  for (let round = 0; ; round += 1) {
    const pushed = await act(context, on, await on.proposePush(issue));
    if (!pushed.done) return { as: 'failed', detail: `The branch was not pushed: ${pushed.reason}` };
    const opened = await act(context, on, await on.proposePull(issue));
    if (!opened.done) return { as: 'failed', detail: `The pull request was not opened: ${opened.reason}` };
    const pull = await on.recordPull(issue);
    if (mendedFor !== null) await tellMended(context, on, issue, mendedFor);
    mendedFor = null;
    for (const check of await on.proposeChecks(issue)) await act(context, on, check);
    const ci = pull.ci === 'awaited' ? await awaitCi(context, on, issue, pull) : undefined;
    if (ci?.kind === 'red') {
      const mended = await mendRed(context, on, Object.assign(mending, { pull: pull.id }), ci);
      if (!mended.mended) return { as: 'failed', detail: mended.reason };
      continue;
    }
    if (ci?.kind === 'asked') {
      mendedFor = (await mendAsked(context, on, { issue, planId, pull })).fixId;
      continue;
    }
    if (await addTests(context, on, { issue, planId, pull })) continue;
    await reviewPull(context, on, { issue, pull, round, ci });

    const merge = await act(context, on, await on.proposeMerge(issue), 'approve_only');
    const asked = isTakenBack(merge) ? await mendAsked(context, on, { issue, planId, pull }) : null;
    if (asked?.again === true) {
      mendedFor = asked.fixId;
      continue;
    }
    if (await turnedRed(context, on, { issue, pull, told: ci }, merge)) continue;
    if (!merge.done) return { as: 'declined', detail: `The merge was not approved: ${merge.reason}` };
    const landing = await landPull(context, on, { issue, pull, actionId: merge.actionId, round });
    if (landing.landed) return { as: 'merged', detail: await on.mergedSentence(issue) };

    await on.withdrawMerge(merge.actionId, landing.reason);
    if (landing.end !== null) return landing.end;
    if (reworks >= MOST_REWORKS) return { as: 'failed', detail: `After ${MOST_REWORKS} reworks it still does not land: ${landing.reason}` };
    reworks += 1;
    const reworked = await reworkPull(context, on, issue, planId, landing.blocked, round);
    if (!reworked.landed) return { as: 'failed', detail: reworked.reason };
  }
}

/**
 * A check may turn red while people think about the merge: then it is not theirs to decide any more, and goes back to the agent. Their no stays a
 * no. A merge that was taken back for a check that is green again by now (run again, or told late) is asked for anew.
 */
async function turnedRed(
  context: WorkflowContext,
  on: DeliverySteps,
  { issue, pull, told }: { issue: string; pull: PullView; told: CiVerdict | undefined },
  merge: Acted,
): Promise<boolean> {
  if (pull.ci !== 'awaited' || (merge.done ? merge.shadowed : merge.status !== 'superseded')) return false;
  const ci = await awaitCi(context, on, issue, pull, told);
  if (ci.kind !== 'red') return !merge.done;
  await on.withdrawMerge(merge.actionId, `CI turned red: ${ci.failed.join(', ')}`);
  return true;
}

/** Nobody said no: the question itself was taken back. */
const isTakenBack = (merge: Acted): boolean => !merge.done && merge.status === 'superseded';

/** The base moved under the pull request: keep what merges, build again what does not, with the conflict in hand. */
async function reworkPull(
  context: WorkflowContext,
  on: DeliverySteps,
  issue: string,
  planId: string,
  blocked: Blocked,
  round: number,
): Promise<Built> {
  const again = await (blocked.entryId === null
    ? on.startAfresh(issue, planId, null, blocked.conflicts)
    : on.startAfresh(issue, planId, blocked.entryId));
  const failed: string[] = [];
  for (const task of again) {
    const id = `${TASK_WORKFLOW}:${task.taskId}:${context.workflowId.split(':').at(-1) ?? '1'}:rework-${round + 1}`;
    const end = await context.child<TaskEnd>(TASK_WORKFLOW, id, { ...sentBy(context, issue), ...task });
    if (!end.landed) failed.push(end.reason);
  }
  return { landed: failed.length === 0, some: true, reason: failed.join(' ') };
}

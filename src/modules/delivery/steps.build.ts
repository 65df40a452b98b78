import { AppError } from '#kernel/errors.ts';
import { mayMove } from '#modules/work/index.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import type { Task } from '#modules/planning/index.ts';
import type { Mirror } from '#ports/git.ts';
import { decideDoerFor, splitWaits } from './decide.ts';
import type { EntryView } from './model.ts';
import { closeSetAside, describeSetAside } from './steps.rework.ts';
import type { DeliverySteps } from './steps.ts';
import { branchOf, dispatchOf, loadSubject, proposeFor, toActionView, type DeliveryDeps, type Subject } from './steps.context.ts';
import { endWait, saveWait } from './store.waits.ts';

type BuildSteps = Pick<
  DeliverySteps,
  | 'proposeBranch'
  | 'openBranch'
  | 'tasksOf'
  | 'mostAttempts'
  | 'proposeDispatch'
  | 'prepareRun'
  | 'submit'
  | 'entry'
  | 'taskLanded'
  | 'taskFailed'
  | 'readAction'
  | 'executeAction'
  | 'finish'
>;

/** The commit new work starts from: the head of the base branch as last fetched. */
async function baseHead(mirror: Mirror, subject: Subject): Promise<string> {
  const head = await mirror.resolve(`refs/remotes/source/${subject.repository.defaultBranch}`);
  if (head === null)
    throw new AppError('refused', `The branch ${subject.repository.defaultBranch} has no commit yet.`, {
      code: 'unborn_branch',
      hint: 'Make a first commit, then start again.',
    });
  return head;
}

const MOST_DIFF_BYTES = 200_000;

/** Longer than a run and its landing take; renewed at each try, given back when the task ends. A story that dies leaves nothing held for ever. */
const CLAIM_MS = 2 * 3_600_000;

const claimOf = (task: Task, subject: Subject) => ({ repositoryId: subject.repository.id, target: branchOf(subject), taskId: task.id });

/** What the work's branch changed until now: what a tester is to test. */
async function landedSoFar(mirror: Mirror, subject: Subject, head: string): Promise<string> {
  const base = await mirror.mergeBase(head, `refs/remotes/source/${subject.repository.defaultBranch}`);
  return mirror.diffText(base ?? head, head, MOST_DIFF_BYTES);
}

/** From the approved plan to landed change requests on the work's own branch. */
export function createBuildSteps(deps: DeliveryDeps): BuildSteps {
  const { db, planning, queue, actions } = deps;

  async function taskSubject(taskId: string) {
    const task = await planning.task(taskId);
    if (task === null) throw new AppError('not_found', `There is no task ${taskId}.`);
    return { task, subject: await loadSubject(deps, task.workItemId) };
  }

  /** A person answered the conflict of the attempt before, and their answer has this one's number. */
  async function answerOfPerson(taskId: string, attempt: number): Promise<QueueEntry | null> {
    const { items } = await queue.list({ taskId, limit: 200 });
    return items.find((entry) => entry.attempt >= attempt && entry.resolution !== null && entry.state !== 'dropped') ?? null;
  }

  /** The change request of this attempt that is there already: the agent sent it with its own token, or this step was interrupted. */
  async function submittedByItself(taskId: string, runId: string): Promise<QueueEntry | null> {
    const run = await deps.agents.get(runId);
    const { items } = await queue.list({ taskId, limit: 50 });
    return items.find((entry) => entry.attempt === run?.attempt && entry.state !== 'dropped') ?? null;
  }

  return {
    async proposeBranch(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const mirror = await deps.mirror(subject.repository.id);
      const sha = await baseHead(mirror, subject);
      const branch = branchOf(subject);
      // The first generation's branch stays: a later one goes on from where it is.
      const there = await subject.forge.branchHead(subject.repo, branch);
      return proposeFor(deps, subject, { kind: 'branch.create', key: branch, branch, args: { branch, sha: there ?? sha } });
    },

    async openBranch(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const mirror = await deps.mirror(subject.repository.id);
      await mirror.fetch();
      const branch = branchOf(subject);
      const ref = `refs/heads/${branch}`;
      const there = await mirror.resolve(ref);
      const start = (await mirror.resolve(`refs/remotes/source/${branch}`)) ?? (await baseHead(mirror, subject));
      // What an earlier request left here without being published (its push was declined) must not ride along with this one.
      const leftover =
        subject.story.kind === 'request' &&
        there !== null &&
        there !== start &&
        !(await deps.store.isTargetInUse(db, { repositoryId: subject.repository.id, branch, workItemId }));
      if (there !== null && !leftover) return there;
      if (!(await mirror.compareAndSwap(ref, there, start))) throw new AppError('unavailable', 'The branch moved meanwhile.');
      await db.tx((tx) => deps.work.update(tx, workItemId, { targetBranch: branch }, 'system'));
      return start;
    },

    async tasksOf(planId) {
      const tasks = await planning.tasks(planId);
      const waits = tasks.length > 1 ? await deps.waitsOf(planId) : null;
      const plan = { planner: (await planning.plan(planId))?.planner ?? '', tasks };
      return tasks.map((task) => {
        const { dependsOn, after } = waits?.get(task.id) ?? { dependsOn: task.dependsOn, after: [] };
        const { landed, ended } = splitWaits(task, dependsOn, plan);
        return { id: task.id, dependsOn: landed, after: [...after, ...ended], landed: task.state === 'landed' };
      });
    },

    mostAttempts: () => deps.settings.maxAttempts(),

    async proposeDispatch(taskId, attempt, waiting) {
      const { task, subject } = await taskSubject(taskId);
      if (task.assignee?.startsWith('person:') === true) return null;
      return proposeFor(deps, subject, { ...dispatchOf(task, attempt), waiting });
    },

    async prepareRun(taskId, attempt, feedback, rework = null, by) {
      const { task, subject } = await taskSubject(taskId);
      const named = by?.agent ?? null;
      if (named === null && task.assignee?.startsWith('person:') === true) return { kind: 'person', assignee: task.assignee.slice('person:'.length) };
      const answer = await answerOfPerson(taskId, attempt);
      if (answer !== null) return { kind: 'answered', entryId: answer.id };
      const agent =
        named ?? task.assignee?.replace(/^agent:/, '') ?? decideDoerFor(task.role, subject.story.options, subject.project.settings.roles, deps.roles);
      if (agent === null) {
        throw new AppError('refused', `No agent is configured for the role ${task.role}.`, {
          code: 'no_agent',
          hint: 'Name one under `roles:` in reeve.yaml, or pass --agent.',
        });
      }
      const branch = branchOf(subject);
      const claim = await queue.claimScope({ ...claimOf(task, subject), globs: task.scope, ttlMs: CLAIM_MS });
      if (claim.kind === 'held') return { kind: 'held', by: claim.by.map(({ taskId: holder }) => holder) };
      const mirror = await deps.mirror(subject.repository.id);
      const base = await mirror.resolve(`refs/heads/${branch}`);
      if (base === null) throw new AppError('conflict', `The branch ${branch} is missing from the mirror.`);
      const order = {
        taskId: task.id,
        workItemId: subject.item.id,
        role: task.role,
        agent,
        attempt,
        target: branch,
        feedback,
        rework,
        material: task.role === 'tester' ? await landedSoFar(mirror, subject, base) : null,
      };
      const run = await deps.agents.ensureRun({ ...order, runId: deps.ids.next('run'), base }, by?.also);
      // While an agent does it again nobody else is to decide about it; `taskFailed` gives it back to people.
      await closeSetAside(queue, taskId, `An agent does it again (attempt ${attempt}).`);
      await db.tx((tx) => planning.setTaskState(tx, task.id, 'running'));
      return {
        kind: 'run',
        workflowId: `agents.run:${run.id}:1`,
        request: { ...order, runId: run.id, base: run.baseCommit ?? base },
      };
    },

    async submit(taskId, runId, changeRequest, waiting) {
      const { task, subject } = await taskSubject(taskId);
      const own = await submittedByItself(taskId, runId);
      if (own !== null) {
        await db.tx(async (tx) => {
          // Nobody told the queue whom to notify of it: the story is woken by what happens to its task.
          if (own.notifyWorkflow === null) await saveWait(tx, { taskId, workflowId: waiting, assignee: own.submittedBy });
          await planning.setTaskState(tx, taskId, 'submitted');
          await deps.agents.recordChangeRequest(tx, runId, own.id);
        });
        return { kind: 'submitted', entryId: own.id };
      }
      const result = await queue.submit(changeRequest, {
        actor: task.assignee ?? 'system',
        projectId: subject.project.id,
        repositoryId: subject.repository.id,
        workItemId: subject.item.id,
        publish: { kind: 'mirror' },
        notifyWorkflow: waiting,
      });
      if (!result.ok)
        return {
          kind: 'refused',
          reason: result.error.map((refusal) => `${refusal.path === null ? '' : `${refusal.path}: `}${refusal.detail}`).join('\n'),
        };
      await db.tx(async (tx) => {
        await planning.setTaskState(tx, task.id, 'submitted');
        await deps.agents.recordChangeRequest(tx, runId, result.value.id);
      });
      return { kind: 'submitted', entryId: result.value.id };
    },

    async entry(entryId): Promise<EntryView> {
      const entry = await queue.get(entryId);
      if (entry === null) throw new AppError('not_found', `There is no change request ${entryId}.`);
      return {
        id: entry.id,
        state: entry.state,
        quarantine: entry.quarantine?.kind ?? null,
        ...(await describeSetAside(deps, entry)),
        conflictPaths: entry.quarantine?.kind === 'conflict' ? entry.quarantine.conflicts.map((conflict) => conflict.path) : [],
      };
    },

    async taskLanded(taskId) {
      const { task, subject } = await taskSubject(taskId);
      await queue.releaseScope(claimOf(task, subject));
      await db.tx(async (tx) => {
        await planning.setTaskState(tx, taskId, 'landed');
        await endWait(tx, taskId);
      });
    },

    async taskFailed(taskId, reason, attempt) {
      const { task, subject } = await taskSubject(taskId);
      // One that was made before its dispatch was decided, and refused: nobody carries it out.
      const left = await deps.agents.list({ taskId, state: 'queued', limit: 200 });
      for (const run of left.items) if (run.attempt === attempt) await deps.agents.stop(run.id, 'system');
      await closeSetAside(queue, taskId, null);
      await queue.releaseScope(claimOf(task, subject));
      const sentence = `Task "${task.title}" did not land: ${reason.split('\n')[0] ?? reason}`;
      await db.tx(async (tx) => {
        await endWait(tx, taskId);
        if (task.state !== 'dropped' && task.state !== 'landed') await planning.setTaskState(tx, taskId, 'failed');
        deps.ledger.append(tx, {
          kind: 'task.escalated',
          subject: taskId,
          actor: 'system',
          projectId: subject.project.id,
          workItemId: subject.item.id,
          payload: { reason: reason.slice(0, 4000) },
        });
        await deps.outbox.put(tx, {
          type: 'task.escalated',
          subject: taskId,
          workItemId: subject.item.id,
          projectId: subject.project.id,
          data: { title: task.title, reason: sentence },
        });
      });
      return sentence;
    },

    async readAction(actionId) {
      const action = await actions.get(actionId);
      if (action === null) throw new AppError('not_found', `There is no action ${actionId}.`);
      return toActionView(action);
    },

    async executeAction(actionId) {
      return toActionView(await actions.execute(actionId, {}, { askAgain: true }));
    },

    async finish(workItemId, workflowId, end) {
      const item = await deps.work.get(workItemId);
      const current = await deps.store.currentStory(db, workItemId);
      await db.tx(async (tx) => {
        // A story always ends. The item follows it only while it is this story's to move: people may have closed it meanwhile, and
        // an answer to a question may have begun the next generation already.
        const state = stateOfEnd[end.as];
        if (item !== null && state !== null && current?.workflowId === workflowId && mayMove(item.state, state)) {
          await deps.work.transition(tx, workItemId, state, end.detail, 'system');
        }
        await deps.store.endStory(tx, workflowId, end);
        const projectId = item?.projectId ?? null;
        deps.ledger.append(tx, {
          kind: 'story.ended',
          subject: workItemId,
          actor: 'system',
          projectId,
          workItemId,
          payload: { as: end.as, detail: end.detail },
        });
        await deps.outbox.put(tx, {
          type: 'story.ended',
          subject: workItemId,
          workItemId,
          projectId,
          data: { as: end.as, detail: end.detail, title: item?.title ?? '', number: item?.number ?? null },
        });
      });
    },
  };
}

const stateOfEnd = {
  merged: 'merged',
  landed: 'merged',
  duplicate: 'duplicate',
  needs_info: 'needs_info',
  left_to_people: null,
  declined: 'declined',
  failed: 'failed',
} as const;

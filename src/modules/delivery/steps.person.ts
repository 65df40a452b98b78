import { AppError } from '#kernel/errors.ts';
import type { QueueEntry } from '#modules/merge-queue/index.ts';
import type { Task } from '#modules/planning/index.ts';
import type { PersonsWork } from './model.ts';
import type { DeliverySteps } from './steps.ts';
import { branchOf, loadSubject, type DeliveryDeps } from './steps.context.ts';
import { endWait, saveWait } from './store.waits.ts';

/** What a person has done on a task that was given to them. */
export function createPersonSteps(deps: DeliveryDeps): Pick<DeliverySteps, 'personsWork'> {
  const { db, planning } = deps;

  /** Says once where the work is wanted, so that the person can begin without asking. */
  async function handOver(task: Task, assignee: string, workflowId: string): Promise<void> {
    const { item, project, repository, ...subject } = await loadSubject(deps, task.workItemId);
    const target = branchOf({ item, project, repository, ...subject });
    const base = await (await deps.mirror(repository.id)).resolve(`refs/heads/${target}`);
    await db.tx(async (tx) => {
      if (!(await saveWait(tx, { taskId: task.id, workflowId, assignee }))) return;
      const data = { key: task.key, title: task.title, assignee, repository: repository.name, target, base, scope: task.scope };
      deps.ledger.append(tx, {
        kind: 'task.handed_over',
        subject: task.id,
        actor: 'system',
        projectId: project.id,
        workItemId: item.id,
        payload: data,
      });
      await deps.outbox.put(tx, { type: 'task.handed_over', subject: task.id, projectId: project.id, workItemId: item.id, data });
    });
  }

  async function newest(taskId: string, fromAttempt: number): Promise<QueueEntry | null> {
    const { items } = await deps.queue.list({ taskId, limit: 50 });
    return items.find((entry) => entry.attempt >= fromAttempt && entry.state !== 'dropped') ?? null;
  }

  return {
    async personsWork(taskId, fromAttempt, workflowId): Promise<PersonsWork> {
      const task = await planning.task(taskId);
      if (task === null) throw new AppError('not_found', `There is no task ${taskId}.`);
      const entry = await newest(taskId, fromAttempt);
      if (entry !== null && (entry.state === 'landed' || entry.state === 'already_landed')) {
        // Before anybody looked: a task lands after it was submitted.
        if (task.state === 'ready') await db.tx((tx) => planning.setTaskState(tx, taskId, 'submitted', entry.submittedBy));
        return { kind: 'landed', entryId: entry.id };
      }
      if (task.state === 'dropped') return { kind: 'ended', reason: 'The task was dropped.' };
      if (task.assignee?.startsWith('person:') !== true) {
        await db.tx((tx) => endWait(tx, taskId));
        return { kind: 'given_to_agent' };
      }
      await handOver(task, task.assignee, workflowId);
      const state = entry === null || entry.state === 'quarantined' ? 'ready' : 'submitted';
      await db.tx((tx) => planning.setTaskState(tx, taskId, state, entry?.submittedBy ?? 'system'));
      return { kind: 'waiting' };
    },
  };
}

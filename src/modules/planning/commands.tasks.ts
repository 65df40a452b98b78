import { AppError } from '#kernel/errors.ts';
import type { Tx } from '#platform/db/index.ts';
import { announce, existing, type PlanningDeps } from './commands.context.ts';
import { accountableFor, decideAssignments, mayTake, type AgentCandidate, type PersonCandidate } from './decide.assign.ts';
import { mayBecome, readyTasks } from './decide.tasks.ts';
import { TASK_ASSIGNED, TASK_EVENTS } from './events.ts';
import { AssignerAnswer, type Assignment, type Task, type TaskState } from './model.ts';
import * as store from './store.tasks.ts';

export interface AssignInput {
  people: readonly PersonCandidate[];
  agents: readonly AgentCandidate[];
  /** Open work by `person:<handle>` or `agent:<name>`, beside the tasks counted here (work items, reviews). */
  load?: Readonly<Record<string, number>>;
  /** Time zones of requester and reviewers. */
  timezones?: readonly string[];
  /** `agents`: the work goes to agents where policy lets it, and people are accountable; default `anyone`. */
  doers?: 'agents' | 'anyone';
  /** Tasks policy sends no agent to, by key, with its reason. */
  refusedToAgents?: ReadonlyMap<string, string>;
}

export type Assignments = ReadonlyMap<string, { assignee: string | null; assignment: Assignment }>;

export interface TaskCommands {
  /** Moves a task; the same state again is a no-op, an illegal move a conflict. A landed task makes those that waited ready. */
  setTaskState(tx: Tx, taskId: string, state: TaskState, by?: string): Promise<Task>;
  /** Gives the plan's unassigned open tasks to people and agents, with the reason stored (A4). Tasks somebody assigned stay. */
  assign(tx: Tx, planId: string, input: AssignInput): Promise<Task[]>;
  /** Whom the open tasks of a plan should go to: the configured model's answer, or the rules' where none is configured or it fails. */
  chooseAssignments(planId: string, input: AssignInput): Promise<Assignments>;
  /**
   * Asks a model to assign instead: candidates and scores of the rules are shown, and only a candidate that the rules call able
   * may be named. Answers what to store with `applyAssignments`; asks outside any transaction.
   */
  suggestAssignments(planId: string, input: AssignInput & { model: string }): Promise<Map<string, { assignee: string; assignment: Assignment }>>;
  applyAssignments(tx: Tx, planId: string, assignments: Assignments): Promise<Task[]>;
}

export function createTaskCommands(deps: PlanningDeps): TaskCommands {
  async function applyAssignments(tx: Tx, planId: string, chosen: Assignments): Promise<Task[]> {
    for (const task of await store.tasksOfPlan(tx, planId)) {
      const one = chosen.get(task.key);
      if (one === undefined || task.assignee !== null) continue;
      await store.saveAssignment(tx, task.id, one.assignee, one.assignment);
      await announce(deps, tx, {
        kind: TASK_ASSIGNED,
        subject: task.id,
        actor: 'system',
        workItemId: task.workItemId,
        data: {
          key: task.key,
          assignee: one.assignee,
          reason: one.assignment.reason,
          by: one.assignment.by,
          score: one.assignment.score,
          accountable: one.assignment.accountable?.who ?? null,
        },
      });
    }
    return store.tasksOfPlan(tx, planId);
  }

  return {
    applyAssignments,
    async setTaskState(tx, taskId, state, by = 'system') {
      const task = existing(await store.lockTask(tx, taskId), 'task', taskId);
      if (task.state === state) return task;
      if (!mayBecome(task.state, state))
        throw new AppError('conflict', `Task ${task.key} is ${task.state}; it cannot become ${state}.`, {
          code: 'task_state',
          detail: { state: task.state },
        });
      await store.saveState(tx, taskId, state);
      await announce(deps, tx, {
        kind: TASK_EVENTS[state],
        subject: taskId,
        actor: by,
        workItemId: task.workItemId,
        data: { plan_id: task.planId, key: task.key, title: task.title, from: task.state, to: state, assignee: task.assignee },
      });
      if (state === 'landed') await makeReady(deps, tx, task.planId);
      return existing(await store.taskById(tx, taskId), 'task', taskId);
    },
    async assign(tx, planId, input) {
      return applyAssignments(tx, planId, await scored(deps, openUnassigned(await store.tasksOfPlan(tx, planId)), input, tx));
    },
    async chooseAssignments(planId, input) {
      const tasks = openUnassigned(await store.tasksOfPlan(deps.db, planId));
      const byRules = await scored(deps, tasks, input, deps.db);
      const model = await deps.model();
      if (model === 'rules' || tasks.length === 0) return byRules;
      // Who does it is worth a question, but not the plan: a model that is away or answers nonsense leaves it to the rules.
      const byModel = await askModel(deps, tasks, byRules, { ...input, model }).catch(() => new Map());
      return new Map([...byRules, ...byModel]);
    },
    async suggestAssignments(planId, input) {
      const tasks = openUnassigned(await store.tasksOfPlan(deps.db, planId));
      return askModel(deps, tasks, await scored(deps, tasks, input, deps.db), input);
    },
  };
}

function openUnassigned(tasks: readonly Task[]): Task[] {
  return tasks.filter(({ assignee, state }) => assignee === null && (state === 'planned' || state === 'ready'));
}

async function makeReady(deps: PlanningDeps, tx: Tx, planId: string): Promise<void> {
  const tasks = await store.tasksOfPlan(tx, planId);
  for (const id of readyTasks(tasks)) {
    const task = tasks.find((candidate) => candidate.id === id);
    if (task === undefined || task.state === 'ready') continue;
    await store.saveState(tx, id, 'ready');
    await announce(deps, tx, {
      kind: TASK_EVENTS.ready,
      subject: id,
      actor: 'system',
      workItemId: task.workItemId,
      data: { plan_id: planId, key: task.key, title: task.title, from: task.state, to: 'ready', assignee: task.assignee },
    });
  }
}

type Scored = Map<string, { assignee: string | null; assignment: Assignment }>;

async function scored(
  deps: PlanningDeps,
  tasks: readonly Task[],
  input: AssignInput,
  on: Pick<Tx, 'all' | 'one' | 'maybe' | 'run'>,
): Promise<Scored> {
  const load: Record<string, number> = { ...input.load };
  for (const [who, open] of Object.entries(await store.openByAssignee(on))) load[who] = (load[who] ?? 0) + open;
  return decideAssignments(tasks, {
    people: input.people,
    agents: input.agents,
    load,
    timezones: input.timezones ?? [],
    now: deps.clock.now(),
    doers: input.doers ?? 'anyone',
    ...(input.refusedToAgents === undefined ? {} : { refusedToAgents: input.refusedToAgents }),
  });
}

async function askModel(
  deps: PlanningDeps,
  tasks: readonly Task[],
  byRules: Scored,
  input: AssignInput & { model: string },
): Promise<Map<string, { assignee: string; assignment: Assignment }>> {
  const [first] = tasks;
  if (first === undefined) return new Map();
  const able = (key: string) => (byRules.get(key)?.assignment.candidates ?? []).filter((candidate) => mayTake(candidate, key, input));
  const answer = await deps.gateway.ask({
    purpose: 'assign',
    model: input.model,
    promptName: 'assigner',
    variables: {
      tasks: tasks.map((task) => `${task.key} (${task.estimate}, ${task.role}): ${task.title}\nfiles: ${task.scope.join(', ')}`).join('\n\n'),
      candidates: tasks
        .map(
          (task) =>
            `${task.key}:\n${
              able(task.key)
                .map(({ who, score, says }) => `- ${who}, ${score ?? 0} of 100: ${says.join('; ')}`)
                .join('\n') || '- nobody'
            }`,
        )
        .join('\n\n'),
    },
    schema: AssignerAnswer,
    check: ({ assignments }) => [
      ...tasks
        .filter(({ key }) => able(key).length > 0 && assignments.filter(({ task }) => task === key).length !== 1)
        .map(({ key }) => `assignments: ${key} must be given to exactly one candidate`),
      ...assignments
        .filter(({ task, assignee }) => !able(task).some(({ who }) => who === assignee))
        .map(({ task, assignee }) => `assignments: ${assignee} is no candidate for ${task}`),
    ],
    workItemId: first.workItemId,
  });
  return new Map(
    answer.value.assignments.map(({ task, assignee, rationale, suggested_sprint }) => {
      const candidates = byRules.get(task)?.assignment.candidates ?? [];
      return [
        task,
        {
          assignee,
          assignment: {
            reason: rationale,
            by: answer.model,
            score: candidates.find(({ who }) => who === assignee)?.score ?? null,
            candidates,
            suggestedSprint: suggested_sprint,
            accountable: accountableFor(assignee, candidates),
          },
        },
      ];
    }),
  );
}

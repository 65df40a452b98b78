import { isAtLeast } from '#kernel/actor.ts';
import { AgentRole, type AssignInput, type Task } from '#modules/planning/index.ts';
import { decideDoerFor } from './decide.ts';
import { dispatchOf, proposalOf, type DeliveryDeps, type Subject } from './steps.context.ts';

/**
 * Gives the plan's unassigned tasks to agents and people, with the reason stored, and names who answers for each (A4). Tasks
 * somebody assigned stay with them; so it may run again.
 */
export async function assignTasks(deps: DeliveryDeps, subject: Subject, planId: string): Promise<void> {
  const open = (await deps.planning.tasks(planId)).filter((task) => task.assignee === null);
  if (open.length === 0) return;
  const chosen = await deps.planning.chooseAssignments(planId, await inputOf(deps, subject, open));
  await deps.db.tx((tx) => deps.planning.applyAssignments(tx, planId, chosen));
}

async function inputOf(deps: DeliveryDeps, subject: Subject, tasks: readonly Task[]): Promise<AssignInput> {
  const { items } = await deps.people.list({ limit: 200 });
  const requester = items.find(({ handle }) => handle === subject.item.requestedBy);
  return {
    people: items.filter(({ role }) => isAtLeast(role, 'developer')),
    agents: deps.agents.agents().map((agent) => ({ ...agent, roles: rolesOf(deps, subject, agent.name) })),
    timezones: requester === undefined ? [] : [requester.timezone],
    doers: subject.project.settings.assign,
    refusedToAgents: await refusals(deps, subject, tasks),
  };
}

/** Roles the agent may fill here: those it is named for, and those nobody is named for. */
function rolesOf(deps: DeliveryDeps, { story, project }: Subject, agent: string): AgentRole[] {
  return AgentRole.options.filter((role) => {
    const named = decideDoerFor(role, story.options, project.settings.roles, deps.roles);
    return named === null || named === agent;
  });
}

/** Tasks policy would send no agent to, with its reason: they are people's work from the start. */
async function refusals(deps: DeliveryDeps, subject: Subject, tasks: readonly Task[]): Promise<Map<string, string>> {
  const refused = new Map<string, string>();
  for (const task of tasks) {
    const decision = await deps.actions.foresee(proposalOf(subject, dispatchOf(task, 1)));
    if (decision.kind === 'deny') refused.set(task.key, decision.reason);
  }
  return refused;
}

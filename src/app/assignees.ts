import { isAtLeast } from '#kernel/actor.ts';
import type { People } from '#modules/people/index.ts';

/** Why a task cannot be given to `person:<handle>` or `agent:<name>`; null: it can. People send their work with the role developer. */
export async function refuseAssignee(
  from: { people: Pick<People, 'byHandle'>; agents: Readonly<Record<string, unknown>> },
  assignee: string,
): Promise<string | null> {
  const [kind = '', name = ''] = assignee.split(/:(.*)/s);
  if (kind === 'agent') return Object.hasOwn(from.agents, name) ? null : `There is no agent ${name}.`;
  const person = await from.people.byHandle(name);
  if (person === null || !person.active) return `There is no active person ${name}.`;
  return isAtLeast(person.role, 'developer') ? null : `${name} may not send change requests: that needs the role developer.`;
}

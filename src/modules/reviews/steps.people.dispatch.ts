import type { Action } from '#modules/actions/index.ts';
import { decideDispatch, isFinal } from './decide.people.ts';
import type { Dispatch } from './model.people.fix.ts';
import type { HelpContext, HelpDeps, HelpRole } from './steps.people.context.ts';

export interface DispatchOrder {
  /** Of one dispatch; the same one again is the same action. */
  key: string;
  role: HelpRole;
  agent: string;
  /** Handle of the person who asked for it; null: nobody did, the project opted in. */
  triggerUser: string | null;
  /** The workflow that waits while a person decides; null: then it is left out. */
  waiting: string | null;
}

/** Sending an agent to a person's pull request is an action as it is for a task: policy, stage and month's money are asked first. */
export async function dispatch(deps: HelpDeps, on: HelpContext, pullId: string, order: DispatchOrder): Promise<Dispatch> {
  const { number } = await on.placeOf(pullId);
  const { key, role, agent, triggerUser, waiting } = order;
  const proposal = {
    key,
    args: { title: `Pull request #${number}`, role, assignee: `agent:${agent}` },
    triggerUser,
    waiting: waiting ?? '',
  };
  if (waiting === null) {
    // A question that nobody waits for would be a question for nothing.
    const foreseen = await deps.actions.foresee(await on.proposalOf(pullId, 'agent.dispatch', proposal));
    if (foreseen.kind !== 'auto') return { kind: 'no', why: foreseen.reason };
  }
  const proposed = await on.propose(pullId, 'agent.dispatch', proposal);
  return proposed === null ? { kind: 'no', why: 'It is not allowed here.' } : decideDispatch(await settled(deps, proposed));
}

/** The action, or its successor, carried out where that is allowed. */
async function settled(deps: HelpDeps, proposed: Action): Promise<Action> {
  let action = proposed;
  while (action.status === 'superseded' && action.supersededBy !== null) {
    const next = await deps.actions.get(action.supersededBy);
    if (next === null) return action;
    action = next;
  }
  if (action.status !== 'approved' && action.status !== 'executing') return action;
  try {
    return await deps.actions.execute(action.id);
  } catch (error) {
    if (!isFinal(error)) throw error;
    return (await deps.actions.get(action.id)) ?? action;
  }
}

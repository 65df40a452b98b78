import type { ActionKind } from '#modules/actions/index.ts';
import type { JsonObject } from '#kernel/json.ts';

/** What the work of one run is made of, outside. */
export interface OwnWork {
  /** The and the pull request's numbers, as far as there are any. */
  numbers: readonly number[];
}

export interface AgentProposal {
  kind: ActionKind;
  target: { number?: number | null };
  args: JsonObject;
}

/**
 * What an agent may ask for over HTTP. Everything else that a story needs outside (branches, pull requests, checks, labels, Reeve's own
 * comments, dispatches, settings) Reeve proposes itself, from what it observed: in an agent's hands a label would start other work, a check
 * would vouch for itself, a push would pass the merge queue by, and a marker would overwrite what Reeve or a reviewer wrote.
 */
const AGENT_KINDS: ReadonlySet<ActionKind> = new Set([
  'pr.comment.summary',
  'pr.merge',
  'pr.close',
  'pr.assign',
  'issue.assign',
  'issue.close',
  'issue.transition',
  'issue.create.low',
]);

export interface ProposalRefusal {
  code: 'not_an_agents_action' | 'not_your_work';
  reason: string;
}

/** Why an agent may not propose this, whatever the policy says of the kind; null: policy decides. */
export function refuseAgentProposal({ kind, target, args }: AgentProposal, own: OwnWork): ProposalRefusal | null {
  if (!AGENT_KINDS.has(kind)) return { code: 'not_an_agents_action', reason: `${kind} is never an agent's to propose.` };
  if (args['marker'] !== undefined) return { code: 'not_an_agents_action', reason: 'An agent names no marker: it stands for what somebody wrote.' };
  if (kind === 'issue.create.low') return null;
  // Either place may name it; two different ones are refused as malformed.
  const number = target.number ?? args['number'];
  if (typeof number === 'number' && own.numbers.includes(number)) return null;
  return { code: 'not_your_work', reason: 'An agent proposes for the issue and the pull request of its own work only.' };
}

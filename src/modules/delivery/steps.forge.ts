import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { AGENT_OUTPUT_MARKER, agentOutput, agentOutputComment, agentOutputName } from './decide.text.ts';
import { proposalKey, type DeliveryDeps, type ProposalParts, type Subject } from './steps.context.ts';

/** Forges on which others than Reeve run checks. */
export const hasOwnChecks = ({ repo }: Pick<Subject, 'repo'>): boolean => repo.forge === 'github';

/** Forges on the net show what was written a moment ago a moment later. */
export const behind = (what: string): AppError => new AppError('unavailable', what, { code: 'forge_behind' });

/** A merge that was taken back because a check turned red is asked for anew when the same commit is green again. */
export async function notWithdrawn(deps: DeliveryDeps, subject: Subject, head: string): Promise<string> {
  for (let times = 0; ; times += 1) {
    const key = times === 0 ? head : `${head}:${times}`;
    const before = await deps.actions.byKey(proposalKey(subject, 'pr.merge', key));
    if (before === null || before.status !== 'superseded' || before.supersededBy !== null) return key;
  }
}

/**
 * What the agents did for this head, with the way to their whole logs: the text of a check, or, where the forge cuts such a text to a line, one
 * comment that is edited in place. Null: none worked on it.
 */
export async function agentOutputOf(
  deps: DeliveryDeps,
  { item, forge }: Subject,
  { head, number }: { head: string; number: number },
): Promise<ProposalParts | null> {
  const { items } = await deps.agents.list({ workItemId: item.id, limit: 100 });
  const runs = items.filter(({ role, changeRequestId }) => changeRequestId !== null && role !== 'reviewer').toReversed();
  const last = runs.at(-1);
  if (last === undefined) return null;
  const summary = agentOutput(runs, deps.publicUrl);
  const name = agentOutputName(last.agent);
  if (forge.keepsCheckText?.() === false)
    return {
      kind: 'pr.comment.output',
      key: `${head}:${sha256Hex(summary)}`,
      number,
      args: { body: agentOutputComment(name, head, summary), marker: AGENT_OUTPUT_MARKER },
    };
  return {
    kind: 'pr.check',
    key: `${head}:agent-output:${sha256Hex(summary)}`,
    headSha: head,
    args: {
      name: `reeve/${name}`,
      head_sha: head,
      conclusion: 'neutral',
      summary,
      url: `${deps.publicUrl}/v1/jobs/${last.id}/log?follow=0`,
    },
  };
}

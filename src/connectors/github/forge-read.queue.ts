import { AppError } from '#kernel/errors.ts';
import type { QueueDeparture, QueueState } from '#ports/forge-read.ts';
import type { On } from './client.repository.ts';
import { QUEUE_STATE } from './schema.graphql.ts';
import { QueueStanding } from './schema.rest.ts';

/** How a pull request stands with GitHub's own merge queue. AppError not_found. */
export async function queueStateOf({ client, name }: On, number: number): Promise<QueueState> {
  const { repository } = await client.query(QUEUE_STATE, { owner: name.owner, name: name.repo, number }, QueueStanding);
  const pull = repository?.pullRequest ?? null;
  if (pull === null) throw new AppError('not_found', `There is no pull request ${number}.`, { code: 'github_not_found' });
  if (pull.state !== 'OPEN') return { state: 'ended' };
  if (pull.isInMergeQueue) return { state: 'waiting' };
  const last = pull.timelineItems.nodes.at(-1);
  if (last === undefined || last.__typename !== 'RemovedFromMergeQueueEvent') return { state: 'out' };
  return { state: 'left', at: new Date(last.createdAt), ...toDeparture(last.reason ?? '') };
}

/**
 * GitHub's word for why: of the webhook `MERGE_CONFLICT`, `CI_FAILURE`, `CI_TIMEOUT`, `MANUAL`, `QUEUE_CLEARED`, `BRANCH_PROTECTIONS`, …;
 * of the timeline a text of no fixed form, so words decide.
 */
export function toDeparture(because: string): QueueDeparture {
  const cause = /conflict/i.test(because)
    ? 'conflict'
    : /ci_|check|timeout|timed out/i.test(because)
      ? 'checks'
      : /manual|cleared|by user/i.test(because)
        ? 'person'
        : 'other';
  return { cause, because: because === '' ? 'GitHub gives no reason' : because.slice(0, 200) };
}

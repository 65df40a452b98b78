import { toStorableText } from '#kernel/text.ts';
import type { Tx } from '#platform/db/index.ts';
import { withoutSecrets } from '#platform/secrets/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import { isForeignCheck } from './decide.ci.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { openPullsAt } from './store.ci.ts';

export interface CiDeps extends Pick<DeliveryDeps, 'db' | 'ids' | 'store' | 'actions' | 'redact'> {
  workflow: Pick<WorkflowEngine, 'send'>;
}

/** What a forge tells of its checks. */
export type CiEvent = Extract<ForgeEvent, { kind: 'check.completed' | 'check_suite.completed' | 'workflow_run.completed' }>;

export function isCiEvent(event: ForgeEvent): event is CiEvent {
  return event.kind === 'check.completed' || event.kind === 'check_suite.completed' || event.kind === 'workflow_run.completed';
}

const MOST_SUMMARY = 4000;

/**
 * Keeps the result of a check by its commit, and wakes the story whose pull request has that head: it reads the forge itself, the event only says that
 * there is something to read. A merge that people are still thinking about is taken back when a check of its head turns red. Safe to run twice.
 */
export async function noteCi(deps: CiDeps, repository: Repository, event: CiEvent): Promise<void> {
  const headSha = shaOf(event);
  if (event.kind === 'check.completed' && !isForeignCheck(event.check)) return;
  const pulls = await openPullsAt(deps.db, repository.id, headSha);
  if (event.kind === 'check.completed') await keep(deps, repository, { event, workItemId: pulls[0]?.workItemId ?? null });
  for (const pull of pulls) {
    const story = pull.workItemId === null ? null : await deps.store.currentStory(deps.db, pull.workItemId);
    if (story === null || story.endedAt !== null) continue;
    await deps.db.tx(async (tx) => {
      if (event.kind === 'check.completed' && event.check.conclusion === 'failure')
        await takeBackMerge(deps, tx, { workItemId: story.workItemId, headSha, check: event.check.name });
      await deps.workflow.send(tx, story.workflowId, `ci:${pull.id}`, { head_sha: headSha }, keyOf(event, pull.id));
    });
  }
}

function shaOf(event: CiEvent): string {
  if (event.kind === 'check.completed') return event.check.head_sha;
  return event.kind === 'check_suite.completed' ? event.suite.head_sha : event.run.head_sha;
}

/** One message for each fact, however often it is told. */
function keyOf(event: CiEvent, pullId: string): string {
  const what =
    event.kind === 'check.completed'
      ? `${event.check.name}:${event.check.id ?? ''}:${event.check.conclusion}`
      : event.kind === 'check_suite.completed'
        ? `${event.suite.app}:${event.suite.conclusion}`
        : `${event.run.id}:${event.run.attempt}`;
  return `ci:${pullId}:${shaOf(event)}:${event.kind}:${what}:${event.occurred_at}`;
}

async function keep(
  deps: CiDeps,
  repository: Repository,
  { event, workItemId }: { event: Extract<CiEvent, { kind: 'check.completed' }>; workItemId: string | null },
): Promise<void> {
  const { check } = event;
  await deps.store.saveCheckResult(deps.db, {
    id: deps.ids.next('ciResult'),
    projectId: repository.projectId,
    repositoryId: repository.id,
    workItemId,
    headSha: check.head_sha,
    name: check.name,
    source: repository.forge,
    conclusion: check.conclusion,
    durationMs: null,
    summary: (await withoutSecrets(deps.redact(toStorableText(check.summary)))).slice(0, MOST_SUMMARY),
    // A commit status has no run of its own to be named by.
    externalId: check.id ?? check.conclusion,
  });
}

/** Only while it waits for people: one that was approved is the story's, which reads the checks once more before it merges. */
async function takeBackMerge(deps: CiDeps, tx: Tx, about: { workItemId: string; headSha: string; check: string }): Promise<void> {
  const { items } = await deps.actions.list({ workItemId: about.workItemId, kind: 'pr.merge', status: 'pending', limit: 10 });
  for (const action of items)
    if (action.record.preconditions.head_sha === about.headSha) await deps.actions.withdraw(tx, action.id, `CI turned red: ${about.check}.`);
}

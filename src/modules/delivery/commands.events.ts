import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { People } from '#modules/people/index.ts';
import type { Projects, Repository } from '#modules/projects/index.ts';
import type { Work } from '#modules/work/index.ts';
import { TERMINAL_WORK_STATES } from '#modules/work/index.ts';
import type { Delivery } from './commands.ts';
import { OWN_LOGIN } from './steps.context.ts';

export interface ForgeEventDeps {
  db: Db;
  work: Work;
  projects: Projects;
  people: People;
  delivery: Pick<Delivery, 'startIfReady'>;
}

type IssueEvent = Extract<ForgeEvent, { issue: unknown }>;

/**
 * What a fact of a forge means for the work: issues are mirrored into work items; a label or an answer may start a story; an
 * issue that people closed ends. Facts about repositories nobody allowlisted have no effect. Safe to run twice and out of order.
 */
export async function applyForgeEvent(deps: ForgeEventDeps, event: ForgeEvent): Promise<void> {
  if (!('issue' in event)) return;
  const forge = event.repo.forge;
  if (forge !== 'local' && forge !== 'github' && forge !== 'path') return;
  const repository = await deps.projects.repositoryByName(forge, event.repo.name);
  if (repository === null || !repository.allowlisted) return;
  const project = await deps.projects.get(repository.projectId);
  if (project === null || project.optedOut) return;

  const itemId = await mirrorIssue(deps, event, repository);
  if (event.actor === OWN_LOGIN) return;
  if (event.kind === 'issue.closed') await closedByPeople(deps, itemId, event);
  else if (event.kind === 'issue.reopened') await reopened(deps, itemId, event);
  if (event.kind === 'issue.closed' || !(await mayStart(deps, itemId, event))) return;
  await deps.delivery.startIfReady(itemId, await handleOf(deps, forge, event));
}

async function mirrorIssue(deps: ForgeEventDeps, event: IssueEvent, repository: Repository): Promise<string> {
  const { issue } = event;
  const { item } = await deps.db.tx((tx) =>
    deps.work.upsertExternal(tx, {
      projectId: repository.projectId,
      repositoryId: repository.id,
      source: event.repo.forge,
      externalId: issue.external_id,
      number: issue.number,
      title: issue.title,
      body: issue.body,
      url: issue.url,
      labels: issue.labels,
      author: issue.author,
      externalUpdatedAt: new Date(issue.updated_at),
      by: 'system',
    }),
  );
  return item.id;
}

/** The person behind a forge login: a linked identity, or for the embedded forge the handle itself. */
async function handleOf(deps: ForgeEventDeps, forge: string, event: IssueEvent): Promise<string | null> {
  const linked = await deps.people.personFor(forge, event.actor);
  if (linked !== null) return linked.handle;
  return forge === 'local' ? ((await deps.people.byHandle(event.actor))?.handle ?? null) : null;
}

/** A questioned issue goes on when its author or requester answers, or somebody hands it over again; not at a stranger's remark. */
async function mayStart(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<boolean> {
  const item = await deps.work.get(itemId);
  if (item?.state !== 'needs_info') return true;
  if (event.kind === 'issue.labeled') return true;
  return (event.kind === 'issue.commented' || event.kind === 'issue.edited') && (event.actor === item.author || event.actor === item.requestedBy);
}

async function reopened(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<void> {
  const item = await deps.work.get(itemId);
  if (item === null || !TERMINAL_WORK_STATES.includes(item.state)) return;
  await deps.db.tx((tx) => deps.work.transition(tx, itemId, 'new', `Reopened by ${event.actor}.`, `person:${event.actor}`));
}

async function closedByPeople(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<void> {
  const item = await deps.work.get(itemId);
  if (item === null) throw new AppError('not_found', `There is no work item ${itemId}.`);
  if (TERMINAL_WORK_STATES.includes(item.state)) return;
  // A merge closes its issue by itself: the story says so, not this event.
  if (event.issue.close_reason === 'completed') return;
  const state = event.issue.close_reason === 'duplicate' ? 'duplicate' : 'declined';
  await deps.db.tx((tx) => deps.work.transition(tx, itemId, state, `Closed by ${event.actor}.`, `person:${event.actor}`));
}

import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { OwnLogin, RepoRef } from '#ports/forge-read.ts';
import type { People } from '#modules/people/index.ts';
import type { Project, Projects, Repository } from '#modules/projects/index.ts';
import type { Work, WorkState } from '#modules/work/index.ts';
import { TERMINAL_WORK_STATES } from '#modules/work/index.ts';
import { isCiEvent, noteCi, type CiDeps } from './commands.ci.ts';
import type { Delivery } from './commands.ts';
import type { Endings } from './commands.ends.ts';
import { noteReview, type ReviewEventDeps } from './commands.review.ts';
import { obeyComment, type SlashComment, type SlashDeps } from './commands.slash.ts';
import { isOwnDeed } from './decide.own.ts';
import { saidAt } from './decide.slash.ts';
import type { DeliveryQueries } from './queries.ts';

export interface ForgeEventDeps {
  db: Db;
  work: Work;
  projects: Projects;
  people: People;
  delivery: Pick<Delivery, 'startIfReady'>;
  endings: Pick<Endings, 'look' | 'takeBack' | 'follow'>;
  queries: Pick<DeliveryQueries, 'story' | 'pullByNumber'>;
  /** Author of what Reeve itself writes on a forge. AppError unavailable while a forge that has to be asked is away. */
  ownLogin(forge: string): Promise<OwnLogin>;
  /** Takes in a repository that the operator allowlisted by name and nobody registered; null: it is none of ours. */
  adopt(repo: RepoRef): Promise<Repository | null>;
  ci: CiDeps;
  slash: SlashDeps;
  review: ReviewEventDeps;
}

type IssueEvent = Extract<ForgeEvent, { issue: unknown }>;
type PullEvent = Extract<ForgeEvent, { pull: unknown }>;

/**
 * What a fact of a forge means for the work: issues are mirrored into work items; a label or an answer may start a story; an issue
 * that people closed, or took the ready label off, and a pull request that people merged or closed, end the story that runs
 * for it; a comment may hold a command; a check that ended wakes the story whose head it is about. Facts about repositories nobody
 * allowlisted have no effect, and what Reeve did itself starts and ends nothing. Safe to run twice and out of order.
 */
export async function applyForgeEvent(deps: ForgeEventDeps, event: ForgeEvent, receivedAt: Date): Promise<void> {
  if (!('issue' in event) && !('pull' in event) && event.kind !== 'pull.discussed' && !isCiEvent(event)) return;
  const place = await placeOf(deps, event.repo);
  if (place === null) return;
  const { project, repository } = place;
  if (isCiEvent(event)) return noteCi(deps.ci, repository, event);
  const own = isOwnDeed(event, await deps.ownLogin(event.repo.forge), project.settings.readyLabel);
  if (event.kind === 'pull.discussed') return own ? undefined : pullDiscussed(deps, repository, event, receivedAt);
  if ('pull' in event) return own ? undefined : pullChanged(deps, repository, event);

  const itemId = await mirrorIssue(deps, event, repository);
  if (!own) await issueChanged(deps, { event, itemId, project, repository, receivedAt });
}

/** Null: nobody allowlisted the repository, or its project has opted out. */
async function placeOf(deps: ForgeEventDeps, repo: RepoRef): Promise<{ project: Project; repository: Repository } | null> {
  const { forge, name } = repo;
  if (forge !== 'local' && forge !== 'github' && forge !== 'path') return null;
  const repository = (await deps.projects.repositoryByName(forge, name)) ?? (await deps.adopt(repo));
  if (repository === null || !repository.allowlisted) return null;
  const project = await deps.projects.get(repository.projectId);
  return project === null || project.optedOut ? null : { project, repository };
}

interface IssueChange {
  event: IssueEvent;
  itemId: string;
  project: Project;
  repository: Repository;
  receivedAt: Date;
}

/** What people did to an issue. */
async function issueChanged(deps: ForgeEventDeps, { event, itemId, project, repository, receivedAt }: IssueChange): Promise<void> {
  const { readyLabel } = project.settings;
  if (event.kind === 'issue.commented' && (await obeyed(deps, event, { repository, workItemId: itemId, place: 'issue', receivedAt }))) return;
  if (event.kind === 'issue.closed') await closedByPeople(deps, itemId, event);
  else if (event.kind === 'issue.reopened') await startOver(deps, itemId, TERMINAL_WORK_STATES, `Reopened by ${event.actor}.`, event);
  else if (event.kind === 'issue.unlabeled' && isSame(event.label, readyLabel)) await takenBack(deps, itemId, event);
  else if (event.kind === 'issue.labeled' && isSame(event.label, readyLabel)) await handedOverAgain(deps, itemId, event);
  if (event.kind === 'issue.closed' || !(await mayStart(deps, itemId, event))) return;
  await deps.delivery.startIfReady(itemId, await handleOf(deps, event.repo.forge, event));
}

type CommentEvent = Extract<ForgeEvent, { comment: unknown }>;

/** A command in a comment is no answer to a question. */
function obeyed(
  deps: ForgeEventDeps,
  { comment }: CommentEvent,
  at: Omit<SlashComment, 'id' | 'author' | 'authorId' | 'body' | 'through'>,
): Promise<boolean> {
  const { id, author, author_id: authorId = null, body, through = null, created_at } = comment;
  return obeyComment(deps.slash, { ...at, receivedAt: saidAt(new Date(created_at), at.receivedAt), id, author, authorId, body, through });
}

/** Not what stands beside a line of the diff: of such a comment GitHub does not tell whether an app wrote it in the author's name. */
async function pullDiscussed(
  deps: ForgeEventDeps,
  repository: Repository,
  event: Extract<ForgeEvent, { kind: 'pull.discussed' }>,
  receivedAt: Date,
): Promise<void> {
  const pull = await deps.queries.pullByNumber(repository.id, event.number);
  await obeyed(deps, event, { repository, workItemId: pull?.workItemId ?? null, place: 'pull', receivedAt });
}

const isSame = (label: string, ready: string): boolean => label.toLowerCase() === ready.toLowerCase();

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
      isFirst: event.kind === 'issue.opened',
      by: 'system',
    }),
  );
  return item.id;
}

/** The person behind a forge login: a linked identity, or for the embedded forge the handle itself. */
async function handleOf(deps: ForgeEventDeps, forge: string, event: IssueEvent): Promise<string | null> {
  const linked = await deps.people.recognize(forge, event.actor, event.actor_id ?? null);
  if (linked !== null) return linked.handle;
  return forge === 'local' ? ((await deps.people.byHandle(event.actor))?.handle ?? null) : null;
}

/** As whom the end of work is recorded: a linked login that has another account now is told from the person it was (`mia#6666`). */
async function loginOf({ people }: Pick<ForgeEventDeps, 'people'>, event: ForgeEvent): Promise<string> {
  const { actor, actor_id: accountId = null, repo } = event;
  if (accountId === null || (await people.personFor(repo.forge, actor)) === null) return actor;
  return (await people.recognize(repo.forge, actor, accountId)) === null ? `${actor}#${accountId}` : actor;
}

/** A questioned issue goes on when its author or requester answers, or somebody hands it over again; not at a stranger's remark. */
async function mayStart(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<boolean> {
  const item = await deps.work.get(itemId);
  if (item?.state !== 'needs_info') return true;
  if (event.kind === 'issue.labeled') return true;
  return (event.kind === 'issue.commented' || event.kind === 'issue.edited') && (event.actor === item.author || event.actor === item.requestedBy);
}

async function startOver(deps: ForgeEventDeps, itemId: string, from: readonly WorkState[], why: string, event: IssueEvent): Promise<void> {
  const item = await deps.work.get(itemId);
  if (item === null || !from.includes(item.state)) return;
  await deps.db.tx((tx) => deps.work.transition(tx, itemId, 'new', why, `person:${event.actor}`));
}

/** What ends a story is read from the forge itself; the event says that there is something to read, and who did it. */
async function closedByPeople(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<void> {
  if (await isUnderWay(deps, itemId)) {
    await deps.endings.look(itemId, await loginOf(deps, event));
    return;
  }
  const item = await deps.work.get(itemId);
  if (item === null) throw new AppError('not_found', `There is no work item ${itemId}.`);
  if (TERMINAL_WORK_STATES.includes(item.state)) return;
  // Work that people did without a story: closed by their own merge, most likely.
  if (event.issue.close_reason === 'completed') return;
  const state = event.issue.close_reason === 'duplicate' ? 'duplicate' : 'declined';
  await deps.db.tx((tx) => deps.work.transition(tx, itemId, state, `Closed by ${event.actor}.`, `person:${event.actor}`));
}

async function isUnderWay(deps: ForgeEventDeps, itemId: string): Promise<boolean> {
  const story = await deps.queries.story(itemId);
  return story !== null && story.endedAs === null;
}

/** The label handed the issue over; whoever takes it off takes the issue back. Put on again since (events overtake each other): nothing. */
async function takenBack(deps: ForgeEventDeps, itemId: string, event: Extract<IssueEvent, { label: string }>): Promise<void> {
  const item = await deps.work.get(itemId);
  if (item === null || item.labels.some((label) => isSame(label, event.label))) return;
  const detail = `${event.actor} took the label ${event.label} off issue #${event.issue.number}.`;
  await deps.endings.takeBack(itemId, { detail, login: await loginOf(deps, event) });
}

/** The label put on again after a story was declined or failed asks for another one; an event that is older than that end does not. */
async function handedOverAgain(deps: ForgeEventDeps, itemId: string, event: IssueEvent): Promise<void> {
  const endedAt = (await deps.queries.story(itemId))?.endedAt ?? null;
  if (endedAt === null || event.issue.state !== 'open' || new Date(event.occurred_at) <= endedAt) return;
  await startOver(deps, itemId, ['declined', 'failed'], `Handed over again by ${event.actor}.`, event);
}

/** A pull request of ours that people merged, closed or reviewed; others are theirs. */
async function pullChanged(deps: ForgeEventDeps, repository: Repository, event: PullEvent): Promise<void> {
  if (event.kind !== 'pull.merged' && event.kind !== 'pull.closed' && event.kind !== 'pull.reviewed') return;
  const pull = await deps.queries.pullByNumber(repository.id, event.pull.number);
  if (pull === null || pull.workItemId === null) return;
  if (event.kind === 'pull.reviewed') return noteReview(deps.review, repository, pull, event);
  if (await isUnderWay(deps, pull.workItemId)) await deps.endings.look(pull.workItemId, await loginOf(deps, event));
  else await deps.endings.follow(pull.workItemId, await loginOf(deps, event));
}

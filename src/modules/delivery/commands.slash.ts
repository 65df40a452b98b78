import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import type { Person } from '#modules/people/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { Delivery } from './commands.ts';
import type { Endings } from './commands.ends.ts';
import type { Fixes } from './commands.fix.ts';
import type { FixKind } from './model.review.ts';
import { decideSubject, mayCommand, needsInfoReason, parseSlash, STRANGER_ANSWER, type Slash, type SlashPlace } from './decide.slash.ts';
import type { DeliveryDeps } from './steps.context.ts';

export interface SlashDeps extends Pick<DeliveryDeps, 'db' | 'store' | 'work' | 'people' | 'actions' | 'log'> {
  approvals: Pick<Approvals, 'decide'>;
  delivery: Pick<Delivery, 'orchestrate'>;
  endings: Pick<Endings, 'stop'>;
  fixes: Fixes;
  /** Ids of the projects a person is limited to; null: none. */
  projectsOf(personId: string): Promise<readonly string[] | null>;
}

/** A comment with where it stands. */
export interface SlashComment {
  repository: Repository;
  /** Null: the issue or pull request is none of our work. */
  workItemId: string | null;
  place: SlashPlace;
  id: string;
  /** Login on the forge. */
  author: string;
  /** Lasting id of the author's account; null: the forge tells none. */
  authorId: string | null;
  /** App that wrote it in the author's name; null: none. */
  through: string | null;
  body: string;
  /** By our clock; of one that was delivered late, when it was said. */
  receivedAt: Date;
}

/**
 * Does what a comment tells Reeve to do, as the person who is linked with its author and with what that person may do: the same decisions,
 * starts and ends as over HTTP. Answers whether it was meant as a command; what went wrong is said there, in one comment. Again is no
 * second deed: a decision is made once, a story is started once, and what has ended stays ended.
 */
export async function obeyComment(deps: SlashDeps, comment: SlashComment): Promise<boolean> {
  const slash = mayCommand(comment.repository.forge) ? parseSlash(comment.body) : null;
  if (slash === null) return false;
  const item = comment.workItemId === null ? null : await deps.work.get(comment.workItemId);
  if (item === null) return true;
  // A login that has another account now is a stranger's. An app may write in a person's name, and an agent may be behind it: only people decide.
  const person = comment.through === null ? await deps.people.recognize(comment.repository.forge, comment.author, comment.authorId) : null;
  const actor = person === null ? null : await actorFor(deps, person, item);
  if (actor === null) {
    deps.log.info({ author: comment.author, workItem: item.id }, 'a command of somebody Reeve does not know was left alone');
    await answer(deps, comment, item, { key: 'stranger', text: STRANGER_ANSWER });
    return true;
  }
  const refused = await carriedOut(deps, { comment, slash, item, actor });
  if (refused !== null) await answer(deps, comment, item, { key: comment.id, text: refused });
  return true;
}

/** Null: they may do nothing here, and learn nothing of it. */
async function actorFor({ projectsOf }: SlashDeps, person: Person, item: WorkItem): Promise<Actor | null> {
  if (!person.active) return null;
  const projects = await projectsOf(person.id);
  if (projects !== null && !projects.includes(item.projectId)) return null;
  return { kind: 'person', subject: `person:${person.handle}`, role: person.role, personId: person.id, projects };
}

interface Order {
  comment: SlashComment;
  slash: Slash;
  item: WorkItem;
  actor: Actor;
}

/** What stood in the way, for whoever gave the command; null: it is done. A part of the installation that is away is thrown: the event comes again. */
async function carriedOut(deps: SlashDeps, order: Order): Promise<string | null> {
  try {
    return await carryOut(deps, order);
  } catch (error) {
    if (!isAppError(error) || error.kind === 'unavailable' || error.kind === 'rate_limited' || error.kind === 'internal') throw error;
    return error.hint === null || error.hint === undefined ? error.message : `${error.message} ${error.hint}`;
  }
}

async function carryOut(deps: SlashDeps, { comment, slash, item, actor }: Order): Promise<string | null> {
  if (slash.kind === 'unknown')
    return 'There is no such command. Use `/reeve approve`, `decline`, `needs-info`, `retry`, `stop`, `fix reviews` or `fix conflict`.';
  if (slash.kind === 'fix') return fix(deps, { comment, item, actor }, slash.what);
  switch (slash.verb) {
    case 'approve':
    case 'decline':
      return decide(deps, { comment, item, actor }, { decision: slash.verb, reason: slash.reason, confirm: slash.confirm });
    case 'needs-info':
      return decide(deps, { comment, item, actor }, { decision: 'decline', reason: needsInfoReason(slash.reason), confirm: null });
    case 'retry':
      return retry(deps, { comment, item, actor });
    case 'stop':
      mustBe(actor, 'maintainer');
      if (await isOlder(deps, item, comment)) return null;
      await deps.endings.stop(item.id, slash.reason, actor);
      return null;
  }
}

type Given = Omit<Order, 'slash'>;

/** Said under the issue or the pull request: there is one pull request for both. */
async function fix(deps: SlashDeps, { comment, item, actor }: Given, what: FixKind): Promise<string | null> {
  mustBe(actor, 'developer');
  if (await isOlder(deps, item, comment)) return null;
  const pull = await deps.store.pullOfWorkItem(deps.db, item.id);
  if (pull === null) return 'There is no pull request yet.';
  await deps.fixes.ask(pull.id, what, actor, `comment:${comment.repository.id}:${comment.id}`);
  return null;
}

async function decide(
  deps: SlashDeps,
  { comment, item, actor }: Given,
  wanted: { decision: 'approve' | 'decline'; reason: string | null; confirm: string | null },
): Promise<string | null> {
  const action = await pendingFor(deps, { comment, item });
  if (action === null) return 'Nothing that can be decided here waits for a decision.';
  const { reason, confirm } = wanted;
  const done = await deps.approvals.decide(
    action.id,
    { decision: wanted.decision, digest: action.digest, ...(reason === null ? {} : { reason }), ...(confirm === null ? {} : { confirm }) },
    actor,
  );
  return done.status === 'pending' ? `${done.votes.yes} of ${done.votes.needed} said yes; it waits for somebody else.` : null;
}

async function pendingFor(deps: SlashDeps, { comment, item }: Pick<Given, 'comment' | 'item'>) {
  const { items } = await deps.actions.list({ workItemId: item.id, status: 'pending', limit: 100 });
  // What an agent or another person proposed is not shown here: a yes to the plan must never be one to that.
  const own = items.filter(({ record }) => record.kind === 'plan.approve' || record.proposer.subject === 'system');
  const pending = own.map((action) => ({ ...action, kind: action.record.kind }));
  return decideSubject(
    comment.place,
    pending.toSorted((a, b) => a.createdAt.getTime() - b.createdAt.getTime()),
    comment.receivedAt,
  );
}

/** A retry that is asked about is allowed; else the story starts again, where there is none under way. */
async function retry(deps: SlashDeps, { comment, item, actor }: Given): Promise<string | null> {
  mustBe(actor, 'developer');
  const { items } = await deps.actions.list({ workItemId: item.id, kind: 'ci.retry', status: 'pending', limit: 1 });
  if (items.length > 0) return decide(deps, { comment, item, actor }, { decision: 'approve', reason: null, confirm: null });
  if (await isOlder(deps, item, comment)) return null;
  const before = await deps.store.currentStory(deps.db, item.id);
  const story = await deps.delivery.orchestrate(item.id, actor);
  return before !== null && before.endedAt === null && story.workflowId === before.workflowId
    ? 'The story of this issue is under way already.'
    : null;
}

/** The command was given to a story before this one: it has been done, and its event only came again. */
async function isOlder({ db, store }: SlashDeps, item: WorkItem, { receivedAt }: SlashComment): Promise<boolean> {
  const story = await store.currentStory(db, item.id);
  return story !== null && story.startedAt.getTime() > receivedAt.getTime();
}

function mustBe(actor: Actor, needed: 'developer' | 'maintainer'): void {
  if (isAtLeast(actor.role, needed)) return;
  throw new AppError('forbidden', `This needs the role ${needed}; you are ${actor.role}.`, { code: 'role_missing' });
}

/**
 * One comment for each key, on the issue the work began with; the executor carries it out when policy allows it. When the event comes again
 * its words may differ ("you have approved this already"): the first answer stays.
 */
async function answer(deps: SlashDeps, comment: SlashComment, item: WorkItem, { key, text }: { key: string; text: string }): Promise<void> {
  if (item.number === null) return;
  const { repository } = comment;
  const idempotencyKey = `slash:${item.id}:${key}`;
  if ((await deps.actions.byKey(idempotencyKey)) !== null) return;
  await deps.actions.transaction((tx) =>
    deps.actions.propose(tx, {
      kind: 'issue.comment.questions',
      target: { forge: repository.forge, repo: repository.name, number: item.number },
      args: {
        body: key === 'stranger' ? text : `@${comment.author}${comment.place === 'pull' ? ' (on the pull request)' : ''} ${text}`,
        marker: `reeve:answer:${key.replace(/[^a-z0-9]/gi, '_')}`,
      },
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: item.projectId,
      workItemId: item.id,
      idempotencyKey,
      runBy: 'executor',
    }),
  );
}

import { messageOf } from '#kernel/errors.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { ForgeRead, PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { TrackerIssue, TrackerRead } from '#ports/tracker-read.ts';
import type { Difference, Reread } from '#modules/connections/index.ts';
import type { Pull } from '#modules/delivery/index.ts';
import type { Project, Repository } from '#modules/projects/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';
import { hasLabel, hear, takeIn, toIssueEvent, watched } from './reconcile.ts';

/** What changed since so short a time may still be on its way as a webhook: it is no difference yet. */
const SETTLED_MS = 10 * 60_000;
const PAGE = 100;
/** More open issues than this, and the rest waits for its webhooks: a night has its limits too. */
const MOST_PAGES = 200;
/** A ledger entry names so many; it counts all of them. */
const MOST_NAMED = 200;

interface Reading {
  modules: Modules;
  repository: Repository;
  project: Project;
  repo: RepoRef;
  tracker: TrackerRead;
  read: ForgeRead;
  /** What changed later is left alone. */
  before: Date;
  told: Reread;
}

/**
 * Nightly, beside the reconciler's quarter of an hour: the open issues and pull requests of each repository as GitHub shows them, held
 * against what Reeve has, and what differs is heard of through the same door as webhooks. It says in the ledger what it repaired. Safe
 * twice and by two processes. `settledMs` 0: also what changed a moment ago.
 */
export async function rereadGithub(context: Context, modules: Modules, { settledMs = SETTLED_MS }: { settledMs?: number } = {}): Promise<Reread[]> {
  const { github } = modules.forges;
  const all: Reread[] = [];
  if (github === null) return all;
  const before = new Date(context.clock.now().getTime() - settledMs);
  for (const { repository, project } of await watched(modules)) {
    const told: Reread = { repository: repository.name, looked: { issues: 0, pulls: 0 }, repaired: [], problem: null };
    const repo = { forge: 'github', name: repository.name };
    const reading: Reading = { modules, repository, project, repo, tracker: github.tracker, read: github.read, before, told };
    try {
      await compareIssues(reading);
      await comparePulls(reading);
    } catch (error) {
      told.problem = messageOf(error);
      context.log.warn({ err: error, repository: repository.name }, 'GitHub could not be read to its end; it is done again');
    }
    if (told.repaired.length > 0) await note(context, modules, repository, told);
    all.push(told);
  }
  return all;
}

async function compareIssues(reading: Reading): Promise<void> {
  const { modules, repository, repo, tracker, told } = reading;
  const shown = new Set<string>();
  let cursor: string | undefined;
  let whole = false;
  for (let page = 0; page < MOST_PAGES && !whole; page += 1) {
    const { items, nextCursor } = await tracker.issues(repo, { state: 'open', limit: PAGE, ...(cursor === undefined ? {} : { cursor }) });
    for (const issue of items) {
      shown.add(issue.externalId);
      told.looked.issues += 1;
      if (issue.updatedAt <= reading.before) await compareIssue(reading, issue);
    }
    whole = nextCursor === null;
    cursor = nextCursor ?? undefined;
  }
  // Of what was not listed nothing follows while the list was cut.
  if (!whole) return;
  for (let after: string | undefined; ;) {
    const { items, nextCursor } = await modules.work.list({ repositoryId: repository.id, source: 'github', open: true, limit: PAGE, cursor: after });
    for (const item of items) if (!shown.has(item.externalId)) await lookAtMissing(reading, item);
    if (nextCursor === null) break;
    after = nextCursor;
  }
}

async function compareIssue(reading: Reading, issue: TrackerIssue): Promise<void> {
  const { modules, project, repo, tracker } = reading;
  const { readyLabel } = project.settings;
  const known = await modules.work.byExternalId('github', issue.externalId);
  const taken = await takeIn(modules, tracker, { repository: repo.name, readyLabel, issue });
  if (taken !== null) return repaired(reading, 'issue', issue.number, known === null ? 'opened' : 'ready_label');
  if (known === null) return;
  const by = (login: string, accountId: string | null = null) => toIssueEvent(repo.name, issue, { login, accountId });
  // Whoever took the label off is not told: nobody's word is taken for it, the label's absence is.
  if (hasLabel(known.labels, readyLabel) && !hasLabel(issue.labels, readyLabel))
    return tell(reading, { kind: 'issue.unlabeled', ...by(''), label: readyLabel }, 'ready_label_removed');
  // Maintainers edit as well as authors, and nobody says who it was: an author's answer is not made up.
  if (known.title !== issue.title || known.body !== issue.body) return tell(reading, { kind: 'issue.edited', ...by('') }, 'edited');
  if (sorted(known.labels) === sorted(issue.labels)) return;
  // An issue that waits for its author's answer is not answered by a label.
  const setter = known.state === 'needs_info' ? null : await tracker.labeledBy(repo, issue.number, readyLabel);
  const { login, accountId } = setter ?? { login: known.state === 'needs_info' ? '' : issue.author, accountId: null };
  await tell(reading, { kind: 'issue.edited', ...by(login, accountId) }, 'edited');
}

const sorted = (labels: readonly string[]): string => labels.toSorted().join('\n');

/** It is open for Reeve and not listed as open: closed, deleted, or moved to another repository. */
async function lookAtMissing(reading: Reading, item: WorkItem): Promise<void> {
  const { repo, tracker, before } = reading;
  if (item.number === null) return;
  const issue = await tracker.issue(repo, item.number);
  // Of one that is gone the person who follows it decides; its story ends when its next step finds it gone.
  if (issue === null || issue.state === 'open' || issue.externalId !== item.externalId || issue.updatedAt > before) return;
  const fact = toIssueEvent(repo.name, issue, { login: issue.closedBy ?? '', accountId: null });
  await tell(reading, { kind: 'issue.closed', ...fact }, 'closed');
}

async function tell(reading: Reading, event: Extract<ForgeEvent, { issue: unknown }>, what: string): Promise<void> {
  const { external_id: id, number, updated_at: at } = event.issue;
  if (await hear(reading.modules, `reread:${id}:${what}:${Date.parse(at)}`, event)) repaired(reading, 'issue', number, what);
}

/** Pull requests of Reeve's own: those of people are read when something happens to them. */
async function comparePulls(reading: Reading): Promise<void> {
  const { modules, repository, repo, read, told } = reading;
  for (let after: string | undefined; ;) {
    const filter = { projectId: repository.projectId, state: 'open', limit: PAGE, ...(after === undefined ? {} : { cursor: after }) };
    const { items, next_cursor: next } = await modules.deliveryQueries.pulls(filter);
    for (const pull of items.filter((one) => isCompared(one, repository.id))) {
      told.looked.pulls += 1;
      const shown = await read.pullByNumber(repo, pull.number);
      const what = shown === null ? null : differenceOf(pull, shown);
      if (shown !== null && what !== null) await repairPull(reading, pull, shown, what);
    }
    if (next === null) break;
    after = next;
  }
}

/** The rows of people's are kept too, and are not ours to mend: the forge is not asked about each of them. */
export const isCompared = (pull: Pick<Pull, 'repositoryId' | 'workItemId'>, repositoryId: string): boolean =>
  pull.repositoryId === repositoryId && pull.workItemId !== null;

/** What is otherwise at the forge, the weightiest alone; null: nothing that Reeve keeps. */
export function differenceOf(
  pull: Pick<Pull, 'state' | 'headSha' | 'draft' | 'title'>,
  shown: Pick<PullRequest, 'state' | 'headSha' | 'draft' | 'title'>,
): string | null {
  if (shown.state !== pull.state) return shown.state;
  if (shown.headSha !== pull.headSha) return 'head';
  return shown.draft !== pull.draft || shown.title !== pull.title ? 'edited' : null;
}

/**
 * Who mends what differs in a pull request: a story under way writes its row itself at its steps, and only an end that people gave it is
 * told to it; its own merge that is under way (a queue takes its time) is its own to tell. Without a story the row is written as the
 * forge shows it.
 */
export function menderOf(isUnderWay: boolean, shown: PullRequest['state']): 'story' | 'row' | 'nobody' {
  if (!isUnderWay) return 'row';
  return shown === 'open' ? 'nobody' : 'story';
}

async function repairPull(reading: Reading, { workItemId, number, updatedAt }: Pull, shown: PullRequest, what: string): Promise<void> {
  const { deliveryQueries, endings } = reading.modules;
  // The story writes the row itself at its steps; what it wrote a moment ago is newer than what was read.
  if (workItemId === null || updatedAt > reading.before) return;
  const story = await deliveryQueries.story(workItemId);
  const mender = menderOf(story !== null && story.endedAs === null, shown.state);
  if (mender === 'nobody') return;
  // Null: a landing of its own is under way, or it has ended meanwhile. It is looked at again the next night.
  if (mender === 'story' && (await endings.look(workItemId, shown.endedBy)) === null) return;
  if (mender === 'row') await endings.follow(workItemId, shown.endedBy ?? '');
  repaired(reading, 'pull', number, what);
}

function repaired({ told }: Reading, kind: Difference['kind'], number: number, what: string): void {
  told.repaired.push({ kind, number, what });
}

async function note({ db, log }: Context, { ledger }: Modules, { projectId, id }: Repository, told: Reread): Promise<void> {
  const { repository, looked, repaired: found } = told;
  const payload = {
    repository,
    looked,
    repaired: found.length,
    what: found.slice(0, MOST_NAMED).map(({ kind, number, what }) => `${kind} #${number} ${what}`),
  };
  log.info(payload, 'what GitHub shows differed from what was known, and was repaired');
  await db.tx(async (tx) => ledger.append(tx, { kind: 'github.reread', subject: id, actor: 'system', projectId, payload }));
}

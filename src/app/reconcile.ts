import { isAppError } from '#kernel/errors.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { TrackerIssue, TrackerRead } from '#ports/tracker-read.ts';
import type { GithubForge } from '#connectors/github/index.ts';
import type { ReadId } from '#modules/intake/index.ts';
import type { Project, Repository } from '#modules/projects/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

/** GitHub keeps deliveries for three days; what failed longer ago is found by reading its state. */
const DELIVERIES_KEPT_MS = 3 * 24 * 3_600_000;
/** Issues are read from so long before the last word of a repository: one that was lost among others that came. */
const OVERLAP_MS = 24 * 3_600_000;
/** A delivery that fails again and again (a secret that does not fit) is asked for a few times after it failed first, then no more. */
const ASKED_FOR_MS = 2 * 3_600_000;
const MOST_REDELIVERED = 100;
const PAGE = 100;
const MOST_PAGES = 50;

/** A repository with its project. */
export interface Watched {
  repository: Repository;
  project: Project;
}

export interface Repaired {
  /** Deliveries that GitHub was asked to send again. */
  redelivered: number;
  /** Issues that were opened, or handed over by the ready label, without our hearing of it. */
  issues: number;
  /** Of these the ones (`owner/name#1`) where GitHub does not say who set the ready label: their authors count as who asked. */
  unknownRequesters: string[];
}

/**
 * What got lost on the way from GitHub: it never repeats a webhook by itself, and nothing is sent while no server listens. Deliveries that
 * failed are asked for again, and the open issues that changed since a repository was last heard of are read. Safe to do twice and by two processes at once:
 * both ways end at the door that takes each delivery once. What one repository refuses keeps no other from being looked at.
 * `atStart`: all that GitHub still has, because nobody listened before.
 */
export async function reconcileGithub(context: Context, modules: Modules, { atStart }: { atStart: boolean }): Promise<Repaired> {
  const { github } = modules.forges;
  const repaired: Repaired = { redelivered: 0, issues: 0, unknownRequesters: [] };
  if (github === null) return repaired;
  const since = new Date(context.clock.now().getTime() - (atStart ? DELIVERIES_KEPT_MS : ASKED_FOR_MS));
  let hooked = false;
  for (const { repository, project } of await watched(modules)) {
    try {
      // An App has one webhook for all its repositories.
      if (!hooked) repaired.redelivered += await redeliver(context, github, repository, since);
      hooked ||= github.checksAs === 'check_run';
      await readIssues(modules, github.tracker, { repository, project }, repaired);
    } catch (error) {
      context.log.warn({ err: error, repository: repository.name }, 'GitHub could not be read for what was missed; it is done again');
    }
  }
  if (repaired.redelivered + repaired.issues > 0) await note(context, modules, repaired);
  return repaired;
}

/** Repositories on GitHub in which Reeve may work, each with its project. */
export async function watched({ projects }: Modules): Promise<Watched[]> {
  const found: Watched[] = [];
  for (const repository of await projects.repositories()) {
    if (repository.forge !== 'github' || !repository.allowlisted) continue;
    const project = await projects.get(repository.projectId);
    if (project !== null && !project.optedOut) found.push({ repository, project });
  }
  return found;
}

async function redeliver({ config, log }: Context, github: GithubForge, { name }: Repository, since: Date): Promise<number> {
  const base = config.publicUrl ?? `http://${config.host}:${config.port}`;
  const place = { repo: { forge: 'github', name }, url: new URL('/webhooks/github', base).href };
  try {
    const failed = await github.deliveries.failedSince(since, place);
    const wanted = failed.slice(0, MOST_REDELIVERED);
    for (const { id } of wanted) await github.deliveries.redeliver(id, place);
    return wanted.length;
  } catch (error) {
    // A token that may not see webhooks: the state itself is read below.
    if (!isAppError(error, 'refused') && !isAppError(error, 'forbidden') && !isAppError(error, 'not_found')) throw error;
    log.debug({ err: error, repository: name }, 'failed deliveries are not shown to this credential');
    return 0;
  }
}

async function readIssues(modules: Modules, tracker: TrackerRead, { repository, project }: Watched, repaired: Repaired): Promise<void> {
  const repo = { forge: 'github', name: repository.name };
  const heard = (await modules.intake.newest('github', repository.name)) ?? repository.createdAt;
  const updatedSince = new Date(heard.getTime() - OVERLAP_MS);
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, nextCursor } = await tracker.issues(repo, {
      state: 'open',
      updatedSince,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const issue of items) {
      const taken = await takeIn(modules, tracker, { repository: repo.name, readyLabel: project.settings.readyLabel, issue });
      if (taken !== null) repaired.issues += 1;
      if (taken?.requesterUnknown === true) repaired.unknownRequesters.push(`${repo.name}#${issue.number}`);
    }
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
}

interface Shown {
  repository: string;
  readyLabel: string;
  issue: TrackerIssue;
}

/**
 * As if its webhook had come, when it did not: an issue nobody told of, or one whose ready label nobody told of. Null: it is known. Who set the
 * label asked for the work; where GitHub does not say who, its author counts as that, so that at high risk somebody else decides.
 */
export async function takeIn(modules: Modules, tracker: TrackerRead, shown: Shown): Promise<{ kind: string; requesterUnknown: boolean } | null> {
  const { repository, readyLabel, issue } = shown;
  const known = await modules.work.byExternalId('github', issue.externalId);
  const isReady = hasLabel(issue.labels, readyLabel);
  if (known !== null && (hasLabel(known.labels, readyLabel) || !isReady)) return null;
  const setter = isReady ? await tracker.labeledBy({ forge: 'github', name: repository }, issue.number, readyLabel) : null;
  const fact = toIssueEvent(repository, issue, setter ?? { login: issue.author, accountId: null });
  const event: ForgeEvent = isReady ? { kind: 'issue.labeled', ...fact, label: readyLabel } : { kind: 'issue.opened', ...fact };
  const heard = await hear(modules, `reconciled:${issue.externalId}:${issue.updatedAt.getTime()}`, event);
  return heard ? { kind: event.kind, requesterUnknown: isReady && setter === null } : null;
}

export function hasLabel(labels: readonly string[], wanted: string): boolean {
  return labels.some((label) => label.toLowerCase() === wanted.toLowerCase());
}

/** Through the door of the webhooks, each delivery id once; answers whether it was new. */
export async function hear({ intake }: Pick<Modules, 'intake'>, deliveryId: ReadId, event: ForgeEvent): Promise<boolean> {
  const body = Buffer.from(JSON.stringify(event));
  const { duplicate } = await intake.receive({ source: 'github', deliveryId, headers: {}, body, normalise: () => event });
  return !duplicate;
}

/** What every fact about an issue has. */
export function toIssueEvent(repository: string, issue: TrackerIssue, by: { login: string; accountId: string | null }) {
  return {
    repo: { forge: 'github', name: repository },
    actor: by.login,
    actor_id: by.accountId,
    occurred_at: issue.updatedAt.toISOString(),
    issue: toFact(issue),
  };
}

const toFact = (issue: TrackerIssue): Extract<ForgeEvent, { issue: unknown }>['issue'] => ({
  number: issue.number,
  external_id: issue.externalId,
  title: issue.title,
  body: issue.body,
  state: issue.state,
  close_reason: issue.closeReason,
  labels: issue.labels,
  assignees: issue.assignees,
  author: issue.author,
  url: issue.url,
  created_at: issue.createdAt.toISOString(),
  updated_at: issue.updatedAt.toISOString(),
});

/** It says what it repaired: in the log, and in the ledger for whoever asks why a story began when it did. */
async function note({ db, log }: Context, { ledger }: Modules, { redelivered, issues, unknownRequesters }: Repaired): Promise<void> {
  log.info({ redelivered, issues, unknown_requesters: unknownRequesters }, 'GitHub was read for what was missed');
  const payload = { redelivered, issues, ...(unknownRequesters.length === 0 ? {} : { unknown_requesters: unknownRequesters.slice(0, 100) }) };
  await db.tx(async (tx) => ledger.append(tx, { kind: 'github.reconciled', subject: 'github', actor: 'system', payload }));
}

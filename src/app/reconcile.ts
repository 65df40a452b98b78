import { isAppError } from '#kernel/errors.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { TrackerIssue, TrackerRead } from '#ports/tracker-read.ts';
import type { GithubForge } from '#connectors/github/index.ts';
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

export interface Repaired {
  /** Deliveries that GitHub was asked to send again. */
  redelivered: number;
  /** Issues that were opened, or handed over by the ready label, without our hearing of it. */
  issues: number;
}

/**
 * What got lost on the way from GitHub: it never repeats a webhook by itself, and nothing is sent while no server listens. Deliveries that
 * failed are asked for again, and the open issues that changed since a repository was last heard of are read. Safe to do twice and by two processes at once:
 * both ways end at the door that takes each delivery once. What one repository refuses keeps no other from being looked at.
 * `atStart`: all that GitHub still has, because nobody listened before.
 */
export async function reconcileGithub(context: Context, modules: Modules, { atStart }: { atStart: boolean }): Promise<Repaired> {
  const { github } = modules.forges;
  const repaired: Repaired = { redelivered: 0, issues: 0 };
  if (github === null) return repaired;
  const since = new Date(context.clock.now().getTime() - (atStart ? DELIVERIES_KEPT_MS : ASKED_FOR_MS));
  let hooked = false;
  for (const { repository, project } of await watched(modules)) {
    try {
      // An App has one webhook for all its repositories.
      if (!hooked) repaired.redelivered += await redeliver(context, github, repository, since);
      hooked ||= github.checksAs === 'check_run';
      repaired.issues += await readIssues(modules, github.tracker, repository, project);
    } catch (error) {
      context.log.warn({ err: error, repository: repository.name }, 'GitHub could not be read for what was missed; it is done again');
    }
  }
  if (repaired.redelivered + repaired.issues > 0) await note(context, modules, repaired);
  return repaired;
}

async function watched({ projects }: Modules): Promise<Array<{ repository: Repository; project: Project }>> {
  const found: Array<{ repository: Repository; project: Project }> = [];
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

async function readIssues(modules: Modules, tracker: TrackerRead, repository: Repository, project: Project): Promise<number> {
  const repo = { forge: 'github', name: repository.name };
  const heard = (await modules.intake.newest('github', repository.name)) ?? repository.createdAt;
  const updatedSince = new Date(heard.getTime() - OVERLAP_MS);
  let taken = 0;
  let cursor: string | undefined;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const { items, nextCursor } = await tracker.issues(repo, {
      state: 'open',
      updatedSince,
      limit: PAGE,
      ...(cursor === undefined ? {} : { cursor }),
    });
    for (const issue of items) if (await takeIn(modules, repo.name, project.settings.readyLabel, issue)) taken += 1;
    if (nextCursor === null) break;
    cursor = nextCursor;
  }
  return taken;
}

/** As if its webhook had come, when it did not: an issue nobody told of, or one whose ready label nobody told of. Answers whether. */
async function takeIn({ intake, work }: Modules, repository: string, readyLabel: string, issue: TrackerIssue): Promise<boolean> {
  const isReady = (labels: readonly string[]): boolean => labels.some((label) => label.toLowerCase() === readyLabel.toLowerCase());
  const known = await work.byExternalId('github', issue.externalId);
  if (known !== null && (isReady(known.labels) || !isReady(issue.labels))) return false;
  const fact = {
    repo: { forge: 'github', name: repository },
    // Who set a label is not told with the issue: nobody, so that nobody's rights follow from it.
    actor: known === null ? issue.author : '',
    occurred_at: issue.updatedAt.toISOString(),
    issue: toFact(issue),
  };
  const event: ForgeEvent = known === null ? { kind: 'issue.opened', ...fact } : { kind: 'issue.labeled', ...fact, label: readyLabel };
  const { duplicate } = await intake.receive({
    source: 'github',
    deliveryId: `reconciled:${issue.externalId}:${issue.updatedAt.getTime()}`,
    headers: {},
    body: Buffer.from(JSON.stringify(event)),
    normalise: () => event,
  });
  return !duplicate;
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
async function note({ db, log }: Context, { ledger }: Modules, { redelivered, issues }: Repaired): Promise<void> {
  log.info({ redelivered, issues }, 'GitHub was read for what was missed');
  await db.tx(async (tx) => ledger.append(tx, { kind: 'github.reconciled', subject: 'github', actor: 'system', payload: { redelivered, issues } }));
}

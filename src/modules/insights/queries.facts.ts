import type { Queryable } from '#platform/db/index.ts';
import type { IssueFacts, PullFact } from './model.facts.ts';
import * as store from './store.ts';

/** So many issues are read at once: the lists of ids stay short, and so does the time in which nothing else runs. */
const BATCH = 1000;

export interface FactsDeps {
  db: Queryable;
  /** Harness of an agent as it is configured; null: it is not. */
  harnessOf(agent: string): string | null;
}

/** What is known of the issues that were handed to agents, part by part; see `store.issuesOf` for the filter. */
export async function* issueFactBatches(deps: FactsDeps, filter: store.IssueFilter): AsyncGenerator<IssueFacts[]> {
  const rows = await store.issuesOf(deps.db, filter);
  for (let at = 0; at < rows.length; at += BATCH) yield await readBatch(deps, rows.slice(at, at + BATCH));
}

export async function readIssueFacts(deps: FactsDeps, filter: store.IssueFilter): Promise<IssueFacts[]> {
  const facts: IssueFacts[] = [];
  for await (const batch of issueFactBatches(deps, filter)) facts.push(...batch);
  return facts;
}

async function readBatch({ db, harnessOf }: FactsDeps, issues: readonly store.IssueRow[]): Promise<IssueFacts[]> {
  const ids = issues.map(({ id }) => id);
  // One after the other: figures are in no hurry, and stories need the database's connections.
  const stories = groupBy(await store.storiesOf(db, ids), ({ issueId }) => issueId);
  const handedOver = groupBy(await store.handOvers(db, ids), ({ issueId }) => issueId);
  const merged = new Map((await store.mergedLater(db, ids)).map(({ issueId, at }) => [issueId, at]));
  const shadowed = new Map((await store.shadowedOf(db, ids)).map(({ issueId, at }) => [issueId, at]));
  const pulls = await readPulls(db, ids);
  const commits = groupBy(await store.personCommitsOf(db, ids), ({ issueId }) => issueId);
  const runs = groupBy(await store.runsOf(db, ids), ({ issueId }) => issueId);
  const asked = groupBy(await store.askedOf(db, ids), ({ issueId }) => issueId);
  return issues.map((issue) => ({
    ...issue,
    handedOver: handedOver.get(issue.id) ?? [],
    stories: stories.get(issue.id) ?? [],
    mergedLater: merged.get(issue.id) ?? null,
    shadowed: shadowed.get(issue.id) ?? null,
    pulls: pulls.get(issue.id) ?? [],
    personCommits: commits.get(issue.id) ?? [],
    runs: (runs.get(issue.id) ?? []).map((run) => ({ ...run, harness: harnessOf(run.agent) ?? 'unknown' })),
    asked: asked.get(issue.id) ?? [],
  }));
}

async function readPulls(db: Queryable, ids: readonly string[]): Promise<Map<string, PullFact[]>> {
  const rows = await store.pullsOf(db, ids);
  const pullIds = rows.map(({ id }) => id);
  const verdicts = groupBy(await store.verdictsOf(db, pullIds), ({ pullId }) => pullId);
  const looks = groupBy(await store.looksOf(db, pullIds), ({ pullId }) => pullId);
  const decisions = groupBy(await store.decisionsOf(db, pullIds), ({ pullId }) => pullId);
  const pulls = rows.map(({ issueId, id, openedAt }) => ({
    issueId,
    pull: { id, openedAt, verdicts: verdicts.get(id) ?? [], looks: looks.get(id) ?? [], decisions: decisions.get(id) ?? [] },
  }));
  return new Map([...groupBy(pulls, ({ issueId }) => issueId)].map(([issueId, of]) => [issueId, of.map(({ pull }) => pull)]));
}

function groupBy<T>(rows: readonly T[], keyOf: (row: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const row of rows) {
    const key = keyOf(row);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [row]);
    else group.push(row);
  }
  return groups;
}

import { AppError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Compliance, ComplianceRecord } from '#modules/compliance/index.ts';
import type { Projects, Repository } from '#modules/projects/index.ts';
import type { Work } from '#modules/work/index.ts';
import type { ForgeRead, MergedPull } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import type { WorkType } from '#modules/work/index.ts';
import { decideNotes } from './decide.notes.ts';
import type { ReleasedChange, ReleaseNotes } from './model.ts';

export interface ReleasesDeps {
  clock: Clock;
  compliance: Pick<Compliance, 'list'>;
  projects: Pick<Projects, 'get' | 'byKey' | 'repositories'>;
  work: Pick<Work, 'get'>;
  /** Read side of a forge by its name; left out: only what Reeve merged is told. */
  forge?(name: string): ForgeRead;
  mirror?(repositoryId: string): Promise<Mirror>;
}

export interface NotesQuery {
  /** Id or key. */
  project: string;
  /** `owner/name`, where a project has several. */
  repository?: string | undefined;
  name?: string | undefined;
  /** Inclusive, ISO 8601. */
  from?: string | undefined;
  /** Exclusive; now when it is left out. */
  to?: string | undefined;
  /** Only what this commit has and that one has not, as far as the mirror knows the commits. */
  contained?: { in: string | null; notIn: string | null } | undefined;
  /** With what people merged without Reeve, as the forge tells it. */
  withPeople?: boolean | undefined;
}

export interface Releases {
  /** What was merged in the period, for the people who use it. AppError not_found, and too_large beyond 5,000 merges. */
  notes(query: NotesQuery): Promise<ReleaseNotes>;
}

const PAGE = 200;
const MOST_MERGES = 5000;

/** Release notes from the records that the ledger vouches for: what is not there was not merged by Reeve. */
export function createReleases(deps: ReleasesDeps): Releases {
  return {
    async notes(query) {
      const project = (await deps.projects.get(query.project)) ?? (await deps.projects.byKey(query.project));
      if (project === null) throw new AppError('not_found', `There is no project ${query.project}.`);
      const to = query.to ?? deps.clock.now().toISOString();
      const records = await mergesOf(deps, { projectId: project.id, from: query.from, to });
      const wanted = records.filter(({ record }) => query.repository === undefined || record.repository === query.repository);
      const changes: ReleasedChange[] = [];
      // One after the other: a report is in no hurry, and others need the database too.
      for (const record of wanted) {
        const change = await changeOf(deps, record);
        if (change !== null) changes.push(change);
      }
      if (query.withPeople === true) changes.push(...(await peoplesChanges(deps, project.id, { ...query, to }, changes)));
      const told = query.contained === undefined ? changes : await containedIn(deps, project.id, query, changes);
      return decideNotes(told, { name: query.name ?? null, from: query.from ?? null, to });
    },
  };
}

async function mergesOf(
  { compliance }: ReleasesDeps,
  period: { projectId: string; from: string | undefined; to: string },
): Promise<ComplianceRecord[]> {
  const found: ComplianceRecord[] = [];
  let cursor: string | null = null;
  do {
    const page: Awaited<ReturnType<Compliance['list']>> = await compliance.list({
      ...period,
      kind: 'pull_request',
      limit: PAGE,
      ...(cursor === null ? {} : { cursor }),
    });
    found.push(...page.items);
    cursor = page.nextCursor;
    if (found.length > MOST_MERGES)
      throw new AppError('too_large', `More than ${MOST_MERGES} merges in this period.`, { hint: 'Ask for a shorter one with from and to.' });
  } while (cursor !== null);
  return found;
}

async function changeOf({ work }: ReleasesDeps, { record, workItemId }: ComplianceRecord): Promise<ReleasedChange | null> {
  const { pull, issue } = record;
  if (pull === null) return null;
  const item = workItemId === null ? null : await work.get(workItemId);
  const merge = record.decisions.filter(({ kind }) => kind === 'pr.merge');
  return {
    title: pull.title,
    type: item?.type ?? null,
    labels: item?.labels ?? [],
    body: item?.body ?? '',
    issueNumber: issue?.number ?? null,
    pullNumber: pull.number,
    pullUrl: pull.url,
    askedBy: issue?.requested_by ?? issue?.author ?? null,
    author: null,
    agents: [...new Set(record.agents.filter(({ role }) => role !== 'reviewer').map(({ agent }) => agent))],
    approvedBy: [
      ...new Set(merge.flatMap(({ votes }) => votes.filter(({ decision }) => decision === 'approve').map(({ by }) => by.replace(/^person:/, '')))),
    ],
    mergedAt: record.changed_at,
    mergeSha: pull.merge_sha,
  };
}

async function repositoryOf({ projects }: ReleasesDeps, projectId: string, name: string | undefined): Promise<Repository | null> {
  const own = (await projects.repositories()).filter((repository) => repository.projectId === projectId);
  return own.find((repository) => repository.name === name) ?? (name === undefined && own.length === 1 ? (own[0] ?? null) : null);
}

/** What is merged into the default branch and is in no record of ours. */
async function peoplesChanges(
  deps: ReleasesDeps,
  projectId: string,
  query: NotesQuery & { to: string },
  known: readonly ReleasedChange[],
): Promise<ReleasedChange[]> {
  const repository = await repositoryOf(deps, projectId, query.repository);
  if (repository === null) return [];
  const { forge, name, defaultBranch } = repository;
  const merged = (await deps.forge?.(forge).mergedPulls?.({ forge, name }, query.from === undefined ? null : new Date(query.from))) ?? [];
  const told = new Set(known.map(({ pullNumber }) => pullNumber));
  return merged
    .filter((pull) => pull.baseBranch === defaultBranch && !told.has(pull.number) && pull.mergedAt < new Date(query.to))
    .map((pull) => ofPeople(pull));
}

function ofPeople(pull: MergedPull): ReleasedChange {
  return {
    title: pull.title,
    type: typeOf(pull),
    labels: pull.labels,
    body: pull.body,
    issueNumber: null,
    pullNumber: pull.number,
    pullUrl: pull.url,
    askedBy: null,
    author: pull.author,
    agents: [],
    approvedBy: [],
    mergedAt: pull.mergedAt.toISOString(),
    mergeSha: pull.mergeSha,
  };
}

/** Conventional Commits, and the labels that GitHub gives every repository. */
const TYPES: ReadonlyArray<[type: WorkType, title: RegExp, label: RegExp]> = [
  ['feature', /^feat(?:ure)?[(:!]/i, /^(?:enhancement|feature)$/i],
  ['bug', /^fix[(:!]/i, /^bug(?:fix)?$/i],
  ['docs', /^docs?[(:!]/i, /^(?:documentation|docs)$/i],
  ['chore', /^(?:chore|build|ci|test|style)[(:!]/i, /^(?:chore|dependencies)$/i],
  ['refactor', /^(?:refactor|perf)[(:!]/i, /^refactor(?:ing)?$/i],
];

function typeOf({ title, labels }: Pick<MergedPull, 'title' | 'labels'>): WorkType | null {
  const found = TYPES.find(([, pattern]) => pattern.test(title)) ?? TYPES.find(([, , pattern]) => labels.some((label) => pattern.test(label)));
  return found?.[0] ?? null;
}

/** A merge whose commit nobody knows stays: it was merged in the period. */
async function containedIn(deps: ReleasesDeps, projectId: string, query: NotesQuery, changes: readonly ReleasedChange[]): Promise<ReleasedChange[]> {
  const repository = await repositoryOf(deps, projectId, query.repository);
  const { contained } = query;
  if (repository === null || contained === undefined || deps.mirror === undefined) return [...changes];
  const mirror = await deps.mirror(repository.id);
  await mirror.fetch();
  const known = async (sha: string | null): Promise<string | null> => (sha !== null && (await mirror.resolve(sha)) !== null ? sha : null);
  const [after, before] = [await known(contained.in), await known(contained.notIn)];
  const found: ReleasedChange[] = [];
  for (const change of changes) {
    const sha = await known(change.mergeSha ?? null);
    const isIn = sha === null || after === null || (await mirror.isAncestor(sha, after));
    const wasIn = sha !== null && before !== null && (await mirror.isAncestor(sha, before));
    if (isIn && !wasIn) found.push(change);
  }
  return found;
}

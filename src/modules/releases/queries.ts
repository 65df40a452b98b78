import { AppError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Compliance, ComplianceRecord } from '#modules/compliance/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import type { Work } from '#modules/work/index.ts';
import { decideNotes } from './decide.notes.ts';
import type { ReleasedChange, ReleaseNotes } from './model.ts';

export interface ReleasesDeps {
  clock: Clock;
  compliance: Pick<Compliance, 'list'>;
  projects: Pick<Projects, 'get' | 'byKey'>;
  work: Pick<Work, 'get'>;
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
      return decideNotes(changes, { name: query.name ?? null, from: query.from ?? null, to });
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
    agents: [...new Set(record.agents.filter(({ role }) => role !== 'reviewer').map(({ agent }) => agent))],
    approvedBy: [
      ...new Set(merge.flatMap(({ votes }) => votes.filter(({ decision }) => decision === 'approve').map(({ by }) => by.replace(/^person:/, '')))),
    ],
    mergedAt: record.changed_at,
  };
}

import type { CheckResult } from '#ports/forge-read.ts';
import type { CheckRun, CommitStatus } from './schema.rest.ts';

type Conclusion = CheckResult['conclusion'];

/** GitHub's conclusions in our words; one nobody knows yet is a failure, because it must not count as passed. */
export function toConclusion({ status, conclusion }: Pick<CheckRun, 'status' | 'conclusion'>): Conclusion {
  if (status !== 'completed') return 'pending';
  if (conclusion === 'success') return 'success';
  if (conclusion === 'neutral' || conclusion === 'skipped') return 'neutral';
  return conclusion === 'cancelled' || conclusion === 'stale' ? 'cancelled' : 'failure';
}

export function toCheckResult(run: CheckRun): CheckResult {
  const summary = [run.output?.title, run.output?.summary].filter((text) => text !== null && text !== undefined && text !== '').join('\n');
  return {
    name: run.name,
    headSha: run.head_sha,
    conclusion: toConclusion(run),
    url: run.html_url ?? run.details_url ?? null,
    summary,
    id: String(run.id),
  };
}

export function toStatusResult(status: CommitStatus, sha: string): CheckResult {
  const conclusion: Conclusion = status.state === 'success' || status.state === 'pending' ? status.state : 'failure';
  return { name: status.context, headSha: sha, conclusion, url: status.target_url ?? null, summary: status.description, id: null };
}

/** Where one name has several results, the one that lets the least pass counts. */
const WEIGHT: Readonly<Record<Conclusion, number>> = { failure: 4, cancelled: 3, pending: 2, neutral: 1, success: 0 };

/**
 * One result for each name: of the runs of one app under one name the newest, because a re-run replaces the one before; of several apps, or
 * of a run and a status under one name, the one that lets the least pass, because nobody can tell which of them is the required one.
 */
export function toChecks(runs: readonly CheckRun[], statuses: readonly CommitStatus[], sha: string): CheckResult[] {
  const newest = new Map<string, CheckRun>();
  for (const run of runs) {
    const key = `${run.app?.id ?? run.app?.slug ?? ''} ${run.name}`;
    const other = newest.get(key);
    if (other === undefined || other.id < run.id) newest.set(key, run);
  }
  const latest = new Map<string, CommitStatus>();
  for (const status of statuses) if (!latest.has(status.context)) latest.set(status.context, status);
  const byName = new Map<string, CheckResult>();
  for (const result of [...[...newest.values()].map(toCheckResult), ...[...latest.values()].map((status) => toStatusResult(status, sha))]) {
    const other = byName.get(result.name);
    if (other === undefined || WEIGHT[other.conclusion] < WEIGHT[result.conclusion]) byName.set(result.name, result);
  }
  return [...byName.values()];
}

// https://docs.github.com/en/rest/checks/runs#create-a-check-run
const MOST_SUMMARY = 65_535;
// https://docs.github.com/en/rest/commits/statuses#create-a-commit-status
const MOST_DESCRIPTION = 140;

const cut = (text: string, most: number): string => (text.length > most ? `${text.slice(0, most - 1)}…` : text);

/** Body of a check run of ours. */
export function fromCheck(check: CheckResult): Record<string, unknown> {
  const [title = ''] = check.summary.split('\n');
  const output = {
    title: cut(title === '' ? check.name : title, 200),
    summary: cut(check.summary === '' ? check.name : check.summary, MOST_SUMMARY),
  };
  const state = check.conclusion === 'pending' ? { status: 'in_progress' } : { status: 'completed', conclusion: check.conclusion };
  return { name: check.name, ...state, output, ...(check.url === null ? {} : { details_url: check.url }) };
}

/** Body of a commit status: it knows fewer words, `neutral` passes as it does for a check run. */
export function fromCheckAsStatus(check: CheckResult): Record<string, unknown> {
  const state = { success: 'success', neutral: 'success', pending: 'pending', failure: 'failure', cancelled: 'error' }[check.conclusion];
  const description = cut(check.summary.replaceAll(/\s+/g, ' ').trim(), MOST_DESCRIPTION);
  return { context: check.name, state, description, ...(check.url === null ? {} : { target_url: check.url }) };
}

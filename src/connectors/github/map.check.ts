import type { CheckResult } from '#ports/forge-read.ts';
import type { CheckRun, CheckSuite, CommitStatus, SetStatus } from './schema.rest.ts';

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

/**
 * Beside runs and statuses. `ownApp`: slug of the App as which Reeve writes, null: it is none; `ownContexts`: contexts whose newest status Reeve's
 * own account set. Left out: not known.
 */
export interface BesideRuns {
  suites?: readonly CheckSuite[];
  ownApp?: string | null;
  ownContexts?: ReadonlySet<string>;
}

/** Names that Reeve gives to what it writes; anybody with a token may set a status under one. */
const LIKE_OURS = /^reeve\//i;

/** Whether it has to be asked who set these. */
export const mayBeOurs = (statuses: readonly CommitStatus[]): boolean => statuses.some(({ context }) => LIKE_OURS.test(context));

/** Of all statuses of a commit, newest first: the contexts whose newest one this account set. */
export function contextsOf(statuses: readonly SetStatus[], login: string): Set<string> {
  const newest = new Map<string, SetStatus>();
  for (const status of statuses) if (!newest.has(status.context)) newest.set(status.context, status);
  return new Set([...newest.values()].filter(({ creator }) => creator?.login.toLowerCase() === login.toLowerCase()).map(({ context }) => context));
}

/** Where one name has several results, the one that lets the least pass counts. */
const WEIGHT: Readonly<Record<Conclusion, number>> = { failure: 4, cancelled: 3, pending: 2, neutral: 1, success: 0 };

/**
 * One result for each name: of the runs of one suite under one name the newest, because a re-run replaces the one before; of several suites
 * (workflows may name their jobs alike), several apps, or a run and a status under one name, the one that lets the least pass, because
 * nobody can tell which of them is the required one. Others' words never hide behind Reeve's own. A suite that goes on is one more.
 */
export function toChecks(runs: readonly CheckRun[], statuses: readonly CommitStatus[], sha: string, beside: BesideRuns = {}): CheckResult[] {
  const ofRun = (run: CheckRun): CheckResult => {
    const { ownApp } = beside;
    return { ...toCheckResult(run), ...(ownApp === undefined ? {} : { own: ownApp !== null && run.app?.slug === ownApp }) };
  };
  const latest = new Map<string, CommitStatus>();
  for (const status of statuses) if (!latest.has(status.context)) latest.set(status.context, status);
  const byName = new Map<string, CheckResult>();
  const told = [
    ...currentRuns(runs).map(ofRun),
    ...[...latest.values()].map((status) => {
      const { ownContexts } = beside;
      return { ...toStatusResult(status, sha), ...(ownContexts === undefined ? {} : { own: ownContexts.has(status.context) }) };
    }),
    ...unfinishedSuites(beside.suites ?? [], runs).map((suite) => toSuiteResult(suite, sha)),
  ];
  for (const result of told) {
    const key = `${result.own === true ? 'own' : ''} ${result.name}`;
    const other = byName.get(key);
    if (other === undefined || WEIGHT[other.conclusion] < WEIGHT[result.conclusion]) byName.set(key, result);
  }
  return [...byName.values()];
}

/**
 * Runs that no later one has replaced: the newest of their suite and name, and of those no cancelled one where the same app began the name
 * again in a newer suite (a workflow that two events start and that cancels what it began before).
 */
function currentRuns(runs: readonly CheckRun[]): CheckRun[] {
  const appAndName = (run: CheckRun): string => `${run.app?.id ?? run.app?.slug ?? ''} ${run.name}`;
  return runs.filter((run) => {
    const later = runs.filter((other) => other.id > run.id && appAndName(other) === appAndName(run));
    return !later.some((other) => other.check_suite?.id === run.check_suite?.id || toConclusion(run) === 'cancelled');
  });
}

/**
 * Suites that go on though all of their runs that are shown have ended: jobs behind `needs:` show when what they need has passed. GitHub
 * keeps an empty suite for each installed app for ever; those tell nothing.
 */
function unfinishedSuites(suites: readonly CheckSuite[], runs: readonly CheckRun[]): CheckSuite[] {
  return suites.filter(
    ({ id, status, latest_check_runs_count: count }) =>
      status !== 'completed' && (count ?? 0) > 0 && !runs.some((run) => run.check_suite?.id === id && run.status !== 'completed'),
  );
}

function toSuiteResult({ app }: CheckSuite, headSha: string): CheckResult {
  return { name: `more of ${app?.slug ?? 'an app'}`, headSha, conclusion: 'pending', url: null, summary: '', id: null };
}

/** Whether suites have anything to add: not where one of others' runs is pending or failed by itself. `ownApp` as in `BesideRuns`. */
export function asksForSuites(runs: readonly CheckRun[], ownApp: string | null): boolean {
  const others = currentRuns(runs).filter((run) => ownApp === null || run.app?.slug !== ownApp);
  return others.length > 0 && others.every((run) => ['success', 'neutral'].includes(toConclusion(run)));
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

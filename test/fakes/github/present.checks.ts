import { appOf, nodeId, showApp, showUser } from './present.accounts.ts';
import { showPushed } from './present.commits.ts';
import { apiUrl, htmlUrl, showRepository } from './present.repository.ts';
import type { CheckRun, CheckSuite, Job, Json, PullIssue, Repository, WorkflowRun } from './state.ts';
import type { World } from './world.ts';

/** GitHub Actions makes its check runs as this App, on every repository alike. */
export const ACTIONS_SLUG = 'github-actions';

/** A suite is what its runs are: completed when all are, and as bad as the worst. */
export function suiteState(repository: Repository, suite: CheckSuite): { status: string; conclusion: string | null } {
  const runs = latestRuns(repository.data.checkRuns.filter((run) => run.suite === suite.id));
  if (runs.length === 0) return { status: 'queued', conclusion: null };
  if (runs.some(({ status }) => status !== 'completed')) return { status: 'in_progress', conclusion: null };
  const worst = ['failure', 'timed_out', 'cancelled', 'action_required', 'success', 'neutral', 'skipped'];
  return { status: 'completed', conclusion: worst.find((one) => runs.some(({ conclusion }) => conclusion === one)) ?? 'neutral' };
}

/** "latest": the newest run of each name in its suite. */
export function latestRuns(runs: CheckRun[]): CheckRun[] {
  return runs.filter((run) => !runs.some((other) => other.suite === run.suite && other.name === run.name && other.id > run.id));
}

async function showPullsOf(world: World, repository: Repository, sha: string, branch: string | null): Promise<Json[]> {
  const pulls = repository.data.issues.filter(
    (issue): issue is PullIssue => issue.pull !== null && issue.state === 'open' && issue.pull.headBranch === branch,
  );
  const repo = { id: repository.data.id, url: apiUrl(world, repository), name: repository.data.name };
  return Promise.all(
    pulls.map(async (issue) => ({
      url: `${apiUrl(world, repository)}/pulls/${issue.number}`,
      id: issue.pull.id,
      number: issue.number,
      head: { ref: issue.pull.headBranch, sha, repo },
      base: { ref: issue.pull.baseBranch, sha: (await repository.git.ref(`refs/heads/${issue.pull.baseBranch}`)) ?? '', repo },
    })),
  );
}

export async function showSuite(world: World, repository: Repository, suite: CheckSuite): Promise<Json> {
  const url = `${apiUrl(world, repository)}/check-suites/${suite.id}`;
  const runs = repository.data.checkRuns.filter((run) => run.suite === suite.id);
  return {
    id: suite.id,
    node_id: nodeId('CS', suite.id),
    head_branch: suite.branch,
    head_sha: suite.sha,
    ...suiteState(repository, suite),
    url,
    before: suite.before,
    after: suite.sha,
    pull_requests: await showPullsOf(world, repository, suite.sha, suite.branch),
    app: showApp(world, appOf(world, suite.appId)),
    created_at: suite.createdAt,
    updated_at: suite.updatedAt,
    rerequestable: true,
    runs_rerequestable: true,
    latest_check_runs_count: latestRuns(runs).length,
    check_runs_url: `${url}/check-runs`,
    head_commit: showPushed(world, repository, await repository.git.commit(suite.sha)),
  };
}

/** As the API shows it; webhooks name the repository beside it. */
export async function showWholeSuite(world: World, repository: Repository, suite: CheckSuite): Promise<Json> {
  return { ...(await showSuite(world, repository, suite)), repository: showRepository(world, repository) };
}

export function showAnnotation(world: World, repository: Repository, run: CheckRun, annotation: Json): Json {
  const blob = `${htmlUrl(world, repository)}/blob/${run.sha}/${String(annotation['path'] as string)}`;
  return { start_column: null, end_column: null, title: null, raw_details: null, ...annotation, blob_href: blob };
}

export async function showCheckRun(world: World, repository: Repository, run: CheckRun): Promise<Json> {
  const url = `${apiUrl(world, repository)}/check-runs/${run.id}`;
  const suite = repository.data.suites.find(({ id }) => id === run.suite);
  const job = repository.data.jobs.find(({ id }) => id === run.id);
  const html =
    job === undefined ? `${htmlUrl(world, repository)}/runs/${run.id}` : `${htmlUrl(world, repository)}/actions/runs/${job.run}/job/${job.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('CR', run.id),
    head_sha: run.sha,
    external_id: run.externalId,
    url,
    html_url: html,
    details_url: run.detailsUrl ?? html,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: { ...run.output, annotations_count: run.annotations.length, annotations_url: `${url}/annotations` },
    check_suite: { id: run.suite },
    app: suite === undefined ? null : showApp(world, appOf(world, suite.appId)),
    pull_requests: await showPullsOf(world, repository, run.sha, suite?.branch ?? null),
  };
}

export async function showWorkflowRun(world: World, repository: Repository, run: WorkflowRun): Promise<Json> {
  const url = `${apiUrl(world, repository)}/actions/runs/${run.id}`;
  return {
    id: run.id,
    name: run.name,
    node_id: nodeId('WFR', run.id),
    head_branch: run.branch,
    head_sha: run.sha,
    path: '.github/workflows/ci.yml',
    display_title: run.name,
    run_number: run.number,
    event: run.event,
    status: run.status,
    conclusion: run.conclusion,
    workflow_id: repository.data.id,
    check_suite_id: run.suite,
    check_suite_node_id: nodeId('CS', run.suite),
    url,
    html_url: `${htmlUrl(world, repository)}/actions/runs/${run.id}`,
    pull_requests: await showPullsOf(world, repository, run.sha, run.branch),
    created_at: run.createdAt,
    updated_at: run.updatedAt,
    actor: showUser(world, run.actor),
    run_attempt: run.attempt,
    referenced_workflows: [],
    run_started_at: run.createdAt,
    triggering_actor: showUser(world, run.actor),
    jobs_url: `${url}/jobs`,
    logs_url: `${url}/logs`,
    check_suite_url: `${apiUrl(world, repository)}/check-suites/${run.suite}`,
    artifacts_url: `${url}/artifacts`,
    cancel_url: `${url}/cancel`,
    rerun_url: `${url}/rerun`,
    previous_attempt_url: run.attempt === 1 ? null : `${url}/attempts/${run.attempt - 1}`,
    workflow_url: `${apiUrl(world, repository)}/actions/workflows/${repository.data.id}`,
    head_commit: showPushed(world, repository, await repository.git.commit(run.sha)),
    repository: showRepository(world, repository),
    head_repository: showRepository(world, repository),
  };
}

export function showWorkflow(world: World, repository: Repository, run: WorkflowRun): Json {
  const { id, createdAt } = repository.data;
  return {
    id,
    node_id: nodeId('W', id),
    name: run.name,
    path: '.github/workflows/ci.yml',
    state: 'active',
    created_at: createdAt,
    updated_at: createdAt,
    url: `${apiUrl(world, repository)}/actions/workflows/${id}`,
    html_url: `${htmlUrl(world, repository)}/blob/${repository.data.defaultBranch}/.github/workflows/ci.yml`,
    badge_url: `${htmlUrl(world, repository)}/workflows/${run.name}/badge.svg`,
  };
}

export function showJob(world: World, repository: Repository, job: Job): Json {
  const run = repository.data.runs.find(({ id }) => id === job.run);
  const check = repository.data.checkRuns.find(({ id }) => id === job.id);
  const url = `${apiUrl(world, repository)}/actions/jobs/${job.id}`;
  const state = {
    status: check?.status ?? 'queued',
    conclusion: check?.conclusion ?? null,
    started_at: check?.startedAt ?? null,
    completed_at: check?.completedAt ?? null,
  };
  return {
    id: job.id,
    run_id: job.run,
    run_url: `${apiUrl(world, repository)}/actions/runs/${job.run}`,
    run_attempt: job.attempt,
    node_id: nodeId('CR', job.id),
    head_sha: check?.sha ?? '',
    url,
    html_url: `${htmlUrl(world, repository)}/actions/runs/${job.run}/job/${job.id}`,
    ...state,
    created_at: state.started_at,
    name: job.name,
    steps: [{ name: job.name, number: 1, ...state }],
    check_run_url: `${apiUrl(world, repository)}/check-runs/${job.id}`,
    labels: ['ubuntu-latest'],
    runner_id: 1,
    runner_name: 'GitHub Actions 1',
    runner_group_id: 1,
    runner_group_name: 'GitHub Actions',
    workflow_name: run?.name ?? null,
    head_branch: run?.branch ?? null,
  };
}

import { counted, created, listOf, notFound, ok, Refusal } from './answer.ts';
import { checkRunOf, createCheckRun, createStatus, updateCheckRun, type CheckChange } from './checks.ts';
import { latestRuns, showAnnotation, showCheckRun, showWholeSuite } from './present.checks.ts';
import { showStatus } from './present.commits.ts';
import { apiUrl, showRepository } from './present.repository.ts';
import { number, repo, text, type RepositoryCall, type Route } from './route.ts';
import type { CheckRun, Json, Status } from './state.ts';

async function shaNamed({ repository, params }: RepositoryCall): Promise<string> {
  const sha = await repository.git.resolve(params['ref'] ?? '');
  if (sha === null) throw new Refusal(422, `No commit found for SHA: ${params['ref']}`);
  return sha;
}

/** "The Checks API only … GitHub Apps": people's tokens read checks and cannot write them. */
function appOf({ actor }: RepositoryCall): number {
  if (actor.appId === null) throw new Refusal(403, 'You must authenticate via a GitHub App.');
  return actor.appId;
}

function changeOf(body: Json): CheckChange {
  const read = (name: string) => text(body, name);
  const output = body['output'] as Json | undefined;
  const times = { startedAt: read('started_at'), completedAt: read('completed_at') };
  return {
    name: read('name'),
    externalId: read('external_id'),
    detailsUrl: read('details_url'),
    status: read('status'),
    conclusion: read('conclusion'),
    ...times,
    ...(output === undefined ? {} : { output }),
  };
}

async function update(call: RepositoryCall) {
  const { world, repository, actor, body, params } = call;
  const app = appOf(call);
  const run = checkRunOf(repository, number(params, 'check_run_id'));
  if (repository.data.suites.find(({ id }) => id === run.suite)?.appId !== app)
    throw new Refusal(403, 'Invalid app_id `' + String(app) + '` - check run can only be modified by the GitHub App that created it.');
  await updateCheckRun(world, repository, actor, run, changeOf(body));
  return ok(await showCheckRun(world, repository, run));
}

/** `filter=latest` (the default) shows the newest run of each name. */
function filtered({ query }: RepositoryCall, runs: CheckRun[]): CheckRun[] {
  const [name, status] = [query.get('check_name'), query.get('status')];
  return (query.get('filter') === 'all' ? runs : latestRuns(runs))
    .filter((run) => name === null || run.name === name)
    .filter((run) => status === null || run.status === status)
    .toReversed();
}

async function runsOfCommit(call: RepositoryCall) {
  const { world, repository, query } = call;
  const sha = await shaNamed(call);
  const app = query.get('app_id');
  const suites = repository.data.suites.filter((suite) => suite.sha === sha && (app === null || suite.appId === Number(app))).map(({ id }) => id);
  const runs = repository.data.checkRuns.filter((run) => suites.includes(run.suite));
  return counted('check_runs', filtered(call, runs), (run) => showCheckRun(world, repository, run));
}

/** Newest of each context; "failure if any … error or failure, pending if there are no statuses or a context is pending, success if …". */
async function combined(call: RepositoryCall) {
  const { world, repository } = call;
  const sha = await shaNamed(call);
  const newest = [...new Map(repository.data.statuses.filter((status) => status.sha === sha).map((status) => [status.context, status])).values()];
  const url = `${apiUrl(world, repository)}/commits/${sha}`;
  return ok({
    state: combinedState(newest),
    statuses: newest.map((status) => showStatus(world, repository, status)),
    sha,
    total_count: newest.length,
    repository: showRepository(world, repository),
    commit_url: url,
    url: `${url}/status`,
  });
}

function combinedState(statuses: Status[]): string {
  if (statuses.some(({ state }) => state === 'error' || state === 'failure')) return 'failure';
  return statuses.length === 0 || statuses.some(({ state }) => state === 'pending') ? 'pending' : 'success';
}

export const CHECK_ROUTES: Route[] = [
  repo('POST', '/statuses/{sha}', 'statuses:write', async ({ world, repository, actor, params, body }) => {
    const wish = {
      state: text(body, 'state') as Status['state'],
      context: text(body, 'context') ?? 'default',
      description: text(body, 'description') ?? null,
      targetUrl: text(body, 'target_url') ?? null,
    };
    return created(showStatus(world, repository, await createStatus(world, repository, actor, params['sha'] ?? '', wish)));
  }),
  repo('GET', '/commits/{ref}/status', 'statuses:read', combined),
  repo('GET', '/commits/{ref}/statuses', 'statuses:read', async (call) => {
    const sha = await shaNamed(call);
    const found = call.repository.data.statuses.filter((status) => status.sha === sha).toReversed();
    return listOf(found, (status) => showStatus(call.world, call.repository, status));
  }),
  repo(
    'POST',
    '/check-runs',
    'checks:write',
    async (call) => {
      const { world, repository, actor, body } = call;
      const change = { ...changeOf(body), name: text(body, 'name') ?? '' };
      const run = await createCheckRun(world, repository, actor, appOf(call), text(body, 'head_sha') ?? '', change);
      return created(await showCheckRun(world, repository, run));
    },
    'read',
  ),
  repo('PATCH', '/check-runs/{check_run_id}', 'checks:write', update, 'read'),
  repo('GET', '/check-runs/{check_run_id}', 'checks:read', async ({ world, repository, params }) =>
    ok(await showCheckRun(world, repository, checkRunOf(repository, number(params, 'check_run_id')))),
  ),
  repo('GET', '/check-runs/{check_run_id}/annotations', 'checks:read', ({ world, repository, params }) => {
    const run = checkRunOf(repository, number(params, 'check_run_id'));
    return listOf(run.annotations, (annotation) => showAnnotation(world, repository, run, annotation));
  }),
  repo('GET', '/check-suites/{check_suite_id}', 'checks:read', async ({ world, repository, params }) => {
    const suite = repository.data.suites.find(({ id }) => id === number(params, 'check_suite_id'));
    if (suite === undefined) throw notFound();
    return ok(await showWholeSuite(world, repository, suite));
  }),
  repo('GET', '/check-suites/{check_suite_id}/check-runs', 'checks:read', (call) => {
    const runs = call.repository.data.checkRuns.filter((run) => run.suite === number(call.params, 'check_suite_id'));
    return counted('check_runs', filtered(call, runs), (run) => showCheckRun(call.world, call.repository, run));
  }),
  repo('GET', '/commits/{ref}/check-runs', 'checks:read', runsOfCommit),
  repo('GET', '/commits/{ref}/check-suites', 'checks:read', async (call) => {
    const sha = await shaNamed(call);
    const found = call.repository.data.suites.filter((suite) => suite.sha === sha);
    return counted('check_suites', found, (suite) => showWholeSuite(call.world, call.repository, suite));
  }),
];

import { counted, notFound, ok, Refusal } from './answer.ts';
import { showJob, showWorkflowRun } from './present.checks.ts';
import { number, repo, type RepositoryCall, type Route } from './route.ts';
import type { Job, WorkflowRun } from './state.ts';

const READ = 'actions:read';
const WRITE = 'actions:write';

function theRun({ repository, params }: RepositoryCall): WorkflowRun {
  const run = repository.data.runs.find(({ id }) => id === number(params, 'run_id'));
  if (run === undefined) throw notFound();
  return run;
}

function theJob({ repository, params }: RepositoryCall): Job {
  const job = repository.data.jobs.find(({ id }) => id === number(params, 'job_id'));
  if (job === undefined) throw notFound();
  return job;
}

async function again(call: RepositoryCall, run: WorkflowRun, jobs: Job[] | null) {
  if (run.status !== 'completed') throw new Refusal(403, 'This workflow is already running');
  call.world.did(call.repository, call.actor, 'workflow_run.rerun', run.sha, String(run.id));
  for (const ci of call.world.cis) if (await ci.again(run, jobs, call.actor)) return { status: 201, body: {} };
  throw new Refusal(403, 'Unable to retry this workflow run because it was created over a month ago');
}

function jobsOf(call: RepositoryCall, run: WorkflowRun, attempt: number) {
  const all = call.repository.data.jobs.filter((job) => job.run === run.id);
  // `latest`: the newest of each name, which a re-run of failed jobs leaves mixed over attempts.
  const found =
    call.query.get('filter') === 'all'
      ? all
      : all.filter(
          (job) => job.attempt <= attempt && !all.some((other) => other.name === job.name && other.attempt > job.attempt && other.attempt <= attempt),
        );
  return counted('jobs', found, (job) => showJob(call.world, call.repository, job));
}

export const ACTIONS_ROUTES: Route[] = [
  repo('GET', '/actions/runs', READ, ({ world, repository, query }) => {
    const wanted = (name: string, value: string) => query.get(name) === null || query.get(name) === value;
    const found = repository.data.runs
      .filter((run) => wanted('head_sha', run.sha) && wanted('branch', run.branch) && wanted('event', run.event))
      .filter((run) => wanted('status', run.status) || wanted('status', run.conclusion ?? ''));
    return counted('workflow_runs', found.toReversed(), (run) => showWorkflowRun(world, repository, run));
  }),
  repo('GET', '/actions/runs/{run_id}', READ, async (call) => ok(await showWorkflowRun(call.world, call.repository, theRun(call)))),
  repo('GET', '/actions/runs/{run_id}/jobs', READ, (call) => jobsOf(call, theRun(call), theRun(call).attempt)),
  repo('GET', '/actions/runs/{run_id}/attempts/{attempt_number}/jobs', READ, (call) =>
    jobsOf(call, theRun(call), number(call.params, 'attempt_number')),
  ),
  repo('POST', '/actions/runs/{run_id}/rerun', WRITE, (call) => again(call, theRun(call), null)),
  repo('POST', '/actions/runs/{run_id}/rerun-failed-jobs', WRITE, (call) => {
    const run = theRun(call);
    const red = call.repository.data.jobs.filter((job) => job.run === run.id && isRed(call, job));
    return again(call, run, red);
  }),
  repo('GET', '/actions/jobs/{job_id}', READ, (call) => ok(showJob(call.world, call.repository, theJob(call)))),
  // "Gets a redirect URL to download a plain text file of logs … This link expires after 1 minute. Look for `Location:` in the response header."
  repo('GET', '/actions/jobs/{job_id}/logs', READ, (call) => {
    const job = theJob(call);
    return { status: 302, headers: { location: call.world.logUrl(call.repository.fullName, job.id) } };
  }),
  repo('POST', '/actions/jobs/{job_id}/rerun', WRITE, (call) => {
    const job = theJob(call);
    const run = call.repository.data.runs.find(({ id }) => id === job.run);
    if (run === undefined) throw notFound();
    return again(call, run, [job]);
  }),
];

function isRed({ repository }: RepositoryCall, job: Job): boolean {
  const check = repository.data.checkRuns.find(({ id }) => id === job.id);
  return check !== undefined && !['success', 'neutral', 'skipped'].includes(check.conclusion ?? '');
}

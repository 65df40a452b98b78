import type { CheckResult, RepoRef } from '#ports/forge-read.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { fromCheck, fromCheckAsStatus, toStatusResult } from './map.check.ts';
import { Anything, CheckRun, CombinedStatus } from './schema.rest.ts';

/** A check run, which only a GitHub App may make; with a token a commit status, which says the same in fewer words. */
export async function putCheck(context: WriteContext, repo: RepoRef, check: CheckResult): Promise<void> {
  const on = await writingOn(context, repo, 'checks');
  if (context.auth.kind === 'app') await putCheckRun(on, check);
  else await putStatus(on, check);
}

async function putCheckRun({ name, write }: Writing, check: CheckResult): Promise<void> {
  const at = { ...name, ref: check.headSha, check_name: check.name, filter: 'latest' };
  // Asked as the App that writes: it may change its own runs alone, and others may use the name.
  const runs = await write.list('GET /repos/{owner}/{repo}/commits/{ref}/check-runs', at, CheckRun);
  const own = runs.filter((run) => run.name === check.name && run.external_id === EXTERNAL_ID).toSorted((a, b) => b.id - a.id)[0];
  const body = { ...name, ...fromCheck(check), external_id: EXTERNAL_ID };
  // An ended run does not begin again: as GitHub does for a re-run, another one takes its place.
  if (own === undefined || (own.status === 'completed' && check.conclusion === 'pending'))
    await write.write('POST /repos/{owner}/{repo}/check-runs', { ...body, head_sha: check.headSha }, Anything);
  else await write.write('PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}', { ...body, check_run_id: own.id }, Anything);
}

const EXTERNAL_ID = 'reeve';

async function putStatus({ name, read, write }: Writing, check: CheckResult): Promise<void> {
  const at = { ...name, ref: check.headSha, per_page: 100 };
  const body = fromCheckAsStatus(check);
  const { statuses } = await read.client.get('GET /repos/{owner}/{repo}/commits/{ref}/status', at, CombinedStatus);
  const known = statuses.find((status) => status.context === check.name);
  // A thousand statuses of one name are all that GitHub takes for a commit.
  const isSame =
    known !== undefined &&
    known.state === body['state'] &&
    toStatusResult(known, '').summary === body['description'] &&
    (known.target_url ?? null) === check.url;
  if (!isSame) await write.write('POST /repos/{owner}/{repo}/statuses/{sha}', { ...name, sha: check.headSha, ...body }, Anything);
}

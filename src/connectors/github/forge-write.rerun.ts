import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { writingOn, type WriteContext } from './client.repository.ts';
import { Anything, Job, WorkflowRun } from './schema.rest.ts';

type Wanted = Parameters<NonNullable<ForgeWrite['rerunCheck']>>[1];

/**
 * The failed jobs of the workflow run that a check belongs to. An App of Reeve reads actions and may no more; a token may when it was given that
 * scope. A run that goes on, or has an attempt after the failed one, was asked for already: nothing is asked twice.
 */
export async function rerunCheck(context: Pick<WriteContext, 'auth'>, repo: RepoRef, { id, headSha }: Wanted): Promise<void> {
  if (context.auth.kind === 'app') throw notAllowed("The GitHub App's permissions let Reeve read actions, not run them.");
  const { name, read, write } = await writingOn(context, repo, 'checks');
  const job = /^\d{1,18}$/.test(id)
    ? await jobOf(read.client.get('GET /repos/{owner}/{repo}/actions/jobs/{job_id}', { ...name, job_id: id }, Job))
    : null;
  if (job === null || job.head_sha !== headSha)
    throw new AppError('refused', 'The check is no job of GitHub Actions, so GitHub cannot be asked to run it again.', { code: 'not_rerunnable' });
  const at = { ...name, run_id: job.run_id };
  const run = await read.client.get('GET /repos/{owner}/{repo}/actions/runs/{run_id}', at, WorkflowRun);
  if (run.status !== 'completed' || run.run_attempt > job.run_attempt) return;
  try {
    await write.write('POST /repos/{owner}/{repo}/actions/runs/{run_id}/rerun-failed-jobs', at, Anything);
  } catch (error) {
    if (!isAppError(error, 'forbidden') && !isAppError(error, 'conflict')) throw error;
    const words = String(error.detail['github']);
    if (/already running/i.test(words)) return;
    // A run of more than a month ago is forbidden as well, in other words.
    if (/unable to retry/i.test(words)) throw new AppError('refused', `GitHub does not run it again: ${words}.`, { code: 'not_rerunnable' });
    throw notAllowed('The token may not run actions again.');
  }
}

async function jobOf(asked: Promise<Job>): Promise<Job | null> {
  try {
    return await asked;
  } catch (error) {
    if (isAppError(error, 'not_found') || isAppError(error, 'forbidden')) return null;
    throw error;
  }
}

const notAllowed = (why: string): AppError =>
  new AppError('refused', why, { code: 'rerun_not_allowed', hint: 'Run it again on GitHub, or give the token the permission actions: write.' });

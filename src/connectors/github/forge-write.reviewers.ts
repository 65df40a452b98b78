import { isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { reviewersOf } from './forge-read.reviewers.ts';
import { missingOf } from './forge-write.pull.ts';
import { Anything } from './schema.rest.ts';

const PLACE = '/repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers';

/**
 * GitHub refuses a whole request for one login it does not take (the author, nobody of the repository): then each is asked alone, and who is
 * refused is told.
 */
export async function requestReviewers(
  context: WriteContext,
  repo: RepoRef,
  number: number,
  logins: readonly string[],
): Promise<{ refused: string[] }> {
  const on = await writingOn(context, repo, 'pulls');
  const missing = missingOf(logins, await reviewersOf(on.read, number));
  if (missing.length === 0 || (await ask(on, number, missing))) return { refused: [] };
  const refused: string[] = [];
  for (const login of missing) if (missing.length === 1 || !(await ask(on, number, [login]))) refused.push(login);
  return { refused };
}

async function ask({ name, write }: Writing, number: number, reviewers: string[]): Promise<boolean> {
  try {
    await write.write(`POST ${PLACE}`, { ...name, pull_number: number, reviewers }, Anything);
    return true;
  } catch (error) {
    if (isAppError(error, 'conflict') && error.detail['status'] === 422) return false;
    throw error;
  }
}

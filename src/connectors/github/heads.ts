import { AppError, isAppError } from '#kernel/errors.ts';
import { orNull, type On } from './client.repository.ts';
import { isBranchName, toRefPath } from './map.repo.ts';
import { GitRef } from './schema.rest.ts';

/** Head of a branch, or null where there is none. */
export async function branchHeadOf(on: On, branch: string): Promise<string | null> {
  if (!isBranchName(branch)) return null;
  const path = toRefPath(branch);
  const asked = on.client.get('GET /repos/{owner}/{repo}/git/ref/heads/{+path}', { ...on.name, path }, GitRef);
  const found = await orNull(on, asked.catch(noBranchYet));
  return found === null || found.ref !== `refs/heads/${branch}` ? null : found.object.sha;
}

/** A repository without a commit answers 409 where a branch is asked for. */
function noBranchYet(error: unknown): never {
  if (isAppError(error, 'conflict') && error.detail['status'] === 409) throw new AppError('not_found', error.message, { code: 'github_not_found' });
  throw error;
}

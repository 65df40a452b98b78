import { AppError, isAppError } from '#kernel/errors.ts';
import type { PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { requirePull } from './forge-write.pull.ts';
import { hasMarker, withMarker } from './map.marker.ts';
import { isSameLogin, toPullRequest } from './map.pull.ts';
import { isMerged } from './map.state.ts';
import { REVERT } from './schema.graphql.ts';
import { Pull, Reverted } from './schema.rest.ts';

type Revert = Parameters<NonNullable<ForgeWrite['revertPull']>>[1];

/** GitHub makes branch and commit itself. It would make a second one, so ours is looked for by its marker among the newest pull requests first. */
export async function revertPull(context: WriteContext, repo: RepoRef, revert: Revert): Promise<PullRequest> {
  const on = await writingOn(context, repo, 'merge');
  const known = await made(context, on, revert.marker);
  if (known !== null) return toPullRequest(known);
  const pull = await requirePull(on, revert.number);
  if (!isMerged(pull)) throw new AppError('refused', `Pull request ${revert.number} is not merged.`, { code: 'not_merged' });
  const variables = { pullRequestId: pull.node_id, title: revert.title, body: withMarker(revert.body, revert.marker) };
  try {
    const { revertPullRequest } = await on.write.mutate(REVERT, variables, Reverted);
    return toPullRequest(await requirePull(on, revertPullRequest.revertPullRequest.number));
  } catch (error) {
    if (isAppError(error, 'conflict') && error.code === 'github_graphql')
      throw new AppError('refused', `GitHub does not revert pull request ${revert.number} by itself: ${error.message}`, { code: 'not_revertible' });
    throw error;
  }
}

/** An answer is lost minutes before it is asked for again: the newest hundred are enough. */
async function made(context: WriteContext, { read, name }: Writing, marker: string): Promise<Pull | null> {
  const parameters = { ...name, state: 'all', sort: 'created', direction: 'desc', per_page: 100 };
  const { items } = await read.client.page('GET /repos/{owner}/{repo}/pulls', parameters, Pull);
  const marked = items.filter(({ body }) => hasMarker(body, marker));
  if (marked.length === 0) return null;
  const login = await context.auth.ownLogin();
  return marked.find(({ user }) => isSameLogin(user, login)) ?? null;
}

import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { deletePushed, pushCommit, toGitAuth } from './client.git.ts';
import { repositoryOf, writingOn, type On, type WriteContext, type Writing } from './client.repository.ts';
import { branchHeadOf } from './heads.ts';
import { pullsOfHead } from './forge-read.ts';
import { putCheck } from './forge-write.check.ts';
import { putComment } from './forge-write.comment.ts';
import { leaveQueue, mergePull } from './forge-write.merge.ts';
import { createPull, updatePull } from './forge-write.pull.ts';
import { putReview, replyToThread, resolveThread } from './forge-write.review.ts';
import { requestReviewers } from './forge-write.reviewers.ts';
import { putDraftRelease } from './forge-write.release.ts';
import { rerunCheck } from './forge-write.rerun.ts';
import { revertPull } from './forge-write.revert.ts';
import { toRefPath, toRemote } from './map.repo.ts';
import { GitRef, Pull } from './schema.rest.ts';

/** Writing to repositories on GitHub. Each member looks first, so that after a lost answer its second call makes nothing twice. */
export function createForgeWrite(context: WriteContext): ForgeWrite {
  return {
    async createBranch(repo, branch, sha) {
      await createBranch(await writingOn(context, repo, 'branches'), branch, sha);
    },
    pushBranch: (repo, push) => pushBranch(context, repo, push),
    deleteBranch: (repo, gone) => deleteBranch(context, repo, gone),
    createPull: (repo, pull) => context.turns(`${repo.name} head ${pull.headBranch}`, async () => createPull(context, repo, pull)),
    updatePull: (repo, number, change) => context.turns(`${repo.name} ${number}`, async () => updatePull(context, repo, number, change)),
    mergePull: (repo, merge) => context.turns(`${repo.name} ${merge.number}`, async () => mergePull(context, repo, merge)),
    leaveQueue: (repo, number) => context.turns(`${repo.name} ${number}`, async () => leaveQueue(context, repo, number)),
    revertPull: (repo, revert) => context.turns(`${repo.name} ${revert.number}`, async () => revertPull(context, repo, revert)),
    rerunCheck: (repo, check) => rerunCheck(context, repo, check),
    putDraftRelease: (repo, release) => context.turns(`${repo.name} release ${release.tag}`, async () => putDraftRelease(context, repo, release)),
    putCheck: (repo, check) => context.turns(`${repo.name} ${check.headSha} ${check.name}`, async () => putCheck(context, repo, check)),
    putComment: (repo, number, comment) => putComment(context, repo, number, comment),
    putReview: (repo, number, review) => putReview(context, repo, number, review),
    requestReviewers: (repo, number, logins) => context.turns(`${repo.name} ${number}`, async () => requestReviewers(context, repo, number, logins)),
    replyToThread: (repo, _number, reply) => replyToThread(context, repo, reply),
    resolveThread: (repo, _number, threadId) => resolveThread(context, repo, threadId),
  };
}

async function createBranch({ name, read, write }: Writing, branch: string, sha: string): Promise<void> {
  toRefPath(branch);
  try {
    await write.write('POST /repos/{owner}/{repo}/git/refs', { ...name, ref: `refs/heads/${branch}`, sha }, GitRef);
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    const head = await branchHeadOf(read, branch);
    if (head === sha) return;
    // Made, and not shown yet: who looks a little later sees it.
    if (head === null && /already exists/i.test(String(error.detail['github'])))
      throw new AppError('unavailable', `GitHub does not show the branch ${branch} yet.`, { code: 'github_stale' });
    if (head === null) throw new AppError('invalid', `GitHub does not make ${branch} at ${sha}.`, { code: 'unknown_commit', detail: error.detail });
    throw new AppError('conflict', `The branch ${branch} is there already, at ${head}.`, { code: 'ref_moved', detail: { branch, head } });
  }
}

/** The push itself compares, so that a head which GitHub shows as it was a moment ago decides nothing. */
async function pushBranch(context: WriteContext, repo: RepoRef, push: Parameters<ForgeWrite['pushBranch']>[1]): Promise<void> {
  const { branch, sha, expected } = push;
  toRefPath(branch);
  const { name, read } = await writingOn(context, repo, 'branches');
  if ((await branchHeadOf(read, branch)) === sha) return;
  const remote = toRemote(context.gitUrl, name);
  const { token, end } = await context.auth.pushToken(name);
  try {
    await pushCommit(context.git, { ...push, remote, env: toGitAuth(remote, token) });
  } catch (error) {
    if (!isAppError(error)) throw error;
    // The server may have moved it before the answer was lost; then the second try finds it where it belongs.
    const head = await branchHeadOf(read, branch).catch(() => null);
    if (head !== sha) throw error.code === 'ref_moved' ? refMoved(branch, expected, head) : error;
  } finally {
    await end();
  }
}

/** GitHub deletes a ref wherever it stands; git's own lease compares. */
async function deleteBranch(context: WriteContext, repo: RepoRef, gone: Parameters<ForgeWrite['deleteBranch']>[1]): Promise<void> {
  const { branch, sha } = gone;
  toRefPath(branch);
  const { name, read } = await writingOn(context, repo, 'branches');
  if ((await repositoryOf(read)).default_branch === branch)
    throw new AppError('refused', `${branch} is the default branch: it stays.`, { code: 'branch_kept' });
  if ((await branchHeadOf(read, branch)) === null) return;
  const open = await openPullOn(read, branch);
  if (open !== null)
    throw new AppError('refused', `Pull request #${open} is open on ${branch}: GitHub would close it with the branch.`, { code: 'branch_in_use' });
  const remote = toRemote(context.gitUrl, name);
  const { token, end } = await context.auth.pushToken(name);
  try {
    await deletePushed(context.git, { ...gone, remote, env: toGitAuth(remote, token) });
  } catch (error) {
    if (!isAppError(error)) throw error;
    const head = await branchHeadOf(read, branch).catch(() => sha);
    if (head !== null) throw error.code === 'ref_moved' ? refMoved(branch, sha, head) : error;
  } finally {
    await end();
  }
}

/** An open pull request that goes into this branch, or comes from it. */
async function openPullOn(on: On, branch: string): Promise<number | null> {
  const parameters = { ...on.name, base: branch, state: 'open', per_page: 1 };
  const { items } = await on.client.page('GET /repos/{owner}/{repo}/pulls', parameters, Pull);
  const open = items.at(0) ?? (await pullsOfHead(on, branch)).find(({ state }) => state === 'open');
  return open?.number ?? null;
}

function refMoved(branch: string, expected: string | null, head: string | null): AppError {
  return new AppError('conflict', `The branch ${branch} is at ${head ?? 'no commit'}, not at ${expected ?? 'no commit'}.`, {
    code: 'ref_moved',
    detail: { branch, expected, head },
  });
}

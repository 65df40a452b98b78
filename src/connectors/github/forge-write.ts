import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { pushCommit, toGitAuth } from './client.git.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { branchHeadOf } from './heads.ts';
import { putCheck } from './forge-write.check.ts';
import { putComment } from './forge-write.comment.ts';
import { mergePull } from './forge-write.merge.ts';
import { createPull, updatePull } from './forge-write.pull.ts';
import { toRefPath, toRemote } from './map.repo.ts';
import { GitRef } from './schema.rest.ts';

/** Writing to repositories on GitHub. Each member looks first, so that after a lost answer its second call makes nothing twice. */
export function createForgeWrite(context: WriteContext): ForgeWrite {
  return {
    async createBranch(repo, branch, sha) {
      await createBranch(await writingOn(context, repo, 'branches'), branch, sha);
    },
    pushBranch: (repo, push) => pushBranch(context, repo, push),
    createPull: (repo, pull) => context.turns(`${repo.name} head ${pull.headBranch}`, async () => createPull(context, repo, pull)),
    updatePull: (repo, number, change) => context.turns(`${repo.name} ${number}`, async () => updatePull(context, repo, number, change)),
    mergePull: (repo, merge) => context.turns(`${repo.name} ${merge.number}`, async () => mergePull(context, repo, merge)),
    putCheck: (repo, check) => context.turns(`${repo.name} ${check.headSha} ${check.name}`, async () => putCheck(context, repo, check)),
    putComment: (repo, number, comment) => putComment(context, repo, number, comment),
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

function refMoved(branch: string, expected: string | null, head: string | null): AppError {
  return new AppError('conflict', `The branch ${branch} is at ${head ?? 'no commit'}, not at ${expected ?? 'no commit'}.`, {
    code: 'ref_moved',
    detail: { branch, expected, head },
  });
}

import { AppError } from '#kernel/errors.ts';
import { toStorableText } from '#kernel/text.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { createBranch, deleteBranch, pushBranch } from './branches.ts';
import { ownHeadOf } from './client.refs.ts';
import { change, putComment } from './issues.ts';
import { localName, REEVE_LOGIN, toPullRequest } from './map.ts';
import type { PathRepositories } from './path.ts';
import { createPull, mergePull, requestReviewers, updatePull, type PullContext } from './pulls.ts';
import { putReview, replyToThread, resolveThread } from './reviews.ts';
import type { Item } from './schema.ts';
import { upsertCheck } from './store.comments.ts';
import * as store from './store.ts';

/** Writing to repositories of the forges `local` and `path`; a folder takes branches and pushes only. */
export function createForgeWrite(context: PullContext, paths: PathRepositories): ForgeWrite {
  const present = async (item: Item) =>
    toPullRequest(
      item,
      item.state === 'open' ? await ownHeadOf(context.git, context.dirOf(item.repository), item.headBranch ?? '') : null,
      context.urlOf,
    );
  return {
    async createBranch(repo, branch, sha) {
      if (repo.forge === 'path') return paths.createBranch(repo.name, branch, sha);
      return createBranch(context, await known(context, repo), branch, sha);
    },
    async pushBranch(repo, push) {
      if (repo.forge === 'path') return paths.push(repo.name, push);
      return pushBranch(context, await known(context, repo), push);
    },
    async deleteBranch(repo, { branch, sha }) {
      if (repo.forge === 'path') throw new AppError('refused', "The branches of a folder are its owner's.", { code: 'branch_kept' });
      return deleteBranch(context, await known(context, repo), branch, sha);
    },
    createPull: async (repo, pull) => present(await createPull(context, localName(repo), pull, REEVE_LOGIN)),
    updatePull: async (repo, number, wanted) => present(await updatePull(context, { repository: localName(repo), number }, wanted, REEVE_LOGIN)),
    mergePull: (repo, merge) => mergePull(context, localName(repo), { ...merge, by: REEVE_LOGIN }),
    async putCheck(repo, check) {
      const repository = await known(context, repo);
      await change(context, async (tx) => {
        const now = context.clock.now();
        if (!(await upsertCheck(tx, repository, check, now)) || check.conclusion === 'pending') return;
        const { name, headSha, conclusion, url, summary } = check;
        await store.putDelivery(tx, {
          kind: 'check.completed',
          repo: { forge: 'local', name: repository },
          actor: REEVE_LOGIN,
          occurred_at: now.toISOString(),
          check: { name, head_sha: headSha, conclusion, url, summary: toStorableText(summary) },
        });
      });
    },
    async putComment(repo, number, comment) {
      const { id } = await putComment(context, { repository: localName(repo), number }, { ...comment, author: REEVE_LOGIN });
      return { id };
    },
    putReview: async (repo, number, review) => putReview(context, { repository: localName(repo), number }, review),
    requestReviewers: async (repo, number, logins) => requestReviewers(context, { repository: localName(repo), number }, logins),
    replyToThread: async (repo, number, reply) => replyToThread(context, { repository: localName(repo), number }, { ...reply, by: REEVE_LOGIN }),
    resolveThread: async (repo, number, threadId) => resolveThread(context, { repository: localName(repo), number }, threadId, REEVE_LOGIN),
  };
}

async function known(context: PullContext, repo: RepoRef): Promise<string> {
  const name = localName(repo);
  if ((await store.repositoryByName(context.db, name)) === undefined) throw store.noRepository(name);
  return name;
}

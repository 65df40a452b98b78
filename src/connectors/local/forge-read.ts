import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import { firstParentsOf } from './client.history.ts';
import { ownHeadOf } from './client.refs.ts';
import { localName, toPullRequest } from './map.ts';
import type { PathRepositories } from './path.ts';
import type { PullContext } from './pulls.ts';
import { readReviews, readThreads } from './reviews.ts';
import type { Item } from './schema.ts';
import { checksOf, commentsOf } from './store.comments.ts';
import { reviewersOf } from './store.reviewers.ts';
import * as store from './store.ts';

/** Reading repositories of the forges `local` and `path`. A folder has branches, and no pull request, check or comment. */
export function createForgeRead(context: PullContext, paths: PathRepositories): ForgeRead {
  const { db, git } = context;
  const isPath = (repo: RepoRef) => repo.forge === 'path';
  const known = async (repo: RepoRef) => {
    const name = localName(repo);
    const row = await store.repositoryByName(db, name);
    if (row === undefined) throw store.noRepository(name);
    return row;
  };
  const present = async (item: Item | undefined) => {
    if (item?.kind !== 'pull') return null;
    const head = item.state === 'open' ? await ownHeadOf(git, context.dirOf(item.repository), item.headBranch ?? '') : null;
    return toPullRequest(item, head, context.urlOf);
  };
  return {
    cloneUrl: async (repo) => (isPath(repo) ? paths.dir(repo.name) : context.dirOf((await known(repo)).name)),
    defaultBranch: async (repo) => (isPath(repo) ? paths.defaultBranch(repo.name) : (await known(repo)).defaultBranch),
    branchHead: async (repo, branch) =>
      isPath(repo) ? paths.head(repo.name, branch) : ownHeadOf(git, context.dirOf((await known(repo)).name), branch),
    firstParents: async (repo, branch, limit) =>
      firstParentsOf(git, isPath(repo) ? await paths.dir(repo.name) : context.dirOf((await known(repo)).name), branch, limit),
    checkedOutBranch: async (repo) => (isPath(repo) ? paths.checkedOutBranch(repo.name) : null),
    pullByNumber: async (repo, number) => (isPath(repo) ? null : present(await store.itemByNumber(db, (await known(repo)).name, number))),
    pullByHead: async (repo, headBranch) =>
      isPath(repo) ? null : present(await store.pullByHead(db, (await known(repo)).name, headBranch, ['open', 'merged'])),
    checks: async (repo, sha) => (isPath(repo) ? [] : checksOf(db, (await known(repo)).name, sha)),
    async comments(repo, number, marker) {
      if (isPath(repo)) return [];
      const comments = await commentsOf(db, (await known(repo)).name, number, marker ?? null);
      return comments.map(({ id, author, body, createdAt }) => ({ id, author, body, createdAt }));
    },
    reviews: async (repo, number, marker) =>
      isPath(repo) ? [] : readReviews(context, { repository: (await known(repo)).name, number }, marker ?? null),
    requestedReviewers: async (repo, number) => (isPath(repo) ? [] : reviewersOf(db, (await known(repo)).name, number)),
    reviewThreads: async (repo, number) => (isPath(repo) ? [] : readThreads(context, { repository: (await known(repo)).name, number })),
  };
}

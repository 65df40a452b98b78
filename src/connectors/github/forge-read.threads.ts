import { AppError } from '#kernel/errors.ts';
import type { ReviewThread } from '#ports/forge-read.ts';
import type { On } from './client.repository.ts';
import { REVIEW_THREAD, REVIEW_THREADS } from './schema.graphql.ts';
import { ThreadNode, Threads, type Thread } from './schema.rest.ts';

/** Fifty each. */
const MOST_PAGES = 20;

/** Conversations beside lines, oldest first. Of one with more than a hundred comments the first hundred. */
export async function threadsOf({ client, name }: On, number: number): Promise<ReviewThread[]> {
  const found: ReviewThread[] = [];
  let after: string | null = null;
  for (let page = 0; page < MOST_PAGES; page += 1) {
    const asked: Parameters<typeof client.query>[1] = { owner: name.owner, name: name.repo, number, after };
    const { nodes, pageInfo } = (await client.query(REVIEW_THREADS, asked, Threads)).repository.pullRequest.reviewThreads;
    found.push(...nodes.map(toThread));
    if (!pageInfo.hasNextPage || pageInfo.endCursor === null || pageInfo.endCursor === undefined) break;
    after = pageInfo.endCursor;
  }
  return found;
}

/** AppError not_found. */
export async function threadOf({ client }: On, threadId: string): Promise<ReviewThread> {
  const { node } = await client.query(REVIEW_THREAD, { threadId }, ThreadNode);
  if (node === null || node === undefined)
    throw new AppError('not_found', `There is no conversation ${threadId} on GitHub.`, { code: 'github_not_found' });
  return toThread(node);
}

function toThread(thread: Thread): ReviewThread {
  return {
    id: thread.id,
    path: thread.path,
    line: thread.line ?? null,
    resolved: thread.isResolved,
    outdated: thread.isOutdated,
    comments: thread.comments.nodes.map(({ fullDatabaseId, author, body, createdAt }) => ({
      id: String(fullDatabaseId ?? ''),
      author: loginOf(author),
      body,
      createdAt: new Date(createdAt),
    })),
  };
}

/** GraphQL calls the account of an App by its name alone, REST by `name[bot]`. A deleted account is null. */
function loginOf(author: { __typename: string; login: string } | null | undefined): string {
  if (author === null || author === undefined) return 'ghost';
  return author.__typename === 'Bot' && !author.login.endsWith('[bot]') ? `${author.login}[bot]` : author.login;
}

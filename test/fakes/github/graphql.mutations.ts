import { actorOf } from './auth.ts';
import { pullById, refused, showEntry, showPullNode, showThread, showThreadComment, threadById } from './graphql.objects.ts';
import { holds } from './present.accounts.ts';
import { reaches, roleOf } from './present.repository.ts';
import { pullOf, setDraft } from './pulls.ts';
import { dequeue, enqueue } from './queue.ts';
import { revertPull } from './revert.ts';
import { replyToComment, resolveThread } from './reviews.ts';
import type { Call } from './route.ts';
import type { Actor, Repository } from './state.ts';

type Input<T> = { input: T & { clientMutationId?: string | null } };

/** One change of a repository in its turn, for those who may write pull requests. */
async function changes<T>(call: Call, repository: Repository, needs: string, work: (actor: Actor) => Promise<T>): Promise<T> {
  const { who } = call;
  const may = who.kind === 'installation' ? holds(who.permissions, needs) : who.kind === 'user' && reaches(roleOf(repository, who.login), 'write');
  if (!may)
    throw refused(
      'FORBIDDEN',
      who.kind === 'installation' ? 'Resource not accessible by integration' : 'Resource not accessible by personal access token',
    );
  return call.world.inTurn(repository.fullName, async () => {
    await call.world.rememberPast();
    return work(actorOf(who));
  });
}

const WRITE = 'pull_requests:write';

async function draft(call: Call, input: { pullRequestId: string; clientMutationId?: string | null }, wanted: boolean) {
  const { repository, issue } = pullById(call, input.pullRequestId);
  if (issue.state === 'closed') throw refused('UNPROCESSABLE', 'Pull request is closed');
  if (issue.pull.draft === wanted) throw refused('UNPROCESSABLE', wanted ? 'Pull request is already in draft.' : 'Pull request is not in draft.');
  await changes(call, repository, WRITE, (actor) => setDraft(call.world, repository, actor, issue, wanted));
  return { clientMutationId: input.clientMutationId ?? null, pullRequest: showPullNode(call, repository, issue) };
}

async function resolve(call: Call, input: { threadId: string; clientMutationId?: string | null }, resolved: boolean) {
  const { repository, root } = threadById(call, input.threadId);
  const issue = pullOf(repository, root.pull);
  // Against all expectation: https://github.com/orgs/community/discussions/44650
  await changes(call, repository, 'contents:write', (actor) => resolveThread(call.world, repository, actor, issue, root, resolved));
  return { clientMutationId: input.clientMutationId ?? null, thread: showThread(call, repository, root) };
}

/** Resolvers by GitHub's names. */
export const MUTATIONS = {
  markPullRequestReadyForReview: ({ input }: Input<{ pullRequestId: string }>, call: Call) => draft(call, input, false),
  convertPullRequestToDraft: ({ input }: Input<{ pullRequestId: string }>, call: Call) => draft(call, input, true),
  resolveReviewThread: ({ input }: Input<{ threadId: string }>, call: Call) => resolve(call, input, true),
  unresolveReviewThread: ({ input }: Input<{ threadId: string }>, call: Call) => resolve(call, input, false),
  async addPullRequestReviewThreadReply({ input }: Input<{ pullRequestReviewThreadId: string; body: string }>, call: Call) {
    const { repository, root } = threadById(call, input.pullRequestReviewThreadId);
    const issue = pullOf(repository, root.pull);
    const comment = await changes(call, repository, WRITE, (actor) => replyToComment(call.world, repository, actor, issue, root, input.body));
    return { clientMutationId: input.clientMutationId ?? null, comment: showThreadComment(call, repository, comment) };
  },
  async enqueuePullRequest({ input }: Input<{ pullRequestId: string; expectedHeadOid?: string | null }>, call: Call) {
    const { repository, issue } = pullById(call, input.pullRequestId);
    const refusal = await changes(call, repository, 'contents:write', (actor) =>
      enqueue(call.world, repository, actor, issue, input.expectedHeadOid ?? null),
    );
    if (refusal !== null) throw refused('UNPROCESSABLE', refusal);
    return { clientMutationId: input.clientMutationId ?? null, mergeQueueEntry: showEntry(call, repository, issue) };
  },
  async revertPullRequest(
    { input }: Input<{ pullRequestId: string; title?: string | null; body?: string | null; draft?: boolean | null }>,
    call: Call,
  ) {
    const { repository, issue } = pullById(call, input.pullRequestId);
    const made = await changes(call, repository, 'contents:write', (actor) => revertPull(call.world, repository, actor, issue, input));
    if (typeof made === 'string') throw refused('UNPROCESSABLE', made);
    return {
      clientMutationId: input.clientMutationId ?? null,
      pullRequest: showPullNode(call, repository, issue),
      revertPullRequest: showPullNode(call, repository, made),
    };
  },
  async dequeuePullRequest({ input }: Input<{ id: string }>, call: Call) {
    const { repository, issue } = pullById(call, input.id);
    const entry = showEntry(call, repository, issue);
    await changes(call, repository, 'contents:write', (actor) => dequeue(call.world, repository, actor, issue, 'MANUAL'));
    return { clientMutationId: input.clientMutationId ?? null, mergeQueueEntry: entry };
  },
};

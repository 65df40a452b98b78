import {
  addComment,
  addLabels,
  assign,
  closeIssue,
  createIssue,
  deleteComment,
  editComment,
  editIssue,
  isPull,
  issueOf,
  removeLabel,
  reopenIssue,
} from './issues.ts';
import { ZERO } from './git.ts';
import { createPull, mergePull, pullOf, requestReviewers, setDraft, type MergeWish } from './pulls.ts';
import { closePull, deleteRef, refsMoved } from './refs.ts';
import { commentOnLine, createReview, dismissReview, replyToComment, resolveThread, type NewReview } from './reviews.ts';
import { headSha } from './present.pulls.ts';
import type { Actor, Issue, IssueComment, PullIssue, Repository, Review, ReviewComment } from './state.ts';
import type { World } from './world.ts';

/** A person at the keyboard: does on GitHub's pages what people do there, and every hook hears of it as if they had. */
export interface Person {
  login: string;
  openIssue(repository: string, issue: { title: string; body?: string; labels?: string[]; assignees?: string[] }): Promise<Issue>;
  label(repository: string, number: number, ...names: string[]): Promise<void>;
  unlabel(repository: string, number: number, name: string): Promise<void>;
  assign(repository: string, number: number, ...logins: string[]): Promise<void>;
  comment(repository: string, number: number, body: string): Promise<IssueComment>;
  editComment(repository: string, id: number, body: string): Promise<void>;
  deleteComment(repository: string, id: number): Promise<void>;
  edit(repository: string, number: number, change: { title?: string; body?: string }): Promise<void>;
  close(repository: string, number: number, reason?: 'completed' | 'not_planned' | 'duplicate'): Promise<void>;
  reopen(repository: string, number: number): Promise<void>;
  /** Commits files (null removes one) on a branch, which is made from the default branch where it is missing; answers the head. */
  push(repository: string, branch: string, files: Record<string, string | null>, message?: string): Promise<string>;
  deleteBranch(repository: string, branch: string): Promise<void>;
  tag(repository: string, name: string, target?: string): Promise<void>;
  openPull(repository: string, pull: { title: string; head: string; base?: string; body?: string; draft?: boolean }): Promise<PullIssue>;
  ready(repository: string, number: number): Promise<void>;
  toDraft(repository: string, number: number): Promise<void>;
  review(repository: string, number: number, review: NewReview): Promise<Review>;
  approve(repository: string, number: number, body?: string): Promise<Review>;
  requestChanges(repository: string, number: number, body: string): Promise<Review>;
  dismiss(repository: string, number: number, review: number): Promise<void>;
  requestReview(repository: string, number: number, ...logins: string[]): Promise<void>;
  commentOnLine(repository: string, number: number, comment: { path: string; line: number; body: string }): Promise<ReviewComment>;
  reply(repository: string, number: number, comment: number, body: string): Promise<ReviewComment>;
  resolve(repository: string, number: number, comment: number): Promise<void>;
  merge(repository: string, number: number, wish?: MergeWish): Promise<string>;
}

type Work<T> = (repository: Repository, actor: Actor) => Promise<T> | T;

export function personOf(world: World, login: string): Person {
  const actor: Actor = { login: world.account(login).login, appId: null, installationId: null };
  const does = <T>(fullName: string, work: Work<T>): Promise<T> => {
    const repository = world.repository(fullName);
    return world.inTurn(repository.fullName, async () => {
      await world.rememberPast();
      return work(repository, actor);
    });
  };
  return { login: actor.login, ...issueHand(world, does), ...gitHand(world, does), ...pullHand(world, does), ...reviewHand(world, does) };
}

type Does = <T>(fullName: string, work: Work<T>) => Promise<T>;

function issueHand(world: World, does: Does) {
  const commentOf = (repository: Repository, id: number): IssueComment => {
    const comment = repository.data.comments.find((one) => one.id === id);
    if (comment === undefined) throw new Error(`no comment ${id}`);
    return comment;
  };
  return {
    openIssue: (name, issue) => does(name, (repository, actor) => createIssue(world, repository, actor, issue)),
    label: (name, number, ...labels) => does(name, (repository, actor) => addLabels(world, repository, actor, issueOf(repository, number), labels)),
    unlabel: (name, number, label) => does(name, (repository, actor) => removeLabel(world, repository, actor, issueOf(repository, number), label)),
    assign: (name, number, ...logins) => does(name, (repository, actor) => assign(world, repository, actor, issueOf(repository, number), logins)),
    comment: (name, number, body) => does(name, (repository, actor) => addComment(world, repository, actor, issueOf(repository, number), body)),
    editComment: (name, id, body) => does(name, (repository, actor) => editComment(world, repository, actor, commentOf(repository, id), body)),
    deleteComment: (name, id) => does(name, (repository, actor) => deleteComment(world, repository, actor, commentOf(repository, id))),
    edit: (name, number, change) => does(name, (repository, actor) => editIssue(world, repository, actor, issueOf(repository, number), change)),
    close: (name, number, reason = 'completed') =>
      does(name, (repository, actor) => {
        const issue = issueOf(repository, number);
        return isPull(issue) ? closePull(world, repository, actor, issue) : closeIssue(world, repository, actor, issue, reason);
      }),
    reopen: (name, number) => does(name, (repository, actor) => reopenIssue(world, repository, actor, issueOf(repository, number))),
  } satisfies Partial<Person>;
}

function gitHand(world: World, does: Does) {
  return {
    push: (name, branch, files, message = 'Change') =>
      does(name, async (repository, actor) => {
        const ref = `refs/heads/${branch}`;
        const before = (await repository.git.ref(ref)) ?? ZERO;
        const start = await repository.git.ref(`refs/heads/${repository.data.defaultBranch}`);
        if (before === ZERO && start !== null) await repository.git.setRef(ref, start, ZERO);
        const after = await repository.git.commitFiles({ branch, files, message, author: world.signature(actor.login) });
        await refsMoved(world, repository, actor, [{ ref, before, after }]);
        return after;
      }),
    deleteBranch: (name, branch) => does(name, (repository, actor) => deleteRef(world, repository, actor, `refs/heads/${branch}`)),
    tag: (name, tag, target) =>
      does(name, async (repository, actor) => {
        const ref = `refs/tags/${tag}`;
        const after = (await repository.git.resolve(target ?? repository.data.defaultBranch)) ?? ZERO;
        await repository.git.setRef(ref, after, ZERO);
        await refsMoved(world, repository, actor, [{ ref, before: ZERO, after }]);
      }),
  } satisfies Partial<Person>;
}

function pullHand(world: World, does: Does) {
  return {
    openPull: (name, pull) =>
      does(name, (repository, actor) => createPull(world, repository, actor, { ...pull, base: pull.base ?? repository.data.defaultBranch })),
    ready: (name, number) => does(name, (repository, actor) => setDraft(world, repository, actor, pullOf(repository, number), false)),
    toDraft: (name, number) => does(name, (repository, actor) => setDraft(world, repository, actor, pullOf(repository, number), true)),
    requestReview: (name, number, ...logins) =>
      does(name, (repository, actor) => requestReviewers(world, repository, actor, pullOf(repository, number), logins)),
    merge: (name, number, wish = {}) => does(name, (repository, actor) => mergePull(world, repository, actor, pullOf(repository, number), wish)),
  } satisfies Partial<Person>;
}

function reviewHand(world: World, does: Does) {
  const review: Person['review'] = (name, number, wish) =>
    does(name, (repository, actor) => createReview(world, repository, actor, pullOf(repository, number), wish));
  const commentOf = (repository: Repository, id: number): ReviewComment => {
    const comment = repository.data.reviewComments.find((one) => one.id === id);
    if (comment === undefined) throw new Error(`no review comment ${id}`);
    return comment;
  };
  return {
    review,
    approve: (name, number, body = '') => review(name, number, { event: 'APPROVE', body }),
    requestChanges: (name, number, body) => review(name, number, { event: 'REQUEST_CHANGES', body }),
    dismiss: (name, number, id) =>
      does(name, async (repository, actor) => {
        const found = repository.data.reviews.find((one) => one.id === id);
        if (found === undefined) throw new Error(`no review ${id}`);
        await dismissReview(world, repository, actor, pullOf(repository, number), found);
      }),
    commentOnLine: (name, number, comment) =>
      does(name, async (repository, actor) =>
        commentOnLine(world, repository, actor, pullOf(repository, number), comment, await headSha(repository, number)),
      ),
    reply: (name, number, id, body) =>
      does(name, (repository, actor) => replyToComment(world, repository, actor, pullOf(repository, number), commentOf(repository, id), body)),
    resolve: (name, number, id) =>
      does(name, (repository, actor) => resolveThread(world, repository, actor, pullOf(repository, number), commentOf(repository, id), true)),
  } satisfies Partial<Person>;
}

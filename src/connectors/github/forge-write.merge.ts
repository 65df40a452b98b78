import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { queueStateOf } from './forge-read.queue.ts';
import { rulesOf } from './guards.ts';
import { repositoryOf, writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { branchHeadOf } from './heads.ts';
import { requirePull } from './forge-write.pull.ts';
import { toMethod, type MergeMethod } from './map.merge.ts';
import { isMerged } from './map.state.ts';
import { toRefPath } from './map.repo.ts';
import { DEQUEUE, ENQUEUE } from './schema.graphql.ts';
import { Dequeued, Enqueued, Merged, type Pull } from './schema.rest.ts';

type Merge = Parameters<ForgeWrite['mergePull']>[1];

/**
 * Merges exactly the commit that was approved: GitHub compares `sha` itself. It compares no base, so the base is looked at right before;
 * a base that moves in between is GitHub's to merge with or to refuse.
 */
export async function mergePull(context: WriteContext, repo: RepoRef, merge: Merge): Promise<{ mergeSha: string }> {
  const on = await writingOn(context, repo, 'merge');
  const pull = await requirePull(on, merge.number);
  if (pull.state !== 'open') return mergedBefore(pull, merge);
  if (pull.head.sha !== merge.headSha) throw headMoved(pull);
  if (pull.draft) throw new AppError('conflict', `Pull request ${pull.number} is a draft.`, { code: 'pull_draft' });
  const rules = await rulesOf(on.read, toRefPath(pull.base.ref));
  if (rules.some(({ type }) => type === 'merge_queue')) return waitInQueue(on, pull, merge);
  await checkBase(on, pull, merge.baseSha);
  const method = toMethod(context.mergeMethod, await repositoryOf(on.read), rules);
  return { mergeSha: await land(context, on, pull, { ...merge, method }) };
}

function mergedBefore(pull: Pull, merge: Merge): { mergeSha: string } {
  if (!isMerged(pull)) throw new AppError('conflict', `Pull request ${pull.number} is closed.`, { code: 'pull_closed' });
  if (pull.head.sha !== merge.headSha) throw headMoved(pull);
  const mergeSha = pull.merge_commit_sha ?? null;
  if (mergeSha === null)
    throw new AppError('unavailable', `GitHub does not show how pull request ${pull.number} was merged.`, { code: 'github_shape' });
  return { mergeSha };
}

const headMoved = (pull: Pull): AppError =>
  new AppError('conflict', `The head of pull request ${pull.number} is ${pull.head.sha}.`, { code: 'head_moved', detail: { head: pull.head.sha } });

async function checkBase({ read }: Writing, pull: Pull, expected: string | null): Promise<void> {
  if (expected === null) return;
  const base = await branchHeadOf(read, pull.base.ref);
  if (base !== expected) throw baseMoved(pull, expected, base);
}

function baseMoved(pull: Pull, expected: string | null, base: string | null): AppError {
  const where = base ?? 'no commit';
  return new AppError('conflict', expected === null ? `${pull.base.ref} moved meanwhile.` : `${pull.base.ref} is at ${where}, not at ${expected}.`, {
    code: 'base_moved',
    detail: { expected, base },
  });
}

/**
 * Puts it into GitHub's own queue, which makes and checks the merge itself, on whatever base it then has. Whoever calls comes again until it is merged.
 * What left the queue after this merge was asked for goes in by a new decision only.
 */
async function waitInQueue(on: Writing, pull: Pull, { headSha, askedAt }: Merge): Promise<never> {
  const { number } = pull;
  const now = await queueStateOf(on.read, number);
  if (now.state === 'ended') throw endedUnseen(number);
  if (now.state === 'left' && askedAt !== undefined && now.at >= askedAt)
    throw new AppError('refused', `Pull request ${number} left GitHub's merge queue: ${now.because}.`, {
      code: 'left_forge_queue',
      detail: { cause: now.cause, because: now.because },
    });
  if (now.state !== 'waiting') await enqueue(on, pull, headSha);
  throw new AppError('unavailable', `Pull request ${number} waits in GitHub's merge queue.`, { code: 'in_forge_queue' });
}

async function enqueue({ read, write }: Writing, pull: Pull, head: string): Promise<void> {
  try {
    await write.mutate(ENQUEUE, { pullRequestId: pull.node_id, head }, Enqueued);
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    // It was in it already, and GitHub showed it a moment late.
    if (/already/i.test(error.message)) return;
    if (/head (branch|sha)/i.test(error.message)) throw headMoved(pull);
    // Merged or closed since it was looked at: that is read anew, and no refusal.
    if ((await queueStateOf(read, pull.number)).state === 'ended') throw endedUnseen(pull.number);
    throw new AppError('refused', `GitHub does not take pull request ${pull.number} into its merge queue: ${error.message}`, {
      code: 'merge_blocked',
    });
  }
}

const endedUnseen = (number: number): AppError =>
  new AppError('unavailable', `GitHub does not show yet how pull request ${number} ended.`, { code: 'github_stale' });

/** Whoever looks at the pull request after it sees how it stands: what GitHub merged meanwhile is shown as merged. */
export async function leaveQueue(context: WriteContext, repo: RepoRef, number: number): Promise<void> {
  const on = await writingOn(context, repo, 'merge');
  const pull = await requirePull(on, number);
  if (pull.state !== 'open') return;
  const now = await queueStateOf(on.read, number);
  if (now.state === 'ended') throw endedUnseen(number);
  if (now.state !== 'waiting') return;
  try {
    await on.write.mutate(DEQUEUE, { id: pull.node_id }, Dequeued);
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    // GitHub lets nothing out that it is merging at this moment; what was let out by somebody else is out.
    const { state } = await queueStateOf(on.read, number);
    if (state === 'waiting')
      throw new AppError('unavailable', `GitHub does not take pull request ${number} out of its merge queue now: ${error.message}`, {
        code: 'queue_locked',
      });
    if (state === 'ended') throw endedUnseen(number);
  }
}

async function land(context: WriteContext, on: Writing, pull: Pull, merge: Merge & { method: MergeMethod }): Promise<string> {
  const [title = '', ...rest] = merge.message.split('\n');
  const parameters = {
    ...on.name,
    pull_number: pull.number,
    sha: merge.headSha,
    merge_method: merge.method,
    // A rebase keeps the messages of its commits.
    ...(merge.method === 'rebase' ? {} : { commit_title: title, commit_message: rest.join('\n').trim() }),
  };
  try {
    return (await on.write.write('PUT /repos/{owner}/{repo}/pulls/{pull_number}/merge', parameters, Merged)).sha;
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    return explain(context, on, { pull, merge, refusal: error });
  }
}

const LOOKS = 5;

/**
 * Why GitHub refused, from how the pull request stands now and, where that does not tell, from GitHub's words. Whether it merges at all is
 * worked out in the background: an answer given before that is no answer.
 */
async function explain(context: WriteContext, on: Writing, at: { pull: Pull; merge: Merge; refusal: AppError }): Promise<string> {
  const { merge, refusal } = at;
  let now = await requirePull(on, merge.number);
  for (let looks = 1; looks < LOOKS && now.state === 'open' && now.mergeable === null; looks += 1) {
    await context.pause(context.pauseMs);
    now = await requirePull(on, merge.number);
  }
  if (now.state !== 'open') return mergedBefore(now, merge).mergeSha;
  const words = String(refusal.detail['github']);
  if (now.head.sha !== merge.headSha || /head (branch|sha)/i.test(words)) throw headMoved(now);
  if (now.draft || /\bdraft\b/i.test(words)) throw new AppError('conflict', `Pull request ${now.number} is a draft.`, { code: 'pull_draft' });
  if (/base branch was modified/i.test(words)) throw baseMoved(now, merge.baseSha, await branchHeadOf(on.read, now.base.ref));
  await checkBase(on, now, merge.baseSha);
  if (now.mergeable === false || /merge conflict/i.test(words))
    throw new AppError('conflict', `Pull request ${now.number} does not merge cleanly.`, { code: 'merge_conflict' });
  if (/not mergeable/i.test(words))
    throw new AppError('unavailable', `GitHub does not say yet whether pull request ${now.number} merges.`, { code: 'mergeability_unknown' });
  if (/merge queue/i.test(words))
    throw new AppError('refused', `Pull requests into ${now.base.ref} are merged by GitHub's own queue.`, {
      code: 'merge_queue_required',
      hint: 'Add it to the queue on GitHub, or take the merge queue out of the rules of this branch.',
    });
  // Reviews, checks, rules: what the repository demands is not there.
  throw new AppError('refused', `GitHub does not merge pull request ${now.number}: ${words}.`, { code: 'merge_blocked', detail: refusal.detail });
}

import { AppError, isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { repositoryOf, writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { branchHeadOf } from './heads.ts';
import { requirePull } from './forge-write.pull.ts';
import { isMerged } from './map.pull.ts';
import { Merged, type Pull } from './schema.rest.ts';

type Merge = Parameters<ForgeWrite['mergePull']>[1];
type Method = WriteContext['mergeMethod'];

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
  await checkBase(on, pull, merge.baseSha);
  const method = allowed(context.mergeMethod, await repositoryOf(on.read));
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

/** The wanted way, or where the repository forbids it the first it allows. It tells its ways only to who may push. */
function allowed(wanted: Method, repository: { allow_merge_commit?: boolean; allow_squash_merge?: boolean; allow_rebase_merge?: boolean }): Method {
  const ways = { merge: repository.allow_merge_commit, squash: repository.allow_squash_merge, rebase: repository.allow_rebase_merge };
  if (ways[wanted] !== false) return wanted;
  return (['merge', 'squash', 'rebase'] as const).find((way) => ways[way] === true) ?? wanted;
}

async function land(context: WriteContext, on: Writing, pull: Pull, merge: Merge & { method: Method }): Promise<string> {
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

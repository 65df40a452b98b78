import type { RunOutcome } from '#modules/agents/index.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import type { FileChange, Mirror } from '#ports/git.ts';
import { conflictTold, openRemarks } from './decide.people.fix.ts';
import { tellFindings } from './decide.rounds.ts';
import type { FixInHand, PeopleFix } from './model.people.fix.ts';
import type { HelpContext, HelpDeps, Place } from './steps.people.context.ts';
import type { HelpSteps } from './steps.people.ts';
import { beginFix, endFix, keepFixCommit, openFix } from './store.people.fix.ts';

const AUTHOR = { name: 'Reeve', email: 'reeve@localhost' };

/** What an agent begins with, or why none is sent. */
type Work = { kind: 'work'; commit: string; secondParent: string | null; feedback: string } | { kind: 'none'; why: string };

/**
 * Mends a person's pull request because they asked: an agent works on their head, Reeve runs the project's checks on what it did, and the push to
 * their branch is proposed. Whether it needs a person's yes is for policy to say; the one who asked is never the one who decides.
 */
export function createFixSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'prepareFix' | 'finishFix'> {
  const { db } = deps;

  async function workOf(place: Place, pull: PullRequest, fix: PeopleFix): Promise<Work> {
    const mirror = await deps.mirror(place.repository.id);
    const mergeBase = await on.baseOf(place, pull);
    if (fix.what === 'reviews') {
      const last = await deps.reviews.last(fix.pullId);
      const threads = await deps.forge(place.repo.forge).reviewThreads(place.repo, place.number);
      const feedback = openRemarks(threads, last === null ? '' : tellFindings(last.findings));
      return feedback === null
        ? { kind: 'none', why: 'No remark is open here.' }
        : { kind: 'work', commit: pull.headSha, secondParent: null, feedback };
    }
    const theirs = await mirror.resolve(`refs/remotes/source/${pull.baseBranch}`);
    if (theirs === null) return { kind: 'none', why: `There is no branch ${pull.baseBranch}.` };
    const merged = await mirror.merge({ base: mergeBase, ours: pull.headSha, theirs });
    if (merged.kind === 'clean' || merged.tree === undefined) return { kind: 'none', why: `It does not conflict with ${pull.baseBranch}.` };
    const half = { tree: merged.tree, parents: [pull.headSha], message: 'Half merged', author: AUTHOR, atUnixS: nowS() };
    const paths = merged.conflicts.map(({ path }) => path);
    return { kind: 'work', commit: await mirror.commit(half), secondParent: theirs, feedback: conflictTold(paths, pull.baseBranch) };
  }

  const nowS = (): number => Math.floor(deps.clock.now().getTime() / 1000);

  /** Said in one comment for each wish. */
  async function end(fix: PeopleFix, told: string): Promise<FixInHand> {
    const args = { body: `@${fix.askedBy} ${told}`, marker: `reeve:fix:${fix.commentId.replaceAll(/[^a-z0-9]/gi, '_')}` };
    await on.propose(fix.pullId, 'pr.comment.output', { key: `fix:${fix.commentId}`, args });
    await endFix(db, fix);
    return { commentId: fix.commentId, run: null };
  }

  return {
    async prepareFix(pullId) {
      const fix = await openFix(db, pullId);
      if (fix === null) return null;
      const place = await on.placeOf(pullId);
      const pull = await deps.forge(place.repo.forge).pullByNumber(place.repo, place.number);
      const agent = on.agentFor(place, 'coder');
      if (pull === null || pull.state !== 'open') {
        await endFix(db, fix);
        return { commentId: fix.commentId, run: null };
      }
      if (pull.fromFork === true) return end(fix, 'the branch is in a fork, to which Reeve does not write.');
      if (agent === null) return end(fix, 'no agent is configured that could do this.');
      const kept = fix.runId === null ? await takeUp(place, pull, fix) : fix;
      if (typeof kept === 'string') return end(fix, kept);
      const { work, feedback } = await briefOf(place, pull, kept);
      const run = await on.prepare(pullId, pull, {
        role: 'coder',
        agent,
        feedback,
        material: null,
        runId: kept.runId ?? '',
        base: work,
        target: pull.headBranch,
      });
      return run === null ? end(fix, 'there is no money for it now.') : { commentId: fix.commentId, run };
    },

    async finishFix(pullId, commentId) {
      const fix = await openFix(db, pullId);
      if (fix === null || fix.commentId !== commentId || fix.runId === null) return;
      const outcome = await deps.agents.outcome(fix.runId);
      const place = await on.placeOf(pullId);
      const pull = await deps.forge(place.repo.forge).pullByNumber(place.repo, place.number);
      const log = `${deps.publicUrl}/v1/jobs/${fix.runId}/log`;
      if (outcome?.kind !== 'change_request' || pull === null) return void (await end(fix, `the agent did not get it done: ${log}`));
      const mirror = await deps.mirror(place.repository.id);
      const sha = await keepFixCommit(db, fix, await commitOf(mirror, fix, outcome));
      const left = await markersLeft(mirror, fix, sha);
      if (left !== null) return void (await end(fix, `the agent left conflict markers in \`${left}\`, so nothing is pushed: ${log}`));
      const actionId = await on.propose(pullId, 'branch.push', {
        key: `fix:${commentId}`,
        branch: pull.headBranch,
        args: { branch: pull.headBranch, sha, expected: fix.headSha },
        by: { subject: `agent:${(await deps.agents.get(fix.runId))?.agent ?? 'coder'}`, run: fix.runId },
        triggerUser: fix.handle,
      });
      const checked = outcome.checks.length === 0 ? 'no check was run on it' : 'the checks pass with it';
      const where = `${deps.publicUrl}/v1/approvals/${actionId}`;
      await end(fix, `it is done as \`${sha.slice(0, 10)}\`, and ${checked}. Pushing it here is for somebody else to allow: ${where}`);
    },
  };

  async function takeUp(place: Place, pull: PullRequest, fix: PeopleFix): Promise<PeopleFix | string> {
    const work = await workOf(place, pull, fix);
    if (work.kind === 'none') return work.why;
    return beginFix(db, fix, { runId: deps.ids.next('run'), headSha: pull.headSha, workCommit: work.commit, secondParent: work.secondParent });
  }

  async function briefOf(place: Place, pull: PullRequest, fix: PeopleFix): Promise<{ work: string; feedback: string }> {
    const work = await workOf(place, pull, fix);
    return { work: fix.workCommit ?? pull.headSha, feedback: work.kind === 'work' ? work.feedback : '' };
  }

  /** On the head that the agent was given, whatever was pushed since: then the push is refused, as it should be. */
  async function commitOf(mirror: Mirror, fix: PeopleFix, { changeRequest }: Extract<RunOutcome, { kind: 'change_request' }>): Promise<string> {
    const base = fix.workCommit ?? '';
    const tree = await mirror.writeTree(base, changesOf(changeRequest));
    const parents = [fix.headSha ?? base, ...(fix.secondParent === null ? [] : [fix.secondParent])];
    const message = `${fix.what === 'reviews' ? 'Work on the remarks of the review' : 'Merge, with its conflict resolved'}\n\nAsked for by @${fix.askedBy}.`;
    const sha = await mirror.commit({ tree, parents, message, author: AUTHOR, atUnixS: nowS() });
    // Named, so that it is not tidied away while people think about the push.
    await mirror.compareAndSwap(`refs/reeve/fixes/${sha}`, null, sha);
    return sha;
  }
}

/** A file of the conflict that still has a marker; checks need not see one. Null: none has. */
async function markersLeft(mirror: Mirror, fix: PeopleFix, sha: string): Promise<string | null> {
  if (fix.what !== 'conflict' || fix.headSha === null || fix.workCommit === null) return null;
  for (const { path } of await mirror.diffNames(fix.headSha, fix.workCommit)) {
    const content = (await mirror.readFile(sha, path))?.toString('utf8') ?? '';
    if (/^(?:<{7}|>{7}) /m.test(content)) return path;
  }
  return null;
}

/** The changes of a run's document as files. */
function changesOf(document: Record<string, unknown>): FileChange[] {
  const { changes } = document as {
    changes: Array<{ op: string; path: string; from?: string; content?: string; content_base64?: string; mode?: FileChange['mode'] }>;
  };
  return changes.flatMap(({ op, path, from, content, content_base64: base64, mode }) => {
    const gone = op === 'rename' && from !== undefined ? [{ path: from, content: null }] : [];
    if (op === 'delete') return [{ path, content: null }];
    const bytes = content === undefined ? Buffer.from(base64 ?? '', 'base64') : Buffer.from(content, 'utf8');
    return [...gone, { path, content: bytes, ...(mode === undefined ? {} : { mode }) }];
  });
}

import { messageOf } from '#kernel/errors.ts';
import type { RunOutcome } from '#modules/agents/index.ts';
import type { AdmittedChange } from '#modules/merge-queue/index.ts';
import type { PullRequest } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import { conflictTold, filesTold, pushTold, remarksTold, stillConflicts, type Conflicted } from './decide.people.fix.ts';
import { isFinal } from './decide.people.ts';
import { isNothing, openRemarks } from './decide.remarks.ts';
import type { FixInHand, PeopleFix } from './model.people.fix.ts';
import type { HelpRefusal } from './model.people.ts';
import type { HelpContext, HelpDeps, Place } from './steps.people.context.ts';
import { dispatch } from './steps.people.dispatch.ts';
import type { HelpSteps } from './steps.people.ts';
import { beginFix, endFix, keepFixCommit, openFix } from './store.people.fix.ts';

const AUTHOR = { name: 'Reeve', email: 'reeve@localhost' };

/** What an agent begins with, or why none is sent. */
type Work =
  | { kind: 'work'; commit: string; secondParent: string | null; feedback: string; conflicts: readonly string[] }
  | { kind: 'none'; why: string };

type Changed = Extract<RunOutcome, { kind: 'change_request' }>;

/** An open pull request whose branch may be written to, and an agent for it. */
interface Doer {
  place: Place;
  pull: PullRequest;
  agent: string;
}

/**
 * Mends a person's pull request because they asked: an agent works on their head, Reeve runs the project's checks on what it did, and the push to
 * their branch is proposed. Whether it needs a person's yes is for policy to say; the one who asked is never the one who decides.
 */
export function createFixSteps(deps: HelpDeps, on: HelpContext): Pick<HelpSteps, 'prepareFix' | 'finishFix'> {
  const { db } = deps;
  const nowS = (): number => Math.floor(deps.clock.now().getTime() / 1000);
  const workOf = (doer: Doer, fix: PeopleFix): Promise<Work> => (fix.what === 'reviews' ? remarksOf(doer, fix) : conflictOf(doer));

  async function remarksOf({ place: { repo, number }, pull }: Doer, fix: PeopleFix): Promise<Work> {
    const forge = deps.forge(repo.forge);
    const there = { threads: await forge.reviewThreads(repo, number), reviews: await forge.reviews(repo, number) };
    const remarks = openRemarks(there, (await deps.reviews.last(fix.pullId))?.findings ?? [], await deps.ownOn(repo.forge));
    if (isNothing(remarks)) return { kind: 'none', why: 'no remark is open here.' };
    return { kind: 'work', commit: pull.headSha, secondParent: null, feedback: remarksTold(remarks), conflicts: [] };
  }

  async function conflictOf({ place, pull }: Doer): Promise<Work> {
    const mirror = await deps.mirror(place.repository.id);
    const base = await on.baseOf(place, pull);
    const theirs = await mirror.resolve(`refs/remotes/source/${pull.baseBranch}`);
    if (theirs === null) return { kind: 'none', why: `there is no branch ${pull.baseBranch}.` };
    const merged = await mirror.merge({ base, ours: pull.headSha, theirs });
    if (merged.kind === 'clean') return { kind: 'none', why: `it does not conflict with ${pull.baseBranch}.` };
    if (merged.tree === undefined) return { kind: 'none', why: 'git cannot put both sides side by side here.' };
    const half = { tree: merged.tree, parents: [pull.headSha], message: 'Half merged', author: AUTHOR, atUnixS: nowS() };
    const conflicts = [...new Set(merged.conflicts.map(({ path }) => path))];
    const feedback = conflictTold(conflicts, pull.baseBranch);
    return { kind: 'work', commit: await mirror.commit(half), secondParent: theirs, feedback, conflicts };
  }

  const ended = ({ commentId }: PeopleFix): FixInHand => ({ commentId, run: null, waitsFor: null });

  /** Said in one comment for each wish. */
  async function end(fix: PeopleFix, told: string): Promise<FixInHand> {
    const args = { body: `@${fix.askedBy} ${told}`, marker: `reeve:fix:${fix.commentId.replaceAll(/[^a-z0-9]/gi, '_')}` };
    await on.propose(fix.pullId, 'pr.comment.output', { key: `fix:${fix.commentId}`, args });
    await endFix(db, fix);
    return ended(fix);
  }

  /** Where nobody is to be spoken to any more. */
  async function drop(fix: PeopleFix, why: HelpRefusal): Promise<FixInHand> {
    deps.log.info({ pullId: fix.pullId, comment: fix.commentId, why }, 'a wish for a pull request was dropped');
    const asked = await on.proposalOf(fix.pullId, 'agent.dispatch', { key: `fix:${fix.commentId}`, args: {} });
    const waiting = await deps.actions.byKey(asked.idempotencyKey);
    // Nobody should decide about what nobody wants any more.
    if (waiting?.status === 'pending') await db.tx((tx) => deps.actions.withdraw(tx, waiting.id, 'The pull request is left alone now.'));
    await endFix(db, fix);
    return ended(fix);
  }

  /** A wish that cannot be done is told as such: left open it would stand before everything else for good. */
  async function unlessRefused(fix: PeopleFix, work: () => Promise<FixInHand>): Promise<FixInHand> {
    try {
      return await work();
    } catch (error) {
      if (!isFinal(error)) throw error;
      deps.log.warn({ err: error, pullId: fix.pullId }, 'a wish for a pull request could not be done');
      return end(fix, `that could not be done: ${messageOf(error)}`);
    }
  }

  /** Everything that is asked before anything is done for a wish, at its beginning and at its end alike. */
  async function doerOf(fix: PeopleFix): Promise<Doer | FixInHand> {
    const place = await on.placeOf(fix.pullId);
    const forge = deps.forge(place.repo.forge);
    const pull = await forge.pullByNumber(place.repo, place.number);
    const refused = await on.refusal(fix.pullId, pull);
    if (refused === 'fork') return end(fix, 'the branch is in a fork, to which Reeve does not write.');
    if (refused !== null || pull === null) return drop(fix, refused ?? 'closed');
    // A pull request from it to another branch is no way round its own: that one moves by merges alone.
    if (pull.headBranch === place.repository.defaultBranch || pull.headBranch === (await forge.defaultBranch(place.repo)))
      return end(fix, `${pull.headBranch} is the default branch, which moves by merges alone.`);
    const agent = on.agentFor(place, 'coder');
    return agent === null ? end(fix, 'no agent is configured that could do this.') : { place, pull, agent };
  }

  /** Sends the agent; a step that runs again finds what it was sent with. */
  async function begin(fix: PeopleFix, doer: Doer, waiting: string): Promise<FixInHand> {
    const work = fix.runId === null ? await workOf(doer, fix) : null;
    if (work?.kind === 'none') return end(fix, work.why);
    const order = { key: `fix:${fix.commentId}`, role: 'coder', agent: doer.agent, triggerUser: fix.handle, waiting } as const;
    const sent = await dispatch(deps, on, fix.pullId, order);
    if (sent.kind === 'waits') return { commentId: fix.commentId, run: null, waitsFor: sent.actionId };
    if (sent.kind === 'no') return end(fix, `no agent may be sent for it: ${sent.why}`);
    const kept =
      work === null ? fix : await beginFix(db, fix, { ...work, runId: deps.ids.next('run'), headSha: doer.pull.headSha, workCommit: work.commit });
    const run = await on.prepare(fix.pullId, doer.pull, {
      role: 'coder',
      agent: doer.agent,
      feedback: kept.feedback,
      material: null,
      runId: kept.runId ?? '',
      base: kept.workCommit ?? doer.pull.headSha,
      target: doer.pull.headBranch,
    });
    return run === null ? end(fix, 'there is no money for it now.') : { commentId: fix.commentId, run, waitsFor: null };
  }

  /** What the agent did, as a commit that may be pushed; else why it may not. */
  async function commitOf(fix: PeopleFix, { place }: Doer, { changeRequest }: Changed): Promise<{ sha: string; notes: string[] } | string> {
    const admitted = await deps.admit(changeRequest, { projectId: place.project.id, repositoryId: place.repository.id });
    if (!admitted.ok) return `what the agent did is not allowed: ${admitted.error[0]?.detail ?? 'it is no change.'}`;
    const mirror = await deps.mirror(place.repository.id);
    const sha = await keepFixCommit(db, fix, await written(mirror, fix, admitted.value));
    const left = stillConflicts(await conflictedIn(mirror, fix, sha));
    return left === null
      ? { sha, notes: admitted.value.notes }
      : `the agent did not resolve the conflict in ${filesTold([left])}, so nothing is pushed.`;
  }

  /** On the head that the agent was given, whatever was pushed since: then the push is refused, as it should be. */
  async function written(mirror: Mirror, fix: PeopleFix, { files }: AdmittedChange): Promise<string> {
    const base = fix.workCommit ?? '';
    const tree = await mirror.writeTree(base, files);
    const parents = [fix.headSha ?? base, ...(fix.secondParent === null ? [] : [fix.secondParent])];
    const message = `${fix.what === 'reviews' ? 'Work on the remarks of the review' : 'Merge, with its conflict resolved'}\n\nAsked for by @${fix.askedBy}.`;
    const sha = await mirror.commit({ tree, parents, message, author: AUTHOR, atUnixS: nowS() });
    // Named, so that it is not tidied away while people think about the push.
    await mirror.compareAndSwap(`refs/reeve/fixes/${sha}`, null, sha);
    return sha;
  }

  async function finish(fix: PeopleFix, doer: Doer): Promise<FixInHand> {
    const runId = fix.runId ?? '';
    const log = `${deps.publicUrl}/v1/jobs/${runId}/log`;
    const outcome = await deps.agents.outcome(runId);
    if (outcome?.kind !== 'change_request') return end(fix, `the agent did not get it done: ${log}`);
    const made = await commitOf(fix, doer, outcome);
    if (typeof made === 'string') return end(fix, `${made} ${log}`);
    const files = await changedBy(await deps.mirror(doer.place.repository.id), fix, made.sha);
    const action = await on.propose(fix.pullId, 'branch.push', {
      key: `fix:${fix.commentId}`,
      branch: doer.pull.headBranch,
      args: { branch: doer.pull.headBranch, sha: made.sha, expected: fix.headSha, files },
      by: { subject: `agent:${(await deps.agents.get(runId))?.agent ?? 'coder'}`, run: runId },
      triggerUser: fix.handle,
    });
    if (action === null) return end(fix, `it is done, and may not be pushed here: ${log}`);
    const checked = outcome.checks.length === 0 ? 'no check was run on it' : 'the checks pass with it';
    const reason = action.outcome?.['reason'];
    const push = pushTold(
      { status: action.status, reason: typeof reason === 'string' ? reason : null },
      `${deps.publicUrl}/v1/approvals/${action.id}`,
    );
    const notes = made.notes.length === 0 ? '' : ` ${made.notes.join(' ')}`;
    return end(fix, `it is done as \`${made.sha.slice(0, 10)}\`, and ${checked}. It changes ${filesTold(files)}.${notes} ${push}`);
  }

  return {
    async prepareFix(pullId, waiting) {
      const fix = await openFix(db, pullId);
      if (fix === null) return null;
      return unlessRefused(fix, async () => {
        const doer = await doerOf(fix);
        return 'commentId' in doer ? doer : begin(fix, doer, waiting);
      });
    },

    async finishFix(pullId, commentId) {
      const fix = await openFix(db, pullId);
      if (fix === null || fix.commentId !== commentId || fix.runId === null) return;
      await unlessRefused(fix, async () => {
        const doer = await doerOf(fix);
        return 'commentId' in doer ? doer : finish(fix, doer);
      });
    },
  };
}

/** The files of the conflict alone: a base that is far ahead changed many others. */
async function conflictedIn(mirror: Mirror, fix: PeopleFix, sha: string): Promise<Conflicted[]> {
  const read = async (commit: string, path: string): Promise<string | null> => (await mirror.readFile(commit, path))?.toString('latin1') ?? null;
  const files: Conflicted[] = [];
  for (const path of fix.conflicts) files.push({ path, given: await read(fix.workCommit ?? sha, path), left: await read(sha, path) });
  return files;
}

/** Paths that the push changes and that are not as the merged base has them, both names of a rename, sorted. */
async function changedBy(mirror: Mirror, fix: PeopleFix, sha: string): Promise<string[]> {
  const between = async (from: string): Promise<string[]> =>
    (await mirror.diffNames(from, sha)).flatMap(({ path, from: old }) => (old === null ? [path] : [path, old]));
  const ours = await between(fix.headSha ?? sha);
  const theirs = fix.secondParent === null ? null : new Set(await between(fix.secondParent));
  return [...new Set(ours)].filter((path) => theirs === null || theirs.has(path)).toSorted();
}

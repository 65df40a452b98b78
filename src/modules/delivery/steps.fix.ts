import { AppError, isAppError } from '#kernel/errors.ts';
import { toStorableText } from '#kernel/text.ts';
import type { Tx } from '#platform/db/index.ts';
import { fixFeedback, isNothing, nameThreads, openRemarks, standing } from '#modules/reviews/index.ts';
import { decideAnswers } from './decide.review.ts';
import { chooseTask } from './decide.ci.ts';
import { isOwn } from './decide.own.ts';
import { pathsOf } from './decide.rework.ts';
import type { ActionView, Pull } from './model.ts';
import type { FixTask, FixThread, FixView, PullFix } from './model.review.ts';
import { landedTasks, nextAttempt } from './steps.ci.ts';
import { branchOf, loadSubject, proposeFor, toActionView, type DeliveryDeps, type Subject } from './steps.context.ts';
import { CONFLICT_UNOWNED, mergeBaseIn } from './steps.rework.ts';
import type { DeliverySteps } from './steps.ts';
import { beginFix, fixById, objectorsTo, openFix, setFixState, setFixTasks } from './store.review.ts';

type FixSteps = Pick<DeliverySteps, 'beginFix' | 'fixLanded' | 'proposeThreadAnswers' | 'fixTold'>;

/** What people ask to have mended on a pull request of ours. */
export function createFixSteps(deps: DeliveryDeps): FixSteps {
  const { db } = deps;

  return {
    async beginFix(workItemId, planId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(deps, workItemId);
      const fix = await openFix(db, subject.story.workflowId);
      if (fix === undefined) return (await isObjected(deps, subject, pull)) ? { kind: 'objected' } : { kind: 'none' };
      if (fix.tasks !== null) return toView(fix, fix.tasks);
      const about = { deps, subject, pull, planId, fix };
      const begun = fix.what === 'reviews' ? await fromReviews(about) : await fromConflict(about);
      if ('nothing' in begun) {
        const told = await tell(deps, subject, pull, { fix, text: begun.nothing });
        await setFixState(db, fix.id, { state: 'nothing', detail: begun.nothing });
        return { kind: 'nothing', told };
      }
      // One transaction: a conversation must keep the name under which its words were told.
      await db.tx(async (tx) => {
        await beginFix(tx, fix.id, { workflowId: subject.story.workflowId, threads: begun.threads, conflicts: [] });
        await setFixTasks(tx, fix.id, begun.tasks);
        await noteBegun(deps, tx, subject, fix);
      });
      return toView(await required(deps, fix.id), begun.tasks);
    },

    async fixLanded(workItemId, fixId, reason) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(deps, workItemId);
      const fix = await required(deps, fixId);
      if (reason === null) {
        await setFixState(db, fixId, { state: 'landed', detail: null });
        return null;
      }
      await setFixState(db, fixId, { state: 'failed', detail: deps.redact(reason).slice(0, 2000) });
      return tell(deps, subject, pull, { fix, text: `What you asked for could not be done: ${reason.split('\n')[0] ?? reason}` });
    },

    async proposeThreadAnswers(workItemId, fixId) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(deps, workItemId);
      const fix = await required(deps, fixId);
      if (fix.state !== 'landed') return [];
      const answers = decideAnswers(fix.threads, { ...(await workOf(deps, fix)), headSha: pull.headSha });
      const views: ActionView[] = [];
      for (const { thread, body, resolve } of answers) {
        const marker = `reeve:answer:${fix.id}:${thread.name}`;
        const about = { number: pull.number, key: `${fix.id}:${thread.name}` };
        const args = { thread_id: thread.id, body: deps.redact(toStorableText(body)), marker };
        views.push(await proposeFor(deps, subject, { ...about, kind: 'pr.thread.reply', args }));
        if (resolve) views.push(await proposeFor(deps, subject, { ...about, kind: 'pr.thread.resolve', args: { thread_id: thread.id } }));
      }
      return views;
    },

    async fixTold(_workItemId, fixId) {
      const fix = await required(deps, fixId);
      if (fix.state === 'landed') await setFixState(db, fixId, { state: 'done', detail: null });
    },
  };
}

const toView = (fix: PullFix, tasks: FixTask[]): FixView => ({ kind: 'begun', fixId: fix.id, number: fix.number ?? 1, tasks });

/** Under the pull request, once for each request. */
function tell(deps: DeliveryDeps, subject: Subject, pull: Pull, { fix, text }: { fix: PullFix; text: string }): Promise<ActionView> {
  const args = { body: deps.redact(toStorableText(text)).slice(0, 4000), marker: `reeve:fix:${fix.id}` };
  return proposeFor(deps, subject, { kind: 'pr.comment.answer', key: `fix:${fix.id}`, number: pull.number, args });
}

async function pullOf(deps: DeliveryDeps, workItemId: string): Promise<Pull> {
  const pull = await deps.store.pullOfWorkItem(deps.db, workItemId);
  if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
  return pull;
}

async function required(deps: DeliveryDeps, fixId: string): Promise<PullFix> {
  const fix = await fixById(deps.db, fixId);
  if (fix === undefined) throw new AppError('internal', `There is no request ${fixId}.`);
  return fix;
}

interface About {
  deps: DeliveryDeps;
  subject: Subject;
  pull: Pull;
  planId: string;
  fix: PullFix;
}

type Begun = { tasks: FixTask[]; threads: FixThread[] } | { nothing: string };

/** The open conversations and findings, under names that the agent can repeat. */
async function fromReviews({ deps, subject, pull, planId }: About): Promise<Begun> {
  const { forge, repo } = subject;
  const last = await deps.reviews.last(pull.id);
  const own = await deps.ownLogin(repo.forge);
  const there = { threads: await forge.reviewThreads(repo, pull.number), reviews: await forge.reviews(repo, pull.number) };
  const isReeve = (login: string): boolean => isOwn(login, own);
  const remarks = openRemarks(there, last?.findings ?? [], isReeve);
  if (isNothing(remarks)) return { nothing: 'No review of this pull request has an open remark.' };
  const told = fixFeedback(remarks, nameThreads(remarks.threads, isReeve));
  const feedback = deps.redact(toStorableText(told.text));
  const taskId = chooseTask(await landedTasks(deps, planId), feedback);
  if (taskId === null) return { nothing: 'No task of the plan has landed anything that could be mended.' };
  const threads = told.threads.map(({ name, id, path, own: isOurs }) => ({ name, id, path, ...(isOurs === true ? { own: isOurs } : {}) }));
  return { threads, tasks: [{ taskId, firstAttempt: await nextAttempt(deps, taskId), feedback }] };
}

/** What conflicts is kept before the base is brought in: afterwards nothing conflicts any more. */
async function fromConflict({ deps, subject, planId, fix }: About): Promise<Begun> {
  if (fix.state === 'asked') {
    const conflicts = await conflictsOf(deps, subject);
    if (conflicts.length === 0) return { nothing: `This pull request merges with ${subject.repository.defaultBranch} without a conflict.` };
    await deps.db.tx((tx) => beginFix(tx, fix.id, { workflowId: subject.story.workflowId, threads: [], conflicts }));
  }
  const { conflicts } = await required(deps, fix.id);
  try {
    const tasks: FixTask[] = [];
    for (const task of await mergeBaseIn(deps, subject, planId, conflicts))
      tasks.push({ ...task, firstAttempt: await nextAttempt(deps, task.taskId) });
    return { tasks, threads: [] };
  } catch (error) {
    if (isAppError(error, 'refused') && error.code === CONFLICT_UNOWNED) return { nothing: error.message };
    throw error;
  }
}

async function conflictsOf(deps: DeliveryDeps, subject: Subject): Promise<string[]> {
  const mirror = await deps.mirror(subject.repository.id);
  await mirror.fetch();
  const theirs = await mirror.resolve(`refs/heads/${branchOf(subject)}`);
  const ours = await mirror.resolve(`refs/remotes/source/${subject.repository.defaultBranch}`);
  if (theirs === null || ours === null) throw new AppError('conflict', 'The branch or its base is gone.');
  if (await mirror.isAncestor(ours, theirs)) return [];
  const merged = await mirror.merge({ base: (await mirror.mergeBase(theirs, ours)) ?? ours, ours, theirs });
  return merged.kind === 'conflict' ? merged.conflicts.map(({ path }) => path) : [];
}

async function noteBegun(deps: DeliveryDeps, tx: Tx, { item, project }: Subject, fix: PullFix): Promise<void> {
  if (item.state !== 'in_progress') await deps.work.transition(tx, item.id, 'in_progress', WHY[fix.what], 'system');
  const about = { subject: fix.pullId, projectId: project.id, workItemId: item.id };
  deps.ledger.append(tx, { kind: 'pull.fix_begun', actor: 'system', ...about, payload: { fix_id: fix.id, what: fix.what, asked_by: fix.askedBy } });
}

const WHY: Readonly<Record<PullFix['what'], string>> = {
  reviews: 'The remarks of the reviews are worked on.',
  conflict: 'The conflict with the base is worked on.',
};

/** What the agents of a fix changed and said. */
async function workOf(deps: DeliveryDeps, fix: PullFix): Promise<{ said: string; changed: string[] }> {
  const said: string[] = [];
  const changed = new Set<string>();
  for (const { taskId, firstAttempt } of fix.tasks ?? []) {
    const { items } = await deps.queue.list({ taskId, limit: 200 });
    const landed = items.filter(({ state, attempt }) => attempt >= firstAttempt && (state === 'landed' || state === 'already_landed'));
    for (const { document } of landed) for (const path of document.changes.flatMap(pathsOf)) changed.add(path);
    const runs = (await deps.agents.list({ taskId, limit: 200 })).items;
    for (const run of runs.filter(({ changeRequestId }) => landed.some(({ id }) => id === changeRequestId))) {
      const outcome = await deps.agents.outcome(run.id);
      if (outcome?.kind === 'change_request') said.push(outcome.said ?? '');
    }
  }
  return { said: said.join('\n'), changed: [...changed] };
}

/** Whether somebody who may decide still asks for changes: they have neither approved nor dismissed them, and nothing was done about it. */
export async function isObjected(deps: DeliveryDeps, { forge, repo }: Pick<Subject, 'forge' | 'repo'>, pull: Pull): Promise<boolean> {
  const objectors = await objectorsTo(deps.db, pull.id);
  if (objectors.length === 0) return false;
  const still = standing(await forge.reviews(repo, pull.number)).map(({ author }) => author.toLowerCase());
  return objectors.some((author) => still.includes(author.toLowerCase()));
}

/** A question for the merge that people were quicker than: something is to be mended first. Whoever asks looks for waiting questions after their row is written. */
export async function yieldToPeople(deps: DeliveryDeps, subject: Subject, pull: Pull, proposed: ActionView): Promise<ActionView> {
  const asked = (await openFix(deps.db, subject.story.workflowId)) !== undefined;
  if (!asked && !(await isObjected(deps, subject, pull))) return proposed;
  const reason = asked ? 'Something is to be mended on the pull request first.' : 'A review asks for changes.';
  const action = await deps.actions.get(proposed.id);
  if (action === null || action.status !== 'pending') return proposed;
  await deps.db.tx((tx) => deps.actions.withdraw(tx, proposed.id, reason));
  const withdrawn = await deps.actions.get(proposed.id);
  return withdrawn === null ? proposed : toActionView(withdrawn);
}

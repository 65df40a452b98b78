import { AppError, isAppError } from '#kernel/errors.ts';
import { toStorableText } from '#kernel/text.ts';
import { withoutSecrets } from '#platform/secrets/index.ts';
import type { CheckResult } from '#ports/forge-read.ts';
import {
  chooseTask,
  ciFeedback,
  ciSummary,
  decideCi,
  decideCiRetry,
  hasCiFiles,
  isForeignCheck,
  type CiFacts,
  type LandedTask,
  type RedCheck,
} from './decide.ci.ts';
import { suspectSentence } from './decide.flaky.ts';
import type { CiRetry, CiRetryAsked } from './model.ci.ts';
import { loadSubject, proposedBefore, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import { refusalOf, rerunnable, suspectsOf } from './steps.rerun.ts';
import type { DeliverySteps } from './steps.ts';
import { openFix } from './store.review.ts';
import { ciRetries, hasForgeResults, quietForMs, saveCiRetry, saveCiVerdict, toldChecks, type CiRetryRow } from './store.ci.ts';

type CiSteps = Pick<DeliverySteps, 'readCi' | 'prepareCiRetry' | 'proposeCiRetry'>;

const MOST_SUMMARY = 4000;

/** The forge's own checks on what was pushed, and what follows from red ones. */
export function createCiSteps(deps: DeliveryDeps): CiSteps {
  return {
    async readCi(workItemId, since, told) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await pullOf(deps, workItemId);
      if ((await openFix(deps.db, subject.story.workflowId)) !== undefined) return { kind: 'asked', headSha: pull.headSha };
      const checks = await checksOf(deps, subject, pull.headSha);
      await keepResults(deps, subject, checks);
      const waitedMs = deps.clock.now().getTime() - Date.parse(since);
      const facts = await factsOf(deps, subject, { checks, waitedMs, headSha: pull.headSha });
      const quietMs = await quietForMs(deps.db, subject.repository.id, pull.headSha);
      const before = told === undefined ? {} : { told: { waiting: told.kind === 'silent' ? (told.waiting ?? []) : [] } };
      const state = decideCi({ ...facts, ...(quietMs === null ? {} : { quietMs }), ...before });
      if (state.kind === 'green' || state.kind === 'red')
        await saveCiVerdict(deps.db, { pullId: pull.id, headSha: pull.headSha, verdict: state.kind });
      if (state.kind !== 'red') return { ...state, headSha: pull.headSha };
      const flaky = await rerunnable(deps, subject, { headSha: pull.headSha, red: state.failed });
      const failed = state.failed.map(({ name }) => name);
      return { kind: 'red', failed, headSha: pull.headSha, ...(flaky.length > 0 ? { flaky } : {}) };
    },

    prepareCiRetry: (workItemId, planId, asked) => prepareCiRetry(deps, { workItemId, planId, asked }),

    async proposeCiRetry(workItemId, asked) {
      const subject = await loadSubject(deps, workItemId);
      const key = `${asked.headSha}:${asked.number}`;
      // Asked before a crash: the checks may say something else by now, and one question is not asked in two ways.
      const before = await proposedBefore(deps, subject, 'ci.retry', key);
      if (before !== null) return before;
      const pull = await pullOf(deps, workItemId);
      const red = await redChecks(deps, subject, asked.headSha);
      return proposeFor(deps, subject, {
        kind: 'ci.retry',
        key,
        number: pull.number,
        branch: pull.headBranch,
        headSha: asked.headSha,
        args: {
          pull: pull.number,
          red: red.map(({ check }) => check.name),
          failing: deps.redact(toStorableText(ciSummary(asked.headSha, red))),
          tried: asked.tried,
        },
      });
    },
  };
}

interface Asked {
  workItemId: string;
  planId: string;
  asked: CiRetryAsked;
}

async function prepareCiRetry(deps: DeliveryDeps, { workItemId, planId, asked }: Asked): Promise<CiRetry> {
  const subject = await loadSubject(deps, workItemId);
  const { workflowId } = subject.story;
  const tried = await ciRetries(deps.db, workflowId);
  if (decideCiRetry(asked, tried).kind === 'spent') return { kind: 'spent', tried: summariesOf(tried) };
  const before = tried.find(({ number, headSha }) => number === asked.number && headSha === asked.headSha);
  if (before !== undefined) return toRetry(before);
  const red = await redChecks(deps, subject, asked.headSha);
  if (red.length === 0) return { kind: 'not_red' };
  const flaky = await flakySentence(deps, subject, { headSha: asked.headSha, red: red.map(({ check }) => check) });
  const feedback = deps.redact(toStorableText([ciFeedback(asked.headSha, red), flaky].filter((part) => part !== '').join('\n\n')));
  const taskId = chooseTask(await landedTasks(deps, planId), feedback);
  if (taskId === null) return { kind: 'spent', tried: ['No task of the plan has landed anything that could be mended.'] };
  const row = {
    headSha: asked.headSha,
    number: asked.number,
    taskId,
    firstAttempt: await nextAttempt(deps, taskId),
    feedback,
    summary: deps.redact(toStorableText([ciSummary(asked.headSha, red), flaky].filter((part) => part !== '').join('. '))),
  };
  await saveRetry(deps, subject, { row, checks: [...new Set(red.map(({ check }) => check.name))] });
  return toRetry(row);
}

/** Its rows, the state of the work and the record of it are one transaction. */
async function saveRetry(
  deps: DeliveryDeps,
  subject: Subject,
  { row, checks }: { row: Omit<CiRetryRow, 'checkName'>; checks: string[] },
): Promise<void> {
  const { item, story, project } = subject;
  const pull = await pullOf(deps, item.id);
  const { headSha, number, taskId } = row;
  await deps.db.tx(async (tx) => {
    for (const name of checks) await saveCiRetry(tx, { ...row, checkName: name.slice(0, 200), pullId: pull.id, workflowId: story.workflowId });
    if (item.state !== 'in_progress')
      await deps.work.transition(tx, item.id, 'in_progress', 'The checks on the forge are red: the failing part is done again.', 'system');
    const about = { subject: pull.id, projectId: project.id, workItemId: item.id };
    deps.ledger.append(tx, { kind: 'ci.retry_begun', actor: 'system', ...about, payload: { head_sha: headSha, checks, number, task_id: taskId } });
    await deps.outbox.put(tx, { type: 'ci.retry_begun', ...about, data: { head_sha: headSha, number, title: item.title } });
  });
}

/** Told plainly where a check passed here and is red there: run again or not, and why. */
async function flakySentence(deps: DeliveryDeps, subject: Subject, on: { headSha: string; red: readonly CheckResult[] }): Promise<string> {
  const suspects = await suspectsOf(deps, subject, on.headSha, on.red);
  return suspectSentence(suspects, await refusalOf(deps, subject));
}

async function pullOf(deps: DeliveryDeps, workItemId: string) {
  const pull = await deps.store.pullOfWorkItem(deps.db, workItemId);
  if (pull === null) throw new AppError('internal', `The pull request of ${workItemId} was not recorded.`);
  return pull;
}

/** Whether a CI is to be expected is only asked where none shows. */
async function factsOf(
  deps: DeliveryDeps,
  subject: Subject,
  seen: { checks: readonly CheckResult[]; waitedMs: number; headSha: string },
): Promise<CiFacts> {
  const { checks, waitedMs } = seen;
  const mode = subject.project.settings.ci;
  if (mode !== 'auto' || checks.some(isForeignCheck)) return { checks, waitedMs, mode, expected: true };
  const known = await hasForgeResults(deps.db, subject.repository.id);
  return { checks, waitedMs, mode, expected: known || (await holdsCi(deps, subject, seen.headSha)) };
}

async function holdsCi(deps: DeliveryDeps, subject: Subject, headSha: string): Promise<boolean> {
  const mirror = await deps.mirror(subject.repository.id);
  if ((await mirror.resolve(headSha)) === null) return false;
  return hasCiFiles((await mirror.listTree(headSha)).map(({ path }) => path));
}

/** What the forge shows is kept like what it tells: events get lost. */
async function keepResults(deps: DeliveryDeps, { project, repository, item }: Subject, checks: readonly CheckResult[]): Promise<void> {
  for (const check of checks.filter(isForeignCheck)) {
    if (check.conclusion === 'pending') continue;
    await deps.store.saveCheckResult(deps.db, {
      id: deps.ids.next('ciResult'),
      projectId: project.id,
      repositoryId: repository.id,
      workItemId: item.id,
      headSha: check.headSha,
      name: check.name,
      source: repository.forge,
      conclusion: check.conclusion,
      durationMs: null,
      summary: (await withoutSecrets(deps.redact(toStorableText(check.summary)))).slice(0, MOST_SUMMARY),
      // A commit status has no run of its own to be named by.
      externalId: check.id ?? check.conclusion,
    });
  }
}

/**
 * What the forge shows of a commit, and of what it told by signed events the checks that it shows nothing of: what is read may lag behind what was
 * told, and some forges only tell.
 */
async function checksOf(deps: DeliveryDeps, { forge, repo, repository }: Subject, headSha: string): Promise<CheckResult[]> {
  const shown = await forge.checks(repo, headSha);
  const names = new Set(shown.map(({ name }) => name));
  const told = await toldChecks(deps.db, { repositoryId: repository.id, source: repository.forge, headSha });
  return [...shown, ...told.filter(({ name }) => !names.has(name)).map((check) => ({ ...check, headSha, url: null }))];
}

async function redChecks(deps: DeliveryDeps, subject: Subject, headSha: string): Promise<RedCheck[]> {
  const { forge, repo } = subject;
  const state = decideCi({ checks: await checksOf(deps, subject, headSha), expected: true, waitedMs: 0 });
  if (state.kind !== 'red') return [];
  const red: RedCheck[] = [];
  // What a CI says goes to agents and into comments: neither known secrets nor what looks like one.
  const told = (text: string): Promise<string> => withoutSecrets(deps.redact(text));
  for (const check of state.failed) {
    const log = await logOf(forge, repo, check);
    red.push({ check: { ...check, summary: await told(check.summary) }, log: log === null ? null : await told(log) });
  }
  return red;
}

/** Logs lie on servers beside the forge, which a network may not reach: without one the check's own words have to do. */
async function logOf(forge: Subject['forge'], repo: Subject['repo'], check: CheckResult): Promise<string | null> {
  try {
    return (await forge.checkLog?.(repo, check)) ?? null;
  } catch (error) {
    if (!isAppError(error, 'unavailable') || error.code.startsWith('github_')) throw error;
    return null;
  }
}

/** Tasks of the plan that landed, with the files they changed, in the order of landing. */
export async function landedTasks(deps: DeliveryDeps, planId: string): Promise<LandedTask[]> {
  const tasks = await deps.planning.tasks(planId);
  const workItemId = tasks[0]?.workItemId;
  if (workItemId === undefined) return [];
  const { items } = await deps.queue.list({ workItemId, state: 'landed', limit: 200 });
  const ordered = items.toSorted((a, b) => (a.landedAt?.getTime() ?? 0) - (b.landedAt?.getTime() ?? 0));
  return ordered.flatMap((entry) => {
    const task = tasks.find(({ id }) => id === entry.taskId);
    return task === undefined ? [] : [{ taskId: task.id, role: task.role, paths: entry.document.changes.map(({ path }) => path) }];
  });
}

/** After every try there was, also those that did not land: a run's number is its own. */
export async function nextAttempt(deps: DeliveryDeps, taskId: string): Promise<number> {
  const { items } = await deps.agents.list({ taskId, limit: 200 });
  return Math.max(0, ...items.map(({ attempt }) => attempt)) + 1;
}

const toRetry = ({ taskId, firstAttempt, feedback }: Pick<CiRetryRow, 'taskId' | 'firstAttempt' | 'feedback'>): CiRetry => ({
  kind: 'retry',
  task: { taskId, firstAttempt, feedback },
});

/** One line for each retry, whatever number of checks it was about. */
const summariesOf = (tried: readonly CiRetryRow[]): string[] => [
  ...new Map(tried.map(({ number, summary }) => [number, `Retry ${number}, ${summary}`])).values(),
];

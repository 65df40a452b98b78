import type { DeliverySteps } from './steps.ts';
import { assignTasks } from './steps.assign.ts';
import { loadSubject, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { AppError } from '#kernel/errors.ts';
import { renderPlanComment, withTesterTask } from '#modules/planning/index.ts';
import { mayMove } from '#modules/work/index.ts';
import { renderTriageComment } from '#modules/triage/index.ts';
import { decideAgentFor } from './decide.ts';
import { decideIssueText } from './decide.answers.ts';
import { HOW_TO_ANSWER, mayCommand } from './decide.slash.ts';

type PlanSteps = Pick<
  DeliverySteps,
  | 'triage'
  | 'proposeTriageComment'
  | 'proposeTriageLabels'
  | 'waitForAnswers'
  | 'proposeQuestions'
  | 'proposeDuplicateClose'
  | 'draftPlan'
  | 'proposePlanComment'
  | 'proposePlanApproval'
  | 'planDecided'
>;

/** Most earlier work items a new one is compared with. */
const MOST_COMPARED = 2000;

/** Labels that speak of one triage; the next one takes back those that hold no longer. */
const TRIAGE_ONLY = ['needs-info', 'duplicate'];

/** The issue with what people answered in its comments: triage and planning read both. */
async function withAnswers(deps: DeliveryDeps, subject: Subject): Promise<WorkItem> {
  const { item, forge, repo } = subject;
  if (item.number === null) return item;
  return { ...item, body: decideIssueText(item.body, await forge.comments(repo, item.number), await deps.ownLogin(repo.forge)) };
}

/** From the raised issue to the approved plan. */
export function createPlanSteps(deps: DeliveryDeps): PlanSteps {
  const { db, work, planning } = deps;

  /** Files at the head of the default branch: `fresh` as it is at the source now, else as last fetched. */
  async function repositoryFiles(repositoryId: string, defaultBranch: string, fresh: boolean): Promise<string[]> {
    const mirror = await deps.mirror(repositoryId);
    const ref = `refs/remotes/source/${defaultBranch}`;
    if (fresh || (await mirror.resolve(ref)) === null) await mirror.fetch();
    const head = await mirror.resolve(ref);
    if (head === null)
      throw new AppError('refused', `The branch ${defaultBranch} has no commit yet.`, {
        code: 'unborn_branch',
        hint: 'Make a first commit, then start again.',
      });
    return (await mirror.listTree(head)).map((entry) => entry.path);
  }

  async function planSubject(planId: string) {
    const plan = await planning.plan(planId);
    if (plan === null) throw new AppError('not_found', `There is no plan ${planId}.`);
    return { plan, subject: await loadSubject(deps, plan.workItemId) };
  }

  return {
    async triage(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { repository } = subject;
      const item = await withAnswers(deps, subject);
      const repoFiles = await repositoryFiles(repository.id, repository.defaultBranch, false);
      const newest = await work.list({ projectId: item.projectId, repositoryId: repository.id, order: 'newest', limit: MOST_COMPARED });
      const others = newest.items.filter((other) => other.id !== item.id && other.number !== null && other.createdAt <= item.createdAt);
      const result = await deps.triage.triage(item, others, { repoFiles });
      await db.tx(async (tx) => {
        const first = result.duplicates[0];
        await work.update(
          tx,
          item.id,
          {
            type: result.type,
            size: result.size,
            priority: result.priority,
            ...(result.route === 'duplicate' && first !== undefined ? { duplicateOf: first.workItemId } : {}),
          },
          'system',
        );
        await work.transition(tx, item.id, 'triaged', result.rationale, 'system');
      });
      return { route: result.route, questions: result.questions };
    },

    async proposeTriageComment(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const result = await deps.triage.get(workItemId);
      if (result === null) throw new AppError('internal', `The triage of ${workItemId} is missing.`);
      return proposeFor(deps, subject, {
        kind: 'issue.comment.triage',
        key: 'triage',
        args: { body: renderTriageComment(result), marker: 'reeve:triage' },
      });
    },

    async proposeTriageLabels(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const result = await deps.triage.get(workItemId);
      return proposeFor(deps, subject, {
        kind: 'issue.label',
        key: 'triage',
        args: {
          add: result?.labels ?? [],
          remove: TRIAGE_ONLY.filter((label) => result?.labels.includes(label) !== true && subject.item.labels.includes(label)),
        },
      });
    },

    async waitForAnswers(workItemId) {
      const { item } = await loadSubject(deps, workItemId);
      if (mayMove(item.state, 'needs_info'))
        await db.tx((tx) => work.transition(tx, workItemId, 'needs_info', 'Questions are put to the author.', 'system'));
    },

    async proposeQuestions(workItemId, questions) {
      const subject = await loadSubject(deps, workItemId);
      if (subject.item.number === null) return null;
      const list = questions.map((question, index) => `${index + 1}. ${question}`).join('\n');
      const body = `Before anyone can plan this, some answers are needed:\n\n${list}\n\nAnswer in a comment or edit the issue: the story then starts again by itself.`;
      return proposeFor(deps, subject, { kind: 'issue.comment.questions', key: 'questions', args: { body, marker: 'reeve:questions' } });
    },

    async proposeDuplicateClose(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const original = subject.item.duplicateOf === null ? null : await work.get(subject.item.duplicateOf);
      if (original === null) throw new AppError('internal', `The original of ${workItemId} is missing.`);
      const evidence = (await deps.triage.get(workItemId))?.duplicates[0]?.evidence ?? [];
      return proposeFor(deps, subject, {
        kind: 'issue.close',
        key: 'duplicate',
        args: {
          reason: 'duplicate',
          duplicate_of: original.number,
          comment: `Closed as a duplicate of #${original.number}: ${original.title}`,
          evidence,
        },
      });
    },

    async draftPlan(workItemId) {
      const subject = await loadSubject(deps, workItemId);
      const { story, project, repository } = subject;
      const item = await withAnswers(deps, subject);
      const existing = await deps.store.planOfStory(db, workItemId, story.generation);
      if (existing !== null) {
        await assignTasks(deps, subject, existing);
        return { kind: 'plan', planId: existing };
      }
      const files = await repositoryFiles(repository.id, repository.defaultBranch, true);
      const drafted = await planning.prepare({
        item,
        triage: await deps.triage.get(workItemId),
        repoFiles: files,
        settings: project.settings,
        kind: story.kind,
      });
      if (!drafted.ok) return { kind: 'questions', questions: drafted.questions };
      const tester = decideAgentFor('tester', story.options, project.settings.roles, deps.roles);
      const document = tester === null ? drafted.document : withTesterTask(drafted.document, files);
      const { plan } = await db.tx(async (tx) => {
        const saved = await planning.save(tx, item.id, document, drafted.planner, drafted.promptHash);
        await deps.store.linkPlan(tx, workItemId, story.generation, saved.plan.id);
        if (item.state === 'new') await work.transition(tx, item.id, 'triaged', 'A typed request needs no triage.', 'system');
        await work.transition(
          tx,
          item.id,
          'planned',
          `${saved.tasks.length} task${saved.tasks.length === 1 ? '' : 's'}, estimate ${document.estimate}.`,
          'system',
        );
        return saved;
      });
      await assignTasks(deps, subject, plan.id);
      return { kind: 'plan', planId: plan.id };
    },

    async proposePlanComment(planId) {
      const { plan, subject } = await planSubject(planId);
      if (subject.item.number === null) return null;
      const tasks = await planning.tasks(planId);
      const how = mayCommand(subject.repo.forge) ? `\n${HOW_TO_ANSWER}\n` : '';
      return proposeFor(deps, subject, {
        kind: 'issue.comment.plan',
        key: `v${plan.version}`,
        args: { body: `${renderPlanComment(plan, tasks)}${how}`, marker: 'reeve:plan' },
      });
    },

    async proposePlanApproval(planId) {
      const { plan, subject } = await planSubject(planId);
      await db.tx(async (tx) => {
        await work.transition(tx, subject.item.id, 'awaiting_approval', 'The plan waits for a decision.', 'system');
        // From here on it is what people decide on: nobody edits it any more.
        await planning.submit(tx, plan.id, 'system');
      });
      return proposeFor(deps, subject, {
        kind: 'plan.approve',
        key: `v${plan.version}`,
        args: {
          plan_id: plan.id,
          story: plan.document.story,
          estimate: plan.document.estimate,
          tasks: plan.document.tasks.map((task) => `${task.title} [${task.scope.join(', ')}]`),
          risks: plan.document.risks.map((risk) => `${risk.severity}: ${risk.text}`),
        },
        proposer: { subject: plan.planner, model: plan.planner, promptHash: plan.promptHash },
      });
    },

    async planDecided(planId, approved) {
      const { subject } = await planSubject(planId);
      if (approved) await assignTasks(deps, subject, planId);
      await db.tx(async (tx) => {
        if (!approved) {
          await planning.decline(tx, planId, 'system');
          return;
        }
        await planning.approve(tx, planId, 'system');
        await work.transition(tx, subject.item.id, 'in_progress', 'The plan is approved.', 'system');
      });
    },
  };
}

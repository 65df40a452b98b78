import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { Pull, Story } from './model.ts';
import type { FixKind, PullFix } from './model.review.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { fixByKey, insertFix, openFix, setFixState } from './store.review.ts';

export interface FixDeps extends Pick<DeliveryDeps, 'db' | 'ids' | 'store' | 'actions' | 'ledger'> {
  workflow: Pick<WorkflowEngine, 'send'>;
  queries: { pull(id: string): Promise<Pull | null> };
}

/** What people have mended on pull requests of Reeve's. */
export interface Fixes {
  /**
   * Asks the story of a pull request to have the open remarks of its reviews, or its conflict, worked on. A merge that waits for people is taken back.
   * `key`: by what it was asked, so that the same again is the same request; left out: asked once, here and now. AppError not_found, conflict `no_story`, `merge_begun`, `retry_waits`,
   * `fix_under_way`.
   */
  ask(pullId: string, what: FixKind, by: Actor, key?: string): Promise<PullFix>;
}

export function createFixes(deps: FixDeps): Fixes {
  return {
    async ask(pullId, what, by, given) {
      const id = deps.ids.next('fix');
      const key = given ?? id;
      const known = await fixByKey(deps.db, key);
      if (known !== undefined && known.state !== 'asked') return known;
      const pull = await deps.queries.pull(pullId);
      if (pull === null) throw new AppError('not_found', `There is no pull request ${pullId}.`);
      const story = await underWay(deps, pull);
      // Asked again after a crash: whether its merge was taken back nobody knows.
      if (known !== undefined) return takeBackMerge(deps, { pull, story, by, fix: known });
      await refuseBusy(deps, story);
      const fix = { id, key, pullId: pull.id, workflowId: story.workflowId, what, askedBy: by.subject };
      const asked = await deps.db.tx(async (tx) => {
        const made = await insertFix(tx, fix);
        if (made) {
          const about = { subject: pull.id, projectId: pull.projectId, workItemId: story.workItemId };
          deps.ledger.append(tx, { kind: 'pull.fix_asked', actor: by.subject, ...about, payload: { fix_id: fix.id, what } });
        }
        return made;
      });
      const row = await fixByKey(deps.db, key);
      if (row === undefined) throw underWayAlready(await openFix(deps.db, story.workflowId));
      // After the row is there: whoever asks for the merge from now on sees it.
      return asked ? takeBackMerge(deps, { pull, story, by, fix: row }) : row;
    },
  };
}

async function underWay(deps: FixDeps, pull: Pull): Promise<Story> {
  const story = pull.workItemId === null ? null : await deps.store.currentStory(deps.db, pull.workItemId);
  if (story !== null && story.endedAt === null && pull.state === 'open') return story;
  throw new AppError('conflict', `Nothing is under way for pull request #${pull.number}, so there is nobody to mend it.`, {
    code: 'no_story',
    hint: 'A story that ended is started again on its issue.',
  });
}

/** What can no longer, or not yet, be heard. */
async function refuseBusy(deps: FixDeps, { workItemId, workflowId }: Story): Promise<void> {
  const open = await openFix(deps.db, workflowId);
  if (open !== undefined) throw underWayAlready(open);
  const { items } = await deps.actions.list({ workItemId, limit: 100 });
  if (items.some(({ record, status }) => record.kind === 'pr.merge' && (status === 'approved' || status === 'executing'))) throw mergeBegun();
  if (items.some(({ record, status }) => record.kind === 'ci.retry' && status === 'pending'))
    throw new AppError('conflict', 'Its checks are red, and whether an agent tries again waits for a decision: that comes first.', {
      code: 'retry_waits',
    });
}

function underWayAlready(fix: PullFix | undefined): AppError {
  const who = fix?.askedBy.replace(/^person:/, '') ?? 'Somebody';
  return new AppError('conflict', `${who} asked for that already (${fix?.what ?? 'reviews'}); it is under way.`, { code: 'fix_under_way' });
}

function mergeBegun(): AppError {
  return new AppError('conflict', 'The merge was approved and is under way; that can no longer be changed.', { code: 'merge_begun' });
}

/**
 * The question goes back, and the story hears of it wherever it waits. Where people had approved the merge a moment before, the story is past
 * hearing: then nothing is asked of it, and that is said. AppError conflict `merge_begun`.
 */
async function takeBackMerge(deps: FixDeps, { pull, story, by, fix }: { pull: Pull; story: Story; by: Actor; fix: PullFix }): Promise<PullFix> {
  const { items } = await deps.actions.list({ workItemId: story.workItemId, kind: 'pr.merge', status: 'pending', limit: 10 });
  const name = by.subject.replace(/^person:/, '');
  const reason = fix.what === 'reviews' ? `${name} wants the remarks of the reviews worked on first.` : `${name} wants the conflict worked on first.`;
  await deps.db.tx(async (tx) => {
    for (const action of items) await deps.actions.withdraw(tx, action.id, reason, by.subject);
    for (const topic of [`ci:${pull.id}`, `review:${pull.id}`])
      await deps.workflow.send(tx, story.workflowId, topic, { asked: fix.what }, `${topic}:${fix.id}`);
  });
  if (!(await isApproved(deps, story))) return fix;
  await setFixState(deps.db, fix.id, { state: 'failed', detail: 'The merge was approved first.' });
  throw mergeBegun();
}

async function isApproved(deps: FixDeps, { workItemId, startedAt }: Story): Promise<boolean> {
  const { items } = await deps.actions.list({ workItemId, kind: 'pr.merge', limit: 100 });
  const begun = new Set(['approved', 'executing', 'executed']);
  return items.some(({ status, createdAt }) => begun.has(status) && createdAt >= startedAt);
}

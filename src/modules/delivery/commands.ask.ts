import { isAtLeast, type Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { Action, ProposingTx } from '#modules/actions/index.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import { mayMove, TERMINAL_WORK_STATES, type WorkItem } from '#modules/work/index.ts';
import type { Endings } from './commands.ends.ts';
import { ASKED_MARKER } from './decide.ends.ts';
import { needsInfoReason } from './decide.slash.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { handleOf } from './steps.context.ts';

export interface AskDeps extends Pick<DeliveryDeps, 'db' | 'clock' | 'store' | 'ledger' | 'work' | 'projects' | 'actions'> {
  approvals: Pick<Approvals, 'decide'>;
  endings: Pick<Endings, 'setAside'>;
}

/**
 * How a question reaches whoever asked for the work. `decision`: a plan waited, and the question is the answer to it; the story asks on the issue.
 * `comment`: it is written on the issue. `record`: the work was typed here, so it stands with the work itself.
 */
export interface Asked {
  workItemId: string;
  how: 'decision' | 'comment' | 'record';
  /** The decision, or the comment as an action; null: neither was needed. */
  actionId: string | null;
}

export interface Asking {
  /**
   * Puts a question to the author of an issue; nothing goes on before it is answered. A plan that waits is declined with the question; a story
   * under way is set aside, which needs the role maintainer. The same question again while it stands unanswered is not put twice. AppError not_found, conflict `already_ended`, `merge_begun`, forbidden
   * `role_missing`, and what deciding about a plan throws.
   */
  ask(workItemId: string, question: string, by: Actor): Promise<Asked>;
}

export function createAsking(deps: AskDeps): Asking {
  return {
    async ask(workItemId, question, by) {
      const item = await deps.work.get(workItemId);
      if (item === null) throw new AppError('not_found', `There is no issue ${workItemId}.`);
      refuseEnded(item);
      const story = await deps.store.currentStory(deps.db, item.id);
      const runs = story !== null && story.endedAs === null;
      const plan = runs ? await lastPlan(deps, item.id) : null;
      const reason = needsInfoReason(question);
      if (plan?.status === 'declined' && plan.outcome?.['reason'] === reason) return { workItemId, how: 'decision', actionId: plan.id };
      if (plan?.status === 'pending') {
        await deps.approvals.decide(plan.id, { decision: 'decline', digest: plan.digest, reason }, by);
        return { workItemId, how: 'decision', actionId: plan.id };
      }
      return put(deps, { item, runs, question, asked: `${by.subject.replace(/^person:/, '')} asks: ${question}`, by });
    },
  };
}

interface Putting {
  item: WorkItem;
  /** A story is under way. */
  runs: boolean;
  question: string;
  /** The question with who asks it: what stands as the reason. */
  asked: string;
  by: Actor;
}

function refuseEnded({ state }: WorkItem): void {
  if (TERMINAL_WORK_STATES.includes(state) && state !== 'failed')
    throw new AppError('conflict', `The issue is ${state}: nothing waits for an answer any more.`, { code: 'already_ended' });
}

/** All of it or nothing: work that was set aside without anybody being asked would wait for ever. */
async function put(deps: AskDeps, putting: Putting): Promise<Asked> {
  const { item, runs, asked, by } = putting;
  const where = await issueOf(deps, item);
  let actionId: string | null = null;
  const write = async (tx: ProposingTx): Promise<void> => {
    actionId = where === null ? null : (await writeOnIssue(deps, tx, where, putting)).id;
    deps.ledger.append(tx, {
      kind: 'work_item.asked',
      subject: item.id,
      actor: by.subject,
      projectId: item.projectId,
      workItemId: item.id,
      payload: { question: putting.question, action_id: actionId },
    });
  };
  if (runs) await setAside(deps, putting, write);
  else
    await deps.actions.transaction(async (tx) => {
      await deps.store.holdItem(tx, item.id);
      const now = (await deps.work.getIn(tx, item.id)) ?? item;
      refuseEnded(now);
      const before = await standing(deps, now, putting);
      if (before !== null) actionId = before.actionId;
      else {
        if (mayMove(now.state, 'needs_info')) await deps.work.transition(tx, item.id, 'needs_info', asked, by.subject);
        await write(tx);
      }
    });
  return { workItemId: item.id, how: actionId === null ? 'record' : 'comment', actionId };
}

/** Within these milliseconds the same words of the same person are one question, where the item does not wait for its answer. */
const SAME_MS = 10 * 60_000;

/**
 * The same question of the same person while it stands unanswered: pressed twice, or sent again by who got no answer. Read in the ledger, which has
 * every question, and not in the reason of the state, which is the first one's; while the item is held, so that two at once are one.
 */
async function standing(deps: AskDeps, { id, state }: WorkItem, { question, by }: Putting): Promise<{ actionId: string | null } | null> {
  // What may still move there does not wait for an answer: whatever was asked before is over.
  if (mayMove(state, 'needs_info')) return null;
  const waits = `work_item.${state}`;
  const { items } = await deps.ledger.list({ subject: id, kinds: ['work_item.asked', waits], order: 'desc', limit: 100 });
  const since = items.findIndex(({ kind }) => kind === waits);
  const same = (since === -1 ? items : items.slice(0, since)).find(
    ({ kind, actor, payload }) => kind === 'work_item.asked' && actor === by.subject && payload['question'] === question,
  );
  if (same === undefined) return null;
  if (state !== 'needs_info' && deps.clock.now().getTime() - same.occurredAt.getTime() >= SAME_MS) return null;
  const actionId = same.payload['action_id'];
  return { actionId: typeof actionId === 'string' ? actionId : null };
}

/** What is asked in the same moment twice gets one name; asked once more after an answer, the next. */
const keyOf = (asked: string, times: number): string => `${digestOf(asked)}_${times}`;
const digestOf = (asked: string): string => sha256Hex(asked).slice(0, 24);
const markerOf = (key: string): string => `${ASKED_MARKER}${key}`;

/** Comments with the same question of the same person. */
async function askedBefore({ actions }: AskDeps, { item, asked }: Putting): Promise<Action[]> {
  const { items } = await actions.list({ workItemId: item.id, kind: 'issue.comment.questions', limit: 100 });
  const prefix = markerOf(digestOf(asked));
  return items.filter(({ record: { args } }) => typeof args['marker'] === 'string' && args['marker'].startsWith(prefix));
}

async function lastPlan({ actions }: AskDeps, workItemId: string): Promise<Action | null> {
  const { items } = await actions.list({ workItemId, kind: 'plan.approve', limit: 1 });
  return items[0] ?? null;
}

async function setAside(deps: AskDeps, { item, asked, by }: Putting, also: (tx: ProposingTx) => Promise<void>): Promise<void> {
  if (!isAtLeast(by.role, 'maintainer'))
    throw new AppError('forbidden', `Work is under way, and asking now sets it aside: that needs the role maintainer; you are ${by.role}.`, {
      code: 'role_missing',
    });
  await deps.endings.setAside(item.id, asked, by, also);
}

/** Null: there is no tracker to write on. */
async function issueOf(deps: AskDeps, item: WorkItem): Promise<{ forge: string; repo: string; number: number } | null> {
  const repository = item.repositoryId === null ? null : await deps.projects.repository(item.repositoryId);
  if (item.number === null || repository === null || repository.forge === 'path') return null;
  return { forge: repository.forge, repo: repository.name, number: item.number };
}

async function writeOnIssue(
  deps: AskDeps,
  tx: ProposingTx,
  target: { forge: string; repo: string; number: number },
  putting: Putting,
): Promise<Action> {
  const { item, question, asked, by } = putting;
  const key = keyOf(asked, (await askedBefore(deps, putting)).length);
  const whom = item.author === null ? '' : `@${item.author} `;
  const body = `${whom}${by.subject.replace(/^person:/, '')} asks before this can go on:\n\n${question}\n\nAnswer in a comment or edit the issue: the work then starts again by itself.`;
  return deps.actions.propose(tx, {
    kind: 'issue.comment.questions',
    target,
    args: { body, marker: markerOf(key) },
    proposer: { subject: by.subject },
    triggerUser: handleOf(by.subject),
    projectId: item.projectId,
    workItemId: item.id,
    idempotencyKey: `needs-info:${item.id}:${key}`,
    runBy: 'executor',
  });
}

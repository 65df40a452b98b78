import { isAtLeast } from '#kernel/actor.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { Action } from '#modules/actions/index.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import type { Person } from '#modules/people/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import { mayCommand } from './decide.slash.ts';
import type { Pull } from './model.ts';
import type { DeliveryDeps } from './steps.context.ts';
import { saveObjection } from './store.review.ts';

export interface ReviewEventDeps extends Pick<DeliveryDeps, 'db' | 'store' | 'people' | 'actions'> {
  approvals: Pick<Approvals, 'eligible'>;
  workflow: Pick<WorkflowEngine, 'send'>;
  /** Projects a person is limited to; null: all. */
  projectsOf(personId: string): Promise<readonly string[] | null>;
}

type ReviewEvent = Extract<ForgeEvent, { kind: 'pull.reviewed' }>;

/**
 * A review by a person of a pull request of ours. One that asks for changes, by somebody who may decide about the merge, takes the question back until they
 * say otherwise or its remarks were worked on. An approval there decides nothing: of a review GitHub does not tell whether an app wrote it in the
 * person's name, as it does of a comment, and an agent never decides; whoever may decide is told where. Whoever may not see the project is heard like
 * a stranger. Safe to run twice.
 */
export async function noteReview(deps: ReviewEventDeps, repository: Repository, pull: Pull, event: ReviewEvent): Promise<void> {
  const { review } = event;
  const story = pull.workItemId === null ? null : await deps.store.currentStory(deps.db, pull.workItemId);
  if (story === null || story.endedAt !== null || review.verdict === 'commented' || !mayCommand(repository.forge)) return;
  const wake = (key: string): Promise<void> =>
    deps.db.tx((tx) => deps.workflow.send(tx, story.workflowId, `review:${pull.id}`, { review: review.id }, `review:${pull.id}:${key}`));
  // Whoever dismissed it: the story looks for itself who still asks for changes.
  if (review.verdict === 'dismissed') return wake(`${review.id}:dismissed`);
  const person = await deps.people.recognize(repository.forge, review.author, event.actor_id ?? null);
  const headSha = review.head_sha ?? event.pull.head_sha;
  if (person === null || !person.active || !(await maySee(deps, person, pull))) return;
  const { items } = await deps.actions.list({ workItemId: story.workItemId, kind: 'pr.merge', status: 'pending', limit: 10 });
  // Approved is one commit; whoever asks for changes asks for them until something is done about it, whatever the newest commit is.
  const waiting = review.verdict === 'approved' ? items.filter(({ record }) => record.preconditions.head_sha === headSha) : items;
  const mayDecide = await decides(deps, person, waiting);
  if (review.verdict === 'changes_requested' && mayDecide) await objected(deps, { repository, pull, event, person, headSha, waiting });
  if (review.verdict === 'approved' && mayDecide && waiting[0] !== undefined)
    await tell(deps, { repository, pull }, `review:${waiting[0].id}:${person.id}`, `@${review.author} ${APPROVE_HERE}`);
  await wake(review.id);
}

async function maySee({ projectsOf }: ReviewEventDeps, person: Person, pull: Pull): Promise<boolean> {
  const projects = await projectsOf(person.id);
  return projects === null || projects.includes(pull.projectId);
}

const APPROVE_HERE =
  'Thank you. Your approval stands on the pull request, but the merge is decided by your own word alone, which a review does not prove: comment `/reeve approve`, or use the console, Slack or `reeve approve`.';

/** Whoever may decide what waits; where nothing waits yet, whoever the shipped policy would ask. */
async function decides(deps: ReviewEventDeps, person: Person, waiting: readonly Action[]): Promise<boolean> {
  for (const action of waiting) if ((await deps.approvals.eligible(action.id)).includes(`person:${person.handle}`)) return true;
  return waiting.length === 0 && isAtLeast(person.role, 'maintainer');
}

interface Objection {
  repository: Repository;
  pull: Pull;
  event: ReviewEvent;
  person: Person;
  headSha: string;
  waiting: readonly Action[];
}

async function objected(deps: ReviewEventDeps, { repository, pull, event, person, headSha, waiting }: Objection): Promise<void> {
  const { author } = event.review;
  await saveObjection(deps.db, { pullId: pull.id, headSha, author, personId: person.id });
  // After the row is there: whoever asks for the merge from now on sees it.
  await deps.db.tx(async (tx) => {
    for (const action of waiting) await deps.actions.withdraw(tx, action.id, `${author} asked for changes in a review.`, `person:${person.handle}`);
  });
  await tell(deps, { repository, pull }, `objection:${pull.id}:${headSha}:${person.id}`, `@${author} ${FIX_HERE}`);
}

const FIX_HERE =
  'Your review asks for changes, so the merge is not asked for. Comment `/reeve fix reviews` to have the open remarks worked on; when you approve or dismiss your review, the merge is asked for again.';

/** Once for each key, under the pull request itself; the executor carries it out when policy allows it. */
async function tell(deps: ReviewEventDeps, { repository, pull }: { repository: Repository; pull: Pull }, key: string, body: string): Promise<void> {
  const idempotencyKey = `told:${key}`;
  if ((await deps.actions.byKey(idempotencyKey)) !== null) return;
  await deps.actions.transaction((tx) =>
    deps.actions.propose(tx, {
      kind: 'pr.comment.answer',
      target: { forge: repository.forge, repo: repository.name, number: pull.number },
      args: { body, marker: `reeve:answer:${key.replaceAll(/[^a-z0-9]/gi, '_')}`.slice(0, 80) },
      proposer: { subject: 'system' },
      triggerUser: null,
      projectId: pull.projectId,
      workItemId: pull.workItemId,
      idempotencyKey,
      runBy: 'executor',
    }),
  );
}

import type { WorkflowContext } from '#platform/workflow/index.ts';
import type { PullView } from './model.ci.ts';
import type { StoryEnd } from './model.ts';
import type { DeliverySteps } from './steps.ts';
import { awaitEntry, executePatiently } from './workflow.acting.ts';

/** A merge that people approved, on its way to the base. */
export interface Landing {
  issue: string;
  pull: PullView;
  /** The approved `pr.merge`. */
  actionId: string;
  round: number;
}

/** What the branch is built again from: a change request that the queue set aside, or paths that the base changed as well. */
export type Blocked = { entryId: string } | { entryId: null; conflicts: string[] };

/** `end` null: it is worth building again what is `blocked`. */
export type Landed =
  | { landed: true }
  | { landed: false; reason: string; end: StoryEnd }
  | { landed: false; reason: string; end: null; blocked: Blocked };

/** Brings an approved pull request home: through the forge's own merge queue where its branch demands one, else through Reeve's. */
export function landPull(context: WorkflowContext, on: DeliverySteps, landing: Landing): Promise<Landed> {
  return landing.pull.queue === 'forge' ? landByForge(context, on, landing) : landByReeve(context, on, landing);
}

async function landByReeve(context: WorkflowContext, on: DeliverySteps, { issue, actionId, round }: Landing): Promise<Landed> {
  const entry = await awaitEntry(context, on, await on.submitPull(issue, actionId, round, context.workflowId));
  if (entry.state === 'landed' || entry.state === 'already_landed') return { landed: true };
  const told = entry.reason ?? entry.feedback;
  const reason = told ?? 'the merge queue did not land it';
  if (entry.state === 'dropped')
    return { landed: false, reason, end: { as: 'declined', detail: 'A person took the pull request out of the merge queue.' } };
  if (entry.quarantine !== 'conflict' && entry.quarantine !== 'checks_failed')
    return { landed: false, reason, end: { as: 'failed', detail: told ?? 'The merge queue could not land it.' } };
  return { landed: false, reason: told ?? entry.state, end: null, blocked: { entryId: entry.id } };
}

const FIRST_LOOK_MS = 5000;
/** Events wake the story; where they were lost, this is how late it learns, and how long the forge goes on with what may no longer be merged. */
const LONGEST_LOOK_MS = 60_000;

/**
 * Puts it into the forge's queue and waits until it is merged or out again. The one action is executed until its effect, the merge, is there or
 * can no longer be: its receipt is the merge, as anywhere else.
 */
async function landByForge(context: WorkflowContext, on: DeliverySteps, { issue, pull, actionId }: Landing): Promise<Landed> {
  let waitMs = FIRST_LOOK_MS;
  for (;;) {
    const merge = await executePatiently(context, () => on.mergeByForge(actionId));
    if (merge.status === 'executed') return { landed: true };
    if (merge.status !== 'executing')
      return leftQueue(on, issue, { code: merge.code ?? null, reason: merge.detail ?? `the merge was ${merge.status}` });
    do {
      await context.receive(`ci:${pull.id}`, waitMs);
      waitMs = Math.min(waitMs * 2, LONGEST_LOOK_MS);
    } while ((await on.readForgeQueue(issue, actionId)) === 'waiting');
  }
}

/** A conflict with what landed before it, and checks that failed on both together, are found again on the branch once the base is in it. */
async function leftQueue(on: DeliverySteps, issue: string, { code, reason }: { code: string | null; reason: string }): Promise<Landed> {
  if (code !== 'left_forge_queue') return { landed: false, reason, end: { as: code === null ? 'declined' : 'failed', detail: reason } };
  const left = await on.whyLeftQueue(issue);
  if (left.cause === 'person')
    return { landed: false, reason, end: { as: 'declined', detail: `A person took it out of the merge queue: ${reason}` } };
  if (left.cause === 'other' || !left.behind) return { landed: false, reason, end: { as: 'failed', detail: reason } };
  return { landed: false, reason, end: null, blocked: { entryId: null, conflicts: left.conflicts } };
}

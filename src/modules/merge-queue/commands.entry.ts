import { AppError } from '#kernel/errors.ts';
import type { ChangeRequestId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { ChangeRequestDocument } from '#modules/change-requests/index.ts';
import type { Freshness } from '#modules/queue-schedule/index.ts';
import type { Tx } from '#platform/db/index.ts';
import type { SubmitContext } from './commands.submit.ts';
import type { Resolution } from './model.history.ts';
import type { FileEffect, QueueEntry } from './model.ts';
import { announce, announceAll, type MergeQueueDeps } from './steps.context.ts';
import { appendJournal, transitionEntry } from './store.moves.ts';
import { insertEntries, lockAttemptsOfTasks, type NewEntry } from './store.ts';

/** A document that was not refused, as it will be stored. */
export interface Admitted {
  id: ChangeRequestId;
  document: ChangeRequestDocument;
  bodySha256: string;
  notes: string[];
  submittedTree: string;
  effect: FileEffect[];
  freshness: Freshness | null;
}

interface Waiting {
  admitted: Admitted;
  context: SubmitContext;
  resolve(entry: QueueEntry | null): void;
  reject(error: unknown): void;
}

/** Documents of so many submitters share a transaction at most. */
const MOST_TOGETHER = 32;

interface Desk {
  waiting: Waiting[];
  busy: boolean;
}

const desks = new WeakMap<MergeQueueDeps, Desk>();

/**
 * Stores an admitted document with its journal row, ledger entry and event; null when the attempt exists already. Whoever comes while
 * another submission is being committed shares the next transaction: the ledger is one chain, so commits wait for each other, and
 * ten agents that hand in at once would wait ten times. Nobody waits for company. Throws AppError conflict `attempt_stale`.
 */
export function storeEntry(deps: MergeQueueDeps, admitted: Admitted, context: SubmitContext): Promise<QueueEntry | null> {
  const desk = desks.get(deps) ?? { waiting: [], busy: false };
  desks.set(deps, desk);
  return new Promise((resolve, reject) => {
    desk.waiting.push({ admitted, context, resolve, reject });
    if (!desk.busy) void serve(deps, desk);
  });
}

async function serve(deps: MergeQueueDeps, desk: Desk): Promise<void> {
  desk.busy = true;
  while (desk.waiting.length > 0) {
    const group = takeGroup(desk);
    try {
      settle(group, await storeGroup(deps, group));
    } catch (error) {
      const [only, ...others] = group;
      if (others.length === 0) only?.reject(error);
      // What is wrong with one is no reason to refuse the others: each by itself.
      else for (const one of group) await storeGroup(deps, [one]).then((stored) => settle([one], stored), one.reject);
    }
  }
  desk.busy = false;
}

/** In the order they came; two attempts of one task one after the other, because the later one decides about the earlier. */
function takeGroup(desk: Desk): Waiting[] {
  const tasks = new Set<string>();
  const group: Waiting[] = [];
  const left: Waiting[] = [];
  for (const one of desk.waiting) {
    const task = taskOf(one.context.repositoryId, one.admitted.document.task_id);
    if (group.length < MOST_TOGETHER && !tasks.has(task)) group.push(one);
    else left.push(one);
    tasks.add(task);
  }
  desk.waiting = left;
  return group;
}

const taskOf = (repositoryId: string, taskId: string): string => `${repositoryId} ${taskId}`;

function settle(group: readonly Waiting[], stored: ReadonlyMap<string, QueueEntry | AppError>): void {
  for (const { admitted, resolve, reject } of group) {
    const result = stored.get(admitted.id) ?? null;
    if (result instanceof AppError) reject(result);
    else resolve(result);
  }
}

/** By id of what was given: the entry, or why it is refused; absent where the attempt exists already. */
async function storeGroup(deps: MergeQueueDeps, group: readonly Waiting[]): Promise<Map<string, QueueEntry | AppError>> {
  const at = deps.clock.now();
  return deps.db.tx(async (tx) => {
    const results = new Map<string, QueueEntry | AppError>();
    const others = await lockOthers(tx, group);
    const fit = group.filter(({ admitted, context }) => {
      const later = others(context.repositoryId, admitted.document.task_id).find((other) => other.attempt > admitted.document.attempt);
      if (later !== undefined) results.set(admitted.id, stale(admitted.document, later));
      return later === undefined;
    });
    if (fit.length === 0) return results;
    const inserted = await insertEntries(
      tx,
      fit.map((one) => toNewEntry(one, { submittedAt: at, others: others(one.context.repositoryId, one.admitted.document.task_id) })),
    );
    const fresh = fit.flatMap((one) => {
      const entry = inserted.get(one.admitted.id);
      return entry === undefined ? [] : [{ ...one, entry }];
    });
    if (fresh.length === 0) return results;
    await appendJournal(
      tx,
      fresh.map(({ entry, admitted, context }) => ({
        entry,
        fromState: null,
        row: { event: 'submitted', actor: context.actor, at, detail: detailOf(admitted, context) },
      })),
    );
    const told = fresh.map(({ entry, context }) => ({ type: 'change_request.submitted' as const, entry, actor: context.actor, reason: null }));
    await announceAll(deps, tx, told);
    for (const { entry } of fresh) for (const old of others(entry.repositoryId, entry.taskId)) await supersede(deps, tx, old, entry);
    for (const { entry } of fresh) results.set(entry.id, entry);
    return results;
  });
}

async function lockOthers(tx: Tx, group: readonly Waiting[]): Promise<(repositoryId: string, taskId: string) => QueueEntry[]> {
  const locked = await lockAttemptsOfTasks(
    tx,
    group.map(({ context }) => context.repositoryId),
    group.map(({ admitted }) => admitted.document.task_id),
  );
  const byTask = Map.groupBy(locked, (entry) => taskOf(entry.repositoryId, entry.taskId));
  return (repositoryId, taskId) => byTask.get(taskOf(repositoryId, taskId)) ?? [];
}

function stale(document: ChangeRequestDocument, later: QueueEntry): AppError {
  return new AppError('conflict', `Attempt ${later.attempt} of ${document.task_id} was submitted before this one.`, {
    code: 'attempt_stale',
    detail: { change_request_id: later.id },
  });
}

function toNewEntry({ admitted, context }: Waiting, given: { submittedAt: Date; others: readonly QueueEntry[] }): NewEntry {
  const resolution = context.resolution ?? null;
  return {
    ...admitted,
    projectId: context.projectId,
    repositoryId: context.repositoryId,
    workItemId: context.workItemId,
    submittedBy: context.actor,
    priority: context.priority ?? 2,
    publish: context.publish,
    notifyWorkflow: context.notifyWorkflow ?? null,
    resolution,
    // A person's answer to a conflict is theirs, not another try of the agent.
    reworkOf: resolution === null ? (given.others.findLast(isSetAside)?.id ?? null) : null,
    submittedAt: given.submittedAt,
  };
}

/** Set aside for what it is, not for what somebody refused. */
const isSetAside = ({ state, quarantine }: QueueEntry): boolean =>
  state === 'quarantined' && (quarantine?.kind === 'conflict' || quarantine?.kind === 'checks_failed' || quarantine?.kind === 'effect_lost');

/** As it stands in the journal. */
function detailOf({ document, submittedTree, notes, freshness }: Admitted, { resolution }: SubmitContext): JsonObject {
  return { base: document.base, submitted_tree: submittedTree, notes, ...freshnessDetail(freshness), ...resolutionDetail(resolution ?? null) };
}

function freshnessDetail(freshness: Freshness | null): JsonObject {
  if (freshness === null) return {};
  const { behind, overBudget, head, rebase, paths } = freshness;
  return { freshness: { behind, over_budget: overBudget, head, rebase, paths } };
}

function resolutionDetail(resolution: Resolution | null): JsonObject {
  if (resolution === null) return {};
  const { of, choice, by, reason, files } = resolution;
  return { resolution: { of, choice, by, reason, files } };
}

/** A later attempt takes the place of one that is set aside or has not been begun. */
async function supersede(deps: MergeQueueDeps, tx: Tx, old: QueueEntry, by: QueueEntry): Promise<void> {
  if (old.state !== 'quarantined' && old.state !== 'queued') return;
  const resolved = by.resolution?.of === old.id;
  const dropped = await transitionEntry(tx, old, {
    to: 'dropped',
    event: resolved ? 'resolved' : 'dropped',
    actor: resolved ? by.submittedBy : 'system',
    at: by.submittedAt,
    detail: { reason: resolved ? 'resolved' : 'superseded', superseded_by: by.id, ...resolutionDetail(resolved ? by.resolution : null) },
    change: { quarantine: null, lastError: `${resolved ? 'resolved as' : 'superseded by'} ${by.id}` },
  });
  if (dropped !== undefined) await announce(deps, tx, 'change_request.dropped', { entry: dropped, actor: 'system', reason: 'superseded' });
}

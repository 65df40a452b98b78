import type { Actor } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids, ProjectId, RepositoryId, WorkItemId } from '#kernel/ids.ts';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { toStorableJson, toStorableText } from '#kernel/text.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { decideExternal, decidePatch } from './decide.ts';
import {
  mayMove,
  WORK_TRANSITIONS,
  type ExternalWorkItem,
  type Work,
  type WorkItem,
  type WorkItemInput,
  type WorkItemPatch,
  type WorkState,
} from './model.ts';
import * as dependencies from './store.dependencies.ts';
import * as store from './store.ts';

export interface WorkDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
}

type WorkCommands = Pick<Work, 'create' | 'upsertExternal' | 'transition' | 'update' | 'remove' | 'addDependency' | 'removeDependency'>;

export function createWorkCommands(deps: WorkDeps): WorkCommands {
  return {
    create: (tx, input) => create(deps, tx, input),
    upsertExternal: (tx, input) => upsertExternal(deps, tx, input),
    transition: (tx, id, to, reason, by) => transition(deps, tx, { id, to, reason, by }),
    update: (tx, id, patch, by, expectedVersion) => update(deps, tx, { id, patch, by, expectedVersion }),
    remove: (id, by) => remove(deps, id, by),
    addDependency: (tx, blockerId, blockedId, by = 'system') => addDependency(deps, tx, { blockerId, blockedId, by }),
    removeDependency: (tx, blockerId, blockedId, by = 'system') => removeDependency(deps, tx, { blockerId, blockedId, by }),
  };
}

async function create(deps: WorkDeps, tx: Tx, input: WorkItemInput): Promise<WorkItem> {
  const by = input.by ?? 'system';
  const item = newItem(deps, input);
  if (!(await store.insertItem(tx, item))) {
    throw new AppError('conflict', `The ${item.source} item ${item.externalId} is there already.`, { code: 'taken' });
  }
  await record(deps, tx, item, { kind: 'work_item.created', by, payload: { source: item.source, external_id: item.externalId, title: item.title } });
  return item;
}

function newItem(deps: WorkDeps, input: WorkItemInput): WorkItem {
  const id = deps.ids.next('workItem');
  const now = deps.clock.now();
  const { number = null, url = null, type = null, size = null, assignee = null, requestedBy = null, author = null } = input;
  return {
    id,
    number,
    url,
    type,
    size,
    assignee,
    requestedBy,
    author,
    projectId: input.projectId as ProjectId,
    repositoryId: (input.repositoryId ?? null) as RepositoryId | null,
    source: input.source ?? 'request',
    externalId: input.externalId ?? id,
    title: toStorableText(input.title),
    body: toStorableText(input.body ?? ''),
    state: 'new',
    stateReason: null,
    priority: input.priority ?? 'P2',
    labels: toStorableJson(input.labels ?? []),
    duplicateOf: null,
    parentId: (input.parentId ?? null) as WorkItemId | null,
    targetBranch: input.targetBranch ?? null,
    externalUpdatedAt: input.externalUpdatedAt ?? null,
    version: 1,
    createdAt: now,
    updatedAt: now,
  };
}

async function upsertExternal(deps: WorkDeps, tx: Tx, input: ExternalWorkItem): Promise<{ item: WorkItem; created: boolean; changed: string[] }> {
  const by = input.by ?? 'system';
  const fresh = newItem(deps, input);
  if (await store.insertItem(tx, fresh)) {
    await record(deps, tx, fresh, {
      kind: 'work_item.created',
      by,
      payload: { source: fresh.source, external_id: fresh.externalId, title: fresh.title },
    });
    return { item: fresh, created: true, changed: [] };
  }
  const stored = await store.lockByExternalId(tx, input.source, input.externalId);
  if (stored === undefined) throw new AppError('conflict', 'The item was removed at this moment.', { code: 'stale' });
  const decision = decideExternal(stored, { ...input, title: fresh.title, body: fresh.body, labels: fresh.labels }, deps.clock.now());
  if (decision.kind === 'stale') return { item: stored, created: false, changed: [] };
  if (decision.kind === 'same') {
    await store.touchExternal(tx, stored.id, decision.seenAt);
    return { item: { ...stored, externalUpdatedAt: decision.seenAt }, created: false, changed: [] };
  }
  await store.saveItem(tx, decision.item);
  await record(deps, tx, decision.item, { kind: 'work_item.changed', by, payload: difference(stored, decision.item, decision.changed) });
  return { item: decision.item, created: false, changed: decision.changed };
}

async function transition(deps: WorkDeps, tx: Tx, move: { id: string; to: WorkState; reason: string; by: string }): Promise<WorkItem> {
  const stored = await locked(tx, move.id);
  if (stored.state === move.to) return stored;
  if (!mayMove(stored.state, move.to)) {
    throw new AppError('conflict', `The issue is ${stored.state} and cannot become ${move.to}.`, {
      code: 'illegal_move',
      hint: `From ${stored.state} it may become ${WORK_TRANSITIONS[stored.state].join(', ')}.`,
      detail: { from: stored.state, to: move.to },
    });
  }
  const item: WorkItem = { ...stored, state: move.to, stateReason: move.reason, version: stored.version + 1, updatedAt: deps.clock.now() };
  await store.saveItem(tx, item);
  await record(deps, tx, item, { kind: `work_item.${move.to}`, by: move.by, payload: { from: stored.state, to: move.to, reason: move.reason } });
  return item;
}

async function update(
  deps: WorkDeps,
  tx: Tx,
  change: { id: string; patch: WorkItemPatch; by: string; expectedVersion: number | undefined },
): Promise<WorkItem> {
  const stored = await locked(tx, change.id);
  if (change.expectedVersion !== undefined && change.expectedVersion !== stored.version) {
    throw new AppError('conflict', 'Somebody changed the issue meanwhile.', {
      code: 'stale',
      hint: 'Read it again, then send the change with the new version.',
      detail: { version: stored.version },
    });
  }
  const { changed, item } = decidePatch(stored, withStorableText(change.patch), deps.clock.now());
  if (changed.length === 0) return stored;
  if (changed.includes('parentId')) await refuseParentCircle(tx, item);
  if (item.duplicateOf === item.id) throw new AppError('invalid', 'An issue cannot be a duplicate of itself.');
  await store.saveItem(tx, item);
  await record(deps, tx, item, { kind: 'work_item.changed', by: change.by, payload: difference(stored, item, changed) });
  return item;
}

function withStorableText(patch: WorkItemPatch): WorkItemPatch {
  const { title, body, labels } = patch;
  return { ...patch, ...toStorableJson({ title, body, labels }) };
}

async function refuseParentCircle(tx: Tx, item: WorkItem): Promise<void> {
  await dependencies.lockDependencies(tx);
  for (let above: WorkItemId | null = item.parentId; above !== null;) {
    if (above === item.id) throw new AppError('conflict', 'The issue would be its own ancestor.', { code: 'dependency_cycle' });
    above = (await store.itemById(tx, above))?.parentId ?? null;
  }
}

async function remove(deps: WorkDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const stored = await locked(tx, id);
    await store.deleteItem(tx, id);
    await record(deps, tx, stored, {
      kind: 'work_item.removed',
      by: by.subject,
      payload: { source: stored.source, external_id: stored.externalId, title: stored.title },
    });
  });
}

interface DependencyChange {
  blockerId: string;
  blockedId: string;
  by: string;
}

async function addDependency(deps: WorkDeps, tx: Tx, change: DependencyChange): Promise<void> {
  const { blockerId, blockedId } = change;
  await dependencies.lockDependencies(tx);
  if (await dependencies.reaches(tx, blockedId, blockerId)) {
    throw new AppError('conflict', 'The two issues would wait for each other.', {
      code: 'dependency_cycle',
      detail: { blocker_id: blockerId, blocked_id: blockedId },
    });
  }
  if (await dependencies.insertDependency(tx, blockerId, blockedId)) await recordDependency(deps, tx, change, 'added');
}

async function removeDependency(deps: WorkDeps, tx: Tx, change: DependencyChange): Promise<void> {
  if (await dependencies.deleteDependency(tx, change.blockerId, change.blockedId)) await recordDependency(deps, tx, change, 'removed');
}

async function recordDependency(deps: WorkDeps, tx: Tx, change: DependencyChange, deed: 'added' | 'removed'): Promise<void> {
  const blocked = await locked(tx, change.blockedId);
  await record(deps, tx, blocked, { kind: 'work_item.changed', by: change.by, payload: { changed: ['blocked_by'], [deed]: change.blockerId } });
}

async function locked(tx: Tx, id: string): Promise<WorkItem> {
  const item = await store.lockItem(tx, id);
  if (item === undefined) throw new AppError('not_found', 'There is no such issue.');
  return item;
}

function difference(before: WorkItem, after: WorkItem, fields: readonly string[]): JsonObject {
  const pick = (item: WorkItem): JsonObject => Object.fromEntries(fields.map((field) => [toSnake(field), toJson(item[field as keyof WorkItem])]));
  return { changed: fields.map(toSnake), before: pick(before), after: pick(after) };
}

function toSnake(field: string): string {
  return field.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);
}

function toJson(value: WorkItem[keyof WorkItem]): JsonValue {
  return value instanceof Date ? value.toISOString() : value;
}

async function record(deps: WorkDeps, tx: Tx, item: WorkItem, entry: { kind: string; by: string; payload: JsonObject }): Promise<void> {
  const { id, projectId, state, number, title } = item;
  deps.ledger.append(tx, { kind: entry.kind, subject: id, actor: entry.by, projectId, workItemId: id, payload: entry.payload });
  await deps.outbox.put(tx, { type: entry.kind, subject: id, projectId, workItemId: id, data: { ...entry.payload, state, number, title } });
}

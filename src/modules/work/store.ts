import { AppError } from '#kernel/errors.ts';
import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import { TERMINAL_WORK_STATES, WIP_WORK_STATES, type WorkItem } from './model.ts';

const columns = sql`id, project_id, repository_id, source, external_id, number, title, body, url, type, state, state_reason, priority, size, labels, assignee,
  requested_by, author, duplicate_of, parent_id, target_branch, external_updated_at, version, created_at, updated_at`;

/**
 * False when an item of that source with that external id is there already (its row may belong to a transaction we waited for). Which of its two unique keys
 * an item of that transaction meets first is not ours to say: none is named.
 */
export async function insertItem(tx: Tx, item: WorkItem): Promise<boolean> {
  return withIntegrity({ missing: MISSING, taken: NUMBER_TAKEN }, async () => {
    const inserted = await tx.run(sql`insert into work_items (id, project_id, repository_id, source, external_id, number, title, body, url, type,
        state, state_reason, priority, size, labels, assignee, requested_by, author, duplicate_of, parent_id, target_branch,
        external_updated_at, version, created_at, updated_at)
      values (${item.id}, ${item.projectId}, ${item.repositoryId}, ${item.source}, ${item.externalId}, ${item.number}, ${item.title}, ${item.body},
        ${item.url}, ${item.type}, ${item.state}, ${item.stateReason}, ${item.priority}, ${item.size}, ${item.labels}, ${item.assignee},
        ${item.requestedBy}, ${item.author}, ${item.duplicateOf}, ${item.parentId}, ${item.targetBranch}, ${item.externalUpdatedAt},
        ${item.version}, ${item.createdAt}, ${item.updatedAt})
      on conflict do nothing`);
    if (inserted > 0) return true;
    const same = await tx.maybe(sql<{ id: string }>`select id from work_items where source = ${item.source} and external_id = ${item.externalId}`);
    if (same === undefined) throw new AppError('conflict', NUMBER_TAKEN, { code: 'taken' });
    return false;
  });
}

const MISSING = 'The project, repository, parent or original it names does not exist.';
const NUMBER_TAKEN = 'An issue with this number is there already.';

export async function saveItem(tx: Tx, item: WorkItem): Promise<void> {
  await withIntegrity({ missing: MISSING, taken: NUMBER_TAKEN }, () =>
    tx.run(sql`update work_items set repository_id = ${item.repositoryId}, number = ${item.number}, title = ${item.title}, body = ${item.body},
      url = ${item.url}, type = ${item.type}, state = ${item.state}, state_reason = ${item.stateReason}, priority = ${item.priority},
      size = ${item.size}, labels = ${item.labels}, assignee = ${item.assignee}, requested_by = ${item.requestedBy}, author = ${item.author},
      duplicate_of = ${item.duplicateOf}, parent_id = ${item.parentId}, target_branch = ${item.targetBranch},
      external_updated_at = ${item.externalUpdatedAt}, version = ${item.version}, updated_at = ${item.updatedAt},
      ended_at = case when not ${TERMINAL_WORK_STATES.includes(item.state)}::boolean then null when state = ${item.state} then ended_at else ${item.updatedAt} end
      where id = ${item.id}`),
  );
}

export async function touchExternal(tx: Tx, id: string, seenAt: Date): Promise<void> {
  await tx.run(sql`update work_items set external_updated_at = ${seenAt} where id = ${id}`);
}

export async function deleteItem(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Other records point at this issue: dependencies, children, duplicates, plans or runs.' }, () =>
    tx.run(sql`delete from work_items where id = ${id}`),
  );
}

/** Holds the row until the transaction ends: moves of one item happen one after the other. */
export function lockItem(tx: Tx, id: string): Promise<WorkItem | undefined> {
  return tx.maybe(sql<WorkItem>`select ${columns} from work_items where id = ${id} for update`);
}

export function lockByExternalId(tx: Tx, source: string, externalId: string): Promise<WorkItem | undefined> {
  return tx.maybe(sql<WorkItem>`select ${columns} from work_items where source = ${source} and external_id = ${externalId} for update`);
}

export function itemById(on: Queryable, id: string): Promise<WorkItem | undefined> {
  return on.maybe(sql<WorkItem>`select ${columns} from work_items where id = ${id}`);
}

export function itemByNumber(on: Queryable, repositoryId: string, number: number): Promise<WorkItem | undefined> {
  return on.maybe(sql<WorkItem>`select ${columns} from work_items where repository_id = ${repositoryId} and number = ${number}`);
}

export function itemByExternalId(on: Queryable, source: string, externalId: string): Promise<WorkItem | undefined> {
  return on.maybe(sql<WorkItem>`select ${columns} from work_items where source = ${source} and external_id = ${externalId}`);
}

export async function wipByAssignee(on: Queryable): Promise<Map<string, number>> {
  const rows = await on.all(sql<{ assignee: string; items: number }>`select assignee, count(*) as items from work_items
    where assignee is not null and state = any(${[...WIP_WORK_STATES]}) group by assignee`);
  return new Map(rows.map((row) => [row.assignee, row.items]));
}

export async function isAssigned(on: Queryable, assignee: string): Promise<boolean> {
  const row = await on.one(sql<{ assigned: boolean }>`select exists (select from work_items where assignee = ${assignee}) as assigned`);
  return row.assigned;
}

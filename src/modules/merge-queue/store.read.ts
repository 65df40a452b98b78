import type { Page } from '#kernel/page.ts';
import { toPage } from '#kernel/page.ts';
import { sql, type Queryable } from '#platform/db/index.ts';
import type { Dependency } from '#modules/queue-schedule/index.ts';
import type { EntryState } from '#modules/change-requests/index.ts';
import type { JournalRow, QueueEntry } from './model.ts';
import { ROW_WITHOUT_CONTENTS } from './store.ts';
import type { TargetKey } from './store.targets.ts';

export interface EntryFilter {
  state?: EntryState | undefined;
  projectId?: string | undefined;
  /** Only of these: the projects of a caller who is limited to some. */
  projectIds?: readonly string[] | undefined;
  repositoryId?: string | undefined;
  target?: string | undefined;
  taskId?: string | undefined;
  workItemId?: string | undefined;
  limit: number;
  cursor?: string | undefined;
}

export async function loadEntry(on: Queryable, id: string): Promise<QueueEntry | undefined> {
  return on.maybe(sql<QueueEntry>`select * from change_requests where id = ${id}`);
}

/** Newest first. */
export async function listEntries(on: Queryable, filter: EntryFilter): Promise<Page<QueueEntry>> {
  const among = filter.projectIds === undefined ? null : [...filter.projectIds];
  const rows = await on.all(sql<QueueEntry>`
    select * from change_requests
    where (${filter.state ?? null}::text is null or state = ${filter.state ?? null})
      and (${filter.projectId ?? null}::text is null or project_id = ${filter.projectId ?? null})
      and (${among}::text[] is null or project_id = any(${among}))
      and (${filter.repositoryId ?? null}::text is null or repository_id = ${filter.repositoryId ?? null})
      and (${filter.target ?? null}::text is null or target = ${filter.target ?? null})
      and (${filter.taskId ?? null}::text is null or task_id = ${filter.taskId ?? null})
      and (${filter.workItemId ?? null}::text is null or work_item_id = ${filter.workItemId ?? null})
      and (${filter.cursor ?? null}::text is null or id < ${filter.cursor ?? null})
    order by id desc limit ${filter.limit + 1}`);
  return toPage(
    rows,
    filter.limit,
    (row) => row,
    (row) => row.id,
  );
}

export async function listJournal(on: Queryable, id: string): Promise<JournalRow[]> {
  return on.all(sql<JournalRow>`select * from change_request_journal where change_request_id = ${id} order by version`);
}

/** What is under way or waiting; of all targets, or of one. */
export async function listActive(on: Queryable, key: TargetKey | null): Promise<QueueEntry[]> {
  return on.all(sql<QueueEntry>`
    select * from change_requests
    where state in ('queued', 'merging', 'verifying', 'publishing')
      and (${key?.repositoryId ?? null}::text is null or (repository_id = ${key?.repositoryId ?? null} and target = ${key?.target ?? null}))
    order by submitted_at, id`);
}

/** Of the same entries in the same order: at which version they are now. */
export async function listActiveVersions(on: Queryable, key: TargetKey): Promise<Array<Pick<QueueEntry, 'id' | 'version'>>> {
  return on.all(sql<Pick<QueueEntry, 'id' | 'version'>>`
    select id, version from change_requests
    where state in ('queued', 'merging', 'verifying', 'publishing') and repository_id = ${key.repositoryId} and target = ${key.target}
    order by submitted_at, id`);
}

/** What can change of an entry, and what costs nothing. */
export async function listRowsWithoutContents(on: Queryable, ids: readonly string[]): Promise<Array<Omit<QueueEntry, 'document' | 'effect'>>> {
  return on.all(sql<Omit<QueueEntry, 'document' | 'effect'>>`select ${ROW_WITHOUT_CONTENTS} from change_requests where id = any(${[...ids]})`);
}

/** By entry id: what it depends on, each with the states of all attempts of that task. */
export async function listDependencies(on: Queryable, entries: readonly QueueEntry[]): Promise<Map<string, Dependency[]>> {
  const wanted = entries.map((entry) => ({ id: entry.id, on: dependenciesOf(entry) })).filter((row) => row.on.length > 0);
  if (wanted.length === 0) return new Map();
  const ids = [...new Set(wanted.flatMap((row) => row.on))];
  const rows = await on.all(sql<{ id: string; states: EntryState[] }>`
    select named.id, array_agg(attempt.state) as states
    from change_requests named
    join change_requests attempt on attempt.repository_id = named.repository_id and attempt.task_id = named.task_id
    where named.id = any(${ids})
    group by named.id`);
  const states = new Map(rows.map((row) => [row.id, row.states]));
  return new Map(wanted.map((row) => [row.id, row.on.map((id) => ({ id, states: states.get(id) ?? [] }))]));
}

/** A change that reverts another also waits for it. */
function dependenciesOf(entry: QueueEntry): string[] {
  const { depends_on: dependsOn, reverts } = entry.document.intent;
  return reverts === null ? dependsOn : [...dependsOn, reverts];
}

/** Entries per state and rung, without what was set aside and waits for nobody. */
export async function countEntries(on: Queryable): Promise<Array<{ state: EntryState; rung: string | null; count: number }>> {
  return on.all(
    sql<{
      state: EntryState;
      rung: string | null;
      count: number;
    }>`select state, rung, count(*) as count from change_requests where closed_reason is null or state <> 'quarantined' group by state, rung order by state, rung`,
  );
}

/** Entries that landed by these commits, oldest first. */
export async function listLandedBy(on: Queryable, repositoryId: string, commits: readonly string[]): Promise<QueueEntry[]> {
  return on.all(sql<QueueEntry>`
    select * from change_requests where repository_id = ${repositoryId} and state = 'landed' and landed_commit = any(${[...commits]}) order by landed_at, id`);
}

export async function listEntriesById(on: Queryable, ids: readonly string[]): Promise<QueueEntry[]> {
  return on.all(sql<QueueEntry>`select * from change_requests where id = any(${[...ids]}) order by landed_at, id`);
}

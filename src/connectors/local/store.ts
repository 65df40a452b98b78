import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { AppError } from '#kernel/errors.ts';
import { toStorableText } from '#kernel/text.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { Change, Item, LocalRepository, NewItem } from './schema.ts';

export type { Db, Tx } from '#platform/db/index.ts';

/** False when a repository of that name is there. */
export async function insertRepository(tx: Tx, repository: { name: string; defaultBranch: string }): Promise<boolean> {
  return (
    (await tx.run(
      sql`insert into local_repositories (name, default_branch) values (${repository.name}, ${repository.defaultBranch}) on conflict do nothing`,
    )) > 0
  );
}

export function repositoryByName(on: Queryable, name: string): Promise<LocalRepository | undefined> {
  return on.maybe(sql<LocalRepository>`select name, default_branch, created_at from local_repositories where name = ${name}`);
}

export function listRepositories(on: Queryable): Promise<LocalRepository[]> {
  return on.all(sql<LocalRepository>`select name, default_branch, created_at from local_repositories order by name`);
}

/** The next number of issues and pull requests. Holds the repository's row, so that makers go one after the other. */
export async function takeNumber(tx: Tx, repository: string): Promise<number> {
  const row = await tx.maybe(sql<{ number: number }>`update local_repositories set next_number = next_number + 1
    where name = ${repository} returning next_number - 1 as number`);
  if (row === undefined) throw noRepository(repository);
  return row.number;
}

/** Makers of issues and pull requests of one repository wait here for each other, before they look for an earlier try. */
export async function lockRepository(tx: Tx, repository: string): Promise<void> {
  if ((await tx.maybe(sql`select name from local_repositories where name = ${repository} for update`)) === undefined) throw noRepository(repository);
}

export function noRepository(name: string): AppError {
  return new AppError('not_found', `There is no local repository ${name}.`, { code: 'no_such_repository' });
}

export function insertItem(tx: Tx, item: NewItem): Promise<Item> {
  return tx.one(sql<Item>`insert into local_items (repository, number, kind, title, body, author, assignees, labels, marker, draft, head_branch, base_branch,
      head_sha, created_at, updated_at)
    values (${item.repository}, ${item.number}, ${item.kind}, ${toStorableText(item.title)}, ${toStorableText(item.body)}, ${item.author}, ${item.assignees}, ${item.labels}, ${item.marker},
      ${item.draft}, ${item.headBranch}, ${item.baseBranch}, ${item.headSha}, ${item.at}, ${item.at})
    returning *`);
}

/**
 * Saves the changed fields. The time of change always grows, by a millisecond at least: who reads two versions can tell which
 * is newer, as the clock of a program cannot promise.
 */
export function saveItem(tx: Tx, item: Item, change: Change, at: Date): Promise<Item> {
  const next = { ...item, ...change };
  return tx.one(sql<Item>`update local_items set title = ${toStorableText(next.title)}, body = ${toStorableText(next.body)}, state = ${next.state}, close_reason = ${next.closeReason},
      assignees = ${next.assignees}, labels = ${next.labels}, draft = ${next.draft}, head_sha = ${next.headSha}, merge_sha = ${next.mergeSha},
      ended_by = ${next.endedBy}, updated_at = greatest(${at}::timestamptz, updated_at + interval '1 millisecond')
    where repository = ${item.repository} and number = ${item.number} returning *`);
}

export function itemByNumber(on: Queryable, repository: string, number: number): Promise<Item | undefined> {
  return on.maybe(sql<Item>`select * from local_items where repository = ${repository} and number = ${number}`);
}

/** Holds the item until the transaction ends. */
export async function lockItem(tx: Tx, repository: string, number: number): Promise<Item> {
  const item = await tx.maybe(sql<Item>`select * from local_items where repository = ${repository} and number = ${number} for update`);
  if (item !== undefined) return item;
  await lockRepository(tx, repository);
  throw new AppError('not_found', `There is no issue or pull request ${number} in ${repository}.`);
}

export function itemByMarker(on: Queryable, repository: string, kind: Item['kind'], marker: string): Promise<Item | undefined> {
  return on.maybe(sql<Item>`select * from local_items where repository = ${repository} and kind = ${kind} and marker = ${marker}`);
}

/** The newest pull request of a head branch; open ones before ended ones. */
export function pullByHead(on: Queryable, repository: string, headBranch: string, states: readonly Item['state'][]): Promise<Item | undefined> {
  return on.maybe(sql<Item>`select * from local_items where repository = ${repository} and kind = 'pull' and head_branch = ${headBranch}
    and state = any(${[...states]}) order by state = 'open' desc, number desc limit 1`);
}

/** An open pull request into this branch, or from it. */
export function openPullOn(on: Queryable, repository: string, branch: string): Promise<{ number: number } | undefined> {
  return on.maybe(sql<{ number: number }>`select number from local_items where repository = ${repository} and kind = 'pull' and state = 'open'
    and ${branch} in (head_branch, base_branch) order by number limit 1`);
}

export function listItems(
  on: Queryable,
  filter: { repository: string; kind: Item['kind']; state: Item['state'] | null; after: number; limit: number },
): Promise<Item[]> {
  return on.all(sql<Item>`select * from local_items where repository = ${filter.repository} and kind = ${filter.kind}
    and (${filter.state}::text is null or state = ${filter.state}) and number > ${filter.after} order by number limit ${filter.limit}`);
}

/** Writes an event beside the change it tells of; `deliver.ts` takes it out. */
export async function putDelivery(tx: Tx, event: ForgeEvent): Promise<void> {
  await tx.run(sql`insert into local_deliveries (delivery_id, type, payload) values (gen_random_uuid()::text, ${event.kind}, ${json(event)})`);
}

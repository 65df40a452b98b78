import type { Queryable, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { KeptCheckpoint } from './model.entry.ts';

export interface StoredCheckpoint {
  number: number;
  treeSize: number;
  document: KeptCheckpoint;
}

/** Held until the transaction ends: checkpoints and hand-overs of keys are made one at a time. */
export async function lockCheckpoints(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('reeve.ledger.checkpoints'))`);
}

/** The newest checkpoint, with how old it is on the database's clock. */
export async function lastCheckpoint(on: Queryable): Promise<{ number: number; treeSize: number; ageS: number } | null> {
  const row = await on.maybe(sql<{ number: number; treeSize: number; ageS: number }>`
    select number, tree_size, extract(epoch from clock_timestamp() - at)::float8 as age_s from ledger_checkpoints order by number desc limit 1`);
  return row ?? null;
}

export async function insertCheckpoint(tx: Tx, number: number, document: KeptCheckpoint): Promise<void> {
  await tx.run(sql`
    insert into ledger_checkpoints (number, tree_size, at, document)
    values (${number}, ${document.checkpoint.tree_size}, ${document.checkpoint.at}::timestamptz, ${json(document)})`);
}

/** Checkpoints after `after`, in order. */
export async function readCheckpoints(on: Queryable, after: number, limit: number): Promise<StoredCheckpoint[]> {
  return on.all(sql<StoredCheckpoint>`
    select number, tree_size, document from ledger_checkpoints where number > ${after} order by number limit ${limit}`);
}

/** Sizes, roots and heads of all checkpoints up to `toSeq`, by size. */
export async function readMarks(on: Queryable, toSeq: number): Promise<Array<{ number: number; treeSize: number; root: string; head: string }>> {
  return on.all(sql<{ number: number; treeSize: number; root: string; head: string }>`
    select number, tree_size, document -> 'checkpoint' ->> 'root' as root, document -> 'checkpoint' ->> 'head' as head
    from ledger_checkpoints where tree_size <= ${toSeq} order by tree_size, number`);
}

/** The lowest number of a checkpoint that must have been there and is not: a gap, or what a place outside was told; null: none. */
export async function firstMissing(on: Queryable): Promise<number | null> {
  const row = await on.one(sql<{ missing: number | null }>`
    select min(n) as missing from generate_series(1, greatest(
      (select coalesce(max(number), 0) from ledger_checkpoints), (select coalesce(max(published), 0) from ledger_places))) as n
    where not exists (select from ledger_checkpoints where number = n)`);
  return row.missing;
}

/** The first checkpoint of a tree larger than the ledger is, in one snapshot; null: none, as it should be. */
export async function firstBeyond(on: Queryable): Promise<{ number: number; treeSize: number; seq: number } | null> {
  const row = await on.maybe(sql<{ number: number; treeSize: number; seq: number }>`
    select c.number, c.tree_size, h.seq from ledger_checkpoints c, ledger_head h where h.id = 1 and c.tree_size > h.seq order by c.number limit 1`);
  return row ?? null;
}

/** The key that signs now: of the newest entry that introduced or handed over one. */
export async function readActiveKey(on: Queryable): Promise<string | null> {
  const row = await on.maybe(sql<{ keyId: string }>`
    select payload ->> 'key_id' as key_id from ledger_entries where kind in ('ledger.key_introduced', 'ledger.key_rotated') order by seq desc limit 1`);
  return row?.keyId ?? null;
}

export interface PlaceRow {
  place: string;
  published: number;
  publishedAt: Date | null;
  attempts: number;
  lastError: string | null;
}

export async function ensurePlace(on: Queryable, place: string): Promise<void> {
  await on.run(sql`insert into ledger_places (place) values (${place}) on conflict (place) do nothing`);
}

/** A place that is this process's to tell until `claimed_until`; `claim` is its ticket for noting what came of it. */
export interface ClaimedPlace {
  place: string;
  claim: number;
  published: number;
  attempts: number;
}

/** Claims a place that is due for `leaseS` seconds, by the database's clock; null: nothing is due, or another process is at it. */
export async function claimPlace(on: Queryable, place: string, leaseS: number): Promise<ClaimedPlace | null> {
  const row = await on.maybe(sql<ClaimedPlace>`
    update ledger_places set claim = claim + 1, claimed_until = clock_timestamp() + make_interval(secs => ${leaseS})
    where place = ${place} and next_attempt_at <= clock_timestamp() and (claimed_until is null or claimed_until <= clock_timestamp())
      and published < (select coalesce(max(number), 0) from ledger_checkpoints)
    returning place, claim, published, attempts`);
  return row ?? null;
}

/** Notes one more checkpoint and has the lease begin anew. False: the lease ran out and another process is at it. */
export async function notePublished(on: Queryable, { place, claim }: ClaimedPlace, published: number, leaseS: number): Promise<boolean> {
  const touched = await on.run(sql`
    update ledger_places set published = ${published}, published_at = clock_timestamp(), attempts = 0, last_error = null,
      claimed_until = clock_timestamp() + make_interval(secs => ${leaseS})
    where place = ${place} and claim = ${claim} and published < ${published}`);
  return touched > 0;
}

/** Gives the place back before the lease ends. */
export async function releasePlace(on: Queryable, { place, claim }: ClaimedPlace): Promise<void> {
  await on.run(sql`update ledger_places set claimed_until = null where place = ${place} and claim = ${claim}`);
}

/** Notes a failure and gives the place back; without effect where another process is at it by now. */
export async function noteUnpublished(on: Queryable, { place, claim }: ClaimedPlace, error: string, waitS: number): Promise<void> {
  await on.run(sql`
    update ledger_places set attempts = attempts + 1, last_error = ${error}, claimed_until = null,
      next_attempt_at = clock_timestamp() + make_interval(secs => ${waitS})
    where place = ${place} and claim = ${claim}`);
}

export async function readPlaces(on: Queryable): Promise<PlaceRow[]> {
  return on.all(sql<PlaceRow>`select place, published, published_at, attempts, last_error from ledger_places order by place`);
}

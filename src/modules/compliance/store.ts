import type { Queryable, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { ComplianceDocument, ComplianceFilter, ComplianceRecord } from './model.ts';
import { conditionsOf } from './store.flags.ts';

const columns = sql`id, number, kind, subject, project_id, work_item_id, pull_id, record, sha256`;

/** Held until the transaction ends: numbers are given without gaps. */
export async function lockNumbers(tx: Tx): Promise<{ number: number; now: string }> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('reeve.compliance.records'))`);
  return tx.one(sql<{ number: number; now: string }>`
    select coalesce(max(number), 0) + 1 as number, to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') as now
    from compliance_records`);
}

export async function hasRecord(on: Queryable, kind: string, subject: string): Promise<boolean> {
  return (await on.maybe(sql`select 1 from compliance_records where kind = ${kind} and subject = ${subject}`)) !== undefined;
}

export interface NewRecord {
  record: ComplianceDocument;
  sha256: string;
  workItemId: string | null;
  people: readonly string[];
  policyText: string;
}

export async function insertRecord(tx: Tx, { record, sha256, workItemId, people, policyText }: NewRecord): Promise<void> {
  await tx.run(sql`insert into compliance_texts (sha256, text) values (${record.policy.text_sha256}, ${policyText}) on conflict do nothing`);
  await tx.run(sql`
    insert into compliance_records (id, number, kind, subject, project_id, work_item_id, pull_id, people, changed_at, recorded_at, record, sha256)
    values (${record.id}, ${record.number}, ${record.kind}, ${record.subject}, ${record.project_id}, ${workItemId}, ${record.pull?.id ?? null},
      ${people}::text[], ${record.changed_at}::timestamptz, ${record.recorded_at}::timestamptz, ${json(record)}, ${sha256})`);
}

export async function findRecord(on: Queryable, id: string): Promise<ComplianceRecord | null> {
  return (await on.maybe(sql<ComplianceRecord>`select ${columns} from compliance_records where id = ${id}`)) ?? null;
}

/** In order of their numbers, behind `after`; one more than `limit`. */
export async function listRecords(on: Queryable, filter: ComplianceFilter, after: number | null): Promise<ComplianceRecord[]> {
  const descending = filter.order === 'desc';
  const conditions = conditionsOf(filter);
  if (after !== null) conditions.push(descending ? sql`number < ${after}` : sql`number > ${after}`);
  return on.all(sql<ComplianceRecord>`
    select ${columns} from compliance_records where ${sql.join(conditions, sql` and `)}
    order by number ${descending ? sql`desc` : sql`asc`} limit ${filter.limit + 1}`);
}

/** The first and the last number of the changes of a period; null: there are none. */
export async function numbersOf(
  on: Queryable,
  range: { from?: string | undefined; to?: string | undefined },
): Promise<{ first: number; last: number } | null> {
  const { first, last } = await on.one(sql<{ first: number | null; last: number | null }>`
    select min(number) as first, max(number) as last from compliance_records
    where (${range.from ?? null}::timestamptz is null or changed_at >= ${range.from ?? null}::timestamptz)
      and (${range.to ?? null}::timestamptz is null or changed_at < ${range.to ?? null}::timestamptz)`);
  return first === null || last === null ? null : { first, last };
}

/** Records by number, `first` to `last` inclusive, in order. */
export async function readRecords(on: Queryable, first: number, last: number, limit: number): Promise<ComplianceRecord[]> {
  return on.all(
    sql<ComplianceRecord>`select ${columns} from compliance_records where number between ${first} and ${last} order by number limit ${limit}`,
  );
}

export async function readText(on: Queryable, sha256: string): Promise<string | null> {
  return (await on.maybe(sql<{ text: string }>`select text from compliance_texts where sha256 = ${sha256}`))?.text ?? null;
}

/** Commits that records name as what they made. */
export async function recordedCommits(on: Queryable, commits: readonly string[]): Promise<string[]> {
  const rows = await on.all(sql<{ sha: string }>`
    select distinct record ->> 'commit' as sha from compliance_records where record ->> 'commit' = any(${commits}::text[])`);
  return rows.map(({ sha }) => sha);
}

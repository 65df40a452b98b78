import type { Queryable, Tx } from '#platform/db/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Verification } from './model.ts';

/** A walk tells of itself every second or so; one that was silent for so long has died with its process. */
const SILENT_S = 60;

const isSilent = sql`state = 'running' and beat_at < clock_timestamp() - make_interval(secs => ${SILENT_S})`;
const columns = sql`number, asked_by, from_seq, to_seq, checked, case when ${isSilent} then 'broken_off' else state end as state, first_bad_seq,
  case when ${isSilent} then 'The process that walked the ledger ended.' else reason end as reason, started_at,
  case when ${isSilent} then beat_at else ended_at end as ended_at`;

/** Held until the transaction ends: walks are begun one at a time. */
export async function lockVerifications(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(hashtext('reeve.ledger.verifications'))`);
}

export async function runningVerification(on: Queryable): Promise<Verification | null> {
  return (
    (await on.maybe(
      sql<Verification>`select ${columns} from ledger_verifications where state = 'running' and not (${isSilent}) order by number desc limit 1`,
    )) ?? null
  );
}

export async function insertVerification(tx: Tx, of: { askedBy: string; fromSeq: number; toSeq: number }): Promise<Verification> {
  return tx.one(sql<Verification>`
    insert into ledger_verifications (asked_by, from_seq, to_seq) values (${of.askedBy}, ${of.fromSeq}, ${of.toSeq}) returning ${columns}`);
}

export async function findVerification(on: Queryable, number: number): Promise<Verification | null> {
  return (await on.maybe(sql<Verification>`select ${columns} from ledger_verifications where number = ${number}`)) ?? null;
}

/** Newest first, below `before`; one more than `limit`. */
export async function listVerifications(on: Queryable, before: number | null, limit: number): Promise<Verification[]> {
  return on.all(sql<Verification>`
    select ${columns} from ledger_verifications where ${before}::bigint is null or number < ${before} order by number desc limit ${limit + 1}`);
}

export async function noteProgress(on: Queryable, number: number, checked: number): Promise<void> {
  await on.run(sql`
    update ledger_verifications set checked = ${checked}, beat_at = clock_timestamp() where number = ${number} and state = 'running'`);
}

export type VerificationEnd = Pick<Verification, 'checked' | 'firstBadSeq' | 'reason'> & { state: Exclude<Verification['state'], 'running'> };

export async function endVerification(on: Queryable, number: number, end: VerificationEnd): Promise<void> {
  await on.run(sql`
    update ledger_verifications set state = ${end.state}, checked = ${end.checked}, first_bad_seq = ${end.firstBadSeq}, reason = ${end.reason},
      beat_at = clock_timestamp(), ended_at = clock_timestamp()
    where number = ${number} and state = 'running'`);
}

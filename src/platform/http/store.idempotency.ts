import { randomUUID } from 'node:crypto';
import { json, sql, type Db } from '#platform/db/index.ts';
import type { Claim, HeldKey, IdempotencyStore, KeptAnswer, KeyId } from './idempotency.ts';

interface Row {
  requestHash: string;
  status: number | null;
  headers: Record<string, string>;
  body: string | null;
  secret: boolean;
}

const DAY_MS = 24 * 60 * 60 * 1000;
// Old keys are swept while new ones are claimed, because not every installation is on at night; once in this many claims is enough to
// keep the table at about one day.
const SWEEP_EVERY = 200;

/** Keys in table `http_idempotency`. */
export function createIdempotencyStore(db: Db): IdempotencyStore {
  let claims = 0;
  return {
    async claim(id, requestHash, leaseMs) {
      claims += 1;
      if (claims % SWEEP_EVERY === 1) await forgetOldAnswers(db);
      // Looked at before it is asked for: who asks for a row waits for the transaction that keeps the answer in it.
      const seen = await look(db, id, requestHash);
      if (seen !== null) return seen;
      // One statement decides: a new key, one of yesterday, or one whose holder vanished in mid work, is ours.
      const holder = randomUUID();
      const mine = await db.maybe(sql<{ key: string }>`
        insert into http_idempotency as held (scope, key, request_hash, holder, lease_until)
        values (${id.scope}, ${id.key}, ${requestHash}, ${holder}, now() + ${leaseMs} * interval '1 millisecond')
        on conflict (scope, key) do update set request_hash = excluded.request_hash, holder = excluded.holder, lease_until = excluded.lease_until,
            status = null, headers = '{}', body = null, secret = false, created_at = now()
          where ${isFree(sql`held`, requestHash)}
        returning key`);
      return mine === undefined ? { kind: 'busy' } : { kind: 'mine', held: { ...id, holder } };
    },
    async renew(held, leaseMs) {
      await db.run(sql`update http_idempotency set lease_until = now() + ${leaseMs} * interval '1 millisecond' where ${isHeldBy(held)}`);
    },
    async keep(held, answer, tx) {
      const body = answer.secret ? null : answer.body;
      const kept = await (tx ?? db).run(
        sql`update http_idempotency set status = ${answer.status}, headers = ${json(answer.secret ? {} : answer.headers)}, body = ${body}, secret = ${answer.secret} where ${isHeldBy(held)}`,
      );
      return kept === 1;
    },
    async release(held) {
      await db.run(sql`delete from http_idempotency where ${isHeldBy(held)}`);
    },
  };
}

/** Answers are kept for 24 hours; a key that is used again later is a new one, whether or not it was swept. */
export async function forgetOldAnswers(db: Db): Promise<void> {
  await db.run(sql`delete from http_idempotency where created_at < now() - ${DAY_MS} * interval '1 millisecond'`);
}

const isHeldBy = ({ scope, key, holder }: HeldKey) => sql`scope = ${scope} and key = ${key} and holder = ${holder} and status is null`;

const isFree = (row: ReturnType<typeof sql>, requestHash: string) => sql`${row}.lease_until < now()
  and (${row}.created_at < now() - ${DAY_MS} * interval '1 millisecond' or (${row}.status is null and ${row}.request_hash = ${requestHash}))`;

/** What is known of the key; null: it may be asked for. */
async function look(db: Db, { scope, key }: KeyId, requestHash: string): Promise<Claim | null> {
  const row = await db.maybe(sql<Row>`select request_hash, status, headers, body, secret from http_idempotency as seen
    where scope = ${scope} and key = ${key} and not (${isFree(sql`seen`, requestHash)})`);
  if (row === undefined) return null;
  if (row.requestHash !== requestHash) return { kind: 'other' };
  if (row.status === null) return { kind: 'busy' };
  const answer: KeptAnswer = { status: row.status, headers: row.headers, body: row.body, secret: row.secret };
  return { kind: 'kept', answer };
}

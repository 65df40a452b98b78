import { json, sql, type Db } from '#platform/db/index.ts';
import type { Claim, IdempotencyStore, KeptAnswer } from './idempotency.ts';

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
      // One statement decides: a new key, one of yesterday, or one whose holder vanished in mid work, is ours.
      const mine = await db.maybe(sql<{ key: string }>`
        insert into http_idempotency as held (scope, key, request_hash, lease_until)
        values (${id.scope}, ${id.key}, ${requestHash}, now() + ${leaseMs} * interval '1 millisecond')
        on conflict (scope, key) do update set request_hash = excluded.request_hash, lease_until = excluded.lease_until,
            status = null, headers = '{}', body = null, secret = false, created_at = now()
          where held.lease_until < now()
            and (held.created_at < now() - ${DAY_MS} * interval '1 millisecond' or (held.status is null and held.request_hash = excluded.request_hash))
        returning key`);
      return mine === undefined ? look(db, id, requestHash) : { kind: 'mine' };
    },
    async renew(id, leaseMs) {
      await db.run(
        sql`update http_idempotency set lease_until = now() + ${leaseMs} * interval '1 millisecond' where scope = ${id.scope} and key = ${id.key} and status is null`,
      );
    },
    async keep(id, answer, tx) {
      const body = answer.secret ? null : answer.body;
      const kept = await (tx ?? db).run(
        sql`update http_idempotency set status = ${answer.status}, headers = ${json(answer.secret ? {} : answer.headers)}, body = ${body}, secret = ${answer.secret} where scope = ${id.scope} and key = ${id.key} and status is null`,
      );
      return kept === 1;
    },
    async release(id) {
      await db.run(sql`delete from http_idempotency where scope = ${id.scope} and key = ${id.key} and status is null`);
    },
  };
}

/** Answers are kept for 24 hours; a key that is used again later is a new one, whether or not it was swept. */
export async function forgetOldAnswers(db: Db): Promise<void> {
  await db.run(sql`delete from http_idempotency where created_at < now() - ${DAY_MS} * interval '1 millisecond'`);
}

async function look(db: Db, id: { scope: string; key: string }, requestHash: string): Promise<Claim> {
  const row = await db.maybe(
    sql<Row>`select request_hash, status, headers, body, secret from http_idempotency where scope = ${id.scope} and key = ${id.key}`,
  );
  // Released between the two statements: the caller looks again.
  if (row === undefined) return { kind: 'busy' };
  if (row.requestHash !== requestHash) return { kind: 'other' };
  if (row.status === null) return { kind: 'busy' };
  const answer: KeptAnswer = { status: row.status, headers: row.headers, body: row.body, secret: row.secret };
  return { kind: 'kept', answer };
}

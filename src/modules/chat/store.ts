import type { Db } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';
import type { ChatInput } from '#ports/chat.ts';

/** False when a delivery with this key was here before. */
export async function insertDelivery(db: Db, key: string, input: ChatInput): Promise<boolean> {
  return (await db.run(sql`insert into chat_deliveries (key, message) values (${key}, ${json(input)}) on conflict (key) do nothing`)) > 0;
}

export async function finishDelivery(db: Db, key: string, error: string | null): Promise<void> {
  await db.run(sql`update chat_deliveries set done_at = clock_timestamp(), error = ${error} where key = ${key} and done_at is null`);
}

/** Reply addresses live 30 minutes; the process that took a delivery in has 15 s before anybody else looks. */
export async function takeUnfinished(db: Db, limit: number): Promise<Array<{ key: string; message: ChatInput }>> {
  return db.all(sql<{ key: string; message: ChatInput }>`
    update chat_deliveries set attempts = attempts + 1 where key in (
      select key from chat_deliveries where done_at is null and received_at > clock_timestamp() - interval '30 minutes'
        and received_at < clock_timestamp() - make_interval(secs => 15 * (attempts + 1))
      order by received_at limit ${limit} for update skip locked)
    returning key, message`);
}

/** Ends what nobody can be answered any more, and forgets what is far outside the five minutes in which a replay would be believed. */
export async function forgetOld(db: Db): Promise<void> {
  await db.run(sql`
    update chat_deliveries set done_at = clock_timestamp(), error = 'nobody could be answered in time'
    where done_at is null and received_at <= clock_timestamp() - interval '30 minutes'`);
  await db.run(sql`delete from chat_deliveries where done_at is not null and received_at < clock_timestamp() - interval '1 day'`);
}

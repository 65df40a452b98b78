import { sql, type Queryable } from '#platform/db/index.ts';
import type { CallMemory } from './model.health.ts';

/** Older news never replaces newer: servers write in any order. */
export async function saveOk(on: Queryable, connection: string, at: Date): Promise<void> {
  await on.run(sql`
    insert into connection_calls (connection, last_ok_at) values (${connection}, ${at})
    on conflict (connection) do update set last_ok_at = greatest(connection_calls.last_ok_at, excluded.last_ok_at)`);
}

export async function saveFailure(on: Queryable, connection: string, failure: { at: Date; call: string; detail: string }): Promise<void> {
  await on.run(sql`
    insert into connection_calls (connection, last_failed_at, last_failed_call, last_failure)
    values (${connection}, ${failure.at}, ${failure.call}, ${failure.detail})
    on conflict (connection) do update set last_failed_at = excluded.last_failed_at, last_failed_call = excluded.last_failed_call,
      last_failure = excluded.last_failure
    where connection_calls.last_failed_at is null or connection_calls.last_failed_at <= excluded.last_failed_at`);
}

export async function allCalls(on: Queryable): Promise<CallMemory[]> {
  return on.all(sql<CallMemory>`select * from connection_calls`);
}

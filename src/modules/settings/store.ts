import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import type { JsonValue } from '#kernel/json.ts';
import type { StoredSetting } from './model.ts';

// Any constant of our own; writers of settings wait for each other, so that revisions grow one by one.
const WRITERS = 7_233_311_003;

export async function allSettings(on: Queryable): Promise<StoredSetting[]> {
  return on.all(sql<StoredSetting>`select key, value, revision, updated_at, updated_by from system_config order by key`);
}

/** Until the transaction ends nobody else changes settings. */
export async function lockSettings(tx: Tx): Promise<void> {
  await tx.run(sql`select pg_advisory_xact_lock(${WRITERS})`);
}

/** `value` null sets back to the default. */
export async function saveSetting(tx: Tx, change: { key: string; value: JsonValue; revision: number; by: string; at: Date }): Promise<void> {
  const value = change.value === null ? sql`null` : json(change.value);
  await tx.run(sql`
    insert into system_config (key, value, revision, updated_at, updated_by)
    values (${change.key}, ${value}, ${change.revision}, ${change.at}, ${change.by})
    on conflict (key) do update set value = excluded.value, revision = excluded.revision, updated_at = excluded.updated_at, updated_by = excluded.updated_by`);
}

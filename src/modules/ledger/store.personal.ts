import type { JsonValue } from '#kernel/json.ts';
import type { Queryable, Tx } from '#platform/db/index.ts';
import { json, sql } from '#platform/db/index.ts';

export interface PersonalValue {
  commitment: string;
  /** Id of the person it is about. */
  subject: string;
  field: string;
  value: JsonValue;
  /** Base64url, 32 bytes. */
  salt: string;
}

export async function insertPersonal(tx: Tx, values: readonly PersonalValue[]): Promise<void> {
  if (values.length === 0) return;
  await tx.run(sql`
    insert into ledger_personal (commitment, subject, field, value, salt)
    select commitment, subject, field, value, salt from jsonb_to_recordset(${json(values)})
      as row (commitment text, subject text, field text, value jsonb, salt text)`);
}

/** What is left of the values behind these commitments; `value` null: erased. */
export async function readPersonal(on: Queryable, commitments: readonly string[]): Promise<Array<{ commitment: string; value: JsonValue | null }>> {
  if (commitments.length === 0) return [];
  return on.all(sql<{ commitment: string; value: JsonValue | null }>`
    select commitment, value from ledger_personal where commitment = any(${commitments}::text[])`);
}

/** Takes value and salt of everything about `subject`; answers the commitments that stay. */
export async function erasePersonal(tx: Tx, subject: string): Promise<string[]> {
  const rows = await tx.all(sql<{ commitment: string }>`
    update ledger_personal set value = null, salt = null, erased_at = clock_timestamp()
    where subject = ${subject} and erased_at is null returning commitment`);
  return rows.map(({ commitment }) => commitment);
}

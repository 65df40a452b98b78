import { createHmac } from 'node:crypto';
import type { JsonObject, JsonValue } from '#kernel/json.ts';
import { canonicalJson, randomSecret } from '#platform/crypto/index.ts';
import type { LedgerInput } from './model.ts';
import { toStoredJson } from './model.entry.ts';
import type { PersonalValue } from './store.personal.ts';

/**
 * HMAC-SHA256 over the value's JCS with the salt (32 random bytes, base64url) as its key. Who has value and salt can show that
 * the ledger committed to it; who has the commitment alone cannot try out values.
 */
export function commitmentOf(value: JsonValue, salt: string): string {
  return createHmac('sha256', Buffer.from(salt, 'base64url')).update(canonicalJson(value)).digest('hex');
}

/** The payload's part of personal values, and what is kept beside the ledger. */
export function commitTo(personal: LedgerInput['personal']): { payload: JsonObject; values: PersonalValue[] } {
  const payload: JsonObject = {};
  const values: PersonalValue[] = [];
  for (const [field, given] of Object.entries(personal?.values ?? {})) {
    const value = toStoredJson(given);
    // JSON's null would be a row without a value, which is what erased looks like.
    if (personal === undefined || value === null) {
      payload[field] = null;
      continue;
    }
    const salt = randomSecret(32);
    const commitment = commitmentOf(value, salt);
    payload[field] = { commitment };
    values.push({ commitment, subject: personal.subject, field, value, salt });
  }
  return { payload, values };
}

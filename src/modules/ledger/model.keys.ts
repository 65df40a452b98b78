import { z } from 'zod';
import type { JsonObject } from '#kernel/json.ts';

/** The first key, in force from this entry on. */
export const KEY_INTRODUCED = 'ledger.key_introduced';

/** One key handed over to the next. */
export const KEY_ROTATED = 'ledger.key_rotated';

/**
 * What the old key (`signature`) and the new one (`accepted`) sign in an entry `ledger.key_rotated`: Ed25519 over the UTF-8 bytes of
 * this object's JCS, base64. A verifier that trusts the old key trusts the new one from that entry on, and the old one no longer
 * for any tree that holds it.
 */
export function handOverFields(of: { origin: string; fromKeyId: string; keyId: string; publicKey: string }): JsonObject {
  return { v: 1, purpose: 'ledger key hand-over', origin: of.origin, from_key_id: of.fromKeyId, key_id: of.keyId, public_key: of.publicKey };
}

/** Payload of an entry `ledger.key_rotated`. */
export const HandOver = z.looseObject({
  origin: z.string(),
  from_key_id: z.string(),
  key_id: z.string(),
  public_key: z.string(),
  signature: z.string(),
  accepted: z.string(),
});

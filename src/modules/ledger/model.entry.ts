import { z } from 'zod';
import type { JsonObject, JsonValue } from '#kernel/json.ts';

/** `prev_hash` of the first entry. */
export const GENESIS_HASH = '0'.repeat(64);

const Hash = z.string().regex(/^[0-9a-f]{64}$/);
const Instant = z.string().regex(/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}Z$/);

/** One line of an export: exactly what is hashed, and the hash. */
export const ExportedEntry = z.strictObject({
  v: z.literal(1),
  seq: z.number().int().min(1),
  occurred_at: Instant,
  kind: z.string(),
  subject: z.string(),
  actor: z.string(),
  project_id: z.string().nullable(),
  work_item_id: z.string().nullable(),
  payload: z.record(z.string(), z.json()),
  prev_hash: Hash,
  hash: Hash,
});
export type ExportedEntry = z.infer<typeof ExportedEntry>;

/** What the ledger was at one instant, signed: kept somewhere else, it shows a history that was cut or rewritten. */
export const Checkpoint = z.strictObject({
  v: z.literal(2),
  /** Name of the ledger; no other has it. */
  origin: z.string().min(1).max(200),
  tree_size: z.number().int().min(0),
  /** Root of the RFC 6962 tree over the hashes of entries 1 to `tree_size`. */
  root: Hash,
  /** Hash of entry `tree_size`; 64 zeros for none. */
  head: Hash,
  at: Instant,
  /** First 32 hexadecimal characters of SHA-256 over the public key's SPKI DER. */
  key_id: z.string().regex(/^[0-9a-f]{32}$/),
  /** Ed25519 over the UTF-8 bytes of JCS of all fields above; base64. */
  signature: z.base64(),
});
export type Checkpoint = z.infer<typeof Checkpoint>;

/** A checkpoint as it is kept: with the key (PEM, SPKI) that signed it. */
export const KeptCheckpoint = z.strictObject({ checkpoint: Checkpoint, public_key: z.string().max(1000) });
export type KeptCheckpoint = z.infer<typeof KeptCheckpoint>;

export interface ChainFields {
  seq: number;
  at: string;
  kind: string;
  subject: string;
  actor: string;
  projectId?: string | null;
  workItemId?: string | null;
  payload: JsonObject;
  prevHash: string;
}

/**
 * The object an entry's hash is taken over: `hash = lowercase hex SHA-256( UTF-8( JCS( this ) ) )`, JCS being RFC 8785.
 * `occurred_at` is UTC with exactly six decimals; absent project and work item are `null`; `prev_hash` is the hash of the
 * entry with `seq - 1`, or 64 zeros for the first. An auditor recomputes it with any JCS library from one export line
 * without its `hash` field. Persisted for ever: a change of this shape needs a new `v`.
 */
export function hashedFields(entry: ChainFields): JsonObject {
  return {
    v: 1,
    seq: entry.seq,
    occurred_at: entry.at,
    kind: entry.kind,
    subject: entry.subject,
    actor: entry.actor,
    project_id: entry.projectId ?? null,
    work_item_id: entry.workItemId ?? null,
    payload: entry.payload,
    prev_hash: entry.prevHash,
  };
}

/** The fields a checkpoint's signature covers. */
export function signedFields(checkpoint: Omit<Checkpoint, 'signature'>): JsonObject {
  const { v, origin, tree_size, root, head, at, key_id } = checkpoint;
  return { v, origin, tree_size, root, head, at, key_id };
}

/**
 * A payload as PostgreSQL gives it back: absent members (and `__proto__`) dropped, NUL and lone surrogates (which jsonb refuses) replaced by
 * U+FFFD. Hashing anything else would not survive a round trip. Throws TypeError for a value that is not JSON.
 */
export function toStoredJson(value: unknown, depth = 0): JsonValue {
  if (depth > 60) throw new TypeError('the value is nested more than 60 levels deep');
  if (value === null || typeof value === 'boolean') return value;
  if (typeof value === 'string') return value.toWellFormed().replaceAll('\u0000', '\uFFFD');
  if (typeof value === 'number') {
    if (!Number.isFinite(value)) throw new TypeError('a number is not finite');
    return Object.is(value, -0) ? 0 : value;
  }
  if (Array.isArray(value)) return value.map((item) => toStoredJson(item, depth + 1));
  if (typeof value === 'object') return toStoredObject(value, depth);
  throw new TypeError(`a ${typeof value} has no JSON form`);
}

function toStoredObject(value: object, depth: number): JsonValue {
  if ('toJSON' in value && typeof value.toJSON === 'function') return toStoredJson((value.toJSON as () => unknown)(), depth + 1);
  const stored: JsonObject = {};
  for (const [key, member] of Object.entries(value)) {
    if (member === undefined || key === '__proto__') continue;
    stored[toStoredJson(key) as string] = toStoredJson(member, depth + 1);
  }
  return stored;
}

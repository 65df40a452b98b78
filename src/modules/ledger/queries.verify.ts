import { createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { messageOf } from '#kernel/errors.ts';
import type { Queryable } from '#platform/db/index.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { CHAIN_START, decideEnd, decideLink, type ChainEnd, type Flaw, type HashOf } from './decide.ts';
import type { VerifyReport } from './model.ts';
import { Checkpoint, ExportedEntry, signedFields, type ChainFields } from './model.entry.ts';
import { readEnd, readHead, readLinks } from './store.ts';

/**
 * JCS of `hashedFields(entry)` with its ten keys already in order: only the payload needs sorting, which makes walking the chain
 * about twice as fast. A property test holds it to the plain definition.
 */
export function canonicalEntry(entry: ChainFields): string {
  const text = JSON.stringify;
  return (
    `{"actor":${text(entry.actor)},"kind":${text(entry.kind)},"occurred_at":${text(entry.at)},"payload":${canonicalJson(entry.payload)},` +
    `"prev_hash":${text(entry.prevHash)},"project_id":${text(entry.projectId ?? null)},"seq":${text(entry.seq)},"subject":${text(entry.subject)},` +
    `"v":1,"work_item_id":${text(entry.workItemId ?? null)}}`
  );
}

/** The one-shot function costs a third of a hash object at this size. */
export const hashEntry: HashOf = (entry) => hash('sha256', canonicalEntry(entry));

// Large enough that round trips do not count, small enough to stay in memory: 2,000 rows of 1 KiB are 2 MB.
const VERIFY_BATCH = 2000;

const bad = (entries: number, flaw: Flaw): VerifyReport => ({ verified: false, entries, firstBadSeq: flaw.seq, reason: flaw.reason });

/** Walks the stored chain from the first entry to the head. Entries appended meanwhile belong to the next walk. */
export async function verifyStored(on: Queryable): Promise<VerifyReport> {
  const head = await readHead(on);
  let end: ChainEnd = CHAIN_START;
  let reading = readLinks(on, 0, head.seq, VERIFY_BATCH);
  for (;;) {
    const batch = await reading;
    const last = batch.at(-1);
    // The database reads on while this process hashes.
    if (last !== undefined && batch.length === VERIFY_BATCH) reading = readLinks(on, last.seq, head.seq, VERIFY_BATCH);
    for (const entry of batch) {
      const flaw = decideLink(end, entry, hashEntry);
      if (flaw !== null) {
        await reading;
        return bad(end.seq, flaw);
      }
      end = { seq: entry.seq, hash: entry.hash };
    }
    if (batch.length < VERIFY_BATCH) break;
  }
  const flaw = decideEnd(end, head, await readEnd(on));
  return flaw === null ? { verified: true, entries: end.seq, head: end.hash } : bad(end.seq, flaw);
}

/** Whether `checkpoint` was signed by the holder of `publicKey` (PEM); a sentence when not. */
export function checkSignature(checkpoint: Checkpoint, publicKey: string): string | null {
  try {
    const key = createPublicKey(publicKey);
    if (key.asymmetricKeyType !== 'ed25519') return 'the public key is not an Ed25519 key';
    if (keyIdOf(publicKey) !== checkpoint.key_id) return 'the checkpoint was signed with another key';
    const signed = Buffer.from(canonicalJson(signedFields(checkpoint)));
    return verifySignature(null, signed, key, Buffer.from(checkpoint.signature, 'base64')) ? null : 'the signature of the checkpoint is wrong';
  } catch (error) {
    return `the checkpoint cannot be checked: ${messageOf(error)}`;
  }
}

export function keyIdOf(publicKey: string): string {
  return sha256Hex(createPublicKey(publicKey).export({ type: 'spki', format: 'der' })).slice(0, 32);
}

/**
 * Verifies an export against one checkpoint and the public key kept with it; needs no server and no database. `entries` are
 * the parsed lines of an export that starts at entry 1 and reaches the checkpoint at least; what follows the checkpoint
 * is checked as a chain too. Never throws for bad input: the report says what is wrong, and `firstBadSeq` 0 means the checkpoint
 * itself.
 */
export async function verifyOffline(
  entries: Iterable<unknown> | AsyncIterable<unknown>,
  checkpoint: unknown,
  publicKey: string,
): Promise<VerifyReport> {
  const parsed = Checkpoint.safeParse(checkpoint);
  if (!parsed.success) return bad(0, { seq: 0, reason: 'the checkpoint is malformed' });
  const refusal = checkSignature(parsed.data, publicKey);
  if (refusal !== null) return bad(0, { seq: 0, reason: refusal });
  const mark = parsed.data;
  let end: ChainEnd = CHAIN_START;
  if (mark.seq === 0 && mark.hash !== CHAIN_START.hash) return bad(0, { seq: 0, reason: 'the checkpoint is malformed' });
  for await (const line of entries) {
    const flaw = offlineFlaw(end, line, mark);
    if (flaw !== null) return bad(end.seq, flaw);
    const entry = line as ExportedEntry;
    end = { seq: entry.seq, hash: entry.hash };
  }
  if (end.seq < mark.seq) return bad(end.seq, { seq: end.seq + 1, reason: `the export ends at entry ${end.seq}, the checkpoint covers ${mark.seq}` });
  return { verified: true, entries: end.seq, head: end.hash };
}

function offlineFlaw(end: ChainEnd, line: unknown, mark: Checkpoint): Flaw | null {
  const parsed = ExportedEntry.safeParse(line);
  if (!parsed.success) return { seq: end.seq + 1, reason: `the line for entry ${end.seq + 1} is malformed` };
  const entry = parsed.data;
  const flaw = decideLink(
    end,
    { ...entry, at: entry.occurred_at, projectId: entry.project_id, workItemId: entry.work_item_id, prevHash: entry.prev_hash },
    hashEntry,
  );
  if (flaw !== null) return flaw;
  if (entry.seq === mark.seq && entry.hash !== mark.hash)
    return { seq: entry.seq, reason: `entry ${entry.seq} is not the one the checkpoint was signed over` };
  return null;
}

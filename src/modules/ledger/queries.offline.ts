import { createPublicKey, hash, verify as verifySignature } from 'node:crypto';
import { messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { CHAIN_START, decideLink, type ChainEnd, type Flaw, type HashOf } from './decide.ts';
import { EMPTY_TREE, growTree, type Frontier } from './decide.tree.ts';
import type { VerifyReport } from './model.ts';
import { Checkpoint, ExportedEntry, signedFields } from './model.entry.ts';
import { HandOver, handOverFields, KEY_ROTATED } from './model.keys.ts';
import { canonicalEntry } from './queries.canonical.ts';
import { EMPTY_ROOT, rootOf, SHA256_TREE } from './queries.tree.ts';

// Written over at each call: hashing bytes that lie in one place costs half of hashing a string that was put together.
const TEXT = Buffer.alloc(24_576);

export const hashEntry: HashOf = (entry) => {
  const text = canonicalEntry(entry);
  // UTF-8 takes three bytes at most for each UTF-16 unit.
  return hash('sha256', text.length * 3 > TEXT.length ? text : TEXT.subarray(0, TEXT.write(text)));
};

export const bad = (entries: number, flaw: Flaw): VerifyReport => ({
  verified: false,
  entries,
  firstBadSeq: flaw.seq,
  reason: flaw.reason,
});

export function keyIdOf(publicKey: string): string {
  return sha256Hex(createPublicKey(publicKey).export({ type: 'spki', format: 'der' })).slice(0, 32);
}

/** Whether `checkpoint` was signed by the holder of `publicKey` (PEM); a sentence when not. */
export function checkSignature(checkpoint: Checkpoint, publicKey: string): string | null {
  try {
    if (keyIdOf(publicKey) !== checkpoint.key_id) return 'the checkpoint was signed with another key, and none was handed over to it';
    return isSigned(signedFields(checkpoint), checkpoint.signature, publicKey) ? null : 'the signature of the checkpoint is wrong';
  } catch (error) {
    return `the checkpoint cannot be checked: ${messageOf(error)}`;
  }
}

function isSigned(fields: JsonObject, signature: string, publicKey: string): boolean {
  const key = createPublicKey(publicKey);
  if (key.asymmetricKeyType !== 'ed25519') throw new TypeError('the public key is not an Ed25519 key');
  return verifySignature(null, Buffer.from(canonicalJson(fields)), key, Buffer.from(signature, 'base64'));
}

/** A key and, once it handed over, the entry that says so. */
interface Trusted {
  publicKey: string;
  until: number | null;
}

interface Walk {
  end: ChainEnd;
  tree: Frontier;
  keys: Map<string, Trusted>;
  /** By tree size. */
  marks: Checkpoint[];
}

/**
 * Verifies entries against checkpoints kept elsewhere and the public key that is trusted; needs no server and no database. `entries`
 * are parsed lines of an export that starts at entry 1 and reaches every checkpoint; what follows the last one is checked as a chain
 * too. A checkpoint of a later key counts when the entries hold the hand-over, signed by the key before. Never throws for bad
 * input: the report says what is wrong, and `firstBadSeq` 0 means a checkpoint itself.
 */
export async function verifyOffline(
  entries: Iterable<unknown> | AsyncIterable<unknown>,
  checkpoints: unknown,
  publicKey: string,
): Promise<VerifyReport> {
  const walk = beginWalk(Array.isArray(checkpoints) ? checkpoints : [checkpoints], publicKey);
  if (typeof walk === 'string') return bad(0, { seq: 0, reason: walk });
  for await (const line of entries) {
    const flaw = step(walk, line);
    if (flaw !== null) return bad(walk.end.seq, flaw);
  }
  const [ahead] = walk.marks;
  if (ahead !== undefined)
    return bad(walk.end.seq, {
      seq: walk.end.seq + 1,
      reason: `entry ${walk.end.seq + 1} is missing: the entries end at ${walk.end.seq}, a checkpoint covers ${ahead.tree_size}`,
    });
  return { verified: true, entries: walk.end.seq, head: walk.end.hash };
}

/** A sentence when a checkpoint cannot be believed whatever the entries are. */
function beginWalk(given: readonly unknown[], publicKey: string): Walk | string {
  const marks: Checkpoint[] = [];
  for (const one of given) {
    const parsed = Checkpoint.safeParse(one);
    if (!parsed.success) return 'the checkpoint is malformed';
    marks.push(parsed.data);
  }
  const [first] = marks;
  if (first === undefined) return 'there is no checkpoint';
  if (marks.some(({ origin }) => origin !== first.origin)) return 'the checkpoints are of different ledgers';
  marks.sort((a, b) => a.tree_size - b.tree_size);
  try {
    const pinned = keyIdOf(publicKey);
    const own = marks.filter(({ key_id }) => key_id === pinned);
    // Nothing of the trusted key among them: the entries have to hand it over, and the walk will tell.
    for (const mark of own) {
      const refusal = checkSignature(mark, publicKey);
      if (refusal !== null) return refusal;
    }
    const walk = { end: CHAIN_START, tree: EMPTY_TREE, keys: new Map([[pinned, { publicKey, until: null }]]), marks };
    const flaw = markFlaw(walk);
    return flaw === null ? walk : flaw.reason;
  } catch (error) {
    return `the key cannot be used: ${messageOf(error)}`;
  }
}

/** An entry's line; a server's answer also tells personal values, which no hash covers. */
const Line = ExportedEntry.extend({ revealed: ExportedEntry.shape.payload.optional() });

function step(walk: Walk, line: unknown): Flaw | null {
  const { end } = walk;
  const parsed = Line.safeParse(line);
  if (!parsed.success) return { seq: end.seq + 1, reason: `the line for entry ${end.seq + 1} is malformed` };
  const entry = parsed.data;
  const fields = { ...entry, at: entry.occurred_at, projectId: entry.project_id, workItemId: entry.work_item_id, prevHash: entry.prev_hash };
  const flaw = decideLink(end, fields, hashEntry);
  if (flaw !== null) return flaw;
  walk.end = { seq: entry.seq, hash: entry.hash };
  walk.tree = growTree(walk.tree, [entry.hash], SHA256_TREE);
  if (entry.kind === KEY_ROTATED) trustNext(walk, entry.seq, entry.payload);
  return markFlaw(walk);
}

/** Checkpoints of exactly this size are held against the tree; those that hold are done with. */
function markFlaw(walk: Walk): Flaw | null {
  const { end, tree, marks, keys } = walk;
  for (let [mark] = marks; mark !== undefined && mark.tree_size === end.seq; [mark] = marks) {
    const at = (reason: string): Flaw => ({ seq: 0, reason });
    const trusted = keys.get(mark.key_id);
    if (trusted === undefined) return at('the checkpoint was signed with another key, and none was handed over to it');
    if (trusted.until !== null && trusted.until <= mark.tree_size)
      return at(`the checkpoint was signed with a key that had handed over in entry ${trusted.until}`);
    const refusal = checkSignature(mark, trusted.publicKey);
    if (refusal !== null) return at(refusal);
    const root = end.seq === 0 ? EMPTY_ROOT : rootOf(tree.peaks);
    if (mark.head !== end.hash || mark.root !== root)
      return { seq: end.seq, reason: `the entries up to ${end.seq} are not those the checkpoint was signed over` };
    marks.shift();
  }
  return null;
}

/** Believes a new key when a trusted one signed the hand-over and the new one accepted it; anything else changes nothing. */
function trustNext(walk: Walk, seq: number, payload: JsonObject): void {
  const parsed = HandOver.safeParse(payload);
  if (!parsed.success) return;
  const { from_key_id: fromKeyId, key_id: keyId, public_key: publicKey, signature, accepted, origin } = parsed.data;
  const old = walk.keys.get(fromKeyId);
  const fields = handOverFields({ origin, fromKeyId, keyId, publicKey });
  try {
    if (old === undefined || old.until !== null || keyIdOf(publicKey) !== keyId) return;
    if (!isSigned(fields, signature, old.publicKey) || !isSigned(fields, accepted, publicKey)) return;
  } catch {
    return;
  }
  old.until = seq;
  walk.keys.set(keyId, { publicKey, until: null });
}

import { GENESIS_HASH, type ChainFields } from './model.entry.ts';

/** SHA-256 over JCS of an entry's `hashedFields`, in lower-case hexadecimal; passed in, so that the decision stays pure. */
export type HashOf = (entry: ChainFields) => string;

/** The last entry that was found good. */
export interface ChainEnd {
  seq: number;
  hash: string;
}

export const CHAIN_START: ChainEnd = { seq: 0, hash: GENESIS_HASH };

export interface Flaw {
  seq: number;
  reason: string;
}

/** Continues a chain: fills in the links and hashes of `inputs` behind `end`. */
export function decideChain<T extends Omit<ChainFields, 'seq' | 'at' | 'prevHash'>>(
  end: ChainEnd,
  at: string,
  inputs: readonly T[],
  hashOf: HashOf,
): Array<T & ChainFields & { hash: string }> {
  let last = end;
  return inputs.map((input) => {
    const fields = { ...input, seq: last.seq + 1, at, prevHash: last.hash };
    last = { seq: fields.seq, hash: hashOf(fields) };
    return { ...fields, hash: last.hash };
  });
}

/** What is wrong with `entry` as the successor of `end`, or null. */
export function decideLink(end: ChainEnd, entry: ChainFields & { hash: string }, hashOf: HashOf): Flaw | null {
  const expected = end.seq + 1;
  if (entry.seq > expected) return { seq: expected, reason: `entry ${expected} is missing; the next one there is ${entry.seq}` };
  if (entry.seq < expected) return { seq: entry.seq, reason: `entry ${entry.seq} appears after entry ${end.seq}` };
  if (entry.prevHash !== end.hash)
    return { seq: entry.seq, reason: `entry ${entry.seq} does not continue entry ${end.seq}: its prev_hash is another` };
  if (hashOf(entry) !== entry.hash) return { seq: entry.seq, reason: `entry ${entry.seq} was changed: its hash does not match its fields` };
  return null;
}

/**
 * Compares the end of the walked chain with the head row as it was when the walk began (a tail that was cut off) and the stored
 * rows with the head as it is now (a tail that was added by hand).
 */
export function decideEnd(end: ChainEnd, head: ChainEnd, now: { seq: number; lastStored: number }): Flaw | null {
  if (end.seq < head.seq)
    return { seq: end.seq + 1, reason: `entry ${end.seq + 1} is missing: the chain ends at ${end.seq}, its head says ${head.seq}` };
  if (end.hash !== head.hash) return { seq: head.seq, reason: `entry ${head.seq} is not the one the head was set to` };
  if (now.lastStored > now.seq) return { seq: now.seq + 1, reason: `entry ${now.seq + 1} was added behind the head` };
  return null;
}

import { canonical, type Json } from '../../api/canonical.ts';

/**
 * What this browser can find out about an entry by itself: that its hash is the hash of what is shown, that the hash is a leaf of the tree (RFC 6962),
 * and that the root of the tree was signed. The server is asked for the parts and believed in none of them.
 */

/** The hashed fields of an entry, and its hash; hashes are lower-case hexadecimal. */
export interface ProvenEntry {
  v: number;
  seq: number;
  occurred_at: string;
  kind: string;
  subject: string;
  actor: string;
  project_id: string | null;
  work_item_id: string | null;
  payload: { readonly [key: string]: Json };
  prev_hash: string;
  hash: string;
}

export interface Inclusion {
  seq: number;
  tree_size: number;
  root: string;
  path: readonly string[];
}

export interface Consistency {
  first: number;
  second: number;
  first_root: string;
  second_root: string;
  path: readonly string[];
}

export interface SignedHead {
  v: number;
  origin: string;
  tree_size: number;
  root: string;
  head: string;
  at: string;
  key_id: string;
  signature: string;
}

const toHex = (bytes: ArrayBuffer): string => Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, '0')).join('');

/** Throws TypeError for what is no hexadecimal text. */
function fromHex(hex: string): Uint8Array {
  if (!/^(?:[0-9a-f]{2})*$/.test(hex)) throw new TypeError('a hash is not hexadecimal');
  return Uint8Array.from({ length: hex.length / 2 }, (_, at) => Number.parseInt(hex.slice(at * 2, at * 2 + 2), 16));
}

async function sha256(...parts: Uint8Array[]): Promise<string> {
  const whole = new Uint8Array(parts.reduce((length, part) => length + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return toHex(await crypto.subtle.digest('SHA-256', whole));
}

/** SHA-256 over the canonical form of the entry's fields, as the ledger takes it. */
export function entryHash(entry: ProvenEntry): Promise<string> {
  const { v, seq, occurred_at, kind, subject, actor, project_id, work_item_id, payload, prev_hash } = entry;
  const hashed = { v, seq, occurred_at, kind, subject, actor, project_id, work_item_id, payload, prev_hash };
  return sha256(new TextEncoder().encode(canonical(hashed)));
}

const leafHash = (hash: string): Promise<string> => sha256(Uint8Array.of(0), fromHex(hash));
const nodeHash = (left: string, right: string): Promise<string> => sha256(Uint8Array.of(1), fromHex(left), fromHex(right));

const half = (n: number): number => Math.floor(n / 2);
const isOdd = (n: number): boolean => n % 2 === 1;

/** Whether the entry with this hash is leaf `seq` of the tree (RFC 9162, section 2.1.3.2). */
export async function isIncluded(hash: string, proof: Inclusion): Promise<boolean> {
  let [fn, sn, running] = [proof.seq - 1, proof.tree_size - 1, await leafHash(hash)];
  if (!Number.isSafeInteger(fn) || !Number.isSafeInteger(sn) || fn < 0 || fn > sn) return false;
  for (const sibling of proof.path) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      running = await nodeHash(sibling, running);
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else running = await nodeHash(running, sibling);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && running === proof.root;
}

/** Whether the tree of `first` entries is the beginning of the tree of `second` (RFC 9162, section 2.1.4.2). */
export async function isConsistent({ first, second, first_root, second_root, path: given }: Consistency): Promise<boolean> {
  if (!Number.isSafeInteger(first) || !Number.isSafeInteger(second) || first < 1 || first > second) return false;
  if (first === second) return given.length === 0 && first_root === second_root;
  const [start, ...rest] = isPowerOfTwo(first) ? [first_root, ...given] : given;
  if (start === undefined) return false;
  let [fn, sn] = [first - 1, second - 1];
  while (isOdd(fn)) [fn, sn] = [half(fn), half(sn)];
  let [fr, sr] = [start, start];
  for (const next of rest) {
    if (sn === 0) return false;
    if (isOdd(fn) || fn === sn) {
      [fr, sr] = [await nodeHash(next, fr), await nodeHash(next, sr)];
      while (!isOdd(fn) && fn !== 0) [fn, sn] = [half(fn), half(sn)];
    } else sr = await nodeHash(sr, next);
    [fn, sn] = [half(fn), half(sn)];
  }
  return sn === 0 && fr === first_root && sr === second_root;
}

const isPowerOfTwo = (n: number): boolean => Number.isInteger(Math.log2(n));

/** Bytes of a PEM block. Throws when it is none. */
function fromPem(pem: string): Uint8Array<ArrayBuffer> {
  const body = /-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\s]+)-----END PUBLIC KEY-----/.exec(pem)?.[1];
  if (body === undefined) throw new TypeError('the key is not a public key in PEM');
  return fromBase64(body.replaceAll(/\s/g, ''));
}

const fromBase64 = (text: string): Uint8Array<ArrayBuffer> => Uint8Array.from(atob(text), (letter) => letter.codePointAt(0) ?? 0);

/** First 32 hexadecimal characters of SHA-256 over the key (SPKI): the name a checkpoint calls it by. */
export const keyIdOf = async (publicKey: string): Promise<string> => (await sha256(fromPem(publicKey))).slice(0, 32);

/**
 * Whether the head was signed with this key (PEM). `unknown`: this browser does not know Ed25519, or the page is not served in a secure way, so
 * it cannot tell.
 */
export async function isSigned(head: SignedHead, publicKey: string): Promise<'signed' | 'forged' | 'unknown'> {
  const { signature, v, origin, tree_size, root, head: last, at, key_id } = head;
  if ((await keyIdOf(publicKey)) !== key_id) return 'forged';
  let key: CryptoKey;
  try {
    key = await crypto.subtle.importKey('spki', fromPem(publicKey), 'Ed25519', false, ['verify']);
  } catch {
    return 'unknown';
  }
  const signed = new TextEncoder().encode(canonical({ v, origin, tree_size, root, head: last, at, key_id }));
  return (await crypto.subtle.verify('Ed25519', key, fromBase64(signature), signed)) ? 'signed' : 'forged';
}

/** Whether this page has the browser's cryptography at all: over plain HTTP from another machine it has not. */
export const hasCryptography = (): boolean => (globalThis.crypto as Crypto | undefined)?.subtle !== undefined;

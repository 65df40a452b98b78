import { createPrivateKey, createPublicKey, generateKeyPairSync, sign, type KeyObject } from 'node:crypto';
import { chmodSync, linkSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import { canonicalJson, randomSecret } from '#platform/crypto/index.ts';
import type { Queryable } from '#platform/db/index.ts';
import type { Checkpoint } from './model.entry.ts';
import { signedFields } from './model.entry.ts';
import { keyIdOf } from './queries.offline.ts';
import { rootOf } from './queries.tree.ts';
import { readEnd } from './store.ts';

export interface Signer {
  keyId: string;
  /** PEM, SPKI. */
  publicKey: string;
  /** Ed25519 signature, base64. */
  sign(data: string): string;
}

/**
 * Opens the Ed25519 key in `file` (PKCS #8 PEM, mode 0600); makes it when it is missing. Two processes that make it at
 * once end with the same key: the first link wins. Throws AppError unavailable when the file cannot be used, or when others
 * can read it.
 */
export function openSigner(file: string): Signer {
  try {
    const key = readKey(file) ?? makeKey(file);
    if (key.asymmetricKeyType !== 'ed25519') throw new Error('it is not an Ed25519 key');
    const publicKey = createPublicKey(key).export({ type: 'spki', format: 'pem' }).toString();
    return { keyId: keyIdOf(publicKey), publicKey, sign: (data) => sign(null, Buffer.from(data), key).toString('base64') };
  } catch (error) {
    throw new AppError('unavailable', `The key for ledger checkpoints in ${file} cannot be used: ${messageOf(error)}.`, {
      code: 'checkpoint_key_unusable',
      hint: 'Make it readable by the owner alone (mode 0600), or move it away so that a new one is made.',
      cause: error,
    });
  }
}

function readKey(file: string): KeyObject | null {
  const stat = statSync(file, { throwIfNoEntry: false });
  if (stat === undefined) return null;
  if (process.platform !== 'win32' && (stat.mode & 0o077) !== 0) throw new Error('others may read it');
  return createPrivateKey(readFileSync(file));
}

function makeKey(file: string): KeyObject {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const draft = `${file}.${randomSecret(6)}`;
  const { privateKey } = generateKeyPairSync('ed25519');
  writeFileSync(draft, privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600, flag: 'wx' });
  chmodSync(draft, 0o600);
  try {
    linkSync(draft, file);
    return privateKey;
  } catch (error) {
    const winner = readKey(file);
    if (winner === null) throw error;
    return winner;
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Signs the ledger as it is now. */
export async function signHead(on: Queryable, signer: Signer): Promise<Checkpoint> {
  const end = await readEnd(on);
  const unsigned = {
    v: 2 as const,
    origin: end.origin,
    tree_size: end.seq,
    root: rootOf(end.peaks),
    head: end.hash,
    at: end.at,
    key_id: signer.keyId,
  };
  return { ...unsigned, signature: signer.sign(canonicalJson(signedFields(unsigned))) };
}

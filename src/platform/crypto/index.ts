import { createHash, randomBytes, timingSafeEqual } from 'node:crypto';
import canonicalize from 'canonicalize';
import type { Clock } from '#kernel/clock.ts';

export const systemClock: Clock = { now: () => new Date() };

/** SHA-256 in lower-case hexadecimal. */
export function sha256Hex(data: string | Uint8Array): string {
  return createHash('sha256').update(data).digest('hex');
}

/** SHA-256 in base64url, as PKCE has it (RFC 7636, 4.2). */
export function sha256Base64url(data: string): string {
  return createHash('sha256').update(data).digest('base64url');
}

/** RFC 8785 (JCS): the one byte form of a JSON value; hashes and digests are taken over it. */
export function canonicalJson(value: unknown): string {
  const text = canonicalize(value);
  if (text === undefined) throw new TypeError('the value has no JSON form');
  return text;
}

/** A new secret of `bytes` random bytes, base64url. */
export function randomSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** Compares two secrets in constant time; unequal lengths are unequal. */
export function sameSecret(a: string, b: string): boolean {
  const left = createHash('sha256').update(a).digest();
  const right = createHash('sha256').update(b).digest();
  return timingSafeEqual(left, right);
}

export { createIds } from './ids.ts';
export { readPrivateFile, writePrivateFile } from './private-file.ts';
export {
  createSigningKey,
  parsePrivateJwk,
  publicHalf,
  signJwt,
  verifyJwt,
  type JwtClaims,
  type JwtSigner,
  type PrivateJwk,
  type PublicJwk,
} from './jwt.ts';

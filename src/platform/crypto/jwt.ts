import { exportJWK, generateKeyPair, importJWK, jwtVerify, SignJWT, type JWK } from 'jose';
import { z } from 'zod';

/**
 * Signed access tokens (RFC 7519, RFC 9068) with one algorithm. What a token says about itself is never believed: the
 * algorithm, the type, the issuer and the audience are ours, the key is found by its id in a map of ours, and a header may hold
 * nothing but `alg`, `kid` and `typ` (RFC 8725, sections 3.1, 3.2, 3.10, 3.11).
 */
export const JWT_ALGORITHM = 'EdDSA';
export const JWT_TYPE = 'at+jwt';

/** Longer than any token of ours by far; a header line may hold four times as much. */
const MOST_CHARACTERS = 4096;

/** Clocks of two machines may differ by this much. */
const TOLERANCE_S = 5;

const PublicJwk = z.strictObject({ kty: z.literal('OKP'), crv: z.literal('Ed25519'), x: z.string().regex(/^[\w-]{43}$/) });
const PrivateJwk = PublicJwk.extend({ d: z.string().regex(/^[\w-]{43}$/) });
export type PublicJwk = z.infer<typeof PublicJwk>;
export type PrivateJwk = z.infer<typeof PrivateJwk>;

const Header = z.strictObject({ alg: z.literal(JWT_ALGORITHM), typ: z.literal(JWT_TYPE), kid: z.string().regex(/^key_[0-9A-HJKMNP-TV-Z]{26}$/) });

/** The private half of a key pair as read from a file; null when the text is none. */
export function parsePrivateJwk(text: string): PrivateJwk | null {
  try {
    return PrivateJwk.safeParse(JSON.parse(text)).data ?? null;
  } catch {
    return null;
  }
}

/** A new Ed25519 key pair. */
export async function createSigningKey(): Promise<{ privateJwk: PrivateJwk; publicJwk: PublicJwk }> {
  const { privateKey } = await generateKeyPair(JWT_ALGORITHM, { crv: 'Ed25519', extractable: true });
  const { kty, crv, x, d } = await exportJWK(privateKey);
  const privateJwk = PrivateJwk.parse({ kty, crv, x, d });
  return { privateJwk, publicJwk: publicHalf(privateJwk) };
}

export function publicHalf({ kty, crv, x }: PrivateJwk): PublicJwk {
  return { kty, crv, x };
}

export interface JwtSigner {
  kid: string;
  privateJwk: PrivateJwk;
}

/** Times in seconds since 1970. */
export interface JwtClaims {
  iss: string;
  aud: string;
  sub: string;
  jti: string;
  iat: number;
  nbf: number;
  exp: number;
}

export async function signJwt(signer: JwtSigner, claims: JwtClaims & Record<string, unknown>): Promise<string> {
  const key = await importJWK(signer.privateJwk as JWK, JWT_ALGORITHM);
  return new SignJWT(claims).setProtectedHeader({ alg: JWT_ALGORITHM, typ: JWT_TYPE, kid: signer.kid }).sign(key);
}

export interface JwtExpectation {
  issuer: string;
  audience: string;
  /** No token of ours lives longer, whatever it says. */
  mostAgeS: number;
  now: Date;
  /** Keys of ours by id; null: unknown or retired. Asked only for an id of our form. */
  keyOf(kid: string): Promise<PublicJwk | null>;
}

/** The claims of a token of ours, or null: malformed, forged, of another issuer or audience, too old, not yet valid. */
export async function verifyJwt(token: string, expected: JwtExpectation): Promise<(JwtClaims & Record<string, unknown>) | null> {
  const header = headerOf(token);
  if (header === null) return null;
  const jwk = await expected.keyOf(header.kid);
  if (jwk === null) return null;
  try {
    const key = await importJWK(PublicJwk.parse(jwk), JWT_ALGORITHM);
    const { payload } = await jwtVerify(token, key, {
      algorithms: [JWT_ALGORITHM],
      typ: JWT_TYPE,
      issuer: expected.issuer,
      audience: expected.audience,
      requiredClaims: ['sub', 'jti', 'iat', 'nbf', 'exp'],
      maxTokenAge: expected.mostAgeS,
      clockTolerance: TOLERANCE_S,
      currentDate: expected.now,
    });
    return typeof payload.aud === 'string' ? (payload as unknown as JwtClaims & Record<string, unknown>) : null;
  } catch {
    // Every reason is the same answer: a caller learns nothing from it.
    return null;
  }
}

function headerOf(token: string): z.infer<typeof Header> | null {
  if (token.length > MOST_CHARACTERS) return null;
  const parts = token.split('.');
  if (parts.length !== 3 || !parts.every((part) => /^[\w-]+$/.test(part))) return null;
  const [head = '', payload = ''] = parts;
  const parsed = strictJson(head);
  return strictJson(payload) === null ? null : (Header.safeParse(parsed).data ?? null);
}

/**
 * Our own tokens are written by `JSON.stringify` into base64url, and each has one form: another one (a name twice, other
 * spaces, bits to spare) is not ours, and two parsers could read it differently.
 */
function strictJson(part: string): unknown {
  const bytes = Buffer.from(part, 'base64url');
  const text = bytes.toString('utf8');
  if (Buffer.from(text, 'utf8').toString('base64url') !== part) return null;
  try {
    const value: unknown = JSON.parse(text);
    const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
    return isObject && JSON.stringify(value) === text ? value : null;
  } catch {
    return null;
  }
}

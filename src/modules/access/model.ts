import { z } from 'zod';
import { Role } from '#kernel/actor.ts';

export const TokenInput = z.strictObject({
  name: z.string().min(1).max(120),
  role: Role,
  /** Handle of the person it belongs to; needed for roles that decide. */
  person: z.string().nullable().default(null),
  expiresAt: z.iso.datetime().nullable().default(null),
});
export type TokenInput = z.input<typeof TokenInput>;

export interface Token {
  id: string;
  name: string;
  role: Role;
  personId: string | null;
  /** First characters, to recognise it; the rest is only stored hashed. */
  hint: string;
  createdAt: Date;
  lastUsedAt: Date | null;
  expiresAt: Date | null;
  revokedAt: Date | null;
}

/** Roles that decide approvals: their tokens belong to a person. The bootstrap admin token decides nothing. */
export const DECIDING_ROLES: readonly Role[] = ['developer', 'maintainer', 'manager'];

/** What this module needs to know of a person; the people module's `Person` fits. */
export interface TokenOwner {
  id: string;
  handle: string;
  name: string;
  role: Role;
  active: boolean;
}

/** A new token with its secret, which is shown here once and stored nowhere. */
export interface IssuedToken {
  token: Token;
  /** `reeve_<id>_<secret>`: what goes into the Authorization header. */
  secret: string;
}

/** The text of a token: `reeve_` + id + `_` + 32 random bytes in base64url. */
export const TOKEN_TEXT = /^reeve_(tok_[0-9A-HJKMNP-TV-Z]{26})_([\w-]{43})$/;

export const BOOTSTRAP_SUBJECT = 'token:admin';

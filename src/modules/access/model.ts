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

import { z } from 'zod';
import { Role } from '#kernel/actor.ts';
import type { PersonId } from '#kernel/ids.ts';

export const PersonInput = z.strictObject({
  handle: z.string().regex(/^[a-z0-9][a-z0-9._-]{0,38}$/, 'lower-case letters, digits, dot, dash; 39 at most'),
  name: z.string().min(1).max(120),
  email: z.email().nullable().default(null),
  /** `typescript`, `billing`, `area:cart`; compared in lower case. */
  skills: z.array(z.string().min(1).max(40)).default([]),
  capacityHoursPerWeek: z.number().min(0).max(80).default(32),
  timezone: z.string().default('UTC'),
  wipLimit: z.number().int().min(0).max(50).default(3),
  role: Role.exclude(['agent']).default('developer'),
  /** Path globs this person owns, for assignment and review. */
  owns: z.array(z.string()).default([]),
  active: z.boolean().default(true),
});
export type PersonInput = z.input<typeof PersonInput>;

export interface Person {
  id: PersonId;
  handle: string;
  name: string;
  email: string | null;
  skills: string[];
  capacityHoursPerWeek: number;
  timezone: string;
  wipLimit: number;
  role: Exclude<Role, 'agent'>;
  owns: string[];
  active: boolean;
  createdAt: Date;
  updatedAt: Date;
}

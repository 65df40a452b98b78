import { z } from 'zod';

/** Ordered by power except `agent`, which is beside the ladder: an agent never decides (governance invariant I4). */
export const ROLES = ['viewer', 'developer', 'maintainer', 'manager', 'admin', 'agent'] as const;
export const Role = z.enum(ROLES);
export type Role = z.infer<typeof Role>;

/**
 * Who does something. `person` is set when the token belongs to one person; only such an actor may decide an approval.
 * The system itself acts as `SYSTEM_ACTOR`.
 */
export interface Actor {
  kind: 'person' | 'agent' | 'service' | 'system';
  /** `person:<handle>`, `agent:<name>`, `token:<id>` or `system`; what the ledger stores. */
  subject: string;
  role: Role;
  personId: string | null;
  /** For an agent: the run it belongs to. */
  runId?: string | null;
  /** Projects this caller sees (ids); null or left out: all. Checked around every route (`modules/access`). */
  projects?: readonly string[] | null;
  /** What this caller may do (`issues:read`, `queue:write`); null or left out: all that the role may. */
  permissions?: readonly string[] | null;
}

export const SYSTEM_ACTOR: Actor = { kind: 'system', subject: 'system', role: 'admin', personId: null };

const LADDER: readonly Role[] = ['viewer', 'developer', 'maintainer', 'manager', 'admin'];

/** True when `role` is `needed` or above it. `agent` is above nothing and below nothing. */
export function isAtLeast(role: Role, needed: Role): boolean {
  if (role === 'agent' || needed === 'agent') return role === needed;
  return LADDER.indexOf(role) >= LADDER.indexOf(needed);
}

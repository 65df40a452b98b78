import { isAtLeast, type Role } from '#kernel/actor.ts';

/** Roles that may be asked, from below. */
const LADDER = ['developer', 'maintainer', 'manager', 'admin'] as const;

/** The role above the lowest one that may decide; null at the top. Whoever holds it could decide before: now they are asked. */
export function nextRole(approvers: readonly Role[]): Role | null {
  const lowest = LADDER.find((role) => approvers.includes(role));
  return lowest === undefined ? null : (LADDER[LADDER.indexOf(lowest) + 1] ?? null);
}

/** Role of `role:<role>` when it is one that may decide, else null. */
export function roleAsked(to: string, approvers: readonly Role[]): Role | null {
  const role = LADDER.find((known) => to === `role:${known}`);
  return role !== undefined && approvers.some((needed) => isAtLeast(role, needed)) ? role : null;
}

/** Whether anybody among those who may decide and see it is asked by this role: whoever holds it, or one above. */
export function isAnybodyAsked(role: Role, able: ReadonlyArray<{ role: Role; sees: boolean }>): boolean {
  return able.some((person) => person.sees && isAtLeast(person.role, role));
}

/** A decision is a rubber stamp when nobody could have read the card. */
export const HASTY_S = 5;
const LEAST_DECISIONS = 20;
const MOST_HASTY = 0.95;

/** Whether somebody approves nearly everything at once; with few decisions nothing is said. */
export function isRubberStamping(decisions: number, hasty: number): boolean {
  return decisions >= LEAST_DECISIONS && hasty / decisions > MOST_HASTY;
}

import type { VouchedIdentity } from '#ports/identity-provider.ts';
import { IdClaims } from './schema.ts';

/** The person of verified claims, or null when they do not even name one. `roleClaim` may name a member inside (`realm_access.roles`). */
export function toIdentity(claims: unknown, roleClaim: string): VouchedIdentity | null {
  const parsed = IdClaims.safeParse(claims);
  if (!parsed.success) return null;
  const { iss, sub, email, name } = parsed.data;
  return {
    subject: `${iss}#${sub}`,
    email: email ?? null,
    // Nothing but the very value true: some providers write "false".
    emailVerified: email !== undefined && parsed.data.email_verified === true,
    name: name ?? null,
    groups: groupsIn(parsed.data, roleClaim),
  };
}

function groupsIn(claims: Record<string, unknown>, path: string): string[] {
  let here: unknown = claims;
  // A claim's name may hold dots itself (an address): the whole name comes first.
  if (Object.hasOwn(claims, path)) here = claims[path];
  else
    for (const step of path.split('.'))
      here = typeof here === 'object' && here !== null && Object.hasOwn(here, step) ? (here as Record<string, unknown>)[step] : undefined;
  const values = Array.isArray(here) ? here : [here];
  return values.filter((value): value is string => typeof value === 'string' && value !== '').slice(0, 500);
}

import { z } from 'zod';
import { Role } from '#kernel/actor.ts';

export const ServiceName = z.string().regex(/^[a-z0-9][a-z0-9._-]{0,38}$/, 'lower-case letters, digits, dot and dash; 39 at most');

/** Areas of the API, as its description groups them; a test compares them with the routes. */
export const AREAS = [
  'access',
  'actions',
  'agents',
  'approvals',
  'budget',
  'chat',
  'compliance',
  'config',
  'connections',
  'delivery',
  'embedded-forge',
  'events',
  'identities',
  'issues',
  'jobs',
  'ledger',
  'merge-queue',
  'metrics',
  'models',
  'operations',
  'overview',
  'people',
  'plans',
  'policy',
  'projects',
  'questions',
  'reports',
  'repositories',
  'rollout',
  'setup',
  'stream',
  'tasks',
  'teams',
] as const;

/** `<area>:read` or `<area>:write`; `*` stands for every area. */
export const Permission = z.string().refine(
  (text) => {
    const [area = '', verb = '', ...rest] = text.split(':');
    return rest.length === 0 && (area === '*' || (AREAS as readonly string[]).includes(area)) && (verb === 'read' || verb === 'write');
  },
  `must be *:read, *:write, or one of ${AREAS.join(', ')} followed by :read or :write`,
);

/** What a caller whose token names permissions needs for a route. */
export function permissionOf(route: { method: string; tag: string }): string {
  return `${route.tag.replaceAll(' ', '-')}:${route.method === 'GET' ? 'read' : 'write'}`;
}

export const TokenInput = z.strictObject({
  name: z.string().min(1).max(120),
  role: Role,
  /** Handle of the person it belongs to; needed for roles that decide. */
  person: z.string().nullable().default(null),
  /** Name of the service account it belongs to (a connector, a pipeline); such a token never decides. */
  service: ServiceName.nullable().default(null),
  /** Keys or ids of the projects it sees; null: all. */
  projects: z.array(z.string().min(1).max(60)).min(1).max(100).nullable().default(null),
  /** What it may do (`issues:read`); null: all that its role may. */
  permissions: z.array(Permission).min(1).max(50).nullable().default(null),
  expiresAt: z.iso.datetime().nullable().default(null),
});
export type TokenInput = z.input<typeof TokenInput>;

export interface Token {
  id: string;
  name: string;
  role: Role;
  personId: string | null;
  service: string | null;
  projects: string[] | null;
  permissions: string[] | null;
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

/** Access tokens signed by us live this long at most: whoever checks them offline learns of a revocation this late. */
export const JWT_LIFETIME_S = { most: 900, usual: 300 };

/** Audience of access tokens that our own API accepts. */
export const OWN_AUDIENCE = 'reeve-api';

/** Sessions end when nobody used them for so long, and after so long in any case. */
export const SESSION_IDLE_MS = 2 * 60 * 60 * 1000;
export const SESSION_MS = 12 * 60 * 60 * 1000;

/** How long a link that signs a browser in may lie on a screen. */
export const SESSION_LINK_MS = 15 * 60 * 1000;

export interface Session {
  id: string;
  /** `person:ann`, `token:…`: who it stands for. */
  tokenId: string | null;
  personId: string | null;
  /** How it was opened: `token`, `admin-token`, or the name of an identity provider. */
  openedBy: string;
  userAgent: string | null;
  createdAt: Date;
  lastSeenAt: Date;
  expiresAt: Date;
}

export const BOOTSTRAP_SUBJECT = 'token:admin';

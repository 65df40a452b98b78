import type { Actor, Role } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids, RunId } from '#kernel/ids.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { randomSecret, sha256Hex } from '#platform/crypto/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Credential } from '#platform/http/index.ts';
import { decideToken } from './decide.ts';
import type { IssuedJwt } from './commands.jwt.ts';
import type { SessionLink } from './commands.links.ts';
import type { SignIn, SignInConfig } from './commands.sign-in.ts';
import { TokenInput, type IssuedToken, type Session, type Token, type TokenOwner } from './model.ts';
import type { Membership } from './queries.reach.ts';
import * as reach from './store.reach.ts';
import * as store from './store.ts';

export interface AccessDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  people: {
    byHandle(handle: string): Promise<TokenOwner | null>;
    get(id: string): Promise<TokenOwner | null>;
    /** Whether a person is active, who stays so until the transaction ends. */
    holdActive(tx: Tx, id: string): Promise<boolean>;
  };
  /** The bootstrap token of this process (`bootstrapAdminToken`). */
  adminToken: string;
  /** For naming the projects of a token; without it tokens cannot be limited to projects. */
  projects?: { get(id: string): Promise<{ id: string } | null>; byKey(key: string): Promise<{ id: string } | null> };
  /** Issuer of our access tokens and the file of the key that signs them; without it none are issued. */
  jwt?: { issuer: string; keyFile: string };
  /** Identity providers that people sign in with; without it there are none. */
  signIn?: SignInConfig;
  /** Told of every secret made here, so that logs hide it; `until`: when it expires, so that it can be forgotten after. */
  registerSecret: (secret: string, until?: Date) => void;
}

/** A browser's session; the secret goes into its cookie. */
export interface OpenedSession {
  secret: string;
  expiresAt: Date;
  lifetimeS: number;
  actor: Actor;
}

/** The run that a token is for. */
export interface RunTokenFor {
  runId: RunId;
  projectId: string;
  agent: string;
  ttlMs: number;
}

/** Who calls: tokens of people, services and runs, sessions of the console, the bootstrap admin. */
export interface Access {
  /** Who stands behind a credential, or null; a revoked token fails at once. */
  authenticate(credential: Credential): Promise<Actor | null>;
  createToken(input: TokenInput, by: Actor): Promise<IssuedToken>;
  /** Newest first, revoked and expired ones too; without the short-lived tokens of runs. */
  listTokens(page: { limit: number; cursor?: string | undefined }): Promise<{ items: Token[]; nextCursor: string | null }>;
  revokeToken(id: string, by: Actor): Promise<void>;
  /** The text of a token for one run: role agent, sees the project of the run alone, gone after `ttlMs` at the latest. */
  issueRunToken(tx: Tx, run: RunTokenFor): Promise<string>;
  revokeRunTokens(tx: Tx, runId: RunId): Promise<void>;
  /** The text of the command line's token in `file`; made anew when missing or no longer valid for the person. */
  ensureLocalToken(wanted: { person: string; role?: Role; file: string }): Promise<string>;
  openSession(bearer: string, userAgent?: string | null): Promise<OpenedSession>;
  /** A session of a person whom an identity provider vouched for. */
  openSessionOf(person: { id: string; role: Role | null; provider: string }, userAgent: string | null): Promise<OpenedSession>;
  /** A link that signs one browser in as the token's owner, once. */
  createLink(bearer: string, returnTo?: string): Promise<SessionLink>;
  /** Takes such a link: the session, and where it wanted to go. AppError unauthenticated `link_unknown`. */
  openLink(code: string, userAgent: string | null): Promise<{ session: OpenedSession; returnTo: string }>;
  closeSession(secret: string): Promise<void>;
  /** Sessions that live, of one person when named. */
  listSessions(page: {
    limit: number;
    cursor?: string | undefined;
    personId: string | null;
  }): Promise<{ items: Session[]; nextCursor: string | null }>;
  /** Ends a session at once. With a person: one of theirs only. AppError not_found. */
  endSession(id: string, by: Actor, personId: string | null): Promise<void>;
  /** A short-lived access token for an opaque one. */
  issueJwt(bearer: string, wanted: { audience: string; lifetimeS: number }): Promise<IssuedJwt>;
  publicKeys(): Promise<Array<Record<string, string>>>;
  rotateKeys(by: Actor, atOnce: boolean): Promise<string>;
  /** Ids of the projects a person is limited to; null: none. */
  projectsOf(personId: string): Promise<string[] | null>;
  /** The same for many at once; who is not in the answer is not limited. */
  projectsOfEach(personIds: readonly string[]): Promise<Map<string, string[]>>;
  /** Limits a person to projects (keys or ids); an empty list lifts the limit. AppError not_found, invalid `project_unknown`. */
  limitPerson(personId: string, projects: readonly string[], by: Actor): Promise<string[] | null>;
  /** Ends the sessions a person had when they left; what their provider's groups gave until then counts for nothing until they sign in anew. */
  forgetSignIns(personId: string, left: Date): Promise<void>;
  membership: Membership;
  signIn: SignIn;
}

/**
 * Makes a token. `fromGroups`: its role is what an identity provider's groups gave. AppError invalid (`person_needed`, `person_unknown`,
 * `person_inactive`, `role_above_person`, `expiry_past`, …), forbidden `role_above_own`.
 */
export async function createToken(deps: AccessDeps, input: TokenInput, by: Actor, { fromGroups = false } = {}): Promise<IssuedToken> {
  const wanted = TokenInput.parse(input);
  const owner = wanted.person === null ? null : await deps.people.byHandle(wanted.person);
  const expiresAt = wanted.expiresAt === null ? null : new Date(wanted.expiresAt);
  const projects = wanted.projects === null ? null : await projectIds(deps, wanted.projects);
  const { role, person, service, permissions } = wanted;
  const decision = decideToken({ role, person, service, projects, permissions, fromGroups, expiresAt }, owner, by, deps.clock.now());
  if (!decision.ok) throw decision.error;
  return deps.db.tx(async (tx) =>
    insert(deps, tx, {
      name: wanted.name,
      role,
      personId: owner?.id ?? null,
      runId: null,
      service,
      projects,
      permissions,
      fromGroups,
      expiresAt,
      by: by.subject,
    }),
  );
}

async function projectIds(deps: AccessDeps, named: readonly string[]): Promise<string[]> {
  const ids = new Set<string>();
  for (const text of named) {
    const found = (await deps.projects?.get(text)) ?? (await deps.projects?.byKey(text)) ?? null;
    if (found === null)
      throw new AppError('invalid', `There is no project "${text}".`, { code: 'project_unknown', hint: 'GET /v1/projects lists their keys.' });
    ids.add(found.id);
  }
  return [...ids];
}

/** Limits a person to projects; an empty list lifts the limit. Answers the ids. */
export async function limitPerson(deps: AccessDeps, personId: string, projects: readonly string[], by: Actor): Promise<string[] | null> {
  const person = await deps.people.get(personId);
  if (person === null) throw new AppError('not_found', `There is no person ${personId}.`);
  const ids = await projectIds(deps, projects);
  await deps.db.tx(async (tx) => {
    await reach.replaceProjectsOfPerson(tx, personId, ids);
    deps.ledger.append(tx, { kind: 'access.limited', subject: personId, actor: by.subject, payload: { handle: person.handle, projects: ids } });
  });
  return ids.length === 0 ? null : ids;
}

interface Wanted {
  name: string;
  role: Token['role'];
  personId: string | null;
  runId: string | null;
  service: string | null;
  projects: readonly string[] | null;
  permissions: readonly string[] | null;
  fromGroups: boolean;
  expiresAt: Date | null;
  by: string;
}

async function insert(deps: AccessDeps, tx: Tx, wanted: Wanted): Promise<IssuedToken> {
  const id = deps.ids.next('token');
  const own = randomSecret(32);
  const secret = `reeve_${id}_${own}`;
  // Only the secret part: the rest names the token, and may be read.
  deps.registerSecret(own, wanted.expiresAt ?? undefined);
  const { by, ...fields } = wanted;
  const row = await store.insertToken(tx, { ...fields, id, secretHash: sha256Hex(secret), hint: own.slice(0, 4), createdBy: by });
  deps.ledger.append(tx, {
    kind: 'token.created',
    subject: id,
    actor: by,
    payload: {
      name: wanted.name,
      role: wanted.role,
      person_id: wanted.personId,
      run_id: wanted.runId,
      service: wanted.service,
      projects: wanted.projects === null ? null : [...wanted.projects],
      permissions: wanted.permissions === null ? null : [...wanted.permissions],
      expires_at: wanted.expiresAt?.toISOString() ?? null,
    },
  });
  return { token: toToken(row), secret };
}

export function toToken({ secretHash: _hash, runId: _run, fromGroups: _groups, ...token }: store.TokenRow): Token {
  const { projects, permissions } = token;
  return { ...token, projects: projects === null ? null : [...projects], permissions: permissions === null ? null : [...permissions] };
}

/** Ends a token and its sessions at once; a second call does nothing. AppError not_found. */
export async function revokeToken(deps: AccessDeps, id: string, by: Actor): Promise<void> {
  await deps.db.tx(async (tx) => {
    const token = await store.tokenById(tx, id);
    if (token === undefined) throw new AppError('not_found', `There is no token ${id}.`);
    if (await store.revokeToken(tx, id, deps.clock.now())) {
      deps.ledger.append(tx, { kind: 'token.revoked', subject: id, actor: by.subject, payload: { name: token.name, role: token.role } });
    }
  });
}

/** The token an agent gets for one run: role agent, bound to the run and its project, gone after `ttlMs` at the latest. Answers its text. */
export async function issueRunToken(deps: AccessDeps, tx: Tx, run: RunTokenFor): Promise<string> {
  const expiresAt = new Date(deps.clock.now().getTime() + run.ttlMs);
  const limits = { service: null, projects: [run.projectId], permissions: null, fromGroups: false };
  const issued = await insert(deps, tx, { name: run.agent, role: 'agent', personId: null, runId: run.runId, ...limits, expiresAt, by: 'system' });
  return issued.secret;
}

/** Called when a run ends, however it ends. */
export async function revokeRunTokens(deps: AccessDeps, tx: Tx, runId: RunId): Promise<void> {
  for (const id of await store.revokeTokensOfRun(tx, runId, deps.clock.now())) {
    deps.ledger.append(tx, { kind: 'token.revoked', subject: id, actor: 'system', payload: { run_id: runId } });
  }
}

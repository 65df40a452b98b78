import { isAtLeast, SYSTEM_ACTOR, type Actor, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { randomSecret, sameSecret, sha256Base64url, sha256Hex } from '#platform/crypto/index.ts';
import type { IdentityProvider, SignInAnswer, VouchedIdentity } from '#ports/identity-provider.ts';
import { openSessionOf } from './commands.sessions.ts';
import { createToken, type AccessDeps, type OpenedSession } from './commands.ts';
import { decidePerson, handleOf, roleOfGroups, safeReturn, type RoleMap } from './decide.sign-in.ts';
import type { TokenOwner } from './model.ts';
import * as store from './store.sign-in.ts';

const ATTEMPT_MS = 10 * 60_000;
const CODE_MS = 60_000;
/** A token that `reeve login` fetched. */
const CLI_TOKEN_MS = 30 * 24 * 60 * 60_000;

export interface SignInConfig {
  providers: readonly IdentityProvider[];
  /** Beginning of our own addresses, as browsers and providers see them. */
  publicUrl: string;
  roles: RoleMap;
  unknownPeople: 'refuse' | 'viewer';
  people: {
    byEmail(email: string): Promise<TokenOwner | null>;
    byHandle(handle: string): Promise<TokenOwner | null>;
    personFor(source: string, externalId: string): Promise<TokenOwner | null>;
    identities(page: { limit: number; personId: string }): Promise<{ items: Array<{ source: string }> }>;
    link(source: string, externalId: string, personId: string, by: Actor): Promise<unknown>;
    create(input: { handle: string; name: string; email: string; role: 'viewer' }, by: Actor): Promise<TokenOwner>;
  };
}

/** The command line that waits for a token: its port on the loopback interface, its challenge (PKCE, S256) and its state. */
export interface WaitingCli {
  port: number;
  challenge: string;
  state: string;
}

/** Signing in through an identity provider, in a browser; ends with a session, or with a token for the command line. */
export interface SignIn {
  providers(): string[];
  /** Where to send the browser, and the secret its cookie must bring back. AppError not_found, unavailable. */
  begin(
    provider: string,
    wanted: { returnTo?: string | undefined; cli: WaitingCli | null },
  ): Promise<{ url: string; browser: string; lifetimeS: number }>;
  /** Takes a provider's answer; answers where to send the browser next. AppError unauthenticated, forbidden with the reason. */
  callback(provider: string, answer: SignInAnswer): Promise<string>;
  /** The session for a code, in the browser that began. AppError unauthenticated `code_unknown`. */
  finish(code: string, browser: string | null, userAgent: string | null): Promise<{ session: OpenedSession; returnTo: string }>;
  /** The token for a code, for whoever knows what its challenge was made of. AppError unauthenticated `code_unknown`. */
  tokenFor(code: string, verifier: string, name: string): Promise<{ token: string; handle: string; expiresAt: string }>;
}

export function createSignIn(deps: AccessDeps): SignIn {
  const config = deps.signIn;
  const find = (name: string): { config: SignInConfig; provider: IdentityProvider } => {
    const provider = config?.providers.find((candidate) => candidate.name === name);
    if (config === undefined || provider === undefined)
      throw new AppError('not_found', `Nobody signs in with ${name} here.`, { code: 'provider_unknown', hint: 'GET /v1/auth/providers lists them.' });
    return { config, provider };
  };
  return {
    providers: () => config?.providers.map((provider) => provider.name) ?? [],
    begin: (name, wanted) => begin(deps, find(name), wanted),
    callback: (name, answer) => callback(deps, find(name), answer),
    finish: (code, browser, userAgent) => finish(deps, code, browser, userAgent),
    tokenFor: (code, verifier, name) => tokenFor(deps, code, verifier, name),
  };
}

type Found = { config: SignInConfig; provider: IdentityProvider };

const redirectUri = ({ config, provider }: Found): string => `${config.publicUrl}/v1/auth/callback/${provider.name}`;

async function begin(deps: AccessDeps, found: Found, wanted: { returnTo?: string | undefined; cli: WaitingCli | null }) {
  const { url, attempt } = await found.provider.begin(redirectUri(found));
  const browser = randomSecret(32);
  const now = deps.clock.now();
  const row: store.AttemptRow = {
    id: sha256Hex(attempt.key),
    provider: found.provider.name,
    browserHash: sha256Hex(browser),
    nonce: attempt.nonce,
    codeVerifier: attempt.codeVerifier,
    returnTo: safeReturn(wanted.returnTo),
    cliPort: wanted.cli?.port ?? null,
    cliChallenge: wanted.cli?.challenge ?? null,
    cliState: wanted.cli?.state ?? null,
    expiresAt: new Date(now.getTime() + ATTEMPT_MS),
  };
  await store.insertAttempt(deps.db, row, now);
  return { url, browser, lifetimeS: ATTEMPT_MS / 1000 };
}

async function callback(deps: AccessDeps, found: Found, answer: SignInAnswer): Promise<string> {
  const { config, provider } = found;
  const key = provider.keyOf(answer);
  const attempt = key === null ? undefined : await store.takeAttempt(deps.db, sha256Hex(key), provider.name, deps.clock.now());
  if (key === null || attempt === undefined)
    throw new AppError('unauthenticated', 'This sign-in was not begun here, is too old, or was used already.', {
      code: 'sign_in_unknown',
      hint: 'Begin again.',
    });
  const { nonce, codeVerifier } = attempt;
  const identity = await provider.finish(answer, { key, nonce, codeVerifier }, redirectUri(found));
  const person = await personOf(config, provider.name, identity);
  const code = randomSecret(32);
  const now = deps.clock.now();
  deps.registerSecret(code, new Date(now.getTime() + CODE_MS));
  const role = roleOfGroups(identity.groups, config.roles);
  await vouchFor(deps, person, role, provider.name, now);
  await store.insertCode(
    deps.db,
    {
      codeHash: sha256Hex(code),
      personId: person.id,
      role,
      provider: provider.name,
      browserHash: attempt.cliChallenge === null ? attempt.browserHash : null,
      challenge: attempt.cliChallenge,
      returnTo: attempt.returnTo,
      expiresAt: new Date(now.getTime() + CODE_MS),
    },
    now,
  );
  if (attempt.cliPort === null) return `/v1/auth/finish?code=${code}`;
  return `http://127.0.0.1:${attempt.cliPort}/callback?code=${code}&state=${encodeURIComponent(attempt.cliState ?? '')}`;
}

/**
 * The groups of the last sign-in count for the sign-ins before it too. The highest role the person ever signed in with here stays known,
 * also where groups do not count (null): they may later, and whoever was lowered meanwhile stays lowered.
 */
async function vouchFor(deps: AccessDeps, person: TokenOwner, role: Role | null, provider: string, now: Date): Promise<void> {
  const before = await store.vouchedRole(deps.db, person.id);
  const ownRole = before !== null && isAtLeast(before.ownRole, person.role) ? before.ownRole : person.role;
  await store.keepVouched(deps.db, { personId: person.id, role, ownRole, provider, at: now });
}

async function personOf({ people, unknownPeople }: SignInConfig, source: string, identity: VouchedIdentity): Promise<TokenOwner> {
  const bySubject = await people.personFor(source, identity.subject);
  const byEmail = identity.email !== null && identity.emailVerified ? await people.byEmail(identity.email) : null;
  const linked = byEmail === null ? [] : (await people.identities({ limit: 200, personId: byEmail.id })).items;
  const emailLinkedElsewhere = linked.some((item) => item.source === source);
  const decision = decidePerson(identity, { bySubject, byEmail, emailLinkedElsewhere }, unknownPeople);
  switch (decision.kind) {
    case 'refused':
      throw new AppError('forbidden', decision.reason, { code: decision.code });
    case 'known':
      return decision.person;
    case 'link':
      await people.link(source, identity.subject, decision.person.id, SYSTEM_ACTOR);
      return decision.person;
    case 'create':
      return create(people, source, identity);
  }
}

async function create(people: SignInConfig['people'], source: string, { email, name, subject }: VouchedIdentity): Promise<TokenOwner> {
  const address = email ?? '';
  let taken = 0;
  while (taken < 20 && (await people.byHandle(handleOf(address, taken))) !== null) taken += 1;
  const person = await people.create(
    { handle: handleOf(address, taken), name: (name ?? address).slice(0, 120), email: address, role: 'viewer' },
    SYSTEM_ACTOR,
  );
  await people.link(source, subject, person.id, SYSTEM_ACTOR);
  return person;
}

const unknownCode = (): AppError =>
  new AppError('unauthenticated', 'This sign-in is over, was fetched already, or belongs to another browser.', {
    code: 'code_unknown',
    hint: 'Begin again.',
  });

async function finish(deps: AccessDeps, code: string, browser: string | null, userAgent: string | null) {
  const row = await store.takeCode(deps.db, sha256Hex(code), deps.clock.now());
  // Only the browser that began may end it, or a stranger could sign somebody in as themselves.
  if (row?.browserHash === undefined || row.browserHash === null || browser === null || !sameSecret(row.browserHash, sha256Hex(browser)))
    throw unknownCode();
  const session = await openSessionOf(deps, { id: row.personId, role: row.role, provider: row.provider }, userAgent);
  return { session, returnTo: row.returnTo };
}

async function tokenFor(deps: AccessDeps, code: string, verifier: string, name: string) {
  const row = await store.takeCode(deps.db, sha256Hex(code), deps.clock.now());
  if (row?.challenge === undefined || row.challenge === null || !sameSecret(row.challenge, sha256Base64url(verifier))) throw unknownCode();
  const person = await deps.people.get(row.personId);
  if (person === null || !person.active) throw new AppError('forbidden', 'This person is not active here.', { code: 'person_inactive' });
  const expiresAt = new Date(deps.clock.now().getTime() + CLI_TOKEN_MS).toISOString();
  const wanted = { name, role: row.role ?? person.role, person: person.handle, expiresAt };
  const { secret } = await createToken(deps, wanted, SYSTEM_ACTOR, { fromGroups: row.role !== null });
  return { token: secret, handle: person.handle, expiresAt };
}

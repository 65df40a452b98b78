import { createAppAuth } from '@octokit/auth-app';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import { createAllowance, createGithubClient, type Allowance, type Authorization, type ClientSettings, type GithubClient } from './client.ts';
import type { RepoName } from './map.repo.ts';
import { Account, Anything, App, Installation, InstallationToken } from './schema.rest.ts';

export type GithubCredential =
  | { kind: 'token'; token: string }
  /** `privateKey` as PEM (PKCS#1 as GitHub gives it, or PKCS#8). */
  | { kind: 'app'; appId: string; privateKey: string };

/** What a call is for. Each has an installation token of its own, so that what reads cannot write and what comments cannot push. */
export type Purpose = keyof typeof PERMISSIONS;

/** https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps */
const PERMISSIONS = {
  read: { metadata: 'read', contents: 'read', issues: 'read', pull_requests: 'read', checks: 'read', statuses: 'read', actions: 'read' },
  fetch: { metadata: 'read', contents: 'read' },
  branches: { metadata: 'read', contents: 'write' },
  pulls: { metadata: 'read', contents: 'read', pull_requests: 'write', issues: 'write' },
  // Also what makes drafts and ends them, which GraphQL allows nobody else: https://github.com/cli/cli/discussions/6924
  merge: { metadata: 'read', contents: 'write', pull_requests: 'write' },
  issues: { metadata: 'read', issues: 'write', pull_requests: 'write' },
  checks: { metadata: 'read', checks: 'write' },
  deployments: { metadata: 'read', deployments: 'read' },
  releases: { metadata: 'read', contents: 'write' },
} as const satisfies Record<string, Record<string, 'read' | 'write'>>;

export interface GithubAuthOptions extends ClientSettings {
  credential: GithubCredential;
  /** Told every token that GitHub gives out, so that no log shows it. */
  registerSecret?(secret: string, until: Date): void;
}

/** Clients and tokens for one repository and one purpose. */
export interface GithubAuth {
  kind: GithubCredential['kind'];
  client(name: RepoName, purpose: Purpose): Promise<GithubClient>;
  /** A token that git may fetch with. */
  fetchToken(name: RepoName): Promise<string>;
  /** A token that git may push with, for one use; `end` makes it worthless where that is possible (an App's). */
  pushToken(name: RepoName): Promise<{ token: string; end(): Promise<void> }>;
  /** Under which Reeve writes: of the token's account, or `<slug>[bot]`. Asked once. */
  ownLogin(): Promise<string>;
  /** The client that speaks for the App itself; null with a token. */
  app: GithubClient | null;
  /** Asks with a token of a whole installation that reads names alone, which is ended afterwards. AppError internal with a token. */
  repositoriesOf(installationId: number, ask: (client: GithubClient) => Promise<string[]>): Promise<string[]>;
}

export function createGithubAuth(options: GithubAuthOptions): GithubAuth {
  return options.credential.kind === 'token' ? tokenAuth(options, options.credential.token) : appAuth(options, options.credential);
}

const READS: ReadonlySet<Purpose> = new Set(['read', 'fetch', 'deployments']);

/** One token for everything: it cannot be divided. Reads and writes have clients of their own all the same. */
function tokenAuth(options: GithubAuthOptions, token: string): GithubAuth {
  const allowance = createAllowance(`${options.apiUrl} token`, options);
  const authorization = inBothWords(token);
  const make = (): GithubClient => createGithubClient(options, allowance, authorization);
  const clients = { read: make(), write: make() };
  return {
    kind: 'token',
    app: null,
    repositoriesOf: async () => {
      throw new AppError('internal', 'A token has no installations.');
    },
    client: async (_name, purpose) => clients[READS.has(purpose) ? 'read' : 'write'],
    fetchToken: async () => token,
    pushToken: async () => ({ token, end: async () => {} }),
    ownLogin: once(async () => (await clients.read.get('GET /user', {}, Account)).login),
  };
}

/** GitHub takes `token` and `Bearer` alike. Of the servers that speak its API some know one of them: refused under the first word, it is shown under the other. */
function inBothWords(token: string): Authorization {
  let word = 'token';
  return {
    scope: 'token',
    async header(fresh) {
      if (fresh) word = 'Bearer';
      return `${word} ${token}`;
    },
    get renewable() {
      return word === 'token';
    },
  };
}

// A repository moves to another account, or the App is taken out and put in again: not often.
const INSTALLATION_KEPT_MS = 10 * 60_000;
const MOST_CLIENTS = 500;

function appAuth(options: GithubAuthOptions, credential: { appId: string; privateKey: string }): GithubAuth {
  const own = createAllowance(`${options.apiUrl} app ${credential.appId}`, { ...options, writeIntervalMs: 0 });
  const auth = createAppAuth({ ...credential, log: { warn() {} } } as never);
  const app = createGithubClient(options, own, { scope: 'app', header: async () => `bearer ${(await signed(auth)).token}`, renewable: false });
  const installations = createInstallations(app, options.clock);
  const allowances = new Map<number, Allowance>();
  const clients = new Map<string, GithubClient>();
  const tokens = new Map<string, Tokens>();

  async function mint(name: RepoName, purpose: Purpose): Promise<{ token: string; expiresAt: Date }> {
    const id = await installations.of(name);
    const parameters = { installation_id: id, repositories: [name.repo], permissions: PERMISSIONS[purpose] };
    const made = await app.write('POST /app/installations/{installation_id}/access_tokens', parameters, InstallationToken).catch((error: unknown) => {
      installations.forget(name);
      throw lacking(error, name, purpose);
    });
    const expiresAt = new Date(made.expires_at);
    options.registerSecret?.(made.token, expiresAt);
    return { token: made.token, expiresAt };
  }

  async function client(name: RepoName, purpose: Purpose): Promise<GithubClient> {
    const installation = await installations.of(name);
    const key = `${installation} ${name.owner}/${name.repo} ${purpose}`.toLowerCase();
    const known = clients.get(key);
    if (known !== undefined) return known;
    const allowance = allowances.get(installation) ?? createAllowance(`${options.apiUrl} installation ${installation}`, options);
    allowances.set(installation, allowance);
    const ask = await tokensFor(name, purpose);
    const made = createGithubClient(options, allowance, { scope: key, header: async (fresh) => `token ${await ask(fresh)}`, renewable: true });
    return remember(clients, key, made);
  }

  async function tokensFor(name: RepoName, purpose: Purpose): Promise<Tokens> {
    const key = `${await installations.of(name)} ${name.owner}/${name.repo} ${purpose}`.toLowerCase();
    return (
      tokens.get(key) ??
      remember(
        tokens,
        key,
        keep(() => mint(name, purpose), options.clock),
      )
    );
  }

  return {
    kind: 'app',
    app,
    client,
    repositoriesOf: (id, ask) => withNames(options, { app, own, id }, ask),
    fetchToken: (name) => tokensFor(name, 'fetch').then((tokens) => tokens(false)),
    async pushToken(name) {
      const { token } = await mint(name, 'branches');
      // It would live for an hour; it was needed for one command. That it could not be ended is no failure of that command.
      const ending = createGithubClient(options, own, { scope: 'end', header: async () => `token ${token}`, renewable: false });
      return { token, end: () => ending.write('DELETE /installation/token', {}, Anything).then(noting, noting) };
    },
    ownLogin: once(async () => `${(await app.get('GET /app', {}, App)).slug}[bot]`),
  };
}

/** With a token of the whole installation that can do nothing but read names; it is ended when they are read. */
async function withNames(
  options: GithubAuthOptions,
  { app, own, id }: { app: GithubClient; own: Allowance; id: number },
  ask: (client: GithubClient) => Promise<string[]>,
): Promise<string[]> {
  const parameters = { installation_id: id, permissions: { metadata: 'read' } };
  const { token, expires_at } = await app.write('POST /app/installations/{installation_id}/access_tokens', parameters, InstallationToken);
  options.registerSecret?.(token, new Date(expires_at));
  const names = createGithubClient(options, own, { scope: `names of ${id}`, header: async () => `token ${token}`, renewable: false });
  try {
    return await ask(names);
  } finally {
    await names.write('DELETE /installation/token', {}, Anything).then(noting, noting);
  }
}

/** Kept until many newer ones are. */
function remember<T>(known: Map<string, T>, key: string, value: T): T {
  known.set(key, value);
  for (const oldest of known.keys()) {
    if (known.size <= MOST_CLIENTS) break;
    known.delete(oldest);
  }
  return value;
}

type Tokens = (fresh: boolean) => Promise<string>;

const noting = (): void => undefined;

/** The App's own JWT, good for ten minutes. */
function signed(auth: ReturnType<typeof createAppAuth>): Promise<{ token: string }> {
  return auth({ type: 'app' }).catch((error: unknown) => {
    // The library's words may quote the key.
    throw new AppError('invalid', 'The private key of the GitHub App cannot be used.', {
      code: 'github_private_key',
      hint: 'Give the PEM text that GitHub gave for the App.',
      detail: { reason: error instanceof Error ? error.name : 'unknown' },
    });
  });
}

function createInstallations(app: GithubClient, clock: Clock) {
  const known = new Map<string, { id: number; untilMs: number }>();
  const keyOf = ({ owner, repo }: RepoName): string => `${owner}/${repo}`.toLowerCase();
  return {
    forget: (name: RepoName): boolean => known.delete(keyOf(name)),
    async of(name: RepoName): Promise<number> {
      const now = clock.now().getTime();
      const found = known.get(keyOf(name));
      if (found !== undefined && found.untilMs > now) return found.id;
      const installation = await app.get('GET /repos/{owner}/{repo}/installation', { ...name }, Installation);
      if (installation.suspended_at !== null && installation.suspended_at !== undefined)
        throw new AppError('forbidden', `The GitHub App is suspended for ${name.owner}/${name.repo}.`, { code: 'github_suspended' });
      known.set(keyOf(name), { id: installation.id, untilMs: now + INSTALLATION_KEPT_MS });
      return installation.id;
    },
  };
}

function lacking(error: unknown, name: RepoName, purpose: Purpose): unknown {
  if (!isAppError(error, 'conflict')) return error;
  const wanted = Object.entries(PERMISSIONS[purpose]).map(([permission, level]) => `${permission}: ${level}`);
  return new AppError('forbidden', `The GitHub App may not do this in ${name.owner}/${name.repo}.`, {
    code: 'github_permissions',
    detail: error.detail,
    hint: `Let the App have ${wanted.join(', ')}, and accept that in the installation.`,
  });
}

// GitHub's tokens live for an hour; a step that begins with one must be able to end with it.
const RENEWED_BEFORE_MS = 5 * 60_000;

/** The token that was made last, until it is refused or nearly over; many asking at once make one. */
function keep(make: () => Promise<{ token: string; expiresAt: Date }>, clock: Clock): Tokens {
  let making: Promise<{ token: string; expiresAt: Date }> | null = null;
  let usableUntilMs = 0;
  return async (fresh) => {
    if (making === null || fresh || clock.now().getTime() >= usableUntilMs) {
      usableUntilMs = Number.POSITIVE_INFINITY;
      const begun = make();
      making = begun;
      begun.then(
        ({ expiresAt }) => {
          if (making === begun) usableUntilMs = expiresAt.getTime() - RENEWED_BEFORE_MS;
        },
        () => {
          if (making === begun) making = null;
        },
      );
    }
    return (await making).token;
  };
}

/** Asked once; a failure is not kept. */
function once<T>(ask: () => Promise<T>): () => Promise<T> {
  let asked: Promise<T> | null = null;
  return () => {
    asked ??= ask().catch((error: unknown) => {
      asked = null;
      throw error;
    });
    return asked;
  };
}

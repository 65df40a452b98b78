import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { AppInstallation, ForgeApps, MadeApp, TokenReport } from '#ports/forge-app.ts';
import type { GithubAuth } from './client.auth.ts';
import { createEtagCache } from './client.cache.ts';
import { createAllowance, createGithubClient, type ClientSettings, type GithubClient } from './client.ts';
import { comparePermissions, reachesFrom, toRegistration } from './map.app.ts';
import { parseRepo } from './map.repo.ts';
import { AppConversion, GrantedInstallation, InstallationRepositories } from './schema.app.ts';
import { Account, Anything, Repository } from './schema.rest.ts';

export interface GithubAppsOptions {
  apiUrl: string;
  clock: Clock;
  /** Told every secret as soon as it is known, so that no log shows it. */
  registerSecret(secret: string): void;
}

/** Making an App by the manifest flow, and looking at tokens. Needs no credential of ours. */
export function createGithubApps({ apiUrl, clock, registerSecret }: GithubAppsOptions): ForgeApps {
  const settings: ClientSettings = {
    apiUrl,
    clock,
    writeIntervalMs: 0,
    timeoutMs: 20_000,
    mostWaitMs: 10_000,
    retryBaseMs: 1000,
    pause: async (ms) => sleep(ms),
    cache: createEtagCache(),
  };
  const client = (id: string, token: string | null): GithubClient =>
    createGithubClient({ ...settings, cache: createEtagCache() }, createAllowance(`${apiUrl} ${id}`, settings), {
      scope: id,
      header: async () => (token === null ? null : `token ${token}`),
      renewable: false,
    });
  return {
    registration: (wish) => toRegistration(apiUrl, wish),
    reaches: (address) => reachesFrom(apiUrl, address),
    async convert(code) {
      if (!/^[\w-]{1,200}$/.test(code)) throw new AppError('not_found', 'This is not a code of GitHub.', { code: 'bad_code' });
      const made = await client('manifest', null).write('POST /app-manifests/{code}/conversions', { code }, AppConversion);
      for (const secret of [made.pem, made.webhook_secret, made.client_secret])
        if (typeof secret === 'string' && secret !== '') registerSecret(secret);
      return toMadeApp(made);
    },
    async examineToken(token, repositories) {
      registerSecret(token);
      return examine(client('token', token), token, repositories);
    },
  };
}

function toMadeApp(made: AppConversion): MadeApp {
  return {
    id: String(made.id),
    slug: made.slug,
    name: made.name,
    url: made.html_url,
    owner: made.owner,
    privateKey: made.pem,
    webhookSecret: made.webhook_secret ?? null,
    permissions: made.permissions,
    events: made.events,
  };
}

/** Where the App is installed, and what it reaches there; null with a token. A token that reads names only is made for each and ended again. */
export function createInstallationList(auth: GithubAuth): (() => Promise<AppInstallation[]>) | null {
  const { app } = auth;
  if (app === null) return null;
  return async () => {
    const found: AppInstallation[] = [];
    for (const installation of await app.list('GET /app/installations', {}, GrantedInstallation)) {
      const suspended = installation.suspended_at !== null && installation.suspended_at !== undefined;
      found.push({
        id: String(installation.id),
        account: installation.account?.login ?? 'ghost',
        suspended,
        all: installation.repository_selection === 'all',
        repositories: suspended ? null : await auth.repositoriesOf(installation.id, namesOf),
        ...comparePermissions(installation.permissions),
      });
    }
    return found;
  };
}

const PAGE = 100;
const MOST_PAGES = 50;

async function namesOf(client: GithubClient): Promise<string[]> {
  const names: string[] = [];
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const { repositories } = await client.get('GET /installation/repositories', { per_page: PAGE, page }, InstallationRepositories);
    names.push(...repositories.map(({ full_name }) => full_name));
    if (repositories.length < PAGE) break;
  }
  return names;
}

/** What is read with a token, by the permission that allows it. */
const READS: ReadonlyArray<[permission: string, route: string]> = [
  ['contents', 'GET /repos/{owner}/{repo}/branches'],
  ['issues', 'GET /repos/{owner}/{repo}/issues'],
  ['pull_requests', 'GET /repos/{owner}/{repo}/pulls'],
  ['statuses', 'GET /repos/{owner}/{repo}/commits/{ref}/status'],
  ['checks', 'GET /repos/{owner}/{repo}/commits/{ref}/check-runs'],
  ['actions', 'GET /repos/{owner}/{repo}/actions/runs'],
  ['deployments', 'GET /repos/{owner}/{repo}/deployments'],
];
/** What Reeve never reads: a token that may is one that may too much. */
const NEVER_READ: ReadonlyArray<[permission: string, route: string]> = [
  ['secrets', 'GET /repos/{owner}/{repo}/actions/secrets'],
  ['administration', 'GET /repos/{owner}/{repo}/branches/{branch}/protection'],
  ['webhooks', 'GET /repos/{owner}/{repo}/hooks'],
];

async function examine(client: GithubClient, token: string, repositories: readonly string[]): Promise<TokenReport> {
  const { login } = await client.get('GET /user', {}, Account);
  const headers = await client.headers('GET /user', {});
  const kind = token.startsWith('github_pat_') ? 'fine_grained' : headers['x-oauth-scopes'] === undefined ? 'other' : 'classic';
  const ends = headers['github-authentication-token-expiration'];
  const expiresAt = typeof ends === 'string' && !Number.isNaN(Date.parse(ends)) ? new Date(ends).toISOString() : null;
  const report: TokenReport = { login, kind, expiresAt, repositories: [], warnings: [] };
  if (kind === 'classic')
    report.warnings.push(
      `It is a classic token with the scopes "${String(headers['x-oauth-scopes']).slice(0, 200)}", which hold for everything that ${login} reaches; a fine-grained one can be limited to repositories and permissions.`,
    );
  if (expiresAt === null) report.warnings.push('GitHub names no end of it: a token that ends does less harm when it gets lost.');
  for (const name of repositories) report.repositories.push(await examineRepository(client, name));
  if (report.repositories.length === 0) report.warnings.push('No repository was looked at: name one.');
  report.warnings.push('What it may write cannot be seen without writing: contents, pull requests, issues and commit statuses need to be writable.');
  return report;
}

async function examineRepository(client: GithubClient, name: string): Promise<TokenReport['repositories'][number]> {
  const at = parseRepo({ forge: 'github', name });
  const repository = await readable(client.get('GET /repos/{owner}/{repo}', { ...at }, Repository));
  if (repository === null || repository === undefined) return { name, lacks: ['metadata'], beyond: [] };
  const branch = repository.default_branch;
  const may = async ([permission, route]: readonly [string, string]): Promise<string | null> =>
    (await readable(
      client.get(route, { ...at, ...(route.includes('{ref}') ? { ref: branch } : {}), ...(route.includes('{branch}') ? { branch } : {}) }, Anything),
    )) === null
      ? null
      : permission;
  const lacks: string[] = [];
  for (const read of READS) if ((await may(read)) === null) lacks.push(read[0]);
  const beyond: string[] = [];
  for (const read of NEVER_READ) beyond.push(...[await may(read)].filter((permission) => permission !== null));
  return { name, lacks, beyond };
}

/** Null for what this credential may not see; an empty repository has no commit to ask about, and an open branch no protection: no lack. */
async function readable<T>(asked: Promise<T>): Promise<T | null | undefined> {
  try {
    return await asked;
  } catch (error) {
    if (isAppError(error, 'conflict')) return undefined;
    if (isAppError(error, 'not_found')) return String(error.detail['github']).startsWith('Branch not protected') ? undefined : null;
    if (isAppError(error, 'forbidden')) return null;
    throw error;
  }
}

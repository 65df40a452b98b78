import { generateKeyPairSync, randomBytes } from 'node:crypto';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import { join } from 'node:path';
import { requestSuites } from './checks.ts';
import { Ci, type CiOptions, type CiScript } from './ci.ts';
import { obey } from './control.ts';
import type { Faults } from './faults.ts';
import { BareRepository } from './git.ts';
import type { Journal } from './journal.ts';
import { personOf, type Person } from './people.ts';
import { installed, nodeId, showInstallation, showUser } from './present.accounts.ts';
import { advanceQueue } from './queue.ts';
import { listen } from './server.ts';
import type { App, Installation, Permissions, Repository, RepositoryData, Role } from './state.ts';
import { Webhooks, type Hook } from './webhooks.ts';
import { World } from './world.ts';

export interface FakeGithubOptions {
  /** 0 or absent: any that is free. */
  port?: number;
  /** Also takes orders at `/_fake/…` (control.ts); off where the fake lives in the test's own process. */
  control?: boolean;
}

export interface NewRepository {
  owner: string;
  name: string;
  /** Path to content, of the first commit. */
  files?: Record<string, string>;
  /** A repository on disk or an address to begin with instead of files. */
  from?: string;
  defaultBranch?: string;
  private?: boolean;
  /** An organisation owns it where the owner is not a known person. */
  collaborators?: Record<string, Role>;
  labels?: string[];
}

export interface NewApp {
  slug: string;
  permissions?: Permissions;
  /** Events its webhook hears; all when absent. */
  events?: string[];
}

/** What an App asks for, as its maker's page posts it. */
export interface AppManifest {
  name: string;
  default_permissions?: Permissions;
  default_events?: string[];
  hook_attributes?: { url: string; active?: boolean };
}

export interface FakeApp {
  id: number;
  slug: string;
  /** Of the App's account on GitHub. */
  login: string;
  /** PEM, for REEVE_GITHUB_PRIVATE_KEY. */
  privateKey: string;
  app: App;
  /** Puts the App on an account: all of its repositories, or the named ones. */
  install(account: string, repositories?: string[]): Installation;
}

/** GitHub at HTTP level, with real git behind it. What it does differently from GitHub is in readme.md. */
export interface FakeGithub {
  /** For REEVE_GITHUB_API_URL. */
  apiUrl: string;
  /** For REEVE_GITHUB_GIT_URL: `{owner}` and `{repo}` are filled in. */
  gitUrlTemplate: string;
  world: World;
  journal: Journal;
  faults: Faults;
  webhooks: Webhooks;
  /** Requests that GitHub's description does not allow; tests expect none. */
  violations: string[];
  /** Errors of the fake itself; tests expect none. */
  errors: unknown[];
  addRepository(repository: NewRepository): Promise<Repository>;
  repository(fullName: string): Repository;
  /** A person; answers a token that stands for them. */
  addUser(login: string, token?: string): string;
  addApp(app: NewApp): FakeApp;
  /** A person presses "Create GitHub App" for a manifest; answers the code that comes back to `redirect_url`. */
  acceptManifest(manifest: AppManifest, owner?: string): { code: string; app: FakeApp };
  /** Where signed deliveries go: of an App where `app` is given, else a hook on every repository. */
  deliverTo(hook: { url: string; secret?: string; events?: string[]; app?: FakeApp }): Hook;
  /** A person who does things on GitHub's pages. Known by `addUser` or as a collaborator. */
  as(login: string): Person;
  /** A CI that runs a script on what is pushed. */
  ci(script: CiScript, options?: CiOptions): void;
  /** When all deliveries have been sent and all that was begun is done. */
  settled(): Promise<void>;
  close(): Promise<void>;
}

/** What Reeve's App asks for, and no more. */
export const REEVE_PERMISSIONS: Permissions = {
  metadata: 'read',
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'read',
  statuses: 'read',
  deployments: 'read',
};

export async function startFakeGithub(options: FakeGithubOptions = {}): Promise<FakeGithub> {
  const world = await World.create(new Webhooks());
  world.listeners.push(requestSuites(world));
  world.checked = (repository, actor) => advanceQueue(world, repository, actor);
  let fake: FakeGithub | null = null;
  const control = options.control === true ? (request: IncomingMessage, response: ServerResponse) => obey(fake, request, response) : null;
  const server = await listen(world, options.port ?? 0, control);
  fake = faced(world, server);
  return fake;
}

function faced(world: World, server: Server): FakeGithub {
  return {
    apiUrl: world.origin,
    gitUrlTemplate: `${world.origin}/{owner}/{repo}.git`,
    world,
    journal: world.journal,
    faults: world.faults,
    webhooks: world.webhooks,
    violations: world.violations,
    errors: world.errors,
    addRepository: (repository) => addRepository(world, repository),
    repository: (fullName) => world.repository(fullName),
    addUser: (login, token) => addUser(world, login, token),
    addApp: (app) => addApp(world, app),
    acceptManifest: (manifest, owner) => acceptManifest(world, manifest, owner),
    deliverTo: (hook) => deliverTo(world, hook),
    as: (login) => personOf(world, login),
    ci: (script, options = {}) => addCi(world, script, options),
    settled: () => world.settled(),
    async close() {
      world.close();
      await world.webhooks.close();
      await world.settled();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
      await world.remove();
    },
  };
}

function addCi(world: World, script: CiScript, options: CiOptions): void {
  const ci = new Ci(world, script, options);
  world.cis.push(ci);
  world.listeners.push((moment) => ci.begin(moment));
}

function addUser(world: World, login: string, token = `ghp_${randomBytes(18).toString('hex')}`): string {
  world.addAccount(login);
  world.tokens.set(token, { token, login, installation: null });
  return token;
}

async function addRepository(world: World, wish: NewRepository): Promise<Repository> {
  const owner = world.accounts.get(wish.owner.toLowerCase()) ?? world.addAccount(wish.owner, 'Organization');
  for (const login of Object.keys(wish.collaborators ?? {})) world.addAccount(login);
  const defaultBranch = wish.defaultBranch ?? 'main';
  const start = {
    defaultBranch,
    files: wish.files ?? {},
    author: world.signature(owner.login),
    ...(wish.from === undefined ? {} : { from: wish.from }),
  };
  const git = await BareRepository.create(join(world.root, owner.login, `${wish.name}.git`), start);
  const now = world.now();
  const data: RepositoryData = {
    id: world.nextId(),
    owner: owner.login,
    name: wish.name,
    description: null,
    private: wish.private ?? false,
    defaultBranch,
    createdAt: now,
    updatedAt: now,
    pushedAt: now,
    hasIssues: true,
    archived: false,
    mergeMethods: { merge: true, squash: true, rebase: true },
    deleteBranchOnMerge: false,
    collaborators: { ...wish.collaborators },
    lastNumber: 0,
    labels: (wish.labels ?? []).map((name) => ({ id: world.nextId(), name, color: 'ededed', description: null })),
    milestones: [],
    issues: [],
    comments: [],
    reviews: [],
    reviewComments: [],
    statuses: [],
    suites: [],
    checkRuns: [],
    runs: [],
    jobs: [],
    protections: [],
    rulesets: [],
    releases: [],
  };
  return world.add(data, git);
}

function addApp(world: World, wish: NewApp): FakeApp {
  const { publicKey, privateKey } = generateKeyPairSync('rsa', {
    modulusLength: 2048,
    publicKeyEncoding: { type: 'spki', format: 'pem' },
    privateKeyEncoding: { type: 'pkcs1', format: 'pem' },
  });
  const login = world.addAccount(`${wish.slug}[bot]`, 'Bot').login;
  const owner = world.addAccount(`${wish.slug}-makers`, 'Organization').login;
  const id = world.nextId();
  const app: App = {
    id,
    slug: wish.slug,
    name: wish.slug,
    clientId: `Iv23fake${id}`,
    publicKey,
    permissions: wish.permissions ?? REEVE_PERMISSIONS,
    events: wish.events ?? ['*'],
    owner,
    createdAt: world.now(),
  };
  world.apps.set(app.id, app);
  const install = (account: string, repositories?: string[]): Installation => {
    const installation = {
      id: world.nextId(),
      appId: app.id,
      account: world.account(account).login,
      repositories: repositories ?? null,
      createdAt: world.now(),
    };
    world.installations.set(installation.id, installation);
    tellInstallation(world, installation);
    return installation;
  };
  return { id: app.id, slug: app.slug, login, privateKey, app, install };
}

/** The App's hook hears that somebody installed it, with the repositories it may see. */
function tellInstallation(world: World, installation: Installation): void {
  const repositories = installed(world, installation).map(({ data, fullName }) => ({
    id: data.id,
    node_id: nodeId('R', data.id),
    name: data.name,
    full_name: fullName,
    private: data.private,
  }));
  const payload = {
    action: 'created',
    installation: showInstallation(world, installation),
    repositories,
    requester: null,
    sender: showUser(world, installation.account),
  };
  for (const hook of world.webhooks.hooks.filter(({ appId }) => appId === installation.appId))
    world.webhooks.send(hook, 'installation', 'created', payload);
}

function acceptManifest(world: World, manifest: AppManifest, owner?: string): { code: string; app: FakeApp } {
  const slug = manifest.name.toLowerCase().replace(/[^a-z0-9]+/g, '-');
  const app = addApp(world, { slug, permissions: manifest.default_permissions ?? {}, events: manifest.default_events ?? [] });
  if (owner !== undefined) app.app.owner = world.addAccount(owner, 'Organization').login;
  const hook = manifest.hook_attributes;
  const secret = hook === undefined ? null : randomBytes(20).toString('hex');
  if (hook !== undefined && secret !== null) deliverTo(world, { url: hook.url, secret, app }).active = hook.active ?? true;
  const code = randomBytes(20).toString('hex');
  world.manifests.set(code, { app: app.app, privateKey: app.privateKey, webhookSecret: secret });
  return { code, app };
}

function deliverTo(world: World, wish: { url: string; secret?: string; events?: string[]; app?: FakeApp }): Hook {
  const hook: Hook = {
    id: world.nextId(),
    url: wish.url,
    secret: wish.secret ?? null,
    events: wish.events ?? wish.app?.app.events ?? ['*'],
    active: true,
    repository: null,
    appId: wish.app?.id ?? null,
    createdAt: world.now(),
  };
  world.webhooks.hooks.push(hook);
  return hook;
}

export { ciCommand, type CiJob, type CiOptions, type CiPush, type CiScript } from './ci.ts';
export type { Person } from './people.ts';
export type { Fault, FaultKind } from './faults.ts';
export type { Effect, RequestLine } from './journal.ts';
export type { Delivery, Hook } from './webhooks.ts';

import { AppError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createGithubForge, parseCredential, type GithubCredential, type GithubForge, type RateLimit } from '#connectors/github/index.ts';
import { REEVE_LOGIN, type LocalForge } from '#connectors/local/index.ts';
import type { EffectPorts } from '#modules/actions/index.ts';
import { toShown, type AppKeeper } from '#modules/connections/index.ts';
import type { MadeApp } from '#ports/forge-app.ts';
import type { ForgeRead, OwnLogin, RepoRef } from '#ports/forge-read.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { AppConfig } from './config.ts';
import { createKeptApp } from './kept-app.ts';

/**
 * Which connector serves a forge, by its name in `RepoRef`. Each throws AppError refused `forge_missing` for one that is not connected, and
 * unavailable `github_app_unusable` while what is kept of the App cannot be read: what waits for GitHub waits for that.
 */
export interface Forges {
  /** Null: not connected. Asked each time: an App may be connected while the server runs. */
  readonly github: GithubForge | null;
  read(name: string): ForgeRead;
  tracker(name: string): TrackerRead;
  /** Both sides of each, for the executor alone. */
  effects: Pick<EffectPorts, 'forge' | 'tracker'>;
  /** Under which login Reeve writes there: nobody's, where nothing is connected. */
  ownLogin(name: string): Promise<OwnLogin>;
  /** Environment for a git command that fetches from the repository. Never logged. */
  gitAuth(repo: RepoRef): Promise<Record<string, string>>;
}

const OF_THE_EMBEDDED: OwnLogin = { login: REEVE_LOGIN, exclusive: true };
export const UNUSABLE = 'Put the file back, or `reeve connect github --forget`, or `--replace` to make another App.';
const NOBODY: OwnLogin = { login: '', exclusive: false };

interface ForgeSources {
  local: LocalForge;
  /** Null: it is not connected, or `problem` says why it cannot be worked with. */
  github(): GithubForge | null;
  problem?(): string | null;
}

/** `local` and `path` are always there. */
export function createForges({ local, github: connected, problem = () => null }: ForgeSources): Forges {
  function current(): GithubForge | null {
    const why = problem();
    if (why === null) return connected();
    throw new AppError('unavailable', why, { code: 'github_app_unusable', hint: UNUSABLE });
  }
  function partsOf(name: string): Pick<LocalForge, 'read' | 'write' | 'tracker' | 'trackerWrite'> {
    if (name === 'local' || name === 'path') return local;
    if (name !== 'github') throw new AppError('refused', `The forge ${name} is not connected.`, { code: 'forge_missing' });
    const github = current();
    if (github !== null) return github;
    throw new AppError('refused', 'GitHub is not connected.', {
      code: 'forge_missing',
      hint: 'Run `reeve connect github`, or set REEVE_GITHUB_TOKEN (or REEVE_GITHUB_APP_ID and REEVE_GITHUB_PRIVATE_KEY) and start again.',
    });
  }
  return {
    get github() {
      return connected();
    },
    read: (name) => partsOf(name).read,
    tracker: (name) => partsOf(name).tracker,
    effects: {
      forge: (name) => partsOf(name),
      tracker(name) {
        const { tracker: read, trackerWrite: write } = partsOf(name);
        return { read, write };
      },
    },
    async ownLogin(name) {
      if (name !== 'github') return OF_THE_EMBEDDED;
      const github = current();
      if (github === null) return NOBODY;
      const login = await github.ownLogin();
      // An app's account is Reeve's alone; a token's belongs to whoever made the token.
      return { login, exclusive: login.endsWith('[bot]') };
    },
    gitAuth: async (repo) => (repo.forge === 'github' ? ((await current()?.gitAuth(repo)) ?? {}) : {}),
  };
}

interface GithubParts {
  clock: Clock;
  /** All that git sees of our environment: PATH, proxies. */
  env: Readonly<Record<string, string>>;
  registerSecret(secret: string, untilMs?: number): void;
  /** Told what GitHub says of a limit beside each answer. */
  onLimit?(limit: RateLimit): void;
  /** Told how each call ended. */
  onCall?(outcome: { call: string; trouble: string | null }): void;
}

/** The GitHub that a process works with: of the settings, or of the App that was made here. */
export interface GithubConnection extends AppKeeper {
  forge(): GithubForge | null;
  /** What webhooks may be signed with; those of the settings also while what is kept cannot be read. */
  webhookSecrets(): readonly string[];
  /** Why the App that is kept cannot be used; null: it can, or there is none, or the settings go before it. */
  problem(): string | null;
}

/**
 * An App in the settings goes before one that was made here, and either before a token: an App's tokens are divided and short-lived. Whoever
 * configured GitHub's address trusts it, also inside the network.
 */
export function createGithubConnection(config: AppConfig, parts: GithubParts): GithubConnection {
  const kept = createKeptApp(config, (secret) => parts.registerSecret(secret));
  const configured = parseCredential(config);
  let made: { id: string; forge: GithubForge } | null = null;
  const make = (id: string, credential: GithubCredential): GithubForge => {
    if (made?.id !== id) made = { id, forge: forgeOf(config, credential, parts) };
    return made.forge;
  };
  const keptApp = (): MadeApp | null => (configured?.kind === 'app' ? null : kept.read());
  const problem = (): string | null => (configured?.kind === 'app' ? null : kept.problem());
  const forge = (): GithubForge | null => {
    const app = keptApp();
    // A token of the settings is another account: it does not stand in for an App unasked.
    if (problem() !== null) return null;
    if (app !== null) return make(`app ${app.id} ${app.privateKey}`, { kind: 'app', appId: app.id, privateKey: app.privateKey });
    return configured === null ? null : make('settings', configured);
  };
  return {
    forge,
    problem,
    webhookSecrets() {
      const secret = keptApp()?.webhookSecret ?? null;
      return secret === null ? config.githubWebhookSecret : [...config.githubWebhookSecret, secret];
    },
    current() {
      const app = keptApp();
      const github = forge();
      const fromSettings = configured === null ? 'none' : configured.kind === 'app' ? 'app_settings' : 'token_settings';
      return {
        source: app === null && problem() === null ? fromSettings : 'app_kept',
        app: app === null ? null : toShown(app),
        problem: problem(),
        ownLogin: async () => github?.ownLogin() ?? '',
        installations: github?.installations ?? null,
      };
    },
    waiting() {
      const app = kept.waiting();
      return app === null ? null : toShown(app);
    },
    tryPlace: () => kept.tryPlace(),
    putAside: (app) => kept.putAside(app),
    take: (id) => kept.take(id),
    forget: () => kept.remove(),
  };
}

function forgeOf(config: AppConfig, credential: GithubCredential, { clock, env, registerSecret, onLimit, onCall }: GithubParts): GithubForge {
  const { githubApiUrl: apiUrl, githubGitUrl: gitUrl } = config;
  return createGithubForge({
    apiUrl,
    gitUrl,
    credential,
    clock,
    env,
    mergeMethod: config.githubMergeMethod,
    writeIntervalMs: config.githubWriteIntervalMs,
    // Logs of jobs: of a long one only the end is kept, and that comes last.
    fetchElsewhere: createGuardedFetch({
      allowPrivateHosts: [...config.allowPrivateHosts, new URL(apiUrl).host],
      mostBytes: 64 * 1024 * 1024,
      timeoutMs: 60_000,
    }),
    registerSecret: (secret, until) => registerSecret(secret, until.getTime()),
    ...(onLimit === undefined ? {} : { onLimit }),
    ...(onCall === undefined ? {} : { onCall }),
  });
}

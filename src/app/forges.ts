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

/** Which connector serves a forge, by its name in `RepoRef`. Each throws AppError refused `forge_missing` for one that is not connected. */
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
const NOBODY: OwnLogin = { login: '', exclusive: false };

/** `local` and `path` are always there; `github` null: it is not connected. */
export function createForges({ local, github: current }: { local: LocalForge; github(): GithubForge | null }): Forges {
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
      return current();
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
}

/** The GitHub that a process works with: of the settings, or of the App that was made here. */
export interface GithubConnection extends AppKeeper {
  forge(): GithubForge | null;
  /** What webhooks may be signed with. */
  webhookSecrets(): readonly string[];
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
  const forge = (): GithubForge | null => {
    const app = keptApp();
    if (app !== null) return make(`app ${app.id} ${app.privateKey}`, { kind: 'app', appId: app.id, privateKey: app.privateKey });
    return configured === null ? null : make('settings', configured);
  };
  return {
    forge,
    webhookSecrets() {
      const secret = keptApp()?.webhookSecret ?? null;
      return secret === null ? config.githubWebhookSecret : [...config.githubWebhookSecret, secret];
    },
    current() {
      const app = keptApp();
      const github = forge();
      const fromSettings = configured === null ? 'none' : configured.kind === 'app' ? 'app_settings' : 'token_settings';
      return {
        source: app === null ? fromSettings : 'app_kept',
        app: app === null ? null : toShown(app),
        ownLogin: async () => github?.ownLogin() ?? '',
        installations: github?.installations ?? null,
      };
    },
    keep: (app) => kept.write(app),
    forget: () => kept.remove(),
  };
}

function forgeOf(config: AppConfig, credential: GithubCredential, { clock, env, registerSecret, onLimit }: GithubParts): GithubForge {
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
  });
}

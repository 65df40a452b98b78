import { AppError } from '#kernel/errors.ts';
import type { Clock } from '#kernel/clock.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createGithubForge, parseCredential, type GithubForge } from '#connectors/github/index.ts';
import { REEVE_LOGIN, type LocalForge } from '#connectors/local/index.ts';
import type { EffectPorts } from '#modules/actions/index.ts';
import type { ForgeRead, OwnLogin, RepoRef } from '#ports/forge-read.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { AppConfig } from './config.ts';

/** Which connector serves a forge, by its name in `RepoRef`. Each throws AppError refused `forge_missing` for one that is not connected. */
export interface Forges {
  /** Null: not configured. */
  github: GithubForge | null;
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

/** `local` and `path` are always there; `github` null: it is not configured. */
export function createForges({ local, github }: { local: LocalForge; github: GithubForge | null }): Forges {
  function partsOf(name: string): Pick<LocalForge, 'read' | 'write' | 'tracker' | 'trackerWrite'> {
    if (name === 'local' || name === 'path') return local;
    if (name !== 'github') throw new AppError('refused', `The forge ${name} is not connected.`, { code: 'forge_missing' });
    if (github !== null) return github;
    throw new AppError('refused', 'GitHub is not connected.', {
      code: 'forge_missing',
      hint: 'Set REEVE_GITHUB_TOKEN, or REEVE_GITHUB_APP_ID and REEVE_GITHUB_PRIVATE_KEY, and start again.',
    });
  }
  return {
    github,
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
      if (github === null) return NOBODY;
      const login = await github.ownLogin();
      // An app's account is Reeve's alone; a token's belongs to whoever made the token.
      return { login, exclusive: login.endsWith('[bot]') };
    },
    gitAuth: async (repo) => (repo.forge === 'github' && github !== null ? github.gitAuth(repo) : {}),
  };
}

interface GithubParts {
  clock: Clock;
  /** All that git sees of our environment: PATH, proxies. */
  env: Readonly<Record<string, string>>;
  registerSecret(secret: string, untilMs: number): void;
}

/** GitHub, when a token or an App is configured; null without. Whoever configured its address trusts it, also inside the network. */
export function createAppGithub(config: AppConfig, { clock, env, registerSecret }: GithubParts): GithubForge | null {
  const credential = parseCredential(config);
  if (credential === null) return null;
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
  });
}

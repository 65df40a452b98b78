import { setTimeout as sleep } from 'node:timers/promises';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import type { TrackerRead } from '#ports/tracker-read.ts';
import type { TrackerWrite } from '#ports/tracker-write.ts';
import type { ForgeHistory } from '#ports/forge-history.ts';
import type { AppInstallation } from '#ports/forge-app.ts';
import { createInstallationList } from './apps.ts';
import { createHistory } from './history.ts';
import { createGithubAuth, type GithubCredential } from './client.auth.ts';
import type { RateLimit } from './client.ts';
import { createEtagCache } from './client.cache.ts';
import { createRunGit, toGitAuth } from './client.git.ts';
import { createReadElsewhere } from './client.log.ts';
import { createDeliveries, type GithubDeliveries } from './deliveries.ts';
import { createTurns } from './client.turns.ts';
import { createForgeRead } from './forge-read.ts';
import { createForgeWrite } from './forge-write.ts';
import { protectionOf } from './guards.ts';
import type { BranchProtection } from './map.guards.ts';
import { parseRepo, toRemote } from './map.repo.ts';
import { createTrackerRead } from './tracker-read.ts';
import { createTrackerWrite } from './tracker-write.ts';

export interface GithubForgeOptions {
  /** `https://api.github.com`, or `https://HOST/api/v3` of an Enterprise Server. Trusted: whoever runs Reeve configured it. */
  apiUrl: string;
  /** Template of remotes with `{owner}` and `{repo}`. */
  gitUrl: string;
  credential: GithubCredential;
  clock: Clock;
  /** All that git sees of our environment: PATH, proxies. */
  env: Readonly<Record<string, string>>;
  /** Reads addresses that GitHub sends us to (logs of jobs); the guarded fetch. Without it no logs are read. */
  fetchElsewhere?(target: string): Promise<Response>;
  /** Told every token that GitHub gives out, so that no log shows it. */
  registerSecret?(secret: string, until: Date): void;
  /** Default `merge`; where the repository forbids it, what it allows. */
  mergeMethod?: 'merge' | 'squash' | 'rebase';
  /** Between two writes; default 1000, as GitHub asks for. 0: none. */
  writeIntervalMs?: number;
  /** One request; default 20 seconds. */
  timeoutMs?: number;
  /** Longest rate limit a read waits for before it is rate_limited; default 10 seconds. */
  mostWaitMs?: number;
  /** Before the second try of a read, and four times this before the third; default 1000. */
  retryBaseMs?: number;
  /** Lets milliseconds go by; for tests. */
  pause?(ms: number): Promise<void>;
  /** Told what GitHub says of a limit beside each answer. */
  onLimit?(limit: RateLimit): void;
  /** Told how each call ended; `trouble` null: GitHub answered, whatever it answered. */
  onCall?(outcome: { call: string; trouble: string | null }): void;
}

export interface GithubForge {
  read: ForgeRead;
  /** For the executor alone. */
  write: ForgeWrite;
  tracker: TrackerRead;
  /** For the executor alone. */
  trackerWrite: TrackerWrite;
  /** Login under which all of it is written: of the token's account, or the App's `<slug>[bot]`. Asked once. */
  ownLogin(): Promise<string>;
  /** Environment for a git command that fetches from the repository; made anew for each, because tokens end. Never logged. */
  gitAuth(repo: RepoRef): Promise<Record<string, string>>;
  /** What keeps a branch, as our own credential sees it. AppError not_found. */
  protectionOf(repo: RepoRef, branch: string): Promise<BranchProtection>;
  /** Webhooks that did not arrive, and having them sent again. */
  deliveries: GithubDeliveries;
  /** What happened in a repository before it was connected. */
  history: ForgeHistory;
  /** Where the App is installed; null with a token. */
  installations: (() => Promise<AppInstallation[]>) | null;
  /** As what `putCheck` writes: only an App may make check runs. */
  checksAs: 'check_run' | 'commit_status';
}

const pause = async (ms: number): Promise<void> => sleep(ms);
const DEFAULTS = { mergeMethod: 'merge', writeIntervalMs: 1000, timeoutMs: 20_000, mostWaitMs: 10_000, retryBaseMs: 1000, pause } as const;

/** GitHub, with one credential for all repositories it may reach. Nothing is asked before the first call. */
export function createGithubForge(given: GithubForgeOptions): GithubForge {
  const options = { ...DEFAULTS, ...given, cache: createEtagCache() };
  const auth = createGithubAuth(options);
  const turns = createTurns();
  const git = createRunGit(options.env);
  const { gitUrl, mergeMethod, retryBaseMs: pauseMs } = options;
  return {
    read: createForgeRead({ auth, gitUrl, readElsewhere: createReadElsewhere(options.fetchElsewhere ?? null) }),
    write: createForgeWrite({ auth, gitUrl, git, mergeMethod, turns, pauseMs, pause: options.pause }),
    tracker: createTrackerRead(auth),
    trackerWrite: createTrackerWrite({ auth, turns }),
    ownLogin: auth.ownLogin,
    async gitAuth(repo) {
      const name = parseRepo(repo);
      const remote = toRemote(gitUrl, name);
      if (!/^https?:/i.test(remote)) return {};
      return toGitAuth(remote, await auth.fetchToken(name));
    },
    protectionOf: (repo, branch) => protectionOf(auth, repo, branch),
    deliveries: createDeliveries(auth),
    history: createHistory(auth),
    installations: createInstallationList(auth),
    checksAs: auth.kind === 'app' ? 'check_run' : 'commit_status',
  };
}

/**
 * The credential that the settings name, or null: none. An App goes before a token, because its tokens are divided and short-lived.
 * AppError invalid `github_app_incomplete`.
 */
export function parseCredential(settings: {
  githubToken: string | null;
  githubAppId: string | null;
  githubPrivateKey: string | null;
}): GithubCredential | null {
  const { githubToken, githubAppId: appId, githubPrivateKey: privateKey } = settings;
  if (appId !== null && privateKey !== null) return { kind: 'app', appId, privateKey };
  if (appId !== null || privateKey !== null)
    throw new AppError('invalid', 'A GitHub App needs both its number and its private key.', {
      code: 'github_app_incomplete',
      hint: 'Set REEVE_GITHUB_APP_ID and REEVE_GITHUB_PRIVATE_KEY.',
    });
  return githubToken === null ? null : { kind: 'token', token: githubToken };
}

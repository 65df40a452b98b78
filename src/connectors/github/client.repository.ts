import { isAppError } from '#kernel/errors.ts';
import type { RepoRef } from '#ports/forge-read.ts';
import type { GithubAuth, Purpose } from './client.auth.ts';
import type { RunGit } from './client.git.ts';
import type { GithubClient } from './client.ts';
import type { createTurns } from './client.turns.ts';
import { parseRepo, type RepoName } from './map.repo.ts';
import { Repository } from './schema.rest.ts';

/** A repository and the client for it. */
export interface On {
  name: RepoName;
  client: GithubClient;
}

export async function readingOn(auth: GithubAuth, repo: RepoRef): Promise<On> {
  const name = parseRepo(repo);
  return { name, client: await auth.client(name, 'read') };
}

export interface WriteContext {
  auth: GithubAuth;
  gitUrl: string;
  git: RunGit;
  /** How pull requests are merged where the repository allows several ways. */
  mergeMethod: 'merge' | 'squash' | 'rebase';
  turns: ReturnType<typeof createTurns>;
  /** Between looks at something GitHub is still working out. */
  pauseMs: number;
  pause(ms: number): Promise<void>;
}

/** A repository for writing: what is asked before goes out with the reading client. */
export interface Writing {
  name: RepoName;
  read: On;
  write: GithubClient;
}

export async function writingOn({ auth }: Pick<WriteContext, 'auth'>, repo: RepoRef, purpose: Purpose): Promise<Writing> {
  const read = await readingOn(auth, repo);
  return { name: read.name, read, write: await auth.client(read.name, purpose) };
}

export function repositoryOf({ client, name }: On): Promise<Repository> {
  return client.get('GET /repos/{owner}/{repo}', { ...name }, Repository);
}

/** Null where there is no such thing, and AppError not_found where the repository itself cannot be seen: GitHub answers 404 to both. */
export async function orNull<T>(on: On, work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    if (!isAppError(error, 'not_found')) throw error;
    await repositoryOf(on);
    return null;
  }
}

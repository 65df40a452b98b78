import path from 'node:path';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { ForgeRead, RepoRef } from '#ports/forge-read.ts';
import type { Git, Mirror } from '#ports/git.ts';
import type { Projects } from '#modules/projects/index.ts';

/** Opens the mirror of a repository by its id: one bare clone per repository under the data directory, opened once a process. */
export function createMirrors(deps: {
  git: Git;
  projects: Projects;
  forge(name: string): ForgeRead;
  /** What git needs to fetch from there. */
  gitAuth(repo: RepoRef): Promise<Record<string, string>>;
  dataDir: string;
}): (repositoryId: string) => Promise<Mirror> {
  const open = new Map<string, Promise<Mirror>>();
  async function make(repositoryId: string): Promise<Mirror> {
    const repository = await deps.projects.repository(repositoryId);
    if (repository === null) throw new AppError('not_found', `There is no repository ${repositoryId}.`);
    const repo = { forge: repository.forge, name: repository.name };
    const source = await deps.forge(repo.forge).cloneUrl(repo);
    if (repo.forge !== 'github') return deps.git.mirror({ dir: dirOf(repositoryId), source });
    const spec = { dir: dirOf(repositoryId), source, auth: () => deps.gitAuth(repo) };
    const mirror = await deps.git.mirror(spec).catch(ofGithub);
    return { ...mirror, fetch: () => mirror.fetch().catch(ofGithub) };
  }
  const dirOf = (repositoryId: string): string => path.join(deps.dataDir, 'mirrors', `${repositoryId}.git`);
  return (repositoryId) => {
    const known = open.get(repositoryId);
    if (known !== undefined) return known;
    const made = make(repositoryId);
    open.set(repositoryId, made);
    // A failed opening is not kept: the repository may be there the next time.
    made.catch(() => open.delete(repositoryId));
    return made;
  };
}

/** Stories wait for a GitHub that is away, and end for a folder that is gone: the code tells them apart. */
function ofGithub(error: unknown): never {
  if (!isAppError(error, 'unavailable') || error.code !== 'source_unreachable') throw error;
  throw new AppError('unavailable', error.message, { code: 'github_git_unreachable', detail: error.detail, cause: error });
}

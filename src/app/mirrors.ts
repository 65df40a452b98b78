import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { Git, Mirror } from '#ports/git.ts';
import type { Projects } from '#modules/projects/index.ts';

/** Opens the mirror of a repository by its id: one bare clone per repository under the data directory, opened once a process. */
export function createMirrors(deps: {
  git: Git;
  projects: Projects;
  forge(name: string): ForgeRead;
  dataDir: string;
}): (repositoryId: string) => Promise<Mirror> {
  const open = new Map<string, Promise<Mirror>>();
  async function make(repositoryId: string): Promise<Mirror> {
    const repository = await deps.projects.repository(repositoryId);
    if (repository === null) throw new AppError('not_found', `There is no repository ${repositoryId}.`);
    const source = await deps.forge(repository.forge).cloneUrl({ forge: repository.forge, name: repository.name });
    return deps.git.mirror({ dir: path.join(deps.dataDir, 'mirrors', `${repositoryId}.git`), source });
  }
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

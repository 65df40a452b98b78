import type { Actor } from '#kernel/actor.ts';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { GithubForge } from '#connectors/github/index.ts';
import { toRepositoryName, type Projects, type Repository } from '#modules/projects/index.ts';
import { keyOf } from './events.ts';

interface Taking {
  projects: Pick<Projects, 'ensure' | 'addRepository' | 'repositoryByName' | 'setAllowlisted'>;
  /** Null: not connected. */
  github: Pick<GithubForge, 'read'> | null;
}

/**
 * An admin names a repository of GitHub that Reeve may work in: it gets a project of its own, as one does that the allowlist names. Its default branch
 * is asked of GitHub, which also shows that the credential reaches it. The same again changes nothing.
 */
export async function takeGithubRepository({ projects, github }: Taking, given: string, by: Actor): Promise<Repository> {
  const name = toRepositoryName('github', given.trim());
  if (name === null) throw new AppError('invalid', 'name: must be owner/name', { detail: { field: 'name' } });
  if (github === null) throw new AppError('refused', 'GitHub is not connected.', { code: 'forge_missing', hint: 'Connect it first.' });
  const defaultBranch = await github.read.defaultBranch({ forge: 'github', name }).catch((error: unknown) => {
    if (!isAppError(error, 'not_found')) throw error;
    throw new AppError('refused', `GitHub does not show ${name} to Reeve.`, {
      code: 'repository_not_shown',
      hint: 'Install the App there, or give the token access to it; and look at how the name is written.',
    });
  });
  const known = await projects.repositoryByName('github', name);
  if (known !== null) return known.allowlisted ? known : projects.setAllowlisted(known.id, true, by);
  const project = await projects.ensure({ key: keyOf(name), name }, by);
  try {
    return await projects.addRepository({ projectId: project.id, forge: 'github', name, defaultBranch, allowlisted: true }, by);
  } catch (error) {
    // An event of the repository may have brought it in at the same moment.
    const other = isAppError(error, 'conflict') ? await projects.repositoryByName('github', name) : null;
    if (other === null) throw error;
    return other.allowlisted ? other : projects.setAllowlisted(other.id, true, by);
  }
}

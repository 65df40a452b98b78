import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { isAppError } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import type { WorkflowEngine } from '#platform/workflow/index.ts';
import type { GithubForge } from '#connectors/github/index.ts';
import type { Access } from '#modules/access/index.ts';
import type { Approvals } from '#modules/approvals/index.ts';
import type { Delivery, DeliveryDeps, Endings, Fixes, ForgeEventDeps } from '#modules/delivery/index.ts';
import { toRepositoryName, type Repository } from '#modules/projects/index.ts';
import type { AppConfig } from './config.ts';
import { isAllowlisted } from './startup.ts';

interface Parts extends DeliveryDeps {
  config: Pick<AppConfig, 'repoAllowlist'>;
  workflow: WorkflowEngine;
  approvals: Approvals;
  delivery: Delivery;
  endings: Endings;
  fixes: Fixes;
  access: Pick<Access, 'projectsOf'>;
  /** Asked each time; null: not connected. */
  github(): GithubForge | null;
}

/** What the facts of forges reach, beside what the stories do themselves. */
export function createEventSide(parts: Parts): Pick<ForgeEventDeps, 'ownLogin' | 'adopt' | 'ci' | 'slash' | 'review'> {
  const { access, config, log, projects } = parts;
  return {
    ownLogin: parts.ownLogin,
    async adopt(repo) {
      const github = repo.forge === 'github' ? parts.github() : null;
      return github !== null && isAllowlisted(config.repoAllowlist, repo.name) ? adopt({ projects, github, log }, repo.name) : null;
    },
    ci: parts,
    review: { ...parts, projectsOf: (personId) => access.projectsOf(personId) },
    slash: { ...parts, projectsOf: (personId) => access.projectsOf(personId) },
  };
}

interface Adopting extends Pick<Parts, 'projects' | 'log'> {
  github: Pick<GithubForge, 'read'>;
}

/**
 * A repository on the allowlist that nobody registered gets a project of its own, with the installation's roles and no checks. Its name in the operator's
 * REEVE_REPO_ALLOWLIST is the consent; everything else is set as for any project. Two events at once make one. Null for a repository that the credential is not shown: its events would be
 * asked about for ever; once it is shown, the next event takes it in.
 */
async function adopt({ projects, github, log }: Adopting, given: string): Promise<Repository | null> {
  const name = toRepositoryName('github', given);
  if (name === null) return null;
  const defaultBranch = await github.read.defaultBranch({ forge: 'github', name }).catch((error: unknown) => {
    if (!isAppError(error, 'not_found')) throw error;
    log.warn({ repository: name }, 'an allowlisted repository sends events, and GitHub does not show it to this credential');
    return null;
  });
  if (defaultBranch === null) return null;
  const project = await projects.ensure({ key: keyOf(name), name }, SYSTEM_ACTOR);
  try {
    return await projects.addRepository({ projectId: project.id, forge: 'github', name, defaultBranch, allowlisted: true }, SYSTEM_ACTOR);
  } catch (error) {
    const other = isAppError(error, 'conflict') ? await projects.repositoryByName('github', name) : null;
    if (other === null) throw error;
    return other;
  }
}

const MOST_OF_NAME = 32;

/**
 * `acme/shop` -> `gh-acme-shop`. A name of which something is lost (`acme/web.shop` and `acme-web/shop` read alike, a long one is cut) ends with
 * six digits of its hash: two repositories never share a project. Case tells no names apart on GitHub.
 */
export function keyOf(given: string): string {
  const name = given.toLowerCase();
  const plain = `gh-${name.replace(/[^a-z0-9]+/g, '-')}`;
  if (/^[a-z0-9]+\/[a-z0-9]+$/.test(name) && plain.length <= MOST_OF_NAME) return plain;
  return `${plain.slice(0, MOST_OF_NAME).replace(/-+$/, '')}-${sha256Hex(name).slice(0, 6)}`;
}

import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import type { AppConfig, ProjectSection } from './config.ts';
import { repositoryPath } from './config.ts';
import type { Modules } from './modules.ts';
import type { Projects } from '#modules/projects/index.ts';

/** The person the first start creates, and as whom the command line of this machine acts. */
export const OWNER = 'owner';

/** Brings what reeve.yaml says into the database; safe at every start and from two servers at once. */
export async function applyConfiguration(config: AppConfig, modules: Modules): Promise<void> {
  const { people, projects } = modules;
  if ((await people.byHandle(OWNER)) === null)
    await people.ensure({ handle: OWNER, name: 'Owner of this installation', role: 'admin' }, SYSTEM_ACTOR);
  for (const person of config.sections.people) await people.ensure(person, SYSTEM_ACTOR);
  for (const team of config.sections.teams) await people.ensureTeam(team, SYSTEM_ACTOR);
  for (const [key, section] of Object.entries(config.sections.projects)) {
    const project = await projects.ensure({ key, name: section.name ?? key, settings: settingsOf(section) }, SYSTEM_ACTOR);
    await ensureRepository(config, modules, project.id, section);
  }
  await takeOffUnlisted(config, projects);
}

function settingsOf(section: ProjectSection): Record<string, unknown> {
  const {
    setup,
    checks,
    regenerate,
    network,
    sandbox,
    roles,
    assign,
    self_approval: selfApproval,
    ready_label: readyLabel,
    ci,
    queue,
    reviews,
  } = section;
  return Object.fromEntries(
    Object.entries({ setup, checks, regenerate, network, sandbox, roles, assign, selfApproval, readyLabel, ci, queue, reviews }).filter(
      ([, value]) => value !== undefined,
    ),
  );
}

async function ensureRepository(config: AppConfig, modules: Modules, projectId: string, section: ProjectSection): Promise<void> {
  const folder = repositoryPath(config, section.repo);
  const forge = folder === null ? await forgeOf(modules, section) : 'path';
  const name = folder ?? section.repo;
  // Writing a path into reeve.yaml is the operator's own word; a forge repository also needs the allowlist.
  const allowlisted = forge === 'path' || isAllowlisted(config.repoAllowlist, name);
  const known = await modules.projects.repositoryByName(forge, name);
  if (known !== null) {
    const isOwnWord = known.allowlistedBy === 'person';
    if (known.allowlisted !== allowlisted && !isOwnWord) await modules.projects.setAllowlisted(known.id, allowlisted, SYSTEM_ACTOR);
    return;
  }
  await modules.projects.addRepository(
    { projectId, forge, name, defaultBranch: section.default_branch, tier: section.tier, allowlisted },
    SYSTEM_ACTOR,
  );
}

/** The operator's list is its word for as long as it names a repository; what an admin allowlisted by hand stays. */
async function takeOffUnlisted(config: Pick<AppConfig, 'repoAllowlist'>, projects: Pick<Projects, 'repositories' | 'setAllowlisted'>): Promise<void> {
  for (const { id, forge, name, allowlisted, allowlistedBy } of await projects.repositories()) {
    if (forge !== 'github' || !allowlisted || allowlistedBy === 'person') continue;
    if (!isAllowlisted(config.repoAllowlist, name)) await projects.setAllowlisted(id, false, SYSTEM_ACTOR);
  }
}

/** What the section says; else GitHub, when it is connected, unless the embedded forge knows a repository of that name. */
async function forgeOf(modules: Modules, { forge, repo }: ProjectSection): Promise<'local' | 'github'> {
  if (forge !== undefined) return forge;
  if (modules.forges.github === null) return 'local';
  return (await modules.projects.repositoryByName('local', repo)) === null ? 'github' : 'local';
}

/** `owner/repo` globs of REEVE_REPO_ALLOWLIST: `*` stands for any characters but a slash. */
export function isAllowlisted(globs: readonly string[], name: string): boolean {
  return globs.some((glob) => new RegExp(`^${glob.replace(/[.+?^${}()|[\]\\]/g, '\\$&').replaceAll('*', '[^/]*')}$`, 'i').test(name));
}

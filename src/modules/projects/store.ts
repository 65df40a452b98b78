import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { ForgeName, PageOf, Project, Repository } from './model.ts';

export async function insertProject(tx: Tx, project: Project): Promise<void> {
  await withIntegrity({ taken: `A project with the key ${project.key} exists already.` }, () =>
    tx.run(sql`insert into projects (id, key, name, settings, opted_out, created_at, updated_at)
      values (${project.id}, ${project.key}, ${project.name}, ${json(project.settings)}, ${project.optedOut}, ${project.createdAt}, ${project.updatedAt})`),
  );
}

export async function saveProject(tx: Tx, project: Pick<Project, 'id' | 'name' | 'settings' | 'optedOut' | 'revision' | 'updatedAt'>): Promise<void> {
  await tx.run(sql`update projects set name = ${project.name}, settings = ${json(project.settings)}, opted_out = ${project.optedOut},
    revision = ${project.revision}, updated_at = ${project.updatedAt} where id = ${project.id}`);
}

/** False when there is no such project. */
export async function deleteProject(tx: Tx, id: string): Promise<boolean> {
  return withIntegrity({ referenced: 'The project still has repositories, issues or other records.' }, async () => {
    return (await tx.run(sql`delete from projects where id = ${id}`)) > 0;
  });
}

export function projectById(on: Queryable, id: string): Promise<Project | undefined> {
  return on.maybe(sql<Project>`select * from projects where id = ${id}`);
}

/** Holds the row until the transaction ends, so that two changes of settings cannot lose one. */
export function lockProject(tx: Tx, id: string): Promise<Project | undefined> {
  return tx.maybe(sql<Project>`select * from projects where id = ${id} for update`);
}

export function projectByKey(on: Queryable, key: string): Promise<Project | undefined> {
  return on.maybe(sql<Project>`select * from projects where key = ${key}`);
}

export function listProjects(on: Queryable, page: PageOf): Promise<Project[]> {
  return on.all(sql<Project>`select * from projects where id > ${page.cursor ?? ''} order by id limit ${page.limit + 1}`);
}

export async function insertRepository(tx: Tx, repository: Repository): Promise<void> {
  await withIntegrity(
    { taken: `The ${repository.forge} repository ${repository.name} is registered already.`, missing: 'There is no such project.' },
    () =>
      tx.run(sql`insert into repositories (id, project_id, forge, name, default_branch, tier, allowlisted, allowlisted_by, protection_attested, created_at, updated_at)
        values (${repository.id}, ${repository.projectId}, ${repository.forge}, ${repository.name}, ${repository.defaultBranch},
          ${repository.tier}, ${repository.allowlisted}, ${repository.allowlistedBy}, ${repository.protectionAttested}, ${repository.createdAt}, ${repository.updatedAt})`),
  );
}

export async function saveRepository(tx: Tx, repository: Repository): Promise<void> {
  await tx.run(sql`update repositories set default_branch = ${repository.defaultBranch}, tier = ${repository.tier},
    allowlisted = ${repository.allowlisted}, allowlisted_by = ${repository.allowlistedBy}, protection_attested = ${repository.protectionAttested},
    revision = ${repository.revision}, updated_at = ${repository.updatedAt} where id = ${repository.id}`);
}

/** False when there is no such repository. */
export async function deleteRepository(tx: Tx, id: string): Promise<boolean> {
  return withIntegrity({ referenced: 'The repository still has issues or other records.' }, async () => {
    return (await tx.run(sql`delete from repositories where id = ${id}`)) > 0;
  });
}

export function repositoryById(on: Queryable, id: string): Promise<Repository | undefined> {
  return on.maybe(sql<Repository>`select * from repositories where id = ${id}`);
}

export function lockRepository(tx: Tx, id: string): Promise<Repository | undefined> {
  return tx.maybe(sql<Repository>`select * from repositories where id = ${id} for update`);
}

export function repositoryByName(on: Queryable, forge: ForgeName, name: string): Promise<Repository | undefined> {
  if (forge === 'github') return on.maybe(sql<Repository>`select * from repositories where forge = 'github' and lower(name) = lower(${name})`);
  return on.maybe(sql<Repository>`select * from repositories where forge = ${forge} and name = ${name}`);
}

export function repositoriesOf(on: Queryable, projectId: string | null): Promise<Repository[]> {
  return on.all(sql<Repository>`select * from repositories where ${projectId}::text is null or project_id = ${projectId} order by id`);
}

export function listRepositories(on: Queryable, page: PageOf & { projectId?: string | undefined }): Promise<Repository[]> {
  return on.all(sql<Repository>`select * from repositories
    where id > ${page.cursor ?? ''} and (${page.projectId ?? null}::text is null or project_id = ${page.projectId ?? null})
    order by id limit ${page.limit + 1}`);
}

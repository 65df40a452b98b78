import type { Db } from '#platform/db/index.ts';
import type { Listed, Projects } from './model.ts';
import * as store from './store.ts';

type ProjectQueries = Pick<Projects, 'get' | 'byKey' | 'list' | 'repository' | 'repositoryByName' | 'repositories' | 'listRepositories'>;

/** Reads of projects and repositories. */
export function createProjectQueries(db: Db): ProjectQueries {
  return {
    get: async (id) => (await store.projectById(db, id)) ?? null,
    byKey: async (key) => (await store.projectByKey(db, key)) ?? null,
    list: async (page) => cut(await store.listProjects(db, page), page.limit),
    repository: async (id) => (await store.repositoryById(db, id)) ?? null,
    repositoryByName: async (forge, name) => (await store.repositoryByName(db, forge, name)) ?? null,
    repositories: (projectId) => store.repositoriesOf(db, projectId ?? null),
    listRepositories: async (page) => cut(await store.listRepositories(db, page), page.limit),
  };
}

function cut<T extends { id: string }>(rows: T[], limit: number): Listed<T> {
  const items = rows.slice(0, limit);
  return { items, nextCursor: rows.length > limit ? (items.at(-1)?.id ?? null) : null };
}

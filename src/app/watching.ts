import { createRepositoryWatcher } from '#connectors/git/index.ts';
import { createWatching, type RepositoryWatching, type WatchedRepository } from '#modules/impact/index.ts';
import type { Context } from './context.ts';
import type { Modules } from './modules.ts';

/** Watches the repositories of people that have work under way; forges tell of their changes themselves. */
export function startWatching(context: Context, modules: Modules): RepositoryWatching {
  const { config, db, log, outbox } = context;
  const { mirror, queue } = modules;
  const watching = createWatching({
    db,
    outbox,
    log,
    watcher: createRepositoryWatcher({ env: config.environment(['PATH']), log }),
    repositories: () => repositoriesWithWork(modules),
    mirror,
    refreshed: () => queue.wake(),
  });
  watching.start();
  return watching;
}

async function repositoriesWithWork({ projects, work }: Modules): Promise<WatchedRepository[]> {
  const found: WatchedRepository[] = [];
  for (const { id, projectId, name, forge, allowlisted } of await projects.repositories()) {
    if (forge !== 'path' || !allowlisted || (await projects.get(projectId))?.optedOut !== false) continue;
    const { items } = await work.list({ repositoryId: id, open: true, limit: 1 });
    if (items.length > 0) found.push({ id, projectId, dir: name });
  }
  return found;
}

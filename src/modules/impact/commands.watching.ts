import { messageOf } from '#kernel/errors.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { RefMove, RepositoryChange, RepositoryWatcher, Watching } from '#ports/watch.ts';
import { headsOf, removeHead, saveHead } from './store.ts';

/** A repository on this machine with work under way. */
export interface WatchedRepository {
  id: string;
  projectId: string;
  /** Its folder. */
  dir: string;
}

export interface WatchingDeps {
  db: Db;
  outbox: Pick<Outbox, 'put'>;
  log: Pick<Log, 'info' | 'warn'>;
  watcher: RepositoryWatcher;
  /** What is to be watched now; asked again and again. */
  repositories(): Promise<WatchedRepository[]>;
  mirror(repositoryId: string): Promise<Mirror>;
  /** The mirror of a repository was brought up to date: whoever waits for targets may look again. */
  refreshed(repositoryId: string): void;
  /** How often it is looked which repositories have work; default 2 s. */
  lookMs?: number;
}

export interface RepositoryWatching {
  start(): void;
  /** Nothing is watched and nothing is written when it resolves. */
  stop(): Promise<void>;
}

/**
 * Keeps the mirrors of people's repositories as fresh as the repositories: while there is work on one, a commit, rebase or switch there
 * is fetched within about a second, and every branch that moved is one event `repository.branch_moved` (`{branch, from, to}`; to the
 * first process that says so). Edits that are not committed are `repository.files_edited` (`{branch, commit, paths, count}`). Both have
 * the repository's id as subject. What moved while nobody watched is told when watching begins.
 */
export function createWatching(deps: WatchingDeps): RepositoryWatching {
  const open = new Map<string, Watching>();
  let timer: NodeJS.Timeout | undefined;
  let stopped = false;
  let running: Promise<void> = Promise.resolve();

  async function begin(repository: WatchedRepository): Promise<void> {
    const watching = await deps.watcher.watch(repository.dir, {
      onChange: (change) => takeIn(deps, repository, change),
      onEnd(reason) {
        open.delete(repository.id);
        deps.log.warn({ repository: repository.dir, reason }, 'A repository is no longer watched.');
      },
    });
    open.set(repository.id, watching);
    deps.log.info({ repository: repository.dir, watched: watching.mode }, 'A repository is watched while there is work on it.');
    await refresh(deps, repository);
  }

  async function look(): Promise<void> {
    const wanted = await deps.repositories();
    const ids = new Set(wanted.map(({ id }) => id));
    for (const [id, watching] of open) {
      if (ids.has(id)) continue;
      open.delete(id);
      await watching.stop();
    }
    for (const repository of wanted) {
      if (open.has(repository.id) || stopped) continue;
      await begin(repository).catch((error: unknown) =>
        deps.log.warn({ repository: repository.dir, error: messageOf(error) }, 'A repository cannot be watched now; it is tried again.'),
      );
    }
  }

  function next(): void {
    if (stopped) return;
    running = look()
      .catch((error: unknown) => deps.log.warn({ error: messageOf(error) }, 'It could not be read which repositories have work; it is tried again.'))
      .finally(() => {
        if (stopped) return;
        timer = setTimeout(next, deps.lookMs ?? 2000);
        timer.unref();
      });
  }

  return {
    start: next,
    async stop() {
      stopped = true;
      clearTimeout(timer);
      await running;
      await Promise.all([...open.values()].map((watching) => watching.stop()));
      open.clear();
    },
  };
}

async function takeIn(deps: WatchingDeps, repository: WatchedRepository, change: RepositoryChange): Promise<void> {
  if (change.kind !== 'worktree') return refresh(deps, repository);
  const { branch, commit, paths, count } = change;
  await deps.db.tx((tx) =>
    deps.outbox.put(tx, {
      type: 'repository.files_edited',
      subject: repository.id,
      projectId: repository.projectId,
      data: { branch, commit, paths: paths.map((name) => name.toWellFormed()), count },
    }),
  );
}

/** Fetches, and tells of every branch that is not where it was last time. The first time there is nothing to compare with. */
async function refresh(deps: WatchingDeps, repository: WatchedRepository): Promise<void> {
  const mirror = await deps.mirror(repository.id);
  await mirror.fetch();
  const before = await headsOf(deps.db, repository.id);
  const after = await mirror.sourceBranches();
  const moved = [...new Set([...before.keys(), ...after.keys()])]
    .map((branch) => ({ branch, from: before.get(branch) ?? null, to: after.get(branch) ?? null }))
    .filter(({ from, to }) => from !== to);
  if (moved.length > 0)
    await deps.db.tx(async (tx) => {
      for (const move of moved) if ((await noted(tx, repository.id, move)) && before.size > 0) await tell(deps, tx, repository, move);
    });
  deps.refreshed(repository.id);
}

/** False when another process noted it before us: then it told. */
async function noted(tx: Tx, repositoryId: string, { branch, from, to }: RefMove): Promise<boolean> {
  if (to !== null) return saveHead(tx, { repositoryId, branch, from, to });
  return from !== null && removeHead(tx, { repositoryId, branch, from });
}

async function tell({ outbox }: WatchingDeps, tx: Tx, { id, projectId }: WatchedRepository, { branch, from, to }: RefMove): Promise<void> {
  await outbox.put(tx, { type: 'repository.branch_moved', subject: id, projectId, data: { branch: branch.toWellFormed(), from, to } });
}

import { rm, stat } from 'node:fs/promises';
import { messageOf } from '#kernel/errors.ts';
import { endProcessesWith } from '#platform/process/index.ts';
import type { Mirror } from '#ports/git.ts';
import { homeOf, RUN_MARK, worktreeOf, type WorkshopDeps } from './steps.context.ts';
import { temporaryName } from './steps.temporary.ts';

/** Where one call of the checks works; its name marks the processes it starts. */
export interface CheckPlace {
  name: string;
  worktree: string;
  home: string;
}

/**
 * Worktrees of checks, kept between calls so that a large repository is not written out anew each time. One that is kept is
 * reset and cleaned before it is used again; whatever cannot be reset is thrown away. A killed process's are swept by name.
 */
export interface WorktreePool {
  take(repositoryId: string): Promise<CheckPlace>;
  /** Makes the worktree of a place the commit's, new or reset. */
  prepare(mirror: Mirror, place: CheckPlace, commit: string): Promise<void>;
  /** Never rejects. `sound`: the checks ran to their end, so the place may be kept. */
  give(mirror: Mirror, repositoryId: string, place: CheckPlace, sound: boolean): Promise<void>;
}

const GRACE_MS = 300;

export function createWorktreePool(deps: Pick<WorkshopDeps, 'folders' | 'nonce' | 'log'>, keep: number): WorktreePool {
  const idle = new Map<string, CheckPlace[]>();
  /** Places on their way back: they count, or more would be kept than wanted. */
  const cleaning = new Map<string, number>();

  async function discard(mirror: Mirror, { worktree, home }: CheckPlace): Promise<void> {
    await mirror
      .removeWorktree(worktree)
      .catch((error: unknown) => deps.log.warn({ worktree, error: messageOf(error) }, 'a worktree of checks could not be removed'));
    for (const folder of [worktree, home])
      await rm(folder, { recursive: true, force: true }).catch((error: unknown) =>
        deps.log.warn({ folder, error: messageOf(error) }, 'a place of checks is left over'),
      );
  }

  return {
    async take(repositoryId) {
      const kept = idle.get(repositoryId)?.pop();
      if (kept !== undefined) return kept;
      const name = await temporaryName('check', deps.nonce());
      return { name, worktree: worktreeOf(deps.folders, name), home: homeOf(deps.folders, name) };
    },
    async prepare(mirror, { worktree }, commit) {
      if ((await stat(worktree).catch(() => null)) !== null) {
        try {
          return await mirror.resetWorktree(worktree, commit);
        } catch (error) {
          deps.log.warn({ worktree, error: messageOf(error) }, 'a worktree of checks could not be reset; it is made anew');
          await mirror.removeWorktree(worktree);
        }
      }
      await mirror.addWorktree(worktree, commit);
    },
    async give(mirror, repositoryId, place, sound) {
      const places = idle.get(repositoryId) ?? [];
      idle.set(repositoryId, places);
      if (!sound || places.length + (cleaning.get(repositoryId) ?? 0) >= keep) return discard(mirror, place);
      cleaning.set(repositoryId, (cleaning.get(repositoryId) ?? 0) + 1);
      // What a check left running would write into the next one's worktree.
      await endProcessesWith(`${RUN_MARK}=${place.name}`, GRACE_MS).catch(() => undefined);
      await rm(place.home, { recursive: true, force: true }).catch(() => undefined);
      cleaning.set(repositoryId, (cleaning.get(repositoryId) ?? 1) - 1);
      places.push(place);
    },
  };
}

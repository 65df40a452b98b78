import { readdir, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { messageOf } from '#kernel/errors.ts';
import { sha256Hex } from '#platform/crypto/index.ts';
import { ageMs, endProcessesWith } from '#platform/process/index.ts';
import type { Mirror } from '#ports/git.ts';
import { homeOf, RUN_MARK, worktreeOf, type WorkshopDeps } from './steps.context.ts';
import { processMark } from './steps.processes.ts';

const hostMark = (): string => sha256Hex(os.hostname()).slice(0, 8);
const plain = (mark: string | null): string => (mark ?? '').replaceAll(/[^A-Za-z0-9]/g, '');

/** A name for a worktree and home that belong to one call: it tells which process of which machine will remove them. */
export async function temporaryName(kind: 'setup' | 'check', nonce: string): Promise<string> {
  return `${kind}-${hostMark()}-${process.pid}-${plain(await processMark(process.pid))}-${nonce}`;
}

const NAME = /^(?:setup|check)-([0-9a-f]{8})-(\d+)-([A-Za-z0-9]*)-/;
// Where a process cannot be asked (another machine on the same folder), nothing lives as long as this.
const ABANDONED_MS = 7 * 24 * 3_600_000;

/** Removes temporary places whose process is gone, with the processes it left; once per mirror and process. */
export type Sweeper = (mirror: Mirror) => Promise<void>;

export function createSweeper(deps: WorkshopDeps): Sweeper {
  const swept = new Map<string, Promise<void>>();
  const sweep = async (mirror: Mirror): Promise<void> => {
    for (const folder of [worktreeOf(deps.folders, ''), homeOf(deps.folders, '')]) {
      for (const name of await readdir(folder).catch(() => [])) {
        if (await isAbandoned(path.join(folder, name), name)) await remove(deps, mirror, name);
      }
    }
  };
  return (mirror) => {
    const before = swept.get(mirror.dir);
    if (before !== undefined) return before;
    const now = sweep(mirror).catch((error: unknown) =>
      deps.log.warn({ error: messageOf(error) }, 'places left by a killed server could not be tidied up'),
    );
    swept.set(mirror.dir, now);
    return now;
  };
}

async function isAbandoned(place: string, name: string): Promise<boolean> {
  const [, host, pid, mark] = NAME.exec(name) ?? [];
  if (host === undefined) return false;
  if (host === hostMark()) return plain(await processMark(Number(pid))) !== mark;
  const found = await stat(place).catch(() => null);
  return found !== null && ageMs(found) > ABANDONED_MS;
}

async function remove(deps: WorkshopDeps, mirror: Mirror, name: string): Promise<void> {
  await endProcessesWith(`${RUN_MARK}=${name}`, 300);
  // A worktree of another repository's mirror: that one is swept when it is used.
  const ours = await mirror.removeWorktree(worktreeOf(deps.folders, name)).then(
    () => true,
    () => false,
  );
  if (ours) await rm(homeOf(deps.folders, name), { recursive: true, force: true });
}

import { watch, type FSWatcher, type Stats } from 'node:fs';
import { lstat, readdir } from 'node:fs/promises';
import path from 'node:path';

/** `fs.watch`, or what a test puts in its place to be a machine without room for more watches. */
export type OpenWatch = (dir: string, onEvent: (name: string | null) => void, onError: (error: Error) => void) => { close(): void };

export const openWatch: OpenWatch = (dir, onEvent, onError) => {
  const watcher: FSWatcher = watch(dir, { persistent: false }, (_event, name) => onEvent(name));
  watcher.on('error', onError);
  return watcher;
};

/** A set of folders, each watched by itself: one inotify watch a folder, whatever number of files it holds. */
export interface Folders {
  /** Watches a folder, anew when another one is in its place. `gone`: it is not there, or not to be read. Throws Exhausted. */
  add(dir: string): Promise<'added' | 'known' | 'gone'>;
  /** Stops watching a folder and all below it. */
  drop(dir: string): void;
  all(): string[];
  close(): void;
}

/** The machine or our own limit has no room for another watch. */
export class Exhausted extends Error {}

interface Held {
  identity: string;
  watcher: { close(): void };
}

/** `onName`: something called `name` in `dir` changed; null: perhaps anything. */
export function createFolders(settings: { most: number; open: OpenWatch; onName(dir: string, name: string | null): void }): Folders {
  const held = new Map<string, Held>();

  function release(dir: string): void {
    held.get(dir)?.watcher.close();
    held.delete(dir);
  }

  return {
    async add(dir) {
      const found = await lstat(dir).catch(() => null);
      if (found === null || !found.isDirectory()) {
        release(dir);
        return 'gone';
      }
      const known = held.get(dir);
      const identity = identityOf(found);
      if (known?.identity === identity) return 'known';
      release(dir);
      if (held.size >= settings.most) throw new Exhausted(`more than ${settings.most} folders`);
      try {
        const watcher = settings.open(
          dir,
          (name) => settings.onName(dir, name),
          // A folder that went away; what is above it says so too.
          () => release(dir),
        );
        held.set(dir, { identity, watcher });
        return 'added';
      } catch (error) {
        const { code = '' } = error as NodeJS.ErrnoException;
        if (code === 'ENOSPC' || code === 'EMFILE' || code === 'ENFILE') throw new Exhausted(code);
        // Removed meanwhile, or not ours to read: it is not watched, the rest is.
        if (code === 'ENOENT' || code === 'ENOTDIR' || code === 'EACCES' || code === 'EPERM') return 'gone';
        throw error;
      }
    },
    drop(dir) {
      release(dir);
      for (const other of held.keys()) if (other.startsWith(dir + path.sep)) release(other);
    },
    all: () => [...held.keys()],
    close() {
      for (const dir of held.keys()) release(dir);
    },
  };
}

/** Tells a folder from another one that is called like it later. An inode alone is given to the next folder at once. */
export function identityOf({ dev, ino, birthtimeMs }: Pick<Stats, 'dev' | 'ino' | 'birthtimeMs'>): string {
  return `${dev}:${ino}:${birthtimeMs}`;
}

/** A folder and all below it, without links. */
export async function foldersBelow(dir: string): Promise<string[]> {
  const folders = [dir];
  for (const folder of folders) folders.push(...(await listFolder(folder)).folders);
  return folders;
}

/** What a folder holds, as full paths; nothing when it is gone meanwhile. A link is a file. */
export async function listFolder(dir: string): Promise<{ folders: string[]; files: string[] }> {
  const entries = await readdir(dir, { withFileTypes: true }).catch(() => []);
  const named = (wanted: boolean): string[] => entries.filter((entry) => entry.isDirectory() === wanted).map((entry) => path.join(dir, entry.name));
  return { folders: named(true), files: named(false) };
}

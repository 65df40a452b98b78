import { lstat } from 'node:fs/promises';
import path from 'node:path';
import { splitNul, nameFromBytes, nameToBytes } from './map.ts';
import type { GitClient } from './client.ts';
import { createFolders, listFolder, type Folders, type OpenWatch } from './watch.folders.ts';

export interface FileWatchSettings {
  client: GitClient;
  top: string;
  gitDir: string;
  /** Most folders watched; more: `start` and `settle` throw Exhausted. */
  most: number;
  open: OpenWatch;
  /** Something changed; `settle` says what. */
  onEvent(): void;
}

/** The files of a worktree that git does not ignore. */
export interface FileWatch {
  start(): Promise<void>;
  /** Changed paths since the last time, as in git, ignored ones left out; new folders are watched from here on. */
  settle(): Promise<string[]>;
  close(): void;
}

/** After so many events at once the kernel may have dropped some (its queue holds 16,384): all folders are looked at again. */
const MANY = 2000;

/** Never entered, whatever the ignore files say: their changes are not a person's, and there are tens of thousands of folders in them. */
const NEVER = new Set(['.git', 'node_modules']);

/** Whether a path below `top` is, or lies in, a folder that is never entered. */
function isNever(top: string, full: string): boolean {
  return path
    .relative(top, full)
    .split(path.sep)
    .some((part) => NEVER.has(part));
}

export function createFileWatch(settings: FileWatchSettings): FileWatch {
  const { client, top } = settings;
  const touched = new Set<string>();
  let rescan = false;
  const folders: Folders = createFolders({
    most: settings.most,
    open: settings.open,
    onName(dir, name) {
      if (name === null || touched.size >= MANY) rescan = true;
      if (name !== null) touched.add(path.join(dir, name));
      settings.onEvent();
    },
  });

  async function watchAll(): Promise<void> {
    const wanted = await trackedFolders(client, settings);
    for (const dir of folders.all()) if (!wanted.has(dir)) folders.drop(dir);
    for (const dir of wanted) await folders.add(dir);
  }

  /** Watches folders that may be new, and what is in them, level by level; answers the files of the new ones. */
  async function enter(dirs: readonly string[], isIgnored: (paths: readonly string[]) => Promise<Set<string>>): Promise<string[]> {
    const found: string[] = [];
    for (let level = dirs; level.length > 0;) {
      const below: string[] = [];
      for (const dir of level) {
        const added = await folders.add(dir);
        if (added === 'gone') continue;
        const held = await listFolder(dir);
        below.push(...held.folders.filter((one) => !NEVER.has(path.basename(one))));
        // One that was watched already told of its files itself.
        if (added === 'added') found.push(...held.files);
      }
      const ignored = await isIgnored(below);
      level = below.filter((dir) => !ignored.has(dir));
    }
    return found;
  }

  async function settle(): Promise<string[]> {
    const paths = [...touched].filter((full) => !isNever(top, full));
    touched.clear();
    const all = rescan;
    rescan = false;
    const isIgnored = (asked: readonly string[]): Promise<Set<string>> => ignoredOf(client, settings, asked);
    const ignored = await isIgnored(paths);
    const kinds = await kindsOf(paths.filter((full) => !ignored.has(full)));
    for (const [full, kind] of kinds) if (kind === 'gone') folders.drop(full);
    const inside = await enter(
      [...kinds].filter(([, kind]) => kind === 'folder').map(([full]) => full),
      isIgnored,
    );
    if (all) await watchAll();
    const ignoredInside = await isIgnored(inside);
    // A folder that is moved or removed tells of itself too, as if something of its own name were in it.
    const isSelf = (full: string): boolean => path.basename(full) === path.basename(path.dirname(full)) && kinds.get(path.dirname(full)) === 'gone';
    const files = [...kinds].filter(([full, kind]) => kind === 'file' || (kind === 'gone' && !isSelf(full))).map(([full]) => full);
    const found = new Set([...files, ...inside.filter((full) => !ignoredInside.has(full))]);
    return [...found]
      .map((full) => path.relative(top, full).split(path.sep).join('/'))
      .filter((name) => name !== '' && !name.startsWith('../'))
      .sort();
  }

  return { start: watchAll, settle, close: () => folders.close() };
}

/** Files asked for at once. */
const AT_ONCE = 256;

async function kindsOf(paths: readonly string[]): Promise<Map<string, 'file' | 'folder' | 'gone'>> {
  const kinds = new Map<string, 'file' | 'folder' | 'gone'>();
  for (let at = 0; at < paths.length; at += AT_ONCE) {
    const some = paths.slice(at, at + AT_ONCE);
    const stats = await Promise.all(some.map((full) => lstat(full).catch(() => null)));
    some.forEach((full, index) => {
      const stat = stats[index] ?? null;
      kinds.set(full, stat === null ? 'gone' : stat.isDirectory() ? 'folder' : 'file');
    });
  }
  return kinds;
}

/** Folders that hold something git would track, and empty ones; ignored ones are not in it, however many there are. */
async function trackedFolders(client: GitClient, { top, gitDir }: FileWatchSettings): Promise<Set<string>> {
  const run = { cwd: top, gitDir, config: [`core.worktree=${top}`] };
  const untracked = ['ls-files', '-z', '--others', '--exclude-standard'];
  const outputs = await Promise.all([['ls-files', '-z', '--cached'], untracked, [...untracked, '--directory']].map((args) => client.run(args, run)));
  const found = new Set([top]);
  for (const bytes of outputs.flatMap(({ stdout }) => splitNul(stdout))) {
    const name = nameFromBytes(bytes);
    let dir = path.join(top, name.endsWith('/') ? name.slice(0, -1) : path.dirname(name));
    if (isNever(top, dir)) continue;
    for (; dir.length > top.length && !found.has(dir); dir = path.dirname(dir)) found.add(dir);
  }
  return found;
}

/** Which of the paths git ignores; a tracked one never is. One process for all of them. */
async function ignoredOf(client: GitClient, { top, gitDir }: FileWatchSettings, paths: readonly string[]): Promise<Set<string>> {
  const names = paths.filter((full) => full !== top).map((full) => path.relative(top, full));
  if (names.length === 0) return new Set();
  const stdin = Buffer.concat(names.flatMap((name) => [nameToBytes(name), Buffer.from([0])]));
  // 1: none of them; 128: one lies in a submodule or behind a link, the answers before it hold.
  const run = { cwd: top, gitDir, config: [`core.worktree=${top}`], stdin, okCodes: [0, 1, 128] };
  const { stdout } = await client.run(['check-ignore', '-z', '--stdin'], run);
  return new Set(splitNul(stdout).map((bytes) => path.join(top, nameFromBytes(bytes))));
}

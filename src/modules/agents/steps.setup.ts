import { cp, mkdir, readdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { constants } from 'node:fs';
import { canonicalJson, sha256Hex } from '#platform/crypto/index.ts';
import { ageMs, runCommand } from '#platform/process/index.ts';
import type { Mirror, TreeEntry } from '#ports/git.ts';
import { setupKey } from './decide.setup.ts';
import { homeOf, worktreeOf, type WorkshopDeps } from './steps.context.ts';
import { temporaryName } from './steps.temporary.ts';
import { runShell, type Bench } from './steps.shell.ts';

/** A setup to have in a worktree: of which files, by which commands, in which sandbox. */
export interface SetupInput {
  repositoryId: string;
  mirror: Mirror;
  commit: string;
  entries: readonly TreeEntry[];
  commands: readonly string[];
  /** Where the setup is wanted. */
  worktree: string;
  /** The sandbox and environment of commands in a given worktree and home. */
  bench(worktree: string, home: string): Bench;
  signal: AbortSignal;
}

export type SetupResult =
  | { ok: true; /** Files and folders the setup made, relative to the worktree. */ made: string[]; cached: boolean; durationMs: number }
  | { ok: false; command: string; output: string; ended: 'exit' | 'timeout' | 'aborted' | 'spawn_failed' };

type Made = { ok: true; made: string[] } | Extract<SetupResult, { ok: false }>;

// `npm ci` of a large repository on a slow machine takes minutes; a setup that hangs must still end.
const SETUP_TIMEOUT_MS = 20 * 60_000;

/**
 * Caches are by repository and by what the setup depends on (`decide.setup.ts`). A cache is made once in a clean worktree
 * and copied into each worktree that wants it: copied and not hard-linked, because a tool that writes into a file of
 * node_modules in place would change it for everybody. On file systems that can, the copy shares its blocks.
 */
export interface SetupCache {
  restore(input: SetupInput): Promise<SetupResult>;
}

export function createSetupCache(deps: WorkshopDeps): SetupCache {
  const making = new Map<string, Promise<Made>>();

  async function cached(input: SetupInput, folder: string): Promise<{ made: Made; fresh: boolean }> {
    const there = await readManifest(folder);
    if (there !== null) return { made: { ok: true, made: there }, fresh: false };
    const running = making.get(folder);
    if (running !== undefined) return { made: await running, fresh: false };
    const work = makeCache(deps, input, folder).finally(() => making.delete(folder));
    making.set(folder, work);
    return { made: await work, fresh: true };
  }

  return {
    async restore(input) {
      if (input.commands.length === 0) return { ok: true, made: [], cached: true, durationMs: 0 };
      const startedMs = performance.now();
      const key = sha256Hex(canonicalJson(setupKey(input.entries, input.commands, `${process.platform}-${process.arch}`))).slice(0, 40);
      const folder = path.join(deps.folders.data, 'setup-cache', input.repositoryId, key);
      let { made, fresh } = await cached(input, folder);
      // Somebody else's stop must not fail this run: the one who made the cache was aborted, we were not.
      if (!made.ok && made.ended === 'aborted' && !input.signal.aborted) ({ made, fresh } = await cached(input, folder));
      if (!made.ok) return made;
      for (const root of made.made) await copyTree(deps, path.join(folder, 'files', root), path.join(input.worktree, root));
      return { ok: true, made: made.made, cached: !fresh, durationMs: Math.round(performance.now() - startedMs) };
    },
  };
}

async function makeCache(deps: WorkshopDeps, input: SetupInput, folder: string): Promise<Made> {
  const name = await temporaryName('setup', deps.nonce());
  const worktree = worktreeOf(deps.folders, name);
  const home = homeOf(deps.folders, name);
  const staging = `${folder}.${name}`;
  try {
    await input.mirror.addWorktree(worktree, input.commit);
    const failed = await runSetup(deps, input.bench(worktree, home), input);
    if (failed !== null) return failed;
    const made = await madeBySetup(worktree, input.entries);
    for (const root of made) await moveInto(path.join(worktree, root), path.join(staging, 'files', root));
    await mkdir(staging, { recursive: true });
    await writeFile(path.join(staging, 'manifest.json'), JSON.stringify({ version: 1, made }));
    await publishCache(staging, folder);
    await pruneCaches(path.dirname(folder));
    return { ok: true, made };
  } finally {
    await input.mirror
      .removeWorktree(worktree)
      .catch((error: unknown) => deps.log.warn({ worktree, error }, 'a worktree of a setup could not be removed'));
    for (const leftover of [home, staging]) await rm(leftover, { recursive: true, force: true });
  }
}

/** Runs the setup commands one after the other in a worktree; null when all ended well. */
export async function runSetup(
  deps: WorkshopDeps,
  bench: Bench,
  input: Pick<SetupInput, 'commands' | 'signal'>,
): Promise<Extract<SetupResult, { ok: false }> | null> {
  for (const command of input.commands) {
    const result = await runShell(deps, bench, { command, timeoutMs: SETUP_TIMEOUT_MS, signal: input.signal });
    if (result.ended !== 'exit' || result.exitCode !== 0) return { ok: false, command, output: result.output, ended: result.ended };
  }
  return null;
}

/** What is in a worktree and not in its commit: the topmost folders and files without a tracked file below. */
export async function madeBySetup(worktree: string, entries: readonly TreeEntry[]): Promise<string[]> {
  const tracked = new Set(entries.map((entry) => entry.path));
  const folders = new Set<string>();
  for (const entry of entries) {
    for (let at = entry.path.indexOf('/'); at >= 0; at = entry.path.indexOf('/', at + 1)) folders.add(entry.path.slice(0, at));
  }
  const made: string[] = [];
  async function visit(folder: string): Promise<void> {
    for (const found of await readdir(path.join(worktree, folder), { withFileTypes: true })) {
      const name = folder === '' ? found.name : `${folder}/${found.name}`;
      if (name === '.git' || tracked.has(name)) continue;
      if (found.isDirectory() && folders.has(name)) await visit(name);
      else made.push(name);
    }
  }
  await visit('');
  return made.sort();
}

async function moveInto(from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  await rename(from, to);
}

/** The folder appears whole or not at all; when another process was faster its result is as good as ours. */
async function publishCache(staging: string, folder: string): Promise<void> {
  try {
    await rename(staging, folder);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
}

async function readManifest(folder: string): Promise<string[] | null> {
  try {
    const manifest = JSON.parse(await readFile(path.join(folder, 'manifest.json'), 'utf8')) as { made: string[] };
    const now = new Date();
    await utimes(folder, now, now);
    return manifest.made;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const CACHE_MAX_AGE_MS = 14 * 24 * 3_600_000;

/** Caches nobody used for two weeks make room when a new one is made. */
async function pruneCaches(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const cache = path.join(folder, name);
    const seen = await stat(cache).catch(() => ({ mtimeMs: Number.POSITIVE_INFINITY }));
    if (ageMs(seen) > CACHE_MAX_AGE_MS) await rm(cache, { recursive: true, force: true });
  }
}

const COPY_TIMEOUT_MS = 10 * 60_000;

/** `cp` shares blocks where the file system can and is several times faster than copying file by file from here. */
async function copyTree(deps: Pick<WorkshopDeps, 'environment'>, from: string, to: string): Promise<void> {
  await mkdir(path.dirname(to), { recursive: true });
  if (process.platform === 'linux') {
    const env = { PATH: deps.environment['PATH'] ?? '/usr/bin:/bin' };
    const copied = await runCommand({
      command: 'cp',
      args: ['-a', '--reflink=auto', from, to],
      cwd: '/',
      env,
      timeoutMs: COPY_TIMEOUT_MS,
      maxOutputBytes: 4096,
    });
    if (copied.exitCode === 0) return;
    await rm(to, { recursive: true, force: true });
  }
  await cp(from, to, { recursive: true, verbatimSymlinks: true, preserveTimestamps: true, mode: constants.COPYFILE_FICLONE });
}

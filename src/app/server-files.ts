import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { hostname } from 'node:os';
import path from 'node:path';
import { publicUrlOf } from '#platform/config/index.ts';
import type { AppConfig } from './config.ts';

/** What a running server says of itself, in a file of its own: several may share a data directory, and any may die by kill -9. */
export interface ServerRecord {
  url: string;
  public_url: string;
  pid: number;
  /** When the process began, in the system's own words: a pid alone is given away again. */
  begun: string | null;
  /** Pids mean something on their own machine only (two containers may share a volume). */
  host: string;
  written_at: string;
}

const folderOf = (dataDir: string): string => path.join(dataDir, 'servers');

/** Writes the record of this very process; answers how to take it away again. */
export function writeServerFile(dataDir: string, id: string, address: { url: string; publicUrl: string }, now: Date): () => void {
  const record: ServerRecord = {
    url: address.url,
    public_url: address.publicUrl,
    pid: process.pid,
    begun: beginningOf(process.pid),
    host: hostname(),
    written_at: now.toISOString(),
  };
  mkdirSync(folderOf(dataDir), { recursive: true, mode: 0o700 });
  const file = path.join(folderOf(dataDir), `${id}.json`);
  // Whole or not at all: the command line may be looking this very moment.
  writeFileSync(`${file}.part`, `${JSON.stringify(record)}\n`, { mode: 0o600 });
  renameSync(`${file}.part`, file);
  return () => rmSync(file, { force: true });
}

/** The servers of a data directory whose processes live on this machine, the youngest first. Files of dead ones are removed. */
export function listServers(dataDir: string): ServerRecord[] {
  if (!existsSync(folderOf(dataDir))) return [];
  const files = readdirSync(folderOf(dataDir)).filter((name) => name.endsWith('.json'));
  return files
    .flatMap((name) => livingIn(path.join(folderOf(dataDir), name)))
    .toSorted((one, other) => other.written_at.localeCompare(one.written_at));
}

/** Under which address people and forges reach this process. Without a port of its own choosing only a running server knows it. */
export function reachedAt(config: Pick<AppConfig, 'dataDir' | 'publicUrl' | 'host' | 'port'>): string {
  if (config.publicUrl !== null || config.port !== 0) return publicUrlOf(config, config.port);
  const own = listServers(config.dataDir).find(({ pid }) => pid === process.pid);
  return own?.public_url ?? publicUrlOf(config, config.port);
}

function livingIn(file: string): ServerRecord[] {
  try {
    const record = JSON.parse(readFileSync(file, 'utf8')) as ServerRecord;
    // Of another machine nothing can be said from here, and its address may well be somebody else's on this one.
    if (record.host !== hostname()) return [];
    if (record.begun === beginningOf(record.pid) && isAlive(record.pid)) return [record];
    rmSync(file, { force: true });
    return [];
  } catch {
    // Gone since the folder was read, or no record of ours.
    return [];
  }
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Null for a process that is not there, a zombie included. */
function beginningOf(pid: number): string | null {
  try {
    if (process.platform !== 'linux')
      return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }).trim();
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The second field, the program's name in brackets, may hold blanks. https://man7.org/linux/man-pages/man5/proc_pid_stat.5.html
    const [state, ...rest] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    return state === 'Z' || state === 'X' ? null : (rest[18] ?? null);
  } catch {
    return null;
  }
}

import { readFileSync, readlinkSync, rmSync } from 'node:fs';
import path from 'node:path';

/** What a server left (or keeps) in `postmaster.pid`; line order is PostgreSQL's (miscadmin.h, LOCK_FILE_LINE_*). */
export interface PidFile {
  pid: number;
  dataDir: string;
  port: number;
  socketDir: string;
  /** `starting`, `ready`, `standby`, `stopping`; empty while the file is being written. */
  status: string;
}

export function readPidFile(pgDir: string): PidFile | null {
  try {
    const lines = readFileSync(path.join(pgDir, 'postmaster.pid'), 'utf8').split('\n');
    const pid = Number(lines[0]);
    if (!Number.isInteger(pid) || pid <= 0) return null;
    return { pid, dataDir: lines[1] ?? '', port: Number(lines[3]), socketDir: lines[4] ?? '', status: (lines[7] ?? '').trim() };
  } catch {
    return null;
  }
}

export function removePidFile(pgDir: string): void {
  rmSync(path.join(pgDir, 'postmaster.pid'), { force: true });
}

/**
 * Who has the pid that the file names. PostgreSQL itself only asks whether the pid exists, and refuses to start over a
 * zombie or over a stranger that was given the number again (in containers: nearly always).
 * `unknown`: alive, but this system does not tell what it is (no /proc).
 */
export type PidHolder = 'dead' | 'zombie' | 'postgres' | 'foreign' | 'unknown';

export function pidHolder(pid: number, pgDir: string): PidHolder {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return 'dead';
  }
  try {
    // "pid (name) state ...": the name may hold anything, so count from the last parenthesis.
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const state = stat.slice(stat.lastIndexOf(')') + 2).charAt(0);
    if (state === 'Z' || state === 'X') return 'zombie';
    return readlinkSync(`/proc/${pid}/cwd`) === pgDir ? 'postgres' : 'foreign';
  } catch {
    return 'unknown';
  }
}

import { execFile } from 'node:child_process';
import { readFile, readdir } from 'node:fs/promises';
import { promisify } from 'node:util';

/** One live process; zombies are left out, for they hold nothing and cannot be killed. */
export interface ProcessRow {
  pid: number;
  parent: number;
  group: number;
  /** 0 where the system does not tell. */
  session: number;
}

const hasProc = process.platform === 'linux';

/** Ids of all processes; empty where there is no /proc. */
export async function listPids(): Promise<number[]> {
  if (!hasProc) return [];
  const names = await readdir('/proc');
  return names.map(Number).filter((pid) => Number.isInteger(pid));
}

/** The live processes among `pids` (default: all of the machine). */
export async function readProcessTable(pids?: readonly number[]): Promise<ProcessRow[]> {
  if (!hasProc) return parsePs((await promisify(execFile)('ps', ['-axo', 'pid=,ppid=,pgid=,stat='])).stdout);
  const rows = await Promise.all((pids ?? (await listPids())).map(readRow));
  return rows.filter((row) => row !== null);
}

async function readRow(pid: number): Promise<ProcessRow | null> {
  try {
    return parseStat(pid, await readFile(`/proc/${pid}/stat`, 'utf8'));
  } catch {
    return null; // gone between the listing and the reading
  }
}

/** Reads a line of `/proc/<pid>/stat`. The command name may hold spaces and brackets, so it is cut at the last `)`. */
export function parseStat(pid: number, stat: string): ProcessRow | null {
  const [state, parent, group, session] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  if (state === undefined || state === 'Z' || state === 'X') return null;
  return { pid, parent: Number(parent), group: Number(group), session: Number(session) };
}

/** Reads the output of `ps -axo pid=,ppid=,pgid=,stat=`, the process table of systems without /proc. */
export function parsePs(text: string): ProcessRow[] {
  const rows: ProcessRow[] = [];
  for (const line of text.split('\n')) {
    const [pid, parent, group, state] = line.trim().split(/\s+/);
    if (state === undefined || state.startsWith('Z')) continue;
    rows.push({ pid: Number(pid), parent: Number(parent), group: Number(group), session: 0 });
  }
  return rows;
}

/** Whether the process started with `entry` (`NAME=value`) in its environment. False when we may not look. */
export async function hasEnvironment(pid: number, entry: string): Promise<boolean> {
  if (!hasProc) return false;
  try {
    const environment = await readFile(`/proc/${pid}/environ`, 'utf8');
    return environment.split('\0').includes(entry);
  } catch {
    return false;
  }
}

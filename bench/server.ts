import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listServers } from '../src/app/server-files.ts';
import { until, type Result } from './samples.ts';

const BIN = path.resolve(import.meta.dirname, '../bin/reeve.js');
const FIRST_STARTS = 3;
const RESTARTS = 5;
const SETTLE_MS = 5000;
const READY_WAIT_MS = 60_000;
const STOP_WAIT_MS = 30_000;

/** This environment without anybody's settings of Reeve. */
export function plainEnvironment(more: Record<string, string>): Record<string, string | undefined> {
  return { ...Object.fromEntries(Object.entries(process.env).filter(([name]) => !name.startsWith('REEVE_'))), ...more };
}

export const temporaryFolder = (): string => mkdtempSync(path.join(tmpdir(), 'reeve-bench-'));

export function startReeve(args: readonly string[], folder: string, stdout: 'ignore' | 'pipe', more: Record<string, string> = {}): ChildProcess {
  const env = plainEnvironment({ REEVE_DATA_DIR: path.join(folder, 'data'), REEVE_PORT: '0', REEVE_LOG_FORMAT: 'json', ...more });
  return spawn(process.execPath, [BIN, ...args], { cwd: folder, env, stdio: ['ignore', stdout, 'ignore'] });
}

/** Ends it as an operator would. Throws when it does not go: a figure of such a server would say little. */
export async function endReeve(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<'ended'>((resolve) => child.once('exit', () => resolve('ended')));
  child.kill('SIGTERM');
  if ((await Promise.race([ended, delay(STOP_WAIT_MS, 'late', { ref: false })])) === 'ended') return;
  child.kill('SIGKILL');
  await ended;
  throw new Error(`The process did not end within ${STOP_WAIT_MS / 1000} s of SIGTERM.`);
}

/** Memory of a process in MB; null where there is no /proc. */
export interface Memory {
  resident: number;
  /** Without what is read from files and could be shared or read again (the program itself). */
  own: number;
}

export function memoryOf(pid: number): Memory | null {
  const file = `/proc/${pid}/status`;
  if (!existsSync(file)) return null;
  const text = readFileSync(file, 'utf8');
  const megabytes = (name: string): number => Number(new RegExp(`^${name}:\\s+(\\d+) kB`, 'm').exec(text)?.[1] ?? 0) / 1024;
  return { resident: megabytes('VmRSS'), own: megabytes('RssAnon') };
}

const TICKS_PER_SECOND = 100; // what Linux counts processor time in, whatever its kernel was built with

/** Processor time a process has used so far, its threads included, in ms: says more than the clock on a busy machine. */
export function processorMsOf(pid: number): number | null {
  const file = `/proc/${pid}/stat`;
  if (!existsSync(file)) return null;
  // The second field, the program's name in brackets, may hold blanks.
  const fields = readFileSync(file, 'utf8')
    .replace(/^.*\) /s, '')
    .split(' ');
  return ((Number(fields[11]) + Number(fields[12])) / TICKS_PER_SECOND) * 1000;
}

/** Starts on a new data directory and again on one that exists: time until it answers "ready", memory when left alone. */
export async function benchServer(): Promise<Result[]> {
  const first: number[] = [];
  const again: number[] = [];
  const processor: number[] = [];
  const memory: Memory[] = [];
  for (let n = 0; n < FIRST_STARTS; n += 1) await inFolder(async (folder) => void first.push((await startOnce(folder, 0)).readyMs));
  await inFolder(async (folder) => {
    await startOnce(folder, 0);
    for (let n = 0; n < RESTARTS; n += 1) {
      const start = await startOnce(folder, SETTLE_MS);
      again.push(start.readyMs);
      if (start.processorMs !== null) processor.push(start.processorMs);
      if (start.memory !== null) memory.push(start.memory);
    }
  });
  return [
    { name: 'server: start to ready, new data directory', unit: 'ms', samples: first },
    { name: 'server: start to ready, existing one', unit: 'ms', samples: again },
    { name: 'server: processor time of it, without PostgreSQL', unit: 'ms', samples: processor },
    { name: `server: resident, idle ${SETTLE_MS / 1000} s after start`, unit: 'MB', samples: memory.map((sample) => sample.resident) },
    { name: 'server: of it its own, not file-backed', unit: 'MB', samples: memory.map((sample) => sample.own) },
  ];
}

async function inFolder(work: (folder: string) => Promise<void>): Promise<void> {
  const folder = temporaryFolder();
  try {
    await work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

interface Start {
  readyMs: number;
  processorMs: number | null;
  memory: Memory | null;
}

async function startOnce(folder: string, settleMs: number): Promise<Start> {
  const begun = performance.now();
  const child = startReeve(['serve'], folder, 'ignore');
  try {
    await until(() => whereReady(child, path.join(folder, 'data')), READY_WAIT_MS, 'the server to be ready');
    const readyMs = performance.now() - begun;
    const processorMs = processorMsOf(child.pid ?? 0);
    await delay(settleMs);
    return { readyMs, processorMs, memory: memoryOf(child.pid ?? 0) };
  } finally {
    await endReeve(child);
  }
}

/** Address of this server once it answers "ready"; null before. Throws when it has ended. */
export async function whereReady(child: ChildProcess, dataDir: string): Promise<string | null> {
  if (child.exitCode !== null) throw new Error(`The server ended with ${child.exitCode}.`);
  const own = listServers(dataDir).find(({ pid }) => pid === child.pid);
  if (own === undefined) return null;
  try {
    return (await fetch(new URL('/ready', own.url))).ok ? own.url : null;
  } catch {
    return null; // not listening yet
  }
}

import { createHash } from 'node:crypto';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import pg from 'pg';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import type { PostgresBinaries } from './embedded.binaries.ts';
import { pidHolder, readPidFile, removePidFile, type PidFile } from './embedded.pid-file.ts';
import { NOBODY, runAs, spawnAs, type RunAs } from './embedded.run-as.ts';

/** Where things are, and how programs are run: everything the functions below need. */
export interface ServerSetup {
  /** REEVE_DATA_DIR, resolved: `pg` (the cluster), `run` (the socket), `pglib`, `postgres.log` are in it. */
  dataDir: string;
  binaries: PostgresBinaries;
  how: RunAs;
  /** Server settings given on the command line of a start; an adopted server keeps the ones it was started with. */
  settings: Readonly<Record<string, string>>;
  /** Skip fsync when the cluster is made. Only for clusters that are thrown away. */
  disposable: boolean;
  log: Log;
  /** Called as soon as a program of the server's works for us, or a running one was found; more than once does no harm. */
  onBegun: () => void;
  /** How long a start may take: it replays the log first. */
  readyWithinMs: number;
}

export interface RunningServer {
  pid: number;
  socketDir: string;
  port: number;
  adopted: boolean;
}

export const USER = 'reeve';

/** Only names the socket file: the server listens on no TCP port, so nothing can collide. */
const PORT = 5432;

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, with the closing zero. */
const LONGEST_SOCKET_PATH = 103;

/** Crash recovery replays at most max_wal_size (1 GB by default): minutes on a slow disk. */
export const READY_WITHIN_MS = 5 * 60_000;

export function pgDirOf(dataDir: string): string {
  return path.join(dataDir, 'pg');
}

/**
 * Answers the server of this data folder: the running one, or a new one. Call it under the start lock only.
 * A pid file that names a dead process, a zombie or a stranger is a leftover of a crash and is removed; recovery from the
 * write-ahead log is then PostgreSQL's own.
 */
export async function ensureRunning(setup: ServerSetup): Promise<RunningServer> {
  const pgDir = pgDirOf(setup.dataDir);
  const left = readPidFile(pgDir);
  if (left !== null) {
    const adopted = await adopt(setup, left);
    if (adopted !== null) {
      setup.onBegun();
      return adopted;
    }
  }
  if (!existsSync(pgDir)) await initialise(setup);
  try {
    return await start(setup);
  } catch (error) {
    // PostgreSQL refuses a folder of another version by itself; we know what to do about it. Asked only then: it costs a process.
    await refuseOtherVersion(setup);
    throw error;
  }
}

/** Null when the pid file was a leftover (and is gone now). */
async function adopt(setup: ServerSetup, left: PidFile): Promise<RunningServer | null> {
  const pgDir = pgDirOf(setup.dataDir);
  const deadline = Date.now() + setup.readyWithinMs;
  for (;;) {
    const found = readPidFile(pgDir);
    if (found === null) return null;
    // Asked before the pid is judged: a server in another pid namespace (two containers, one volume) still answers here.
    if (await answers(found, pgDir)) {
      return { pid: found.pid, socketDir: found.socketDir, port: found.port, adopted: true };
    }
    const holder = pidHolder(found.pid, pgDir);
    if (holder === 'dead' || holder === 'zombie' || holder === 'foreign') {
      setup.log.warn({ pid: found.pid, holder }, 'The database was not shut down cleanly; removing its stale pid file and recovering.');
      removePidFile(pgDir);
      return null;
    }
    if (Date.now() > deadline) {
      throw new AppError('unavailable', `Process ${left.pid} holds the database in ${setup.dataDir} and does not answer.`, {
        code: 'embedded_held',
        hint: `See ${path.join(setup.dataDir, 'postgres.log')}; end process ${left.pid} if it is not a database server.`,
      });
    }
    await delay(25);
  }
}

/** True when the server behind this pid file accepts connections and serves this very folder. */
async function answers(found: PidFile, pgDir: string): Promise<boolean> {
  if (found.socketDir === '' || found.status === 'stopping') return false;
  const client = new pg.Client({ host: found.socketDir, port: found.port, user: USER, database: 'postgres', connectionTimeoutMillis: 5000 });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<{ folder: string }>("select current_setting('data_directory') as folder");
    return rows[0]?.folder === pgDir;
  } catch {
    return false;
  } finally {
    await client.end().catch(() => {});
  }
}

/** Made aside and moved into place in one step: a crash in the middle leaves no half cluster. */
async function initialise(setup: ServerSetup): Promise<void> {
  const aside = mkdtempSync(path.join(setup.dataDir, 'init-'));
  giveAway(setup, aside);
  const args = ['-D', aside, '-U', USER, '--auth=trust', '--encoding=UTF8', '--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8'];
  if (setup.disposable) args.push('--no-sync');
  try {
    const made = runAs(setup.how, setup.binaries, setup.binaries.initdb, args);
    setup.onBegun();
    await made;
  } catch (error) {
    rmSync(aside, { recursive: true, force: true });
    throw programFailed('initdb', error);
  }
  renameSync(aside, pgDirOf(setup.dataDir));
}

async function refuseOtherVersion(setup: ServerSetup): Promise<void> {
  const made = readFileSync(path.join(pgDirOf(setup.dataDir), 'PG_VERSION'), 'utf8').trim();
  const { stdout } = await runAs(setup.how, setup.binaries, setup.binaries.postgres, ['--version']).catch((error: unknown) => {
    throw programFailed('postgres', error);
  });
  const carried = /\b(\d+)\.\d+/.exec(stdout)?.[1] ?? /\b(\d+)/.exec(stdout)?.[1];
  if (carried !== made) {
    throw new AppError('unavailable', `The database in ${setup.dataDir} was made by PostgreSQL ${made}; this Reeve carries PostgreSQL ${carried}.`, {
      code: 'embedded_version',
      hint: `Use the Reeve that made it to take a backup, or run PostgreSQL ${made} yourself and set REEVE_DATABASE_URL.`,
    });
  }
}

// Backends of a killed postmaster notice its death within moments; until then their shared memory blocks a new start.
const ORPHANS_GONE_WITHIN_MS = 20_000;

async function start(setup: ServerSetup): Promise<RunningServer> {
  const logFile = prepareLog(setup);
  const socketDir = prepareSocketDir(setup);
  const args = ['-D', pgDirOf(setup.dataDir)];
  const settings = {
    listen_addresses: '',
    port: String(PORT),
    unix_socket_directories: `"${socketDir.replaceAll('"', '""')}"`,
    unix_socket_permissions: '0700',
    max_connections: '200',
    ...setup.settings,
  };
  for (const [name, value] of Object.entries(settings)) args.push('-c', `${name}=${value}`);
  const deadline = Date.now() + ORPHANS_GONE_WITHIN_MS;
  for (;;) {
    const before = statSync(logFile).size;
    const started = await startOnce(setup, args, logFile);
    if (started !== null) return { ...started, adopted: false };
    const said = readFileSync(logFile).subarray(before).toString('utf8');
    if (!/pre-existing shared memory block/.test(said) || Date.now() > deadline) throw startFailed(said, logFile);
    await delay(100);
  }
}

/**
 * Without pg_ctl, which hands the paths to a shell and breaks on some. The server gets a session of its own, so that it
 * outlives us and our terminal. Null when it ended before it was ready.
 */
async function startOnce(
  setup: ServerSetup,
  args: readonly string[],
  logFile: string,
): Promise<{ pid: number; socketDir: string; port: number } | null> {
  const pgDir = pgDirOf(setup.dataDir);
  const server = spawnAs(setup.how, setup.binaries, setup.binaries.postgres, args, logFile);
  setup.onBegun();
  const ended = new Promise<'ended'>((resolve) => {
    server.once('error', () => resolve('ended'));
    server.once('exit', () => resolve('ended'));
  });
  const deadline = Date.now() + setup.readyWithinMs;
  while (Date.now() < deadline) {
    const own = readPidFile(pgDir);
    if (own !== null && own.pid === server.pid && own.status === 'ready') {
      server.unref();
      return { pid: own.pid, socketDir: own.socketDir, port: own.port };
    }
    if ((await Promise.race([ended, delay(10)])) === 'ended') return null;
  }
  server.kill('SIGQUIT');
  throw new AppError('unavailable', `The embedded PostgreSQL was not ready after ${setup.readyWithinMs / 60_000} minutes.`, {
    code: 'embedded_start',
    hint: `See ${logFile}.`,
  });
}

const STOPPED_WITHIN_MS = 60_000;

/** Stops the server of this folder if one runs; connections of others are cut. Call it under the start lock. */
export async function stopServer(dataDir: string): Promise<void> {
  const pgDir = pgDirOf(dataDir);
  const running = readPidFile(pgDir);
  if (running === null) return;
  const isRunning = (): boolean => !['dead', 'zombie', 'foreign'].includes(pidHolder(running.pid, pgDir));
  // SIGINT is PostgreSQL's fast shutdown: roll back, disconnect, write a checkpoint, end.
  if (isRunning()) process.kill(running.pid, 'SIGINT');
  for (const deadline = Date.now() + STOPPED_WITHIN_MS; isRunning(); await delay(10)) {
    if (Date.now() > deadline) {
      throw new AppError('unavailable', `The embedded PostgreSQL (process ${running.pid}) did not stop within ${STOPPED_WITHIN_MS / 1000} s.`, {
        code: 'embedded_stop',
        hint: `See ${path.join(dataDir, 'postgres.log')}.`,
      });
    }
  }
}

const LARGEST_LOG_BYTES = 10 * 1024 * 1024;

/** One old log is kept, so the folder cannot fill up with them. */
function prepareLog(setup: ServerSetup): string {
  const file = path.join(setup.dataDir, 'postgres.log');
  if ((statSync(file, { throwIfNoEntry: false })?.size ?? 0) > LARGEST_LOG_BYTES) renameSync(file, `${file}.1`);
  closeSync(openSync(file, 'a', 0o600));
  giveAway(setup, file);
  return file;
}

/** A folder only we may enter: on the socket everybody is trusted, so the folder is the lock on the door. */
function prepareSocketDir(setup: ServerSetup): string {
  let folder = path.join(setup.dataDir, 'run');
  if (Buffer.byteLength(path.join(folder, `.s.PGSQL.${PORT}`)) > LONGEST_SOCKET_PATH) {
    const short = os.tmpdir().length <= 40 ? os.tmpdir() : '/tmp';
    folder = path.join(short, `reeve-${createHash('sha256').update(setup.dataDir).digest('hex').slice(0, 16)}`);
  }
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const made = lstatSync(folder);
  const owners = [process.getuid?.(), ...(setup.how === 'setuid' ? [NOBODY] : [])];
  if (!made.isDirectory() || !owners.includes(made.uid)) {
    throw new AppError('unavailable', `${folder}, the folder for the database's socket, belongs to somebody else.`, {
      code: 'embedded_socket',
      hint: 'Remove it, or use a shorter REEVE_DATA_DIR.',
    });
  }
  chmodSync(folder, 0o700);
  giveAway(setup, folder);
  // Nobody serves this data folder now, and nobody else uses this socket folder: what lies here is of a crash. PostgreSQL
  // would refuse it when its pid was given away again, or still belongs to a zombie.
  for (const left of [`.s.PGSQL.${PORT}`, `.s.PGSQL.${PORT}.lock`]) rmSync(path.join(folder, left), { force: true });
  return folder;
}

function giveAway(setup: ServerSetup, file: string): void {
  if (setup.how === 'setuid') chownSync(file, NOBODY, NOBODY);
}

function programFailed(program: string, error: unknown): AppError {
  const said = ((error as { stderr?: string }).stderr ?? '').trim();
  return new AppError('unavailable', `${program} failed: ${said === '' ? messageOf(error) : said}`, {
    code: 'embedded_program',
    hint: 'The embedded PostgreSQL needs glibc (not Alpine) and a folder it may write to; REEVE_DATABASE_URL uses a server of your own.',
    cause: error,
  });
}

function startFailed(said: string, logFile: string): AppError {
  const fatal = said.split('\n').filter((line) => /FATAL|PANIC|HINT/.test(line));
  const reason = fatal.length > 0 ? fatal.map((line) => line.replace(/^.*?(FATAL|PANIC|HINT):\s*/, '')).join(' ') : said.trim();
  return new AppError('unavailable', `The embedded PostgreSQL did not start: ${reason}`, { code: 'embedded_start', hint: `See ${logFile}.` });
}

import { chmodSync, chownSync, mkdirSync, realpathSync, statSync } from 'node:fs';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { locateBinaries, type PostgresBinaries } from './embedded.binaries.ts';
import { chooseRunAs, NOBODY, type RunAs } from './embedded.run-as.ts';
import { ensureRunning, READY_WITHIN_MS, stopServer, USER, type ServerSetup } from './embedded.server.ts';
import { withStartLock } from './embedded.start-lock.ts';
import { createUserMark } from './embedded.user-mark.ts';

export interface EmbeddedOptions {
  /** REEVE_DATA_DIR. Made when missing; the server's files live below it. */
  dataDir: string;
  log: Log;
  /** Extra server settings; they count only when this call starts the server. */
  settings?: Readonly<Record<string, string>>;
  /** Copies each finished WAL segment (16 MB, or `archive_timeout` 5 min) into this folder; only when this call starts the server. */
  walArchiveDir?: string;
  /** How long a start may take, with the replay of the log; 5 minutes unless told otherwise. */
  readyWithinMs?: number;
  /** Called as soon as PostgreSQL is at work (or found running): whoever has something long to do beside it begins then. */
  onBegun?: () => void;
  /** For clusters that are thrown away (tests): initdb without fsync. */
  disposable?: boolean;
  /** Overrides the choice of how programs are run; for tests of the fallback. */
  runAs?: RunAs;
}

export interface EmbeddedPostgres {
  readonly connection: { socketDir: string; port: number; database: string; user: string };
  /** True when the server ran already: started by another process, or left by one that was killed. */
  readonly adopted: boolean;
  /** Of the postmaster, as of start. */
  readonly pid: number;
  readonly binaries: PostgresBinaries;
  readonly dataDir: string;
  /** Leaves; stops the server when no other process uses it. Safe to call twice. */
  stop(): Promise<void>;
}

const DATABASE = 'reeve';
const LOCK_WAIT_MS = 6 * 60_000;

/**
 * Starts the embedded PostgreSQL of a data folder, or adopts the one that runs there. Several processes may hold the same
 * one; each keeps a shared advisory lock in it, and the last to leave stops it. A process that dies by kill -9 loses its
 * lock with its connection; the server then keeps running and the next start adopts it.
 *
 * When the server dies under us it is started again (or adopted, when another process was quicker), so pools reconnect.
 *
 * Throws `unavailable` with a hint: no binaries for the platform, PostgreSQL of another major version, folder held by a
 * process that does not answer, not allowed to run as this user.
 */
export async function startEmbedded(options: EmbeddedOptions): Promise<EmbeddedPostgres> {
  const setup = await prepare(options);
  const locked = <T>(work: () => Promise<T>): Promise<T> => withStartLock(setup.dataDir, LOCK_WAIT_MS, work);
  const mark = createUserMark(setup.log, { locked, ensure: () => ensureRunning(setup) });
  const server = await locked(async () => {
    const running = await ensureRunning(setup);
    await mark.take(running, DATABASE);
    return running;
  });
  let stopped: Promise<void> | undefined;
  return {
    connection: { socketDir: server.socketDir, port: server.port, database: DATABASE, user: USER },
    adopted: server.adopted,
    pid: server.pid,
    binaries: setup.binaries,
    dataDir: setup.dataDir,
    stop() {
      stopped ??= locked(async () => {
        if (await mark.leave()) await stopServer(setup.dataDir);
      });
      return stopped;
    },
  };
}

/** Makes the data folder and finds out how programs are run there. */
export async function prepare(options: EmbeddedOptions): Promise<ServerSetup> {
  try {
    mkdirSync(options.dataDir, { recursive: true, mode: 0o700 });
  } catch (error) {
    throw new AppError('unavailable', `The data folder ${options.dataDir} cannot be made: ${messageOf(error)}`, {
      code: 'data_dir',
      hint: 'Set REEVE_DATA_DIR to a folder Reeve may write to.',
      cause: error,
    });
  }
  // Resolved, because PostgreSQL reports and /proc shows the real path.
  const dataDir = realpathSync(options.dataDir);
  const binaries = await locateBinaries(path.join(dataDir, 'pglib'));
  const how = options.runAs ?? chooseRunAs(binaries);
  if (how === 'setuid') openPath(dataDir);
  return {
    dataDir,
    binaries,
    how,
    disposable: options.disposable ?? false,
    log: options.log,
    readyWithinMs: options.readyWithinMs ?? READY_WITHIN_MS,
    onBegun: options.onBegun ?? (() => {}),
    settings: { ...options.settings, ...archiving(options.walArchiveDir, how) },
  };
}

/** The server runs as nobody there: it must be able to walk to its own folders, without being able to list ours. */
function openPath(dataDir: string): void {
  chmodSync(dataDir, (statSync(dataDir).mode & 0o777) | 0o011);
  for (let folder = path.dirname(dataDir); ; folder = path.dirname(folder)) {
    if ((statSync(folder).mode & 0o001) === 0) {
      throw new AppError('unavailable', `The embedded PostgreSQL cannot run as root here, and as nobody it cannot enter ${folder}.`, {
        code: 'embedded_user',
        hint: 'Run Reeve as an ordinary user, allow user namespaces, or set REEVE_DATA_DIR to a folder below one that everybody may enter, such as /var/lib/reeve.',
      });
    }
    if (folder === path.dirname(folder)) return;
  }
}

/** `test ! -f` because a segment must never be overwritten; the copy is flushed and renamed, so a half one is never taken for whole. */
function archiving(folder: string | undefined, how: RunAs): Record<string, string> {
  if (folder === undefined) return {};
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (how === 'setuid') chownSync(folder, NOBODY, NOBODY);
  } catch (error) {
    throw new AppError('unavailable', `The folder for the archived log, ${folder}, cannot be made: ${messageOf(error)}`, {
      code: 'wal_archive_dir',
      hint: 'Set REEVE_WAL_ARCHIVE_DIR to a folder Reeve may write to.',
      cause: error,
    });
  }
  const target = `${quoted(realpathSync(folder))}/%f`;
  return {
    archive_mode: 'on',
    archive_timeout: '300',
    archive_command: `test ! -f ${target} && cp %p ${target}.part && sync ${target}.part && mv ${target}.part ${target}`,
  };
}

/** For the shell that runs archive_command; `%` is PostgreSQL's own escape there. */
function quoted(text: string): string {
  return `'${text.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
}

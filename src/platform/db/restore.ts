import { readdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import { chownSync, existsSync } from 'node:fs';
import type { Log } from '#platform/log/index.ts';
import { copyBackup, readManifest } from './backup.ts';
import { fillOrRemove, walk } from './backup.files.ts';
import { prepare, startEmbedded, type EmbeddedPostgres } from './embedded.ts';
import { NOBODY, runAs, type RunAs } from './embedded.run-as.ts';
import { pgDirOf } from './embedded.server.ts';
import { withStartLock } from './embedded.start-lock.ts';
import { createPool } from './pool.ts';

export interface RestoreOptions {
  /** Folder made by `backupEmbedded`. */
  from: string;
  /** REEVE_DATA_DIR of a Reeve that has no database yet. */
  dataDir: string;
  log: Log;
  /** Replays archived log on top (`walArchiveDir` of the server that was backed up). */
  archive?: Archive;
}

interface Archive {
  folder: string;
  /** The instant to go to; without it, the end of the archive. */
  until?: Date;
}

export interface RestoreReport {
  /** When the last change was committed that was replayed from the archive; null when none was. */
  replayedTo: Date | null;
}

const LOCK_WAIT_MS = 60_000;
/** A day of archived log replays in minutes; a month may take hours. */
const REPLAY_WITHIN_MS = 24 * 60 * 60_000;

/**
 * Puts a backup in place; the next start of the server recovers from it. With `archive`, the archived log is replayed here and
 * now, and the database ends on a new timeline.
 *
 * Throws `conflict` when the data folder holds a database (running or not), `invalid` for a folder that is no backup or a
 * damaged one, for an archive without log and a replay that fails, `unavailable` for another PostgreSQL version. No database is
 * left behind then.
 */
export async function restoreEmbedded(options: RestoreOptions): Promise<RestoreReport> {
  const { archive } = options;
  if (archive !== undefined) await refuseEmptyArchive(archive.folder);
  const manifest = await readManifest(options.from);
  if (archive?.until !== undefined && archive.until < new Date(manifest.takenAt))
    throw new AppError('invalid', `The backup in ${options.from} was taken at ${manifest.takenAt}, after the time to go to.`, {
      code: 'backup_too_young',
      hint: 'Take an older backup, or a later time.',
    });
  const setup = await prepare({ dataDir: options.dataDir, log: options.log });
  const carried = /\b(\d+)[.\s]/.exec((await runAs(setup.how, setup.binaries, setup.binaries.postgres, ['--version'])).stdout)?.[1];
  if (carried !== manifest.postgres) {
    throw new AppError('unavailable', `The backup was made by PostgreSQL ${manifest.postgres}; this Reeve carries PostgreSQL ${carried}.`, {
      code: 'embedded_version',
      hint: 'Restore with the Reeve that made it.',
    });
  }
  await withStartLock(setup.dataDir, LOCK_WAIT_MS, async () => {
    const pgDir = pgDirOf(setup.dataDir);
    if (existsSync(pgDir) && (await readdir(pgDir)).length > 0) {
      throw new AppError('conflict', `${setup.dataDir} holds a database already.`, {
        code: 'data_dir_in_use',
        hint: 'Restore into a new data folder (REEVE_DATA_DIR), or stop Reeve and move the old one away.',
      });
    }
    const aside = path.join(setup.dataDir, `restore-${process.pid}`);
    await fillOrRemove(aside, async () => {
      await copyBackup(options.from, manifest, aside);
      if (archive !== undefined) await writeFile(path.join(aside, 'recovery.signal'), '', { mode: 0o600 });
      await giveAway(setup.how, aside);
      await rename(aside, pgDir);
    });
  });
  if (archive === undefined) {
    options.log.info({ from: options.from, dataDir: setup.dataDir }, 'The backup is in place; the next start recovers from it.');
    return { replayedTo: null };
  }
  const replayedTo = await replay({ ...options, archive });
  options.log.info({ from: options.from, dataDir: setup.dataDir, replayedTo }, 'The backup is in place, with the archived log on top.');
  return { replayedTo };
}

/** Log segments are named by 24 hexadecimal digits: timeline and place. */
const SEGMENT = /^[0-9A-F]{24}$/;

async function refuseEmptyArchive(folder: string): Promise<void> {
  const names = await readdir(folder).catch(() => null);
  if (names?.some((name) => SEGMENT.test(name)) === true) return;
  throw new AppError('invalid', `${folder} holds no archived log${names === null ? ', because it cannot be read' : ''}.`, {
    code: 'archive_empty',
    hint: 'Name the folder that REEVE_WAL_ARCHIVE_DIR of the backed-up Reeve named, or a copy of it.',
  });
}

/**
 * Starts the server once, to replay. Its settings are given to that start alone, so that no later backup or restore of this
 * folder meets them again. Without hot_standby=off the server would call itself ready while it replays, and only read.
 */
async function replay({ dataDir, log, archive }: RestoreOptions & { archive: Archive }): Promise<Date | null> {
  const settings: Record<string, string> = {
    restore_command: `cp ${shellQuoted(path.resolve(archive.folder))}/%f %p`,
    hot_standby: 'off',
    recovery_target_action: 'promote',
  };
  // Read before time zone names are known to the server: the offset must be a number.
  if (archive.until !== undefined) settings['recovery_target_time'] = archive.until.toISOString().replace('T', ' ').replace('Z', '+00');
  try {
    const server = await startEmbedded({ dataDir, log, settings, readyWithinMs: REPLAY_WITHIN_MS });
    try {
      return await lastReplayed(server);
    } finally {
      await server.stop();
    }
  } catch (error) {
    await rm(pgDirOf(dataDir), { recursive: true, force: true });
    throw new AppError('invalid', `The archived log could not be replayed: ${messageOf(error)}`, {
      code: 'replay_failed',
      hint: 'The time to go to must not be past the end of the archive; without one it goes to the end.',
      cause: error,
    });
  }
}

async function lastReplayed(server: EmbeddedPostgres): Promise<Date | null> {
  const pool = createPool({ connection: server.connection, max: 1 }, () => {});
  try {
    const { rows } = await pool.query<{ at: Date | null }>('select pg_last_xact_replay_timestamp() as at');
    return rows[0]?.at ?? null;
  } finally {
    await pool.end();
  }
}

/** For the shell that runs restore_command, in which `%` is PostgreSQL's own escape. */
function shellQuoted(text: string): string {
  return `'${text.replaceAll('%', '%%').replaceAll("'", `'\\''`)}'`;
}

async function giveAway(how: RunAs, pgDir: string): Promise<void> {
  if (how !== 'setuid') return;
  const { files, folders } = await walk(pgDir, () => false);
  for (const name of ['', ...folders, ...files]) chownSync(path.join(pgDir, name), NOBODY, NOBODY);
}

import { appendFile, readdir, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { chownSync, existsSync } from 'node:fs';
import type { Log } from '#platform/log/index.ts';
import { copyBackup, readManifest } from './backup.ts';
import { fillOrRemove, walk } from './backup.files.ts';
import { prepare } from './embedded.ts';
import { NOBODY, runAs, type RunAs } from './embedded.run-as.ts';
import { pgDirOf } from './embedded.server.ts';
import { withStartLock } from './embedded.start-lock.ts';

export interface RestoreOptions {
  /** Folder made by `backupEmbedded`. */
  from: string;
  /** REEVE_DATA_DIR of a Reeve that has no database yet. */
  dataDir: string;
  log: Log;
  /** Replays archived log on top (`walArchiveDir` of the server that was backed up), to its end or to an instant. */
  archive?: { folder: string; until?: Date };
}

const LOCK_WAIT_MS = 60_000;

/**
 * Puts a backup in place; the next start of the server recovers from it. With `archive`, that start also replays the
 * archived log and ends on a new timeline.
 *
 * Throws `conflict` when the data folder holds a database (running or not), `invalid` for a folder that is no backup or a
 * damaged one, `unavailable` for another PostgreSQL version. Nothing is left behind then.
 */
export async function restoreEmbedded(options: RestoreOptions): Promise<void> {
  const manifest = await readManifest(options.from);
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
      if (options.archive !== undefined) await replayArchive(aside, options.archive);
      await giveAway(setup.how, aside);
      await rename(aside, pgDir);
    });
  });
  options.log.info({ from: options.from, dataDir: setup.dataDir }, 'The backup is in place; the next start recovers from it.');
}

async function replayArchive(pgDir: string, archive: { folder: string; until?: Date }): Promise<void> {
  const folder = path.resolve(archive.folder);
  const settings = [`restore_command = ${literal(`cp ${shellQuoted(folder)}/%f %p`)}`];
  // Read before time zone names are known to the server: the offset must be a number.
  if (archive.until !== undefined)
    settings.push(
      `recovery_target_time = ${literal(archive.until.toISOString().replace('T', ' ').replace('Z', '+00'))}`,
      "recovery_target_action = 'promote'",
    );
  await appendFile(path.join(pgDir, 'postgresql.auto.conf'), `${settings.join('\n')}\n`);
  await writeFile(path.join(pgDir, 'recovery.signal'), '', { mode: 0o600 });
}

/** A string of postgresql.conf, where the backslash escapes. */
function literal(text: string): string {
  return `'${text.replaceAll('\\', '\\\\').replaceAll("'", "''")}'`;
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

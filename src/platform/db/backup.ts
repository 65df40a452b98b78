import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import pg from 'pg';
import { z } from 'zod';
import { AppError } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { copyFileWithDigest, eachOf, fillOrRemove, walk, type CopiedFile } from './backup.files.ts';
import type { EmbeddedPostgres } from './embedded.ts';

/** `manifest.json` of a backup: what is in it, and enough to notice a damaged copy. */
export const BackupManifest = z.object({
  format: z.literal('reeve-physical-1'),
  /** Major version of PostgreSQL; a restore needs the same. */
  postgres: z.string(),
  takenAt: z.string(),
  /** Log positions between which the copy became consistent. */
  startLsn: z.string(),
  stopLsn: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number(), sha256: z.string() })),
  folders: z.array(z.string()),
});
export type BackupManifest = z.infer<typeof BackupManifest>;

export interface BackupReport {
  folder: string;
  files: number;
  bytes: number;
  startLsn: string;
  stopLsn: string;
}

/**
 * What a copy must not hold: the server's own lock and options, what it rebuilds at start, other servers' slots. The list
 * is pg_basebackup's (excludeDirContents and excludeFiles in PostgreSQL's basebackup.c). The log is copied afterwards.
 */
const EMPTIED = ['pg_wal', 'pg_replslot', 'pg_dynshmem', 'pg_notify', 'pg_serial', 'pg_snapshots', 'pg_stat_tmp', 'pg_subtrans'];
const LEFT_OUT =
  /^(postmaster\.(pid|opts)|backup_label(\.old)?|tablespace_map(\.old)?|postgresql\.auto\.conf\.tmp|recovery\.signal|standby\.signal|current_logfiles\.tmp)$/;
const REBUILT = /(^|\/)(pgsql_tmp[^/]*|pg_internal\.init[^/]*)$/;

function leaveOut(relative: string): boolean {
  return LEFT_OUT.test(relative) || REBUILT.test(relative) || EMPTIED.some((folder) => relative.startsWith(`${folder}/`));
}

/**
 * Backs the embedded database up into a new folder, physically and while it is used: PostgreSQL's low-level base backup
 * (documentation, "Making a Base Backup Using the Low Level API"), with the log that makes the copy consistent. The
 * folder appears complete or not at all. Everything committed before the call is in it.
 *
 * Throws `conflict` when the folder exists.
 */
export async function backupEmbedded(options: { server: EmbeddedPostgres; to: string; log: Log }): Promise<BackupReport> {
  const { server, to } = options;
  if (existsSync(to)) throw new AppError('conflict', `${to} exists already.`, { code: 'backup_exists', hint: 'Choose another folder.' });
  const token = randomBytes(4).toString('hex');
  const aside = `${to}.partial-${token}`;
  const { socketDir, port, user, database } = server.connection;
  const client = new pg.Client({ host: socketDir, port, user, database, application_name: 'reeve-backup' });
  client.on('error', () => {});
  await client.connect();
  try {
    return await fillOrRemove(aside, async () => {
      const manifest = await copyCluster(client, { pgDir: path.join(server.dataDir, 'pg'), aside, slot: `reeve_backup_${token}` });
      await writeFile(path.join(aside, 'manifest.json'), `${JSON.stringify(manifest, null, 1)}\n`, { flush: true });
      await rename(aside, to);
      const bytes = manifest.files.reduce((sum, file) => sum + file.bytes, 0);
      options.log.info({ folder: to, bytes }, 'The database was backed up.');
      return { folder: to, files: manifest.files.length, bytes, startLsn: manifest.startLsn, stopLsn: manifest.stopLsn };
    });
  } finally {
    await client.end().catch(() => {});
  }
}

async function copyCluster(client: pg.Client, { pgDir, aside, slot }: { pgDir: string; aside: string; slot: string }): Promise<BackupManifest> {
  // A temporary slot keeps the log from being recycled while we copy; it goes with this session.
  await client.query('select pg_create_physical_replication_slot($1, true, true)', [slot]);
  const started = await one<{ lsn: string; wal: string }>(
    client,
    "select lsn, pg_walfile_name(lsn) as wal from pg_backup_start('reeve', fast => true) as lsn",
  );
  const { files: names, folders } = await walk(pgDir, leaveOut);
  const files: CopiedFile[] = [];
  const copy = async (name: string): Promise<void> => {
    const copied = await copyFileWithDigest(path.join(pgDir, name), path.join(aside, 'pg', name));
    if (copied !== null) files.push({ path: name, ...copied });
  };
  await eachOf(names, copy);
  const stopped = await one<{ lsn: string; label: string; wal: string }>(
    client,
    'select stop.lsn, stop.labelfile as label, pg_walfile_name(stop.lsn) as wal from pg_backup_stop(wait_for_archive => false) as stop',
  );
  for (const name of await readdir(path.join(pgDir, 'pg_wal'))) {
    if (name.endsWith('.history') || isBetween(name, started.wal, stopped.wal)) await copy(`pg_wal/${name}`);
  }
  files.push(await writeLabel(stopped.label, aside));
  const { version } = await one<{ version: string }>(client, "select (current_setting('server_version_num')::int / 10000)::text as version");
  return {
    format: 'reeve-physical-1',
    postgres: version,
    takenAt: new Date().toISOString(),
    startLsn: started.lsn,
    stopLsn: stopped.lsn,
    files,
    folders,
  };
}

/** Segment names are 24 hexadecimal digits that sort as the log does. */
function isBetween(name: string, first: string, last: string): boolean {
  return /^[0-9A-F]{24}$/.test(name) && name >= first && name <= last;
}

/** Tells the restored server to recover from the start of the backup, not from the last checkpoint it finds. */
async function writeLabel(label: string, aside: string): Promise<CopiedFile> {
  const written = path.join(aside, 'label');
  await writeFile(written, label);
  const copied = await copyFileWithDigest(written, path.join(aside, 'pg', 'backup_label'));
  if (copied === null) throw new AppError('internal', 'The backup label vanished.');
  return { path: 'backup_label', ...copied };
}

async function one<Row extends pg.QueryResultRow>(client: pg.Client, text: string): Promise<Row> {
  const { rows } = await client.query<Row>(text);
  const [row] = rows;
  if (row === undefined) throw new AppError('internal', 'The database gave no answer to the backup.');
  return row;
}

/** Reads the manifest of a backup; throws `invalid` when the folder holds none. */
export async function readManifest(folder: string): Promise<BackupManifest> {
  const text = await readFile(path.join(folder, 'manifest.json'), 'utf8').catch(() => null);
  if (text === null) throw new AppError('invalid', `${folder} holds no backup (no manifest.json).`, { code: 'backup_missing' });
  const parsed = BackupManifest.safeParse(JSON.parse(text));
  if (!parsed.success) throw new AppError('invalid', `${folder} holds a backup this Reeve does not understand.`, { code: 'backup_format' });
  return parsed.data;
}

/** Copies a backup into `target`; throws `invalid` when a file is missing or differs from the manifest. */
export async function copyBackup(folder: string, manifest: BackupManifest, target: string): Promise<void> {
  for (const name of [...manifest.folders, ...EMPTIED]) await mkdir(path.join(target, name), { recursive: true, mode: 0o700 });
  await eachOf(manifest.files, async (file) => {
    const copied = await copyFileWithDigest(path.join(folder, 'pg', file.path), path.join(target, file.path));
    if (copied?.sha256 !== file.sha256) {
      throw new AppError('invalid', `The backup in ${folder} is damaged: ${file.path} ${copied === null ? 'is missing' : 'has changed'}.`, {
        code: 'backup_damaged',
      });
    }
  });
}

import { createHash } from 'node:crypto';
import { mkdir, open, readdir, rm } from 'node:fs/promises';
import path from 'node:path';

/** One file of a backup: `path` is relative, with slashes. */
export interface CopiedFile {
  path: string;
  bytes: number;
  sha256: string;
}

const CHUNK_BYTES = 1024 * 1024;

/**
 * Copies one file, flushes it and answers its digest. Null when the source is gone: a running server drops tables and
 * recycles log segments while it is copied, and its own log says so at recovery.
 */
export async function copyFileWithDigest(source: string, target: string): Promise<{ bytes: number; sha256: string } | null> {
  const from = await open(source, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (from === null) return null;
  try {
    await mkdir(path.dirname(target), { recursive: true, mode: 0o700 });
    const to = await open(target, 'wx', 0o600);
    try {
      const hash = createHash('sha256');
      const buffer = Buffer.allocUnsafe(CHUNK_BYTES);
      let bytes = 0;
      for (;;) {
        const { bytesRead } = await from.read(buffer, 0, CHUNK_BYTES, bytes);
        if (bytesRead === 0) break;
        const part = buffer.subarray(0, bytesRead);
        hash.update(part);
        await to.write(part);
        bytes += bytesRead;
      }
      await to.sync();
      return { bytes, sha256: hash.digest('hex') };
    } finally {
      await to.close();
    }
  } finally {
    await from.close();
  }
}

/** Relative paths of all files and folders below `root`; `skip` leaves out an entry and what is in it. */
export async function walk(root: string, skip: (relative: string) => boolean): Promise<{ files: string[]; folders: string[] }> {
  const files: string[] = [];
  const folders: string[] = [];
  async function into(folder: string): Promise<void> {
    for (const entry of await readdir(path.join(root, folder), { withFileTypes: true })) {
      const relative = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (skip(relative)) continue;
      if (entry.isDirectory()) {
        folders.push(relative);
        await into(relative);
      } else if (entry.isFile()) files.push(relative);
    }
  }
  await into('');
  return { files, folders };
}

/** Makes `folder`, fills it and leaves nothing of it behind when that fails. */
export async function fillOrRemove<T>(folder: string, fill: () => Promise<T>): Promise<T> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  try {
    return await fill();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}

// A cluster is a thousand small files, and each is flushed: the disk waits less when several are on their way.
const AT_ONCE = 8;

/** Runs `work` for each item, a few at a time. After a failure nothing new is begun; it is thrown once all is quiet. */
export async function eachOf<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const rest = items.values();
  const failures: unknown[] = [];
  const lane = async (): Promise<void> => {
    for (const item of rest) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, lane));
  if (failures.length > 0) throw failures[0];
}

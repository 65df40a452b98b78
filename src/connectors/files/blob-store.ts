import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { BlobStore } from '#ports/blob-store.ts';

export interface FileBlobStoreOptions {
  /** Folder of the blobs; made when missing, readable by its owner alone. */
  folder: string;
}

/** Characters every file system takes, in names that are never hidden and never lead upwards. */
const KEY = /^[A-Za-z0-9_][A-Za-z0-9._-]*(\/[A-Za-z0-9_][A-Za-z0-9._-]*)*$/;
// Most file systems take names of 255 bytes; a temporary name adds to it.
const MOST_NAME_CHARS = 200;

/** Blobs as files below one folder: the key is the path. Several processes may use the same folder. */
export function createFileBlobStore({ folder }: FileBlobStoreOptions): BlobStore {
  function fileOf(key: string): string {
    if (!KEY.test(key) || key.split('/').some((name) => name.length > MOST_NAME_CHARS)) {
      throw new AppError('invalid', `"${key.slice(0, 200)}" cannot be the key of a blob.`, {
        code: 'blob_key',
        hint: 'Names of letters, digits, ".", "_" and "-", separated by "/".',
      });
    }
    return path.join(folder, key);
  }

  return {
    async put(key, content) {
      const file = fileOf(key);
      const aside = `${file}.${randomUUID()}.part`;
      await inFolder(file, async () => {
        const handle = await open(aside, 'w', 0o600);
        try {
          await handle.writeFile(content);
          // Without it a crash of the machine may leave the name with no bytes behind it.
          await handle.sync();
        } finally {
          await handle.close();
        }
      });
      await rename(aside, file);
    },

    async append(key, content) {
      const file = fileOf(key);
      await inFolder(file, async () => {
        // One write at the end of the file: two writers never mix within a write.
        const handle = await open(file, 'a', 0o600);
        try {
          await handle.writeFile(content);
        } finally {
          await handle.close();
        }
      });
    },

    async read(key, offset = 0, limit = Number.POSITIVE_INFINITY) {
      const handle = await orNull(open(fileOf(key), 'r'));
      if (handle === null) return null;
      try {
        const { size } = await handle.stat();
        const wanted = Math.max(0, Math.min(limit, size - offset));
        const { bytesRead, buffer } = await handle.read(Buffer.alloc(wanted), 0, wanted, offset);
        return buffer.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },

    async size(key) {
      return (await orNull(stat(fileOf(key))))?.size ?? null;
    },

    async delete(key) {
      await rm(fileOf(key), { force: true });
    },
  };
}

/** Runs `work`, making the folder of `file` only when it turns out to be missing. */
async function inFolder(file: string, work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
    await mkdir(path.dirname(file), { recursive: true, mode: 0o700 });
    await work();
  }
}

async function orNull<T>(work: Promise<T>): Promise<T | null> {
  try {
    return await work;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return null;
    throw error;
  }
}

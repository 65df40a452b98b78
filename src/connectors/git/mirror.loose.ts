import { createHash, randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, deflate, deflateSync } from 'node:zlib';

export type ObjectType = 'blob' | 'tree' | 'commit';
export type ObjectFormat = 'sha1' | 'sha256';

/**
 * Writes loose objects in this process: a change request is a handful of small objects, and the four git processes that
 * would write them cost more than everything else of a landing together.
 */
export interface LooseObjects {
  /**
   * The object's id; it is readable by every git process from then on. Not `lasting`: no ref will ever name it, so nobody
   * waits for the disk because of it.
   */
  write(type: ObjectType, content: Uint8Array, format: ObjectFormat, lasting?: boolean): Promise<string>;
  /** Resolves when everything lasting that was written so far survives a power cut. Asked before a ref names any of it. */
  settle(): Promise<void>;
}

/** Beyond this compressing would hold the event loop for milliseconds. */
const MOST_SYNC_BYTES = 64 * 1024;
/** Ids written lately, which need not be written again. */
const MOST_REMEMBERED = 50_000;
/** Files synced at once: the file system makes one journal commit of those that come together. */
const SYNCED_AT_ONCE = 32;

const deflateAside = promisify<Uint8Array, object, Buffer>(deflate);

/**
 * Objects are synced when a ref is about to name them and not as they are written: that is the one moment at which it
 * matters, and syncing at once makes every other access to the disk wait. An object that a crash of the machine took before
 * that is missed by nobody: what only rows name is made again.
 */
export function createLooseObjects(gitDir: string): LooseObjects {
  const root = path.join(gitDir, 'objects');
  const folders = new Set<string>();
  const written = new Map<string, Promise<void>>();
  const unsynced = new Set<string>();
  /** Of those in `written`. */
  const synced = new Set<string>();

  const fileOf = (id: string): string => path.join(root, id.slice(0, 2), id.slice(2));

  async function store(id: string, packed: Buffer): Promise<void> {
    const folder = path.join(root, id.slice(0, 2));
    if (!folders.has(folder)) {
      await mkdir(folder, { recursive: true });
      folders.add(folder);
    }
    const aside = path.join(folder, `tmp_obj_${randomUUID()}`);
    try {
      await writeFile(aside, packed, { flag: 'wx', mode: 0o444 });
      // Over one of the same content, which is the same bytes.
      await rename(aside, fileOf(id));
    } catch (error) {
      await rm(aside, { force: true });
      throw error;
    }
  }

  function remember(id: string, writing: Promise<void>): Promise<void> {
    written.set(id, writing);
    writing.catch(() => written.delete(id));
    for (const oldest of written.keys()) {
      if (written.size <= MOST_REMEMBERED) break;
      written.delete(oldest);
      synced.delete(oldest);
    }
    return writing;
  }

  return {
    async write(type, content, format, lasting = true) {
      const whole = Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]);
      const id = createHash(format).update(whole).digest('hex');
      const before = written.get(id);
      await (before ??
        remember(
          id,
          pack(whole).then((packed) => store(id, packed)),
        ));
      if (lasting && (before === undefined || !synced.has(id))) unsynced.add(id);
      return id;
    },
    async settle() {
      while (unsynced.size > 0) {
        const ids = [...unsynced].slice(0, SYNCED_AT_ONCE);
        await Promise.all(ids.map((id) => syncFile(fileOf(id))));
        for (const id of ids) {
          unsynced.delete(id);
          synced.add(id);
        }
      }
    },
  };
}

async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

async function pack(whole: Buffer): Promise<Buffer> {
  const options = { level: constants.Z_BEST_SPEED };
  return whole.length <= MOST_SYNC_BYTES ? deflateSync(whole, options) : deflateAside(whole, options);
}

import { AsyncLocalStorage } from 'node:async_hooks';
import { hash } from 'node:crypto';
import type { ObjectRead } from './client.batch.ts';
import type { Disk } from './mirror.disk.ts';

export type ObjectType = 'blob' | 'tree' | 'commit';
export type ObjectFormat = 'sha1' | 'sha256';

/**
 * Makes objects in this process: a change request is a handful of small ones, and the git processes that would write them cost more
 * than everything else of a landing together. They are kept in memory first, because making a file is the most expensive thing a
 * landing does: many at once become one pack. They are on the disk before anybody is told their ids and before git is asked
 * anything, except within `together`.
 */
export interface ObjectStore {
  write(type: ObjectType, content: Uint8Array, format: ObjectFormat): Promise<string>;
  /** An object that may not be on the disk yet. */
  peek(id: string): ObjectRead | null;
  /** Whether this process made it lately. */
  has(id: string): boolean;
  /** Resolves when every git process can read what was made so far. */
  flush(): Promise<void>;
  /** Resolves when everything made so far survives a power cut. Asked before a ref names any of it. */
  settle(): Promise<void>;
  /** What `work` makes is flushed at its end, or when git is asked something meanwhile; not object by object. */
  together<T>(work: () => Promise<T>): Promise<T>;
}

/** Ids made lately, which need not be made again. */
const MOST_REMEMBERED = 50_000;
/** Bytes that wait in memory at most. */
const MOST_PENDING_BYTES = 32 * 1024 * 1024;
interface Pending extends ObjectRead {
  type: ObjectType;
  format: ObjectFormat;
}

export function createObjectStore(disk: Disk): ObjectStore {
  const pending = new Map<string, Pending>();
  const made = new Set<string>();
  const holding = new AsyncLocalStorage<true>();
  let pendingBytes = 0;
  let flushing: Promise<void> = Promise.resolve();
  /** A flush that is to begin after the one that runs. */
  let next: Promise<void> | null = null;
  let settling: Promise<void> = Promise.resolve();

  function remember(id: string): void {
    made.add(id);
    for (const oldest of made) {
      if (made.size <= MOST_REMEMBERED) break;
      made.delete(oldest);
    }
  }

  async function flushNow(): Promise<void> {
    const objects = [...pending.values()];
    for (const format of ['sha1', 'sha256'] as const) {
      await disk.write(
        objects.filter((object) => object.format === format),
        format,
      );
    }
    for (const { id, data } of objects) {
      pending.delete(id);
      pendingBytes -= data.length;
    }
  }

  function flush(): Promise<void> {
    if (pending.size === 0 && next === null) return flushing;
    next ??= flushing
      .catch(() => undefined)
      .then(() => {
        next = null;
        flushing = flushNow();
        return flushing;
      });
    return next;
  }

  return {
    flush,
    has: (id) => made.has(id),
    peek: (id) => pending.get(id) ?? null,
    async write(type, content, format) {
      const id = hash(format, Buffer.concat([Buffer.from(`${type} ${content.length}\0`), content]), 'hex');
      if (!made.has(id)) {
        pending.set(id, { id, type, format, data: Buffer.from(content.buffer, content.byteOffset, content.byteLength) });
        pendingBytes += content.length;
        remember(id);
      }
      if (holding.getStore() === undefined || pendingBytes > MOST_PENDING_BYTES) await flush();
      return id;
    },
    settle() {
      settling = settling
        .catch(() => undefined)
        .then(flush)
        .then(() => disk.sync());
      return settling;
    },
    async together(work) {
      if (holding.getStore() === true) return work();
      try {
        return await holding.run(true, work);
      } finally {
        await flush();
      }
    },
  };
}

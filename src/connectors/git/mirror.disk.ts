import { syncFile, writeLoose } from './mirror.loose.ts';
import { syncPacks, writePack } from './mirror.pack.ts';
import type { PackedObject } from './mirror.pack-encode.ts';

/** Where objects go: a few each to a file, many to one pack. */
export interface Disk {
  write(objects: readonly PackedObject[], format: 'sha1' | 'sha256'): Promise<void>;
  /** Resolves when what was written survives a power cut. */
  sync(): Promise<void>;
}

/** Files synced at once: the file system makes one journal commit of those that come together. */
const SYNCED_AT_ONCE = 32;
/** A pack is two files and a folder to sync. */
const FEWEST_PACKED = 4;
/** So many packs are made into few. */
const MOST_PACKS = 64;

/** `tidy`: puts small packs together; nobody waits for it. */
export function createDisk(gitDir: string, tidy: () => void): Disk {
  const unsynced = new Set<string>();
  let packs = 0;
  return {
    async write(objects, format) {
      if (objects.length === 0) return;
      if (objects.length < FEWEST_PACKED) {
        for (const object of objects) unsynced.add(await writeLoose(gitDir, object));
        return;
      }
      for (const file of await writePack(gitDir, objects, format)) unsynced.add(file);
      packs += 1;
    },
    async sync() {
      const files = [...unsynced];
      for (let at = 0; at < files.length; at += SYNCED_AT_ONCE) await Promise.all(files.slice(at, at + SYNCED_AT_ONCE).map(syncFile));
      if (files.some((file) => file.endsWith('.idx'))) await syncPacks(gitDir);
      for (const file of files) unsynced.delete(file);
      if (packs < MOST_PACKS) return;
      packs = 0;
      tidy();
    },
  };
}

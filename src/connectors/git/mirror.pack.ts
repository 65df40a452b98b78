import { randomUUID } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { encodePack, type PackedObject } from './mirror.pack-encode.ts';
import { syncFile } from './mirror.loose.ts';

/** Writes many objects as one pack and answers its files. The index comes last, because git looks at packs that have one only. */
export async function writePack(gitDir: string, objects: readonly PackedObject[], format: 'sha1' | 'sha256'): Promise<string[]> {
  const folder = path.join(gitDir, 'objects', 'pack');
  await mkdir(folder, { recursive: true });
  const { name, pack, index } = await encodePack(objects, format);
  return [await place(folder, `pack-${name}.pack`, pack), await place(folder, `pack-${name}.idx`, index)];
}

async function place(folder: string, name: string, content: Uint8Array): Promise<string> {
  const aside = path.join(folder, `tmp_pack_${randomUUID()}`);
  const file = path.join(folder, name);
  try {
    await writeFile(aside, content, { flag: 'wx', mode: 0o444 });
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  return file;
}

/** Makes the names of packs survive a power cut. */
export async function syncPacks(gitDir: string): Promise<void> {
  await syncFile(path.join(gitDir, 'objects', 'pack'));
}

import { randomUUID } from 'node:crypto';
import { mkdir, open, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { constants, deflate } from 'node:zlib';

const deflateAside = promisify<Uint8Array, object, Buffer>(deflate);

const MOST_TRIES = 5;

/** Writes one object as a file of its own and answers the file. */
export async function writeLoose(gitDir: string, object: { id: string; type: string; data: Uint8Array }): Promise<string> {
  const folder = path.join(gitDir, 'objects', object.id.slice(0, 2));
  const whole = Buffer.concat([Buffer.from(`${object.type} ${object.data.length}\0`), object.data]);
  const packed = await deflateAside(whole, { level: constants.Z_BEST_SPEED });
  for (let tries = 1; ; tries += 1) {
    try {
      return await place(folder, object.id, packed);
    } catch (error) {
      // Whoever puts packs together removes folders that have become empty, perhaps just now.
      if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || tries >= MOST_TRIES) throw error;
    }
  }
}

async function place(folder: string, id: string, packed: Uint8Array): Promise<string> {
  await mkdir(folder, { recursive: true });
  const aside = path.join(folder, `tmp_obj_${randomUUID()}`);
  const file = path.join(folder, id.slice(2));
  try {
    await writeFile(aside, packed, { flag: 'wx', mode: 0o444 });
    // Over one of the same content, which is the same bytes.
    await rename(aside, file);
  } catch (error) {
    await rm(aside, { force: true });
    throw error;
  }
  return file;
}

/** Resolves when the file survives a power cut; at once when it is gone: its object is in a pack that was synced. */
export async function syncFile(file: string): Promise<void> {
  const handle = await open(file, 'r').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return null;
    throw error;
  });
  if (handle === null) return;
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

import { randomUUID } from 'node:crypto';
import { mkdir, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import type { Mirror, Scratch } from '#ports/git.ts';
import type { GitClient } from './client.ts';
import { openMirror } from './mirror.ts';

/** An empty bare repository beside `of`: git's alternates let it read that one's objects, and everything written stays in its own. */
export async function createScratch(client: GitClient, version: readonly [number, number, number], of: Pick<Mirror, 'dir'>): Promise<Scratch> {
  const dir = `${of.dir}.scratch-${randomUUID()}`;
  const remove = () => rm(dir, { recursive: true, force: true });
  try {
    const format = (await client.text(['rev-parse', '--show-object-format'], { gitDir: of.dir })).trim();
    await client.run(['init', '--quiet', '--bare', '--template=', `--object-format=${format}`, '--initial-branch=reeve-none', dir]);
    await mkdir(path.join(dir, 'info'), { recursive: true });
    await mkdir(path.join(dir, 'objects', 'info'), { recursive: true });
    await writeFile(path.join(dir, 'objects', 'info', 'alternates'), `${path.join(of.dir, 'objects')}\n`);
    await writeFile(path.join(dir, 'reeve-mirror'), '1\n');
    return { mirror: await openMirror(client, version, { dir, source: of.dir }), remove };
  } catch (error) {
    await remove();
    throw error;
  }
}

import { open, mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';

/** One line a checkpoint at the end of `file`, on the disk before the call returns. Meant for a disk that others guard. */
export function createFilePlace(file: string): CheckpointPlace {
  return {
    name: 'file',
    where: file,
    async publish(document) {
      try {
        await mkdir(path.dirname(file), { recursive: true });
        const handle = await open(file, 'a', 0o644);
        try {
          await handle.appendFile(`${document}\n`);
          await handle.sync();
        } finally {
          await handle.close();
        }
      } catch (error) {
        throw new AppError('unavailable', `Checkpoints cannot be written to ${file}: ${messageOf(error)}`, {
          code: 'place_unwritable',
          cause: error,
        });
      }
    },
  };
}

import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';

/** The data directory hides itself from git, so that a run inside a repository leaves no trace in its status. */
export function prepareDataDir(dataDir: string): void {
  try {
    mkdirSync(dataDir, { recursive: true, mode: 0o700 });
    writeFileSync(path.join(dataDir, '.gitignore'), '*\n');
  } catch (error) {
    throw new AppError('unavailable', `The data directory ${dataDir} cannot be written to.`, {
      code: 'data_dir_unwritable',
      hint: 'Set REEVE_DATA_DIR to a folder you own.',
      cause: error,
    });
  }
}

import { randomBytes } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** The text of a file without blanks around it, or null when the file does not exist. */
export function readPrivateFile(file: string): string | null {
  try {
    return readFileSync(file, 'utf8').trim();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

/** Writes a secret readable by its owner alone (0600), all or nothing; missing folders are made 0700. */
export function writePrivateFile(file: string, text: string): void {
  mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  const next = `${file}.${randomBytes(6).toString('hex')}`;
  writeFileSync(next, `${text}\n`, { mode: 0o600, flag: 'wx' });
  renameSync(next, file);
}

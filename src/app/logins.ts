import { rmSync, existsSync } from 'node:fs';
import path from 'node:path';
import { readPrivateFile, sha256Hex, writePrivateFile } from '#platform/crypto/index.ts';

/** One file for each server, named after its origin. */
const fileOf = (dataDir: string, url: string): string => path.join(dataDir, 'logins', sha256Hex(new URL(url).origin).slice(0, 32));

/** The token `reeve login` kept for a server, or null. */
export const loginAt = (dataDir: string, url: string): string | null => readPrivateFile(fileOf(dataDir, url));

/** Readable by its owner alone (0600). */
export const keepLogin = (dataDir: string, url: string, token: string): void => writePrivateFile(fileOf(dataDir, url), token);

/** Answers whether there was one. */
export function dropLogin(dataDir: string, url: string): boolean {
  const file = fileOf(dataDir, url);
  const there = existsSync(file);
  rmSync(file, { force: true });
  return there;
}

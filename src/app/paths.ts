import { readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** `src/app` in a checkout, `dist/app` in the package: both two folders below the root. */
const root = new URL('../../', import.meta.url);
const at = (name: string): string => fileURLToPath(new URL(name, root));

export const ROOT_DIR = at('.');
export const MIGRATIONS_DIR = at('migrations');
export const PROMPTS_DIR = at('prompts');
export const CONSOLE_DIR = at('web/dist');
export const BIN = at('bin/reeve.js');

export function readVersion(): string {
  return (JSON.parse(readFileSync(path.join(ROOT_DIR, 'package.json'), 'utf8')) as { version: string }).version;
}

import { fileURLToPath } from 'node:url';

/**
 * Absolute path of one of Reeve's own programs, to be started as `process.execPath path …`. A checkout runs `.ts`, the
 * published package `.js` (Node strips no types below node_modules), and the extension of a spawned path is a string no
 * compiler rewrites; so it is taken from the importing module itself.
 *
 * @param importMetaUrl `import.meta.url` of the caller.
 * @param program Relative path without extension, for example `./loopback`.
 */
export function ownProgram(importMetaUrl: string, program: string): string {
  const extension = importMetaUrl.endsWith('.ts') ? '.ts' : '.js';
  return fileURLToPath(new URL(`${program}${extension}`, importMetaUrl));
}

import { enableCompileCache } from 'node:module';
import path from 'node:path';
import { ROOT_DIR } from './paths.ts';

/**
 * A checkout keeps what Node makes of our TypeScript beside its packages: without it each start strips the types of some hundred
 * files anew. The published package is JavaScript already and may lie where nothing can be written. Never fails: a folder that
 * cannot be written only means a slower start.
 */
export function keepCompiledCode(): void {
  if (import.meta.url.endsWith('.ts')) enableCompileCache(path.join(ROOT_DIR, 'node_modules/.cache/reeve'));
}

import type { TreeEntry } from '#ports/git.ts';
import { AGENT_CONFIG_PATHS } from './model.ts';

/**
 * Agent configuration to hide: it runs code before any permission is asked, so it counts only as the default branch has it.
 * Every configured path that exists on the base and is not the same, file by file, on the trusted branch is masked whole.
 */
export function maskedPaths(base: readonly TreeEntry[], trusted: readonly TreeEntry[]): string[] {
  return AGENT_CONFIG_PATHS.filter((path) => {
    const here = below(base, path);
    return here !== '' && here !== below(trusted, path);
  });
}

function below(entries: readonly TreeEntry[], path: string): string {
  return entries
    .filter((entry) => entry.path === path || entry.path.startsWith(`${path}/`))
    .map((entry) => `${entry.mode} ${entry.blob} ${entry.path}`)
    .sort()
    .join('\n');
}

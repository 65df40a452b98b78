import { matchesAnyGlob } from '#kernel/glob.ts';

/** A sentence when a scope pattern cannot mean files of the repository. */
export function refuseScopePattern(pattern: string): string | null {
  if (pattern === '') return 'A scope pattern is empty.';
  if (pattern.startsWith('/') || pattern.split('/').includes('..')) return `The scope pattern "${pattern}" leads out of the repository.`;
  return null;
}

/**
 * Whether a path may be written: inside what the document declares (an empty declaration declares nothing, so it limits
 * nothing) and inside the task's own scope, which the submitter cannot widen.
 */
export function isInScope(path: string, declared: readonly string[], taskScope: readonly string[] | null): boolean {
  if (declared.length > 0 && !matchesAnyGlob(path, declared)) return false;
  return taskScope === null || matchesAnyGlob(path, taskScope);
}

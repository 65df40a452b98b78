import { matchesAnyGlob } from '#kernel/glob.ts';

/** Lockfiles by name: setup is cached by them, and the queue owns them (an agent's change of them is stripped). */
export const LOCKFILES: ReadonlySet<string> = new Set([
  'package-lock.json',
  'npm-shrinkwrap.json',
  'pnpm-lock.yaml',
  'yarn.lock',
  'bun.lock',
  'bun.lockb',
  'deno.lock',
  'poetry.lock',
  'uv.lock',
  'Pipfile.lock',
  'pdm.lock',
  'go.sum',
  'Cargo.lock',
  'Gemfile.lock',
  'composer.lock',
  'mix.lock',
  'packages.lock.json',
  'gradle.lockfile',
]);

/** True for a file the merge queue makes itself: lockfiles and what the project declares under `regenerate`. */
export function isQueueOwned(path: string, regenerate: Readonly<Record<string, string>>): boolean {
  return LOCKFILES.has(baseName(path)) || Object.keys(regenerate).includes(path);
}

/** Paths that are outside the scope. Queue-owned files are nobody's scope and never a breach: admission strips them. */
export function outOfScope(paths: readonly string[], scope: readonly string[], regenerate: Readonly<Record<string, string>>): string[] {
  return paths.filter((path) => !isQueueOwned(path, regenerate) && !matchesAnyGlob(path, scope)).sort();
}

export function baseName(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}

import type { TreeEntry } from '#ports/git.ts';
import { baseName, LOCKFILES } from './decide.scope.ts';

/** Files that name dependencies; they decide about the cache only where a repository has no lockfile at all. */
const MANIFESTS: ReadonlySet<string> = new Set([
  'package.json',
  'pyproject.toml',
  'setup.py',
  'setup.cfg',
  'Pipfile',
  'go.mod',
  'Cargo.toml',
  'Gemfile',
  'composer.json',
  'pom.xml',
  'build.gradle',
  'build.gradle.kts',
  'mix.exs',
]);

// requirements.txt, requirements-dev.txt, requirements/test.txt: pinned or not, pip installs from them.
const REQUIREMENTS = /(^|\/)requirements[^/]*\.txt$|(^|\/)requirements\/[^/]+\.txt$/;

/** What the result of a setup depends on: hash this and you have the key of its cache. */
export interface SetupKey {
  commands: readonly string[];
  /** `path blob` of each file, sorted. */
  files: readonly string[];
  /** Results are not carried between kinds of machines: native modules. */
  platform: string;
}

export function setupKey(entries: readonly TreeEntry[], commands: readonly string[], platform: string): SetupKey {
  const locks = entries.filter((entry) => LOCKFILES.has(baseName(entry.path)) || REQUIREMENTS.test(entry.path));
  const chosen = locks.length > 0 ? locks : entries.filter((entry) => MANIFESTS.has(baseName(entry.path)));
  return { commands: [...commands], files: chosen.map((entry) => `${entry.path} ${entry.blob}`).sort(), platform };
}

// What an unreachable registry, a full disk or a killed process say; none of them is the change's fault.
const INFRASTRUCTURE =
  /\b(ENOTFOUND|EAI_AGAIN|ECONNRESET|ECONNREFUSED|ETIMEDOUT|ENETUNREACH|ENOSPC|EMFILE|ENOMEM)\b|could not resolve host|temporary failure in name resolution|network is unreachable|no space left on device|cannot allocate memory|connection timed out/i;

/** True when a failed setup speaks of the machine or the network rather than of the project. */
export function isInfrastructureTrouble(output: string): boolean {
  return INFRASTRUCTURE.test(output);
}

import type { SetupView, SuggestedSettings, TellingFile } from './model.ts';

const NOTHING: SuggestedSettings = { setup: [], checks: [], network: 'none', because: null };
const TEN_MINUTES_S = 600;

const check = (command: string): SuggestedSettings['checks'] => [{ name: 'test', command, timeout_s: TEN_MINUTES_S }];

/**
 * How the tests of a repository are probably run, by the files at its top. Nothing is guessed where the files do not say it: a check that
 * cannot pass keeps everything from landing. `npm init` writes a test script that only fails; it counts as none.
 */
export function suggestSettings(files: Readonly<Partial<Record<TellingFile, string>>>): SuggestedSettings {
  const npm = npmSettings(files['package.json'], files['package-lock.json'] !== undefined);
  if (npm !== null) return npm;
  if (files['Cargo.toml'] !== undefined) return { setup: [], checks: check('cargo test'), network: 'registry', because: 'There is a Cargo.toml.' };
  if (files['go.mod'] !== undefined) return { setup: [], checks: check('go test ./...'), network: 'registry', because: 'There is a go.mod.' };
  if (/^\[tool\.pytest/m.test(files['pyproject.toml'] ?? ''))
    return { setup: [], checks: check('python -m pytest'), network: 'none', because: 'pyproject.toml configures pytest.' };
  if (/^test\s*:/m.test(files['Makefile'] ?? ''))
    return { setup: [], checks: check('make test'), network: 'none', because: 'The Makefile has a target "test".' };
  return NOTHING;
}

function npmSettings(text: string | undefined, locked: boolean): SuggestedSettings | null {
  const described = jsonOf(text);
  const test = memberOf(memberOf(described, 'scripts'), 'test');
  if (typeof test !== 'string' || test.trim() === '' || test.includes('no test specified')) return null;
  const needs = ['dependencies', 'devDependencies'].some((name) => Object.keys(objectOf(memberOf(described, name))).length > 0);
  const setup = needs ? [locked ? 'npm ci' : 'npm install'] : [];
  return { setup, checks: check('npm test'), network: needs ? 'registry' : 'none', because: 'package.json has a script "test".' };
}

function jsonOf(text: string | undefined): unknown {
  try {
    return text === undefined ? null : (JSON.parse(text) as unknown);
  } catch {
    return null;
  }
}

const objectOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {};

const memberOf = (value: unknown, name: string): unknown => (Object.hasOwn(objectOf(value), name) ? objectOf(value)[name] : undefined);

/**
 * There is an agent once one of the coders answered its newest test: one that cannot start is none. What has landed shows as much for one that nobody
 * tested here, because a file names it.
 */
export function hasAgent(coders: readonly string[], tests: ReadonlyMap<string, { ok: boolean }>, landed: boolean): boolean {
  return coders.some((name) => tests.get(name)?.ok ?? landed);
}

interface Got extends Pick<SetupView, 'repository' | 'work' | 'landed'> {
  /** Somebody is to write code, whether that was tried or not. */
  coder: boolean;
  /** Somebody typed a request. */
  requested: boolean;
}

/**
 * Nothing that was done once is asked for again, also when the rest was done elsewhere. Who typed a first request is led until a change has landed;
 * work that came in by itself needs no leading.
 */
export function isComplete({ repository, coder, work, landed, requested }: Got): boolean {
  return landed || (repository && coder && work && !requested);
}

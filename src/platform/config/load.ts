import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { findFile, readConfigFile, type FileContent, type Problem } from './file.ts';
import { suggestion } from '#kernel/nearest-name.ts';
import { brokenReference, namesPlaces, secretsOf, type PendingReference } from './references.ts';
import { parseSections, type SectionSchemas, type SectionValues } from './sections.ts';
import { NOT_SETTINGS, SETTINGS, type Setting, type SettingName, type SettingValues } from './settings.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

/** Everything Reeve was told at start. Immutable. */
export interface Config<S extends SectionSchemas = SectionSchemas> extends SettingValues {
  /** The file that was read, or null. */
  file: string | null;
  /** Folder of the file, or the working folder: relative paths in sections count from here. */
  baseDir: string;
  sections: SectionValues<S>;
  /** Where a setting's value came from. */
  sourceOf(name: SettingName): 'environment' | 'file' | 'default';
  /** The named variables of Reeve's own environment that are set (an agent's allowlist, PATH and the like). */
  environment(names: readonly string[]): Record<string, string>;
  /** Values that must never be shown; give each to `redactor.register`. */
  secrets: readonly string[];
  /** Secret settings that name a place instead of a value; until `resolveReferences` has read them, their value is that name, or none. */
  references: ReadonlyMap<SettingName, PendingReference>;
}

export interface LoadOptions<S extends SectionSchemas> {
  env: Environment;
  /** The working folder: where `./reeve.yaml` and `./.reeve` are. */
  cwd: string;
  /** Schemas of the structured sections, from the modules that own them. */
  sections?: S;
}

const ROWS = Object.entries(SETTINGS) as [SettingName, Setting<unknown>][];

/**
 * Reads `reeve.yaml` and the environment (which wins) into one value. Throws AppError `invalid` (code `config_invalid`)
 * that lists every problem with file, line and what to do; `detail.problems` holds them one by one.
 */
export function loadConfig<const S extends SectionSchemas = Record<never, never>>(options: LoadOptions<S>): Config<S> {
  const { env, cwd } = options;
  const file = findFile(blankIsUnset(env.REEVE_CONFIG), cwd);
  const content = file === null ? null : readConfigFile(file);
  const problems: Problem[] = [...(content?.problems ?? []), ...unknownVariables(env)];
  const baseDir = file === null ? cwd : path.dirname(file);
  const sources = new Map<SettingName, 'environment' | 'file'>();
  const references = new Map<SettingName, PendingReference>();
  const values = readSettings({ env, cwd, baseDir, content, problems, sources, references });
  const sections = parseSections(options.sections ?? ({} as S), content, problems);
  if (problems.length === 0) problems.push(...contradictions(values, references));
  if (problems.length > 0) throw invalid(problems);
  return {
    ...values,
    file,
    baseDir,
    sections,
    sourceOf: (name) => sources.get(name) ?? 'default',
    environment: (names) => Object.fromEntries(names.flatMap((name) => (env[name] === undefined ? [] : [[name, env[name]]]))),
    secrets: secretsOf(values, references),
    references,
  };
}

interface Reading {
  env: Environment;
  cwd: string;
  baseDir: string;
  content: FileContent | null;
  problems: Problem[];
  sources: Map<SettingName, 'environment' | 'file'>;
  references: Map<SettingName, PendingReference>;
}

function readSettings(reading: Reading): SettingValues {
  const values: Partial<Record<SettingName, unknown>> = {};
  for (const [name, setting] of ROWS) {
    const given = fromEnvironment(setting, reading) ?? fromFile(setting, reading);
    values[name] = given === null ? defaultOf(setting, reading.cwd) : parse(name, setting, given, reading);
  }
  return values as SettingValues;
}

interface Given {
  value: unknown;
  source: 'environment' | 'file';
  baseDir: string;
  file: string | null;
  line: number | null;
  name: string;
}

function fromEnvironment(setting: Setting<unknown>, { env, cwd }: Reading): Given | null {
  const names = setting.alias === null ? [setting.variable] : [setting.variable, setting.alias];
  const name = names.find((candidate) => blankIsUnset(env[candidate]) !== undefined);
  return name === undefined ? null : { value: env[name], source: 'environment', baseDir: cwd, file: null, line: null, name };
}

function fromFile(setting: Setting<unknown>, { content, baseDir }: Reading): Given | null {
  const found = content?.values.get(setting.key);
  if (found === undefined || found.value === null) return null;
  return { value: found.value, source: 'file', baseDir, file: content?.file ?? null, line: found.line, name: setting.key };
}

function defaultOf(setting: Setting<unknown>, cwd: string): unknown {
  return typeof setting.default === 'string' && setting.kind.label === 'path' ? path.resolve(cwd, setting.default) : setting.default;
}

function parse(name: SettingName, setting: Setting<unknown>, given: Given, reading: Reading): unknown {
  reading.sources.set(name, given.source);
  const broken = setting.secret ? brokenReference(given.value) : null;
  if (broken !== null) {
    const hint = 'Write env:NAME, file:/path, vault:mount/path#key or ssm:/path/name.';
    reading.problems.push({ file: given.file, line: given.line, message: `${given.name} names no place a secret can be in`, hint });
    return setting.default;
  }
  if (setting.secret && namesPlaces(given.value)) {
    reading.references.set(name, { value: given.value, baseDir: given.baseDir, name: given.name });
    // That there is a database of one's own must be known before its password is.
    return name === 'databaseUrl' ? given.value : setting.default;
  }
  const parsed = setting.kind.parse(given.value, given.baseDir);
  if (parsed.ok) return parsed.value;
  const shown = setting.secret ? '' : `, not ${JSON.stringify(given.value)}`;
  reading.problems.push({
    file: given.file,
    line: given.line,
    message: `${given.name} ${parsed.error}${shown}`,
    hint: `${setting.description} Leave it out for the default.`,
  });
  return setting.default;
}

function unknownVariables(env: Environment): Problem[] {
  const known = ROWS.map(([, setting]) => setting.variable);
  return Object.keys(env)
    .filter((name) => name.startsWith('REEVE_') && !NOT_SETTINGS.test(name) && !known.includes(name))
    .map((name) => ({
      file: null,
      line: null,
      message: `unknown variable ${name}`,
      hint: suggestion(name, known, 'Unset it; the reference of settings lists every variable: docs/reference/config.md.'),
    }));
}

/** Settings that are fine one by one and wrong together. */
function contradictions(values: SettingValues, references: ReadonlyMap<SettingName, unknown>): Problem[] {
  const problems: Problem[] = [];
  const say = (message: string, hint: string) => problems.push({ file: null, line: null, message, hint });
  if (values.model.startsWith('compatible/') && values.modelBaseUrl === null)
    say('model compatible/… needs model_base_url', 'Set REEVE_MODEL_BASE_URL to the endpoint of the server.');
  if (values.walArchiveDir !== null && values.databaseUrl !== null)
    say('wal_archive_dir is for the embedded database, and database_url names another', 'Archive on that server, and unset REEVE_WAL_ARCHIVE_DIR.');
  if ((values.githubAppId === null) !== (values.githubPrivateKey === null && !references.has('githubPrivateKey')))
    say('github_app_id and github_private_key belong together', 'Set both, or use REEVE_GITHUB_TOKEN.');
  return problems;
}

function invalid(problems: Problem[]): AppError {
  const lines = problems.map((problem) => {
    const place = problem.file === null ? '' : `${problem.file}${problem.line === null ? '' : `:${problem.line}`}: `;
    return `${place}${problem.message}`;
  });
  const hint = [...new Set(problems.map((problem) => problem.hint))].join(' ');
  return new AppError('invalid', lines.join('\n'), { code: 'config_invalid', hint, detail: { problems } });
}

function blankIsUnset(value: string | undefined): string | undefined {
  return value === undefined || value.trim() === '' ? undefined : value;
}

/** Beginning of links: `public_url`, or host and the port that was really bound. */
export function publicUrlOf(config: Pick<Config, 'publicUrl' | 'host'>, port: number): string {
  if (config.publicUrl !== null) return config.publicUrl;
  const everywhere = config.host === '0.0.0.0' || config.host === '::';
  const host = everywhere ? 'localhost' : config.host;
  return `http://${host.includes(':') ? `[${host}]` : host}:${port}`;
}

import { parentOf, toPath } from './decide.path.ts';
import type { CompilerConfig, PackageConfig } from './model.ts';

/** Files that decide where imports lead. */
export function isConfigPath(path: string): boolean {
  return /(?:^|\/)(?:package|jsconfig|tsconfig[^/]*)\.json$/.test(path);
}

type Fields = Record<string, unknown>;

/** Null when it is no JSON object: such a file decides nothing. */
export function parsePackage(path: string, text: string): PackageConfig | null {
  const json = parseJson(text);
  if (json === null) return null;
  const before = ['source', 'types', 'module', 'main'].map((field) => json[field]).filter((value) => typeof value === 'string');
  return {
    dir: parentOf(path),
    name: typeof json['name'] === 'string' ? json['name'] : null,
    imports: isFields(json['imports']) ? json['imports'] : {},
    exports: exportsOf(json['exports']) ?? { '.': before },
  };
}

/** `exports` as a map of subpaths: a single target or a map of conditions is that of `.`. */
function exportsOf(value: unknown): Fields | null {
  if (value === undefined || value === null) return null;
  if (isFields(value) && Object.keys(value).every((key) => key.startsWith('.'))) return value;
  return { '.': value };
}

export function parseCompiler(path: string, text: string): CompilerConfig | null {
  const json = parseJson(text);
  if (json === null) return null;
  const dir = parentOf(path);
  const options = isFields(json['compilerOptions']) ? json['compilerOptions'] : {};
  const baseUrl = typeof options['baseUrl'] === 'string' ? toPath(dir, options['baseUrl']) : null;
  const extended = (Array.isArray(json['extends']) ? json['extends'] : [json['extends']]).filter(
    (value): value is string => typeof value === 'string',
  );
  return {
    path,
    // A configuration from a package lies outside the repository; what it says of paths is about itself.
    extends: extended
      .filter((value) => value.startsWith('.'))
      .flatMap((value) => toPath(dir, value.endsWith('.json') ? value : `${value}.json`) ?? []),
    baseUrl,
    paths: isFields(options['paths']) ? pathsOf(baseUrl ?? dir, options['paths']) : null,
  };
}

function pathsOf(base: string, paths: Fields): Record<string, string[]> {
  const found: Record<string, string[]> = {};
  for (const [pattern, targets] of Object.entries(paths)) {
    if (!Array.isArray(targets)) continue;
    found[pattern] = targets.flatMap((target) => (typeof target === 'string' ? (toPath(base, target) ?? []) : []));
  }
  return found;
}

function isFields(value: unknown): value is Fields {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** JSON as compilers read it: with comments and trailing commas. */
function parseJson(text: string): Fields | null {
  for (const candidate of [text, withoutComments(text)]) {
    try {
      const value: unknown = JSON.parse(candidate);
      return isFields(value) ? value : null;
    } catch {
      // Tried without comments next; then it is left out.
    }
  }
  return null;
}

function withoutComments(text: string): string {
  return text
    .replace(/^\uFEFF/, '')
    .replace(/"(?:\\.|[^"\\\n])*"|\/\/[^\n]*|\/\*[\s\S]*?\*\//g, (part) => (part.startsWith('"') ? part : ' '))
    .replace(/"(?:\\.|[^"\\\n])*"|,(?=\s*[}\]])/g, (part) => (part.startsWith('"') ? part : ''));
}

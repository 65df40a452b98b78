import { parentOf, toPath, upwards } from './decide.path.ts';
import type { CompilerConfig, PackageConfig, ResolutionConfig } from './model.ts';

/** Where an import of a file leads within the repository; null: outside of it, or nowhere. */
export type Resolver = (from: string, specifier: string) => string | null;

const ENDINGS = ['.ts', '.tsx', '.mts', '.cts', '.js', '.jsx', '.mjs', '.cjs', '.d.ts', '.json', '.vue', '.svelte', '.astro'];
/** A compiled name stands for its source: `./cart.js` is written where `cart.ts` is meant. */
const SOURCES: Readonly<Record<string, readonly string[]>> = {
  '.js': ['.ts', '.tsx', '.d.ts'],
  '.jsx': ['.tsx'],
  '.mjs': ['.mts', '.d.mts'],
  '.cjs': ['.cts', '.d.cts'],
};
/** Folders of built code, which no tree holds, and where its source usually is. */
const BUILT = /(^|\/)(?:dist|lib|build|out|esm|cjs)(?:\/(?:esm|cjs|src|types))?\//;

/**
 * Resolution as Node, TypeScript and bundlers agree on it, over the paths of one tree: relative paths with or without ending, `index`
 * of a folder, `imports` of the nearest package.json, `paths` and `baseUrl` of the nearest tsconfig, and packages of the same
 * repository by their name (their `exports` name built files: the source beside is meant).
 */
export function createResolver(files: ReadonlySet<string>, config: ResolutionConfig): Resolver {
  const packages = new Map(config.packages.map((found) => [found.dir, found]));
  const byName = new Map(config.packages.flatMap((found) => (found.name === null ? [] : [[found.name, found] as const])));
  const compilers = new Map(config.compilers.map((found) => [found.path, found]));
  const compilerOf = remembered((dir) => {
    const nearest = nearestIn(dir, (at) => compilers.get(inside(at, 'tsconfig.json')) ?? compilers.get(inside(at, 'jsconfig.json')));
    return nearest === undefined ? null : inherited(nearest, compilers);
  });
  const packageOf = remembered((dir) => nearestIn(dir, (at) => packages.get(at)) ?? null);
  const file = (path: string | null): string | null => (path === null ? null : fileAt(files, path));

  /** `.`, `..` and what ends in a slash mean a folder, so never the file `x.ts` beside a folder `x`. */
  function relative(dir: string, specifier: string): string | null {
    const path = toPath(dir, specifier);
    if (path === null) return null;
    return /(?:^|\/)\.{0,2}$/.test(specifier) ? indexOf(files, path) : fileAt(files, path);
  }

  function bare(from: string, specifier: string): string | null {
    const compiler = compilerOf(parentOf(from));
    const mapped =
      targetsOf(compiler?.paths ?? {}, specifier)
        .map(file)
        .find(isFound) ?? null;
    if (mapped !== null) return mapped;
    const based = compiler === null || compiler.baseUrl === null ? null : file(toPath(compiler.baseUrl, specifier));
    return based ?? fromWorkspace(byName, specifier, file);
  }

  return (from, given) => {
    const specifier = given.replace(/[?].*$/, '');
    if (specifier === '' || specifier.includes('://') || specifier.includes(':') || specifier.startsWith('/')) return null;
    const dir = parentOf(from);
    if (/^\.\.?(?:\/|$)/.test(specifier)) return relative(dir, specifier);
    if (!specifier.startsWith('#')) return bare(from, specifier);
    const nearest = packageOf(dir);
    const own =
      nearest === null
        ? null
        : (targetsOf(leavesByKey(nearest.imports), specifier)
            .map((target) => inPackage(nearest, target, file))
            .find(isFound) ?? null);
    return own ?? bare(from, specifier);
  };
}

function inside(dir: string, name: string): string {
  return dir === '' ? name : `${dir}/${name}`;
}

function isFound(path: string | null): path is string {
  return path !== null;
}

function remembered<T>(find: (dir: string) => T): (dir: string) => T {
  const known = new Map<string, T>();
  return (dir) => {
    if (known.has(dir)) return known.get(dir) as T;
    const found = find(dir);
    known.set(dir, found);
    return found;
  };
}

function nearestIn<T>(dir: string, find: (dir: string) => T | undefined): T | undefined {
  for (const at of upwards(dir)) {
    const found = find(at);
    if (found !== undefined) return found;
  }
  return undefined;
}

/** With what it extends: its own words first. A circle ends where it closes. */
function inherited(config: CompilerConfig, all: ReadonlyMap<string, CompilerConfig>, seen: ReadonlySet<string> = new Set()): CompilerConfig {
  const met = new Set([...seen, config.path]);
  let { baseUrl, paths } = config;
  for (const name of config.extends.toReversed()) {
    const next = all.get(name);
    if (next === undefined || met.has(name)) continue;
    const base = inherited(next, all, met);
    baseUrl ??= base.baseUrl;
    paths ??= base.paths;
  }
  return { ...config, baseUrl, paths };
}

/** The file a path means: itself, its source, with an ending, or the index of a folder. */
function fileAt(files: ReadonlySet<string>, path: string): string | null {
  if (files.has(path)) return path;
  const dot = path.lastIndexOf('.');
  const ending = dot > path.lastIndexOf('/') ? path.slice(dot) : '';
  for (const source of SOURCES[ending] ?? []) if (files.has(path.slice(0, dot) + source)) return path.slice(0, dot) + source;
  for (const added of ENDINGS) if (files.has(path + added)) return path + added;
  return indexOf(files, path);
}

function indexOf(files: ReadonlySet<string>, path: string): string | null {
  const found = ENDINGS.find((added) => files.has(inside(path, `index${added}`)));
  return found === undefined ? null : inside(path, `index${found}`);
}

/** Targets of a specifier in a map with at most one `*` a pattern; an exact key before patterns, the longest pattern first. */
function targetsOf(map: Readonly<Record<string, readonly string[]>>, specifier: string): string[] {
  const exact = Object.hasOwn(map, specifier) ? map[specifier] : undefined;
  if (exact !== undefined) return [...exact];
  const patterns = Object.keys(map)
    .filter((key) => key.includes('*'))
    .sort((a, b) => b.indexOf('*') - a.indexOf('*'));
  for (const pattern of patterns) {
    const star = pattern.indexOf('*');
    const [head, tail] = [pattern.slice(0, star), pattern.slice(star + 1)];
    if (specifier.length < head.length + tail.length || !specifier.startsWith(head) || !specifier.endsWith(tail)) continue;
    const middle = specifier.slice(head.length, specifier.length - tail.length);
    return (map[pattern] ?? []).map((target) => target.replaceAll('*', middle));
  }
  return [];
}

/** `imports` and `exports` nest conditions; every condition's target is a candidate. */
function leavesByKey(map: Readonly<Record<string, unknown>>): Record<string, string[]> {
  return Object.fromEntries(Object.entries(map).map(([key, value]) => [key, leavesOf(value)]));
}

function leavesOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(leavesOf) : [];
}

type Find = (path: string | null) => string | null;

/** A target of a package: the file itself, or the source it is built from. */
function inPackage(owner: PackageConfig, target: string, file: Find): string | null {
  const asIs = file(toPath(owner.dir, target));
  if (asIs !== null || !BUILT.test(target)) return asIs;
  return file(toPath(owner.dir, target.replace(BUILT, '$1src/'))) ?? file(toPath(owner.dir, target.replace(BUILT, '$1')));
}

/** `@acme/core/cart`: a package of this repository, by its name and its `exports`; without them by its folders. */
function fromWorkspace(byName: ReadonlyMap<string, PackageConfig>, specifier: string, file: Find): string | null {
  const parts = specifier.split('/');
  const name = parts.slice(0, specifier.startsWith('@') ? 2 : 1).join('/');
  const owner = byName.get(name);
  if (owner === undefined) return null;
  const rest = specifier.slice(name.length + 1);
  const key = rest === '' ? '.' : `./${rest}`;
  const said = targetsOf(leavesByKey(owner.exports), key)
    .map((target) => inPackage(owner, target, file))
    .find(isFound);
  if (said !== undefined) return said;
  return rest === ''
    ? (file(inside(owner.dir, 'src/index')) ?? file(inside(owner.dir, 'index')))
    : (file(inside(owner.dir, rest)) ?? file(inside(owner.dir, `src/${rest}`)));
}

import { accessSync, constants, existsSync, lstatSync, readlinkSync, realpathSync, statSync } from 'node:fs';
import { basename, dirname, isAbsolute, join, resolve, sep } from 'node:path';
import { isInside } from './bwrap.host.ts';

/** What must be visible in a sandbox so that a command of the host runs there. */
export interface ToolPaths {
  /** Files and folders to bind read-only at their own place. */
  readOnly: string[];
  /** Symbolic links to make again: [link, target]. A bound link would be a copy, and programs look beside their real file. */
  links: Array<[string, string]>;
}

/** Absolute path of a command, looked up as a shell would; null when there is none. */
export function resolveCommand(command: string, path: readonly string[], cwd: string): string | null {
  if (command.includes('/')) {
    const file = isAbsolute(command) ? command : resolve(cwd, command);
    return isExecutable(file) ? file : null;
  }
  return path.map((folder) => join(folder, command)).find(isExecutable) ?? null;
}

function isExecutable(file: string): boolean {
  try {
    accessSync(file, constants.X_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

const INTERPRETERS = /^(node|bun|deno|python[\d.]*|ruby|perl|bash|sh)$/;

/**
 * What the operator's command line needs: the program, the script an interpreter runs, and files named as arguments. The
 * command line is the operator's own words, but a path into the worktree leads to the repository's: it could be a link to
 * anywhere, and following it would show that place. So nothing of the worktree is looked at; it is bound anyway.
 */
export function toolPaths(program: string, args: readonly string[], worktree: string): ToolPaths {
  const found: ToolPaths = { readOnly: [], links: [] };
  const isOurs = (path: string): boolean => !isInside(path, worktree);
  if (isOurs(program)) addProgram(program, found);
  const script = args[0];
  if (INTERPRETERS.test(basename(program)) && script !== undefined && isAbsoluteFile(script) && isOurs(script)) addProgram(script, found);
  for (const arg of args) {
    const value = arg.startsWith('-') && arg.includes('=') ? arg.slice(arg.indexOf('=') + 1) : arg;
    if (isAbsoluteFile(value) && isOurs(value)) found.readOnly.push(realpathSync(value));
  }
  return found;
}

function isAbsoluteFile(path: string): boolean {
  // Longer than any path: a prompt given as an argument.
  if (!isAbsolute(path) || path.length > 4096) return false;
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

function addProgram(file: string, found: ToolPaths): void {
  let at = file;
  for (let hops = 0; hops < 16 && lstatSync(at).isSymbolicLink(); hops += 1) {
    const target = readlinkSync(at);
    found.links.push([at, target]);
    at = resolve(dirname(at), target);
  }
  const real = realpathSync(at);
  const modules = `${sep}node_modules${sep}`;
  const inModules = real.indexOf(modules);
  if (inModules !== -1 && !isNode(real)) found.readOnly.push(real.slice(0, inModules + modules.length - 1));
  else found.readOnly.push(isBroad(dirname(real)) ? real : dirname(real), ...nodePackage(real), ...bundledNpm(real));
}

const isNode = (file: string): boolean => file === realpathSync(process.execPath);

/** What lies in a home folder, or holds keys: Reeve's own configuration too, beside which people put their agent's script. */
const PRIVATE = ['.ssh', '.bashrc', '.env', '.git-credentials', '.netrc', 'reeve.yaml'];

/** Folders that hold a person's whole life, or their keys: from these only the file itself is shown. */
function isBroad(folder: string): boolean {
  return folder === '/' || dirname(folder) === '/' || dirname(folder) === '/home' || PRIVATE.some((name) => existsSync(join(folder, name)));
}

/** A script's own package.json and dependencies, but not the folder around them, which may be a whole checkout. */
function nodePackage(file: string): string[] {
  if (!/\.[cm]?[jt]s$/.test(file)) return [];
  for (let folder = dirname(file); folder !== dirname(folder); folder = dirname(folder)) {
    const manifest = join(folder, 'package.json');
    if (!existsSync(manifest)) continue;
    const rest = [manifest, join(folder, 'node_modules')].filter((path) => existsSync(path));
    if (rest.length === 2) return rest;
    return [...rest, ...nodePackage(join(dirname(folder), 'package.js'))];
  }
  return [];
}

/** npm lies beside the folder of its Node. */
function bundledNpm(file: string): string[] {
  if (basename(file) !== 'node') return [];
  const npm = resolve(dirname(file), '../lib/node_modules/npm');
  return existsSync(npm) ? [npm] : [];
}

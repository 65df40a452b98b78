import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, symlinkSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listServers } from '#app/server-files.ts';
import { createTestDatabase } from './database.ts';

const BIN = path.resolve(import.meta.dirname, '../../bin/reeve.js');
const START_WAIT_MS = 60_000;

export interface Ended {
  code: number;
  stdout: string;
  stderr: string;
}

type Environment = Record<string, string | undefined>;

/** This environment without anybody's settings of Reeve; `undefined` takes a variable away. */
export function environmentOf(given: Environment = {}): Environment {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('REEVE_') && !name.startsWith('VITEST') && name !== 'NODE_OPTIONS');
  return { ...Object.fromEntries(own), ...given };
}

/** Runs one command line to its end, as a process of its own (`within` another program's, when named); never rejects. */
export function runReeve(args: readonly string[], options: { cwd: string; env?: Environment; within?: readonly string[] }): Promise<Ended> {
  return new Promise((resolve) => {
    const given = { cwd: options.cwd, env: environmentOf(options.env), maxBuffer: 64 * 1024 * 1024 };
    const [program = process.execPath, ...rest] = [...(options.within ?? []), process.execPath, BIN, ...args];
    execFile(program, rest, given, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : typeof error.code === 'number' ? error.code : 1, stdout, stderr });
    });
  });
}

/** Fills `folder` with links to these programs of this machine (those it has), for a PATH that holds nothing else; answers it. */
export function linkPrograms(folder: string, names: readonly string[]): string {
  mkdirSync(folder, { recursive: true });
  for (const name of names) {
    const places = (process.env['PATH'] ?? '').split(path.delimiter).map((place) => path.join(place, name));
    const found = name === 'node' ? process.execPath : places.find((file) => existsSync(file));
    if (found !== undefined) symlinkSync(found, path.join(folder, name));
  }
  return folder;
}

export interface ServeProcess {
  url: string;
  token: string;
  pid: number;
  /** Of the database that it works on: the caller's, or one of the test run's server; null: an embedded one of its own. */
  databaseUrl: string | null;
  /** Sends the signal and waits for the end; harmless when it has ended before. */
  end(signal: NodeJS.Signals): Promise<void>;
}

/** Starts a command line that stays; its channel ends it when the test dies. */
export function spawnReeve(args: readonly string[], options: { cwd: string; env?: Environment }): ChildProcess {
  return spawn(process.execPath, [BIN, ...args], {
    cwd: options.cwd,
    env: environmentOf(options.env),
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
}

export interface ServeOptions {
  cwd: string;
  env?: Environment;
  /**
   * `shared` (the default): a database of the test run's own PostgreSQL, migrated beforehand, the same one for every start on this data
   * directory. `embedded`: as a new user has it, two seconds of processor time dearer; where the database's life is part of the story.
   */
  database?: 'shared' | 'embedded';
}

/** `reeve serve` on `DATA_DIR/.reeve` of `cwd`, once it answers. Throws with what it said when it does not start. */
export async function serve(options: ServeOptions): Promise<ServeProcess> {
  const dataDir = path.resolve(options.cwd, options.env?.['REEVE_DATA_DIR'] ?? '.reeve');
  const databaseUrl = options.env?.['REEVE_DATABASE_URL'] ?? (options.database === 'embedded' ? null : await databaseOf(dataDir));
  const child = spawnReeve(['serve'], {
    cwd: options.cwd,
    env: { REEVE_PORT: '0', REEVE_LOG_FORMAT: 'json', ...options.env, ...(databaseUrl === null ? {} : { REEVE_DATABASE_URL: databaseUrl }) },
  });
  let said = '';
  child.stdout?.resume();
  child.stderr?.setEncoding('utf8').on('data', (text: string) => (said = (said + text).slice(-20_000)));
  const exited = new Promise<void>((resolve) => child.once('exit', () => resolve()));
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill(signal);
    await exited;
  };
  for (const deadline = Date.now() + START_WAIT_MS; Date.now() < deadline; await delay(50)) {
    if (child.exitCode !== null || child.signalCode !== null) break;
    const own = listServers(dataDir).find(({ pid }) => pid === child.pid);
    const tokenFile = path.join(dataDir, 'cli-token');
    if (own !== undefined && existsSync(tokenFile))
      return { url: own.url, token: readFileSync(tokenFile, 'utf8').trim(), pid: own.pid, databaseUrl, end };
  }
  await end('SIGKILL');
  throw new Error(`The server did not start: ${said}`);
}

const databases = new Map<string, Promise<string>>();

/** Made at the first start on a data directory; it goes with the test run's server. */
function databaseOf(dataDir: string): Promise<string> {
  const known = databases.get(dataDir);
  if (known !== undefined) return known;
  const made = createTestDatabase({ max: 1 }).then(({ pool, url }) => pool.end().then(() => url));
  databases.set(dataDir, made);
  // One that could not be made is tried again at the next start.
  made.catch(() => databases.delete(dataDir));
  return made;
}

import { spawn, type ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { listServers } from '#app/server-files.ts';

const BIN = path.resolve(import.meta.dirname, '../../bin/reeve.js');
const START_WAIT_MS = 60_000;
/** A server that still runs then will not end by itself; the test sees SIGKILL as its ending. */
const STOP_WAIT_MS = 20_000;

export interface Ending {
  code: number | null;
  signal: NodeJS.Signals | null;
}

/** One `reeve serve` process. */
export interface ServerProcess {
  readonly url: string;
  readonly token: string;
  readonly pid: number;
  /** Null while it runs. */
  ending(): Ending | null;
  /** Sends the signal and waits for the end, not for ever; answers how it ended. Harmless when it has ended before. */
  end(signal: NodeJS.Signals): Promise<Ending>;
}

export interface ServerOptions {
  dataDir: string;
  configFile: string;
  logFile: string;
  /** Fault point to die at, `name` or `name:n`. */
  crashAt?: string;
  /** More for its environment. */
  env?: Readonly<Record<string, string>>;
}

/**
 * Starts a server process on a port of its own and waits until it is ready; null when it died at its fault point while it
 * started. The channel to it ends it when the test process dies.
 */
export async function startServerProcess(options: ServerOptions): Promise<ServerProcess | null> {
  const log = openSync(options.logFile, 'a');
  const child = spawn(process.execPath, [BIN, 'serve'], { env: environment(options), stdio: ['ignore', log, log, 'ipc'] });
  closeSync(log);
  const ended = new Promise<Ending>((resolve) => {
    child.once('exit', (code, signal) => resolve({ code, signal }));
  });
  try {
    const url = await untilReady(child, options);
    if (url === null) return null;
    return {
      url,
      token: readFileSync(path.join(options.dataDir, 'cli-token'), 'utf8').trim(),
      pid: child.pid ?? 0,
      ending: () => endingOf(child),
      async end(signal) {
        if (endingOf(child) === null) child.kill(signal);
        const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
        const ending = await ended;
        clearTimeout(hard);
        return ending;
      },
    };
  } catch (error) {
    child.kill('SIGKILL');
    throw error;
  }
}

function environment(options: ServerOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !name.startsWith('REEVE_') && !name.startsWith('VITEST') && name !== 'NODE_OPTIONS');
  return {
    ...Object.fromEntries(own),
    REEVE_DATA_DIR: options.dataDir,
    REEVE_CONFIG: options.configFile,
    REEVE_PORT: '0',
    REEVE_LOG_FORMAT: 'json',
    ...options.env,
    ...(options.crashAt === undefined ? {} : { REEVE_CRASH_AT: options.crashAt }),
  };
}

const endingOf = (child: ChildProcess): Ending | null =>
  child.exitCode === null && child.signalCode === null ? null : { code: child.exitCode, signal: child.signalCode };

/** The address the process wrote itself: another one's, or one left by a killed process, names another pid. */
async function untilReady(child: ChildProcess, options: ServerOptions): Promise<string | null> {
  for (const deadline = Date.now() + START_WAIT_MS; Date.now() < deadline; await delay(50)) {
    const ending = endingOf(child);
    if (ending?.signal === 'SIGKILL' && options.crashAt !== undefined) return null;
    if (ending !== null) throw new Error(`The server did not start: ${lastWords(options.logFile)}`);
    const own = listServers(options.dataDir).find(({ pid }) => pid === child.pid);
    if (own !== undefined) return own.url;
  }
  throw new Error(`The server was not ready in time: ${lastWords(options.logFile)}`);
}

/** The end of the servers' log: that is where they say why. */
export function lastWords(logFile: string, lines = 12): string {
  return readFileSync(logFile, 'utf8').trim().split('\n').slice(-lines).join('\n');
}

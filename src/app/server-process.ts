import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import type { OwnServer, ServerAddress, StartOptions } from '#cli/local.ts';
import type { AppConfig } from './config.ts';
import { BIN } from './paths.ts';
import { loginAt } from './logins.ts';
import { listServers } from './server-files.ts';

const START_WAIT_MS = 60_000;
const STOP_WAIT_MS = 20_000;

/** A server that runs on a data directory and answers; of several the youngest. Who signed in there acts as themselves. */
export async function findServer(config: Pick<AppConfig, 'dataDir' | 'url' | 'token'>): Promise<ServerAddress | null> {
  const tokenFor = (url: string): string | null =>
    config.token ?? loginAt(config.dataDir, url) ?? readIfThere(path.join(config.dataDir, 'cli-token'));
  if (config.url !== null) {
    const token = tokenFor(config.url);
    if (token === null) throw new AppError('unauthenticated', `No token for ${config.url}.`, { hint: 'Run `reeve login`, or set REEVE_TOKEN.' });
    return { url: config.url, token };
  }
  for (const { url } of listServers(config.dataDir)) {
    const token = tokenFor(url);
    if (token !== null && (await answers(url))) return { url, token };
  }
  return null;
}

/** Where the server is, for who has no token yet. */
export async function serverUrl(config: Pick<AppConfig, 'dataDir' | 'url'>): Promise<string | null> {
  if (config.url !== null) return config.url;
  for (const { url } of listServers(config.dataDir)) if (await answers(url)) return url;
  return null;
}

async function answers(url: string): Promise<boolean> {
  try {
    const response = await fetch(new URL('/ready', url), { signal: AbortSignal.timeout(2000) });
    return response.ok;
  } catch {
    return false;
  }
}

function readIfThere(file: string): string | null {
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : null;
}

/**
 * Starts `reeve serve` as a process of its own, waits until it is ready, and answers how to stop it. The channel to it is its
 * life line: when this process dies, however it dies, the server notices and stops.
 */
export async function startServerProcess(
  config: Pick<AppConfig, 'dataDir'>,
  environment: Record<string, string | undefined>,
  options: StartOptions,
): Promise<OwnServer> {
  const dataDir = options.temporary === true ? mkdtempSync(path.join(tmpdir(), 'reeve-')) : config.dataDir;
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  const settings: Record<string, string> = {
    REEVE_DATA_DIR: dataDir,
    REEVE_PORT: String(options.port ?? 0),
    REEVE_LOG_FORMAT: 'json',
    ...options.settings,
  };
  if (options.configText !== undefined) {
    settings['REEVE_CONFIG'] = path.join(dataDir, 'reeve.yaml');
    writeFileSync(settings['REEVE_CONFIG'], options.configText);
  }
  const logFile = path.join(dataDir, 'server.log');
  const log = openSync(logFile, 'a', 0o600);
  const child = spawn(process.execPath, [BIN, 'serve'], {
    cwd: process.cwd(),
    env: { ...environment, REEVE_URL: undefined, REEVE_TOKEN: undefined, ...settings },
    stdio: ['ignore', log, log, 'ipc'],
    detached: true,
  });
  const ended = new Promise<string>((resolve) => {
    child.once('exit', () => resolve(lastWords(logFile)));
  });
  const stop = async (): Promise<void> => {
    await endChild(child);
    if (options.temporary === true) rmSync(dataDir, { recursive: true, force: true });
  };
  try {
    const address = await waitUntilReady(child, dataDir, logFile);
    return { ...address, dataDir, pid: child.pid ?? 0, ended, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

async function waitUntilReady(child: ChildProcess, dataDir: string, logFile: string): Promise<ServerAddress> {
  const deadline = Date.now() + START_WAIT_MS;
  while (Date.now() < deadline) {
    if (child.exitCode !== null || child.signalCode !== null)
      throw new AppError('unavailable', 'The server did not start.', { hint: lastWords(logFile) });
    const token = readIfThere(path.join(dataDir, 'cli-token'));
    // Its own file: another server on this directory is none of ours to stop.
    const own = listServers(dataDir).find(({ pid }) => pid === child.pid);
    if (own !== undefined && token !== null && (await answers(own.url))) return { url: own.url, token };
    await delay(50);
  }
  throw new AppError('unavailable', `The server was not ready after ${START_WAIT_MS / 1000} s.`, { hint: lastWords(logFile) });
}

/** The end of the server's log: that is where it says why. */
function lastWords(logFile: string): string {
  return (readIfThere(logFile) ?? '').split('\n').slice(-8).join('\n');
}

async function endChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const ended = new Promise<void>((resolve) => {
    child.once('exit', () => resolve());
  });
  child.kill('SIGTERM');
  const hard = setTimeout(() => child.kill('SIGKILL'), STOP_WAIT_MS);
  await ended;
  clearTimeout(hard);
}

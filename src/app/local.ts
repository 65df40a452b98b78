import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AppError } from '#kernel/errors.ts';
import { inspectPath } from '#connectors/local/index.ts';
import { ownProgram } from '#platform/process/index.ts';
import type { Estate, Local, RepositoryFacts, ServerAddress } from '#cli/local.ts';
import { backupDatabase, restoreDatabase } from './backup.ts';
import { loadAppConfig, type AppConfig } from './config.ts';
import { demoConfig } from './demo.ts';
import { examine } from './doctor.ts';
import { verifyLedgerFile } from './ledger-file.ts';
import { readVersion, startServer } from './serve.ts';
import { findServer, startServerProcess } from './server-process.ts';

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/** What the command line can do on this machine without a server. Configuration is read when it is first needed. */
export function createLocal({ env, cwd }: Surroundings): Local {
  let loaded: AppConfig | null = null;
  const config = (): AppConfig => (loaded ??= loadAppConfig(env, cwd));
  return {
    version: readVersion(),
    findServer: () => findServer(config()),
    startServer: (options) => startServerProcess(config(), env, options),
    serve: ({ role }) => serveUntilTold(config(), role),
    doctor: () => examine(config()),
    backup: (target) => backupDatabase(config(), path.resolve(cwd, target)),
    restore: (source) => restoreDatabase(config(), path.resolve(cwd, source)),
    verifyLedgerFile: (file, checkpoint) => verifyLedgerFile(path.resolve(cwd, file), checkpoint === null ? null : path.resolve(cwd, checkpoint)),
    makeEstate,
    demoConfig,
    inspectRepository: async (folder) => inspectRepository(config(), path.resolve(cwd, folder)),
    readFile: (file) => readFile(path.resolve(cwd, file), 'utf8'),
  };
}

async function serveUntilTold(config: AppConfig, role: 'all' | 'api' | 'worker'): Promise<number> {
  const server = await startServer(config, role);
  await new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
    // Started by another command: its end is ours.
    process.once('disconnect', resolve);
  });
  await server.stop();
  // Work that was handed back hangs on purpose (platform/workflow/runs.ts); nothing is left to wait for.
  process.exit(0);
}

const run = promisify(execFile);

async function makeEstate(server: ServerAddress): Promise<Estate> {
  const child = run(process.execPath, [ownProgram(import.meta.url, '../demo/estate')], { env: {}, maxBuffer: 16 * 1024 * 1024 });
  child.child.stdin?.end(JSON.stringify(server));
  return JSON.parse((await child).stdout) as Estate;
}

async function inspectRepository(config: AppConfig, folder: string): Promise<RepositoryFacts> {
  const found = await inspectPath(folder, config.environment(['PATH', 'HOME']));
  if (found.defaultBranch === null)
    throw new AppError('refused', `${folder} has no commit yet.`, { code: 'unborn_branch', hint: 'Make a first commit, then run again.' });
  return { path: found.path, defaultBranch: found.defaultBranch, checkedOut: found.checkedOut };
}

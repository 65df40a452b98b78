import { execFile } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { readFile, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { text } from 'node:stream/consumers';
import { promisify } from 'node:util';
import { AppError, isAppError, messageOf } from '#kernel/errors.ts';
import { loadConfig, type Config } from '#platform/config/index.ts';
import type { EmbeddedPostgres } from '#platform/db/index.ts';
import { ownProgram } from '#platform/process/index.ts';
import type { Estate, Local, RepositoryFacts, SampleGithub, ServeOptions, ServerAddress } from '#cli/local.ts';
import type { AppConfig } from './config.ts';
import { demoConfig } from './demo.ts';
import { readVersion } from './paths.ts';
import type { ServerRole } from './serve.ts';
import { dropLogin, keepLogin } from './logins.ts';
import { findServer, serverUrl, startServerProcess } from './server-process.ts';
import { keepNurserySmall } from './small-nursery.ts';

export interface Surroundings {
  env: Readonly<Record<string, string | undefined>>;
  cwd: string;
}

/**
 * What the command line can do on this machine without a server. Configuration is read when it is first needed, and the server's
 * own code (most of the time and memory of a start) is loaded only by the commands that run it.
 */
export function createLocal({ env, cwd }: Surroundings): Local {
  let loaded: Promise<AppConfig> | null = null;
  const config = (): Promise<AppConfig> => (loaded ??= written().then(withSecrets));
  // As it is written: secrets that are kept elsewhere are not read yet.
  const written = (): Promise<AppConfig> => import('./config.ts').then(({ loadAppConfig }) => loadAppConfig(env, cwd));
  // Where the server is says the configuration without its sections, whose schemas come with the modules.
  const whereabouts = () => loadConfig({ env, cwd });
  return {
    version: readVersion(),
    findServer: async () => findServer(await withToken(whereabouts())),
    serverUrl: async () => serverUrl(whereabouts()),
    keepLogin: async (url, token) => keepLogin(whereabouts().dataDir, url, token),
    dropLogin: async (url) => dropLogin(whereabouts().dataDir, url),
    // A faulty reeve.yaml is this command's error; with a text of its own, the server reads nothing else.
    startServer: async (options) => startServerProcess(options.configText === undefined ? await config() : whereabouts(), env, options),
    async serve({ role, port, host, onReady }) {
      const abandoned = parentGone();
      keepNurserySmall();
      // Flags are read where variables are, so that the same words refuse what does not fit.
      const told = { ...env, ...(port === undefined ? {} : { REEVE_PORT: String(port) }), ...(host === undefined ? {} : { REEVE_HOST: host }) };
      const { embedded } = await (await import('./database.ts')).beginEmbedded(loadConfig({ env: told, cwd }));
      try {
        const { loadAppConfig } = await import('./config.ts');
        return await serveUntilTold(await withSecrets(loadAppConfig(told, cwd)), { role, embedded, abandoned, onReady });
      } catch (error) {
        // Where the start got as far as taking the database over, this is the second time, which does no harm.
        await embedded.then((server) => server?.stop()).catch(() => {});
        throw error;
      }
    },
    doctor: async () => (await import('./doctor.ts')).examine(await written()),
    backup: async (target) => (await import('./backup.ts')).backupDatabase(await config(), path.resolve(cwd, target)),
    async restore(source, archive) {
      const from = archive === null ? null : { ...archive, folder: path.resolve(cwd, archive.folder) };
      return (await import('./backup.ts')).restoreDatabase(await config(), path.resolve(cwd, source), from);
    },
    async verifyLedger(ledger, checkpoint) {
      const entries = typeof ledger === 'string' ? path.resolve(cwd, ledger) : ledger;
      return (await import('./ledger-file.ts')).verifyLedger(entries, checkpoint === null ? null : path.resolve(cwd, checkpoint));
    },
    writeExport: async (folder, lines) => (await import('./ledger-file.ts')).writeExport(path.resolve(cwd, folder), lines),
    startSampleGithub: async () => (await import('./sample-github.ts')).startSampleGithub(whereabouts().environment(['PATH', 'HOME'])),
    makeEstate,
    demoConfig,
    inspectRepository: async (folder) => inspectRepository(path.resolve(cwd, folder), whereabouts().environment(['PATH', 'HOME'])),
    readFile: (file) => readGiven(path.resolve(cwd, file)),
    readInput: () => text(process.stdin),
    async checkPolicy(file, base) {
      const { checkPolicyText } = await import('./policy-check.ts');
      const text = await readGiven(path.resolve(cwd, file));
      if (base === null) return checkPolicyText(text, null);
      return checkPolicyText(text, { text: base === 'default' ? null : await readGiven(path.resolve(cwd, base)) });
    },
    async benchQueue(request, progress) {
      const repositories = request.repositories.map((folder) => path.resolve(cwd, folder));
      const { benchQueue } = await import('./queue-bench.ts');
      const result = await benchQueue({ ...request, repositories }, { env: whereabouts().environment(['PATH', 'HOME']), progress });
      if (request.markdown !== null) await writeFile(path.resolve(cwd, request.markdown), result.markdown);
      return result;
    },
  };
}

/** The configuration with the secrets it only names; what reads them is loaded only where one is named. */
async function withSecrets<C extends Config>(config: C): Promise<C> {
  return config.references.size === 0 ? config : (await import('./secrets.ts')).resolveSecrets(config);
}

/** The same for a command that talks to a server: of all secrets it needs its token alone. */
async function withToken<C extends Config>(config: C): Promise<C> {
  const needed = [...config.references].filter(([name]) => name === 'token' || name.startsWith('vault'));
  return config.references.has('token') ? withSecrets({ ...config, references: new Map(needed) }) : config;
}

/**
 * Ends when the command that started this process has ended: its end is ours. Listened for from the first moment, because a person
 * may interrupt that command while we start; the event comes only once.
 */
function parentGone(): Promise<void> {
  return new Promise((resolve) => {
    if (process.connected === false) resolve();
    else process.once('disconnect', resolve);
    // To listen is no reason to live: a start that failed must end, because whoever started it waits for that.
    process.channel?.unref();
  });
}

interface Serving {
  role: ServerRole;
  embedded: Promise<EmbeddedPostgres | null>;
  abandoned: Promise<void>;
  onReady: ServeOptions['onReady'];
}

async function serveUntilTold(config: AppConfig, { role, embedded, abandoned, onReady }: Serving): Promise<number> {
  const { startServer } = await import('./serve.ts');
  const tokenFile = path.join(config.dataDir, 'cli-token');
  const first = !existsSync(tokenFile);
  const server = await startServer(config, role, embedded);
  if (server.url !== null) {
    const loopback = config.host === 'localhost' || config.host === '::1' || config.host.startsWith('127.');
    await onReady?.({ server: { url: server.url, token: readFileSync(tokenFile, 'utf8').trim() }, first, loopback });
  }
  const told = new Promise<void>((resolve) => {
    process.once('SIGTERM', resolve);
    process.once('SIGINT', resolve);
  });
  await Promise.race([told, abandoned]);
  await server.stop();
  // Work that was handed back hangs on purpose (platform/workflow/runs.ts); nothing is left to wait for.
  process.exit(0);
}

const run = promisify(execFile);

async function makeEstate({ url, token }: ServerAddress, github: SampleGithub | null): Promise<Estate> {
  const child = run(process.execPath, [ownProgram(import.meta.url, '../demo/estate')], { env: {}, maxBuffer: 16 * 1024 * 1024 });
  const where = github === null ? {} : { github: { apiUrl: github.apiUrl, login: github.login, webhookSecret: github.webhookSecret } };
  child.child.stdin?.end(JSON.stringify({ url, token, ...where }));
  return JSON.parse((await child).stdout) as Estate;
}

/** A file a person named. */
async function readGiven(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new AppError('invalid', `${file} cannot be read: ${messageOf(error)}`, { cause: error });
  }
}

async function inspectRepository(folder: string, env: Record<string, string>): Promise<RepositoryFacts> {
  const { inspectPath } = await import('#connectors/local/index.ts');
  const found = await inspectPath(folder, env).catch((error: unknown) => {
    // On a command line a folder that is not there, or may not be read, is wrong use and not an answer.
    if (isAppError(error) && (error.kind === 'not_found' || error.kind === 'forbidden'))
      throw new AppError('invalid', error.message, { code: error.code, hint: error.hint, cause: error });
    throw error;
  });
  if (found.defaultBranch === null)
    throw new AppError('refused', `${folder} has no commit yet.`, { code: 'unborn_branch', hint: 'Make a first commit, then run again.' });
  return { path: found.path, defaultBranch: found.defaultBranch, checkedOut: found.checkedOut };
}

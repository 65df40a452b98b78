import { accessSync, constants } from 'node:fs';
import { createServer } from 'node:net';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { isAppError, messageOf } from '#kernel/errors.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createPool, startEmbedded } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createExecHarness } from '#connectors/exec/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { Harness } from '#ports/harness.ts';
import type { DoctorReport } from '#cli/local.ts';
import type { AppConfig } from './config.ts';
import { createProcessLog } from './context.ts';
import { findServer } from './server-process.ts';
import { prepareDataDir } from './startup.ts';

type Check = DoctorReport['checks'][number];

const good = (name: string, detail: string): Check => ({ name, ok: true, needed: true, detail, fix: null });
const bad = (name: string, detail: string, fix: string | null, needed = true): Check => ({ name, ok: false, needed, detail, fix });

/** Tries each thing Reeve needs, really: a sentence for each, and what to do where it fails. */
export async function examine(config: AppConfig): Promise<DoctorReport> {
  const { log } = createProcessLog(config);
  const checks: Check[] = [];
  for (const look of [checkNode, checkGit, checkDataDir, checkDatabase, checkPort, checkSandbox]) checks.push(await guarded(() => look(config, log)));
  checks.push(...(await checkAgents(config, log)));
  return { ok: checks.every((check) => check.ok || !check.needed), checks };
}

async function guarded(look: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    return bad('doctor', messageOf(error), isAppError(error) ? (error.hint ?? null) : null);
  }
}

function checkNode(): Check {
  const major = Number(process.versions.node.split('.')[0]);
  return major >= 24
    ? good('node', `Node.js ${process.versions.node}`)
    : bad('node', `Node.js ${process.versions.node}`, 'Install Node.js 24 or newer.');
}

async function checkGit(config: AppConfig): Promise<Check> {
  try {
    const version = await createGit({ env: config.environment(['PATH', 'HOME']) }).version();
    const text = `git ${version.join('.')}`;
    const oldEnough = version[0] > 2 || (version[0] === 2 && version[1] >= 38);
    return oldEnough ? good('git', text) : bad('git', text, 'Install git 2.38 or newer.');
  } catch (error) {
    return bad('git', messageOf(error), 'Install git 2.38 or newer and put it on the PATH.');
  }
}

function checkDataDir(config: AppConfig): Check {
  prepareDataDir(config.dataDir);
  accessSync(config.dataDir, constants.W_OK);
  return good('data directory', config.dataDir);
}

async function checkDatabase(config: AppConfig, log: Log): Promise<Check> {
  const name = 'database';
  try {
    const embedded = config.databaseUrl === null ? await startEmbedded({ dataDir: config.dataDir, log }) : null;
    const pool = createPool({ connection: embedded === null ? { url: config.databaseUrl ?? '' } : embedded.connection, max: 1 }, () => {});
    try {
      const { rows } = await pool.query<{ version: string; number: string }>(
        "select current_setting('server_version') as version, current_setting('server_version_num') as number",
      );
      const text = `PostgreSQL ${rows[0]?.version ?? '?'}${embedded === null ? '' : `, embedded${embedded.adopted ? ', already running' : ''}`}`;
      return Number(rows[0]?.number ?? 0) >= 150_000 ? good(name, text) : bad(name, text, 'PostgreSQL 15 or newer is needed.');
    } finally {
      await pool.end();
      await embedded?.stop();
    }
  } catch (error) {
    return bad(
      name,
      messageOf(error),
      (isAppError(error) ? error.hint : undefined) ?? 'Check REEVE_DATABASE_URL, or leave it out to use the embedded server.',
    );
  }
}

async function checkPort(config: AppConfig): Promise<Check> {
  const name = 'port';
  if ((await findServer(config).catch(() => null)) !== null) return good(name, 'a Reeve server is running on this data directory');
  if (config.port === 0) return good(name, 'any free port');
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', (error) =>
      resolve(bad(name, `${config.host}:${config.port}: ${error.message}`, 'Stop the other program, or set REEVE_PORT.')),
    );
    probe.listen(config.port, config.host, () => probe.close(() => resolve(good(name, `${config.host}:${config.port} is free`))));
  });
}

async function checkSandbox(config: AppConfig): Promise<Check> {
  const probe = await createSandbox({ path: config.environment(['PATH'])['PATH'] }).probe('bwrap');
  return probe.ok
    ? good('sandbox', probe.detail)
    : bad('sandbox', probe.detail, 'Without it, agents run only where `sandbox: none` is written out.', false);
}

/** Spawns and initializes each configured agent, in the sandbox it would have. */
async function checkAgents(config: AppConfig, log: Log): Promise<Check[]> {
  const agents = Object.entries(config.sections.agents);
  if (agents.length === 0)
    return [bad('agents', 'no agent is configured', 'Name one under `agents:` in reeve.yaml; the demo brings its own.', false)];
  const sandbox = createSandbox({ path: config.environment(['PATH'])['PATH'] });
  const harnesses = new Map<string, Harness>(
    [createAcpHarness({ log, clock: systemClock }), createExecHarness({ log, clock: systemClock })].map((harness) => [harness.kind, harness]),
  );
  const checks: Check[] = [];
  for (const [name, spec] of agents) {
    const folder = await mkdtemp(path.join(tmpdir(), 'reeve-doctor-'));
    try {
      const level = spec.sandbox ?? 'bwrap';
      const spawn = sandbox.open({
        level,
        worktree: folder,
        home: path.join(folder, 'home'),
        readOnly: [],
        masked: [],
        gatewaySocket: null,
        network: spec.network === 'open' ? 'open' : 'none',
      });
      const probe = await harnesses
        .get(spec.harness)
        ?.probe({ name, command: spec.command, env: config.environment(spec.env), mode: spec.mode }, spawn);
      const detail = `${probe?.detail ?? 'no such harness'} (${spec.harness}, sandbox ${level}${spec.network === 'open' ? ', unsealed' : ''})`;
      checks.push(probe?.ok === true ? good(`agent ${name}`, detail) : bad(`agent ${name}`, detail, `Check its command: ${spec.command.join(' ')}`));
    } catch (error) {
      checks.push(bad(`agent ${name}`, messageOf(error), `Check its command: ${spec.command.join(' ')}`));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return checks;
}

import { accessSync, constants } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Pool } from 'pg';
import { isAppError, messageOf } from '#kernel/errors.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { tryPort } from '#platform/http/index.ts';
import type { Log } from '#platform/log/index.ts';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createExecHarness } from '#connectors/exec/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { Harness } from '#ports/harness.ts';
import type { Sandbox } from '#ports/sandbox.ts';
import type { DoctorReport } from '#cli/local.ts';
import type { AppConfig } from './config.ts';
import { createProcessLog } from './process-log.ts';
import { examineSecrets, resolveSecrets } from './secrets.ts';
import { listServers } from './server-files.ts';
import { prepareDataDir } from './data-dir.ts';
import { agentsOf, type StandingAgents } from './doctor.added.ts';
import { bad, good, type Check } from './doctor.check.ts';
import { checkDatabase, checkOpenDatabase } from './doctor.database.ts';
import { checkGithub } from './doctor.github.ts';
import { checkLedgerPlaces } from './doctor.ledger.ts';
import { createAppModels } from './models.ts';
import { NO_ANSWER } from '#modules/policy/index.ts';
import { createAppPolicy } from './policy.ts';

type Look = (config: AppConfig, log: Log) => Promise<Check> | Check;

/** In the order in which they build on each other; each begins with its name. */
const LOOKS: ReadonlyArray<[name: string, look: Look]> = [
  ['node', checkNode],
  ['git', checkGit],
  ['data directory', checkDataDir],
  ['database', checkDatabase],
  ['port', checkPort],
  ['policy', checkPolicy],
  ['model', checkModel],
  ['sandbox', checkSandbox],
  ['ledger checkpoints', checkLedgerPlaces],
];

/**
 * Tries each thing Reeve needs, really: a sentence for each, and what to do where it fails. Whatever stops a start of the server
 * is found here too.
 */
export function examine(written: AppConfig): Promise<DoctorReport> {
  // Where the database cannot be opened, it has said why.
  return look(written, checkDatabase, (config, reachable) => (reachable ? agentsOf(config) : inFile(config)));
}

/** The same from inside a server that runs: its database is asked and not opened again. `idle`: agents that were added and that nothing uses. */
export function examineRunning(config: AppConfig, pool: Pool, idle: ReadonlySet<string>): Promise<DoctorReport> {
  return look(
    config,
    () => checkOpenDatabase(pool),
    async () => ({ agents: config.sections.agents, idle }),
  );
}

const inFile = async ({ sections }: AppConfig): Promise<StandingAgents> => ({ agents: sections.agents, idle: new Set() });

type FindAgents = (config: AppConfig, reachable: boolean) => Promise<StandingAgents>;

async function look(written: AppConfig, database: Look, agents: FindAgents): Promise<DoctorReport> {
  const checks: Check[] = await checkSecrets(written);
  // With a secret that cannot be read, the rest is tried as far as it goes.
  const config = checks.every((check) => check.ok) ? await resolveSecrets(written) : written;
  const { log } = createProcessLog(config);
  const looks = LOOKS.map(([name, one]): (typeof LOOKS)[number] => [name, name === 'database' ? database : one]);
  for (const [name, one] of looks) checks.push(await guarded(name, () => one(config, log)));
  checks.push(...(await checkGithub(config)));
  const reachable = checks.some(({ name, ok }) => name === 'database' && ok);
  checks.push(...(await checkAgents(config, log, await agents(config, reachable))));
  return { ok: checks.every((check) => check.ok || !check.needed), checks };
}

/** Each secret that is kept elsewhere: whether it can be read. Never its value. */
async function checkSecrets(written: AppConfig): Promise<Check[]> {
  const found = await examineSecrets(written);
  return found.map(({ name, places, trouble, hint }) =>
    trouble === null ? good(`secret ${name}`, `${places} resolves`) : bad(`secret ${name}`, trouble, hint ?? 'Correct the reference.'),
  );
}

async function guarded(name: string, look: () => Promise<Check> | Check): Promise<Check> {
  try {
    return await look();
  } catch (error) {
    return bad(name, messageOf(error), isAppError(error) ? (error.hint ?? null) : null);
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

async function checkPort(config: AppConfig): Promise<Check> {
  const name = 'port';
  const [running] = listServers(config.dataDir);
  try {
    await tryPort(config);
  } catch (error) {
    // The one that runs here may have it; another one started beside it needs another.
    if (running === undefined || new URL(running.url).port !== String(config.port)) throw error;
    return good(name, `${config.port}, held by the Reeve server that runs on this data directory (process ${running.pid})`);
  }
  return good(name, config.port === 0 ? 'any free port' : `${config.host}:${config.port} is free`);
}

async function checkPolicy(config: AppConfig): Promise<Check> {
  const policy = createAppPolicy(config);
  const { source } = await policy.current();
  const name = source === 'default' ? 'the one that is shipped' : source;
  // A question nothing hangs on: only an engine that answers is one that works.
  const { engine } = await policy.explain({ actionKind: 'approval.notify', facts: {} });
  if (engine?.reason.startsWith(NO_ANSWER) === true)
    return bad('policy', `${engine.name} ${engine.reason}`, 'Nothing is allowed while it does not answer: see policy_engine.');
  return good('policy', engine === null ? name : `${name}, and ${engine.name} beside it`);
}

function checkModel(config: AppConfig, log: Log): Check {
  createAppModels(config, { harnesses: harnessesOf(log), sandbox: sandboxOf(config) });
  return good('model', config.model);
}

const sandboxOf = (config: AppConfig): Sandbox => createSandbox({ path: config.environment(['PATH'])['PATH'] });

const harnessesOf = (log: Log): Map<string, Harness> =>
  new Map([createAcpHarness({ log, clock: systemClock }), createExecHarness({ log, clock: systemClock })].map((harness) => [harness.kind, harness]));

async function checkSandbox(config: AppConfig): Promise<Check> {
  const probe = await sandboxOf(config).probe('bwrap');
  return probe.ok
    ? good('sandbox', probe.detail)
    : bad('sandbox', probe.detail, 'Without it, agents run only where `sandbox: none` is written out.', false);
}

/** Spawns and initializes each configured agent, in the sandbox it would have. An idle one may fail: no work waits for it. */
async function checkAgents(config: AppConfig, log: Log, standing: StandingAgents): Promise<Check[]> {
  const agents = Object.entries(standing.agents);
  if (agents.length === 0)
    return [
      bad(
        'agents',
        'no agent is configured',
        'Add one in the console (First steps) or with `reeve agent add`, or name one under `agents:` in reeve.yaml.',
        false,
      ),
    ];
  const sandbox = sandboxOf(config);
  const harnesses = harnessesOf(log);
  const checks: Check[] = [];
  for (const [name, spec] of agents) {
    const isIdle = standing.idle.has(name);
    const fix = isIdle ? 'Nothing uses it: take it out under First steps, or mend it first.' : `Check its command: ${spec.command.join(' ')}`;
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
      const detail = `${probe?.detail ?? 'no such harness'} (${spec.harness}, sandbox ${level}${spec.network === 'open' || level === 'none' ? ', unsealed' : ''})`;
      checks.push(probe?.ok === true ? good(`agent ${name}`, detail) : bad(`agent ${name}`, detail, fix, !isIdle));
    } catch (error) {
      checks.push(bad(`agent ${name}`, messageOf(error), fix, !isIdle));
    } finally {
      await rm(folder, { recursive: true, force: true });
    }
  }
  return checks;
}

import { randomBytes } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createExecHarness } from '#connectors/exec/index.ts';
import { createFileBlobStore } from '#connectors/files/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { createModelProxy } from '#connectors/model-proxy/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { DomainEvent } from '#kernel/event.ts';
import type { LedgerInput } from '#modules/ledger/index.ts';
import { AgentSpec, createAgents, createCheckRunner, type Agents, type AgentsDeps, type CheckRunner, type RunBrief } from '#modules/agents/index.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { createPool, type Db, type PoolSettings } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import type { z } from 'zod';
import { silentLog } from '../kit/log.ts';

/** All a second process needs to work on the same runs. */
export interface Shared {
  connection: PoolSettings['connection'];
  folder: string;
}

export interface Installed {
  agents: Record<string, z.input<typeof AgentSpec>>;
  /** The brief every run gets. */
  brief: RunBrief;
  environment?: Record<string, string>;
  /** Text that stands for a secret. */
  secret?: string;
  /** Worktrees of checks that are kept. */
  pool?: number;
}

export const PROMPTS = path.resolve(import.meta.dirname, '../../prompts');
export const DEMO_AGENT = path.resolve(import.meta.dirname, '../../src/demo/agent.ts');

/** Real connectors on a real folder and database; only ledger and outbox are lists. */
export async function openAgents(
  shared: Shared,
  db: Db,
  installed: Installed,
  change: Partial<AgentsDeps> = {},
): Promise<{ agents: Agents; checks: CheckRunner; mirror: Mirror; ledger: LedgerInput[]; events: DomainEvent[] }> {
  const searchPath = process.env['PATH'] ?? '/usr/bin:/bin';
  const git = createGit({ env: { PATH: searchPath } });
  const mirror = await git.mirror({ dir: path.join(shared.folder, 'mirror.git'), source: path.join(shared.folder, 'source') });
  await mirror.fetch();
  const ledger: LedgerInput[] = [];
  const events: DomainEvent[] = [];
  const deps: AgentsDeps = {
    db,
    clock: systemClock,
    log: silentLog,
    ledger: { append: (_tx, entry) => void ledger.push(entry) },
    outbox: { put: async (_tx, event) => void events.push(event) },
    agents: Object.fromEntries(Object.entries(installed.agents).map(([name, spec]) => [name, AgentSpec.parse(spec)])),
    roles: {},
    harnesses: new Map(
      [createAcpHarness({ log: silentLog, clock: systemClock }), createExecHarness({ log: silentLog, clock: systemClock })].map((harness) => [
        harness.kind,
        harness,
      ]),
    ),
    sandbox: createSandbox({ path: searchPath }),
    modelProxy: createModelProxy({ log: silentLog }),
    upstream: () => null,
    mirror: async () => mirror,
    blobs: createFileBlobStore({ folder: path.join(shared.folder, 'data/blobs') }),
    brief: async () => installed.brief,
    environment: { PATH: searchPath, ...installed.environment },
    toolDirs: [],
    nonce: () => randomBytes(16).toString('hex'),
    folders: { data: path.join(shared.folder, 'data'), prompts: PROMPTS, sockets: path.join(shared.folder, 's') },
    limits: { files: 40, bytes: 4 * 1024 * 1024 },
    redact: (text) => (installed.secret === undefined ? text : text.replaceAll(installed.secret, '[redacted]')),
    ...change,
  };
  return { agents: createAgents(deps), checks: createCheckRunner(deps, { pool: installed.pool ?? 0 }), mirror, ledger, events };
}

/** A plain command as an agent: the shell script is what it does. */
export function shellAgent(script: string, more: Partial<z.input<typeof AgentSpec>> = {}): z.input<typeof AgentSpec> {
  return { harness: 'exec', command: ['sh', '-c', `cat > "$HOME/prompt.txt"; ${script}`], sandbox: 'none', ...more };
}

/** The demo's ACP agent with the given steps for every task. */
export function scriptedAgent(folder: string, steps: unknown[], more: Partial<z.input<typeof AgentSpec>> = {}): z.input<typeof AgentSpec> {
  const file = path.join(folder, `skills-${randomBytes(4).toString('hex')}.json`);
  writeFileSync(file, JSON.stringify({ skills: [], otherwise: steps }));
  return { harness: 'acp', command: [process.execPath, DEMO_AGENT, '--skills', file], sandbox: 'none', ...more };
}

export async function linesOf(log: AsyncIterable<string>): Promise<Array<Record<string, unknown>>> {
  const lines: Array<Record<string, unknown>> = [];
  for await (const line of log) lines.push(JSON.parse(line) as Record<string, unknown>);
  return lines;
}

export const openPool = (shared: Shared) => createPool({ connection: shared.connection, max: 4 }, () => {});

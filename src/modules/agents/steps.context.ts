import path from 'node:path';
import type { Clock } from '#kernel/clock.ts';
import type { Ids, RunId } from '#kernel/ids.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Log } from '#platform/log/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Budget } from '#modules/budget/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { ToolServer } from '#ports/agent-tools.ts';
import type { BlobStore } from '#ports/blob-store.ts';
import type { Mirror } from '#ports/git.ts';
import type { Harness } from '#ports/harness.ts';
import type { ModelPrice, ModelProxy, ModelUpstream } from '#ports/model-proxy.ts';
import type { Sandbox, SandboxLevel } from '#ports/sandbox.ts';
import type { ChangeLimits } from './decide.changes.ts';
import type { RunBrief } from './model.brief.ts';
import type { AgentRun, AgentSpec, RunRequest } from './model.ts';
import type { Bench } from './steps.shell.ts';
import type { TextStream } from './decide.redaction.ts';

/** Where runs keep what they need on disk. All under the data directory but the templates. */
export interface AgentFolders {
  /** Worktrees, homes and cached setups go below it. */
  data: string;
  /** Prompt templates. */
  prompts: string;
  /** For sockets of the model gateway: private, and short (a unix socket's path has at most 103 bytes). Made when missing. */
  sockets: string;
}

/** What preparing a worktree and running commands in it needs; shared by runs and the merge queue's checks. */
export interface WorkshopDeps {
  log: Log;
  sandbox: Sandbox;
  folders: Pick<AgentFolders, 'data'>;
  /** The bare mirror of a repository; the same object for the same repository. */
  mirror(repositoryId: string): Promise<Mirror>;
  /** Removes secrets from a text by value. */
  redact(text: string): string;
  /** The same for text that comes in pieces. */
  redactStream?(): TextStream;
  /** Folders outside the system's that agents and project commands need to read (Node, installed agents). */
  toolDirs: readonly string[];
  /** At least 128 random bits as text of letters, digits, `-` and `_`. */
  nonce(): string;
  /** Values of Reeve's own environment; passed on are `PATH`, what an agent's `env` names, and proxies to project commands that may reach a registry. */
  environment: Readonly<Record<string, string | undefined>>;
}

/** What lets agents talk back while they work. */
export interface ToolDeps {
  server: ToolServer;
  ids: Pick<Ids, 'next'>;
  /** The run's own token: role agent, limited to its project, hashed at rest, revoked when its agent has ended. */
  tokens: {
    issue(tx: Tx, run: { runId: RunId; projectId: string; agent: string; ttlMs: number }): Promise<string>;
    revoke(tx: Tx, runId: RunId): Promise<void>;
  };
  /** Files of the run's scope that others landed on its target since it began, sorted; absent: nobody knows. */
  landedMeanwhile?(runId: RunId): Promise<string[]>;
}

export interface AgentsDeps extends WorkshopDeps {
  db: Db;
  clock: Clock;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  agents: Readonly<Record<string, AgentSpec>>;
  roles: Readonly<Partial<Record<AgentRun['role'], string>>>;
  /** Whether an agent of `agents` was added while Reeve runs, and may be removed at any moment. Left out: none was. */
  isAdded?(name: string): boolean;
  /** By `Harness.kind`. */
  harnesses: ReadonlyMap<string, Harness>;
  modelProxy: ModelProxy;
  /** The provider a sealed agent's requests are forwarded to; null: no model is configured, and the agent gets none. */
  upstream(agent: string): { upstream: ModelUpstream; price: ModelPrice | null } | null;
  blobs: BlobStore;
  /** Gathers what a run must know. Throws AppError not_found when the work is gone. */
  brief(request: RunRequest): Promise<RunBrief>;
  folders: AgentFolders;
  /** Largest change request. */
  limits: ChangeLimits;
  /** Left out: agents get no tools of ours. */
  tools?: ToolDeps;
  /** Money, reserved in the transaction that makes or starts a run and settled in the one that ends it. Left out: nobody counts. */
  budget?: Pick<Budget, 'admit' | 'reserve' | 'settleRun'>;
}

/** Variable by which the processes of a run are found again after a crash. */
export const RUN_MARK = 'REEVE_RUN_ID';

export const worktreeOf = (folders: Pick<AgentFolders, 'data'>, name: string): string => path.join(folders.data, 'worktrees', name);
export const homeOf = (folders: Pick<AgentFolders, 'data'>, name: string): string => path.join(folders.data, 'homes', name);
/** Sandbox and environment of a project's own commands; `mark` finds their processes again after a crash. */
export function benchOf(
  deps: Pick<WorkshopDeps, 'toolDirs' | 'environment'>,
  where: { worktree: string; home: string; mirrorDir: string; sandbox: SandboxLevel; network: 'none' | 'registry'; mark: string },
): Bench {
  return {
    spec: {
      level: where.sandbox,
      worktree: where.worktree,
      home: where.home,
      readOnly: [where.mirrorDir, ...deps.toolDirs],
      masked: [],
      gatewaySocket: null,
      network: where.network,
    },
    env: { CI: 'true', ...(where.network === 'registry' ? proxiesOf(deps.environment) : {}), [RUN_MARK]: where.mark },
  };
}

const PROXIES = ['HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY', 'https_proxy', 'http_proxy', 'no_proxy'];

/** A registry behind a proxy is reached only by those who know the proxy. */
function proxiesOf(environment: WorkshopDeps['environment']): Record<string, string> {
  return Object.fromEntries(PROXIES.flatMap((name) => (environment[name] === undefined ? [] : [[name, environment[name]]])));
}

export const branchOf = (runId: string): string => `reeve/run/${runId}`;

import type { ToolEndpoint } from './agent-tools.ts';

/**
 * How an agent is driven: ACP over stdio, a plain command, later a container or a Kubernetes Job. The agent's word is never
 * the result: the caller takes the worktree's diff and runs the checks itself.
 */
export interface Harness {
  /** `acp`, `exec`, … persisted. */
  readonly kind: string;
  /** True: it hands `HarnessRun.tools` to its agent. */
  readonly takesTools?: boolean;
  /** Starts one run; events come until `ended`. Never rejects: a failed start is an `ended` event. */
  start(run: HarnessRun): RunningAgent;
  /**
   * Starts the agent, asks it who it is, and with `cwd` opens a session without a word in it; then stops it: what the doctor and an
   * admin's test ask. Never rejects, never prompts, and resolves only when no process of it is left.
   */
  probe(agent: AgentCommand, sandbox: SandboxedProcess, options?: ProbeOptions): Promise<ProbeAnswer>;
}

export interface ProbeOptions {
  /** How long it may take until it has answered; a minute when left out, because some agents fetch themselves at their first start. */
  limitMs?: number;
  /** Absolute path of an empty folder: opening a session shows what asking for its name does not, such as that nobody is logged in. */
  cwd?: string;
}

/**
 * Why an agent could not be used: `spawn_failed`: no such command, or it cannot be started · `crashed`: it ended by itself ·
 * `protocol`: it does not speak what its harness does · `login_needed` · `too_slow`: no answer within the limit.
 */
export type ProbeTrouble = 'spawn_failed' | 'crashed' | 'protocol' | 'login_needed' | 'too_slow';

/** What an agent said of itself: its own words, of any length and content, and never a promise. */
export interface ProbeAnswer {
  ok: boolean;
  /** One sentence for people. May hold the last words of its standard error. */
  detail: string;
  trouble: ProbeTrouble | null;
  name: string | null;
  version: string | null;
  /** `ACP 1`; null: it has not said, or its harness has no protocol. */
  protocol: string | null;
  /** `loadSession`, `promptCapabilities.image`. */
  capabilities: string[];
  /** Ways to log in that it offers. */
  authMethods: Array<{ id: string; name: string }>;
  /** Ids of the modes a session of it can have; empty when none was opened. */
  modes: string[];
}

export interface AgentCommand {
  name: string;
  command: readonly string[];
  /** Names of variables the operator lets through, with their values. */
  env: Readonly<Record<string, string>>;
  /** ACP `session/set_mode` to ask for, when the agent has it. */
  mode?: string | null;
}

export interface RunLimits {
  wallMs: number;
  idleMs: number;
  turns: number;
  /** Tokens counted at the model gateway, input and output together. */
  tokens: number;
  costMicros: number;
  /** Most bytes of agent output kept. */
  outputBytes: number;
}

export interface HarnessRun {
  runId: string;
  agent: AgentCommand;
  /** Absolute path of the run's own worktree: the agent's working directory. */
  worktree: string;
  prompt: string;
  limits: RunLimits;
  /** Reeve's own tools for the agent; a harness that cannot hand them over leaves them out. */
  tools?: ToolEndpoint | null;
  /** Starts the process inside its sandbox. */
  spawn: SandboxedProcess;
  /** Decides a permission request of the agent. Unknown shapes: `ask` becomes a denial in unattended runs. */
  permit(request: PermissionRequest): PermissionAnswer;
}

export interface PermissionRequest {
  toolKind: string;
  title: string;
  /** Paths the tool names, as given. */
  paths: string[];
  command: string | null;
}
export type PermissionAnswer = { allow: true } | { allow: false; reason: string };

export type AgentEvent =
  | { kind: 'started'; agent: string; version: string | null; session: string | null }
  | { kind: 'text'; text: string }
  | { kind: 'thought'; text: string }
  | {
      kind: 'tool';
      id: string;
      toolKind: string;
      title: string;
      status: string;
      paths: string[];
      command: string | null;
      /** The end of what the call printed; left out: nothing. */
      output?: string;
      /** What the call changed in files, as the agent tells it: for people who watch, never believed. Left out: nothing. */
      edits?: Array<{ path: string; before: string | null; after: string | null }>;
    }
  | { kind: 'plan'; entries: Array<{ text: string; status: string }> }
  | { kind: 'permission'; title: string; toolKind: string; allowed: boolean; reason: string }
  /** What the agent says it used so far in this run: the latest replaces the one before. The gateway's count is the truth. */
  | { kind: 'usage'; inputTokens: number; outputTokens: number }
  | { kind: 'output'; stream: 'stdout' | 'stderr'; text: string }
  | { kind: 'ended'; reason: EndReason; detail: string };

/**
 * `end_turn`: the agent said it is done · `refused` · `max_turns` · `cancelled`: we stopped it · `wall_limit` ·
 * `idle_limit` · `output_limit` · `budget`: tokens or money used up · `crashed`: the process died · `spawn_failed`: no
 * such command · `protocol`: it does not speak the protocol.
 */
export type EndReason =
  | 'end_turn'
  | 'refused'
  | 'max_turns'
  | 'cancelled'
  | 'wall_limit'
  | 'idle_limit'
  | 'output_limit'
  | 'budget'
  | 'crashed'
  | 'spawn_failed'
  | 'protocol';

export interface RunningAgent {
  events: AsyncIterable<AgentEvent>;
  /** The agent is busy in a way its output does not show (it waits in a tool of ours): its idle time starts again. */
  alive(): void;
  /** Ends the run; resolves only when no process of it is left. Safe to call twice. */
  cancel(reason: 'cancelled' | 'budget'): Promise<void>;
}

/** A process in a sandbox: what a harness gets instead of `child_process.spawn`. */
export interface SandboxedProcess {
  (command: readonly string[], env: Readonly<Record<string, string>>): Promise<SpawnedProcess>;
}

export interface SpawnedProcess {
  pid: number;
  stdin: NodeJS.WritableStream;
  stdout: NodeJS.ReadableStream;
  stderr: NodeJS.ReadableStream;
  exited: Promise<{ exitCode: number | null; signal: string | null }>;
  /** SIGTERM to the group, then the end of the process tree (namespace kill where there is one). Resolves when none is left. */
  kill(graceMs: number): Promise<void>;
}

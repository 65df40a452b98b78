import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { AgentCommand, AgentEvent, EndReason, Harness, RunningAgent, SandboxedProcess } from '#ports/harness.ts';
import type { OpenModelProxy, ProxyUsage } from '#ports/model-proxy.ts';
import type { SandboxLevel } from '#ports/sandbox.ts';
import { limitsOf } from './decide.outcome.ts';
import { decidePermission } from './decide.permission.ts';
import type { AgentRun, AgentSpec } from './model.ts';
import { RUN_MARK, type AgentsDeps } from './steps.context.ts';
import type { LogBell, RunLog } from './steps.log.ts';
import { openTools, type OpenTools } from './steps.tools.ts';
import type { Held, RunRow } from './store.ts';

export interface AgentWork {
  held: Held;
  run: RunRow;
  bell: LogBell;
  agent: string;
  spec: AgentSpec;
  role: AgentRun['role'];
  sandbox: SandboxLevel;
  worktree: string;
  home: string;
  mirrorDir: string;
  /** Paths of the worktree the agent must not see. */
  masked: readonly string[];
  prompt: string;
  log: RunLog;
  signal: AbortSignal;
  /** Told of each process, before the agent gets its first byte. */
  onProcess(pid: number): Promise<void>;
  /** What the gateway counted so far, after every answered request. */
  onUsage(usage: ProxyUsage): void;
  /** What the agent says it used so far, where no gateway counts. */
  onOwnWord(usage: AgentRun['usage']): void;
}

export interface AgentResult {
  ended: { reason: EndReason; detail: string };
  /** What it said and did, for roles that answer with a text. */
  events: AgentEvent[];
  usage: AgentRun['usage'];
}

/** Starts the agent, keeps every event in the execution log, and returns when it ended and no process of it is left. */
export async function driveAgent(deps: AgentsDeps, work: AgentWork): Promise<AgentResult> {
  const harness = deps.harnesses.get(work.spec.harness);
  if (harness === undefined) throw new AppError('internal', `There is no harness "${work.spec.harness}".`, { code: 'harness_unknown' });
  let running: RunningAgent | null = null;
  const proxy = await openProxy(deps, work, (detail) => {
    work.log.write({ kind: 'note', text: `The budget of the run is used up: ${detail}` });
    void running?.cancel('budget');
  });
  const onAbort = (): void => void running?.cancel('cancelled');
  let tools: OpenTools | null = null;
  try {
    tools = harness.takesTools === true ? await offerTools(deps, work, { proxy, alive: () => running?.alive() }) : null;
    running = startAgent(deps, work, harness, { proxy, tools });
    work.signal.addEventListener('abort', onAbort, { once: true });
    if (work.signal.aborted) onAbort();
    const { ended, events, told } = await readEvents(running, work.log, proxy === null ? work.onOwnWord : () => {});
    // An agent that ended its turn may have left servers and watchers behind.
    await running.cancel('cancelled');
    return { ended, events, usage: usageOf(proxy, told) };
  } finally {
    work.signal.removeEventListener('abort', onAbort);
    await tools?.close();
    await proxy?.close();
  }
}

type SocketProxy = OpenModelProxy & { socketPath: string };

function offerTools(deps: AgentsDeps, work: AgentWork, from: { proxy: SocketProxy | null; alive(): void }): Promise<OpenTools | null> {
  const { held, run, spec, sandbox, log, bell } = work;
  const used = (): { tokens: number; costMicros: number } | null => {
    const counted = from.proxy?.usage();
    return counted === undefined ? null : { tokens: counted.inputTokens + counted.outputTokens, costMicros: counted.costMicros };
  };
  return openTools(deps, { held, run, spec, limits: limitsOf(spec), sandbox, log, bell, used, alive: from.alive });
}

function startAgent(
  deps: AgentsDeps,
  work: AgentWork,
  harness: Harness,
  { proxy, tools }: { proxy: SocketProxy | null; tools: OpenTools | null },
): RunningAgent {
  const spawn = deps.sandbox.open({
    level: work.sandbox,
    worktree: work.worktree,
    home: work.home,
    readOnly: [work.mirrorDir, ...deps.toolDirs],
    masked: work.masked,
    gatewaySocket: proxy?.socketPath ?? null,
    toolSocket: tools?.socket ?? null,
    network: work.spec.network === 'open' ? 'open' : 'none',
  });
  return harness.start({
    runId: work.held.runId,
    agent: agentCommand(deps, work, proxy?.env ?? {}),
    worktree: work.worktree,
    prompt: work.prompt,
    limits: limitsOf(work.spec),
    tools: tools?.endpoint ?? null,
    spawn: recorded(spawn, work),
    permit: (request) =>
      decidePermission(request, { worktree: work.worktree, role: work.role, sandbox: work.sandbox, sealed: work.spec.network === 'gateway' }),
  });
}

/** The agent as data: its environment holds the names its configuration lists, the gateway's variables, and nothing else. */
function agentCommand(deps: AgentsDeps, work: AgentWork, gateway: Readonly<Record<string, string>>): AgentCommand {
  const allowed = work.spec.env.flatMap((name) => {
    const value = deps.environment[name];
    return value === undefined ? [] : [[name, value] as const];
  });
  const env = { ...Object.fromEntries(allowed), ...gateway, [RUN_MARK]: work.held.runId };
  return { name: work.agent, command: work.spec.command, env, mode: work.spec.mode };
}

/** Marks every process and has it recorded before anything is sent to it: a crash in between leaves nothing unknown. */
function recorded(spawn: SandboxedProcess, work: AgentWork): SandboxedProcess {
  return async (command, env) => {
    const child = await spawn(command, { ...env, [RUN_MARK]: work.held.runId });
    try {
      await work.onProcess(child.pid);
    } catch (error) {
      await child.kill(0);
      throw error;
    }
    return child;
  };
}

async function openProxy(deps: AgentsDeps, work: AgentWork, onExhausted: (detail: string) => void): Promise<SocketProxy | null> {
  const target = work.spec.network === 'gateway' ? deps.upstream(work.agent) : null;
  if (target === null) return null;
  await mkdir(deps.folders.sockets, { recursive: true, mode: 0o700 });
  const socketPath = path.join(deps.folders.sockets, `${work.held.runId.slice(-16)}-${work.held.execution}.sock`);
  const { tokens, costMicros } = limitsOf(work.spec);
  const proxy = await deps.modelProxy.open({
    runId: work.held.runId,
    socketPath,
    upstream: target.upstream,
    price: target.price,
    budget: { tokens, costMicros },
    onUsage: (usage) => work.onUsage(usage),
    onExhausted,
  });
  return { ...proxy, socketPath };
}

type Told = Extract<AgentEvent, { kind: 'usage' }> | null;

async function readEvents(
  running: RunningAgent,
  log: RunLog,
  onOwnWord: AgentWork['onOwnWord'],
): Promise<{ ended: AgentResult['ended']; events: AgentEvent[]; told: Told }> {
  const events: AgentEvent[] = [];
  let ended: AgentResult['ended'] = { reason: 'crashed', detail: 'The harness ended without saying why.' };
  let told: Told = null;
  for await (const event of running.events) {
    log.write({ kind: 'agent', event: event as unknown as JsonObject });
    if (event.kind === 'ended') ended = { reason: event.reason, detail: event.detail };
    else if (event.kind === 'usage') {
      told = event;
      onOwnWord({ inputTokens: event.inputTokens, outputTokens: event.outputTokens, costMicros: 0 });
    } else events.push(withoutContents(event));
  }
  return { ended, events, told };
}

/** Whole files are in the log; nobody asks for them again. */
function withoutContents(event: AgentEvent): AgentEvent {
  if (event.kind !== 'tool') return event;
  const { edits: _edits, output: _output, ...rest } = event;
  return rest;
}

/** The gateway's count is the truth; where the agent went past it (open network) its own word is all there is. */
function usageOf(proxy: OpenModelProxy | null, told: Told): AgentRun['usage'] {
  const counted = proxy?.usage();
  if (counted !== undefined && counted.requests > 0) {
    return { inputTokens: counted.inputTokens, outputTokens: counted.outputTokens, costMicros: counted.costMicros };
  }
  return { inputTokens: told?.inputTokens ?? 0, outputTokens: told?.outputTokens ?? 0, costMicros: 0 };
}

import { mkdtemp, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { spawnGroup } from '#platform/process/index.ts';
import type { AgentEvent, Harness, HarnessRun, RunLimits, RunningAgent, SandboxedProcess, SpawnedProcess } from '#ports/harness.ts';

export const DEMO_AGENT = resolve('src/demo/agent.ts');
export const OTHER_AGENT = resolve('test/fakes/acp-agents/another-author.mjs');
export const LIMITS: RunLimits = { wallMs: 25_000, idleMs: 20_000, turns: 100, tokens: 1e6, costMicros: 1e6, outputBytes: 5_000_000 };

/** A worktree in a temporary folder and the ACP harness on it, without a sandbox. Open before and close after each test. */
export interface AcpBench {
  harness: Harness;
  worktree(): string;
  /** Leaders of everything that was started. */
  pids(): number[];
  spawn: SandboxedProcess;
  start(command: readonly string[], more?: Partial<HarnessRun> & { mode?: string }): RunningAgent;
  /** Command of the demo agent with one skill that fits every prompt. */
  demo(steps: readonly unknown[], flags?: readonly string[], skill?: object): Promise<string[]>;
  open(): Promise<void>;
  close(): Promise<void>;
}

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent } as never;

export function createAcpBench(): AcpBench {
  let worktree = '';
  let processes: SpawnedProcess[] = [];
  const harness = createAcpHarness({ log: silent, clock: { now: () => new Date() } });
  const spawn: SandboxedProcess = async ([command = '', ...args], env) => {
    const started = await spawnGroup({ command, args, cwd: worktree, env: { PATH: '/usr/bin:/bin', HOME: worktree, ...env } });
    processes.push(started);
    return started;
  };
  return {
    harness,
    worktree: () => worktree,
    pids: () => processes.map(({ pid }) => pid),
    spawn,
    start: (command, more = {}) =>
      harness.start({
        runId: 'run_test',
        agent: { name: 'test', command, env: {}, mode: more.mode ?? null },
        worktree,
        prompt: 'Do the task.',
        limits: LIMITS,
        spawn,
        permit: () => ({ allow: true }),
        ...more,
      }),
    async demo(steps, flags = [], skill = {}) {
      const file = join(await mkdtemp(join(worktree, '.skills-')), 'skills.json');
      await writeFile(file, JSON.stringify({ skills: [{ name: 'test', match: {}, steps, ...skill }] }));
      return [process.execPath, DEMO_AGENT, '--skills', file, ...flags];
    },
    async open() {
      worktree = await realpath(await mkdtemp(join(tmpdir(), 'reeve-acp-')));
      processes = [];
    },
    async close() {
      await Promise.all(processes.map((one) => one.kill(0)));
      await rm(worktree, { recursive: true, force: true });
    },
  };
}

export async function eventsOf(running: RunningAgent): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of running.events) events.push(event);
  return events;
}

export async function endOf(running: RunningAgent): Promise<Extract<AgentEvent, { kind: 'ended' }>> {
  const last = (await eventsOf(running)).at(-1);
  if (last?.kind !== 'ended') throw new Error('the last event is not the end');
  return last;
}

export const textOf = (events: readonly AgentEvent[]): string => events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])).join('');

/** A program that reads JSON-RPC lines and does with each what `onMessage` says (`m` the message, `send` and `ok` answer). */
export const rawAgent = (onMessage: string): string[] => [
  process.execPath,
  '-e',
  `const send = (x) => process.stdout.write(JSON.stringify(x) + '\\n');
   const ok = (m, result) => send({ jsonrpc: '2.0', id: m.id, result });
   require('readline').createInterface({ input: process.stdin }).on('line', (line) => { const m = JSON.parse(line); ${onMessage} });`,
];

/** The part of `onMessage` that gets a raw agent as far as the prompt. */
export const HANDSHAKE = `if (m.method === 'initialize') ok(m, { protocolVersion: 1 }); if (m.method === 'session/new') ok(m, { sessionId: 's' });`;

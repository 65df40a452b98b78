import { mkdir, mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnGroup } from '#platform/process/index.ts';
import type { AgentEvent, HarnessRun, RunLimits, RunningAgent, SpawnedProcess } from '#ports/harness.ts';
import { living } from '../../../test/kit/processes.ts';
import { createExecHarness } from './index.ts';

const LIMITS: RunLimits = { wallMs: 25_000, idleMs: 20_000, turns: 10, tokens: 1e6, costMicros: 1e6, outputBytes: 1_000_000 };

let folder = '';
let processes: SpawnedProcess[] = [];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'reeve-exec-'));
  await mkdir(join(folder, 'worktree'));
  await mkdir(join(folder, 'home'));
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill(0)));
  processes = [];
  await rm(folder, { recursive: true, force: true });
});

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent } as never;
const harness = createExecHarness({ log: silent, clock: { now: () => new Date() } });

const spawn: HarnessRun['spawn'] = async ([command = '', ...args], env) => {
  const started = await spawnGroup({
    command,
    args,
    cwd: join(folder, 'worktree'),
    env: { PATH: '/usr/bin:/bin', HOME: join(folder, 'home'), ...env },
  });
  processes.push(started);
  return started;
};

function start(command: readonly string[], prompt = 'Line 1\nLine 2', limits: Partial<RunLimits> = {}): RunningAgent {
  return harness.start({
    runId: 'run_test',
    agent: { name: 'script', command, env: { GIVEN: 'yes' } },
    worktree: join(folder, 'worktree'),
    prompt,
    limits: { ...LIMITS, ...limits },
    spawn,
    permit: () => ({ allow: true }),
  });
}

async function eventsOf(running: RunningAgent): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of running.events) events.push(event);
  return events;
}

const inWorktree = (name: string): Promise<string> => readFile(join(folder, 'worktree', name), 'utf8');

describe('a plain command', () => {
  it('gets the prompt on standard input and works in the worktree', async () => {
    const events = await eventsOf(start(['/bin/sh', '-c', 'cat >got.txt; echo "did $GIVEN"; echo warn >&2; echo \'{"type":"text","text":"hi"}\'']));
    expect(await inWorktree('got.txt')).toBe('Line 1\nLine 2');
    expect(events[0]).toEqual({ kind: 'started', agent: 'script', version: null, session: null });
    expect(events).toEqual(
      expect.arrayContaining([
        { kind: 'output', stream: 'stdout', text: 'did yes' },
        { kind: 'output', stream: 'stderr', text: 'warn' },
        { kind: 'text', text: 'hi' },
      ]),
    );
    expect(events.at(-1)).toEqual({ kind: 'ended', reason: 'end_turn', detail: 'The command ended with exit code 0.' });
  });

  it('gets it as an argument, or as a file that is not in the worktree', async () => {
    await eventsOf(start(['/bin/sh', '-c', 'printf %s "$1" >argument.txt', 'x', '{prompt}']));
    expect(await inWorktree('argument.txt')).toBe('Line 1\nLine 2');
    const prompt = `${'long '.repeat(60_000)}"quoted" $HOME`;
    const events = await eventsOf(
      start(['/bin/sh', '-c', 'cp "${1#--file=}" file.txt; echo "$2 $3"; cat', 'x', '--file={prompt_file}', 'a  b', "it's"], prompt),
    );
    expect(await inWorktree('file.txt')).toBe(prompt);
    expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: "a  b it's" });
    expect((await readdir(join(folder, 'worktree'))).toSorted()).toEqual(['argument.txt', 'file.txt']);
  });

  it('that fails is said to have crashed, with its last words', async () => {
    expect((await eventsOf(start(['/bin/sh', '-c', 'echo no key >&2; exit 4']))).at(-1)).toEqual({
      kind: 'ended',
      reason: 'crashed',
      detail: 'The command ended with exit code 4. Its last words: no key',
    });
  });

  it('that does not exist ends with a sentence', async () => {
    expect(await eventsOf(start(['no-such-agent']))).toEqual([
      { kind: 'ended', reason: 'spawn_failed', detail: 'There is no command no-such-agent: install it, or give its full path.' },
    ]);
  });

  it('whose prompt fits nowhere is not started', async () => {
    expect(await eventsOf(start(['/bin/echo', '{prompt}'], 'x'.repeat(200_000)))).toMatchObject([{ reason: 'spawn_failed' }]);
    expect(processes).toEqual([]);
  });

  it.each([
    ['idle_limit', 'sleep 300', { idleMs: 300 }],
    ['wall_limit', 'while :; do echo .; sleep 0.02; done', { wallMs: 800 }],
    ['output_limit', 'yes', { outputBytes: 100_000 }],
  ] as const)('ends at its %s, with all its children', async (reason, script, limits) => {
    const events = await eventsOf(start(['/bin/sh', '-c', `setsid sleep 300 & echo $! >pid; ${script}`], '', limits));
    expect(events.at(-1)).toMatchObject({ kind: 'ended', reason });
    expect(living([Number(await inWorktree('pid')), ...processes.map(({ pid }) => pid)])).toEqual([]);
  });

  it('is stopped, also when it ignores that, and leaves nothing', async () => {
    const running = start(['/bin/sh', '-c', 'trap "" TERM; setsid sleep 300 & echo $!; while :; do sleep 0.05; done']);
    let child = 0;
    let last: AgentEvent | null = null;
    for await (const event of running.events) {
      last = event;
      if (event.kind !== 'output') continue;
      child = Number(event.text);
      void running.cancel('cancelled');
    }
    expect(last).toMatchObject({ kind: 'ended', reason: 'cancelled' });
    expect(child).toBeGreaterThan(0);
    expect(living([child, ...processes.map(({ pid }) => pid)])).toEqual([]);
  });
});

it('the probe says whether the command can be started', async () => {
  expect(await harness.probe({ name: 'git', command: ['git', 'x'], env: {} }, spawn)).toMatchObject({ ok: true, detail: 'git can be started.' });
  expect(await harness.probe({ name: 'x', command: ['no-such-agent'], env: {} }, spawn)).toMatchObject({
    ok: false,
    detail: expect.stringContaining('There is no command'),
  });
});

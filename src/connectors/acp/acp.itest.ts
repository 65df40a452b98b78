import { mkdtemp, readFile, readdir, realpath, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { spawnGroup } from '#platform/process/index.ts';
import type { AgentEvent, HarnessRun, PermissionRequest, RunLimits, RunningAgent, SpawnedProcess } from '#ports/harness.ts';
import { living } from '../../../test/kit/processes.ts';
import { createAcpHarness } from './index.ts';

const DEMO_AGENT = resolve('src/demo/agent.ts');
const OTHER_AGENT = resolve('test/fakes/acp-agents/another-author.mjs');
const LIMITS: RunLimits = { wallMs: 25_000, idleMs: 20_000, turns: 100, tokens: 1e6, costMicros: 1e6, outputBytes: 5_000_000 };

let worktree = '';
let processes: SpawnedProcess[] = [];
beforeEach(async () => {
  worktree = await realpath(await mkdtemp(join(tmpdir(), 'reeve-acp-')));
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill(0)));
  processes = [];
  await rm(worktree, { recursive: true, force: true });
});

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent } as never;
const harness = createAcpHarness({ log: silent, clock: { now: () => new Date() } });

const spawn: HarnessRun['spawn'] = async ([command = '', ...args], env) => {
  const started = await spawnGroup({ command, args, cwd: worktree, env: { PATH: '/usr/bin:/bin', HOME: worktree, ...env } });
  processes.push(started);
  return started;
};

function start(command: readonly string[], more: Partial<HarnessRun> & { mode?: string } = {}): RunningAgent {
  return harness.start({
    runId: 'run_test',
    agent: { name: 'test', command, env: {}, mode: more.mode ?? null },
    worktree,
    prompt: 'Do the task.',
    limits: LIMITS,
    spawn,
    permit: () => ({ allow: true }),
    ...more,
  });
}

async function eventsOf(running: RunningAgent): Promise<AgentEvent[]> {
  const events: AgentEvent[] = [];
  for await (const event of running.events) events.push(event);
  return events;
}

async function endOf(running: RunningAgent): Promise<{ reason: string; detail: string }> {
  const last = (await eventsOf(running)).at(-1);
  if (last?.kind !== 'ended') throw new Error('the last event is not the end');
  return last;
}

/** Command of the demo agent with one skill that fits every prompt. */
async function demo(steps: readonly unknown[], flags: readonly string[] = [], skill: object = {}): Promise<string[]> {
  const folder = await mkdtemp(join(worktree, '.skills-'));
  const file = join(folder, 'skills.json');
  await writeFile(file, JSON.stringify({ skills: [{ name: 'test', match: {}, steps, ...skill }] }));
  return [process.execPath, DEMO_AGENT, '--skills', file, ...flags];
}

/** A program that reads JSON-RPC lines and does with each what `onMessage` says (`m` the message, `send` answers). */
const raw = (onMessage: string): string[] => [
  process.execPath,
  '-e',
  `const send = (x) => process.stdout.write(JSON.stringify(x) + '\\n');
   const ok = (m, result) => send({ jsonrpc: '2.0', id: m.id, result });
   require('readline').createInterface({ input: process.stdin }).on('line', (line) => { const m = JSON.parse(line); ${onMessage} });`,
];
const HANDSHAKE = `if (m.method === 'initialize') ok(m, { protocolVersion: 1 }); if (m.method === 'session/new') ok(m, { sessionId: 's' });`;

const textOf = (events: readonly AgentEvent[]): string => events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])).join('');

describe('a run that goes well', () => {
  it('edits the worktree, tells what it does in order, and ends when no process is left', async () => {
    await writeFile(join(worktree, 'a.txt'), 'one\ntwo\n');
    const command = await demo([
      { think: 'hm' },
      { plan: [{ text: 'edit', status: 'in_progress' }] },
      { edit: 'a.txt', edits: [{ search: 'two', replace: '2' }] },
      { run: 'cat a.txt', tell: true },
      { usage: { input: 10, output: 4 } },
      { say: 'done' },
    ]);
    const events = await eventsOf(start(command));
    expect(await readFile(join(worktree, 'a.txt'), 'utf8')).toBe('one\n2\n');
    expect(events.map((event) => event.kind)).toEqual(['started', 'thought', 'plan', 'tool', 'tool', 'tool', 'tool', 'text', 'usage', 'text', 'usage', 'ended']);
    expect(events[0]).toMatchObject({ agent: 'Reeve demo agent', version: '1.0.0' });
    expect(events[4]).toMatchObject({ toolKind: 'edit', title: 'Edit a.txt', status: 'completed', paths: ['a.txt'] });
    expect(events[6]).toMatchObject({ toolKind: 'execute', command: 'cat a.txt', status: 'completed' });
    expect(textOf(events)).toBe('one\n2\ndone');
    expect(events.at(-2)).toEqual({ kind: 'usage', inputTokens: 10, outputTokens: 4 });
    expect(events.at(-1)).toEqual({ kind: 'ended', reason: 'end_turn', detail: 'The agent said it is done.' });
    expect(living(processes.map(({ pid }) => pid))).toEqual([]);
  });

  it('works with an agent of another author: other shapes, other kinds, noise, and no end of its own', async () => {
    const asked: PermissionRequest[] = [];
    const permit = (request: PermissionRequest) => {
      asked.push(request);
      return { allow: true as const };
    };
    const events = await eventsOf(start([process.execPath, OTHER_AGENT, '--do', 'echo "$PROMPT" >answer.txt'], { prompt: 'Write it down', permit }));
    expect(await readFile(join(worktree, 'answer.txt'), 'utf8')).toBe('Write it down\n');
    expect(asked).toEqual([{ toolKind: 'other', title: '⚙ echo "$PROMPT" >answer.txt', paths: [], command: 'sh -c echo "$PROMPT" >answer.txt' }]);
    expect(events).toContainEqual({ kind: 'permission', title: asked[0]?.title, toolKind: 'other', allowed: true, reason: 'allowed by policy' });
    expect(events).not.toContainEqual(expect.objectContaining({ text: 'mode: auto' }));
    expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: 'another-author agent v0.3 (c) nobody' });
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(living(processes.map(({ pid }) => pid))).toEqual([]);
  });

  it('asks for leave, and takes no for an answer', async () => {
    const permit = (request: PermissionRequest) => (request.toolKind === 'edit' ? { allow: false as const, reason: 'not this' } : { allow: true as const });
    const command = await demo([{ run: 'touch ran' }, { write: 'new.txt', content: 'x' }], [], { asks: 'everything' });
    const events = await eventsOf(start(command, { permit }));
    expect(events.filter((event) => event.kind === 'permission')).toEqual([
      { kind: 'permission', title: 'Run touch ran', toolKind: 'execute', allowed: true, reason: 'allowed by policy' },
      { kind: 'permission', title: 'Write new.txt', toolKind: 'edit', allowed: false, reason: 'not this' },
    ]);
    const files = await readdir(worktree);
    expect(files).toContain('ran');
    expect(files).not.toContain('new.txt');
  });

  it('denies when the policy itself breaks', async () => {
    const permit = (): never => {
      throw new Error('no rules');
    };
    const events = await eventsOf(start(await demo([{ write: 'new.txt', content: 'x' }], [], { asks: 'edits' }), { permit }));
    expect(events).toContainEqual({ kind: 'permission', title: 'Write new.txt', toolKind: 'edit', allowed: false, reason: 'the policy could not decide: no rules' });
  });

  it('switches to the mode that was asked for, and says so when the agent has none of that name', async () => {
    const asking = await eventsOf(start(await demo([{ write: 'new.txt', content: 'x' }]), { mode: 'ask' }));
    expect(asking.some((event) => event.kind === 'permission')).toBe(true);
    const unknown = await eventsOf(start(await demo([{ say: 'hi' }]), { mode: 'yolo' }));
    expect(unknown).toContainEqual({ kind: 'output', stream: 'stderr', text: 'The agent has no mode "yolo" (it has: code, ask).' });
    expect(unknown.at(-1)).toMatchObject({ reason: 'end_turn' });
  });

  it('does not mind noise, broken JSON, answers nobody asked for and requests we do not offer', async () => {
    const noisy = raw(`
      process.stdout.write('{"jsonrpc": broken\\n[1,2]\\n\\n"text"\\n{"x":1}\\n');
      send({ jsonrpc: '2.0', id: 99, result: {} });
      send({ jsonrpc: '2.0', method: 'x/unknown', params: {} });
      ${HANDSHAKE}
      if (m.method === 'session/prompt') { globalThis.turn = m; send({ jsonrpc: '2.0', id: 'w', method: 'fs/write_text_file', params: { sessionId: 's', path: '/x', content: '' } }); }
      if (m.id === 'w') { send({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'code ' + m.error.code } } } }); ok(turn, { stopReason: 'end_turn' }); }`);
    const events = await eventsOf(start(noisy));
    expect(textOf(events)).toBe('code -32601');
    expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: '{"jsonrpc": broken' });
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
  });
});

describe('an agent that is none, or none of ours', () => {
  it('a missing command ends with a sentence', async () => {
    expect(await endOf(start(['no-such-agent']))).toMatchObject({ reason: 'spawn_failed', detail: 'There is no command no-such-agent: install it, or give its full path.' });
  });

  it('a command that speaks no ACP and ends well', async () => {
    expect(await endOf(start(['/bin/echo', 'hello']))).toMatchObject({ reason: 'protocol', detail: 'The command exited with code 0 without a word of ACP.' });
  });

  it('an agent that refuses to initialize', async () => {
    expect(await endOf(start(await demo([], ['--refuse-initialize'])))).toMatchObject({ reason: 'protocol', detail: expect.stringContaining('this agent was told to refuse') });
  });

  it('an agent of another protocol version', async () => {
    expect(await endOf(start(await demo([], ['--protocol-version', '2'])))).toMatchObject({ reason: 'protocol', detail: 'The agent speaks ACP version 2, Reeve speaks version 1.' });
  });

  it('an agent that wants to be logged in', async () => {
    expect(await endOf(start(await demo([], ['--needs-login'])))).toMatchObject({ reason: 'refused', detail: expect.stringContaining('logged in first') });
  });

  it('an answer of the wrong shape', async () => {
    expect(await endOf(start(raw(`if (m.method === 'initialize') ok(m, { protocolVersion: 1 }); else ok(m, 'here you are');`)))).toMatchObject({ reason: 'protocol', detail: expect.stringContaining('session/new') });
  });

  it('an agent that closes its output and stays', async () => {
    const end = await endOf(start(raw(`${HANDSHAKE} if (m.method === 'session/prompt') { require('fs').closeSync(1); setInterval(() => {}, 1000); }`)));
    expect(end).toMatchObject({ reason: 'protocol', detail: expect.stringContaining('closed its output') });
    expect(living(processes.map(({ pid }) => pid))).toEqual([]);
  });
});

describe('an agent that breaks off', () => {
  it('crashes: exit code and last words are told', async () => {
    const end = await endOf(start(await demo([{ say: 'start' }, { crash: { exitCode: 3, message: 'out of luck' } }])));
    expect(end).toEqual({ kind: 'ended', reason: 'crashed', detail: 'The agent exited with code 3 before it answered session/prompt. Its last words: out of luck' });
  });

  it('dies by a signal while a child of it holds its output open', async () => {
    const end = await endOf(start(raw(`${HANDSHAKE} if (m.method === 'session/prompt') { require('child_process').spawn('sleep', ['300'], { stdio: 'inherit', detached: true }); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50); }`)));
    expect(end).toMatchObject({ reason: 'crashed', detail: expect.stringContaining('SIGKILL') });
  });

  it('exits right after its answer: the answer counts', async () => {
    const end = await endOf(start(raw(`${HANDSHAKE} if (m.method === 'session/prompt') { ok(m, { stopReason: 'end_turn' }); setImmediate(() => process.exit(9)); }`)));
    expect(end).toMatchObject({ reason: 'end_turn' });
  });

  it('answers the prompt with an error', async () => {
    const end = await endOf(start(raw(`${HANDSHAKE} if (m.method === 'session/prompt') send({ jsonrpc: '2.0', id: m.id, error: { code: -32603, message: 'Internal error', data: { details: 'model 500' } } });`)));
    expect(end).toMatchObject({ reason: 'crashed', detail: 'The agent failed in session/prompt: Internal error {"details":"model 500"} (-32603).' });
  });

  it('refuses', async () => {
    expect(await endOf(start(await demo([{ say: 'No.' }, { stop: 'refusal' }])))).toMatchObject({ reason: 'refused' });
  });
});

describe('limits', () => {
  it('idle: a hanging agent', async () => {
    expect(await endOf(start(await demo([{ hang: {} }]), { limits: { ...LIMITS, idleMs: 1200 } }))).toMatchObject({ reason: 'idle_limit' });
  });

  it('idle: an agent that never answers initialize', async () => {
    expect(await endOf(start(['/bin/sleep', '300'], { limits: { ...LIMITS, idleMs: 300 } }))).toMatchObject({ reason: 'idle_limit' });
  });

  it('wall: an agent that is busy for ever', async () => {
    const busy = raw(`${HANDSHAKE} if (m.method === 'session/prompt') setInterval(() => send({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: '.' } } } }), 20);`);
    expect(await endOf(start(busy, { limits: { ...LIMITS, wallMs: 1500 } }))).toMatchObject({ reason: 'wall_limit' });
  });

  it.each(['stdout', 'stderr', 'messages'])('output: a flood of %s', async (to) => {
    const end = await endOf(start(await demo([{ flood: { bytes: 500_000_000, to } }]), { limits: { ...LIMITS, outputBytes: 300_000 } }));
    expect(end).toMatchObject({ reason: 'output_limit' });
    expect(living(processes.map(({ pid }) => pid))).toEqual([]);
  });

  it('turns: an agent that goes round in circles', async () => {
    const end = await endOf(start(await demo(Array.from({ length: 30 }, () => ({ run: 'true' }))), { limits: { ...LIMITS, turns: 5 } }));
    expect(end).toEqual({ kind: 'ended', reason: 'max_turns', detail: 'It took more than 5 steps, its limit.' });
  });
});

describe('stopping a run', () => {
  /** Waits until the agent speaks, stops it, and gives all events. */
  async function stopAtFirstText(running: RunningAgent, reason: 'cancelled' | 'budget' = 'cancelled'): Promise<AgentEvent[]> {
    const events: AgentEvent[] = [];
    for await (const event of running.events) {
      events.push(event);
      if (event.kind === 'text') void running.cancel(reason);
    }
    return events;
  }

  it('is obeyed by an agent that behaves', async () => {
    const events = await stopAtFirstText(start(await demo([{ say: 'working' }, { sleepMs: 60_000 }, { write: 'late.txt', content: '' }])));
    expect(events.at(-1)).toEqual({ kind: 'ended', reason: 'cancelled', detail: 'The run was stopped.' });
    expect(await readdir(worktree)).not.toContain('late.txt');
  });

  it('ends one that ignores everything, and the children it hid', async () => {
    const events = await stopAtFirstText(start(await demo([{ leaveChildren: { count: 2 } }, { hang: { stubborn: true } }])), 'budget');
    expect(events.at(-1)).toMatchObject({ reason: 'budget' });
    const children = textOf(events).match(/\d+/g)?.map(Number) ?? [];
    expect(children).toHaveLength(2);
    expect(living([...children, ...processes.map(({ pid }) => pid)])).toEqual([]);
  });

  it('can be asked for twice, and before the agent has started', async () => {
    const running = start(await demo([{ say: 'x' }]));
    await Promise.all([running.cancel('cancelled'), running.cancel('budget')]);
    expect(await endOf(running)).toMatchObject({ reason: 'cancelled' });
    expect(living(processes.map(({ pid }) => pid))).toEqual([]);
  });

  it('is not needed for children left behind at a good end', async () => {
    const events = await eventsOf(start(await demo([{ leaveChildren: { count: 2 } }])));
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(living(textOf(events).match(/\d+/g)?.map(Number) ?? [])).toEqual([]);
  });
});

describe('the probe', () => {
  it('says who the agent is', async () => {
    expect(await harness.probe({ name: 'demo', command: await demo([]), env: {} }, spawn)).toEqual({ ok: true, detail: 'Reeve demo agent 1.0.0 speaks ACP.', name: 'Reeve demo agent', version: '1.0.0' });
  });

  it.each([
    [['no-such-agent'], 'There is no command no-such-agent'],
    [['/bin/true'], 'without a word of ACP'],
    [['/bin/false'], 'exited with code 1'],
  ])('says what is wrong with %j', async (command, detail) => {
    expect(await harness.probe({ name: 'x', command, env: {} }, spawn)).toMatchObject({ ok: false, detail: expect.stringContaining(detail), name: null });
  });
});

import { readdir } from 'node:fs/promises';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentEvent, RunningAgent } from '#ports/harness.ts';
import { createAcpBench, endOf, eventsOf, HANDSHAKE, LIMITS, rawAgent, textOf } from '../../../test/kit/acp-bench.ts';
import { living } from '../../../test/kit/processes.ts';

const bench = createAcpBench();
beforeEach(bench.open);
afterEach(bench.close);

describe('an agent that is none, or none of ours', () => {
  it('a missing command ends with a sentence', async () => {
    expect(await endOf(bench.start(['no-such-agent']))).toMatchObject({
      reason: 'spawn_failed',
      detail: 'There is no command no-such-agent: install it, or give its full path.',
    });
  });

  it('a command that speaks no ACP and ends well', async () => {
    expect(await endOf(bench.start(['/bin/echo', 'hello']))).toMatchObject({
      reason: 'protocol',
      detail: 'The command exited with code 0 without a word of ACP.',
    });
  });

  it('an agent that refuses to initialize', async () => {
    expect(await endOf(bench.start(await bench.demo([], ['--refuse-initialize'])))).toMatchObject({
      reason: 'protocol',
      detail: expect.stringContaining('this agent was told to refuse'),
    });
  });

  it('an agent of another protocol version', async () => {
    expect(await endOf(bench.start(await bench.demo([], ['--protocol-version', '2'])))).toMatchObject({
      reason: 'protocol',
      detail: 'The agent speaks ACP version 2, Reeve speaks version 1.',
    });
  });

  it('an agent that wants to be logged in', async () => {
    expect(await endOf(bench.start(await bench.demo([], ['--needs-login'])))).toMatchObject({
      reason: 'refused',
      detail: expect.stringContaining('logged in first'),
    });
  });

  it('an answer of the wrong shape', async () => {
    expect(
      await endOf(bench.start(rawAgent(`if (m.method === 'initialize') ok(m, { protocolVersion: 1 }); else ok(m, 'here you are');`))),
    ).toMatchObject({
      reason: 'protocol',
      detail: expect.stringContaining('session/new'),
    });
  });

  it('an agent that closes its output and stays', async () => {
    const end = await endOf(
      bench.start(rawAgent(`${HANDSHAKE} if (m.method === 'session/prompt') { require('fs').closeSync(1); setInterval(() => {}, 1000); }`)),
    );
    expect(end).toMatchObject({ reason: 'protocol', detail: expect.stringContaining('closed its output') });
    expect(living(bench.pids())).toEqual([]);
  });
});

describe('an agent that breaks off', () => {
  it('crashes: exit code and last words are told', async () => {
    const end = await endOf(bench.start(await bench.demo([{ say: 'start' }, { crash: { exitCode: 3, message: 'out of luck' } }])));
    expect(end).toEqual({
      kind: 'ended',
      reason: 'crashed',
      detail: 'The agent exited with code 3 before it answered session/prompt. Its last words: out of luck',
    });
  });

  it('dies by a signal while a child of it holds its output open', async () => {
    const end = await endOf(
      bench.start(
        rawAgent(
          `${HANDSHAKE} if (m.method === 'session/prompt') { require('child_process').spawn('sleep', ['300'], { stdio: 'inherit', detached: true }); setTimeout(() => process.kill(process.pid, 'SIGKILL'), 50); }`,
        ),
      ),
    );
    expect(end).toMatchObject({ reason: 'crashed', detail: expect.stringContaining('SIGKILL') });
  });

  it('exits right after its answer: the answer counts', async () => {
    const end = await endOf(
      bench.start(
        rawAgent(`${HANDSHAKE} if (m.method === 'session/prompt') { ok(m, { stopReason: 'end_turn' }); setImmediate(() => process.exit(9)); }`),
      ),
    );
    expect(end).toMatchObject({ reason: 'end_turn' });
  });

  it('answers the prompt with an error', async () => {
    const end = await endOf(
      bench.start(
        rawAgent(
          `${HANDSHAKE} if (m.method === 'session/prompt') send({ jsonrpc: '2.0', id: m.id, error: { code: -32603, message: 'Internal error', data: { details: 'model 500' } } });`,
        ),
      ),
    );
    expect(end).toMatchObject({ reason: 'crashed', detail: 'The agent failed in session/prompt: Internal error {"details":"model 500"} (-32603).' });
  });

  it('refuses', async () => {
    expect(await endOf(bench.start(await bench.demo([{ say: 'No.' }, { stop: 'refusal' }])))).toMatchObject({ reason: 'refused' });
  });
});

describe('limits', () => {
  it('idle: a hanging agent', async () => {
    expect(await endOf(bench.start(await bench.demo([{ hang: {} }]), { limits: { ...LIMITS, idleMs: 1200 } }))).toMatchObject({
      reason: 'idle_limit',
    });
  });

  it('idle: an agent that never answers initialize', async () => {
    expect(await endOf(bench.start(['/bin/sleep', '300'], { limits: { ...LIMITS, idleMs: 300 } }))).toMatchObject({ reason: 'idle_limit' });
  });

  it('wall: an agent that is busy for ever', async () => {
    const busy = rawAgent(
      `${HANDSHAKE} if (m.method === 'session/prompt') setInterval(() => send({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_thought_chunk', content: { type: 'text', text: '.' } } } }), 20);`,
    );
    expect(await endOf(bench.start(busy, { limits: { ...LIMITS, wallMs: 1500 } }))).toMatchObject({ reason: 'wall_limit' });
  });

  it.each(['stdout', 'stderr', 'messages'])('output: a flood of %s', async (to) => {
    const end = await endOf(bench.start(await bench.demo([{ flood: { bytes: 500_000_000, to } }]), { limits: { ...LIMITS, outputBytes: 300_000 } }));
    expect(end).toMatchObject({ reason: 'output_limit' });
    expect(living(bench.pids())).toEqual([]);
  });

  it('turns: an agent that goes round in circles', async () => {
    const end = await endOf(bench.start(await bench.demo(Array.from({ length: 30 }, () => ({ run: 'true' }))), { limits: { ...LIMITS, turns: 5 } }));
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
    const events = await stopAtFirstText(
      bench.start(await bench.demo([{ say: 'working' }, { sleepMs: 60_000 }, { write: 'late.txt', content: '' }])),
    );
    expect(events.at(-1)).toEqual({ kind: 'ended', reason: 'cancelled', detail: 'The run was stopped.' });
    expect(await readdir(bench.worktree())).not.toContain('late.txt');
  });

  it('ends one that ignores everything, and the children it hid', async () => {
    const events = await stopAtFirstText(bench.start(await bench.demo([{ leaveChildren: { count: 2 } }, { hang: { stubborn: true } }])), 'budget');
    expect(events.at(-1)).toMatchObject({ reason: 'budget' });
    const children = textOf(events).match(/\d+/g)?.map(Number) ?? [];
    expect(children).toHaveLength(2);
    expect(living([...children, ...bench.pids()])).toEqual([]);
  });

  it('can be asked for twice, and before the agent has started', async () => {
    const running = bench.start(await bench.demo([{ say: 'x' }]));
    await Promise.all([running.cancel('cancelled'), running.cancel('budget')]);
    expect(await endOf(running)).toMatchObject({ reason: 'cancelled' });
    expect(living(bench.pids())).toEqual([]);
  });

  it('is not needed for children left behind at a good end', async () => {
    const events = await eventsOf(bench.start(await bench.demo([{ leaveChildren: { count: 2 } }])));
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(living(textOf(events).match(/\d+/g)?.map(Number) ?? [])).toEqual([]);
  });
});

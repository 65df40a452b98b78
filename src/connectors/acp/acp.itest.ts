import { readFile, readdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { PermissionRequest } from '#ports/harness.ts';
import { createAcpBench, eventsOf, HANDSHAKE, OTHER_AGENT, rawAgent, textOf } from '../../../test/kit/acp-bench.ts';
import { living } from '../../../test/kit/processes.ts';

const bench = createAcpBench();
beforeEach(bench.open);
afterEach(bench.close);

describe('a run that goes well', () => {
  it('edits the bench.worktree(), tells what it does in order, and ends when no process is left', async () => {
    await writeFile(join(bench.worktree(), 'a.txt'), 'one\ntwo\n');
    const command = await bench.demo([
      { think: 'hm' },
      { plan: [{ text: 'edit', status: 'in_progress' }] },
      { edit: 'a.txt', edits: [{ search: 'two', replace: '2' }] },
      { run: 'cat a.txt', tell: true },
      { usage: { input: 10, output: 4 } },
      { say: 'done' },
    ]);
    const events = await eventsOf(bench.start(command));
    expect(await readFile(join(bench.worktree(), 'a.txt'), 'utf8')).toBe('one\n2\n');
    expect(events.map((event) => event.kind)).toEqual([
      'started',
      'thought',
      'plan',
      'tool',
      'tool',
      'tool',
      'tool',
      'text',
      'usage',
      'text',
      'usage',
      'ended',
    ]);
    expect(events[0]).toMatchObject({ agent: 'Reeve demo agent', version: '1.0.0' });
    expect(events[4]).toMatchObject({ toolKind: 'edit', title: 'Edit a.txt', status: 'completed', paths: ['a.txt'] });
    expect(events[6]).toMatchObject({ toolKind: 'execute', command: 'cat a.txt', status: 'completed' });
    expect(textOf(events)).toBe('one\n2\ndone');
    expect(events.at(-2)).toEqual({ kind: 'usage', inputTokens: 10, outputTokens: 4 });
    expect(events.at(-1)).toEqual({ kind: 'ended', reason: 'end_turn', detail: 'The agent said it is done.' });
    expect(living(bench.pids())).toEqual([]);
  });

  it('works with an agent of another author: other shapes, other kinds, noise, and no end of its own', async () => {
    const asked: PermissionRequest[] = [];
    const permit = (request: PermissionRequest) => {
      asked.push(request);
      return { allow: true as const };
    };
    const events = await eventsOf(
      bench.start([process.execPath, OTHER_AGENT, '--do', 'echo "$PROMPT" >answer.txt'], { prompt: 'Write it down', permit }),
    );
    expect(await readFile(join(bench.worktree(), 'answer.txt'), 'utf8')).toBe('Write it down\n');
    expect(asked).toEqual([{ toolKind: 'other', title: '⚙ echo "$PROMPT" >answer.txt', paths: [], command: 'sh -c echo "$PROMPT" >answer.txt' }]);
    expect(events).toContainEqual({ kind: 'permission', title: asked[0]?.title, toolKind: 'other', allowed: true, reason: 'allowed by policy' });
    expect(events).not.toContainEqual(expect.objectContaining({ text: 'mode: auto' }));
    expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: 'another-author agent v0.3 (c) nobody' });
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(living(bench.pids())).toEqual([]);
  });

  it('asks for leave, and takes no for an answer', async () => {
    const permit = (request: PermissionRequest) =>
      request.toolKind === 'edit' ? { allow: false as const, reason: 'not this' } : { allow: true as const };
    const command = await bench.demo([{ run: 'touch ran' }, { write: 'new.txt', content: 'x' }], [], { asks: 'everything' });
    const events = await eventsOf(bench.start(command, { permit }));
    expect(events.filter((event) => event.kind === 'permission')).toEqual([
      { kind: 'permission', title: 'Run touch ran', toolKind: 'execute', allowed: true, reason: 'allowed by policy' },
      { kind: 'permission', title: 'Write new.txt', toolKind: 'edit', allowed: false, reason: 'not this' },
    ]);
    const files = await readdir(bench.worktree());
    expect(files).toContain('ran');
    expect(files).not.toContain('new.txt');
  });

  it('denies when the policy itself breaks', async () => {
    const permit = (): never => {
      throw new Error('no rules');
    };
    const events = await eventsOf(bench.start(await bench.demo([{ write: 'new.txt', content: 'x' }], [], { asks: 'edits' }), { permit }));
    expect(events).toContainEqual({
      kind: 'permission',
      title: 'Write new.txt',
      toolKind: 'edit',
      allowed: false,
      reason: 'the policy could not decide: no rules',
    });
  });

  it('switches to the mode that was asked for, and says so when the agent has none of that name', async () => {
    const asking = await eventsOf(bench.start(await bench.demo([{ write: 'new.txt', content: 'x' }]), { mode: 'ask' }));
    expect(asking.some((event) => event.kind === 'permission')).toBe(true);
    const unknown = await eventsOf(bench.start(await bench.demo([{ say: 'hi' }]), { mode: 'yolo' }));
    expect(unknown).toContainEqual({ kind: 'output', stream: 'stderr', text: 'The agent has no mode "yolo" (it has: code, ask).' });
    expect(unknown.at(-1)).toMatchObject({ reason: 'end_turn' });
  });

  it('does not mind noise, broken JSON, answers nobody asked for and requests we do not offer', async () => {
    const noisy = rawAgent(`
      process.stdout.write('{"jsonrpc": broken\\n[1,2]\\n\\n"text"\\n{"x":1}\\n');
      send({ jsonrpc: '2.0', id: 99, result: {} });
      send({ jsonrpc: '2.0', method: 'x/unknown', params: {} });
      ${HANDSHAKE}
      if (m.method === 'session/prompt') { globalThis.turn = m; send({ jsonrpc: '2.0', id: 'w', method: 'fs/write_text_file', params: { sessionId: 's', path: '/x', content: '' } }); }
      if (m.id === 'w') { send({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: 'code ' + m.error.code } } } }); ok(turn, { stopReason: 'end_turn' }); }`);
    const events = await eventsOf(bench.start(noisy));
    expect(textOf(events)).toBe('code -32601');
    for (const noise of ['{"jsonrpc": broken', '[1,2]', '{"x":1}', '{"jsonrpc":"2.0","id":99,"result":{}}']) {
      expect(events).toContainEqual({ kind: 'output', stream: 'stdout', text: noise });
    }
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
  });
});

describe('tools', () => {
  const tools = { name: 'reeve', url: 'http://127.0.0.1:1/mcp', token: 'token-of-the-run' };
  const tellsServers = (capabilities: string): string[] =>
    rawAgent(`globalThis.servers ??= '';
      if (m.method === 'initialize') ok(m, { protocolVersion: 1, agentCapabilities: ${capabilities} });
      if (m.method === 'session/new') { servers = JSON.stringify(m.params.mcpServers); ok(m, { sessionId: 's' }); }
      if (m.method === 'session/prompt') {
        send({ jsonrpc: '2.0', method: 'session/update', params: { sessionId: 's', update: { sessionUpdate: 'agent_message_chunk', content: { type: 'text', text: servers } } } });
        ok(m, { stopReason: 'end_turn' });
      }`);

  it('are offered with the token of the run to an agent that takes MCP servers over HTTP', async () => {
    const events = await eventsOf(bench.start(tellsServers('{ mcpCapabilities: { http: true } }'), { tools }));
    expect(JSON.parse(textOf(events))).toEqual([
      { type: 'http', name: 'reeve', url: tools.url, headers: [{ name: 'Authorization', value: 'Bearer token-of-the-run' }] },
    ]);
  });

  it.each(['{}', '{ mcpCapabilities: { sse: true } }', '{ mcpCapabilities: "all" }'])(
    'are kept from an agent that says %s, and it is noted',
    async (said) => {
      const events = await eventsOf(bench.start(tellsServers(said), { tools }));
      expect(textOf(events)).toBe('[]');
      expect(events).toContainEqual(expect.objectContaining({ kind: 'output', text: expect.stringContaining('none of our tools') }));
    },
  );
});

describe('the probe', () => {
  it('says who the agent is', async () => {
    expect(await bench.harness.probe({ name: 'demo', command: await bench.demo([]), env: {} }, bench.spawn)).toEqual({
      ok: true,
      detail: 'Reeve demo agent 1.0.0 speaks ACP.',
      name: 'Reeve demo agent',
      version: '1.0.0',
      protocol: 'ACP 1',
      capabilities: ['mcpCapabilities.http'],
      modes: [],
      authMethods: [],
      trouble: null,
    });
  });

  it.each([
    [['no-such-agent'], 'There is no command no-such-agent'],
    [['/bin/true'], 'without a word of ACP'],
    [['/bin/false'], 'exited with code 1'],
  ])('says what is wrong with %j', async (command, detail) => {
    expect(await bench.harness.probe({ name: 'x', command, env: {} }, bench.spawn)).toMatchObject({
      ok: false,
      detail: expect.stringContaining(detail),
      name: null,
    });
  });
});

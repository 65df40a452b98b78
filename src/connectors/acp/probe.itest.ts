import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { probeContract } from '../../../test/contracts/harness.ts';
import { createAcpBench, DEMO_AGENT, HANDSHAKE, rawAgent } from '../../../test/kit/acp-bench.ts';
import { living } from '../../../test/kit/processes.ts';

const bench = createAcpBench();

describe('the contract of a harness', () => {
  probeContract({
    harness: bench.harness,
    usable: [process.execPath, DEMO_AGENT],
  });
});

describe('the test of an agent', () => {
  beforeEach(bench.open);
  afterEach(bench.close);
  const probe = (command: readonly string[], limitMs = 20_000) =>
    bench.harness.probe({ name: 'coder', command, env: {} }, bench.spawn, { limitMs, cwd: bench.worktree() });

  it('tells what the agent says of itself, and which modes a session has', async () => {
    expect(await probe(await bench.demo([]))).toEqual({
      ok: true,
      trouble: null,
      detail: 'Reeve demo agent 1.0.0 speaks ACP.',
      name: 'Reeve demo agent',
      version: '1.0.0',
      protocol: 'ACP 1',
      capabilities: expect.arrayContaining(['mcpCapabilities.http']),
      authMethods: [],
      modes: ['code', 'ask'],
    });
    expect(living(bench.pids())).toEqual([]);
  });

  it('finds that nobody is logged in only where a session is opened', async () => {
    const locked = rawAgent(`
      if (m.method === 'initialize') ok(m, { protocolVersion: 1, agentInfo: { name: 'locked', version: '2' }, authMethods: [{ id: 'browser', name: 'Log in with a browser' }, { id: 'key' }, 7] });
      if (m.method === 'session/new') send({ jsonrpc: '2.0', id: m.id, error: { code: -32000, message: 'Authentication required' } });`);
    expect(await probe(locked)).toMatchObject({
      ok: false,
      trouble: 'login_needed',
      detail: expect.stringContaining('Authentication required'),
      name: 'locked',
      version: '2',
      authMethods: [
        { id: 'browser', name: 'Log in with a browser' },
        { id: 'key', name: 'key' },
      ],
    });
    const without = await bench.harness.probe({ name: 'coder', command: locked, env: {} }, bench.spawn);
    expect(without).toMatchObject({ ok: true, trouble: null });
  });

  it.each([
    ['one that speaks another version', rawAgent(`if (m.method === 'initialize') ok(m, { protocolVersion: 2 });`), 'protocol', 'version 2'],
    ['a program that is no agent', ['/bin/echo', 'hello'], 'protocol', 'without a word of ACP'],
    ['one that dies', ['/bin/sh', '-c', 'echo no key >&2; exit 3'], 'crashed', 'no key'],
    [
      'one that dies at its first session',
      rawAgent(`if (m.method === 'initialize') ok(m, { protocolVersion: 1 }); else process.exit(4);`),
      'crashed',
      'exited with code 4',
    ],
  ] as const)('says what is wrong with %s', async (_name, command, trouble, detail) => {
    expect(await probe(command)).toMatchObject({ ok: false, trouble, detail: expect.stringContaining(detail) });
    expect(living(bench.pids())).toEqual([]);
  });

  it('is never a prompt', async () => {
    const asked = rawAgent(`${HANDSHAKE} if (m.method === 'session/prompt') require('fs').writeFileSync('prompted', '');`);
    expect(await probe(asked)).toMatchObject({ ok: true });
    await expect(import('node:fs/promises').then((fs) => fs.readdir(bench.worktree()))).resolves.not.toContain('prompted');
  });
});

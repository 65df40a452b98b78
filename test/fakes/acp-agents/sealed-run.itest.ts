import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, realpath, rm, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createAcpHarness } from '#connectors/acp/index.ts';
import { createModelProxy } from '#connectors/model-proxy/index.ts';
import { createSandbox } from '#connectors/sandbox/index.ts';
import type { AgentEvent, RunningAgent } from '#ports/harness.ts';
import type { OpenModelProxy } from '#ports/model-proxy.ts';

const REAL_KEY = 'sk-the-real-key';
const sandbox = createSandbox();
const probe = await sandbox.probe('bwrap');
if (!probe.ok) process.stderr.write(`The tests of sealed runs are left out on this machine: ${probe.detail}\n`);

const silent = { debug() {}, info() {}, warn() {}, error() {}, child: () => silent } as never;
const harness = createAcpHarness({ log: silent, clock: { now: () => new Date() } });

let folder = '';
let provider: Server;
let asked: string[] = [];
let gateway: OpenModelProxy;
let running: RunningAgent | null = null;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-sealed-')));
  await mkdir(join(folder, 'worktree'));
  asked = [];
  provider = createServer((request, response) => {
    asked.push(request.headers.authorization ?? '');
    response.setHeader('content-type', 'application/json');
    response.end(
      JSON.stringify({ choices: [{ message: { content: `answer ${asked.length}` } }], usage: { prompt_tokens: 40, completion_tokens: 20 } }),
    );
  });
  provider.listen(0, '127.0.0.1');
  await once(provider, 'listening');
  gateway = await createModelProxy({ log: silent }).open({
    runId: 'run_test',
    socketPath: join(folder, 'gw.sock'),
    upstream: { kind: 'openai', baseUrl: `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`, apiKey: REAL_KEY },
    price: null,
    budget: { tokens: 100, costMicros: 0 },
    onUsage: () => {},
    onExhausted: () => void running?.cancel('budget'),
  });
});
afterEach(async () => {
  await running?.cancel('cancelled');
  running = null;
  await gateway.close();
  provider.closeAllConnections();
  await new Promise((done) => provider.close(done));
  await rm(folder, { recursive: true, force: true });
});

async function run(command: readonly string[]): Promise<AgentEvent[]> {
  const worktree = join(folder, 'worktree');
  const spawn = sandbox.open({
    level: 'bwrap',
    worktree,
    home: join(folder, 'home'),
    readOnly: [],
    masked: [],
    gatewaySocket: join(folder, 'gw.sock'),
    network: 'none',
  });
  const limits = { wallMs: 30_000, idleMs: 20_000, turns: 50, tokens: 100, costMicros: 0, outputBytes: 1_000_000 };
  running = harness.start({
    runId: 'run_test',
    agent: { name: 'test', command, env: gateway.env },
    worktree,
    prompt: 'Do it',
    limits,
    spawn,
    permit: () => ({ allow: true }),
  });
  const events: AgentEvent[] = [];
  for await (const event of running.events) events.push(event);
  return events;
}

async function demo(steps: readonly unknown[]): Promise<string[]> {
  await writeFile(join(folder, 'skills.json'), JSON.stringify({ skills: [{ name: 'test', match: {}, steps }] }));
  return [process.execPath, resolve('src/demo/agent.ts'), '--skills', join(folder, 'skills.json')];
}

const textOf = (events: readonly AgentEvent[]): string => events.flatMap((event) => (event.kind === 'text' ? [event.text] : [])).join('\n');
const question = { callModel: { provider: 'openai', model: 'm', prompt: 'hi' } };

describe.runIf(probe.ok)('a sealed run', () => {
  it('reaches the model, works in its worktree, and finds neither the real key nor another way out', async () => {
    const events = await run(
      await demo([
        question,
        { write: 'done.txt', content: 'yes' },
        {
          run: `env; cat /proc/*/environ | tr '\\0' '\\n'; cat ${folder}/skills.json; ls ${folder}; curl -sm 2 http://1.1.1.1 && echo out`,
          tell: true,
        },
      ]),
    );
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(textOf(events)).toMatch(/^answer 1\n/);
    expect(textOf(events)).not.toContain(REAL_KEY);
    expect(textOf(events)).toContain('"skills"');
    expect(asked).toEqual([`Bearer ${REAL_KEY}`]);
    expect(gateway.usage()).toMatchObject({ requests: 1, inputTokens: 40, outputTokens: 20 });
    expect(await readFile(join(folder, 'worktree/done.txt'), 'utf8')).toBe('yes');
  });

  it('ends by its budget when the tokens are used up', async () => {
    const events = await run(await demo([question, question, { sleepMs: 20_000 }, { write: 'late.txt', content: '' }]));
    expect(events.at(-1)).toMatchObject({ reason: 'budget' });
    expect(asked).toHaveLength(2);
    await expect(readFile(join(folder, 'worktree/late.txt'))).rejects.toThrow('ENOENT');
  });

  it('works for an agent of another author as well', async () => {
    const events = await run([process.execPath, resolve('test/fakes/acp-agents/another-author.mjs')]);
    expect(events.at(-1)).toMatchObject({ reason: 'end_turn' });
    expect(await readFile(join(folder, 'worktree/NOTES.md'), 'utf8')).toBe('Do it\n');
  });
});

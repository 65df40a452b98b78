// oxlint-disable unicorn/no-thenable -- if/then/else are the words of the data file
import { client, ndJsonStream, type ClientConnection, type SessionUpdate } from '@agentclientprotocol/sdk';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdir, mkdtemp, readFile, readdir, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { living } from '../../test/kit/processes.ts';

let folder = '';
let cwd = '';
let agents: ChildProcess[] = [];
let updates: SessionUpdate[] = [];
let mayDo = true;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-demo-agent-')));
  cwd = join(folder, 'worktree');
  await mkdir(cwd);
  [updates, mayDo] = [[], true];
});
afterEach(async () => {
  for (const agent of agents) agent.kill('SIGKILL');
  agents = [];
  await rm(folder, { recursive: true, force: true });
});

interface Options {
  program?: string;
  skill?: object;
  env?: Record<string, string>;
  prompt?: string;
}

function connect(command: readonly string[], env: Record<string, string> = {}): { connection: ClientConnection; agent: ChildProcess } {
  const agent = spawn(process.execPath, command, { cwd, stdio: ['pipe', 'pipe', 'inherit'], env: { PATH: '/usr/bin:/bin', ...env } });
  agents.push(agent);
  const connection = client({ name: 'test' })
    .onNotification('session/update', ({ params }) => void updates.push(params.update))
    .onRequest('session/request_permission', ({ params }) => {
      const option = params.options.find(({ kind }) => kind === (mayDo ? 'allow_once' : 'reject_once'));
      return { outcome: { outcome: 'selected', optionId: option?.optionId ?? '' } };
    })
    .connect(
      ndJsonStream(
        Writable.toWeb(agent.stdin as Writable) as WritableStream<Uint8Array>,
        Readable.toWeb(agent.stdout as Readable) as unknown as ReadableStream<Uint8Array>,
      ),
    );
  return { connection, agent };
}

/** One whole turn of the agent with one skill; gives how it stopped. */
async function turn(
  steps: readonly unknown[],
  { program = resolve('src/demo/agent.ts'), skill = {}, env = {}, prompt = 'Do the task.' }: Options = {},
): Promise<string> {
  const skills = join(folder, 'skills.json');
  await writeFile(skills, JSON.stringify({ skills: [{ name: 'test', match: {}, steps, ...skill }] }));
  const { connection, agent } = connect([program, '--skills', skills], env);
  await connection.agent.request('initialize', { protocolVersion: 1 });
  const { sessionId } = await connection.agent.request('session/new', { cwd, mcpServers: [] });
  const { stopReason } = await connection.agent.request('session/prompt', { sessionId, prompt: [{ type: 'text', text: prompt }] });
  const gone = once(agent, 'exit');
  agent.stdin?.end();
  await gone;
  return stopReason;
}

const said = (): string =>
  updates
    .flatMap((update) => (update.sessionUpdate === 'agent_message_chunk' && update.content.type === 'text' ? [update.content.text] : []))
    .join('\n');
const read = (name: string): Promise<string> => readFile(join(cwd, name), 'utf8');
const git = (...args: string[]): string =>
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd, encoding: 'utf8' });

describe('the demo agent really works on files', () => {
  it('writes, appends, edits, moves and deletes, and exits when its input ends', async () => {
    await writeFile(join(cwd, 'old.txt'), 'x');
    expect(
      await turn([
        { write: 'src/new.txt', content: ['one', 'two', ''] },
        { append: 'src/new.txt', content: 'three\n' },
        { edit: 'src/new.txt', edits: [{ search: 'two', replace: '2' }] },
        { move: 'src/new.txt', to: 'lib/new.txt' },
        { delete: 'old.txt' },
      ]),
    ).toBe('end_turn');
    expect(await read('lib/new.txt')).toBe('one\n2\nthree\n');
    expect((await readdir(cwd)).toSorted()).toEqual(['lib', 'src']);
  });

  it('gives up where a file is not as it expects, unless it may be so', async () => {
    await writeFile(join(cwd, 'a.txt'), 'changed by someone else');
    await turn([
      { edit: 'a.txt', edits: [{ search: 'absent', replace: '' }], optional: true },
      { say: 'went on' },
      { edit: 'a.txt', edits: [{ search: 'absent', replace: '' }] },
      { say: 'never' },
    ]);
    expect(said()).toBe('went on\nI give up: Edit a.txt: did not find "absent".');
  });

  it('runs commands, and has other steps for when they fail', async () => {
    await turn([
      { run: 'echo fine; exit 0', tell: true },
      { run: 'echo red >&2; exit 3', onFailure: [{ write: 'after.txt', content: 'x' }] },
    ]);
    expect(said()).toBe('fine\n');
    expect(await read('after.txt')).toBe('x');
    expect(updates).toContainEqual(expect.objectContaining({ sessionUpdate: 'tool_call_update', status: 'failed' }));
  });

  it('decides by what it finds', async () => {
    await writeFile(join(cwd, 'a.txt'), 'needle');
    await turn([
      { if: { fileHas: { path: 'a.txt', text: 'needle' }, promptHas: 'TASK' }, then: [{ say: 'yes' }] },
      { if: { fileExists: 'gone.txt' }, then: [], else: [{ say: 'no' }, { stop: 'refusal' }] },
      { say: 'never' },
    ]);
    expect(said()).toBe('yes\nno');
  });

  it('asks first where its skill says so, and obeys', async () => {
    mayDo = false;
    await turn([{ write: 'a.txt', content: 'x' }], { skill: { asks: 'edits' } });
    await turn([{ ask: { title: 'Deploy?', kind: 'other' }, allowed: [{ write: 'b.txt', content: '' }], denied: [{ say: 'then not' }] }]);
    expect(said()).toBe('I give up: I may not write a.txt.\nthen not');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('answers with text or JSON, filled with what it caught in the prompt', async () => {
    await turn([{ answer: { verdict: 'approve', task: '{{task}}' } }], { skill: { capture: { task: 'Task: (\\w+)' } }, prompt: 'Task: t1' });
    expect(JSON.parse(said())).toEqual({ verdict: 'approve', task: 't1' });
  });

  it('without a skill that fits says so and changes nothing', async () => {
    expect(await turn([{ write: 'a.txt', content: 'x' }], { skill: { match: { all: ['something else'] } } })).toBe('end_turn');
    expect(said()).toBe('I have no skill for this task, so I changed nothing.');
    expect(await readdir(cwd)).toEqual([]);
  });

  it('asks the model that its environment names', async () => {
    const provider = createServer((request, response) =>
      response.end(JSON.stringify({ choices: [{ message: { content: `${request.url} ${request.headers.authorization}` } }] })),
    );
    provider.listen(0, '127.0.0.1');
    await once(provider, 'listening');
    const url = `http://127.0.0.1:${(provider.address() as AddressInfo).port}/v1`;
    await turn([{ callModel: { provider: 'openai', model: 'm', prompt: 'hi' } }], { env: { OPENAI_BASE_URL: url, OPENAI_API_KEY: 'inner' } });
    provider.closeAllConnections();
    await new Promise((done) => provider.close(done));
    expect(said()).toBe('/v1/chat/completions Bearer inner');
  });
});

describe('the demo agent misbehaves when told', () => {
  it('commits by itself, and edits outside its scope', async () => {
    git('init', '-q');
    git('commit', '-q', '--allow-empty', '-m', 'base');
    await turn([{ write: 'a.txt', content: 'x' }, { commit: "agent's own" }, { write: '../outside.txt', content: 'y' }]);
    expect(git('log', '--format=%s').trim().split('\n')).toEqual(['agents own', 'base']);
    expect(await readFile(join(folder, 'outside.txt'), 'utf8')).toBe('y');
  });

  it('deletes everything', async () => {
    await mkdir(join(cwd, '.git'));
    await writeFile(join(cwd, '.git/x'), '');
    await writeFile(join(cwd, 'a.txt'), '');
    await turn([{ deleteEverything: true }]);
    expect(await readdir(cwd)).toEqual([]);
  });

  it('leaves processes behind', async () => {
    await turn([{ leaveChildren: { count: 2, seconds: 300, nameless: true } }]);
    const pids = said().match(/\d+/g)?.map(Number) ?? [];
    expect(living(pids)).toHaveLength(2);
    for (const pid of pids) process.kill(pid, 'SIGKILL');
  });
});

it('stops its turn when it is cancelled', async () => {
  const skills = join(folder, 'skills.json');
  await writeFile(
    skills,
    JSON.stringify({
      skills: [{ name: 's', match: {}, steps: [{ say: 'working' }, { run: 'sleep 300; sleep 300' }, { write: 'late.txt', content: '' }] }],
    }),
  );
  const { connection } = connect([resolve('src/demo/agent.ts'), '--skills', skills]);
  await connection.agent.request('initialize', { protocolVersion: 1 });
  const { sessionId } = await connection.agent.request('session/new', { cwd, mcpServers: [] });
  const answer = connection.agent.request('session/prompt', { sessionId, prompt: [{ type: 'text', text: 'x' }] });
  await expect.poll(() => updates.length).toBeGreaterThan(1);
  await connection.agent.notify('session/cancel', { sessionId });
  expect(await answer).toEqual({ stopReason: 'cancelled' });
  expect(await readdir(cwd)).toEqual([]);
});

it('reads its skills from a module too', async () => {
  const skills = join(folder, 'skills.mjs');
  await writeFile(skills, "export const skills = { name: 'Ada', version: '2', skills: [] };");
  const { connection } = connect([resolve('src/demo/agent.ts'), '--skills', skills]);
  expect((await connection.agent.request('initialize', { protocolVersion: 1 })).agentInfo).toEqual({
    name: 'reeve-demo-agent',
    title: 'Ada',
    version: '2',
  });
});

it('runs as compiled JavaScript below node_modules, where Node strips no types', async () => {
  const modules = join(folder, 'node_modules');
  const dist = join(modules, 'reeve/dist');
  const options = [
    '--ignoreConfig',
    '--outDir',
    dist,
    '--rootDir',
    'src',
    '--target',
    'es2024',
    '--module',
    'nodenext',
    '--rewriteRelativeImportExtensions',
    '--skipLibCheck',
    '--types',
    'node',
    '--strict',
  ];
  execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...options, 'src/demo/agent.ts'], { stdio: 'pipe' });
  await writeFile(join(dist, 'package.json'), '{"type":"module"}');
  await symlink(resolve('node_modules/@agentclientprotocol'), join(modules, '@agentclientprotocol'));
  await symlink(resolve('node_modules/zod'), join(modules, 'zod'));
  expect(await turn([{ write: 'a.txt', content: 'compiled' }], { program: join(dist, 'demo/agent.js') })).toBe('end_turn');
  expect(await read('a.txt')).toBe('compiled');
});

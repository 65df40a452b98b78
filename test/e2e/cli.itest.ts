import { execFile, execFileSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { listServers } from '#app/server-files.ts';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { environmentOf, runReeve, serve, spawnReeve, type ServeProcess } from '../kit/reeve.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'reeve-cli-'));
const at = (name: string): string => path.join(cwd, name);
/** A second data directory, for all cases that need one: to make a database takes seconds. None of them leaves a server on it. */
const ANOTHER = at('another');
const reeve = (...args: string[]) => runReeve(args, { cwd });
let server: ServeProcess;
let api: ApiClient;

beforeAll(async () => {
  server = await serve({ cwd, database: 'embedded' });
  api = createApiClient(server);
}, 120_000);

afterAll(async () => {
  await server.end('SIGTERM');
  rmSync(cwd, { recursive: true, force: true });
});

describe('an issue named on the command line', () => {
  const open = async (title: string) => {
    const project = await api.post<{ id: string }>('/v1/projects', { key: title, name: title });
    await api.post('/v1/local/repositories', { project_id: project.id, name: `acme/${title}` });
    await api.post('/v1/local/issues', { repository: `acme/${title}`, title, body: `Hidden: \u001b[2J\nsecond line` });
    await expect
      .poll(async () => (await api.all<{ title: string }>('/v1/issues')).some((item) => item.title === title), { timeout: 30_000 })
      .toBe(true);
  };

  it('is found by its number, and shown with hidden characters as escapes', { timeout: 60_000 }, async () => {
    await open('one');
    for (const named of ['1', '#1']) {
      const shown = await reeve('issue', 'show', named);
      expect(shown).toMatchObject({ code: 0, stdout: expect.stringContaining('#1 one') });
      expect(shown.stdout).toContain('Hidden: \\u001b[2J\nsecond line');
    }
    expect(await reeve('issue', 'show', '7')).toMatchObject({ code: 1, stderr: expect.stringContaining('no issue #7') });
  });

  it('is asked for by its id where two have the number', { timeout: 60_000 }, async () => {
    await open('two');
    const shown = await reeve('issue', 'show', '1');
    expect(shown).toMatchObject({ code: 2, stderr: expect.stringMatching(/2 issues have the number 1\.[^]*iss_\w+, iss_\w+/) });
  });
});

describe('an address where something else answers', () => {
  it('is said to have no Reeve, by every command alike, which ends with 3', { timeout: 60_000 }, async () => {
    const page = createServer((_, response) => void response.end('undefined')).listen(0, '127.0.0.1');
    await once(page, 'listening');
    const url = `http://127.0.0.1:${(page.address() as AddressInfo).port}`;
    const told = {
      code: 3,
      stdout: '',
      stderr: expect.stringMatching(new RegExp(`^error: There is no Reeve at ${url}: something else answers there`)),
    };
    for (const args of [['home'], ['top', '--once'], ['top', '--json']])
      expect(await runReeve(args, { cwd, env: { REEVE_URL: url, REEVE_TOKEN: 'any' } })).toMatchObject(told);
    page.close();
  });
});

describe('status', () => {
  it('is a few lines for people, and one document in the names of the API', { timeout: 30_000 }, async () => {
    const told = await reeve('status');
    expect(told.stdout).toMatch(/^Reeve \d+\.\d+\.\d+, process \S+, since \S+\ndatabase +embedded\nagents +none is configured\n/);
    expect(told.stdout).toMatch(/queue +0 wait or are under way, 0 landed in the last day\nledger +\d+ entries/);
    const keys: string[] = [];
    JSON.parse((await reeve('status', '--json')).stdout, (key, value: unknown) => (keys.push(key), value));
    expect(keys.filter((key) => /[A-Z]/.test(key))).toEqual([]);
  });
});

describe('a list of plans', () => {
  const document = (story: string) => ({
    version: 1,
    story,
    acceptance: [{ id: 'a1', text: 'It works.' }],
    risks: [],
    dependencies: [],
    estimate: 'S',
    tasks: [
      {
        key: 't1',
        title: 'Do it',
        description: 'Do it.',
        role: 'coder',
        scope: ['src/**'],
        depends_on: [],
        acceptance: ['a1'],
        estimate: 'S',
        checks: [],
        limits: { files: 3, context_tokens: 5000 },
      },
    ],
  });

  it('is newest first, of one project when it is named, and no longer than asked for', { timeout: 60_000 }, async () => {
    const made: Array<{ project: string; id: string }> = [];
    for (const key of ['plan-a', 'plan-b']) {
      const project = await api.post<{ id: string }>('/v1/projects', { key, name: key });
      const item = await api.post<{ id: string }>('/v1/issues', { project_id: project.id, title: `Of ${key}` });
      const plan = await api.post<{ id: string }>('/v1/plans', { work_item_id: item.id, document: document(`Story\u001b[2J of ${key}`) });
      made.push({ project: project.id, id: plan.id });
    }
    const [first, second] = made;
    const listed = async (...args: string[]) =>
      (JSON.parse((await reeve('plan', 'list', '--json', ...args)).stdout) as { items: Array<{ id: string }> }).items.map(({ id }) => id);
    expect(await listed()).toEqual([second?.id, first?.id]);
    expect(await listed('--limit', '1')).toEqual([second?.id]);
    expect(await listed('--project', first?.project ?? '')).toEqual([first?.id]);
    const told = await reeve('plan', 'list');
    expect(told).toMatchObject({ code: 0, stdout: expect.stringMatching(/^ID +ISSUE +VERSION +STATE/) });
    expect(told.stdout).toMatch(new RegExp(`${second?.id} +iss_\\w+ +1 +draft +1 +person:owner .* Story\\\\u001b\\[2J of plan-b`));
  });
});

describe('a server started on the command line', () => {
  it('a second time on the same data directory says who serves it, and ends with 3', { timeout: 60_000 }, async () => {
    const { port } = new URL(server.url);
    const second = await reeve('serve', '--port', port);
    const sentence = /^error: The data directory \S+\.reeve is served already, by process (\d+) since (\S+Z) at (http:\S+)\.$/m.exec(second.stderr);
    expect({ code: second.code, pid: sentence?.[1], url: sentence?.[3] }).toEqual({ code: 3, pid: String(server.pid), url: server.url });
    expect(Date.parse(sentence?.[2] ?? '')).toBeLessThanOrEqual(Date.now());
    // The first goes on, its database included.
    expect((await reeve('status')).code).toBe(0);
  });

  it('on the port of a stranger says that it is taken', { timeout: 60_000 }, async () => {
    // A database that is not there: the port is looked at before it, so none needs to be made.
    const env = { REEVE_DATA_DIR: at('strange'), REEVE_DATABASE_URL: 'postgres://127.0.0.1:1/none' };
    const taken = await runReeve(['serve', '--port', new URL(server.url).port], { cwd, env });
    expect(taken).toMatchObject({ code: 3, stderr: expect.stringMatching(/Port \d+ on 127\.0\.0\.1 is taken\.\n.*--port/) });
  });

  it('listens where its flags say, whatever the variables say', { timeout: 120_000 }, async () => {
    const child = spawnReeve(['serve', '--port', '0', '--host', 'localhost'], { cwd, env: { REEVE_PORT: '1', REEVE_HOST: '192.0.2.1' } });
    try {
      const own = () => listServers(at('.reeve')).find(({ pid }) => pid === child.pid);
      await expect.poll(own, { timeout: 60_000 }).toBeDefined();
      expect((await fetch(new URL('/health', own()?.url))).status).toBe(200);
      expect(own()?.url).not.toBe(server.url);
    } finally {
      child.kill('SIGTERM');
      await new Promise((resolve) => child.once('exit', resolve));
    }
  });

  it.each([
    [['--port', '70000'], '70000 is not a whole number from 0 to 65535'],
    [['--host', 'not a host'], 'REEVE_HOST'],
  ])('with %j is told so', { timeout: 30_000 }, async (flags, sentence) => {
    expect(await reeve('serve', ...flags)).toMatchObject({ code: 2, stderr: expect.stringContaining(sentence) });
  });
});

describe('a list of tokens', () => {
  it('names the person, limits and end, and when each was last used', { timeout: 30_000 }, async () => {
    const made = await reeve('token', 'create', '--role', 'developer', '--name', 'laptop', '--person', 'owner');
    await createApiClient({ url: server.url, token: made.stdout.trim() }).get('/v1/people');
    expect((await reeve('token', 'list')).stdout).toMatch(/laptop +developer +owner +\S{4} +- +2\d{3}-\d\d-\d\dT/);
  });
});

describe('wrong use', () => {
  it.each([
    [['issue', 'show', '../people'], 'An id is'],
    [['job', 'show', '../../v1/people'], 'An id is'],
    [['job', 'list', '--limit', 'ten'], 'ten is not a whole number'],
    [['import', 'none.jsonl'], 'none.jsonl cannot be read'],
    [['ledger', 'verify', '--checkpoint', 'none.json'], 'none.json cannot be read'],
    [['ledger', 'verify', '--file', 'none.jsonl', '--checkpoint', 'none.json'], 'none.json cannot be read'],
    [['run', 'Do it', '--repo', 'none'], 'There is no folder'],
  ])('%j is told so', { timeout: 30_000 }, async (args, sentence) => {
    expect(await reeve(...args)).toMatchObject({ code: 2, stdout: '', stderr: expect.stringContaining(sentence) });
  });
});

describe('a request without an agent', () => {
  const repository = () => {
    const dir = at('repository');
    mkdirSync(dir, { recursive: true });
    const git = (...args: string[]) => execFileSync('git', ['-C', dir, '-c', 'user.name=a', '-c', 'user.email=a@b.c', ...args]);
    git('init', '--quiet');
    git('commit', '--quiet', '--allow-empty', '-m', 'start');
    return dir;
  };

  it('is told at once what is missing', { timeout: 120_000 }, async () => {
    const dir = repository();
    const env = { REEVE_DATA_DIR: ANOTHER, REEVE_PORT: '0' };
    expect(await runReeve(['run', 'Do it', '--repo', dir], { cwd, env })).toMatchObject({
      code: 3,
      stdout: '',
      stderr: expect.stringContaining('`agents:`'),
    });
    expect(await runReeve(['run', 'Do it', '--repo', dir, '--agent', 'nobody'], { cwd, env })).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('There is no agent nobody.'),
    });
  });
});

describe('the ledger held against a checkpoint', () => {
  it('holds against its own, and not against that of another history', { timeout: 120_000 }, async () => {
    writeFileSync(at('own.json'), (await reeve('ledger', 'checkpoint')).stdout);
    expect(await reeve('ledger', 'verify', '--checkpoint', 'own.json', '--json')).toMatchObject({
      code: 0,
      stdout: expect.stringContaining('"verified": true'),
    });

    const elsewhere = await serve({ cwd, env: { REEVE_DATA_DIR: ANOTHER }, database: 'embedded' });
    const theirs = await createApiClient(elsewhere).get<object>('/v1/ledger/checkpoint');
    await elsewhere.end('SIGTERM');
    writeFileSync(at('theirs.json'), JSON.stringify(theirs));
    expect(await reeve('ledger', 'verify')).toMatchObject({ code: 0 });
    expect(await reeve('ledger', 'verify', '--checkpoint', 'theirs.json')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not those the checkpoint was signed over'),
    });

    const forged = readFileSync(at('own.json'), 'utf8').replace(/"tree_size": \d+/, '"tree_size": 1');
    writeFileSync(at('forged.json'), forged);
    expect(await reeve('ledger', 'verify', '--checkpoint', 'forged.json')).toMatchObject({ code: 1, stdout: expect.stringContaining('signature') });
  });
});

describe('a server started by another command', () => {
  it('ends when that command is interrupted while it starts', { timeout: 60_000 }, async () => {
    const child = spawnReeve(['serve'], { cwd, env: { REEVE_DATA_DIR: at('abandoned'), REEVE_PORT: '0' } });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    child.disconnect();
    expect(await ended).toBe(0);
  });

  it('ends when it cannot start, although that command waits for it', { timeout: 60_000 }, async () => {
    const { port } = new URL(server.url);
    const child = spawnReeve(['serve'], { cwd, env: { REEVE_DATA_DIR: ANOTHER, REEVE_PORT: port } });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect(await ended).toBe(3);
    expect(child.connected).toBe(false);
  });
});

describe('a reader who stops early', () => {
  it('is no failure: nothing is said and nothing breaks', { timeout: 30_000 }, async () => {
    const shell = (line: string) =>
      new Promise<{ code: number; stderr: string }>((resolve) => {
        execFile('bash', ['-c', line], { cwd, env: environmentOf() }, (error, _, stderr) =>
          resolve({ code: error === null ? 0 : Number(error.code), stderr }),
        );
      });
    const reeveAt = `"${process.execPath}" "${path.resolve(import.meta.dirname, '../../bin/reeve.js')}"`;
    // `true` reads nothing and is gone at once.
    expect(await shell(`${reeveAt} --help | true; exit \${PIPESTATUS[0]}`)).toEqual({ code: 0, stderr: '' });
    expect(await shell(`${reeveAt} ledger list --json | true; exit \${PIPESTATUS[0]}`)).toEqual({ code: 0, stderr: '' });
  });
});

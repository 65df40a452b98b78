import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { runReeve, serve, spawnReeve, type ServeProcess } from '../kit/reeve.ts';

const cwd = mkdtempSync(path.join(tmpdir(), 'reeve-cli-'));
const at = (name: string): string => path.join(cwd, name);
const reeve = (...args: string[]) => runReeve(args, { cwd });
let server: ServeProcess;
let api: ApiClient;

beforeAll(async () => {
  server = await serve({ cwd });
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

describe('a list of tokens', () => {
  it('names the person, and when each was last used', { timeout: 30_000 }, async () => {
    const made = await reeve('token', 'create', '--role', 'developer', '--name', 'laptop', '--person', 'owner');
    await createApiClient({ url: server.url, token: made.stdout.trim() }).get('/v1/people');
    expect((await reeve('token', 'list')).stdout).toMatch(/laptop +developer +owner +\S{4} +2\d{3}-\d\d-\d\dT/);
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
    const env = { REEVE_DATA_DIR: at('other'), REEVE_PORT: '0' };
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

    const elsewhere = await serve({ cwd, env: { REEVE_DATA_DIR: at('elsewhere') } });
    const theirs = await createApiClient(elsewhere).get<object>('/v1/ledger/checkpoint');
    await elsewhere.end('SIGTERM');
    writeFileSync(at('theirs.json'), JSON.stringify(theirs));
    expect(await reeve('ledger', 'verify')).toMatchObject({ code: 0 });
    expect(await reeve('ledger', 'verify', '--checkpoint', 'theirs.json')).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('not the one the checkpoint was signed over'),
    });

    const forged = readFileSync(at('own.json'), 'utf8').replace(/"seq": \d+/, '"seq": 1');
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
    const child = spawnReeve(['serve'], { cwd, env: { REEVE_DATA_DIR: at('taken'), REEVE_PORT: port } });
    const ended = new Promise<number | null>((resolve) => child.once('exit', resolve));
    expect(await ended).toBe(3);
    expect(child.connected).toBe(false);
  });
});

import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import type { DoctorReport } from '#cli/local.ts';
import { startFakeGithub } from '../fakes/github/index.ts';
import { linkPrograms, runReeve, serve, type Ended } from '../kit/reeve.ts';
import { LONG } from '../kit/long.ts';

const root = path.resolve(import.meta.dirname, '../..');
const MINUTE_MS = 60_000;
const BWRAP = ['/usr/bin/bwrap', '/usr/local/bin/bwrap', '/bin/bwrap'].find((file) => existsSync(file)) ?? null;
const hiding = (program: string): string[] => [program, '--dev-bind', '/', '/', '--ro-bind', '/dev/null', realpathSync(program), '--'];

describe('reeve doctor', { timeout: 5 * MINUTE_MS }, () => {
  let cwd: string;

  beforeEach(() => {
    cwd = mkdtempSync(path.join(tmpdir(), 'reeve-doctor-test-'));
    configure({});
  });
  afterEach(() => rmSync(cwd, { recursive: true, force: true }));

  const configure = (config: object): void => writeFileSync(path.join(cwd, 'reeve.yaml'), JSON.stringify({ port: 0, ...config }));
  const scripted = {
    harness: 'acp',
    command: [process.execPath, path.join(root, 'src/demo/agent.ts'), '--skills', path.join(root, 'src/demo/skills.coder.ts')],
    sandbox: 'none',
  };

  async function examine(env: Record<string, string> = {}): Promise<DoctorReport & { code: number }> {
    const { code, stdout, stderr } = await runReeve(['doctor', '--json'], { cwd, env });
    expect(stdout, stderr).toMatch(/^\{/);
    return { code, ...(JSON.parse(stdout) as DoctorReport) };
  }
  const called = (report: DoctorReport, name: string) => report.checks.find((check) => check.name === name);
  const failed = (report: DoctorReport): string[] => report.checks.filter((check) => check.needed && !check.ok).map((check) => check.name);

  /** What a start of the server says beside the same faults: the doctor must have found them before. */
  async function startFails(env: Record<string, string> = {}): Promise<Ended> {
    const ended = await runReeve(['serve'], { cwd, env });
    expect(ended.code).toBeGreaterThan(0);
    return ended;
  }

  it('asks GitHub who it is there, and tells of a branch that Reeve itself could go around', async () => {
    const github = await startFakeGithub();
    try {
      const token = github.addUser('reeve-bot');
      const { data } = await github.addRepository({ owner: 'acme', name: 'shop', files: { a: '1\n' }, collaborators: { 'reeve-bot': 'write' } });
      configure({ projects: { shop: { repo: 'acme/shop' } } });
      const env = { REEVE_GITHUB_API_URL: github.apiUrl, REEVE_GITHUB_GIT_URL: github.gitUrlTemplate, REEVE_GITHUB_TOKEN: token };
      const open = await examine(env);
      expect(called(open, 'github')).toMatchObject({ ok: true, detail: expect.stringContaining('answers to reeve-bot') });
      expect(called(open, 'github acme/shop')).toMatchObject({ ok: true, detail: 'main is not protected' });
      expect(called(open, 'github webhooks')).toMatchObject({ ok: false, needed: false });
      const rules = [{ type: 'pull_request', parameters: {} }];
      const facts = { enforcement: 'active' as const, include: ['~DEFAULT_BRANCH'], bypassActors: [], createdAt: '2026-01-01T00:00:00Z' };
      data.rulesets.push({ id: 7, name: 'ship it', rules, bypass: { 'reeve-bot': 'always' }, ...facts });
      expect(called(await examine(env), 'github acme/shop')).toMatchObject({
        ok: false,
        detail: expect.stringContaining('may go around "ship it" of main'),
      });
      const stranger = await examine({ ...env, REEVE_GITHUB_TOKEN: 'ghp_nobody' });
      expect(called(stranger, 'github')).toMatchObject({ ok: false, needed: true });
      expect(JSON.stringify(stranger)).not.toContain('ghp_nobody');
      expect(stranger.code).toBe(1);
    } finally {
      await github.close();
    }
  });

  it('finds nothing missing where nothing is, starts the agents, says so in words and ends with 0', async () => {
    configure({ agents: { sample: scripted } });
    const report = await examine();
    expect(failed(report)).toEqual([]);
    expect(report).toMatchObject({ ok: true, code: 0 });
    expect(called(report, 'database')?.detail).toMatch(/^PostgreSQL \d+\.\d+, embedded$/);
    expect(called(report, 'agent sample')).toMatchObject({ ok: true, detail: expect.stringContaining('speaks ACP') });

    const text = await runReeve(['doctor'], { cwd });
    expect(text.code).toBe(0);
    expect(text.stdout).toMatch(/^ok {3}node: Node\.js \d+/m);
    expect(text.stdout).not.toMatch(/^FAIL/m);
    // It keeps its word: the start works in the very same place, and the doctor likes it beside a running server too.
    const programs = path.join(cwd, 'programs');
    mkdirSync(programs);
    writeFileSync(path.join(programs, 'gemini'), '#!/bin/sh\nexit 1\n', { mode: 0o755 });
    const server = await serve({ cwd, database: 'embedded', env: { PATH: `${programs}${path.delimiter}${process.env['PATH'] ?? ''}` } });
    // As in the console; it has no role, and it does not start.
    await createApiClient(server).post('/v1/agents', { known: 'gemini', roles: [] });
    const beside = await examine({ REEVE_PORT: new URL(server.url).port });
    await server.end('SIGTERM');
    expect(beside.ok).toBe(true);
    expect(called(beside, 'agent gemini')).toMatchObject({ ok: false, needed: false, fix: expect.stringContaining('Nothing uses it') as string });
    expect(called(beside, 'port')?.detail).toContain(`process ${server.pid}`);
  });

  it.runIf(LONG)('names an agent whose command is not there, and what to check', async () => {
    configure({ agents: { lost: { harness: 'acp', command: ['no-such-agent-anywhere'], sandbox: 'none' }, sample: scripted } });
    const report = await examine();
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(failed(report)).toEqual(['agent lost']);
    expect(called(report, 'agent lost')).toMatchObject({
      detail: expect.stringContaining('no-such-agent-anywhere'),
      fix: 'Check its command: no-such-agent-anywhere',
    });
    const text = await runReeve(['doctor'], { cwd });
    expect(text.code).toBe(1);
    expect(text.stdout).toMatch(/^FAIL agent lost: .+\n {5}Check its command/m);
  });

  it('says that the data directory is a file', async () => {
    writeFileSync(path.join(cwd, 'taken'), '');
    const env = { REEVE_DATA_DIR: path.join(cwd, 'taken') };
    const report = await examine(env);
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(called(report, 'data directory')).toMatchObject({
      ok: false,
      detail: `The data directory ${env.REEVE_DATA_DIR} cannot be written to.`,
      fix: 'Set REEVE_DATA_DIR to a folder you own.',
    });
    expect((await startFails(env)).stderr).toContain('cannot be written to');
  });

  it.skipIf(process.getuid?.() === 0)('says that the data directory may not be written to', async () => {
    const folder = path.join(cwd, 'locked');
    mkdirSync(folder, { mode: 0o500 });
    const report = await examine({ REEVE_DATA_DIR: folder });
    chmodSync(folder, 0o700);
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(called(report, 'data directory')).toMatchObject({ ok: false, detail: expect.stringContaining('cannot be written to') });
  });

  it.runIf(LONG)('says that the port is taken, and that the address is none of this machine', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', () => resolve()));
    const port = String((other.address() as AddressInfo).port);
    const report = await examine({ REEVE_PORT: port });
    const start = await startFails({ REEVE_PORT: port });
    await new Promise((resolve) => other.close(resolve));
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(failed(report)).toEqual(['port']);
    expect(called(report, 'port')).toMatchObject({
      detail: `Port ${port} on 127.0.0.1 is taken.`,
      fix: expect.stringContaining('REEVE_PORT'),
    });
    expect(start.stderr).toContain(`Port ${port} on 127.0.0.1 is taken.`);
    expect(failed(await examine({ REEVE_HOST: '192.0.2.1' }))).toEqual(['port']);
  });

  it.runIf(LONG)('says that git is not on the PATH', async () => {
    const report = await examine({ PATH: linkPrograms(path.join(cwd, 'bin'), ['node', 'sh', 'unshare', 'true']) });
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(failed(report)).toEqual(['git']);
    expect(called(report, 'git')?.fix).toBe('Install git 2.38 or newer and put it on the PATH.');
  });

  it('without bubblewrap warns, and fails an agent that would run in it', async () => {
    configure({ agents: { sealed: { ...scripted, sandbox: 'bwrap' } } });
    // It is looked for in the system's folders too: where it is installed, it is covered by something that cannot be run.
    const { stdout, stderr } = await runReeve(['doctor', '--json'], { cwd, ...(BWRAP === null ? {} : { within: hiding(BWRAP) }) });
    expect(stdout, stderr).toMatch(/^\{/);
    const report = JSON.parse(stdout) as DoctorReport;
    expect(called(report, 'sandbox')).toMatchObject({ ok: false, needed: false, fix: expect.stringContaining('sandbox: none') });
    expect(called(report, 'agent sealed')).toMatchObject({ ok: false, needed: true });
    expect(report.ok).toBe(false);
  });

  it('says that the database cannot be reached, without its password, and starts none of its own', async () => {
    const env = { REEVE_DATABASE_URL: 'postgres://ann:s3cretword@127.0.0.1:1/reeve' };
    const { code, stdout, stderr } = await runReeve(['doctor', '--json'], { cwd, env });
    const report = JSON.parse(stdout) as DoctorReport;
    expect(code).toBe(1);
    expect(failed(report)).toEqual(['database']);
    expect(called(report, 'database')).toMatchObject({
      detail: expect.stringContaining('127.0.0.1:1'),
      fix: expect.stringContaining('REEVE_DATABASE_URL'),
    });
    expect(`${stdout}${stderr}`).not.toContain('s3cretword');
    expect(existsSync(path.join(cwd, '.reeve/pg'))).toBe(false);
    await startFails(env);
  });

  it.runIf(LONG)('finds a policy that nothing could be decided with', async () => {
    writeFileSync(path.join(cwd, 'policy.yaml'), 'actions: [1, 2');
    configure({ policy: './policy.yaml' });
    const report = await examine();
    expect(report).toMatchObject({ ok: false, code: 1 });
    expect(failed(report)).toEqual(['policy']);
    expect((await startFails()).stderr).toContain('policy');
    expect(failed(await examine({ REEVE_POLICY: path.join(cwd, 'nowhere.yaml') }))).toEqual(['policy']);
  });

  it('refuses a configuration with a fault before it looks at anything', async () => {
    configure({ prot: 4400 });
    const { code, stdout, stderr } = await runReeve(['doctor', '--json'], { cwd });
    expect(code).toBe(2);
    expect(`${stdout}${stderr}`).toContain('prot');
  });

  it.runIf(process.platform === 'linux')('leaves no database running behind it', async () => {
    await examine();
    expect(existsSync(path.join(cwd, '.reeve/pg/postmaster.pid'))).toBe(false);
    expect(execFileSync('ps', ['-axo', 'args='], { encoding: 'utf8' })).not.toContain(path.join(cwd, '.reeve/pg'));
  });
});

import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { existsSync, globSync, lstatSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { promisify } from 'node:util';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { listServers } from '#app/server-files.ts';

const run = promisify(execFile);
const root = path.resolve(import.meta.dirname, '../..');

/** A folder without anything of the checkout: what `npm i -g` made, a home and a working folder. */
const folder = mkdtempSync(path.join(tmpdir(), 'reeve-package-'));
const prefix = path.join(folder, 'prefix');
const installed = path.join(prefix, 'lib/node_modules/reeve');
const reeve = path.join(prefix, 'bin/reeve');
const work = path.join(folder, 'work');
/** This Node and the system's tools, not those of the checkout. */
const env = { PATH: [path.dirname(process.execPath), '/usr/local/bin', '/usr/bin', '/bin'].join(path.delimiter), HOME: folder, REEVE_PORT: '0' };

let server: ChildProcess | null = null;

beforeAll(async () => {
  mkdirSync(work);
  // Packing compiles (prepack); installing runs nobody's scripts.
  const { stdout } = await run('npm', ['pack', '--json', '--pack-destination', folder], { cwd: root, maxBuffer: 64 * 1024 * 1024 });
  const tarball = path.join(folder, /reeve-[\w.-]+\.tgz/.exec(stdout)?.[0] ?? 'none');
  const quietly = ['--ignore-scripts', '--prefer-offline', '--no-audit', '--no-fund'];
  await run('npm', ['install', '--global', '--prefix', prefix, ...quietly, tarball], { cwd: work, maxBuffer: 64 * 1024 * 1024 });
}, 240_000);

afterAll(async () => {
  if (server !== null) await ended(server, 'SIGTERM');
  rmSync(folder, { recursive: true, force: true });
});

async function ended(child: ChildProcess, signal: NodeJS.Signals): Promise<number | null> {
  if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
  const exit = new Promise<number | null>((resolve) => {
    child.once('exit', (code) => resolve(code));
  });
  child.kill(signal);
  return exit;
}

test('the package holds JavaScript alone, no tests, and the prompts, migrations and dashboards it comes with', () => {
  const ours = globSync('**/*', { cwd: installed, exclude: (name) => name === 'node_modules' });
  expect(ours.filter((file) => /\.([cm]?ts|tsx)$/.test(file))).toEqual([]);
  expect(ours.filter((file) => /\.(test|itest)\.|__fixtures__/.test(file))).toEqual([]);
  expect(ours).toEqual(
    expect.arrayContaining([
      'dist/main.js',
      'bin/reeve.js',
      'LICENSE',
      'migrations/0001_platform.sql',
      'prompts/coder.default.md',
      'deploy/observability/dashboard.json',
      'web/dist/index.html',
    ]),
  );
});

test('the installation has no development tools and stays under 250 MB', () => {
  const everything = globSync('**/*', { cwd: prefix }).map((file) => path.join(prefix, file));
  expect(everything.filter((file) => /node_modules\/(typescript|vitest|@types\/pg|node-linux-\w+)$/.test(file))).toEqual([]);
  const bytes = everything.reduce((sum, file) => sum + lstatSync(file).blocks * 512, 0);
  expect(bytes / 1024 / 1024).toBeLessThan(250);
});

test('it says its version', async () => {
  const { version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { version: string };
  expect((await run(reeve, ['--version'], { cwd: work, env })).stdout.trim()).toBe(version);
});

test('an older Node is told what is needed, with exit code 3', async () => {
  const older = `data:text/javascript,Object.defineProperty(process,'versions',{value:{...process.versions,node:'22.11.0'}})`;
  const answer = run(process.execPath, ['--import', older, reeve, '--version'], { cwd: work, env });
  await expect(answer).rejects.toMatchObject({ code: 3, stdout: '', stderr: expect.stringContaining('Node.js 24 or newer') });
});

test('the doctor finds the embedded database and can start the agent that comes along', { timeout: 60_000 }, async () => {
  const own = (name: string) => path.join(installed, 'dist/demo', name);
  const agent = { harness: 'acp', command: [process.execPath, own('agent.js'), '--skills', own('skills.coder.js')], sandbox: 'none' };
  writeFileSync(path.join(work, 'reeve.yaml'), JSON.stringify({ agents: { sample: agent } }));
  const { stdout } = await run(reeve, ['doctor', '--json'], { cwd: work, env });
  const report = JSON.parse(stdout) as { ok: boolean; checks: { name: string; ok: boolean; detail: string }[] };
  expect(report.ok).toBe(true);
  expect(report.checks).toContainEqual(
    expect.objectContaining({ name: 'database', ok: true, detail: expect.stringMatching(/^PostgreSQL \d+.*embedded/) }),
  );
  expect(report.checks).toContainEqual(expect.objectContaining({ name: expect.stringContaining('sample'), ok: true }));
});

test('the server starts on its own database, answers, and leaves nothing running', { timeout: 90_000 }, async () => {
  const servers = () => listServers(path.join(work, '.reeve'));
  server = spawn(reeve, ['serve'], { cwd: work, env, stdio: 'ignore' });
  while (servers().length === 0 && server.exitCode === null) await delay(50);
  expect(server.exitCode).toBeNull();
  const url = servers()[0]?.url ?? '';
  expect((await fetch(new URL('/ready', url))).status).toBe(200);
  expect((await fetch(new URL('/docs/', url))).status).toBe(200);
  const page = await (await fetch(url, { headers: { accept: 'text/html' } })).text();
  const script = /<script type="module"[^>]* src="([^"]+)"/.exec(page)?.[1] ?? '/none';
  expect((await fetch(new URL(script, url))).status).toBe(200);
  expect(await ended(server, 'SIGTERM')).toBe(0);
  expect(servers()).toEqual([]);
  expect(existsSync(path.join(work, '.reeve/pg/postmaster.pid'))).toBe(false);
});

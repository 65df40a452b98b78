import { execFileSync, spawn as spawnChild } from 'node:child_process';
import { createServer, type Server } from 'node:http';
import { mkdir, mkdtemp, readFile, realpath, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { SandboxSpec } from '#ports/sandbox.ts';
import { living } from '../../../test/kit/processes.ts';
import { createSandbox } from './index.ts';

const sandbox = createSandbox();
const probe = await sandbox.probe('bwrap');
const isRequired = process.env['REEVE_REQUIRE_SANDBOX'] === '1';
if (!probe.ok) process.stderr.write(`The tests of the bwrap sandbox are left out on this machine: ${probe.detail}\n`);

let folder = '';
let spec: SandboxSpec;
let processes: SpawnedProcess[] = [];
let server: Server | null = null;

beforeEach(async () => {
  folder = await realpath(await mkdtemp(join(tmpdir(), 'reeve-sandbox-')));
  spec = { level: 'bwrap', worktree: join(folder, 'worktree'), home: join(folder, 'home'), readOnly: [], masked: [], gatewaySocket: null, network: 'none' };
  await mkdir(spec.worktree);
});
afterEach(async () => {
  await Promise.all(processes.map((one) => one.kill(0)));
  processes = [];
  await new Promise<void>((done) => (server === null ? done() : server.close(() => done())));
  server = null;
  await rm(folder, { recursive: true, force: true });
});

async function start(script: string, change: Partial<SandboxSpec> = {}, env: Record<string, string> = {}, from = sandbox): Promise<SpawnedProcess> {
  const started = await from.open({ ...spec, ...change })(['/bin/sh', '-c', script], env);
  processes.push(started);
  return started;
}

async function run(script: string, change: Partial<SandboxSpec> = {}, env: Record<string, string> = {}, from = sandbox): Promise<{ out: string; err: string; exitCode: number | null }> {
  const started = await start(script, change, env, from);
  const [out, err, { exitCode }] = await Promise.all([text(started.stdout), text(started.stderr), started.exited]);
  return { out, err, exitCode };
}

async function listen(path: string, answer: string): Promise<void> {
  const opened = createServer((request, response) => response.end(`${answer} ${request.method} ${request.url} ${request.headers.authorization ?? ''}`));
  server = opened;
  await new Promise<void>((done) => opened.listen(path, done));
}

const inNode = (script: string): string => `node -e '${script}'`;

it('the bwrap sandbox works here, or it is said why not (REEVE_REQUIRE_SANDBOX=1: it must)', () => {
  expect(probe.detail).toMatch(probe.ok ? /works/ : /sandbox: none/);
  if (isRequired) expect(probe).toMatchObject({ ok: true });
});

describe.runIf(probe.ok)('in the bwrap sandbox', () => {
  it('the worktree and HOME can be written, and what is written stays', async () => {
    const { out, exitCode } = await run('pwd; echo "$HOME"; echo new >made.txt; echo set >"$HOME/rc"; echo tmp >/tmp/x && cat /tmp/x; id -un');
    expect(out).toBe(`${spec.worktree}\n${spec.home}\ntmp\nagent\n`);
    expect(exitCode).toBe(0);
    expect(await readFile(join(spec.worktree, 'made.txt'), 'utf8')).toBe('new\n');
    expect(await readFile(join(spec.home, 'rc'), 'utf8')).toBe('set\n');
  });

  it('nothing else of the machine is visible or writable', async () => {
    await mkdir(join(folder, 'other-worktree'));
    await writeFile(join(folder, 'other-worktree/secret.txt'), 'secret');
    await writeFile(join(folder, 'admin-token'), 'secret');
    const { out } = await run(`ls /; ls ${folder}; for f in ${folder}/other-worktree/secret.txt ${folder}/admin-token /root /home /etc/shadow /etc/ssh /sys /var/lib /run/dbus; do test -e $f && echo "sees $f"; done; touch /usr/x /x ${folder}/x /etc/x 2>/dev/null && echo wrote`);
    const shown = out.trim().split('\n');
    expect(out).not.toMatch(/sees|wrote|secret|admin-token/);
    expect(shown).toEqual(expect.arrayContaining(['usr', 'worktree']));
    expect(shown.filter((name) => ['root', 'boot', 'opt', 'srv', 'sys', 'other-worktree'].includes(name))).toEqual([]);
  });

  it('there is no network: no way out, no interface but its own loopback, none of our listeners', async () => {
    const opened = createServer((_request, response) => response.end('reached'));
    server = opened;
    await new Promise<void>((done) => opened.listen(0, '127.0.0.1', done));
    const { port } = opened.address() as { port: number };
    const tryIt = `fetch("http://127.0.0.1:${port}").then(() => console.log("reached"), (error) => console.log("no: " + error.cause.code))`;
    expect((await run(inNode(tryIt))).out).toBe('no: ECONNREFUSED\n');
    expect((await run(inNode('console.log(Object.keys(require("os").networkInterfaces()).join())'))).out).toBe('lo\n');
    expect((await run(inNode(tryIt), { network: 'registry' })).out).toBe('reached\n');
  });

  it('the environment is what was passed; secrets of ours are nowhere, not in /proc and not on the command line outside', async () => {
    process.env['REEVE_TEST_CANARY'] = 'canary-of-the-parent';
    try {
      const { out } = await run('env; cat /proc/[0-9]*/environ | tr "\\0" "\\n"; cat /proc/[0-9]*/cmdline | tr "\\0" " "', {}, { TOKEN: 'passed-value' });
      expect(out).toContain('TOKEN=passed-value');
      expect(out).not.toContain('canary-of-the-parent');
      const held = await start('sleep 300', {}, { TOKEN: 'passed-value' });
      expect(execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8' })).not.toContain('passed-value');
      await held.kill(0);
    } finally {
      delete process.env['REEVE_TEST_CANARY'];
    }
  });

  it('it sees only its own processes and cannot gain rights or make namespaces', async () => {
    const { out } = await run('ls -d /proc/[0-9]* | wc -l; grep CapEff /proc/self/status; grep NoNewPrivs /proc/self/status; unshare -U true 2>/dev/null && echo nested; kill -9 1 2>/dev/null; echo alive');
    expect(Number(out.split('\n')[0])).toBeLessThan(8);
    expect(out).toMatch(/CapEff:\s+0+\n/);
    expect(out).toMatch(/NoNewPrivs:\s+1/);
    expect(out).not.toContain('nested');
    expect(out).toContain('alive');
  });

  it('no descriptor of ours is open in it', async () => {
    // 0, 1, 2 and the one that lists; what else is open leads nowhere.
    const { out } = await run('for f in /proc/self/fd/*; do readlink $f; done');
    expect(out.trim().split('\n').slice(3).filter((target) => target !== '/dev/null' && !target.startsWith('/proc/'))).toEqual([]);
  });

  it('agent configuration of the branch is hidden, and cannot be written', async () => {
    await mkdir(join(spec.worktree, '.claude'));
    await writeFile(join(spec.worktree, '.claude/hooks.json'), 'evil');
    await writeFile(join(spec.worktree, '.mcp.json'), 'evil');
    await mkdir(join(spec.worktree, 'config'));
    await writeFile(join(spec.worktree, 'config/x'), 'evil');
    await symlink('config', join(spec.worktree, '.codex'));
    const { out } = await run('cat .claude/hooks.json .mcp.json config/x .codex/x; ls -A .claude; echo x >.claude/new; echo x >.mcp.json; cat kept', { masked: ['.claude', '.mcp.json', '.codex', '.qwen', '../home'] });
    expect(out).toBe('');
    expect(await readFile(join(spec.worktree, '.mcp.json'), 'utf8')).toBe('evil');
    expect(await readFile(join(spec.worktree, '.claude/hooks.json'), 'utf8')).toBe('evil');
  });

  it('git status, log and diff work on a worktree of a read-only mirror; commits and changes to .git do not', async () => {
    const mirror = join(folder, 'mirror.git');
    const git = (...args: string[]): string => execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', ...args], { cwd: spec.worktree, encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
    await rm(spec.worktree, { recursive: true });
    await mkdir(spec.worktree);
    git('init', '-q', '--bare', mirror);
    const tree = git('--git-dir', mirror, 'hash-object', '-w', '-t', 'tree', '/dev/null').trim();
    const commit = git('--git-dir', mirror, 'commit-tree', tree, '-m', 'first').trim();
    git('--git-dir', mirror, 'worktree', 'add', '-q', '--detach', spec.worktree, commit);
    const pointer = await readFile(join(spec.worktree, '.git'), 'utf8');
    const { out } = await run('echo 1 >a.txt; git log --format=%s; git status --porcelain; git add a.txt 2>/dev/null && echo added; git -c user.name=x -c user.email=x@x commit -qam x 2>/dev/null && echo committed; echo "gitdir: /tmp" >.git; rm -rf .git; mv .git x; git status --porcelain', { readOnly: [mirror] });
    expect(out).toBe('first\n?? a.txt\n?? a.txt\n');
    expect(await readFile(join(spec.worktree, '.git'), 'utf8')).toBe(pointer);
  });

  it('hidden folders stay hidden below folders that are shown, except what must be seen', async () => {
    const data = join(folder, 'shown/data');
    await mkdir(join(data, 'mirror'), { recursive: true });
    await writeFile(join(data, 'admin-token'), 'secret');
    await writeFile(join(data, 'mirror/HEAD'), 'ref');
    const { out } = await run(`cat ${data}/admin-token; cat ${data}/mirror/HEAD`, { readOnly: [join(folder, 'shown'), join(data, 'mirror')] }, {}, createSandbox({ hidden: [data] }));
    expect(out).toBe('ref');
  });

  it('its end is the end of everything in it, also of what hid in its own session without a name', async () => {
    const held = await start('setsid env -i sleep 30101 & setsid sh -c "trap \\"\\" TERM; sleep 30102" & echo ready; sleep 30103');
    await new Promise((done) => held.stdout.once('data', done));
    const inside = (): number[] => execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' }).split('\n').filter((line) => /^\s*\d+ sleep 3010[123]$/.test(line)).map((line) => Number.parseInt(line, 10));
    await expect.poll(inside).toHaveLength(3);
    const pids = inside();
    await held.kill(200);
    expect(living([...pids, held.pid])).toEqual([]);
  });

  it('a process that obeys SIGTERM may end in its own way', async () => {
    const held = await start('trap "echo goodbye; exit 7" TERM; echo ready; while :; do sleep 0.05; done');
    const said = text(held.stdout);
    await new Promise((done) => held.stdout.once('data', done));
    await held.kill(5000);
    expect(await said).toBe('ready\ngoodbye\n');
    expect(await held.exited).toEqual({ exitCode: 7, signal: null });
  });

  it('it dies with us, even when we are killed', async () => {
    const script = `import { createSandbox } from ${JSON.stringify(pathToFileURL(resolve('src/connectors/sandbox/index.ts')).href)};
      const held = await createSandbox().open(${JSON.stringify(spec)})(['/bin/sh', '-c', 'echo $$ >started; exec sleep 30104'], {});
      process.stdout.write(String(held.pid) + '\\n'); setInterval(() => {}, 1000);`;
    const reeve = spawnChild(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    await expect.poll(() => readFile(join(spec.worktree, 'started'), 'utf8').catch(() => ''), { timeout: 10_000 }).toMatch(/\d/);
    reeve.kill('SIGKILL');
    const sleepers = (): string[] => execFileSync('ps', ['-axo', 'stat=,args='], { encoding: 'utf8' }).split('\n').filter((line) => /^[^Z].*sleep 30104$/.test(line.trim()));
    await expect.poll(sleepers).toEqual([]);
  });

  it('the model gateway is reached through the loopback of the sandbox, with its address and key in the environment', async () => {
    await listen(join(folder, 'gw.sock'), 'gateway');
    const ask = `fetch(process.env.OPENAI_BASE_URL + "/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }).then((r) => r.text()).then((t) => console.log(t, process.env.ANTHROPIC_BASE_URL === process.env.REEVE_GATEWAY_URL, process.env.OWN))`;
    const { out, err } = await run(inNode(ask), { gatewaySocket: join(folder, 'gw.sock') }, { REEVE_GATEWAY_KEY: 'inner', OWN: 'at {gateway_url}/v1' });
    expect(err).toBe('');
    expect(out).toMatch(/^gateway POST \/v1\/chat\/completions Bearer inner true at http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
  });

  it('exit code and signals pass through the loopback program', async () => {
    await listen(join(folder, 'gw.sock'), 'gateway');
    expect((await run('exit 9', { gatewaySocket: join(folder, 'gw.sock') })).exitCode).toBe(9);
    const held = await start('trap "exit 8" TERM; echo ready; while :; do sleep 0.05; done', { gatewaySocket: join(folder, 'gw.sock') });
    await new Promise((done) => held.stdout.once('data', done));
    await held.kill(5000);
    expect(await held.exited).toEqual({ exitCode: 8, signal: null });
  });

  it('with the network open, names can be resolved as on the host', async () => {
    const { out } = await run('cat /etc/resolv.conf; ls /etc/ssl/certs | head -1; ls /etc/ssl/private 2>/dev/null', { network: 'open' });
    expect(out).toContain(await readFile('/etc/resolv.conf', 'utf8'));
    expect(out).not.toContain('key');
  });

  it('a kernel that cannot forbid nested namespaces still gets the rest', async () => {
    const real = execFileSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).trim();
    const older = join(folder, 'bwrap');
    const script = ['#!/bin/sh', `cd ${folder}`, 'cat <&3 >args', 'if grep -q disable-userns args; then echo "bwrap: Unknown option --disable-userns" >&2; exit 1; fi', `exec ${real} "$@" 3<args`];
    await writeFile(older, `${script.join('\n')}\n`, { mode: 0o755 });
    expect(await createSandbox({ bwrapPath: older }).probe('bwrap')).toEqual({ ok: true, detail: 'bubblewrap works, but cannot forbid nested user namespaces here (bwrap: Unknown option --disable-userns).' });
  });

  it('it is known beforehand that a command is missing', async () => {
    await expect(sandbox.open(spec)(['no-such-agent'], {})).rejects.toMatchObject({ kind: 'unavailable', code: 'no_such_command' });
  });
});

describe('where there is no bubblewrap', () => {
  it('the probe says how to get it, and runs are refused', async () => {
    const without = createSandbox({ bwrapPath: join(tmpdir(), 'no-bwrap-here') });
    expect(await without.probe('bwrap')).toMatchObject({ ok: false, detail: expect.stringContaining('apt install bubblewrap') });
    await expect(without.open(spec)(['/bin/true'], {})).rejects.toMatchObject({ kind: 'unavailable', code: 'sandbox_missing' });
  });

  it('a bubblewrap that fails is explained by its own words', async () => {
    const broken = join(folder, 'bwrap');
    await writeFile(broken, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', { mode: 0o755 });
    expect(await createSandbox({ bwrapPath: broken }).probe('bwrap')).toMatchObject({ ok: false, detail: expect.stringContaining('No permissions to create new namespace') });
  });

  it('containers are not part of this version, and say so', async () => {
    expect(await sandbox.probe('container')).toMatchObject({ ok: false });
    await expect(sandbox.open({ ...spec, level: 'container' })(['/bin/true'], {})).rejects.toMatchObject({ code: 'sandbox_missing' });
  });
});

describe('without a sandbox', () => {
  it('the probe says what that means', async () => {
    expect(await sandbox.probe('none')).toEqual({ ok: true, detail: 'No boundary: the agent can read and change whatever this user can.' });
  });

  it('a process still has its own HOME, folder and a clean environment', async () => {
    process.env['REEVE_TEST_CANARY'] = 'canary-of-the-parent';
    try {
      const { out } = await run('pwd; echo "$HOME $TMPDIR $GIVEN"; env', { level: 'none' }, { GIVEN: 'yes' });
      expect(out.startsWith(`${spec.worktree}\n${spec.home} ${spec.home}/tmp yes\n`)).toBe(true);
      expect(out).not.toContain('canary-of-the-parent');
    } finally {
      delete process.env['REEVE_TEST_CANARY'];
    }
  });

  it('its children end with it', async () => {
    const held = await start('setsid sleep 305 & echo $!; sleep 306', { level: 'none' });
    const child = await new Promise<number>((done) => held.stdout.once('data', (chunk: Buffer) => done(Number(chunk))));
    await held.kill(100);
    expect(living([child, held.pid])).toEqual([]);
  });

  it('the model gateway is reached too', async () => {
    await listen(join(folder, 'gw.sock'), 'gateway');
    const ask = `fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages").then((r) => r.text()).then(console.log)`;
    expect((await run(inNode(ask), { level: 'none', gatewaySocket: join(folder, 'gw.sock') })).out).toBe('gateway GET /v1/messages \n');
  });
});

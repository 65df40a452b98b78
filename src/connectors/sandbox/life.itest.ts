import { execFileSync, spawn as spawnChild } from 'node:child_process';
import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { text } from 'node:stream/consumers';
import { pathToFileURL } from 'node:url';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { living } from '../../../test/kit/processes.ts';
import { createSandboxBench, inNode } from '../../../test/kit/sandbox-bench.ts';

const bench = createSandboxBench();
beforeEach(bench.open);
afterEach(bench.close);

const probe = await bench.sandbox.probe('bwrap');
if (!probe.ok) process.stderr.write(`The tests of the life and gateway of bwrap sandboxes are left out on this machine: ${probe.detail}\n`);

const firstOutput = (from: { stdout: NodeJS.ReadableStream }): Promise<string> =>
  new Promise((done) => from.stdout.once('data', (chunk: Buffer) => done(chunk.toString())));
/** Pids of programs whose whole command line is `sleep <one of seconds>`. */
const sleepers = (seconds: readonly number[]): number[] => {
  const lines = execFileSync('ps', ['-axo', 'pid=,args='], { encoding: 'utf8' })
    .split('\n')
    .map((line) => line.trim());
  const pids = lines
    .filter((line) => seconds.some((count) => line.endsWith(` sleep ${count}`) && /^\d+ sleep/.test(line)))
    .map((line) => Number.parseInt(line, 10));
  return living(pids);
};

describe.runIf(probe.ok)('the end of a bwrap sandbox', () => {
  it('is the end of everything in it, also of what hid in its own session without a name', async () => {
    const held = await bench.start('setsid env -i sleep 30101 & setsid sh -c "trap \\"\\" TERM; sleep 30102" & echo ready; sleep 30103');
    await firstOutput(held);
    await expect.poll(() => sleepers([30101, 30102, 30103])).toHaveLength(3);
    await held.kill(200);
    expect(sleepers([30101, 30102, 30103])).toEqual([]);
    expect(living([held.pid])).toEqual([]);
  });

  it('may be a process’s own when it obeys SIGTERM', async () => {
    const held = await bench.start('trap "echo goodbye; exit 7" TERM; echo ready; while :; do sleep 0.05; done');
    const said = text(held.stdout);
    await firstOutput(held);
    await held.kill(5000);
    expect(await said).toBe('ready\ngoodbye\n');
    expect(await held.exited).toEqual({ exitCode: 7, signal: null });
  });

  it('comes with ours, even when we are killed', async () => {
    const program = pathToFileURL(resolve('src/connectors/sandbox/index.ts')).href;
    const script = `import { createSandbox } from ${JSON.stringify(program)};
      await createSandbox().open(${JSON.stringify(bench.spec())})(['/bin/sh', '-c', 'exec sleep 30104'], {});
      setInterval(() => {}, 1000);`;
    const reeve = spawnChild(process.execPath, ['--input-type=module', '-e', script], { stdio: ['ignore', 'ignore', 'inherit'] });
    await expect.poll(() => sleepers([30104]), { timeout: 10_000 }).toHaveLength(1);
    reeve.kill('SIGKILL');
    await expect.poll(() => sleepers([30104])).toEqual([]);
  });
});

describe.runIf(probe.ok)('the model gateway of a bwrap sandbox', () => {
  const socket = (): string => join(bench.folder(), 'gw.sock');

  it('is reached through the loopback inside, with its address and key in the environment', async () => {
    await bench.listen(socket());
    const ask =
      'fetch(process.env.OPENAI_BASE_URL + "/chat/completions", { method: "POST", headers: { authorization: "Bearer " + process.env.OPENAI_API_KEY } }).then((r) => r.text()).then((t) => console.log(t, process.env.ANTHROPIC_BASE_URL === process.env.REEVE_GATEWAY_URL, process.env.OWN))';
    const { out, err } = await bench.run(inNode(ask), {
      spec: { gatewaySocket: socket() },
      env: { REEVE_GATEWAY_KEY: 'inner', OWN: 'at {gateway_url}/v1' },
    });
    expect(err).toBe('');
    expect(out).toMatch(/^POST \/v1\/chat\/completions Bearer inner true at http:\/\/127\.0\.0\.1:\d+\/v1\n$/);
  });

  it('lets exit code and signals of the agent pass', async () => {
    await bench.listen(socket());
    expect((await bench.run('exit 9', { spec: { gatewaySocket: socket() } })).exitCode).toBe(9);
    const held = await bench.start('trap "exit 8" TERM; echo ready; while :; do sleep 0.05; done', { spec: { gatewaySocket: socket() } });
    await firstOutput(held);
    await held.kill(5000);
    expect(await held.exited).toEqual({ exitCode: 8, signal: null });
  });

  it('works from compiled JavaScript below node_modules, where Node strips no types', async () => {
    await bench.listen(socket());
    const dist = join(bench.folder(), 'node_modules/reeve/dist');
    const flags =
      '--ignoreConfig --rootDir src --target es2024 --module nodenext --rewriteRelativeImportExtensions --skipLibCheck --types node --strict';
    const sources = ['src/connectors/sandbox/index.ts', 'src/connectors/sandbox/loopback.ts'];
    execFileSync(process.execPath, [resolve('node_modules/typescript/bin/tsc'), ...flags.split(' '), '--outDir', dist, ...sources], {
      stdio: 'pipe',
    });
    await writeFile(join(dist, 'package.json'), '{"type":"module","imports":{"#*.ts":"./*.js"}}');
    const inside = ['/bin/sh', '-c', inNode('fetch(process.env.OPENAI_BASE_URL).then((r) => r.text()).then(console.log)')];
    const driver = `import { createSandbox } from ${JSON.stringify(pathToFileURL(join(dist, 'connectors/sandbox/index.js')).href)};
      const held = await createSandbox().open(${JSON.stringify({ ...bench.spec(), gatewaySocket: socket() })})(${JSON.stringify(inside)}, {});
      held.stdout.pipe(process.stdout); held.stderr.pipe(process.stderr); await held.exited; await held.kill(0);`;
    const child = spawnChild(process.execPath, ['--input-type=module', '-e', driver], { stdio: ['ignore', 'pipe', 'pipe'] });
    expect(await Promise.all([text(child.stdout), text(child.stderr)])).toEqual(['GET /v1 \n', '']);
  });
});

describe('without a sandbox', () => {
  it('the probe says what that means', async () => {
    expect(await bench.sandbox.probe('none')).toEqual({ ok: true, detail: 'No boundary: the agent can read and change whatever this user can.' });
  });

  it('a process still has its own HOME, folder and a clean environment', async () => {
    process.env['REEVE_TEST_CANARY'] = 'canary-of-the-parent';
    try {
      const { worktree, home } = bench.spec();
      const { out } = await bench.run('pwd; echo "$HOME $TMPDIR $GIVEN"; env', { spec: { level: 'none' }, env: { GIVEN: 'yes' } });
      expect(out.startsWith(`${worktree}\n${home} ${home}/tmp yes\n`)).toBe(true);
      expect(out).not.toContain('canary-of-the-parent');
    } finally {
      delete process.env['REEVE_TEST_CANARY'];
    }
  });

  it('its children end with it', async () => {
    const held = await bench.start('setsid sleep 305 & echo $!; sleep 306', { spec: { level: 'none' } });
    const child = Number(await firstOutput(held));
    await held.kill(100);
    expect(living([child, held.pid])).toEqual([]);
  });

  it('the model gateway is reached too', async () => {
    await bench.listen(join(bench.folder(), 'gw.sock'));
    const ask = inNode('fetch(process.env.ANTHROPIC_BASE_URL + "/v1/messages").then((r) => r.text()).then(console.log)');
    const { out } = await bench.run(ask, { spec: { level: 'none', gatewaySocket: join(bench.folder(), 'gw.sock') } });
    expect(out).toBe('GET /v1/messages \n');
  });
});

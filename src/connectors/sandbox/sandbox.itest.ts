import { execFileSync } from 'node:child_process';
import type { AddressInfo } from 'node:net';
import { mkdir, readFile, readdir, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { createSandboxBench, inNode } from '../../../test/kit/sandbox-bench.ts';
import { createSandbox } from './index.ts';

const bench = createSandboxBench();
beforeEach(bench.open);
afterEach(bench.close);

const probe = await bench.sandbox.probe('bwrap');
const isRequired = process.env['REEVE_REQUIRE_SANDBOX'] === '1';
if (!probe.ok) process.stderr.write(`The tests of the bwrap sandbox are left out on this machine: ${probe.detail}\n`);

it('the bwrap sandbox works here, or it is said why not; with REEVE_REQUIRE_SANDBOX=1 it must work', () => {
  expect(probe.detail).toMatch(probe.ok ? /works/ : /sandbox: none/);
  expect(probe.ok || !isRequired).toBe(true);
});

describe.runIf(probe.ok)('in the bwrap sandbox', () => {
  it('the worktree and HOME can be written, and what is written stays', async () => {
    const { worktree, home } = bench.spec();
    const script = 'pwd; echo "$HOME"; echo new >made.txt; echo set >"$HOME/rc"; echo tmp >/tmp/x && cat /tmp/x; id -un';
    expect(await bench.run(script)).toMatchObject({ out: `${worktree}\n${home}\ntmp\nagent\n`, exitCode: 0 });
    expect(await readFile(join(worktree, 'made.txt'), 'utf8')).toBe('new\n');
    expect(await readFile(join(home, 'rc'), 'utf8')).toBe('set\n');
  });

  it('nothing else of the machine is visible or writable', async () => {
    const folder = bench.folder();
    await mkdir(join(folder, 'other-worktree'));
    await writeFile(join(folder, 'other-worktree/secret.txt'), 'secret');
    await writeFile(join(folder, 'admin-token'), 'secret');
    const places = `${folder}/other-worktree/secret.txt ${folder}/admin-token /root /home /etc/shadow /etc/ssh /sys /var/lib /run/dbus`;
    const { out } = await bench.run(
      `ls / ${folder}; for f in ${places}; do test -e $f && echo "sees $f"; done; for f in /usr/x /x /etc/x /var/x; do touch $f 2>/dev/null && echo "wrote $f"; done; touch ${folder}/x`,
    );
    const shown = out.trim().split('\n');
    expect(out).not.toMatch(/sees|wrote|secret|admin-token/);
    expect(await readdir(folder)).not.toContain('x');
    expect(shown).toEqual(expect.arrayContaining(['usr', 'worktree']));
    expect(shown.filter((name) => ['root', 'boot', 'opt', 'srv', 'sys', 'other-worktree'].includes(name))).toEqual([]);
  });

  it('there is no network: no interface but its own loopback, and none of our listeners on it', async () => {
    const { port } = (await bench.listen(0)).address() as AddressInfo;
    const reach = inNode(`fetch("http://127.0.0.1:${port}").then(() => console.log("reached"), (error) => console.log("no: " + error.cause.code))`);
    expect((await bench.run(reach)).out).toBe('no: ECONNREFUSED\n');
    expect((await bench.run(inNode('console.log(Object.keys(require("os").networkInterfaces()).join())'))).out).toBe('lo\n');
    expect((await bench.run(reach, { spec: { network: 'registry' } })).out).toBe('reached\n');
  });

  it('with the network open, names can be resolved as on the host, and private keys are not there', async () => {
    const { out } = await bench.run('cat /etc/resolv.conf; ls /etc/ssl/private 2>/dev/null', { spec: { network: 'open' } });
    expect(out).toBe(await readFile('/etc/resolv.conf', 'utf8'));
  });

  it('the environment is what was passed; secrets of ours are nowhere, not in /proc and not on the command line outside', async () => {
    process.env['REEVE_TEST_CANARY'] = 'canary-of-the-parent';
    try {
      const look = 'env; cat /proc/[0-9]*/environ | tr "\\0" "\\n"; cat /proc/[0-9]*/cmdline | tr "\\0" " "';
      const { out } = await bench.run(look, { env: { TOKEN: 'passed-value' } });
      expect(out).toContain('TOKEN=passed-value');
      expect(out).not.toContain('canary-of-the-parent');
      await bench.start('sleep 300', { env: { TOKEN: 'passed-value' } });
      expect(execFileSync('ps', ['-axww', '-o', 'args='], { encoding: 'utf8' })).not.toContain('passed-value');
    } finally {
      delete process.env['REEVE_TEST_CANARY'];
    }
  });

  it('it sees only its own processes and cannot gain rights or make namespaces', async () => {
    const script =
      'ls -d /proc/[0-9]* | wc -l; grep -E "CapEff|NoNewPrivs" /proc/self/status; unshare -U true 2>/dev/null && echo nested; kill -9 1 2>/dev/null; echo alive';
    const { out } = await bench.run(script);
    expect(Number(out.split('\n')[0])).toBeLessThan(8);
    expect(out).toMatch(/CapEff:\s+0+\n/);
    expect(out).toMatch(/NoNewPrivs:\s+1/);
    expect(out).not.toContain('nested');
    expect(out).toContain('alive');
  });

  it('no descriptor of ours is open in it', async () => {
    // 0, 1, 2 and the one that lists; what else is open leads nowhere.
    const { out } = await bench.run('for f in /proc/self/fd/*; do readlink $f; done');
    const further = out.trim().split('\n').slice(3);
    expect(further.filter((target) => target !== '/dev/null' && !target.startsWith('/proc/'))).toEqual([]);
  });

  it('agent configuration of the branch is hidden, and cannot be written', async () => {
    const { worktree } = bench.spec();
    await mkdir(join(worktree, '.claude'));
    await mkdir(join(worktree, 'config'));
    for (const name of ['.claude/hooks.json', '.mcp.json', 'config/x']) await writeFile(join(worktree, name), 'evil');
    await symlink('config', join(worktree, '.codex'));
    const script = 'cat .claude/hooks.json .mcp.json config/x .codex/x; ls -A .claude; echo x >.claude/new; echo x >.mcp.json';
    const { out } = await bench.run(script, { spec: { masked: ['.claude', '.mcp.json', '.codex', '.qwen', '../home'] } });
    expect(out).toBe('');
    for (const name of ['.claude/hooks.json', '.mcp.json', 'config/x']) expect(await readFile(join(worktree, name), 'utf8')).toBe('evil');
  });

  it('git status, log and diff work on a worktree of a read-only mirror; commits and changes to .git do not', async () => {
    const mirror = join(bench.folder(), 'mirror.git');
    const { worktree } = bench.spec();
    const git = (...args: string[]): string =>
      execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.com', '--git-dir', mirror, ...args], {
        encoding: 'utf8',
        stdio: ['ignore', 'pipe', 'ignore'],
      }).trim();
    await rm(worktree, { recursive: true });
    git('init', '-q', '--bare');
    const commit = git('commit-tree', git('hash-object', '-w', '-t', 'tree', '/dev/null'), '-m', 'first');
    git('worktree', 'add', '-q', '--detach', worktree, commit);
    const pointer = await readFile(join(worktree, '.git'), 'utf8');
    const reads = 'echo 1 >a.txt; git log --format=%s; git status --porcelain';
    const writes = 'git add a.txt 2>/dev/null && echo added; git -c user.name=x -c user.email=x@x commit -qam x 2>/dev/null && echo committed';
    const { out } = await bench.run(`${reads}; ${writes}; echo "gitdir: /tmp" >.git; rm -rf .git; mv .git x; git status --porcelain`, {
      spec: { readOnly: [mirror] },
    });
    expect(out).toBe('first\n?? a.txt\n?? a.txt\n');
    expect(await readFile(join(worktree, '.git'), 'utf8')).toBe(pointer);
  });

  it('hidden folders stay hidden below folders that are shown, except what must be seen', async () => {
    const data = join(bench.folder(), 'shown/data');
    await mkdir(join(data, 'mirror'), { recursive: true });
    await writeFile(join(data, 'admin-token'), 'secret');
    await writeFile(join(data, 'mirror/HEAD'), 'ref');
    const readOnly = [join(bench.folder(), 'shown'), join(data, 'mirror')];
    const { out } = await bench.run(`cat ${data}/admin-token; cat ${data}/mirror/HEAD`, {
      spec: { readOnly },
      sandbox: createSandbox({ hidden: [data] }),
    });
    expect(out).toBe('ref');
  });

  it('a kernel that cannot forbid nested namespaces still gets the rest', async () => {
    const real = execFileSync('sh', ['-c', 'command -v bwrap'], { encoding: 'utf8' }).trim();
    const older = join(bench.folder(), 'bwrap');
    const refuse = 'if grep -q disable-userns args; then echo "bwrap: Unknown option --disable-userns" >&2; exit 1; fi';
    await writeFile(older, ['#!/bin/sh', `cd ${bench.folder()}`, 'cat <&3 >args', refuse, `exec ${real} "$@" 3<args`, ''].join('\n'), {
      mode: 0o755,
    });
    const detail = 'bubblewrap works, but cannot forbid nested user namespaces here (bwrap: Unknown option --disable-userns).';
    expect(await createSandbox({ bwrapPath: older }).probe('bwrap')).toEqual({ ok: true, detail });
  });
});

describe('where there is no bubblewrap', () => {
  it('the probe says how to get it, and runs are refused', async () => {
    const without = createSandbox({ bwrapPath: join(tmpdir(), 'no-bwrap-here') });
    expect(await without.probe('bwrap')).toMatchObject({ ok: false, detail: expect.stringMatching(/apt install bubblewrap|works on Linux only/) });
    await expect(without.open(bench.spec())(['/bin/true'], {})).rejects.toMatchObject({ kind: 'unavailable', code: 'sandbox_missing' });
  });

  it('a bubblewrap that fails is explained by its own words', async () => {
    const broken = join(bench.folder(), 'bwrap');
    await writeFile(broken, '#!/bin/sh\necho "bwrap: No permissions to create new namespace" >&2\nexit 1\n', { mode: 0o755 });
    const said = await createSandbox({ bwrapPath: broken }).probe('bwrap');
    expect(said).toMatchObject({ ok: false, detail: expect.stringContaining('No permissions to create new namespace') });
  });

  it('containers are not part of this version, and say so', async () => {
    expect(await bench.sandbox.probe('container')).toMatchObject({ ok: false });
    await expect(bench.sandbox.open({ ...bench.spec(), level: 'container' })(['/bin/true'], {})).rejects.toMatchObject({ code: 'sandbox_missing' });
  });

  it.each(['bwrap', 'none'] as const)('a missing command is known before anything starts (%s)', async (level) => {
    await expect(bench.sandbox.open({ ...bench.spec(), level })(['no-such-agent'], {})).rejects.toMatchObject({
      kind: 'unavailable',
      code: 'no_such_command',
    });
  });
});

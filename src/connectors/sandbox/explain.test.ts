import { describe, expect, it } from 'vitest';
import { bwrapArguments, type BwrapFacts } from './bwrap.arguments.ts';
import { sandboxEnvironment, searchPath } from './environment.ts';
import { explainBwrapFailure, explainMissing, type NamespaceFacts } from './explain.ts';

const FACTS: NamespaceFacts = { maxUserNamespaces: 10_000, unprivilegedClone: null, apparmorRestricts: null, inContainer: false, platform: 'linux' };

describe('why bubblewrap does not work', () => {
  it.each([
    ['switched off', { maxUserNamespaces: 0 }, 'sysctl user.max_user_namespaces=15000'],
    ['Ubuntu 23.10 and newer', { apparmorRestricts: 1 }, 'AppArmor profile for bwrap'],
    ['old Debian', { unprivilegedClone: 0 }, 'sysctl kernel.unprivileged_userns_clone=1'],
    ['Docker', { inContainer: true, apparmorRestricts: 1 }, '--security-opt seccomp=unconfined'],
    ['unknown', {}, '`bwrap --ro-bind / / --unshare-user true` must succeed'],
  ] as const)('%s', (_name, facts, remedy) => {
    const sentence = explainBwrapFailure('bwrap: No permissions to create new namespace\n', { ...FACTS, ...facts });
    expect(sentence).toContain('bubblewrap failed: No permissions to create new namespace.');
    expect(sentence).toContain(remedy);
    expect(sentence).toContain('sandbox: none');
  });

  it('is not there, or cannot be', () => {
    expect(explainMissing('bwrap', 'linux')).toContain('apt install bubblewrap');
    expect(explainMissing('bwrap', 'darwin')).toContain('works on Linux only and this is darwin');
  });
});

describe('the environment of a sandboxed process', () => {
  it('is what was passed, and a HOME that cannot be passed', () => {
    expect(
      sandboxEnvironment({ home: '/h', tmp: '/tmp', path: ['/a', '/b', '/a'], passed: { HOME: '/root', KEY: 'v', LANG: 'de_DE.UTF-8' } }),
    ).toEqual({ HOME: '/h', TMPDIR: '/tmp', PATH: '/a:/b', LANG: 'de_DE.UTF-8', KEY: 'v' });
  });

  it('finds our own Node first, and nothing by a relative path', () => {
    const path = searchPath('/opt/node/bin/node', '.:bin:/home/x/bin:/usr/bin');
    expect(path.slice(0, 3)).toEqual(['/opt/node/bin', '/home/x/bin', '/usr/bin']);
    expect(path).not.toContain('.');
  });
});

describe('the arguments of bubblewrap', () => {
  const facts: BwrapFacts = {
    root: { folders: ['/usr'], links: [['/bin', 'usr/bin']], files: [] },
    worktree: '/data/worktrees/r1',
    home: '/data/homes/r1',
    readOnly: ['/data/mirrors/m.git', '/opt/tool'],
    links: [
      ['/usr/local/bin/agent', '../x'],
      ['/home/u/bin/agent', '/opt/tool/agent'],
    ],
    hidden: ['/data', '/usr/src/app/.reeve'],
    masks: [],
    gitDir: '/data/worktrees/r1/.git',
    gatewaySocket: null,
    toolSocket: null,
    loopback: null,
    shareNetwork: false,
    disableUserNamespaces: true,
    env: { KEY: 'v' },
    fds: { passwd: 4, group: 5, hosts: 6, status: 7 },
  };
  const line = (change: Partial<BwrapFacts> = {}): string => bwrapArguments({ ...facts, ...change }).join(' ');

  it('never bind the root of the host', () => {
    expect(line()).not.toMatch(/bind(-try)? \/ /);
  });

  it('hide the data folder where something shown would show it, and only then what of it must be seen', () => {
    expect(line()).toMatch(/--ro-bind-try \/opt\/tool \/opt\/tool .*--tmpfs \/usr\/src\/app\/\.reeve .*--ro-bind-try \/data\/mirrors\/m\.git/);
    expect(line()).not.toContain('--tmpfs /data ');
    expect(line({ readOnly: ['/'] })).toContain('--tmpfs /data ');
  });

  it('make links again only where nothing bound already has them', () => {
    expect(line()).toContain('--symlink /opt/tool/agent /home/u/bin/agent');
    expect(line()).not.toContain('/usr/local/bin/agent');
  });

  it('share the network only when told, and forbid nested namespaces only where that works', () => {
    expect(line()).not.toContain('--share-net');
    expect(line({ shareNetwork: true })).toContain('--share-net');
    expect(line()).toContain('--disable-userns');
    expect(line({ disableUserNamespaces: false })).not.toContain('--disable-userns');
  });

  it('keep .git read-only over the writable worktree', () => {
    expect(line()).toMatch(/--bind \/data\/worktrees\/r1 \/data\/worktrees\/r1 --ro-bind \/data\/worktrees\/r1\/\.git/);
  });
});

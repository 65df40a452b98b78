import { existsSync, realpathSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { ownProgram, spawnGroup, type ProcessGroup } from '#platform/process/index.ts';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { SandboxSpec } from '#ports/sandbox.ts';
import { bwrapArguments, INNER, INNER_UID, innerLoopback, type BwrapFacts } from './bwrap.arguments.ts';
import { readHostRoot, readMasks } from './bwrap.host.ts';
import { sandboxEnvironment, SYSTEM_PATH } from './environment.ts';
import { toolPaths } from './tools.ts';

export interface BwrapStart {
  bwrapPath: string;
  node: string;
  spec: SandboxSpec;
  hidden: readonly string[];
  /** The command found on the host: absolute, or inside the worktree. */
  program: string;
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  disableUserNamespaces: boolean;
}

/** Starts a program in namespaces of its own. Rejects with a sentence when bubblewrap itself cannot be started. */
export async function startInBwrap(start: BwrapStart): Promise<SpawnedProcess> {
  const bridges = bridgeArguments(start.spec);
  const loopback = bridges.length === 0 ? null : ownProgram(import.meta.url, './loopback');
  const { contents, fds } = descriptors(start.spec.home);
  const facts = gatherFacts(start, loopback, fds);
  const inner = [start.program, ...start.args];
  const wrapped = loopback === null ? inner : [start.node, innerLoopback(loopback), ...bridges, '--', ...inner];
  const group = await spawnGroup({
    command: start.bwrapPath,
    // The arguments go through a descriptor: environment values may be secret, and command lines are for all to read.
    args: ['--args', '3', '--', ...wrapped],
    cwd: '/',
    env: {},
    inputs: [
      bwrapArguments(facts)
        .map((arg) => `${arg}\0`)
        .join(''),
      ...contents,
    ],
    report: true,
  });
  return asProcess(group);
}

/** What the loopback program inside connects to the outside; empty when nothing is. */
function bridgeArguments({ gatewaySocket, toolSocket }: SandboxSpec): string[] {
  const model = gatewaySocket === null ? [] : ['--socket', INNER.gatewaySocket];
  const tools = toolSocket === null || toolSocket === undefined ? [] : ['--tools', `${toolSocket.port}:${INNER.toolSocket}`];
  return [...model, ...tools];
}

/** Contents of the few system files made up for the inside, on descriptors after the arguments' 3. */
function descriptors(home: string): { contents: string[]; fds: BwrapFacts['fds'] } {
  const passwd = `root:x:0:0:root:/root:/usr/sbin/nologin\nagent:x:${INNER_UID}:${INNER_UID}:agent:${home}:/bin/sh\nnobody:x:65534:65534:nobody:/:/usr/sbin/nologin\n`;
  const group = `root:x:0:\nagent:x:${INNER_UID}:\nnogroup:x:65534:\n`;
  const hosts = '127.0.0.1 localhost\n::1 localhost\n';
  return { contents: [passwd, group, hosts], fds: { passwd: 4, group: 5, hosts: 6, status: 7 } };
}

function gatherFacts(start: BwrapStart, loopback: string | null, fds: BwrapFacts['fds']): BwrapFacts {
  const { spec } = start;
  const worktree = resolve(spec.worktree);
  const shareNetwork = spec.network !== 'none';
  const program = toolPaths(start.program, start.args, worktree);
  const node = toolPaths(start.node, [], worktree);
  const path = [dirname(start.node), dirname(start.program), ...SYSTEM_PATH];
  const gitDir = join(worktree, '.git');
  return {
    root: readHostRoot(shareNetwork),
    worktree,
    home: resolve(spec.home),
    readOnly: [...new Set([...node.readOnly, ...program.readOnly, ...spec.readOnly])],
    links: [...node.links, ...program.links],
    hidden: start.hidden.filter((folder) => existsSync(folder)).map((folder) => realpathSync(folder)),
    masks: readMasks(worktree, spec.masked),
    gitDir: existsSync(gitDir) ? gitDir : null,
    gatewaySocket: spec.gatewaySocket,
    toolSocket: spec.toolSocket?.path ?? null,
    loopback,
    shareNetwork,
    disableUserNamespaces: start.disableUserNamespaces,
    env: sandboxEnvironment({ home: spec.home, tmp: '/tmp', path, passed: start.env }),
    fds,
  };
}

/**
 * SIGTERM goes to the processes inside, not to bubblewrap and the namespace's first process: those would take the rest
 * with them at once. After the grace both are killed, and the kernel ends the whole namespace with its first process.
 */
function asProcess(group: ProcessGroup): SpawnedProcess {
  let first: number | null = null;
  let told = '';
  group.report?.on('data', (chunk: Buffer) => {
    told += chunk.toString('utf8');
    first ??= readFirstProcess(told);
  });
  const { pid, stdin, stdout, stderr, exited } = group;
  return { pid, stdin, stdout, stderr, exited, kill: (graceMs) => group.kill(graceMs, first === null ? [pid] : [pid, first]) };
}

function readFirstProcess(status: string): number | null {
  const found = /"child-pid":\s*(\d+)/.exec(status);
  return found === null ? null : Number(found[1]);
}

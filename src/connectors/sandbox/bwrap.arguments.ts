import type { HostRoot, Mask } from './bwrap.host.ts';
import { isInside } from './bwrap.host.ts';

/** Everything that decides what a sandbox shows; gathered by the caller, so that this file stays pure. */
export interface BwrapFacts {
  root: HostRoot;
  worktree: string;
  home: string;
  readOnly: readonly string[];
  links: ReadonlyArray<readonly [string, string]>;
  /** Never shown, even below something that is shown (Reeve's data folder). */
  hidden: readonly string[];
  masks: readonly Mask[];
  /** The worktree's `.git` (a file or a folder), when it has one. */
  gitDir: string | null;
  gatewaySocket: string | null;
  /** Socket of Reeve's tools. */
  toolSocket: string | null;
  /** File of our own program that runs inside, shown at `INNER.loopback`. */
  loopback: string | null;
  shareNetwork: boolean;
  disableUserNamespaces: boolean;
  env: Readonly<Record<string, string>>;
  /** Descriptors that carry the contents of /etc/passwd, /etc/group and /etc/hosts, and take the status. */
  fds: { passwd: number; group: number; hosts: number; status: number };
}

/** Where things of our own stand inside. The extension says "module" to Node, for no package.json is visible there. */
export const INNER = {
  gatewaySocket: '/run/reeve/model.sock',
  toolSocket: '/run/reeve/tools.sock',
  loopbackTs: '/run/reeve/loopback.mts',
  loopbackJs: '/run/reeve/loopback.mjs',
} as const;

/** The user inside: an ordinary one, whoever runs Reeve. */
export const INNER_UID = 1000;

/**
 * Arguments of bubblewrap. Invariants: nothing of the host is shown but what is named here (never `/`); only the worktree,
 * HOME and memory-backed folders can be written; no capability, no privilege, no further user namespace; the end of
 * Reeve or of bubblewrap ends everything inside. Later mounts cover earlier ones, so the order is part of the meaning:
 * system, tools, hidden, what lies in hidden folders but must be seen, writable folders, covers over the worktree.
 */
export function bwrapArguments(facts: BwrapFacts): string[] {
  return [
    ...isolation(facts),
    ...system(facts),
    ...tools(facts),
    ...workspace(facts),
    ...gateway(facts),
    '--remount-ro',
    '/',
    '--chdir',
    facts.worktree,
  ];
}

function isolation(facts: BwrapFacts): string[] {
  const args = ['--unshare-all', '--unshare-user', '--uid', String(INNER_UID), '--gid', String(INNER_UID), '--cap-drop', 'ALL'];
  if (facts.disableUserNamespaces) args.push('--disable-userns');
  if (facts.shareNetwork) args.push('--share-net');
  else args.push('--hostname', 'sandbox');
  args.push('--die-with-parent', '--new-session', '--json-status-fd', String(facts.fds.status), '--clearenv');
  for (const [name, value] of Object.entries(facts.env)) args.push('--setenv', name, value);
  return args;
}

function system({ root, fds, shareNetwork }: BwrapFacts): string[] {
  const args: string[] = [];
  for (const folder of root.folders) args.push('--ro-bind', folder, folder);
  for (const [link, target] of root.links) args.push('--symlink', target, link);
  for (const [source, place] of root.files) args.push('--ro-bind', source, place);
  args.push('--ro-bind-data', String(fds.passwd), '/etc/passwd', '--ro-bind-data', String(fds.group), '/etc/group');
  if (!shareNetwork) args.push('--ro-bind-data', String(fds.hosts), '/etc/hosts');
  args.push('--proc', '/proc', '--dev', '/dev', '--tmpfs', '/tmp', '--tmpfs', '/run', '--dir', '/var/tmp');
  return args;
}

function tools(facts: BwrapFacts): string[] {
  const args: string[] = [];
  const shown = [...facts.root.folders];
  const isHidden = (path: string): boolean => facts.hidden.some((folder) => isInside(path, folder));
  const show = (paths: readonly string[]): void => {
    for (const path of paths) {
      args.push('--ro-bind-try', path, path);
      shown.push(path);
    }
  };
  show(facts.readOnly.filter((path) => !isHidden(path)));
  for (const [link, target] of facts.links) {
    if (!shown.some((folder) => isInside(link, folder)) && !facts.root.links.some(([system]) => isInside(link, system)))
      args.push('--symlink', target, link);
  }
  for (const folder of facts.hidden) {
    if (shown.some((visible) => isInside(folder, visible))) args.push('--tmpfs', folder);
  }
  show(facts.readOnly.filter(isHidden));
  return args;
}

function workspace(facts: BwrapFacts): string[] {
  const args = ['--bind', facts.home, facts.home, '--bind', facts.worktree, facts.worktree];
  // A writable .git would let the agent point Reeve's own git at a configuration of its making.
  if (facts.gitDir !== null) args.push('--ro-bind', facts.gitDir, facts.gitDir);
  for (const mask of facts.masks) {
    // Read-only, so that a tool that writes there learns it, instead of writing into the void.
    if (mask.kind === 'folder') args.push('--tmpfs', mask.path, '--remount-ro', mask.path);
    else args.push('--ro-bind', '/dev/null', mask.path);
  }
  return args;
}

function gateway(facts: BwrapFacts): string[] {
  const args: string[] = [];
  if (facts.gatewaySocket !== null) args.push('--bind', facts.gatewaySocket, INNER.gatewaySocket);
  if (facts.toolSocket !== null) args.push('--bind', facts.toolSocket, INNER.toolSocket);
  if (facts.loopback !== null) args.push('--ro-bind', facts.loopback, innerLoopback(facts.loopback));
  return args;
}

export function innerLoopback(file: string): string {
  return file.endsWith('.ts') ? INNER.loopbackTs : INNER.loopbackJs;
}

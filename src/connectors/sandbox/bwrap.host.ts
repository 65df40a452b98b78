import { existsSync, lstatSync, readlinkSync, realpathSync } from 'node:fs';
import { join, relative, sep } from 'node:path';

/** What of the host's own folders a sandbox shows. */
export interface HostRoot {
  /** Read-only at their own place. */
  folders: string[];
  /** [link, target] of a merged /usr: /bin -> usr/bin. */
  links: Array<[string, string]>;
  /** [source, place] of the few files of /etc that programs cannot do without. */
  files: Array<[string, string]>;
}

/** The dynamic loader's and the alternatives' links; neither holds anything of the machine's own. */
const ETC_ALWAYS = ['/etc/ld.so.cache', '/etc/ld.so.conf', '/etc/ld.so.conf.d', '/etc/alternatives', '/etc/localtime'];
/** Names and certificates; /etc/ssl as a whole would show private keys. */
const ETC_NETWORK = [
  '/etc/resolv.conf',
  '/etc/hosts',
  '/etc/nsswitch.conf',
  '/etc/gai.conf',
  '/etc/services',
  '/etc/protocols',
  '/etc/ssl/certs',
  '/etc/ssl/openssl.cnf',
  '/etc/ca-certificates',
  '/etc/pki/tls/certs',
  '/etc/pki/ca-trust/extracted',
];

export function readHostRoot(network: boolean): HostRoot {
  const root: HostRoot = { folders: ['/usr', '/nix/store'].filter((path) => existsSync(path)), links: [], files: [] };
  for (const path of ['/bin', '/sbin', '/lib', '/lib32', '/lib64', '/libx32']) {
    if (!existsSync(path)) continue;
    if (lstatSync(path).isSymbolicLink()) root.links.push([path, readlinkSync(path)]);
    else root.folders.push(path);
  }
  for (const path of [...ETC_ALWAYS, ...(network ? ETC_NETWORK : [])]) {
    // The real file: /etc/resolv.conf is often a link into /run, which the sandbox does not show.
    if (existsSync(path)) root.files.push([realpathSync(path), path]);
  }
  return root;
}

/** How one path of the worktree is hidden. */
export type Mask = { kind: 'folder' | 'file'; path: string };

/**
 * The masks for `masked` paths (relative to the worktree, or absolute in it). What does not exist needs no mask; of a
 * link the thing it points at inside the worktree is hidden, for the link itself cannot be covered.
 */
export function readMasks(worktree: string, masked: readonly string[]): Mask[] {
  const masks: Mask[] = [];
  const realWorktree = realpathSync(worktree);
  for (const name of masked) {
    const path = name.startsWith('/') ? name : join(worktree, name);
    if (!existsSync(path)) continue;
    const real = realpathSync(path);
    if (!isInside(real, realWorktree) || real === realWorktree) continue;
    masks.push({ kind: lstatSync(real).isDirectory() ? 'folder' : 'file', path: join(worktree, relative(realWorktree, real)) });
  }
  return masks;
}

export function isInside(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder.endsWith(sep) ? folder : folder + sep);
}

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { mkdir, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { SandboxSpec } from '#ports/sandbox.ts';
import { explainBwrapFailure, explainMissing, type NamespaceFacts } from './explain.ts';

export type BwrapAbility = { ok: true; disableUserNamespaces: boolean; detail: string } | { ok: false; detail: string };

export interface BwrapTrial {
  bwrapPath: string;
  /** Whether there is such a program at all. */
  installed: boolean;
  run(spec: SandboxSpec, script: string, disableUserNamespaces: boolean): Promise<SpawnedProcess>;
}

/** Writes into its worktree and says how many network interfaces it sees: what a working sandbox must manage. */
const SCRIPT = 'echo works > proof && test ! -e /root && test "$(id -u)" = 1000 && grep -c : /proc/net/dev';
const PATIENCE_MS = 10_000;

/** Runs something small in a sandbox, first with every protection, then without the one that old kernels lack. */
export async function tryBwrap(trial: BwrapTrial): Promise<BwrapAbility> {
  if (!trial.installed) return { ok: false, detail: explainMissing(trial.bwrapPath, process.platform) };
  const full = await attempt(trial, true);
  if (full.ok) return { ok: true, disableUserNamespaces: true, detail: 'bubblewrap works: own namespaces, no network, no further user namespaces.' };
  const reduced = await attempt(trial, false);
  if (reduced.ok)
    return {
      ok: true,
      disableUserNamespaces: false,
      detail: `bubblewrap works, but cannot forbid nested user namespaces here (${full.stderr.trim() || 'no reason given'}).`,
    };
  return { ok: false, detail: explainBwrapFailure(full.stderr, readNamespaceFacts()) };
}

async function attempt(trial: BwrapTrial, disableUserNamespaces: boolean): Promise<{ ok: boolean; stderr: string }> {
  const folder = mkdtempSync(join(tmpdir(), 'reeve-probe-'));
  const spec: SandboxSpec = {
    level: 'bwrap',
    worktree: join(folder, 'worktree'),
    home: join(folder, 'home'),
    readOnly: [],
    masked: [],
    gatewaySocket: null,
    network: 'none',
  };
  let timer: NodeJS.Timeout | undefined;
  try {
    await Promise.all([mkdir(spec.worktree), mkdir(spec.home)]);
    const child = await trial.run(spec, SCRIPT, disableUserNamespaces);
    timer = setTimeout(() => void child.kill(0), PATIENCE_MS);
    const [stdout, stderr, { exitCode }] = await Promise.all([text(child.stdout), text(child.stderr), child.exited]);
    const proof = existsSync(join(spec.worktree, 'proof')) && (await readFile(join(spec.worktree, 'proof'), 'utf8')) === 'works\n';
    return { ok: exitCode === 0 && proof && stdout.trim() === '1', stderr };
  } catch (error) {
    return { ok: false, stderr: error instanceof Error ? error.message : String(error) };
  } finally {
    clearTimeout(timer);
    rmSync(folder, { recursive: true, force: true });
  }
}

function readNamespaceFacts(): NamespaceFacts {
  const number = (path: string): number | null => {
    try {
      return Number(readFileSync(path, 'utf8'));
    } catch {
      return null;
    }
  };
  return {
    maxUserNamespaces: number('/proc/sys/user/max_user_namespaces'),
    unprivilegedClone: number('/proc/sys/kernel/unprivileged_userns_clone'),
    apparmorRestricts: number('/proc/sys/kernel/apparmor_restrict_unprivileged_userns'),
    inContainer: existsSync('/.dockerenv') || existsSync('/run/.containerenv'),
    platform: process.platform,
  };
}

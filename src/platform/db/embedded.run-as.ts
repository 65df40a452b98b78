import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { closeSync, openSync } from 'node:fs';
import os from 'node:os';
import { promisify } from 'node:util';
import { AppError } from '#kernel/errors.ts';
import type { PostgresBinaries } from './embedded.binaries.ts';

const execFileAsync = promisify(execFile);

/** The conventional `nobody`; inside a user namespace it needs no entry in any passwd file of the host. */
export const NOBODY = 65_534;

/**
 * How the server's programs are run. PostgreSQL refuses root, and `initdb` refuses a uid without a passwd entry:
 * - `self`: an ordinary user; nothing to do.
 * - `namespace`: a user namespace maps us to nobody. No file changes hands, no user is needed.
 * - `setuid`: root where user namespaces are forbidden. The server's folders then belong to nobody.
 */
export type RunAs = 'self' | 'namespace' | 'setuid';

const UNSHARE = ['-U', `--map-user=${NOBODY}`, `--map-group=${NOBODY}`] as const;

/** Picks the way for this user on this machine; throws `unavailable` when PostgreSQL cannot be run at all. */
export function chooseRunAs(binaries: PostgresBinaries): RunAs {
  const uid = process.getuid?.() ?? -1;
  if (uid !== 0 && hasPasswdEntry()) return 'self';
  if (spawnSync('unshare', [...UNSHARE, 'true'], { env: binaries.env, stdio: 'ignore' }).status === 0) return 'namespace';
  if (uid === 0) return 'setuid';
  throw new AppError('unavailable', `PostgreSQL cannot run as user id ${uid}, which has no passwd entry, and user namespaces are forbidden here.`, {
    code: 'embedded_user',
    hint: 'Run Reeve as a user with a passwd entry, or set REEVE_DATABASE_URL to a server of your own.',
  });
}

function hasPasswdEntry(): boolean {
  try {
    os.userInfo();
    return true;
  } catch {
    return false;
  }
}

/** Runs one of the server's programs to its end. Rejects with the child's error, which carries `stderr`. */
export async function runAs(
  how: RunAs,
  binaries: PostgresBinaries,
  program: string,
  args: readonly string[],
): Promise<{ stdout: string; stderr: string }> {
  const options = { env: binaries.env, cwd: '/', maxBuffer: 16 * 1024 * 1024, encoding: 'utf8' as const };
  if (how === 'namespace') return execFileAsync('unshare', [...UNSHARE, program, ...args], options);
  if (how === 'setuid') return execFileAsync(program, [...args], { ...options, uid: NOBODY, gid: NOBODY });
  return execFileAsync(program, [...args], options);
}

/** Starts a program that outlives us; what it says goes to the end of `logFile`. */
export function spawnAs(how: RunAs, binaries: PostgresBinaries, program: string, args: readonly string[], logFile: string): ChildProcess {
  const log = openSync(logFile, 'a', 0o600);
  try {
    const options = { env: binaries.env, cwd: '/', detached: true, stdio: ['ignore', log, log] as ['ignore', number, number] };
    // unshare replaces itself by the program, so the pid is the program's own.
    if (how === 'namespace') return spawn('unshare', [...UNSHARE, program, ...args], options);
    if (how === 'setuid') return spawn(program, [...args], { ...options, uid: NOBODY, gid: NOBODY });
    return spawn(program, [...args], options);
  } finally {
    closeSync(log);
  }
}

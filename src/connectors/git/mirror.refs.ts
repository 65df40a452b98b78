import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { AppError } from '#kernel/errors.ts';
import { ageMs } from '#platform/process/index.ts';
import type { CommitId, Mirror } from '#ports/git.ts';
import { withFileLock } from './client.lock.ts';
import { createSession, type Parsed } from './client.session.ts';
import { GitFailure, type GitClient } from './client.ts';

interface Update {
  ref: string;
  from: CommitId;
  to: CommitId;
}

const DONE = Buffer.from('start: ok\nprepare: ok\ncommit: ok\n');

/**
 * Moving refs by one long-lived `git update-ref --stdin`; each move is a transaction of its own. A transaction that fails
 * ends the process: its words say why. `settle` makes durable what the ref is about to name.
 */
export function createRefs(client: GitClient, gitDir: string, settle: () => Promise<void>): Pick<Mirror, 'compareAndSwap'> {
  const session = createSession<Update, null>(client, {
    args: ['update-ref', '--create-reflog', '--stdin'],
    where: { gitDir },
    toBytes: ({ ref, from, to }) => Buffer.from(`start\noption no-deref\nupdate ${ref} ${to} ${from}\nprepare\ncommit\n`, 'utf8'),
    parse: (buffer): Parsed<null> =>
      buffer.subarray(0, DONE.length).equals(DONE)
        ? { kind: 'done', used: DONE.length, answer: null }
        : { kind: 'more', bytes: Math.max(DONE.length, buffer.length + 1) },
  });

  async function remove(ref: string, expected: CommitId): Promise<void> {
    await client.run(['update-ref', '-d', ref, expected], { gitDir });
  }

  async function move(ref: string, expected: CommitId | null, to: CommitId | null): Promise<void> {
    const none = '0'.repeat((expected ?? to ?? '').length || 40);
    if (to === null) await remove(ref, expected ?? none);
    // A name that would be a command or an option of its own is git's to refuse, on a command line.
    else if (!/^refs\/[\x21-\x7e]+$/.test(ref))
      await client.run(['update-ref', '--no-deref', '--create-reflog', ref, to, expected ?? none], { gitDir });
    else await session.ask({ ref, from: expected ?? none, to });
  }

  return {
    async compareAndSwap(ref, expected, to) {
      await settle();
      try {
        await move(ref, expected, to).catch(async (error: unknown) => {
          if (!(await removeDeadLock(client, gitDir, error))) throw error;
          await move(ref, expected, to);
        });
        return true;
      } catch (error) {
        return answerOf(error, ref);
      }
    },
  };
}

const LOCKS_WAIT_MS = 30_000;

/**
 * A git process that was killed while it held a ref's lock leaves the lock file, and git never removes it: the branch could not be
 * moved any more. Locks are held for milliseconds, git has waited `refLockTimeoutMs` for this one, and nobody but Reeve writes to
 * a mirror: one of that age has no holder. True: it is gone, try again.
 */
async function removeDeadLock(client: GitClient, gitDir: string, error: unknown): Promise<boolean> {
  const found = error instanceof GitFailure ? /Unable to create '(.+\.lock)': File exists/.exec(error.stderr)?.[1] : undefined;
  if (found === undefined) return false;
  const file = path.resolve(gitDir, found);
  if (!file.startsWith(`${path.resolve(gitDir)}${path.sep}`)) return false;
  // One remover at a time, each looking at the age: a lock that somebody took since is not removed.
  return withFileLock(path.join(gitDir, 'reeve-dead-locks.lock'), LOCKS_WAIT_MS, async () => {
    const seen = await stat(file).catch(() => null);
    // One from the future was written before the clock was set back: it is old, too.
    if (seen !== null && Math.abs(ageMs(seen)) < client.refLockTimeoutMs) return false;
    await rm(file, { force: true });
    return true;
  });
}

/** git's words for "it is not what you said" are an answer; anything else is a fault of its own. */
function answerOf(error: unknown, ref: string): false {
  if (!(error instanceof GitFailure)) throw error;
  const { stderr } = error;
  if (/ is at [0-9a-f]{40,64} but expected |reference already exists|reference is missing but expected|unable to resolve reference/.test(stderr))
    return false;
  if (/cannot create '|exists; cannot create|there are still refs under/.test(stderr)) {
    throw new AppError('conflict', `The ref ${ref} collides with the name of another ref.`, {
      code: 'ref_name_conflict',
      hint: 'Choose another branch name.',
    });
  }
  throw error;
}

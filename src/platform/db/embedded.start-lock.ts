import { randomBytes } from 'node:crypto';
import { linkSync, mkdirSync, readFileSync, rmdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';

/**
 * Runs `work` while no other process on this machine starts or stops the server of `dataDir`. Without it, two starters
 * that both find a stale pid file could remove each other's fresh one.
 *
 * On Linux the lock is an abstract socket: the kernel frees it with its process, however that dies. Its name is a secret
 * kept in the data folder, so that no other user can hold it. Elsewhere it is a folder that is taken over once older
 * than the longest start.
 */
export async function withStartLock<T>(dataDir: string, waitMs: number, work: () => Promise<T>): Promise<T> {
  const take = process.platform === 'linux' ? () => takeAbstractSocket(lockName(dataDir)) : () => takeFolder(path.join(dataDir, 'start.lock'));
  const deadline = Date.now() + waitMs;
  for (;;) {
    const release = await take();
    if (release !== null) {
      try {
        return await work();
      } finally {
        await release();
      }
    }
    if (Date.now() > deadline) {
      throw new AppError(
        'unavailable',
        `Another process has been starting or stopping the database in ${dataDir} for ${Math.round(waitMs / 1000)} s.`,
        {
          code: 'embedded_busy',
          hint: 'Wait for it, or end it and try again.',
        },
      );
    }
    await delay(20);
  }
}

type Release = () => Promise<void>;

function lockName(dataDir: string): string {
  const file = path.join(dataDir, 'start-lock');
  try {
    return readFileSync(file, 'utf8');
  } catch {
    const fresh = `${file}.${process.pid}.${randomBytes(4).toString('hex')}`;
    writeFileSync(fresh, randomBytes(16).toString('hex'), { mode: 0o600 });
    try {
      // A link appears whole or not at all: nobody reads half a name, and the first one wins.
      linkSync(fresh, file);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    } finally {
      rmSync(fresh, { force: true });
    }
    return readFileSync(file, 'utf8');
  }
}

function takeAbstractSocket(name: string): Promise<Release | null> {
  return new Promise((resolve, reject) => {
    const server = net.createServer((socket) => socket.destroy());
    server.once('error', (error: NodeJS.ErrnoException) => (error.code === 'EADDRINUSE' ? resolve(null) : reject(error)));
    server.listen(`\0reeve-${name}`, () => {
      resolve(
        () =>
          new Promise((closed) => {
            server.close(() => closed());
          }),
      );
    });
  });
}

const ABANDONED_AFTER_MS = 6 * 60_000;

async function takeFolder(folder: string): Promise<Release | null> {
  try {
    mkdirSync(folder);
    return async () => rmdirSync(folder);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    const since = statSync(folder, { throwIfNoEntry: false })?.mtimeMs;
    if (since !== undefined && Date.now() - since > ABANDONED_AFTER_MS) rmSync(folder, { recursive: true, force: true });
    return null;
  }
}

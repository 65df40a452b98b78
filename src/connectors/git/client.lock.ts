import { randomUUID } from 'node:crypto';
import { link, mkdir, open, readFile, rename, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { AppError } from '#kernel/errors.ts';
import { ageMs } from '#platform/process/index.ts';

const POLL_MS = 15;
const TOUCH_EVERY_MS = 5_000;
// A holder on another host (a shared data directory) cannot be asked whether it lives: it touches its lock instead.
const SILENT_AFTER_MS = 30_000;

/**
 * Runs `work` while holding `file` against every other process and caller. A lock whose holder died is taken over. It
 * keeps two writers of one folder from tripping over each other; what must be atomic is so by git's own means.
 */
export async function withFileLock<T>(file: string, timeoutMs: number, work: () => Promise<T>): Promise<T> {
  const mark = `${JSON.stringify({ host: hostname(), pid: process.pid, started: await startOf(process.pid), nonce: randomUUID() })}\n`;
  await mkdir(path.dirname(file), { recursive: true });
  await acquire(file, mark, timeoutMs);
  const touch = setInterval(() => void utimes(file, new Date(), new Date()).catch(() => undefined), TOUCH_EVERY_MS);
  touch.unref();
  try {
    return await work();
  } finally {
    clearInterval(touch);
    if ((await readFile(file, 'utf8').catch(() => '')) === mark) await rm(file, { force: true });
  }
}

async function acquire(file: string, mark: string, timeoutMs: number): Promise<void> {
  for (let waitedMs = 0; ; waitedMs += POLL_MS) {
    if (await create(file, mark)) return;
    if (await takeOver(file)) continue;
    if (waitedMs >= timeoutMs) {
      throw new AppError('unavailable', `Another process has held ${path.basename(file)} for ${Math.round(timeoutMs / 1000)} s.`, {
        code: 'git_locked',
        hint: 'Try again when it has finished.',
      });
    }
    await pause(POLL_MS);
  }
}

/** Written aside and linked into place: a lock file is never seen half written. */
async function create(file: string, mark: string): Promise<boolean> {
  const aside = `${file}.${randomUUID()}`;
  const handle = await open(aside, 'wx', 0o600);
  try {
    await handle.writeFile(mark);
  } finally {
    await handle.close();
  }
  try {
    await link(aside, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  } finally {
    await rm(aside, { force: true });
  }
}

/** Removes the lock of a dead holder; true when the next try may succeed at once. */
async function takeOver(file: string): Promise<boolean> {
  const mark = await readFile(file, 'utf8').catch(() => null);
  if (mark === null) return true;
  if (await isHeld(file, mark)) return false;
  const aside = `${file}.${randomUUID()}`;
  try {
    await rename(file, aside);
  } catch {
    return true;
  }
  // Somebody was faster and this is their fresh lock: give it back.
  if ((await readFile(aside, 'utf8').catch(() => mark)) !== mark) await link(aside, file).catch(() => undefined);
  await rm(aside, { force: true });
  return true;
}

async function isHeld(file: string, mark: string): Promise<boolean> {
  let holder: { host?: unknown; pid?: unknown; started?: unknown };
  try {
    holder = JSON.parse(mark) as typeof holder;
  } catch {
    return false;
  }
  if (holder.host === hostname() && typeof holder.pid === 'number') return (await startOf(holder.pid)) === holder.started && isAlive(holder.pid);
  const seen = await stat(file).catch(() => null);
  return seen !== null && Math.abs(ageMs(seen)) < SILENT_AFTER_MS;
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Start time of a process in clock ticks, which tells a reused pid; null where /proc does not say. */
async function startOf(pid: number): Promise<string | null> {
  const text = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => null);
  return text === null ? null : (text.slice(text.lastIndexOf(')') + 2).split(' ')[19] ?? null);
}

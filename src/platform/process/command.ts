import { randomUUID } from 'node:crypto';
import type { ChildProcess } from 'node:child_process';
import { MARK_VARIABLE } from './group.ts';
import type { CommandResult, CommandSpec } from './model.ts';
import { start } from './spawn.ts';
import { endFamily, endNewcomers, type Family } from './survivors.ts';
import { listPids } from './table.ts';
import { createTail } from './tail.ts';
import { settlesWithin } from './watch.ts';

/** Between SIGTERM and SIGKILL of a command that ran out of time. */
const GRACE_MS = 500;
/** How long an output may stay open after everything we know of is gone. */
const DRAIN_MS = 500;

/**
 * Runs one program to its end: no shell, nothing inherited from our environment, an own process group, a wall clock limit
 * and bounded output. When it returns, no process of it is left, whatever the program did (on systems with /proc also
 * those that left its session). Never rejects: a failed start is `ended: 'spawn_failed'` with a sentence.
 */
export async function runCommand(spec: CommandSpec): Promise<CommandResult> {
  const startedMs = performance.now();
  const stdout = createTail(spec.maxOutputBytes);
  const stderr = createTail(spec.maxOutputBytes);
  const result = (rest: Pick<CommandResult, 'exitCode' | 'signal' | 'ended' | 'error'>): CommandResult => ({
    ...rest,
    stdout: stdout.bytes(),
    stderr: stderr.bytes(),
    droppedBytes: stdout.dropped() + stderr.dropped(),
    durationMs: Math.round(performance.now() - startedMs),
  });
  if (spec.signal?.aborted === true) return result({ exitCode: null, signal: null, ended: 'aborted', error: null });

  const mark = randomUUID();
  const before = new Set(await listPids());
  let child: ChildProcess & { pid: number };
  try {
    child = await start({ ...spec, env: { ...spec.env, [MARK_VARIABLE]: mark }, extraPipes: 0 });
  } catch (error) {
    return result({ exitCode: null, signal: null, ended: 'spawn_failed', error: (error as Error).message });
  }
  child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
  child.stdin?.end(spec.stdin ?? '');
  const closed = new Promise<void>((resolve) => child.once('close', () => resolve()));
  const exit = new Promise<{ exitCode: number | null; signal: string | null }>((resolve) => {
    child.once('exit', (exitCode, signal) => resolve({ exitCode, signal }));
  });
  const family: Family = { leader: child.pid, mark: `${MARK_VARIABLE}=${mark}` };
  const ended = await firstOf(exit, spec);
  if (ended === 'exit') await endNewcomers(family, before, GRACE_MS);
  else await endFamily(family, GRACE_MS);
  const { exitCode, signal } = await exit;
  await drain(child, closed);
  return result({ exitCode, signal, ended, error: null });
}

async function firstOf(exit: Promise<unknown>, spec: CommandSpec): Promise<'exit' | 'timeout' | 'aborted'> {
  let timer: NodeJS.Timeout | undefined;
  let onAbort: (() => void) | undefined;
  const timeout = new Promise<'timeout'>((resolve) => {
    timer = setTimeout(() => resolve('timeout'), Math.min(spec.timeoutMs, 2 ** 31 - 1));
  });
  const aborted = new Promise<'aborted'>((resolve) => {
    onAbort = () => resolve('aborted');
    spec.signal?.addEventListener('abort', onAbort, { once: true });
  });
  try {
    return await Promise.race([exit.then(() => 'exit' as const), timeout, aborted]);
  } finally {
    clearTimeout(timer);
    if (onAbort !== undefined) spec.signal?.removeEventListener('abort', onAbort);
  }
}

/** Waits for the end of both outputs, but not for ever: a process nobody could find might hold them open. */
async function drain(child: ChildProcess, closed: Promise<void>): Promise<void> {
  await settlesWithin(closed, DRAIN_MS);
  child.stdout?.destroy();
  child.stderr?.destroy();
}

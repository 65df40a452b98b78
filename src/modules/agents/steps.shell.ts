import { mkdir } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import { messageOf } from '#kernel/errors.ts';
import type { SpawnedProcess } from '#ports/harness.ts';
import type { SandboxSpec } from '#ports/sandbox.ts';
import { storableText } from './decide.text.ts';
import type { WorkshopDeps } from './steps.context.ts';

/** Where a project's own commands run. */
export interface Bench {
  spec: SandboxSpec;
  env: Readonly<Record<string, string>>;
}

export interface ShellResult {
  ended: 'exit' | 'timeout' | 'aborted' | 'spawn_failed';
  exitCode: number | null;
  durationMs: number;
  /** The end of both streams as they came, redacted. */
  output: string;
}

// Enough for the summary of any test runner; more would only be stored.
const KEPT_BYTES = 64 * 1024;
const GRACE_MS = 500;

/**
 * Runs one command line through `sh -c` in a sandbox to its end, with a time limit. When it returns, no process of it is
 * left. Never rejects: a command that cannot be started is an answer.
 */
export async function runShell(
  deps: Pick<WorkshopDeps, 'sandbox' | 'redact'>,
  bench: Bench,
  run: { command: string; timeoutMs: number; signal: AbortSignal },
): Promise<ShellResult> {
  const startedMs = performance.now();
  const tail = createTail(KEPT_BYTES);
  const answer = (ended: ShellResult['ended'], exitCode: number | null, extra = ''): ShellResult => ({
    ended,
    exitCode,
    durationMs: Math.round(performance.now() - startedMs),
    output: storableText(deps.redact(tail.text() + extra)),
  });
  if (run.signal.aborted) return answer('aborted', null);
  let child: SpawnedProcess;
  try {
    await mkdir(bench.spec.home, { recursive: true });
    child = await deps.sandbox.open(bench.spec)(['sh', '-c', run.command], bench.env);
  } catch (error) {
    return answer('spawn_failed', null, messageOf(error));
  }
  const drained = Promise.all([collect(child.stdout, tail), collect(child.stderr, tail)]);
  child.stdin.end();
  const ended = await firstOf(child, run);
  // Also after a normal exit: a server the command left in the background must not outlive it.
  await child.kill(ended === 'exit' ? 0 : GRACE_MS);
  const { exitCode } = await child.exited;
  await Promise.race([drained, sleep(GRACE_MS, undefined, { ref: false })]);
  if (ended === 'timeout') return answer(ended, null, `\n[stopped after ${Math.round(run.timeoutMs / 1000)} s]`);
  return answer(ended, ended === 'exit' ? exitCode : null);
}

async function firstOf(child: SpawnedProcess, run: { timeoutMs: number; signal: AbortSignal }): Promise<'exit' | 'timeout' | 'aborted'> {
  let settle: (ended: 'timeout' | 'aborted') => void = () => {};
  const stopped = new Promise<'timeout' | 'aborted'>((resolve) => {
    settle = resolve;
  });
  const onAbort = (): void => settle('aborted');
  const timer = setTimeout(() => settle('timeout'), run.timeoutMs);
  run.signal.addEventListener('abort', onAbort, { once: true });
  if (run.signal.aborted) onAbort();
  try {
    return await Promise.race([child.exited.then(() => 'exit' as const), stopped]);
  } finally {
    clearTimeout(timer);
    run.signal.removeEventListener('abort', onAbort);
  }
}

interface Tail {
  push(chunk: Buffer): void;
  text(): string;
}

function createTail(most: number): Tail {
  let chunks: Buffer[] = [];
  let size = 0;
  let cut = false;
  const trim = (): void => {
    if (size <= most) return;
    const all = Buffer.concat(chunks);
    chunks = [all.subarray(all.length - most)];
    size = most;
    cut = true;
  };
  return {
    push(chunk) {
      chunks.push(chunk);
      size += chunk.length;
      if (size > 2 * most) trim();
    },
    text() {
      trim();
      return `${cut ? '[…]\n' : ''}${Buffer.concat(chunks).toString('utf8')}`;
    },
  };
}

function collect(stream: NodeJS.ReadableStream, tail: Tail): Promise<void> {
  return new Promise((resolve) => {
    stream.on('data', (chunk: Buffer | string) => tail.push(typeof chunk === 'string' ? Buffer.from(chunk) : chunk));
    stream.on('end', () => resolve());
    stream.on('close', () => resolve());
    stream.on('error', () => resolve());
  });
}

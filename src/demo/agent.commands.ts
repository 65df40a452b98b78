import { spawn } from 'node:child_process';

export interface CommandOutcome {
  exitCode: number | null;
  /** The end of both outputs. */
  output: string;
}

const MAX_OUTPUT = 20_000;

/** Runs a shell command in the worktree, as a coding agent does; ended with its children when the turn is cancelled. */
export async function runShell(command: string, cwd: string, timeoutMs: number, signal: AbortSignal): Promise<CommandOutcome> {
  const child = spawn('/bin/sh', ['-c', command], { cwd, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
  const stop = AbortSignal.any([signal, AbortSignal.timeout(timeoutMs)]);
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(-child.pid, 'SIGKILL');
    } catch {
      // it has ended by itself
    }
  };
  stop.addEventListener('abort', end, { once: true });
  if (stop.aborted) end();
  let output = '';
  const keep = (chunk: Buffer): void => void (output = (output + chunk.toString('utf8')).slice(-MAX_OUTPUT));
  child.stdout.on('data', keep);
  child.stderr.on('data', keep);
  const outcome = await new Promise<CommandOutcome>((resolve) => {
    child.on('error', (error) => resolve({ exitCode: null, output: `${output}${error.message}` }));
    child.on('close', (exitCode) => resolve({ exitCode, output }));
  });
  stop.removeEventListener('abort', end);
  return outcome;
}

/** Leaves processes behind, in sessions of their own; `nameless` ones also without our environment. */
export function leaveChildren(count: number, seconds: number, nameless: boolean): number[] {
  const pids: number[] = [];
  for (let i = 0; i < count; i += 1) {
    const child = spawn('sleep', [String(seconds)], { detached: true, stdio: 'ignore', ...(nameless ? { env: {} } : {}) });
    child.unref();
    if (child.pid !== undefined) pids.push(child.pid);
  }
  return pids;
}

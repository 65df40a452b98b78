import { spawn, type ChildProcess, type StdioOptions } from 'node:child_process';
import { existsSync, openSync, readdirSync, readFileSync } from 'node:fs';

export interface StartSpec {
  command: string;
  args: readonly string[];
  cwd: string;
  env: Readonly<Record<string, string>>;
  /** Descriptors 3 and up that are pipes. */
  extraPipes: number;
}

/** Starts a program as leader of its own session. Throws an Error whose message is a sentence when it cannot start. */
export async function start(spec: StartSpec): Promise<ChildProcess & { pid: number }> {
  const stdio: Exclude<StdioOptions, string> = Array.from({ length: 3 + spec.extraPipes }, () => 'pipe' as const);
  for (const fd of strayDescriptors()) {
    while (stdio.length < fd) stdio.push('ignore'); // above 2 this means "leave it alone"; holes would be squeezed out
    if (stdio.length === fd) stdio.push(nullDevice());
  }
  return new Promise((resolve, reject) => {
    const fail = (error: unknown): void => reject(new Error(explainSpawnError(error, spec), { cause: error }));
    try {
      const child = spawn(spec.command, spec.args, { cwd: spec.cwd, env: { ...spec.env }, stdio, detached: true });
      // A program that dies while we write to it raises EPIPE here; its exit tells the story, not this.
      for (const stream of child.stdio) stream?.on('error', () => {});
      child.once('error', fail);
      child.once('spawn', () => resolve(child as ChildProcess & { pid: number }));
    } catch (error) {
      fail(error); // a NUL in an argument, an argument list that is too long
    }
  });
}

const CLOSE_ON_EXEC = 0o2000000;
let stray: number[] | null = null;

/**
 * Descriptors we inherited from whoever started us and would hand on (Node's own close on exec): a program in a sandbox
 * must not find an open door in its luggage. They are covered with /dev/null. Looked up once, for none is added later.
 */
function strayDescriptors(): readonly number[] {
  return (stray ??=
    process.platform === 'linux'
      ? readdirSync('/proc/self/fdinfo')
          .map(Number)
          .toSorted((a, b) => a - b)
          .filter(isStray)
      : []);
}

function isStray(fd: number): boolean {
  if (fd <= 2 || fd > 4096) return false;
  try {
    const flags = /^flags:\s*([0-7]+)$/m.exec(readFileSync(`/proc/self/fdinfo/${fd}`, 'utf8'));
    return flags !== null && (Number.parseInt(flags[1] ?? '0', 8) & CLOSE_ON_EXEC) === 0;
  } catch {
    return false; // the descriptor the listing itself used
  }
}

let nullFd: number | null = null;
const nullDevice = (): number => (nullFd ??= openSync('/dev/null', 'r+'));

/** What is wrong and what to do, for a failed start. */
export function explainSpawnError(error: unknown, spec: Pick<StartSpec, 'command' | 'cwd'>): string {
  const code = (error as NodeJS.ErrnoException).code;
  if (code === 'ENOENT' && !existsSync(spec.cwd)) return `The folder ${spec.cwd} does not exist, so ${spec.command} was not started.`;
  if (code === 'ENOENT') return `There is no command ${spec.command}: install it, or give its full path.`;
  if (code === 'EACCES') return `${spec.command} is not executable: allow it with chmod +x, or name another command.`;
  if (code === 'E2BIG') return `The arguments of ${spec.command} are longer than the system allows.`;
  if (code === 'EAGAIN' || code === 'ENOMEM') return `The system refused another process for ${spec.command} (${code}): too many are running.`;
  return `${spec.command} could not be started: ${error instanceof Error ? error.message : String(error)}`;
}

import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '#kernel/errors.ts';
import { GitFailure, startFailure, type GitClient, type GitRun } from './client.ts';

export type Parsed<A> = { kind: 'more'; bytes: number } | { kind: 'done'; used: number; answer: A };

/** A git command that answers one question after the other on its standard input. */
export interface SessionSpec<Q, A> {
  args: readonly string[];
  where: GitRun;
  toBytes(question: Q): Uint8Array;
  /** Default true: whatever was made so far must be readable by the process. */
  needsObjects?: boolean;
  /**
   * Takes the answer from the start of what has arrived, or says how many bytes (at least) must have arrived before another
   * look is worth it. `ordinal` counts the questions this process has answered before.
   */
  parse(buffer: Buffer, question: Q, ordinal: number): Parsed<A>;
}

/** Questions to a process that stays: starting one costs some milliseconds, and stops everything else in ours meanwhile. */
export interface Session<Q, A> {
  /** Rejects with GitFailure when the process ends before it answered; the next question starts another. */
  ask(question: Q): Promise<A>;
}

interface Waiting<Q, A> {
  question: Q;
  resolve(answer: A): void;
  reject(error: Error): void;
}

interface Running<Q, A> {
  child: ChildProcessWithoutNullStreams;
  waiting: Array<Waiting<Q, A>>;
  chunks: Buffer[];
  size: number;
  needed: number;
  answered: number;
  stderr: string;
}

const IDLE_MS = 2_000;
const MOST_STDERR = 16_384;

export function createSession<Q, A>(client: GitClient, spec: SessionSpec<Q, A>): Session<Q, A> {
  let running: Running<Q, A> | null = null;
  let idle: NodeJS.Timeout | undefined;

  function open(): Running<Q, A> {
    const { command, args, env } = client.prepare(spec.args, spec.where);
    const child = spawn(command, args, { cwd: spec.where.cwd ?? '/', env, stdio: ['pipe', 'pipe', 'pipe'] });
    const opened: Running<Q, A> = { child, waiting: [], chunks: [], size: 0, needed: 1, answered: 0, stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => {
      receive(spec, opened, chunk);
      if (opened.waiting.length === 0) rest(opened);
    });
    child.stderr.on('data', (chunk: Buffer) => {
      opened.stderr = (opened.stderr + chunk.toString('utf8')).slice(-MOST_STDERR);
    });
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => fail(opened, startFailure(command, error)));
    child.on('close', (code) => fail(opened, new GitFailure(spec.args[0] ?? '', code, opened.stderr)));
    return opened;
  }

  function fail(ended: Running<Q, A>, error: Error): void {
    if (running === ended) running = null;
    const [first, ...others] = ended.waiting.splice(0);
    first?.reject(error);
    // The process died of the first question; the others were never looked at.
    for (const waiting of others) void ask(waiting.question).then(waiting.resolve, waiting.reject);
  }

  function rest(open: Running<Q, A>): void {
    hold(open.child, false);
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (open.waiting.length > 0) return;
      if (running === open) running = null;
      open.child.stdin.end();
    }, IDLE_MS);
    idle.unref();
  }

  function ask(question: Q): Promise<A> {
    running ??= open();
    const current = running;
    hold(current.child, true);
    return new Promise((resolve, reject) => {
      current.waiting.push({ question, resolve, reject });
      current.child.stdin.write(spec.toBytes(question));
    });
  }

  return {
    async ask(question) {
      if (spec.needsObjects !== false) await client.ready?.();
      return ask(question);
    },
  };
}

/** Takes what arrived and answers everybody whose answer is complete. */
function receive<Q, A>(spec: SessionSpec<Q, A>, open: Running<Q, A>, chunk: Buffer): void {
  open.chunks.push(chunk);
  open.size += chunk.length;
  if (open.size < open.needed) return;
  let buffer = Buffer.concat(open.chunks, open.size);
  try {
    for (let first = open.waiting[0]; first !== undefined; first = open.waiting[0]) {
      const parsed = spec.parse(buffer, first.question, open.answered);
      if (parsed.kind === 'more') {
        open.needed = parsed.bytes;
        break;
      }
      open.waiting.shift();
      open.needed = 1;
      open.answered += 1;
      buffer = buffer.subarray(parsed.used);
      first.resolve(parsed.answer);
    }
  } catch (error) {
    // An answer nobody understands: what follows it cannot be told apart either.
    open.waiting
      .shift()
      ?.reject(new AppError('internal', `git ${spec.args[0] ?? ''} gave an answer that cannot be read.`, { code: 'git_failed', cause: error }));
    open.child.kill('SIGKILL');
  }
  open.chunks = [buffer];
  open.size = buffer.length;
}

/** Whether the process and its pipes keep our event loop alive: only while an answer is awaited. */
function hold(child: ChildProcessWithoutNullStreams, keep: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr] as unknown as Array<{ ref?(): void; unref?(): void }>) {
    if (keep) part.ref?.();
    else part.unref?.();
  }
}

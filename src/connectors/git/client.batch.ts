import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { AppError } from '#kernel/errors.ts';
import { startFailure, type GitClient } from './client.ts';

export interface ObjectRead {
  id: string;
  type: 'blob' | 'tree' | 'commit' | 'tag';
  data: Buffer;
}

/** One long-lived `git cat-file --batch`: about a hundred times faster than a process per object. */
export interface ObjectReader {
  /** Reads an object by id or `treeish:path`; null when there is none. */
  read(name: string | Buffer): Promise<ObjectRead | null>;
}

interface Waiting {
  name: Buffer;
  resolve(read: ObjectRead | null): void;
  reject(error: Error): void;
}

interface Session {
  child: ChildProcessWithoutNullStreams;
  waiting: Waiting[];
  chunks: Buffer[];
  size: number;
  /** Bytes that must have arrived before parsing is worth another try. */
  needed: number;
}

// The process is ended when idle, and never keeps ours alive: nobody has to close a mirror.
const IDLE_MS = 2_000;

export function createObjectReader(client: GitClient, gitDir: string): ObjectReader {
  let session: Session | null = null;
  let idle: NodeJS.Timeout | undefined;

  function open(): Session {
    const { command, args, env } = client.prepare(['cat-file', '--batch', '-z'], { gitDir });
    const child = spawn(command, args, { cwd: '/', env, stdio: ['pipe', 'pipe', 'pipe'] });
    const opened: Session = { child, waiting: [], chunks: [], size: 0, needed: 1 };
    child.stdout.on('data', (chunk: Buffer) => {
      receive(opened, chunk);
      if (opened.waiting.length === 0) rest(opened);
    });
    child.stderr.resume();
    child.stdin.on('error', () => undefined);
    child.on('error', (error) => fail(opened, startFailure(command, error)));
    child.on('close', () => fail(opened, new AppError('unavailable', 'git cat-file ended before it answered.', { code: 'git_failed' })));
    return opened;
  }

  function fail(ended: Session, error: Error): void {
    if (session === ended) session = null;
    for (const waiting of ended.waiting.splice(0)) waiting.reject(error);
  }

  function rest(open: Session): void {
    hold(open, false);
    clearTimeout(idle);
    idle = setTimeout(() => {
      if (open.waiting.length > 0) return;
      if (session === open) session = null;
      open.child.stdin.end();
    }, IDLE_MS);
    idle.unref();
  }

  return {
    read(name) {
      const bytes = typeof name === 'string' ? Buffer.from(name, 'utf8') : name;
      session ??= open();
      const current = session;
      hold(current, true);
      return new Promise((resolve, reject) => {
        current.waiting.push({ name: bytes, resolve, reject });
        current.child.stdin.write(Buffer.concat([bytes, Buffer.from([0])]));
      });
    },
  };
}

/** Takes what arrived and answers everybody whose object is complete. */
function receive(open: Session, chunk: Buffer): void {
  open.chunks.push(chunk);
  open.size += chunk.length;
  if (open.size < open.needed) return;
  let buffer = Buffer.concat(open.chunks, open.size);
  for (let first = open.waiting[0]; first !== undefined; first = open.waiting[0]) {
    const parsed = parseAnswer(buffer, first.name);
    if (parsed.kind === 'more') {
      open.needed = parsed.bytes;
      break;
    }
    open.waiting.shift();
    open.needed = 1;
    buffer = buffer.subarray(parsed.used);
    first.resolve(parsed.read);
  }
  open.chunks = [buffer];
  open.size = buffer.length;
}

/** Whether the process and its pipes keep our event loop alive: only while an answer is awaited. */
function hold({ child }: Session, keep: boolean): void {
  for (const part of [child, child.stdin, child.stdout, child.stderr] as unknown as Array<{ ref?(): void; unref?(): void }>) {
    if (keep) part.ref?.();
    else part.unref?.();
  }
}

type Parsed = { kind: 'more'; bytes: number } | { kind: 'done'; used: number; read: ObjectRead | null };

/** `<id> <type> <size>\n<bytes>\n`, or `<name as asked> missing\n` (the name may itself hold line feeds). */
function parseAnswer(buffer: Buffer, name: Buffer): Parsed {
  for (const word of [' missing\n', ' ambiguous\n']) {
    const absent = Buffer.concat([name, Buffer.from(word)]);
    if (buffer.subarray(0, absent.length).equals(absent)) return { kind: 'done', used: absent.length, read: null };
  }
  const end = buffer.indexOf(10);
  const head = end < 0 ? null : /^([0-9a-f]{40,64}) (blob|tree|commit|tag) (\d+)$/.exec(buffer.toString('latin1', 0, end));
  if (head === null) return { kind: 'more', bytes: buffer.length + 1 };
  const size = Number(head[3]);
  const used = end + 1 + size + 1;
  if (buffer.length < used) return { kind: 'more', bytes: used };
  // Copied: a slice would keep the whole received chunk alive.
  const data = Buffer.from(buffer.subarray(end + 1, end + 1 + size));
  return { kind: 'done', used, read: { id: head[1] ?? '', type: head[2] as ObjectRead['type'], data } };
}

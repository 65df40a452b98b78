import type { AnyMessage, Stream } from '@agentclientprotocol/sdk';
import { createLineSplitter } from '#platform/process/index.ts';
import type { SpawnedProcess } from '#ports/harness.ts';

export interface WireEvents {
  /** Bytes of either output came. */
  bytes(count: number): void;
  /** Params of a `session/update`, in order. */
  update(params: unknown): void;
  /** A line that is no message of the protocol. */
  noise(stream: 'stdout' | 'stderr', line: string): void;
}

export interface Wire {
  stream: Stream;
  /** The last words of standard error. */
  stderrTail(): string;
  /** Ends the connection from our side, as if the agent had closed its output. */
  end(): void;
}

/** Longer lines are no messages; the SDK's own limit is 32 MiB. */
const MAX_LINE_LENGTH = 16 * 1024 * 1024;
const TAIL_LENGTH = 600;

/**
 * Stands between a process and the SDK. Updates are taken off here, because the SDK hands notifications over
 * asynchronously and answers synchronously, so that an answer could overtake them; and because it would refuse (and print) shapes of
 * newer agents. Only requests, and answers to what we asked, go on to the SDK; the rest is noise, which agents do print.
 */
export function openWire(process: SpawnedProcess, events: WireEvents): Wire {
  const asked = new Set<unknown>();
  let tail = '';
  let open = true;
  let controller: ReadableStreamDefaultController<AnyMessage> | null = null;
  const end = (): void => {
    if (open) controller?.close();
    open = false;
  };
  const onMessage = (message: Record<string, unknown>, line: string): void => {
    if (!open) return;
    if (message['method'] === 'session/update' && !('id' in message)) events.update(message['params']);
    else if (typeof message['method'] === 'string' && 'id' in message) controller?.enqueue({ ...message, jsonrpc: '2.0' } as AnyMessage);
    else if (typeof message['method'] === 'string') events.noise('stdout', line);
    else if (asked.delete(message['id'])) controller?.enqueue({ ...message, jsonrpc: '2.0' } as AnyMessage);
    else events.noise('stdout', line);
  };
  const stdout = createLineSplitter((line) => {
    const message = parseObject(line);
    if (message === null) events.noise('stdout', line);
    else onMessage(message, line);
  }, MAX_LINE_LENGTH);
  const stderr = createLineSplitter((line) => {
    tail = `${tail}\n${line}`.slice(-TAIL_LENGTH);
    events.noise('stderr', line);
  }, MAX_LINE_LENGTH);
  const readable = new ReadableStream<AnyMessage>({ start: (own) => void (controller = own), cancel: () => void (open = false) });
  listen(process.stdout, stdout, events, end);
  listen(process.stderr, stderr, events, () => {});
  return { stream: { readable, writable: writableOf(process, asked) }, stderrTail: () => tail, end };
}

function listen(from: NodeJS.ReadableStream, lines: ReturnType<typeof createLineSplitter>, events: WireEvents, onEnd: () => void): void {
  from.on('data', (chunk: Buffer) => {
    events.bytes(chunk.length);
    lines.push(chunk);
  });
  from.on('error', () => {});
  from.once('close', () => {
    lines.end();
    onEnd();
  });
}

function writableOf(process: SpawnedProcess, asked: Set<unknown>): WritableStream<AnyMessage> {
  return new WritableStream<AnyMessage>({
    write(message) {
      if ('method' in message && 'id' in message) asked.add(message.id);
      return new Promise((resolve) => {
        // A dead process makes the write fail; its exit, which we watch, says so better.
        process.stdin.write(`${JSON.stringify(message)}\n`, () => resolve());
      });
    },
  });
}

function parseObject(line: string): Record<string, unknown> | null {
  if (!line.trimStart().startsWith('{')) return null;
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch {
    return null;
  }
}

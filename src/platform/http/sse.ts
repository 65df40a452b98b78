import { once } from 'node:events';
import { PassThrough, type Readable } from 'node:stream';

/** One server-sent event; `data` is sent as JSON unless it is text. */
export interface SseMessage {
  /** The browser sends the last one back as `Last-Event-ID` when it reconnects. */
  id?: string;
  event?: string;
  data: unknown;
}

/** `signal` aborts when the reader leaves or the server stops: end the iteration then. */
export type SseSource = AsyncIterable<SseMessage> | ((signal: AbortSignal) => AsyncIterable<SseMessage>);

/** What a handler answers to stream events (`text/event-stream`). */
export class SseReply {
  readonly source: SseSource;
  readonly heartbeatMs: number;
  constructor(source: SseSource, heartbeatMs: number) {
    this.source = source;
    this.heartbeatMs = heartbeatMs;
  }
}

/** Streams messages; a comment every `heartbeatMs` (default 15 s) keeps proxies from closing an idle connection. */
export function sse(source: SseSource, options: { heartbeatMs?: number } = {}): SseReply {
  return new SseReply(source, options.heartbeatMs ?? 15_000);
}

export function formatSse(message: SseMessage): string {
  const data = typeof message.data === 'string' ? message.data : JSON.stringify(message.data);
  const lines = data.split(/\r\n|\r|\n/).map((line) => `data: ${line}`);
  const oneLine = (text: string): string => text.replaceAll(/[\r\n]/g, ' ');
  if (message.event !== undefined) lines.unshift(`event: ${oneLine(message.event)}`);
  if (message.id !== undefined) lines.unshift(`id: ${oneLine(message.id)}`);
  return `${lines.join('\n')}\n\n`;
}

export interface SseLife {
  /** Aborts when the server stops. */
  closing: AbortSignal;
  /** Whether the reader is still who they were, with the same limits; a stream ends when not, or when that cannot be told. */
  unchanged(): Promise<boolean>;
  onError(error: unknown): void;
}

/** A revoked token hears nothing for longer than this. */
const ASK_AGAIN_MS = 1000;

/** Runs a reply as a byte stream until its source ends, the reader leaves or is no longer let in, or the server stops. */
export function openSse(reply: SseReply, { closing, unchanged, onError }: SseLife): Readable {
  const out = new PassThrough();
  const stop = new AbortController();
  const leave = (): void => stop.abort();
  closing.addEventListener('abort', leave, { once: true });
  const mayGoOn = createDoorkeeper(unchanged);
  const heartbeat = setInterval(() => {
    if (!out.writableNeedDrain) out.write(': still here\n\n');
    void mayGoOn().then((may) => (may ? undefined : leave()));
  }, reply.heartbeatMs);
  out.once('close', leave);
  // Sent at once, so that the reader knows the stream stands before the first event.
  out.write(': connected\n\n');
  void pump(reply.source, out, { signal: stop.signal, mayGoOn })
    .catch((error: unknown) => {
      onError(error);
      if (!out.destroyed) out.write(formatSse({ event: 'error', data: { detail: 'The stream broke; connect again.' } }));
    })
    .finally(() => {
      clearInterval(heartbeat);
      closing.removeEventListener('abort', leave);
      if (!out.destroyed) out.end();
    });
  return out;
}

/** Asks at most once in `ASK_AGAIN_MS`, however much is sent. */
function createDoorkeeper(unchanged: SseLife['unchanged']): () => Promise<boolean> {
  let answer = Promise.resolve(true);
  let askedMs = performance.now();
  return () => {
    if (performance.now() - askedMs < ASK_AGAIN_MS) return answer;
    askedMs = performance.now();
    answer = unchanged().catch(() => false);
    return answer;
  };
}

async function pump(source: SseSource, out: PassThrough, { signal, mayGoOn }: { signal: AbortSignal; mayGoOn(): Promise<boolean> }): Promise<void> {
  const iterator = (typeof source === 'function' ? source(signal) : source)[Symbol.asyncIterator]();
  const stopped = signal.aborted ? Promise.resolve() : once(signal, 'abort');
  const ended = stopped.then(() => ({ done: true as const, value: undefined }));
  while (!signal.aborted) {
    const step = await Promise.race([iterator.next(), ended]);
    if (step.done === true || signal.aborted || !(await mayGoOn())) break;
    if (!out.write(formatSse(step.value))) await Promise.race([once(out, 'drain'), ended]);
  }
  // Not awaited: a generator that sleeps inside `await` answers only when it wakes.
  void Promise.resolve(iterator.return?.()).catch(() => {});
}

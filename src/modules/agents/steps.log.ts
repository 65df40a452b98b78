import { EventEmitter } from 'node:events';
import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#platform/db/index.ts';
import type { BlobStore } from '#ports/blob-store.ts';
import { linesOf, logLine, type LogEntry } from './decide.log.ts';
import { createEntryStreams, type TextStream } from './decide.redaction.ts';
import { insertSegment, lastLine, segmentsFrom } from './store.log.ts';
import type { Held } from './store.ts';

/** The log of one execution of a run. Lines appear to readers within a fifth of a second. */
export interface RunLog {
  /** Never blocks and never throws; what went wrong is thrown by `close`. */
  write(entry: LogEntry): void;
  /** Waits until what was written so far can be read: at the borders of states, so that a crash there loses no line. */
  flush(): Promise<void>;
  /** The last flush; throws what went wrong on the way. */
  close(): Promise<void>;
}

export interface LogDeps {
  db: Db;
  blobs: BlobStore;
  clock: Clock;
  redact(text: string): string;
  /** The same for text that comes in pieces; without it each piece is redacted by itself. */
  redactStream?(): TextStream;
  bell: LogBell;
  /** Bytes of one execution after which its agent is no longer listened to; default 128 MiB. */
  mostBytes?: number;
}

/** Tells readers in this process at once that a run has new lines or a new state; others look now and then. */
export interface LogBell {
  ring(runId: string): void;
  /** Resolves at the next ring, or after `timeoutMs`. */
  wait(runId: string, timeoutMs: number): Promise<void>;
}

export function createLogBell(): LogBell {
  const emitter = new EventEmitter();
  emitter.setMaxListeners(0);
  return {
    ring: (runId) => void emitter.emit(runId),
    wait: (runId, timeoutMs) =>
      new Promise((resolve) => {
        const done = (): void => {
          clearTimeout(timer);
          emitter.off(runId, done);
          resolve();
        };
        const timer = setTimeout(done, timeoutMs);
        emitter.on(runId, done);
      }),
  };
}

const FLUSH_MS = 150;
const FLUSH_BYTES = 64 * 1024;
/** Of one execution. What an agent says beyond it is not kept; what happens to its run is. */
const MOST_LOG_BYTES = 128 * 1024 * 1024;

interface WaitingLine {
  line: number;
  at: Date;
  text: string;
}

/**
 * Opens the log of an execution. Each execution has a blob of its own, so that a writer who lost the run can never mix
 * its bytes into the new one's; line numbers go on over all executions.
 */
export async function openRunLog(deps: LogDeps, held: Held): Promise<RunLog> {
  const sink = await openSink(deps, held);
  let nextLine = (await lastLine(deps.db, held.runId)) + 1;
  let waiting: WaitingLine[] = [];
  let waitingBytes = 0;
  let keptBytes = sink.bytes;
  let isFull = keptBytes > (deps.mostBytes ?? MOST_LOG_BYTES);
  let timer: NodeJS.Timeout | null = null;
  let writing: Promise<void> = Promise.resolve();
  let trouble: Error | null = null;
  const streams = deps.redactStream === undefined ? null : createEntryStreams(deps.redactStream);

  async function flush(): Promise<void> {
    const batch = waiting;
    waiting = [];
    waitingBytes = 0;
    if (batch.length > 0 && trouble === null) await sink.write(batch);
  }

  function schedule(): void {
    if (timer !== null) clearTimeout(timer);
    timer = null;
    writing = writing.then(flush).catch((error: unknown) => {
      trouble ??= error instanceof Error ? error : new Error(String(error));
    });
  }

  return {
    write(entry) {
      for (const shown of streams?.take(entry) ?? [entry]) writeLine(shown);
    },
    async flush() {
      for (const rest of streams?.end() ?? []) writeLine(rest);
      schedule();
      await writing;
    },
    async close() {
      for (const rest of streams?.end() ?? []) writeLine(rest);
      schedule();
      await writing;
      if (trouble !== null) throw trouble;
    },
  };

  function writeLine(entry: LogEntry): void {
    if (isFull && entry.kind === 'agent') return;
    const head = { line: nextLine, at: deps.clock.now(), execution: held.execution };
    const text = logLine(head, entry, deps.redact);
    nextLine += 1;
    waiting.push({ line: head.line, at: head.at, text });
    waitingBytes += text.length;
    keptBytes += text.length;
    if (!isFull && keptBytes > (deps.mostBytes ?? MOST_LOG_BYTES)) {
      isFull = true;
      writeLine({ kind: 'note', text: 'The log of this run is full: what its agent says from here on is not kept.' });
    }
    if (waitingBytes >= FLUSH_BYTES) schedule();
    else timer ??= setTimeout(schedule, FLUSH_MS);
  }
}

interface Sink {
  /** What the execution had written before. */
  bytes: number;
  write(batch: readonly WaitingLine[]): Promise<void>;
}

/** Writes batches: bytes first, then the row that shows them. A crash in between leaves bytes nobody reads, never a row without bytes. */
async function openSink(deps: LogDeps, held: Held): Promise<Sink> {
  const blobKey = `runs/${held.runId}/log-${held.execution}.jsonl`;
  let offset = (await deps.blobs.size(blobKey)) ?? 0;
  const write = async (batch: readonly WaitingLine[]): Promise<void> => {
    const [first] = batch;
    const last = batch.at(-1);
    if (first === undefined || last === undefined) return;
    const bytes = Buffer.from(batch.map((line) => line.text).join(''), 'utf8');
    await deps.blobs.append(blobKey, bytes);
    await insertSegment(deps.db, {
      runId: held.runId,
      execution: held.execution,
      firstLine: first.line,
      lineCount: batch.length,
      blobKey,
      byteOffset: offset,
      byteLength: bytes.length,
      firstAt: first.at,
      lastAt: last.at,
    });
    offset += bytes.length;
    deps.bell.ring(held.runId);
  };
  return { bytes: offset, write };
}

const SEGMENTS_AT_ONCE = 50;

/** The stored lines from `fromLine` on, in order; ends where the log ends now. */
export async function* readLines(
  deps: Pick<LogDeps, 'db' | 'blobs'>,
  runId: string,
  fromLine: number,
): AsyncGenerator<{ line: number; text: string }> {
  let next = Math.max(1, fromLine);
  for (;;) {
    const segments = await segmentsFrom(deps.db, runId, next, SEGMENTS_AT_ONCE);
    for (const segment of segments) {
      const bytes = await deps.blobs.read(segment.blobKey, segment.byteOffset, segment.byteLength);
      // A log whose bytes are gone (retention) still has its index; the reader goes on behind the hole.
      if (bytes !== null) yield* linesOf(segment, bytes.toString('utf8'), next);
      next = segment.firstLine + segment.lineCount;
    }
    if (segments.length < SEGMENTS_AT_ONCE) return;
  }
}

import type { LogEntry } from './decide.log.ts';

/** Text in, text out, some of it later: `platform/redaction`'s stream by its shape. */
export interface TextStream {
  push(piece: string): string;
  end(): string;
}

/**
 * Entries of an agent's log in which text comes in pieces (what it says, thinks and prints). A secret cut over two pieces is in neither, so
 * the pieces of one kind run through one stream: the end of a piece that may begin a secret comes with the next one, or by itself
 * before anything else is written, so that the order of a log stays what it was.
 */
export function createEntryStreams(open: () => TextStream): { take(entry: LogEntry): LogEntry[]; end(): LogEntry[] } {
  let current: { key: string; stream: TextStream; last: LogEntry } | null = null;
  const end = (): LogEntry[] => {
    const held = current;
    current = null;
    const rest = held?.stream.end() ?? '';
    return held === null || rest === '' ? [] : [withText(held.last, rest)];
  };
  return {
    end,
    take(entry) {
      const key = keyOf(entry);
      if (key === null) return [...end(), entry];
      const before = current?.key === key ? [] : end();
      current = { key, stream: current?.stream ?? open(), last: entry };
      const ready = current.stream.push(textOf(entry));
      return ready === '' ? before : [...before, withText(entry, ready)];
    },
  };
}

const PIECES = new Set(['text', 'thought', 'output']);

/** What belongs together: the same sort of text from the same source; null for entries that stand alone. */
function keyOf(entry: LogEntry): string | null {
  const event = eventOf(entry);
  if (event === null || typeof event['kind'] !== 'string' || !PIECES.has(event['kind']) || typeof event['text'] !== 'string') return null;
  return typeof event['stream'] === 'string' ? `${event['kind']}:${event['stream']}` : event['kind'];
}

function eventOf(entry: LogEntry): { [key: string]: unknown } | null {
  const { event } = entry;
  return entry.kind === 'agent' && typeof event === 'object' && event !== null && !Array.isArray(event) ? event : null;
}

function textOf(entry: LogEntry): string {
  const text = eventOf(entry)?.['text'];
  return typeof text === 'string' ? text : '';
}

const withText = (entry: LogEntry, text: string): LogEntry => ({ ...entry, event: { ...eventOf(entry), text } }) as LogEntry;

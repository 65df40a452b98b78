import type { JsonObject } from '#kernel/json.ts';
import { mapStrings } from './decide.text.ts';
import type { LogSegment } from './model.ts';
import { LogLine } from './model.log.ts';

/** What a line says; the writer adds `line`, `at` and `execution` in front. */
export type LogEntry = { kind: 'state' | 'agent' | 'setup' | 'check' | 'note' | 'outcome' | 'question' | 'progress' | 'usage' } & JsonObject;

// One event may carry a whole file; a log is for reading.
const MOST_CHARS = 32_768;

/** One JSONL line with its newline. Long strings are cut, and say so; `redact` sees every string before it is written. */
export function logLine(head: { line: number; at: Date; execution: number }, entry: LogEntry, redact: (text: string) => string): string {
  const shown = mapStrings(entry, (text) => clip(redact(text)));
  return `${JSON.stringify({ line: head.line, at: head.at.toISOString(), execution: head.execution, ...shown })}\n`;
}

function clip(text: string): string {
  return text.length <= MOST_CHARS ? text : `${text.slice(0, MOST_CHARS)}… [${text.length - MOST_CHARS} more characters]`;
}

/** Which bytes of a segment hold the lines from `fromLine` on, given the segment's whole text. */
export function linesOf(segment: Pick<LogSegment, 'firstLine'>, text: string, fromLine: number): Array<{ line: number; text: string }> {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line, index) => ({ line: segment.firstLine + index, text: line }))
    .filter((entry) => entry.line >= fromLine);
}

/** A stored line as it is documented; what has another shape (written by an older version) is told as a note, so that no line is lost. */
export function parseLogLine(line: number, text: string): LogLine {
  const stored = jsonOf(text);
  const parsed = LogLine.safeParse(stored);
  if (parsed.success) return parsed.data;
  const { at, execution } = typeof stored === 'object' && stored !== null ? (stored as { at?: unknown; execution?: unknown }) : {};
  const when = typeof at === 'string' && !Number.isNaN(Date.parse(at)) ? new Date(at) : new Date(0);
  return { line, at: when.toISOString(), execution: typeof execution === 'number' ? execution : 1, kind: 'note', text: clip(text) };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return null;
  }
}

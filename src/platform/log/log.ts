import { trace } from '@opentelemetry/api';
import { pino, type Logger } from 'pino';
import type { Redactor } from '#platform/redaction/index.ts';
import { shortLine } from './cut.ts';
import { withoutPersonalLine } from './personal.ts';
import { formatPretty } from './pretty.ts';

/** Structured log. Pass fields first, then one sentence. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export interface LogOptions {
  /** `debug`, `info`, `warn`, `error` or `silent`. */
  level: string;
  /** `json` for machines, `pretty` for a terminal; `auto` asks whether the destination is one. */
  format: 'json' | 'pretty' | 'auto';
  destination: NodeJS.WritableStream;
  /** Every line passes it on its way out; without it nothing is hidden. */
  redactor?: Pick<Redactor, 'redact'>;
}

/**
 * A log whose lines carry an ISO time and, inside a span, `trace_id` and `span_id`, and no personal data, whoever wrote it into them
 * (`withoutPersonalLine`). A very long line is cut, and says so (`shortLine`). Writing never throws into the caller.
 */
export function createLog(options: LogOptions): Log {
  const { destination, redactor } = options;
  const terminal = (destination as { isTTY?: boolean }).isTTY === true;
  const pretty = options.format === 'pretty' || (options.format === 'auto' && terminal);
  const sink = {
    write(line: string): void {
      const clean = withoutPersonalLine(shortLine(redactor ? redactor.redact(line) : line));
      destination.write(pretty ? formatPretty(clean, terminal) : clean);
    },
  };
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime, mixin: activeSpan }, sink);
}

function activeSpan(): object {
  const span = trace.getActiveSpan()?.spanContext();
  return span ? { trace_id: span.traceId, span_id: span.spanId } : {};
}

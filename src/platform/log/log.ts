import { pino, type Logger } from 'pino';

/** Structured log. Pass fields first, then one sentence. */
export type Log = Pick<Logger, 'debug' | 'info' | 'warn' | 'error' | 'child'>;

export interface LogOptions {
  level: string;
  /** `json` for machines, `pretty` for a terminal. */
  format: 'json' | 'pretty';
  destination: NodeJS.WritableStream;
}

/** Replaced by the platform owner with redaction by value and the readable form. */
export function createLog(options: LogOptions): Log {
  return pino({ level: options.level, base: null, timestamp: pino.stdTimeFunctions.isoTime }, options.destination as never);
}

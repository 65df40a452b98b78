import type { Log } from '#platform/log/index.ts';

/** The logger shape the workflow library takes. */
export interface EngineLog {
  debug(entry: unknown): void;
  info(entry: unknown): void;
  warn(entry: unknown): void;
  error(entry: unknown, metadata?: { stack?: string }): void;
}

/** Said of each workflow that we hand back on purpose, and at each version change. */
const EXPECTED = /no longer owned by this execution|outcome was not recorded|Shutting down while \d+ workflows|is not the latest version/;

/**
 * The library's own chatter, in our log. Its `info` is about itself (addresses, versions, counts), hence `debug` here. Its
 * `error` on a failed workflow is a `warn`: the failure is recorded and somebody awaits it.
 */
export function engineLog(log: Log): EngineLog {
  const own = log.child({ part: 'workflow' });
  return {
    debug: (entry) => own.debug(String(entry)),
    info: (entry) => own.debug(String(entry)),
    warn: (entry) => (EXPECTED.test(String(entry)) ? own.debug(String(entry)) : own.warn(String(entry))),
    error: (entry, metadata) => own.warn({ stack: metadata?.stack }, String(entry)),
  };
}

import { Writable } from 'node:stream';
import { createLog, type Log } from '#platform/log/index.ts';

/** A log that keeps nothing. */
export const silentLog: Log = createLog({
  level: 'error',
  format: 'json',
  destination: new Writable({ write: (_chunk, _encoding, done) => done() }),
});

/** A log whose lines can be looked at. */
export function createMemoryLog(): { log: Log; lines: () => Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const destination = new Writable({
    write(chunk: Buffer, _encoding, done) {
      for (const line of chunk.toString('utf8').split('\n')) if (line !== '') lines.push(JSON.parse(line) as Record<string, unknown>);
      done();
    },
  });
  return { log: createLog({ level: 'debug', format: 'json', destination }), lines: () => [...lines] };
}

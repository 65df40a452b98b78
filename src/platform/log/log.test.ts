import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createRedactor } from '#platform/redaction/index.ts';
import { createLog } from './index.ts';

const CANARY = 'cAnary/9+x"Q z&7<k>!Tm0PpLw4Rr\\e';

function memory(format: 'json' | 'pretty' | 'auto', secrets: string[] = []) {
  const out = new PassThrough();
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  const log = createLog({ level: 'debug', format, destination: out, redactor });
  return { log, text: () => String(out.read() ?? '') };
}

describe('the log', () => {
  test('a line is JSON with an ISO time, its fields and its sentence, and holds no secret wherever it was put', () => {
    const { log, text } = memory('json', [CANARY]);
    log
      .child({ deep: { token: CANARY } })
      .info({ url: `https://x/${encodeURIComponent(CANARY)}`, err: new Error(`failed with ${CANARY}`) }, `said ${CANARY}`);
    const line = text();
    expect(line).not.toContain('cAnary');
    const entry = JSON.parse(line) as Record<string, unknown>;
    expect(entry).toMatchObject({ level: 30, msg: 'said [redacted]', deep: { token: '[redacted]' } });
    expect(new Date(String(entry.time)).toISOString()).toBe(entry.time);
  });

  test('on a terminal a line reads time, level, sentence, fields; the stack of an error follows', () => {
    const { log, text } = memory('pretty', [CANARY]);
    log.warn({ run_id: 'run_1', note: 'two words', err: new Error(CANARY) }, 'it broke');
    const shown = text();
    expect(shown).toMatch(/^\d\d:\d\d:\d\d\.\d{3} WARN {2}it broke {2}run_id=run_1 note="two words"\n {4}Error: \[redacted\]\n {4,}at /);
    expect(shown).not.toContain('cAnary');
  });

  test('auto is JSON where nobody watches', () => {
    const { log, text } = memory('auto');
    log.info('hello');
    expect(JSON.parse(text())).toMatchObject({ msg: 'hello' });
  });

  test('what is below the level is not written', () => {
    const out = new PassThrough();
    createLog({ level: 'warn', format: 'json', destination: out }).info('quiet');
    expect(out.read()).toBeNull();
  });
});

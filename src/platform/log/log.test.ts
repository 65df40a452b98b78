import { PassThrough } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { createLog, createRedactor } from './index.ts';

const CANARY = 'cAnary/9+x"Q z&7<k>!Tm0PpLw4Rr\\e';

function memory(format: 'json' | 'pretty' | 'auto', secrets: string[] = []) {
  const out = new PassThrough();
  const redactor = createRedactor();
  for (const secret of secrets) redactor.register(secret);
  const log = createLog({ level: 'debug', format, destination: out, redactor });
  return { log, text: () => String(out.read() ?? '') };
}

describe('redaction by value', () => {
  const redactor = createRedactor();
  redactor.register(CANARY);
  const bytes = Buffer.from(CANARY);

  const json = JSON.stringify(CANARY).slice(1, -1);
  const form = new URLSearchParams({ t: CANARY }).toString().slice(2);
  const url = encodeURIComponent(CANARY);
  const html = CANARY.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');

  test.each([
    ['raw', CANARY, CANARY],
    ['JSON', json, `{"a":"${json}"}`],
    ['JSON in JSON', JSON.stringify(json).slice(1, -1), JSON.stringify(`{"a":"${json}"}`)],
    ['URL', url, `https://x/?t=${url}`],
    ['form', form, `t=${form}&u=1`],
    ['hex', bytes.toString('hex'), bytes.toString('hex')],
    ['HEX', bytes.toString('hex').toUpperCase(), bytes.toString('hex').toUpperCase()],
    ['base64', bytes.toString('base64'), bytes.toString('base64')],
    ['base64url', bytes.toString('base64url'), bytes.toString('base64url')],
    ['base64 after one byte', Buffer.from(`:${CANARY}`).toString('base64'), Buffer.from(`:${CANARY}`).toString('base64')],
    ['basic authorisation', Buffer.from(`me:${CANARY}\n`).toString('base64'), Buffer.from(`me:${CANARY}\n`).toString('base64')],
    ['base64 after two bytes', Buffer.from(`u:${CANARY}`).toString('base64'), Buffer.from(`u:${CANARY}`).toString('base64')],
    ['HTML', html, html],
    ['cut to its first half', CANARY.slice(0, 16), CANARY.slice(0, 16)],
    ['cut to its last half', CANARY.slice(-16), CANARY.slice(-16)],
  ])('a secret is hidden as %s', (_name, spelled, text) => {
    const clean = redactor.redact(`before ${text} after`);
    expect(clean).toMatch(/^before .*\[redacted\].* after$/s);
    for (let at = 0; at + 12 <= spelled.length; at += 1) expect(clean).not.toContain(spelled.slice(at, at + 12));
  });

  test('text without a secret is left as it is', () => {
    expect(redactor.redact('an ordinary line, nothing to hide: cAnar')).toBe('an ordinary line, nothing to hide: cAnar');
  });

  test('each line of a key is hidden, its frame is not a secret', () => {
    const key = `-----BEGIN PRIVATE KEY-----\n${'Ab1'.repeat(20)}\n${'Cd2'.repeat(20)}\n-----END PRIVATE KEY-----`;
    const keys = createRedactor();
    keys.register(key);
    expect(keys.redact(`line ${'Cd2'.repeat(20)}`)).toBe('line [redacted]');
    expect(keys.redact('-----BEGIN PRIVATE KEY-----')).toBe('-----BEGIN PRIVATE KEY-----');
    expect(keys.redact(JSON.stringify(key))).toBe('"[redacted]"');
  });

  test('the label that all keys of a kind share is not hidden by itself', () => {
    const keys = createRedactor();
    keys.register('sk-ant-api03-ABCDEFGHIJKLMNOPQRSTUVWXYZ');
    expect(keys.redact('keys begin with sk-ant-api03-')).toBe('keys begin with sk-ant-api03-');
    expect(keys.redact('cut: sk-ant-api03-ABCDEFGHIJKLMN')).toBe('cut: sk-ant-api03-[redacted]MN');
  });

  test('short values would blank out words and are ignored; the longest of overlapping secrets wins', () => {
    const many = createRedactor();
    for (const secret of ['abc', 'password1', 'password1-and-more']) many.register(secret);
    expect(many.redact('abc password1-and-more')).toBe('abc [redacted]');
  });

  test('ten thousand secrets are all hidden', () => {
    const many = createRedactor();
    const secrets = Array.from({ length: 10_000 }, (_, n) => `tok-${(n * 7919).toString(36)}-${n.toString(16).padStart(8, 'f')}`);
    for (const secret of secrets) many.register(secret);
    const clean = many.redact(secrets.map((secret) => `say ${secret}.`).join('\n'));
    expect(new Set(clean.split('\n'))).toEqual(new Set(['say [redacted].']));
  });
});

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

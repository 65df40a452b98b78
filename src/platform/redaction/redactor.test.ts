import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createRedactor, GRACE_MS, redactValue } from './index.ts';

const CANARY = 'cAnary/9+x"Q z&7<k>!Tm0PpLw4Rr\\e';

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

  test('short values are hidden where they stand alone, plain words and numbers never; the longest of overlapping secrets wins', () => {
    const many = createRedactor();
    for (const secret of ['abc', 'admin', '12345', 'k3y9', 'password1', 'password1-and-more']) many.register(secret);
    expect(many.redact('abc admin 12345 k3y9 k3y99 _k3y9 "k3y9" password1-and-more')).toBe(
      'abc admin 12345 [redacted] k3y99 _k3y9 "[redacted]" [redacted]',
    );
    expect(['abc', 'admin', '12345', 'k3y9', 'password1'].map((secret) => many.hides(secret))).toEqual([false, false, false, true, true]);
  });

  test('ten thousand secrets are all hidden', () => {
    const many = createRedactor();
    const secrets = Array.from({ length: 10_000 }, (_, n) => `tok-${(n * 7919).toString(36)}-${n.toString(16).padStart(8, 'f')}`);
    for (const secret of secrets) many.register(secret);
    const clean = many.redact(secrets.map((secret) => `say ${secret}.`).join('\n'));
    expect(new Set(clean.split('\n'))).toEqual(new Set(['say [redacted].']));
  });

  test.each(['hex', 'base64', 'base64url'] as const)('the first and the last part of a secret are hidden in %s', (encoding) => {
    const secret = 'Zq7Lm2Xw9Rt4Kb8Nv3Hc6Jd1';
    const cut = createRedactor();
    cut.register(secret);
    for (const part of [secret.slice(0, 12), secret.slice(-12)]) {
      const spelled = Buffer.from(part).toString(encoding);
      expect(cut.redact(`a ${spelled} b`)).toBe('a [redacted] b');
    }
  });

  test('a secret cut over pieces is found, wherever the cuts are', () => {
    const secret = 'Zq7Lm2Xw9Rt4Kb8Nv3Hc6Jd1';
    const streamed = createRedactor();
    for (const known of [secret, 'k3y9', 'abcabcab12', 'abcab-other-34']) streamed.register(known);
    const word = fc.constantFrom(
      secret,
      encodeURIComponent(secret),
      Buffer.from(secret).toString('hex'),
      'k3y9',
      'abcabcab12',
      'abcab',
      'Zq7',
      'plain',
      ' ',
      '\n',
      '9',
    );
    fc.assert(
      fc.property(fc.array(word, { maxLength: 20 }), fc.array(fc.nat(40), { maxLength: 30 }), (words, cuts) => {
        const text = words.join('');
        const stream = streamed.stream();
        let out = '';
        let at = 0;
        for (const length of cuts) {
          out += stream.push(text.slice(at, at + length));
          at += length;
        }
        out += stream.push(text.slice(at)) + stream.end();
        expect(out).toBe(streamed.redact(text));
      }),
      { numRuns: 1000 },
    );
  });

  test('a stream holds back only what may be the beginning of a secret', () => {
    const streamed = createRedactor();
    streamed.register('Zq7Lm2Xw9Rt4Kb8Nv3Hc6Jd1');
    const stream = streamed.stream();
    expect([stream.push('done. '), stream.push('next: Zq7Lm2'), stream.push('?'), stream.end()]).toEqual(['done. ', 'next: ', 'Zq7Lm2?', '']);
  });

  test('every string of a value is redacted, names of members included', () => {
    const known = createRedactor();
    known.register('s3cret-value');
    expect(redactValue({ a: ['s3cret-value', 1, null], 's3cret-value': { b: true } }, known.redact)).toEqual({
      a: ['[redacted]', 1, null],
      '[redacted]': { b: true },
    });
  });
});

describe('secrets that end', () => {
  const HOUR = 3_600_000;
  const token = (nr: number): string => createHash('sha256').update(`token ${nr}`).digest('base64url').slice(0, 32);

  test('one that expired is hidden for a day longer, in every spelling, and then forgotten when the next one comes', () => {
    let at = 1_000_000;
    const redactor = createRedactor({ now: () => at });
    redactor.register(token(1), at + HOUR);
    const shown = `${token(1)} ${Buffer.from(token(1)).toString('hex')}`;
    at += HOUR + GRACE_MS - 1;
    redactor.register(token(2), at + HOUR);
    expect(redactor.redact(shown)).toBe('[redacted] [redacted]');
    at += HOUR;
    redactor.register(token(3), at + HOUR);
    expect(redactor.redact(shown)).toBe(shown);
    // What is left is hidden as before.
    expect(redactor.redact(`${token(2)} ${token(3)}`)).toBe('[redacted] [redacted]');
  });

  test('what has no end is never forgotten, and of two ends the later counts', () => {
    let at = 0;
    const redactor = createRedactor({ now: () => at });
    redactor.register(token(1));
    redactor.register(token(1), HOUR);
    redactor.register(token(2), 100 * GRACE_MS);
    redactor.register(token(2), HOUR);
    redactor.register('pin4711', HOUR);
    redactor.register('pin4712');
    at = 50 * GRACE_MS;
    redactor.register(token(3), at);
    expect(redactor.redact(`${token(1)} ${token(2)} pin4711 pin4712`)).toBe('[redacted] [redacted] pin4711 [redacted]');
  });

  test('a stream that is open goes on hiding what is left, whatever is forgotten meanwhile', () => {
    let at = 0;
    const redactor = createRedactor({ now: () => at });
    redactor.register(token(1), HOUR);
    redactor.register(token(2));
    const stream = redactor.stream();
    const begun = stream.push(`a ${token(2).slice(0, 9)}`);
    at = 3 * GRACE_MS;
    redactor.register(token(3), at);
    expect(begun + stream.push(`${token(2).slice(9)} ${token(3)} ${token(1)}`) + stream.end()).toBe(`a [redacted] [redacted] ${token(1)}`);
  });

  test('a server that gives a token an hour for two months keeps those of the last days alone', () => {
    let at = 0;
    const redactor = createRedactor({ now: () => at });
    for (let nr = 0; nr < 60 * 24; nr += 1, at += HOUR) redactor.register(token(nr), at + HOUR);
    const hidden = Array.from({ length: 60 * 24 }, (_, nr) => nr).filter((nr) => redactor.redact(token(nr)) !== token(nr));
    expect(hidden.length).toBeLessThan(30);
    expect(hidden.at(-1)).toBe(60 * 24 - 1);
    expect(hidden[0]).toBeGreaterThan(60 * 24 - 30);
  });
});

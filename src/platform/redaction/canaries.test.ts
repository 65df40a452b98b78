import { PassThrough } from 'node:stream';
import { expect, test } from 'vitest';
import { createLog } from '#platform/log/index.ts';
import { toProblem } from '#platform/http/problem.ts';
import { AppError } from '#kernel/errors.ts';
import { withoutPersonalData } from '#kernel/sanitize.personal.ts';
import { LONG } from '../../../test/kit/long.ts';
import { createRedactor, redactValue } from './index.ts';

const COUNT = LONG ? 10_000 : 500;
const LETTERS = 'ABCDEFGHJKLMNPQRSTUVWXYZabcdefghjkmnpqrstuvwxyz23456789';

/** The same each time, and unlike each other from the first characters on. */
function canaryOf(n: number): string {
  let state = (n + 1) * 2654435761;
  return Array.from({ length: 32 }, () => {
    state = (Math.imul(state ^ (state >>> 15), 2246822519) + 3266489917) >>> 0;
    return LETTERS.charAt(state % LETTERS.length);
  }).join('');
}

const canaries = Array.from({ length: COUNT }, (_, n) => canaryOf(n));
const spellings = (canary: string): string[] => [
  canary,
  Buffer.from(canary).toString('base64'),
  Buffer.from(`x:${canary}`).toString('base64url'),
  Buffer.from(canary).toString('hex'),
  encodeURIComponent(`/${canary}`),
  canary.slice(0, 12),
  canary.slice(-12),
];
const redactor = createRedactor();
for (const canary of canaries) redactor.register(canary);
const PERSONAL = ['dora@example.org', 'DE89370400440532013000', '4111 1111 1111 1111', '+49 30 90182000', '86095742719', '536-90-4399'];

/** How many canaries any twelve characters of which are left, and how many pieces of personal data. */
function left(text: string): number {
  const parts = new Set<string>();
  for (let at = 0; at + 12 <= text.length; at += 1) parts.add(text.slice(at, at + 12));
  const seen = canaries.filter((canary) =>
    spellings(canary).some((spelled) =>
      Array.from({ length: Math.max(1, spelled.length - 15) }, (_, at) => spelled.slice(at + 2, at + 14)).some(
        (part) => part.length === 12 && parts.has(part),
      ),
    ),
  );
  return seen.length;
}

test(`${COUNT} canaries in every spelling leave nothing in logs, problem documents, values and streams`, () => {
  const out = new PassThrough({ highWaterMark: 1 << 30 });
  const log = createLog({ level: 'debug', format: 'json', destination: out, redactor });
  const stream = redactor.stream();
  const texts: string[] = [];
  canaries.forEach((canary, n) => {
    const spelled = spellings(canary)[n % 7] ?? canary;
    log.warn({ deep: { [canary]: [spelled] }, err: new Error(`failed with ${spelled}`) }, `said ${spelled}`);
    texts.push(
      redactor.redact(JSON.stringify(toProblem(new AppError('invalid', `bad ${spelled}`, { hint: canary, detail: { given: spelled } }), 'req_1'))),
    );
    texts.push(JSON.stringify(redactValue({ payload: spelled, list: [canary] }, redactor.redact)));
    const cut = n % spelled.length;
    texts.push(stream.push(`>${spelled.slice(0, cut)}`), stream.push(spelled.slice(cut)));
  });
  texts.push(stream.end(), String(out.read()));
  expect(left(texts.join(''))).toBe(0);
});

test(`${COUNT} lines of personal data leave none`, () => {
  const lines = canaries.map((canary, n) => `${canary} ${PERSONAL[n % PERSONAL.length] ?? ''} end`);
  const clean = withoutPersonalData(lines.join('\n'), { mode: 'standard' });
  for (const value of PERSONAL) expect(clean).not.toContain(value);
  expect(clean.split('\n')).toHaveLength(COUNT);
});

import { randomBytes } from 'node:crypto';
import { sanitizeText } from '#kernel/sanitize.ts';
import { createRedactor } from '#platform/redaction/index.ts';
import { findSecrets } from '#platform/secrets/index.ts';
import type { Result } from './samples.ts';

const MEGABYTE = 1024 * 1024;
const RUNS = 5;
const LINE =
  '{"level":30,"time":"2026-11-21T10:53:38.000Z","run_id":"run_01ARZ3NDEKTSV4RRFFQ69G5FAV","msg":"the check `npm test` ended with 0 after 1234 ms"}\n';

/** Text that leaves: redaction by value with few and with many secrets, the sanitizer, and the rules that look for secrets by form. */
export async function benchRedaction(): Promise<Result[]> {
  const text = LINE.repeat(Math.ceil((4 * MEGABYTE) / LINE.length)).slice(0, 4 * MEGABYTE);
  const results: Result[] = [];
  for (const secrets of [10, 1000, 10_000]) {
    const redactor = createRedactor();
    for (let n = 0; n < secrets; n += 1) redactor.register(randomBytes(24).toString('base64url'));
    results.push({ name: `redaction: 4 MB of log, ${secrets} secrets`, unit: 'MB/s', samples: await rate(4, () => redactor.redact(text)) });
  }
  const comment = `## What\n\n${'- fix `cart` in [src/cart.ts](src/cart.ts), thanks @dora\n'.repeat(1000)}`.slice(0, 65_536);
  results.push({
    name: 'sanitizer: a comment of 64 KB',
    unit: 'MB/s',
    samples: await rate(comment.length / MEGABYTE, () => sanitizeText(comment, 'markdown')),
  });
  results.push({ name: 'secret rules: a change of 4 MB', unit: 'MB/s', samples: await rate(4, () => findSecrets(text)) });
  return results;
}

async function rate(megabytes: number, work: () => unknown): Promise<number[]> {
  await work();
  const samples: number[] = [];
  for (let run = 0; run < RUNS; run += 1) {
    const start = performance.now();
    await work();
    samples.push(megabytes / ((performance.now() - start) / 1000));
  }
  return samples;
}

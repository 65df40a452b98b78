import { readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { LONG } from '../kit/long.ts';
import { install, type Installation } from './installation.ts';
import type { ServerProcess } from './server.ts';
import { expectSound } from './soundness.ts';

const MINUTE_MS = 60_000;
const SAMPLES = LONG ? [1, 3, 12, 2, 11, 9, 10] : [1, 2];
const RESTARTS = LONG ? 12 : 3;

let installation: Installation;
beforeAll(async () => {
  installation = await install();
}, 2 * MINUTE_MS);
afterAll(() => installation?.close(), MINUTE_MS);

const postmaster = (): number => Number(readFileSync(path.join(installation.dataDir, 'pg', 'postmaster.pid'), 'utf8').split('\n')[0]);

/** Every connection is cut, nothing is written out first: what a power cut of the database's machine is to everybody else. */
async function restartDatabase(): Promise<void> {
  const before = postmaster();
  process.kill(before, 'SIGQUIT');
  await expect
    .poll(
      async () => {
        await installation.query('select 1');
        return postmaster();
      },
      { timeout: MINUTE_MS },
    )
    .not.toBe(before);
}

/** Again until it works: a request may meet the database's death. */
async function insist<T>(work: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await work();
    } catch {
      await delay(100);
    }
  }
}

test('a database that is restarted every few seconds costs time and nothing else', { timeout: 15 * MINUTE_MS }, async () => {
  const server: ServerProcess = await installation.startSafely();
  for (const sample of SAMPLES) await insist(() => installation.open(server, sample));
  const over = new AbortController();
  const deciding = (async () => {
    while (!over.signal.aborted) await insist(() => installation.drive(server, async () => over.signal.aborted));
  })();
  for (let restarts = 0; restarts < RESTARTS; restarts += 1) {
    await delay(5000 + Math.random() * 3000);
    await restartDatabase();
  }
  over.abort();
  await deciding;
  expect(await installation.drive(server, installation.finished)).toBe(true);
  expect(server.ending()).toBeNull();
  expect(await createApiClient(server).get('/v1/ledger/verify')).toMatchObject({ verified: true });
  await expectSound(installation, server).catch((error: unknown) => {
    // Why a story could not go on is known to the log alone.
    const why = readFileSync(path.join(installation.dataDir, 'servers.log'), 'utf8').split('\n');
    throw new Error(why.filter((line) => /UnexpectedStep|cannot go on/.test(line)).join('\n'), { cause: error });
  });
  await server.end('SIGTERM');
});

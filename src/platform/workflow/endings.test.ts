import { expect, test } from 'vitest';
import type { Db } from '#platform/db/index.ts';
import { createEar, createEndings } from './endings.ts';

const LONG_MS = 3_600_000;

test('what is said while nobody waits is heard by the next wait, once', async () => {
  const ear = createEar();
  ear.hear();
  expect(await ear.within(LONG_MS)).toBe(true);
  expect(await ear.within(1)).toBe(false);
});

test('what is said during a wait ends it', async () => {
  const ear = createEar();
  const waiting = ear.within(LONG_MS);
  ear.hear();
  expect(await waiting).toBe(true);
});

test('nobody asks on for a waiter who is gone', async () => {
  let looks = 0;
  const db = { all: async () => ((looks += 1), []) } as unknown as Db;
  const patience = { timeoutMs: LONG_MS, isGone: () => looks === 2 };
  expect(await createEndings(db).wait('long:1', patience)).toBe(false);
  expect(looks).toBe(2);
});

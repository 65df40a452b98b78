import { expect, test } from 'vitest';
import { decideHealth } from './decide.health.ts';
import type { CallMemory, KnownConnection } from './model.health.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 0, 1, 0, minute));
const known = (change: Partial<KnownConnection> = {}): KnownConnection => ({
  id: 'github',
  kind: 'forge',
  name: 'GitHub',
  configured: true,
  where: null,
  problem: null,
  advice: null,
  ...change,
});
const memory = (ok: number | null, failed: number | null): CallMemory => ({
  connection: 'github',
  lastOkAt: ok === null ? null : at(ok),
  lastFailedAt: failed === null ? null : at(failed),
  lastFailedCall: failed === null ? null : 'GET /x',
  lastFailure: failed === null ? null : 'It is down.',
});

test.each([
  ['that is not configured is off, whatever was seen of it before', known({ configured: false }), memory(5, null), 'off'],
  ['nobody has used is unproven, and never said to work', known(), null, 'unproven'],
  ['whose last call went well works', known(), memory(5, 3), 'works'],
  ['whose last call failed fails', known(), memory(3, 5), 'fails'],
  ['that only ever failed fails', known(), memory(null, 5), 'fails'],
  ['whose settings are wrong fails, although calls went well', known({ problem: 'The key cannot be read.' }), memory(5, null), 'fails'],
  ['whose owner knows of a later success works', known({ okAt: at(9) }), memory(3, 5), 'works'],
  ['whose owner knows of a later failure fails', known({ failure: { at: at(9), call: 'send', detail: 'no' } }), memory(8, null), 'fails'],
] as const)('a connection %s', (_name, connection, calls, state) => {
  expect(decideHealth(connection, calls).state).toBe(state);
});

test('the newest failure is shown, also after a success', () => {
  const older = { at: at(1), call: 'send', detail: 'older' };
  expect(decideHealth(known({ failure: older }), memory(9, 5))).toMatchObject({
    state: 'works',
    lastFailure: { at: at(5), call: 'GET /x', detail: 'It is down.' },
  });
  expect(decideHealth(known({ failure: { ...older, at: at(7) } }), memory(null, 5)).lastFailure?.detail).toBe('older');
});

test('only what is configured can be checked', () => {
  const check = async (): Promise<string> => 'fine';
  expect(decideHealth(known({ check }), null).canCheck).toBe(true);
  expect(decideHealth(known({ check, configured: false }), null).canCheck).toBe(false);
  expect(decideHealth(known(), null).canCheck).toBe(false);
});

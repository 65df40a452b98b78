import { expect, test } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createForgeLimits } from './steps.operations.ts';

test('what a forge said of its limit is told until the limit is whole again, and what it says after that', async () => {
  const clock = createManualClock(new Date('2026-11-21T10:00:00Z'));
  const metrics = createMetrics({ processMetrics: false });
  const tell = createForgeLimits({ metrics, clock }, 'github');
  const shown = async (): Promise<string[]> => {
    const { text } = await metrics.render();
    const lines = text.split('\n').filter((line) => line.startsWith('reeve_forge_rate_limit'));
    return lines.map((line) => line.replace(/^reeve_forge_rate_limit(\w*)\{.*resource="(\w+)".*\} /, '$2$1 '));
  };
  const limit = { credential: 'token', limit: 5000, remaining: 12 };
  tell({ ...limit, resource: 'core', resetsAt: new Date('2026-11-21T10:20:00Z') });
  tell({ ...limit, resource: 'graphql', resetsAt: new Date('2026-11-21T10:40:00Z') });
  clock.advance(19 * 60_000);
  expect(await shown()).toEqual(['core 5000', 'graphql 5000', 'core_remaining 12', 'graphql_remaining 12']);
  clock.advance(60_000);
  expect(await shown()).toEqual(['graphql 5000', 'graphql_remaining 12']);
  tell({ ...limit, resource: 'core', remaining: 4999, resetsAt: new Date('2026-11-21T11:20:00Z') });
  expect(await shown()).toEqual(['graphql 5000', 'core 5000', 'graphql_remaining 12', 'core_remaining 4999']);
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { sql } from '#platform/db/index.ts';
import { openAgents, shellAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { silentLog } from '../../../test/kit/log.ts';
import type { LogEntry } from './decide.log.ts';
import { createUsageMeter } from './steps.usage.ts';

let world: World;
let runId: string;
beforeAll(async () => {
  world = await createWorld();
  const { agents } = await openAgents(world, world.db, { agents: { coder: shellAgent('true') }, brief: world.brief() });
  runId = (await agents.ensureRun(world.request())).id;
});
afterAll(() => world.close());

const stored = () =>
  world.db.one(sql<{ inputTokens: number; costMicros: number }>`select input_tokens, cost_micros from agent_runs where id = ${runId}`);
const used = (inputTokens: number, costMicros: number) => ({ inputTokens, outputTokens: 0, costMicros });

test('what a run uses is known while it works, once in all, and a later execution is added', async () => {
  const clock = createManualClock(new Date('2026-01-01T00:00:00Z'));
  const told: LogEntry[] = [];
  const log = { write: (entry: LogEntry) => void told.push(entry), flush: async () => {}, close: async () => {} };
  const meter = createUsageMeter({ db: world.db, clock, log: silentLog }, runId, log);
  meter.note({ ...used(100, 5), requests: 1, estimated: 0 });
  meter.note({ ...used(150, 7), requests: 2, estimated: 0 });
  await expect.poll(stored).toEqual({ inputTokens: 100, costMicros: 5 });
  clock.advance(3000);
  meter.note({ ...used(200, 9), requests: 3, estimated: 0 });
  await meter.settle(used(260, 12));
  expect(await stored()).toEqual({ inputTokens: 260, costMicros: 12 });
  expect(told).toEqual([100, 200].map((input_tokens, at) => ({ kind: 'usage', input_tokens, output_tokens: 0, cost_micros: [5, 9][at] })));

  const second = createUsageMeter({ db: world.db, clock, log: silentLog }, runId, log);
  second.noteOwn(used(40, 0));
  await second.settle(used(40, 0));
  expect(await stored()).toEqual({ inputTokens: 300, costMicros: 12 });
  expect(told).toHaveLength(2);
});

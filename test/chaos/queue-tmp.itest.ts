import { afterAll, beforeAll, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createSingleFault, createFaultPlan, type Fault } from './queue-faults.ts';
import { findFaults } from './queue-soundness.ts';
import { openGround, openWorld, type Ground } from './queue-world.ts';
let ground: Ground;
beforeAll(async () => { ground = await openGround(); });
afterAll(() => ground.close());
test('stall at cas', { timeout: 200000 }, async () => {
  const plan = createSingleFault('stall', 'compareAndSwap', 2);
  const world = await openWorld(ground, { seed: 'tmp-stall', plan });
  const t = performance.now();
  await world.live().catch((e) => process.stderr.write(String(e)));
  process.stderr.write(`took ${performance.now() - t} struck ${plan.struck}\n`);
  process.stderr.write(JSON.stringify(await findFaults(world, ground.database.db, true)));
  await world.close();
});
test('events', { timeout: 200000 }, async () => {
  for (const at of [0,1,2]) {
  const plan = createFaultPlan(`tmp-${at}`, 60, 0.25);
  const world = await openWorld(ground, { seed: `tmp-${at}`, plan, combined: at === 2 ? 'after' : 'before' });
  const t = performance.now();
  await world.live().catch((e) => process.stderr.write(String(e)));
  process.stderr.write(`took ${performance.now() - t} struck ${plan.struck.length}\n`);
  await world.close();
  process.stderr.write(JSON.stringify(await ground.database.db.all(sql`select event, count(*)::int as n from change_request_journal group by event order by 1`))+'\n');
  }
});

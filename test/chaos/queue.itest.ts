import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFaultPlan, type Fault, type FaultPlan } from './queue-faults.ts';
import { findFaults } from './queue-soundness.ts';
import { openGround, openWorld, type Ground } from './queue-world.ts';

const LONG = process.env['REEVE_TEST_LONG'] === '1';
/** Another number tries other worlds; a failure names the seed of its world. */
const SEED = process.env['REEVE_CHAOS_SEED'] ?? '1';
const FAULTS_IN_ALL = LONG ? 10_000 : 300;
const FAULTS_PER_WORLD = 60;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

async function survive(seed: string, plan: FaultPlan, combined: 'before' | 'after', thorough: boolean): Promise<string[]> {
  const world = await openWorld(ground, { seed, plan, combined });
  try {
    await world.live();
    return await findFaults(world, ground.database.db, thorough);
  } catch (error) {
    return [`seed ${seed}: ${String(error)}`];
  } finally {
    await world.close();
  }
}

describe('whatever strikes the merge queue', () => {
  test(
    `after ${FAULTS_IN_ALL} faults nothing is lost, nothing landed twice, and the journal replays to the branch`,
    { timeout: 3_600_000 },
    async () => {
      let struck = 0;
      const failures: string[] = [];
      const kinds = new Map<Fault, number>();
      for (let at = 0; struck < FAULTS_IN_ALL && failures.length === 0; at += 1) {
        const plan = createFaultPlan(`${SEED}-${at}`, Math.min(FAULTS_PER_WORLD, FAULTS_IN_ALL - struck), 0.25);
        failures.push(...(await survive(`${SEED}-${at}`, plan, at % 3 === 2 ? 'after' : 'before', at % 6 === 0)));
        struck += plan.struck.length;
        for (const fault of plan.struck) kinds.set(fault, (kinds.get(fault) ?? 0) + 1);
        if (LONG && at % 10 === 0) process.stderr.write(`${struck} faults in ${Math.round(performance.now() / 1000)} s\n`);
        if (plan.struck.length === 0) failures.push(`seed ${SEED}-${at}: nothing struck`);
      }
      expect(failures).toEqual([]);
      expect(struck).toBe(FAULTS_IN_ALL);
    },
  );
});

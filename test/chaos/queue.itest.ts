import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createFaultPlan, createJournalDeaths, createPushThenDeath, PAIRS, type FaultPlan } from './queue-plans.ts';
import { findFaults } from './queue-soundness.ts';
import { openGround, openWorld, type Ground, type World } from './queue-world.ts';
import { LONG } from '../kit/long.ts';

/** Another number tries other worlds; a failure names the seed of its world. */
const SEED = process.env['REEVE_CHAOS_SEED'] ?? '1';
const FAULTS_IN_ALL = LONG ? 10_000 : 40;
const FAULTS_PER_WORLD = LONG ? 60 : 40;

let ground: Ground;
beforeAll(async () => {
  ground = await openGround();
});
afterAll(() => ground.close());

/** How often each thing happened; what is asserted to have happened at all is asserted here. */
const counts = new Map<string, number>();
const count = (name: string, times = 1): void => void counts.set(name, (counts.get(name) ?? 0) + times);

interface Survival {
  seed: string;
  plan: FaultPlan;
  combined: 'before' | 'after';
  /** Change requests handed in at once. */
  batch?: number;
  /** Compares each landed tree with git's own merge as well. */
  thorough: boolean;
}

async function survive({ seed, plan, combined, thorough, batch = LONG ? 8 : 6 }: Survival): Promise<string[]> {
  const world = await openWorld(ground, { seed, plan, combined, batch });
  try {
    await world.live();
    return await findFaults(world, ground.database.db, thorough);
  } catch (error) {
    return [`seed ${seed}: ${String(error)}`];
  } finally {
    await world.close();
    record(world, plan);
  }
}

function record(world: World, plan: FaultPlan): void {
  for (const [name, times] of Object.entries(world.submissions)) count(`submission.${name}`, times);
  count('swap.lost', world.lostSwaps());
  for (const { fault, boundary, events } of plan.struck) {
    count(fault);
    count(`${boundary} ${fault}`);
    for (const event of events) count(`journal ${event} ${fault}`);
  }
}

const sorted = (map: ReadonlyMap<string, number>): Array<[string, number]> => [...map].toSorted(([a], [b]) => (a < b ? -1 : 1));
const never = (names: readonly string[]): string[] => names.filter((name) => (counts.get(name) ?? 0) === 0);

/** Each kind of fault at each boundary where it is possible; duplicates, stragglers, a worker that lost its swap. */
const EVERYTHING = [...PAIRS, 'swap.lost', 'submission.twice', 'submission.late', 'submission.otherBody', 'submission.superseding'];
/** One of each sort, in a run that must be short. */
const SORTS = [
  'die.before',
  'die.inside',
  'die.after',
  'stall',
  'disk.full.writing',
  'git.killed',
  'outsider.before',
  'checks.flake',
  'submission.twice',
];
const WANTED = LONG ? EVERYTHING : SORTS;
/** Chance may leave one of them out of the first worlds. */
const MOST_WORLDS = LONG ? 250 : 4;

/** Rows of the journal that ordinary work writes; each is killed at on both of its sides. */
const ROWS = ['submitted', 'merge.started', 'merged', 'build.formed', 'verified', 'landed', 'quarantined'];
const SELDOM = ['dropped', 'build.failed', 'lane.passed', 'lanes.combined', 'already_landed'];

describe('whatever strikes the merge queue', () => {
  test(
    `after ${FAULTS_IN_ALL} faults nothing is lost, nothing landed twice, and the journal replays to the branch`,
    { timeout: 3_600_000 },
    async () => {
      let struck = 0;
      const used = new Map<string, number>();
      const failures: string[] = [];
      for (let at = 0; (struck < FAULTS_IN_ALL || (never(WANTED).length > 0 && at < MOST_WORLDS)) && failures.length === 0; at += 1) {
        const seed = `${SEED}-${at}`;
        const plan = createFaultPlan(seed, FAULTS_PER_WORLD, used);
        failures.push(...(await survive({ seed, plan, combined: at % 3 === 2 ? 'after' : 'before', thorough: at % 6 === 0 })));
        struck += plan.struck.length;
        if (LONG && at % 10 === 0) process.stderr.write(`${struck} faults in ${Math.round(performance.now() / 1000)} s\n`);
        if (plan.struck.length === 0) failures.push(`seed ${seed}: nothing struck`);
      }
      if (LONG) process.stderr.write(`${JSON.stringify(Object.fromEntries(sorted(counts)), null, 1)}\n`);
      expect(failures).toEqual([]);
      expect(struck).toBeGreaterThanOrEqual(FAULTS_IN_ALL);
      expect(never(WANTED)).toEqual([]);
    },
  );

  test('what somebody pushed is in the journal, also when the worker that found it died before it could say so', { timeout: 600_000 }, async () => {
    const plan = createPushThenDeath(LONG ? 12 : 3);
    expect(await survive({ seed: `${SEED}-push`, plan, combined: 'before', thorough: false, batch: 1 })).toEqual([]);
    expect(plan.struck.map(({ fault }) => fault)).toContain('die.after');
  });

  test('a worker killed on either side of any row of the journal leaves work that another one ends', { timeout: 3_600_000 }, async () => {
    const seen = new Map<string, number>();
    const wanted = [...ROWS, ...(LONG ? SELDOM : [])].flatMap((event) => ['die.inside', 'die.after'].map((moment) => `${moment} ${event}`));
    const failures: string[] = [];
    for (let at = 0; (LONG ? at < 40 : at < 4 && wanted.some((name) => !seen.has(name))) && failures.length === 0; at += 1) {
      const plan = createJournalDeaths(seen, LONG ? 8 : 1);
      failures.push(...(await survive({ seed: `${SEED}-rows-${at}`, plan, combined: at % 2 === 1 ? 'after' : 'before', thorough: true })));
    }
    if (LONG) process.stderr.write(`${JSON.stringify(Object.fromEntries(sorted(seen)), null, 1)}\n`);
    expect(failures).toEqual([]);
    expect(wanted.filter((name) => !seen.has(name))).toEqual([]);
  });
});

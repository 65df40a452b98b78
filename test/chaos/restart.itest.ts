import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, afterEach, beforeEach, expect, test } from 'vitest';
import { LONG } from '../kit/long.ts';
import { install, type Installation } from './installation.ts';
import { draw } from './queue-plans.ts';
import type { ServerProcess } from './server.ts';
import { expectSound } from './soundness.ts';
import { createDecider, databaseTime, pending, titleOf, underWay, type Decider } from './stories.ts';

/*
 * "Every workflow terminal within 30 s of restart": the server is killed while stories are everywhere on their way, and started again. From
 * the moment in which it is ready, everything that waits neither for a person nor for an agent's own time has to end in 30 seconds: a promise of
 * the product, whose agents take no time here. People who are asked answer at once, but for some that keep quiet: those still wait, and can still be answered.
 */
const MINUTE_MS = 60_000;
const LINE_S = 30;
/** So long that a workflow that ends too late is named with how late it was. */
const PATIENCE_MS = 2 * MINUTE_MS;
const SEED = process.env['REEVE_CHAOS_SEED'] ?? String(Math.floor(Math.random() * 1_000_000));
const INSTALLATIONS = LONG ? 7 : 1;
/** Issues that end merged, in groups that are opened one after the other; the first of each has an agent that would think for ever. */
const GROUPS = LONG ? [[4], [3], [2], [11]] : [[4], [3]];
/** Nobody answers about its plan. */
const QUIET_PLAN = 9;
/** Nobody answers about its merge. */
const QUIET_MERGE = 12;

/** Where a server may be struck, and the latest passing that the first group is sure to come to. */
const PLACES: readonly (readonly [string, number])[] = [
  ['workflow.step.before', 35],
  ['workflow.step.after', 35],
  ['outbox.deliver.after', 20],
  ['ledger.append.after', 30],
  ['approval.decide.after', 2],
  ['action.intent.before', 10],
  ['action.effect.before', 10],
  ['action.effect.after', 10],
  ['action.receipt.after', 10],
  ['run.checks.after', 1],
  ['queue.merge.after', 1],
  ['queue.verify.after', 1],
  ['queue.publish.before', 1],
  ['queue.publish.after', 1],
];

/** Its place is drawn; those of one run are spread over all of them. Not before people and stories are there. */
function pointOf(seed: string, at: number): string {
  const [place, most] = PLACES[(Math.floor(draw(SEED) * PLACES.length) + at * 2) % PLACES.length] ?? ['workflow.step.before', 35];
  const least = most > 2 ? 5 : 1;
  return `${place}:${least + Math.floor(draw(seed, 'passing') * (most - least + 1))}`;
}

let installation: Installation;
let decider: Decider | null = null;
beforeEach(async () => {
  installation = await install();
}, 2 * MINUTE_MS);
afterEach(async () => {
  await decider?.off().catch(() => {});
  await installation?.close();
}, MINUTE_MS);

const slowest: number[] = [];
afterAll(() => {
  if (slowest.length > 1)
    console.log(`restart: ${slowest.length} kills, the slowest ${Math.max(...slowest).toFixed(1)} s after ready (line: ${LINE_S} s)`);
});

const quiet = (title: string, kind: string): boolean =>
  (title === titleOf(QUIET_PLAN) && kind === 'plan.approve') || (title === titleOf(QUIET_MERGE) && kind === 'pr.merge');

/** Workflows that have not ended, but for the stories that wait for somebody who keeps quiet. */
const unfinished = (): Promise<{ id: string }[]> =>
  installation.query(`
    select f.workflow_uuid as id from dbos.workflow_status f
    where f.status in ('PENDING', 'ENQUEUED', 'DELAYED') and not exists (
      select 1 from stories s join actions a on a.work_item_id = s.work_item_id join approvals p on p.id = a.id
      where s.workflow_id = f.workflow_uuid and p.status = 'pending'
        and ((a.kind = 'plan.approve' and a.work_item_id in (select id from work_items where title = '${titleOf(QUIET_PLAN)}'))
          or (a.kind = 'pr.merge' and a.work_item_id in (select id from work_items where title = '${titleOf(QUIET_MERGE)}'))))
    order by f.created_at`);

const undelivered = (): Promise<unknown[]> => installation.query('select seq from outbox where delivered_at is null');

async function open(server: ServerProcess, samples: readonly number[]): Promise<void> {
  for (const sample of samples) await installation.open(server, sample);
}

/** Until the agent of this issue works, which it would do for ever. */
const anAgentWorks = async (sample: number): Promise<boolean> =>
  (
    await installation.query(`
      select 1 from agent_runs r join work_items w on w.id = r.work_item_id
      where r.state = 'running' and r.process_id is not null and w.title = '${titleOf(sample)}'`)
  ).length > 0;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + PATIENCE_MS; !(await holds()); await delay(50))
    if (performance.now() > deadline) throw new Error(`${what}: it did not come to that.\n${installation.lastWords()}`);
}

/** Everything that is able to end ends; answers how long after `ready` (the database's clock) the last workflow did, and how many did. */
async function untilAllEnd(server: ServerProcess, ready: string): Promise<{ seconds: number; ended: number; late: string[] }> {
  const late = new Set<string>();
  const { length: quietStories } = (await pending(installation)).filter(({ title, kind }) => quiet(title, kind));
  await until('every workflow ends', async () => {
    expect(server.ending()).toBeNull();
    const open = await unfinished();
    const [line] = await installation.query<{ over: boolean }>(
      `select clock_timestamp() > '${ready}'::timestamptz + interval '${LINE_S} seconds' as over`,
    );
    if (line?.over === true) for (const { id } of open) late.add(id);
    return open.length === 0 && (await undelivered()).length === 0;
  });
  expect((await pending(installation)).filter(({ title, kind }) => quiet(title, kind)).length).toBeGreaterThanOrEqual(quietStories);
  const [row] = await installation.query<{ seconds: number; ended: number }>(`
    select coalesce(extract(epoch from to_timestamp(max(completed_at) / 1000.0) - '${ready}'::timestamptz), 0)::float8 as seconds, count(*)::int as ended
    from dbos.workflow_status where to_timestamp(completed_at / 1000.0) > '${ready}'::timestamptz`);
  return { seconds: row?.seconds ?? 0, ended: row?.ended ?? 0, late: [...late] };
}

/** Starts the server that comes after a killed one, and measures. Answers it, with everything ended that could end. */
async function startAgain(killed: string, decide: Decider): Promise<ServerProcess> {
  const found = await underWay(installation);
  const asked = (await pending(installation)).filter(({ title, kind }) => quiet(title, kind));
  installation.slowAgents(0);
  const server = await installation.startSafely();
  const ready = await databaseTime(installation);
  decide.on(server);
  const { seconds, ended, late } = await untilAllEnd(server, ready);
  const sentence = Object.entries(found).map(([what, count]) => `${count} ${what}`);
  console.log(
    `restart: ${ended} workflows, all terminal ${seconds.toFixed(1)} s after ready (line: ${LINE_S} s); killed ${killed}, with ${sentence.join(', ')}`,
  );
  slowest.push(seconds);
  expect(late).toEqual([]);
  expect(seconds).toBeLessThanOrEqual(LINE_S);
  // Whoever was asked before is still asked the same, under the same digest and until the same instant.
  expect(await pending(installation)).toEqual(expect.arrayContaining(asked));
  return server;
}

test.each(Array.from({ length: INSTALLATIONS }, (_, at) => ({ seed: `${SEED}-${at}`, at })))(
  'every workflow that waits for nobody has ended 30 s after a restart, whoever waits for people can still be answered (seed $seed)',
  { timeout: 15 * MINUTE_MS },
  async ({ seed, at }) => {
    const point = pointOf(seed, at);
    const [first = [], ...others] = GROUPS;
    installation.slowAgents(10 * MINUTE_MS, titleOf(first[0] ?? 0));
    const struck = await installation.start(point);
    if (struck === null) throw new Error(`It died at ${point} before anything was asked of it.`);
    const decide = (decider = await createDecider(installation, struck, quiet));
    decide.on(struck);
    await open(struck, [QUIET_MERGE, ...first, QUIET_PLAN]).catch(() => {});
    await until(`the server dies at ${point}`, async () => struck.ending() !== null);
    expect(struck.ending()).toEqual({ code: null, signal: 'SIGKILL' });
    let server = await startAgain(`at ${point}`, decide);
    await open(server, [QUIET_MERGE, ...first, QUIET_PLAN]);

    for (const [turn, samples] of others.entries()) {
      installation.slowAgents(10 * MINUTE_MS, titleOf(samples[0] ?? 0));
      await open(server, samples);
      await until('an agent works', () => anAgentWorks(samples[0] ?? 0));
      const waitMs = Math.round(draw(seed, 'moment', turn) * 3000);
      await delay(waitMs);
      await server.end('SIGKILL');
      server = await startAgain(`${waitMs} ms after an agent began`, decide);
    }

    // Those who kept quiet across every kill speak now.
    await until('nobody is asked but those who keep quiet', async () => {
      const asked = await pending(installation);
      return asked.length === 2 && asked.every(({ title, kind }) => quiet(title, kind));
    });
    await decide.off();
    expect(await installation.drive(server, installation.finished)).toBe(true);
    await expectSound(installation, server);
    await server.end('SIGTERM');
  },
);

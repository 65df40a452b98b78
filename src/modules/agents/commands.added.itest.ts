import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Actor } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql, type Db } from '#platform/db/index.ts';
import { openAgents, shellAgent } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { createAddedAgents } from './commands.added.ts';
import type { Configured } from './decide.known.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
  writeFileSync(path.join(world.folder, 'gemini'), '#!/bin/sh\n', { mode: 0o755 });
});
afterAll(() => world.close());

const by: Actor = { kind: 'person', subject: 'person:ann', role: 'admin', personId: 'pers_1' } as Actor;
const gemini = { known: 'gemini', roles: ['coder' as const], network: 'gateway' as const, variables: [] };

function added(db: Db = world.db, put = async (): Promise<void> => undefined) {
  const configured: Configured = { agents: {}, roles: {} };
  const quiet = { ledger: { append: () => undefined }, outbox: { put } };
  const all = createAddedAgents({ db, clock: systemClock, ...quiet, configured, environment: { PATH: world.folder }, model: null });
  return { ...all, configured, names: () => Object.keys(configured.agents) };
}

/** Stops whoever comes to it until it is opened. */
function gate() {
  const [reached, opened] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
  const pass = async (): Promise<void> => {
    reached.resolve();
    await opened.promise;
  };
  return { pass, reached: reached.promise, open: () => opened.resolve() };
}

/** Until somebody waits for a lock of somebody else, or `done` has come to an end without. */
async function somebodyWaits(done: Promise<unknown>): Promise<void> {
  let over = false;
  const end = (): void => void (over = true);
  void done.then(end, end);
  const waiting = sql<{ n: number }>`select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`;
  await expect.poll(async () => over || (await world.db.one(waiting)).n > 0, { timeout: 10_000 }).toBe(true);
}

test('a list that was read before an agent went does not bring it back, however late it arrives', async () => {
  let arrive = (): void => undefined;
  let late: Promise<void> | null = null;
  const db = new Proxy(world.db, {
    get: (of, name) =>
      name !== 'all'
        ? Reflect.get(of, name)
        : async (...asked: Parameters<Db['all']>) => {
            const rows = await of.all(...asked);
            const wait = late;
            late = null;
            await wait;
            return rows;
          },
  });
  const agents = added(db);
  await agents.add(gemini, by);
  expect(agents.names()).toEqual(['gemini']);
  late = new Promise((resolve) => {
    arrive = resolve;
  });
  const timer = agents.refresh();
  const removed = agents.remove('gemini', by);
  setTimeout(() => arrive(), 300);
  await Promise.all([timer, removed]);
  expect(agents.names()).toEqual([]);
});

test('an agent that is at work stays, and one that was never added is not found whatever is at work', async () => {
  const agents = added();
  const { agents: runs } = await openAgents(world, world.db, { agents: { coder: shellAgent('true') }, brief: world.brief() });
  const run = await runs.ensureRun(world.request({ attempt: 80 }));
  await world.db.run(sql`update agent_runs set agent = 'gemini' where id = ${run.id}`);
  await expect(agents.remove('gemini', by)).rejects.toMatchObject({ kind: 'not_found' });
  await agents.add(gemini, by);
  await expect(agents.remove('gemini', by)).rejects.toMatchObject({ kind: 'conflict', code: 'agent_works', detail: { run: run.id } });
  expect((await agents.list()).map(({ name }) => name)).toEqual(['gemini']);
  await world.db.run(sql`delete from agent_runs where id = ${run.id}`);
  await agents.remove('gemini', by);
  expect(agents.names()).toEqual([]);
});

test('what a later version wrote and this one does not understand is left out, and stops nobody from starting', async () => {
  const agents = added();
  await agents.add(gemini, by);
  await world.db.run(sql`insert into added_agents (name, known, spec, roles, added_by, added_at)
    values ('later', 'gemini', '{"harness":"of a later version"}', '{}', 'person:ann', now())`);
  expect((await agents.list()).map(({ name }) => name)).toEqual(['gemini']);
  await agents.remove('later', by);
  await agents.remove('gemini', by);
});

test('a run that is asked for while its agent is being removed is refused rather than left to nobody', async () => {
  const door = gate();
  let busy = false;
  const agents = added(world.db, async () => (busy ? door.pass() : undefined));
  await agents.add(gemini, by);
  const { agents: runs } = await openAgents(world, world.db, { agents: {}, brief: world.brief() }, { ...agents.configured, isAdded: () => true });
  busy = true;
  const removing = agents.remove('gemini', by);
  await door.reached;
  const beginning = runs.ensureRun(world.request({ agent: 'gemini', attempt: 81 }));
  await somebodyWaits(beginning);
  door.open();
  await Promise.all([removing, expect(beginning).rejects.toMatchObject({ kind: 'invalid', code: 'agent_unknown' })]);
  expect((await runs.list({ agent: 'gemini', limit: 5 })).items).toEqual([]);
});

test('an agent whose run is just being made is not removed', async () => {
  const agents = added();
  await agents.add(gemini, by);
  const door = gate();
  const outbox = { put: () => door.pass() };
  const { agents: runs } = await openAgents(
    world,
    world.db,
    { agents: {}, brief: world.brief() },
    { agents: agents.configured.agents, isAdded: () => true, outbox },
  );
  const beginning = runs.ensureRun(world.request({ agent: 'gemini', attempt: 82 }));
  await door.reached;
  const removing = agents.remove('gemini', by);
  await somebodyWaits(removing);
  door.open();
  const run = await beginning;
  await expect(removing).rejects.toMatchObject({ kind: 'conflict', code: 'agent_works', detail: { run: run.id } });
  expect(agents.names()).toEqual(['gemini']);
});

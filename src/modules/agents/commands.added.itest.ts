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

function added(db: Db = world.db) {
  const configured: Configured = { agents: {}, roles: {} };
  const quiet = { ledger: { append: () => undefined }, outbox: { put: async () => undefined } };
  const all = createAddedAgents({ db, clock: systemClock, ...quiet, configured, environment: { PATH: world.folder }, model: null });
  return { ...all, names: () => Object.keys(configured.agents) };
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

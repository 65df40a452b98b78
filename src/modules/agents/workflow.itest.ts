import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createWorkflowEngine, type WorkflowEngine } from '#platform/workflow/index.ts';
import { openAgents, shellAgent, type Installed } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { RUN_WORKFLOW, runQueue, runWorkflow, type RunOutcome } from './index.ts';

let world: World;
beforeAll(async () => {
  world = await createWorld();
});
afterAll(() => world.close());

/** One server's engine with the agents' workflow on it. */
async function serve(
  installed: Installed,
  executorId: string,
): Promise<{ engine: WorkflowEngine; agents: Awaited<ReturnType<typeof openAgents>>['agents'] }> {
  const { agents } = await openAgents(world, world.db, installed);
  const engine = createWorkflowEngine({ connection: world.connection, log: silentLog, executorId, version: 'test-1' });
  engine.defineQueue(runQueue({ perWorker: 2 }));
  engine.define(runWorkflow({ execute: (request) => agents.execute(request, engine.aborting) }));
  await engine.launch({ worker: true });
  return { engine, agents };
}

test('a run in the workflow of a stopping server is not recorded as done: the next server carries it out', async () => {
  const marker = path.join(world.folder, 'wf.pid');
  const script = `if [ -f '${marker}' ]; then echo second > src/work.js; else echo $$ > '${marker}.part'; mv '${marker}.part' '${marker}'; sleep 600; fi`;
  const installed: Installed = { agents: { coder: shellAgent(script) }, brief: world.brief() };
  const request = world.request();
  const id = `${RUN_WORKFLOW}:${request.runId}:1`;
  const first = await serve(installed, 'server-1');
  await world.db.tx((tx) => first.engine.start(tx, RUN_WORKFLOW, id, request));
  for (let tries = 0; tries < 400 && !existsSync(marker); tries += 1) await sleep(50);
  const pid = readFileSync(marker, 'utf8').trim();
  await first.engine.stop(500);
  expect(existsSync(`/proc/${pid}`)).toBe(false);

  const second = await serve(installed, 'server-2');
  try {
    const outcome = await second.engine.waitFor<RunOutcome>(id, 50_000);
    expect(outcome).toMatchObject({ kind: 'change_request', changeRequest: { changes: [{ path: 'src/work.js', content: 'second\n' }] } });
    expect(await second.agents.get(request.runId)).toMatchObject({ state: 'succeeded', execution: 2 });
    expect(await second.engine.status(id)).toMatchObject({ status: 'done' });
  } finally {
    await second.engine.stop(1000);
  }
});

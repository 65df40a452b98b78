import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { once } from 'node:events';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import type { WorkerArguments } from '../../../test/kit/workflow-worker.ts';
import { createWorkflowEngine, type WorkflowEngine } from './index.ts';
import { LONG } from '../../../test/kit/long.ts';

const SCRIPT = path.resolve(import.meta.dirname, '../../../test/kit/workflow-worker.ts');

let database: TestDatabase;
let folder: string;
let starter: WorkflowEngine;
let workers: ChildProcess[] = [];

beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-takeover-'));
  // Role api: it starts workflows and waits for them, and never runs one.
  starter = createWorkflowEngine({ connection: database.connection, log: silentLog, executorId: 'starter', version: 'kit' });
  starter.defineQueue({ name: 'kit' });
  for (const name of ['kit.story', 'kit.wait']) starter.define({ name, queue: 'kit', run: async () => null });
  await starter.launch({ worker: false });
});

afterEach(async () => {
  for (const worker of workers) {
    if (worker.exitCode !== null || worker.signalCode !== null) continue;
    worker.kill('SIGKILL');
    await once(worker, 'exit');
  }
  workers = [];
  await starter.stop(0);
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const journal = (): string[] => {
  try {
    return readFileSync(path.join(folder, 'journal'), 'utf8').trim().split('\n');
  } catch {
    return [];
  }
};

async function startWorker(executorId: string, more: Partial<WorkerArguments> = {}): Promise<ChildProcess> {
  const given: WorkerArguments = { connection: database.connection, executorId, journal: path.join(folder, 'journal'), ...more };
  const worker = spawn(process.execPath, [SCRIPT, JSON.stringify(given)], { stdio: ['ignore', 'pipe', 'inherit'] });
  workers.push(worker);
  await Promise.race([once(worker.stdout, 'data'), once(worker, 'exit')]);
  return worker;
}

const recordedSteps = (workflowId: string) => async (): Promise<number> =>
  (await database.pool.query<{ steps: number }>('select count(*)::int as steps from dbos.operation_outputs where workflow_uuid = $1', [workflowId]))
    .rows[0]?.steps ?? 0;

const startStory = (id: string): Promise<void> => database.db.tx((tx) => starter.start(tx, 'kit.story', id, null));

const WITHIN_MS = 15_000;

test('after kill -9 in the middle of a step another worker finishes: the interrupted step runs again, the finished one does not', async () => {
  const victim = await startWorker('a', { hangAt: 'two' });
  await startStory('story:1');
  await expect.poll(journal, { timeout: WITHIN_MS }).toEqual(['one a', 'two a']);
  await startWorker('b');
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  expect(await starter.waitFor('story:1', WITHIN_MS)).toEqual(['one by a', 'two by b', 'three by b']);
  expect(journal()).toEqual(['one a', 'two a', 'two b', 'three b']);
  const row = await database.db.one<{ state: string; takenOverBy: string; takeovers: number }>(
    sql`select state, taken_over_by, takeovers from executors where id = 'a'`,
  );
  expect(row).toEqual({ state: 'lost', takenOverBy: 'b', takeovers: 1 });
});

test.runIf(LONG)('a dead executor on another machine is taken over once its lock has been free for long enough', async () => {
  const victim = await startWorker('a', { hangAt: 'two' });
  await startStory('story:2');
  await expect.poll(journal, { timeout: WITHIN_MS }).toEqual(['one a', 'two a']);
  await startWorker('b');
  // Nobody here can look at that machine's processes.
  await database.db.run(sql`update executors set host = 'elsewhere' where id = 'a'`);
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  expect(await starter.waitFor('story:2', WITHIN_MS)).toEqual(['one by a', 'two by b', 'three by b']);
});

test('a living executor is left alone, however long its step takes', async () => {
  await startWorker('a', { hangAt: 'two' });
  await startStory('story:3');
  await expect.poll(journal, { timeout: WITHIN_MS }).toEqual(['one a', 'two a']);
  await startWorker('b');
  expect(await starter.waitFor('story:3', 4000)).toBeNull();
  expect(journal()).toEqual(['one a', 'two a']);
});

test('a worker that is told to stop hands its work back, and the other goes on with it', async () => {
  const leaver = await startWorker('a', { hangAt: 'two' });
  await startStory('story:4');
  await expect.poll(journal, { timeout: WITHIN_MS }).toEqual(['one a', 'two a']);
  await startWorker('b');
  leaver.kill('SIGTERM');
  expect(await once(leaver, 'exit')).toEqual([0, null]);
  expect(await starter.waitFor('story:4', WITHIN_MS)).toEqual(['one by a', 'two by b', 'three by b']);
});

test('a workflow that was waiting for a message when its worker died receives it in the next', async () => {
  const victim = await startWorker('a');
  await database.db.tx((tx) => starter.start(tx, 'kit.wait', 'wait:1', null));
  await expect.poll(journal, { timeout: WITHIN_MS }).toEqual(['begin a']);
  // What a step did is known once its end is recorded; killed before that it would rightly be done again.
  await expect.poll(recordedSteps('wait:1'), { timeout: WITHIN_MS }).toBeGreaterThan(0);
  victim.kill('SIGKILL');
  await once(victim, 'exit');
  await database.db.tx((tx) => starter.send(tx, 'wait:1', 'answer', 42));
  await startWorker('b');
  expect(await starter.waitFor('wait:1', WITHIN_MS)).toBe(42);
  expect(journal()).toEqual(['begin a']);
});

test.each([
  ['workflow.step.before:2', ['one a', 'two b', 'three b']],
  ['workflow.step.after:2', ['one a', 'two a', 'two b', 'three b']],
])('a crash at %s repeats no finished step and loses none', async (crashAt, expected) => {
  const victim = await startWorker('a', { crashAt });
  const died = once(victim, 'exit');
  await startStory('story:5');
  expect(await died).toEqual([null, 'SIGKILL']);
  await startWorker('b');
  expect(await starter.waitFor('story:5', WITHIN_MS)).not.toBeNull();
  expect(journal()).toEqual(expected);
});

test('two workers share the stories of one queue, and each step runs once', async () => {
  await Promise.all([startWorker('a'), startWorker('b')]);
  for (let i = 0; i < 8; i += 1) await startStory(`many:${i}`);
  for (let i = 0; i < 8; i += 1) expect(await starter.waitFor(`many:${i}`, WITHIN_MS)).toHaveLength(3);
  expect(journal()).toHaveLength(24);
});

import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { linesOf, openAgents, scriptedAgent, shellAgent, type Installed } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import type { Agents } from './index.ts';
import type { AgentRun, RunOutcome, RunRequest } from './model.ts';

let world: World;
const children: ChildProcess[] = [];
beforeAll(async () => {
  world = await createWorld();
});
afterEach(() => {
  for (const child of children.splice(0)) child.kill('SIGKILL');
});
afterAll(() => world.close());

const never = new AbortController().signal;
const EXECUTOR = path.resolve(import.meta.dirname, '../../../test/agents/executor.ts');

/** A second Reeve that executes the run. */
function elsewhere(
  installed: Installed,
  request: RunRequest,
  crashAt?: string,
): { child: ChildProcess; answer: Promise<RunOutcome | { thrown: string } | null> } {
  const orders = path.join(world.folder, `orders-${request.runId}.json`);
  writeFileSync(orders, JSON.stringify({ shared: { connection: world.connection, folder: world.folder }, installed, request, crashAt }));
  const child = spawn(process.execPath, [EXECUTOR, orders], { stdio: ['ignore', 'pipe', 'inherit'] });
  children.push(child);
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => (said += chunk.toString()));
  return { child, answer: once(child, 'close').then(() => (said === '' ? null : (JSON.parse(said) as RunOutcome))) };
}

async function until(what: string, holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let tries = 0; tries < 400; tries += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`this never came true: ${what}`);
}

const stateOf = async (agents: Agents, runId: string): Promise<AgentRun['state'] | undefined> => (await agents.get(runId))?.state;
const isAlive = (pid: number): boolean => existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));
const statesOf = async (agents: Agents, runId: string): Promise<string[]> =>
  (await agents.history(runId)).map((entry) => `${entry.execution} ${entry.state}`);

/** Writes its process id and a file of work, then waits; at its second start it just works. */
function patientAgent(name: string) {
  const marker = path.join(world.folder, `${name}.pid`);
  const script = `if [ -f '${marker}' ]; then echo second > src/work.js; else echo first > src/half.js; echo $$ > '${marker}.part'; mv '${marker}.part' '${marker}'; sleep 600; fi`;
  return { marker, spec: shellAgent(script) };
}

test.each(['run.prepare.after', 'run.agent.ended', 'run.checks.after'])(
  'a run whose server is killed at %s is started afresh and ends once',
  async (crashAt) => {
    const installed: Installed = {
      agents: { coder: shellAgent('echo done > src/done.js') },
      brief: world.brief({ checks: [{ name: 'c', command: 'test -f src/done.js', timeout_s: 60 }] }),
    };
    const request = world.request();
    const { child, answer } = elsewhere(installed, request, crashAt);
    expect(await answer).toBeNull();
    expect(child.signalCode).toBe('SIGKILL');
    const { agents, mirror } = await openAgents(world, world.db, installed);
    expect(['preparing', 'running', 'checking']).toContain(await stateOf(agents, request.runId));

    const outcome = await agents.execute(request, never);
    expect(outcome).toMatchObject({ kind: 'change_request', changeRequest: { changes: [{ op: 'create', path: 'src/done.js' }] } });
    const states = await statesOf(agents, request.runId);
    expect(states.filter((state) => state.endsWith('succeeded'))).toEqual(['2 succeeded']);
    expect(states).toContain('1 handed_back');
    const log = await linesOf(agents.log(request.runId));
    expect(log.map((line) => line['line'])).toEqual(log.map((_, at) => at + 1));
    expect(new Set(log.map((line) => line['execution']))).toEqual(new Set([1, 2]));
    expect(log.some((line) => line['text'] === 'Execution 1 was handed back; the run starts afresh.')).toBe(true);
    // What the first execution's agent had done, where there was one, is kept: not lost, and not mixed in.
    const kept = await mirror.resolve(`refs/reeve/runs/${request.runId}`);
    expect(kept !== null).toBe(crashAt !== 'run.prepare.after');
  },
);

test('a run whose server is killed right after the outcome was stored answers it, runs nothing again and tidies up', async () => {
  const installed: Installed = { agents: { coder: shellAgent('date +%s%N > src/when.js') }, brief: world.brief() };
  const request = world.request();
  expect(await elsewhere(installed, request, 'run.outcome.stored').answer).toBeNull();
  expect(existsSync(path.join(world.folder, 'data/worktrees', request.runId))).toBe(true);
  const { agents } = await openAgents(world, world.db, installed);
  const stored = await agents.outcome(request.runId);
  expect(stored?.kind).toBe('change_request');
  expect(await agents.execute(request, never)).toEqual(stored);
  expect(await agents.get(request.runId)).toMatchObject({ state: 'succeeded', execution: 1 });
  expect(existsSync(path.join(world.folder, 'data/worktrees', request.runId))).toBe(false);
});

test('after a kill the agent process that was left over is ended and its work kept, before the run starts again', async () => {
  const { marker, spec } = patientAgent('leftover');
  const installed: Installed = { agents: { coder: spec }, brief: world.brief() };
  const request = world.request();
  const { child, answer } = elsewhere(installed, request);
  await until('the agent works', () => existsSync(marker));
  const pid = Number(readFileSync(marker, 'utf8'));
  child.kill('SIGKILL');
  await answer;
  expect(isAlive(pid)).toBe(true);

  const { agents, mirror } = await openAgents(world, world.db, installed);
  const outcome = await agents.execute(request, never);
  expect(isAlive(pid)).toBe(false);
  expect(outcome).toMatchObject({ kind: 'change_request', changeRequest: { changes: [{ path: 'src/work.js', content: 'second\n' }] } });
  expect((await mirror.readFile(`refs/reeve/runs/${request.runId}`, 'src/half.js'))?.toString()).toBe('first\n');
});

test('a server that stops hands its run back within seconds, and another one carries it out', async () => {
  const { marker, spec } = patientAgent('stopping');
  const installed: Installed = { agents: { coder: spec }, brief: world.brief() };
  const request = world.request();
  const { child, answer } = elsewhere(installed, request);
  await until('the agent works', () => existsSync(marker));
  const pid = Number(readFileSync(marker, 'utf8'));
  child.kill('SIGTERM');
  expect(await answer).toEqual({ thrown: 'handed_back' });
  expect(isAlive(pid)).toBe(false);

  const { agents, mirror } = await openAgents(world, world.db, installed);
  expect(await stateOf(agents, request.runId)).toBe('handed_back');
  expect(await agents.outcome(request.runId)).toBeNull();
  expect((await mirror.readFile(`refs/reeve/runs/${request.runId}`, 'src/half.js'))?.toString()).toBe('first\n');
  expect((await agents.execute(request, never)).kind).toBe('change_request');
  expect(await statesOf(agents, request.runId)).toEqual([
    '0 queued',
    '1 preparing',
    '1 running',
    '1 handed_back',
    '2 preparing',
    '2 running',
    '2 checking',
    '2 succeeded',
  ]);
});

test('stopping a run ends its processes, keeps its work, and is the outcome', async () => {
  const { marker, spec } = patientAgent('stopped');
  const { agents, mirror } = await openAgents(world, world.db, { agents: { coder: spec }, brief: world.brief() });
  const request = world.request();
  const executing = agents.execute(request, never);
  await until('the agent works', () => existsSync(marker));
  const pid = Number(readFileSync(marker, 'utf8'));
  expect(await agents.stop(request.runId, 'person:ann')).toMatchObject({ state: 'cancelled' });
  expect(await executing).toEqual({ kind: 'cancelled', runId: request.runId });
  expect(isAlive(pid)).toBe(false);
  expect((await mirror.readFile(`refs/reeve/runs/${request.runId}`, 'src/half.js'))?.toString()).toBe('first\n');
  expect(existsSync(path.join(world.folder, 'data/worktrees', request.runId))).toBe(false);
});

test('a run of another process is stopped too', async () => {
  const { marker, spec } = patientAgent('far');
  const installed: Installed = { agents: { coder: spec }, brief: world.brief() };
  const request = world.request();
  const { answer } = elsewhere(installed, request);
  await until('the agent works', () => existsSync(marker));
  const { agents } = await openAgents(world, world.db, installed);
  expect(await agents.stop(request.runId, 'person:ann')).toMatchObject({ state: 'cancelled' });
  expect(await answer).toEqual({ kind: 'cancelled', runId: request.runId });
});

test('a run that is stopped while its server lies dead is not started again, and tidied up', async () => {
  const { marker, spec } = patientAgent('dead');
  const installed: Installed = { agents: { coder: spec }, brief: world.brief() };
  const request = world.request();
  const { child, answer } = elsewhere(installed, request);
  await until('the agent works', () => existsSync(marker));
  child.kill('SIGKILL');
  await answer;
  const { agents } = await openAgents(world, world.db, installed);
  const stopping = agents.stop(request.runId, 'person:ann');
  await until(
    'the stop is noted',
    async () =>
      (await world.db.pool.query('select 1 from agent_runs where id = $1 and stop_requested_at is not null', [request.runId])).rowCount === 1,
  );
  expect(await agents.execute(request, never)).toEqual({ kind: 'cancelled', runId: request.runId });
  expect(await stopping).toMatchObject({ state: 'cancelled' });
  expect(isAlive(Number(readFileSync(marker, 'utf8')))).toBe(false);
  expect(await statesOf(agents, request.runId)).toEqual(['0 queued', '1 preparing', '1 running', '1 handed_back', '2 preparing', '2 cancelled']);
  expect(existsSync(path.join(world.folder, 'data/worktrees', request.runId))).toBe(false);
});

test('a run that waits in the queue is stopped without ever starting', async () => {
  const { agents, ledger } = await openAgents(world, world.db, { agents: { coder: shellAgent('echo x > src/x.js') }, brief: world.brief() });
  const request = world.request();
  await agents.ensureRun(request);
  expect(await agents.stop(request.runId, 'person:ann')).toMatchObject({ state: 'cancelled', detail: 'Stopped by person:ann before it began.' });
  expect(ledger.at(-1)).toMatchObject({ kind: 'run.cancelled', actor: 'person:ann' });
  expect(await agents.execute(request, never)).toEqual({ kind: 'cancelled', runId: request.runId });
  await expect(agents.stop('run_none', 'person:ann')).rejects.toMatchObject({ kind: 'not_found' });
});

test('an execution that was taken over does not touch the run any more and answers what the other one finds', async () => {
  const { marker, spec } = patientAgent('taken');
  const installed: Installed = { agents: { coder: spec }, brief: world.brief() };
  const request = world.request();
  const { answer } = elsewhere(installed, request);
  await until('the agent works', () => existsSync(marker));
  const { agents } = await openAgents(world, world.db, installed);
  const outcome = await agents.execute(request, never);
  expect(outcome).toMatchObject({ kind: 'change_request', changeRequest: { changes: [{ path: 'src/work.js' }] } });
  expect(await answer).toEqual(JSON.parse(JSON.stringify(outcome)));
  expect(await agents.get(request.runId)).toMatchObject({ state: 'succeeded', execution: 2 });
});

test('an agent has no more runs at once than its concurrency allows', async () => {
  const { marker, spec } = patientAgent('first');
  const { agents } = await openAgents(world, world.db, { agents: { coder: { ...spec, concurrency: 1 } }, brief: world.brief() });
  const [first, second] = [world.request({ attempt: 1 }), world.request({ attempt: 2 })];
  const firstDone = agents.execute(first, never);
  await until('the first works', () => existsSync(marker));
  const secondDone = agents.execute(second, never);
  await sleep(1200);
  expect(await stateOf(agents, second.runId)).toBe('queued');
  await agents.stop(first.runId, 'person:ann');
  expect((await firstDone).kind).toBe('cancelled');
  expect((await secondDone).kind).toBe('change_request');
});

test('the log is followed line by line while the run goes on in another process, from any line', async () => {
  const steps = [{ say: 'one' }, { sleepMs: 400 }, { say: 'two' }, { write: 'src/a.js', content: 'a\n' }, { sleepMs: 400 }, { say: 'three' }];
  const installed: Installed = { agents: { coder: scriptedAgent(world.folder, steps) }, brief: world.brief() };
  const { agents } = await openAgents(world, world.db, installed);
  const request = world.request();
  await agents.ensureRun(request);
  const { answer } = elsewhere(installed, request);
  const followed: Array<Record<string, unknown>> = [];
  let seenWhileRunning = 0;
  for await (const line of agents.follow(request.runId)) {
    followed.push(JSON.parse(line) as Record<string, unknown>);
    if ((await agents.outcome(request.runId)) === null) seenWhileRunning = followed.length;
  }
  expect((await answer)?.valueOf()).toMatchObject({ kind: 'change_request' });
  expect(seenWhileRunning).toBeGreaterThan(3);
  expect(followed).toEqual(await linesOf(agents.log(request.runId)));
  expect(followed.map((line) => line['line'])).toEqual(followed.map((_, at) => at + 1));
  const said = followed
    .flatMap((line) => (line['kind'] === 'agent' ? [line['event'] as { kind: string; text?: string }] : []))
    .filter((event) => event.kind === 'text');
  expect(said.map((event) => event.text?.trim()).join(' ')).toBe('one two three');
  expect((await linesOf(agents.log(request.runId, 4))).map((line) => line['line'])[0]).toBe(4);
  expect(await linesOf(agents.follow(request.runId, followed.length))).toEqual(followed.slice(-1));
});

test('the log is indexed by run and time', async () => {
  const { agents } = await openAgents(world, world.db, { agents: { coder: shellAgent('echo x > src/x.js') }, brief: world.brief() });
  const request = world.request();
  const from = new Date();
  await agents.execute(request, never);
  const index = await agents.logIndex({ runId: request.runId, from, to: new Date(), limit: 100 });
  expect(index.items.reduce((sum, segment) => sum + segment.lineCount, 0)).toBe((await linesOf(agents.log(request.runId))).length);
  expect((await agents.logIndex({ runId: request.runId, to: from, limit: 100 })).items).toEqual([]);
  const [first] = (await agents.logIndex({ runId: request.runId, limit: 1 })).items;
  expect(first?.firstLine).toBe(1);
});

test('runs are listed newest first, page by page, and narrowed', async () => {
  const { agents } = await openAgents(world, world.db, { agents: { coder: shellAgent('true'), other: shellAgent('true') }, brief: world.brief() });
  const made = [];
  for (const attempt of [901, 902, 903]) made.push((await agents.ensureRun(world.request({ agent: 'other', attempt }))).id);
  const first = await agents.list({ agent: 'other', limit: 2 });
  expect(first.items.map((run) => run.id)).toEqual(made.toReversed().slice(0, 2));
  const second = await agents.list({ agent: 'other', limit: 2, cursor: first.nextCursor ?? undefined });
  expect(second.items.map((run) => run.id)).toEqual(made.slice(0, 1));
  expect(second.nextCursor).toBeNull();
  expect((await agents.list({ agent: 'other', state: 'succeeded', limit: 5 })).items).toEqual([]);
});

import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { findServer } from '#app/server-process.ts';
import { living } from '../kit/processes.ts';
import { install, type Installation } from './installation.ts';
import type { ServerProcess } from './server.ts';
import { expectSound } from './soundness.ts';
import { LONG } from '../kit/long.ts';

const MINUTE_MS = 60_000;

/** In the order of an issue's way; numbers pick a later pass, where the first one is the start of the server or of the story. */
const REPRESENTATIVE = ['workflow.step.after:10', 'queue.publish.after', 'pull.merge.after'];
const EVERY = [
  'event.receive.before',
  'event.receive.after',
  'outbox.deliver.before',
  'outbox.deliver.after',
  'workflow.step.before:3',
  'action.intent.before',
  'action.effect.before',
  'action.effect.after',
  'action.receipt.after',
  'approval.decide.before',
  'approval.decide.after',
  'workflow.step.after:10',
  'run.prepare.after',
  'run.agent.ended',
  'run.checks.after',
  'run.outcome.stored',
  'ledger.append.after:3',
  'queue.entry.stored',
  'queue.merge.after',
  'queue.verify.after',
  'queue.publish.before',
  'queue.publish.after',
  'queue.land.recorded',
  'pull.merge.before',
  'pull.merge.after',
];

let installation: Installation;

beforeAll(async () => {
  installation = await install();
}, 2 * MINUTE_MS);

afterEach(async () => {
  await installation.stopServers();
}, MINUTE_MS);

afterAll(async () => {
  await installation?.close();
}, MINUTE_MS);

/** Drives the stories until the server has died at `point`; opens the next sample issue when all others have ended before. */
async function dieAt(point: string, waiting: number[]): Promise<void> {
  const server = await installation.start(point);
  if (server === null) return;
  for (let alive = true; alive;) {
    alive = await installation.drive(server, installation.finished);
    const next = alive ? waiting.shift() : undefined;
    if (alive && next === undefined) throw new Error(`The stories ended without passing ${point}.`);
    // Died while it answered: whether the issue was opened is found out by the one who opens it again.
    if (next !== undefined && !(await opens(server, next))) waiting.unshift(next);
  }
  expect({ point, ...server.ending() }).toEqual({ point, code: null, signal: 'SIGKILL' });
}

async function opens(server: ServerProcess, sample: number): Promise<boolean> {
  try {
    await installation.open(server, sample);
    return true;
  } catch {
    return false;
  }
}

async function finish(): Promise<ServerProcess> {
  const server = await installation.startSafely();
  expect(await installation.drive(server, installation.finished)).toBe(true);
  return server;
}

test.each(
  [
    { name: 'representative fault points', points: REPRESENTATIVE, samples: [1, 3, 12], when: !LONG },
    { name: 'every fault point', points: EVERY, samples: [1, 3, 12, 2, 11, 9, 10], when: LONG },
  ].filter(({ when }) => when),
)('kill -9 at $name loses nothing and repeats nothing', { timeout: 20 * MINUTE_MS }, async ({ points, samples }) => {
  for (const point of points) await dieAt(point, samples);
  const server = await finish();
  await expectSound(installation, server);
  await server.end('SIGTERM');
});

test.runIf(LONG)("kill -9 while two issues are in each other's way still ends with both merged", { timeout: 10 * MINUTE_MS }, async () => {
  const first = await installation.startSafely();
  await installation.open(first, 7);
  await installation.open(first, 8);
  await first.end('SIGKILL');
  for (const point of ['run.checks.after:2', 'queue.publish.after:2', 'queue.land.recorded:2', 'pull.merge.after']) await dieAt(point, []);
  const server = await finish();
  await expectSound(installation, server);
  await server.end('SIGTERM');
});

interface Work {
  serverPid: number;
  agentPid: number;
}

/** The agent at work and the server it works for: an executor is named `host-pid-secret`; the eight characters of the secret may hold a `-`. */
async function work(): Promise<Work | null> {
  const [row] = await installation.query<Work>(`
    select (regexp_match(w.executor_id, '-([0-9]+)-.{8}$'))[1]::int as "serverPid", r.process_id as "agentPid"
    from agent_runs r join dbos.workflow_status w on w.name = 'agents.run' and w.status = 'PENDING'
    where r.state = 'running' and r.process_id is not null`);
  return row ?? null;
}

/** Opens an issue whose agent would think for ever, and waits until it does; whoever starts it again works at once. */
async function untilAnAgentWorks(server: ServerProcess, sample: number): Promise<Work> {
  installation.slowAgents(10 * MINUTE_MS);
  await installation.open(server, sample);
  let found: Work | null = null;
  await installation.drive(server, async () => (found = await work()) !== null);
  installation.slowAgents(0);
  if (found === null) throw new Error(`No agent began to work: ${installation.lastWords()}`);
  return found;
}

test('of two servers on one data directory one is killed with an agent at work, and the other finishes', { timeout: 5 * MINUTE_MS }, async () => {
  const servers = [await installation.startSafely(), await installation.startSafely()] as const;
  const { serverPid, agentPid } = await untilAnAgentWorks(servers[0], 4);
  const [victim, survivor] = servers[0].pid === serverPid ? servers : servers.toReversed();
  expect(victim?.pid).toBe(serverPid);
  if (victim === undefined || survivor === undefined) return;
  expect(await victim.end('SIGKILL')).toEqual({ code: null, signal: 'SIGKILL' });
  expect(await installation.drive(survivor, installation.finished)).toBe(true);
  expect(living([agentPid])).toEqual([]);
  await expectSound(installation, survivor);
  await survivor.end('SIGTERM');
});

test(
  'SIGTERM with an agent at work ends the server in less than ten seconds; the run is handed back and the next server finishes it',
  { timeout: 5 * MINUTE_MS },
  async () => {
    const server = await installation.startSafely();
    const { agentPid } = await untilAnAgentWorks(server, 2);
    const startedAtMs = performance.now();
    expect(await server.end('SIGTERM')).toEqual({ code: 0, signal: null });
    // The promise of the product, not a measurement of this machine: past it a service manager would kill.
    expect(performance.now() - startedAtMs).toBeLessThan(10_000);
    expect(living([agentPid])).toEqual([]);
    expect(await installation.query('select state from agent_runs where outcome is null')).toEqual([{ state: 'handed_back' }]);
    const next = await finish();
    await expectSound(installation, next);

    // The one that leaves must not take away the address of the one that stays.
    const last = await installation.startSafely();
    await next.end('SIGTERM');
    expect(await findServer({ dataDir: installation.dataDir, url: null, token: null })).toMatchObject({ url: last.url });
    await last.end('SIGTERM');
  },
);

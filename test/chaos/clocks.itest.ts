import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { setTimeout as delay } from 'node:timers/promises';
import { parse, stringify } from 'yaml';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createApiClient } from '#cli/api/client.ts';
import { SAMPLE_PEOPLE } from '#demo/issues.ts';
import { DEFAULT_POLICY_TEXT } from '#modules/policy/index.ts';
import { LONG } from '../kit/long.ts';
import { install, type Installation } from './installation.ts';
import { startServerProcess, type ServerProcess } from './server.ts';
import { expectSound } from './soundness.ts';
import { createDecider, databaseTime, pending, titleOf, type Decider } from './stories.ts';

/*
 * "Clocks moved": the clock of the server's machine is set forward and back in the middle of everything (test/kit/shifted-clock.ts), while the
 * database keeps its own. Whatever is written down is judged by the database's clock, whatever is measured by the monotonic one: nothing expires
 * and nobody is thrown out because a machine was set forward, nothing lives on and nothing stands still because it was set back.
 */
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;
const MOVES: readonly (readonly [string, number])[] = [
  ['+1 h', HOUR_MS],
  ['-1 h', -HOUR_MS],
  ['+40 d', 40 * DAY_MS],
  ['-40 d', -40 * DAY_MS],
];
/** Longer than all sweeps take to come round, and than the agent needs to be seen at work. */
const BETWEEN_MOVES_MS = 2500;
/** Its agent is at work through all moves; no longer than its limits allow. */
const SLOW = 4;
/** Silence after which it is ended: it thinks aloud more often, and is looked at while the clock moves. */
const IDLE_MS = 8000;
/** Nobody answers about its plan until the end. */
const QUIET = 9;
const OTHERS = [1, 2, 3, 10, 12];

let installation: Installation;
let decider: Decider | null = null;
let clockFile = '';
/** On a machine whose clock stays right; it shares the work. */
let second: ServerProcess | null = null;
beforeEach(async () => {
  installation = await install({
    env(dataDir) {
      clockFile = path.join(dataDir, 'shift');
      writeFileSync(clockFile, '0');
      const shifted = pathToFileURL(path.resolve(import.meta.dirname, '../kit/shifted-clock.ts')).href;
      return { NODE_OPTIONS: `--import=${shifted}`, SHIFTED_CLOCK: clockFile };
    },
  });
}, 2 * MINUTE_MS);
afterEach(async () => {
  await decider?.off().catch(() => {});
  await second?.end('SIGKILL');
  await installation?.close();
}, MINUTE_MS);

/** Gives the coder less patience than the demo does. */
function shortenSilence(configFile: string): void {
  const config = parse(readFileSync(configFile, 'utf8')) as { agents: Record<string, { limits: Record<string, number> }> };
  for (const { limits } of Object.values(config.agents)) limits['idle_minutes'] = IDLE_MS / MINUTE_MS;
  writeFileSync(configFile, stringify(config));
}

/** Sets the clock of the server's machine, and waits until the server lives by it. */
async function move(shiftMs: number): Promise<void> {
  writeFileSync(clockFile, String(shiftMs));
  await expect.poll(() => readFileSync(`${clockFile}.seen`, 'utf8')).toBe(String(shiftMs));
}

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (const deadline = performance.now() + 2 * MINUTE_MS; !(await holds()); await delay(100)) {
    if (performance.now() <= deadline) continue;
    const states = await installation.query('select w.title, w.state, s.ended_as from work_items w left join stories s on s.work_item_id = w.id');
    throw new Error(`${what}: it did not come to that.\n${JSON.stringify(states)}\n${installation.lastWords()}`);
  }
}

let speaks = false;
const quiet = (title: string, kind: string): boolean => (title === titleOf(QUIET) && !speaks) || kind === 'policy.update';

/** The one run of the slow agent that there may ever be. */
const slowRuns = (): Promise<{ state: string; execution: number; attempt: number }[]> =>
  installation.query(`
    select r.state, r.execution, r.attempt from agent_runs r join work_items w on w.id = r.work_item_id
    where w.title = '${titleOf(SLOW)}' and r.role = 'coder' order by r.id`);

/** People and programs that were let in before any clock moved. */
interface Callers {
  /** Status of a request with a session that ends two hours after its last use. */
  session(): Promise<number>;
  /** With a token that ends in an hour. */
  hourly(): Promise<number>;
}

async function letIn(server: ServerProcess): Promise<Callers> {
  const owner = installation.client(server);
  const hour = new Date(Date.now() + HOUR_MS).toISOString();
  const { token } = await owner.post<{ token: string }>('/v1/tokens', { name: 'hourly', role: 'viewer', expires_at: hour });
  const opened = await fetch(`${server.url}/v1/sessions`, { method: 'POST', headers: { authorization: `Bearer ${server.token}` } });
  const cookie = opened.headers.get('set-cookie')?.split(';')[0] ?? '';
  const statusWith = async (headers: Record<string, string>): Promise<number> => (await fetch(`${server.url}/v1/issues`, { headers })).status;
  return { session: () => statusWith({ cookie }), hourly: () => statusWith({ authorization: `Bearer ${token}` }) };
}

/** A token that ends in so long; answers the status of a request with it. */
async function lasting(server: ServerProcess, ms: number): Promise<() => Promise<number>> {
  const ends = (await installation.query<{ at: Date }>(`select clock_timestamp() + interval '${ms} milliseconds' as at`))[0]?.at.toISOString();
  const { token } = await installation.client(server).post<{ token: string }>('/v1/tokens', { name: 'short', role: 'viewer', expires_at: ends });
  return async () => (await fetch(`${server.url}/v1/issues`, { headers: { authorization: `Bearer ${token}` } })).status;
}

/** Something that waits for people and belongs to no story. */
async function askForPolicy(server: ServerProcess, files: number): Promise<string> {
  const owner = installation.client(server);
  const { token } = await owner.post<{ token: string }>('/v1/tokens', { name: 'asker', role: 'manager', person: SAMPLE_PEOPLE.at(-1)?.handle });
  const text = DEFAULT_POLICY_TEXT.replace('max_files_per_change: 40', `max_files_per_change: ${files}`);
  return (await createApiClient({ url: server.url, token }).post<{ action_id: string }>('/v1/policy/activate', { text })).action_id;
}

const approvalStatus = async (id: string): Promise<string | undefined> =>
  (await installation.query<{ status: string }>(`select status from approvals where id = '${id}'`))[0]?.status;

/** Lets the time of an approval run out, on the database's clock, and waits until it has expired. */
async function runOut(id: string): Promise<void> {
  await installation.query(`update approvals set expires_at = clock_timestamp() + interval '1 second' where id = '${id}'`);
  await until('what nobody answered in time expires', async () => (await approvalStatus(id)) === 'expired');
}

/** Columns that say when something was, and rows in which it was not while this test ran. Those that look ahead are left out. */
async function outOfTime(since: string): Promise<string[]> {
  const columns = await installation.query<{ table: string; column: string }>(`
    select c.table_name as "table", c.column_name as "column" from information_schema.columns c join information_schema.tables t using (table_schema, table_name)
    where c.table_schema = 'public' and t.table_type = 'BASE TABLE' and c.data_type = 'timestamp with time zone'
      and c.column_name !~ '(expires|until|next_attempt|not_before|ends_at)'`);
  const wrong: string[] = [];
  for (const { table, column } of columns) {
    const [row] = await installation.query<{ n: number }>(`
      select count(*)::int as n from ${table} where ${column} not between '${since}'::timestamptz - interval '5 minutes' and clock_timestamp() + interval '5 minutes'`);
    if ((row?.n ?? 0) > 0) wrong.push(`${table}.${column}: ${row?.n}`);
  }
  return wrong;
}

/** What must hold at every moment, wherever the machine's clock stands. */
async function expectUnmoved(callers: Callers, asked: readonly string[]): Promise<void> {
  expect(await Promise.all([callers.session(), callers.hourly()])).toEqual([200, 200]);
  expect(await installation.query(`select id from approvals where status = 'expired'`)).toEqual([]);
  for (const id of asked) expect(await approvalStatus(id)).toBe('pending');
  // Nobody was taken for dead, and no run was taken from whoever has it.
  expect(await installation.query(`select id from executors where state = 'lost'`)).toEqual([]);
  expect(await slowRuns()).toEqual([{ state: expect.stringMatching(/^(running|checking|succeeded)$/), execution: 1, attempt: 1 }]);
}

test.runIf(LONG)(
  'a machine whose clock is set forward and back goes by the database and by monotonic time',
  { timeout: 10 * MINUTE_MS },
  async () => {
    const since = await databaseTime(installation);
    installation.slowAgents((MOVES.length + 1) * BETWEEN_MOVES_MS, titleOf(SLOW));
    shortenSilence(path.join(installation.dataDir, 'reeve.yaml'));
    const server = await installation.startSafely();
    const { dataDir } = installation;
    const files = { dataDir, configFile: path.join(dataDir, 'reeve.yaml'), logFile: path.join(dataDir, 'servers.log') };
    second = await startServerProcess(files);
    const decide = (decider = await createDecider(installation, server, quiet));
    decide.on(server);
    const callers = await letIn(server);
    const policy = await askForPolicy(server, 41);
    for (const sample of [SLOW, QUIET]) await installation.open(server, sample);
    await until('the slow agent works, and somebody is asked', async () => {
      const asked = await pending(installation);
      return (await slowRuns())[0]?.state === 'running' && asked.some(({ title }) => title === titleOf(QUIET));
    });
    const asked = [policy, ...(await pending(installation)).map(({ id }) => id)];

    const others = [...OTHERS];
    for (const [, shiftMs] of MOVES) {
      const next = others.shift();
      if (next !== undefined) await installation.open(server, next);
      await delay(BETWEEN_MOVES_MS / 2);
      const brief = await lasting(server, BETWEEN_MOVES_MS / 4);
      const before = await brief();
      await move(shiftMs);
      expect(before).toBe(200);
      await delay(BETWEEN_MOVES_MS / 2);
      expect(await brief()).toBe(401);
      await expectUnmoved(callers, asked);
    }

    // Then back by an hour, several times: what counts on the machine's clock stands still unless it is just at work.
    for (let hours = 1; hours <= 8; hours += 1) {
      await move(-40 * DAY_MS - hours * HOUR_MS);
      await delay(150);
    }
    // From here on it stays behind: whatever began before comes to its end, and what is over is over.
    for (const sample of others) await installation.open(server, sample);
    const over = await askForPolicy(server, 42);
    await runOut(over);
    await until('every other story ends', async () => {
      const open = await installation.query<{ title: string }>(
        'select w.title from stories s join work_items w on w.id = s.work_item_id where s.ended_at is null',
      );
      return open.every(({ title }) => title === titleOf(QUIET));
    });
    expect(await slowRuns()).toEqual([{ state: 'succeeded', execution: 1, attempt: 1 }]);
    expect(await approvalStatus(policy)).toBe('pending');
    speaks = true;
    await until('the last story ends', async () => (await installation.query('select 1 from stories where ended_at is null')).length === 0);
    await decide.off();
    await runOut(policy);

    expect(await outOfTime(since)).toEqual([]);
    const [ledger] = await installation.query<{ entries: number; back: number }>(`
    select count(*)::int as entries, count(*) filter (where occurred_at < before)::int as back
    from (select occurred_at, lag(occurred_at) over (order by seq) as before from ledger_entries) entries`);
    expect(ledger?.back).toBe(0);
    const days = await installation.query(`select id from budget_pools where starts_on > current_date or ends_on <= current_date - 1`);
    expect(days).toEqual([]);
    await expectSound(installation, server);
    const moves = MOVES.map(([name]) => name).join(', ');
    console.log(
      `clocks: the server's clock moved by ${moves} under ${2 + OTHERS.length} stories: all merged, nothing expired early or lived on, ${ledger?.entries} ledger entries in order (line: none lost, none twice)`,
    );
    await server.end('SIGTERM');
  },
);

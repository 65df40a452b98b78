import { AsyncLocalStorage } from 'node:async_hooks';
import { existsSync, rmSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Pool } from 'pg';
import { vi } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { createGit } from '#connectors/git/index.ts';
import { GIT_ENV } from '#connectors/git/__fixtures__/repository.ts';
import { CONTEXT, createQueueOn, createRepository, documentOf, PROJECT, type Repository } from '#modules/merge-queue/__fixtures__/estate.ts';
import type { MergeQueue } from '#modules/merge-queue/index.ts';
import { createDb, createPool, sql, type Db } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../kit/database.ts';
import { createMemoryLog, silentLog } from '../kit/log.ts';
import { baseFiles, check, outsiderCommit, randomChange, RULES_OF } from './queue-documents.ts';
import { faultyChecks, faultyDb, faultyMirror, submitting, type Life, type Sabotage, type Surroundings } from './queue-faults.ts';
import { draw, type FaultPlan } from './queue-plans.ts';

export const TARGET = 'ai-1';
const REF = `refs/heads/${TARGET}`;
const ENDED = ['landed', 'quarantined', 'dropped', 'already_landed'];
const WORKERS = 2;
/** Nothing may stand still for so long: then something waits for what never comes. */
const STANDSTILL_MS = 20_000;
/** A row that cannot be written for so long is locked. */
const LOCKED_MS = 60;

/** A database that many worlds share, one after the other; the workers have connections of their own, which can be cut. */
export interface Ground {
  database: TestDatabase;
  db: Db;
  pool: Pool;
  cut(): Promise<void>;
  close(): Promise<void>;
}

export async function openGround(): Promise<Ground> {
  // Nothing here is about power cuts: on a disk in memory syncing costs nothing, and ten thousand faults take minutes.
  if (existsSync('/dev/shm')) vi.stubEnv('TMPDIR', '/dev/shm');
  const database = await createTestDatabase();
  await database.db.run(sql`insert into projects (id, key, name, settings) values (${PROJECT}, 'shop', 'Shop', '{}'::jsonb)`);
  const pool = createPool({ connection: database.connection, max: 12, applicationName: 'chaos-worker' }, () => undefined);
  return {
    database,
    db: createDb(pool),
    pool,
    async cut() {
      await database.db.run(
        sql`select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and application_name = 'chaos-worker'`,
      );
    },
    async close() {
      await pool.end();
      await database.close();
    },
  };
}

export interface WorldOptions {
  seed: string;
  plan: FaultPlan;
  /** Landings of independent lanes may be verified after the fact. */
  combined?: 'before' | 'after';
  /** Change requests handed in at once. */
  batch?: number;
  /** Makes the first commit of the repository; answers it. */
  found?: (source: Repository) => string;
}

/** A repository of its own with its mirror, two workers, and people who submit and push. */
export interface World {
  readonly seed: string;
  readonly repositoryId: string;
  readonly source: Repository;
  /** Without faults. */
  readonly mirror: Mirror;
  /** Without faults; its loop does not run. */
  readonly queue: MergeQueue;
  readonly base: string;
  /** Commits that somebody else pushed. */
  readonly outside: string[];
  /** Ids that were answered to a submitter. */
  readonly admitted: Set<string>;
  /** Submissions answered as known, refused as older than a later attempt, refused as another body, or taking an earlier one's place. */
  readonly submissions: Readonly<Record<'twice' | 'late' | 'otherBody' | 'superseding', number>>;
  /** Compare-and-swaps that workers lost. */
  lostSwaps(): number;
  /** Starts two workers. */
  start(): Promise<void>;
  /** Hands in one document as an agent does: again until there is an answer. Throws TypeError when it is refused. */
  submit(document: unknown): Promise<void>;
  /** Until every change request has ended. */
  settle(): Promise<void>;
  /** Hands in change requests until the plan has no faults left, then one more without any, and waits for all ends. */
  live(): Promise<void>;
  close(): Promise<void>;
}

export async function openWorld(
  ground: Ground,
  { seed, plan, combined = 'before', batch = 8, found = (source) => source.commit(baseFiles()) }: WorldOptions,
): Promise<World> {
  const repositoryId = `repo_${seed.replaceAll(/\W/g, '_')}`;
  await ground.database.db.run(sql`
    insert into repositories (id, project_id, forge, name, default_branch)
    values (${repositoryId}, ${PROJECT}, 'local', ${`acme/${repositoryId}`}, 'main')`);
  const source = createRepository();
  const base = found(source);
  const git = createGit({ env: GIT_ENV, refLockTimeoutMs: 700 });
  const open = (): Promise<Mirror> => git.mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  const mirror = await open();
  await mirror.compareAndSwap(REF, null, base);
  const context = { ...CONTEXT, repositoryId };
  const queue = createQueueOn(ground.database.db, async () => mirror, { log: silentLog });
  const outside: string[] = [];
  const admitted = new Set<string>();
  const hosts: Host[] = [];
  const expiring: Array<Promise<boolean>> = [];
  const submissions = { twice: 0, late: 0, otherBody: 0, superseding: 0 };
  const told = createMemoryLog();
  // A millisecond is two seconds: pauses after faults take no time.
  const startedMs = Date.now();
  const clock = { now: () => new Date(startedMs + (Date.now() - startedMs) * 2000) };
  // A worker may die in a transaction; the one that takes its place is not in it.
  const afresh = AsyncLocalStorage.snapshot();
  let closing = false;
  let generation = 0;
  let pushes = 0;

  interface Host {
    queue: MergeQueue;
    life: Life;
  }

  async function pushToMirror(file: string): Promise<string> {
    const head = (await mirror.resolve(REF)) ?? base;
    const commit = await outsiderCommit(mirror, head, file);
    if (await mirror.compareAndSwap(REF, head, commit)) return commit;
    throw new Error('the branch moved');
  }

  /** As pushes of people come: to the repository that the mirror follows. */
  async function pushToSource(file: string): Promise<string> {
    const before = source.git('for-each-ref', '--format=%(objectname)', REF);
    const commit = await outsiderCommit(mirror, before === '' ? base : before, file);
    source.git('fetch', '--quiet', mirror.dir, `${commit}:${REF}`);
    await mirror.fetch();
    return commit;
  }

  let calm = false;
  const { atJournal } = plan;
  const faults: FaultPlan = {
    struck: plan.struck,
    missed: plan.missed,
    next: (boundary) => (calm ? null : plan.next(boundary)),
    ...(atJournal === undefined ? {} : { atJournal: (events) => (calm ? null : atJournal(events)) }),
  };

  const surroundings: Surroundings = {
    cutConnections: ground.cut,
    async outsider(where) {
      pushes += 1;
      const file = `outside-${pushes}.txt`;
      try {
        outside.push(await (where === 'mirror' || pushes % 2 === 1 ? pushToMirror(file) : pushToSource(file)));
        return true;
      } catch {
        // Somebody was faster, or a killed git holds a lock: this push did not happen.
        return false;
      }
    },
    async loseLease(worker) {
      const expired = expireLeases(ground.database.db, worker).then(
        (rows) => rows > 0,
        () => false,
      );
      // Where the worker has locked the row, taking over waits until it is done: it goes on, and loses its lease right after.
      const held = await Promise.race([expired.then(() => false), delay(LOCKED_MS, true)]);
      if (held) {
        expiring.push(expired);
        return true;
      }
      let taken = false;
      for (let looks = 0; looks < 20 && !taken; looks += 1) {
        await delay(5);
        taken = await isTaken(ground.database.db, repositoryId, worker);
      }
      // The other one gets some way.
      await delay(draw(seed, worker, 'sleep') * 40);
      return taken;
    },
  };

  async function host(): Promise<void> {
    generation += 1;
    const worker = `worker-${generation}`;
    const life: Life = { worker, dead: false, pending: [], lostSwaps: 0, onDeath: () => void afresh(() => replace(worker)) };
    const sabotage: Sabotage = { life, plan: faults, surroundings };
    const own = faultyMirror(draw(seed, worker) < 0.7 ? await open() : mirror, sabotage);
    const started = createQueueOn(faultyDb(ground.db, sabotage), async () => own, {
      workerId: worker,
      log: told.log,
      clock,
      rules: async () => RULES_OF(repositoryId),
      scheduling: async () => ({ lanes: 2, combined }),
      verify: (request) => faultyChecks(sabotage, () => check(mirror, request)),
      settings: { pollMs: 5, leaseTtlMs: 1500, maxRetries: 10_000, maxBaseMoves: 10_000 },
    });
    hosts.push({ queue: started, life });
    started.start();
  }

  async function replace(worker: string): Promise<void> {
    await expireLeases(ground.database.db, worker);
    // Its loop must not turn for ever in this process; nothing of it reaches the outside.
    void hosts.find(({ life }) => life.worker === worker)?.queue.stop(0);
    if (!closing) await host();
  }

  async function start(): Promise<void> {
    for (let alive = 0; alive < WORKERS; alive += 1) await host();
  }

  const anyHost = (): Host | undefined => hosts.findLast(({ life }) => !life.dead);

  /** As a submitter does it: again, with the same body, until there is an answer. */
  async function submit(document: unknown): Promise<void> {
    for (;;) {
      const through = anyHost();
      if (through === undefined) {
        await delay(2);
        continue;
      }
      try {
        const result = await submitting.run(true, () => through.queue.submit(document, context));
        if (!result.ok) throw new TypeError(`refused: ${JSON.stringify(result.error)}`);
        if (admitted.has(result.value.id)) submissions.twice += 1;
        if (result.value.attempt > 1) submissions.superseding += 1;
        admitted.add(result.value.id);
        return;
      } catch (error) {
        if (error instanceof TypeError) throw error;
        if (error instanceof AppError && error.code === 'attempt_stale') return void (submissions.late += 1);
        if (error instanceof AppError && error.code === 'attempt_taken') return void (submissions.otherBody += 1);
        await delay(1);
      }
    }
  }

  /** What was set aside comes back from its agent, written on the newest state. */
  async function reworked(round: number): Promise<unknown[]> {
    const aside = await ground.database.db.all(sql<{ taskId: string; attempt: number }>`
      select task_id, max(attempt) as attempt from change_requests where repository_id = ${repositoryId} and state = 'quarantined' group by 1`);
    const documents: unknown[] = [];
    for (const { taskId, attempt } of aside.filter((one) => draw(seed, round, one.taskId, 'rework') < 0.7)) {
      const on = (await mirror.resolve(REF)) ?? base;
      const files = await randomChange(mirror, on, `${taskId} ${round}`);
      const document = await documentOf(mirror, files, { base: on, taskId, attempt: attempt + 1, target: TARGET });
      documents.push({ ...document, repo: `acme/${repositoryId}` });
    }
    return documents;
  }

  /** Written by agents on a base of their own time, handed in twice, later attempts before earlier ones. */
  async function handIn(round: number): Promise<void> {
    const documents = await reworked(round);
    for (let at = 0; at < batch; at += 1) {
      const name = `${seed} ${round} ${at}`;
      const on = draw(name, 'base') < 0.5 ? base : ((await mirror.resolve(REF)) ?? base);
      const files = await randomChange(mirror, on, name);
      const document = await documentOf(mirror, files, { base: on, taskId: name, attempt: 1, target: TARGET });
      const own = { ...document, repo: `acme/${repositoryId}` };
      documents.push(own);
      if (draw(name, 'twice') < 0.3) documents.push(own);
      if (draw(name, 'again') < 0.15) documents.push({ ...own, attempt: 2, summary: `Again ${name}` });
      if (draw(name, 'other') < 0.1) documents.push({ ...own, summary: `Another body ${name}` });
    }
    const order = documents.toSorted((a, b) => draw(JSON.stringify(a), 'order') - draw(JSON.stringify(b), 'order'));
    await Promise.all(order.map(submit));
  }

  async function untilAllEnded(): Promise<void> {
    let before = '';
    let sinceMs = Date.now();
    for (;;) {
      const rows = await ground.database.db.all(sql<{ id: string; state: string; version: number; lastError: string | null }>`
        select id, state, version, last_error from change_requests where repository_id = ${repositoryId} order by id`);
      const owed = await ground.database.db.one(
        sql<{ n: number }>`select count(*) as n from queue_targets where repository_id = ${repositoryId} and audit is not null`,
      );
      const open_ = rows.filter(({ state }) => !ENDED.includes(state));
      if (open_.length === 0 && owed.n === 0) return;
      const now = JSON.stringify([rows.map(({ version }) => version), owed.n]);
      if (now !== before) [before, sinceMs] = [now, Date.now()];
      if (Date.now() - sinceMs > STANDSTILL_MS)
        throw new Error(
          `nothing moves any more: ${JSON.stringify({
            open: open_,
            audits: owed.n,
            workers: hosts.map(({ life }) => life).filter(({ dead }) => !dead),
            said: told
              .lines()
              .filter(({ error }) => error !== 'the worker is dead')
              .slice(-5),
            targets: await ground.database.db.all(sql`select *, clock_timestamp() as now from queue_targets where repository_id = ${repositoryId}`),
          })}`,
        );
      await delay(5);
    }
  }

  return {
    seed,
    repositoryId,
    source,
    mirror,
    queue,
    base,
    outside,
    admitted,
    submissions,
    lostSwaps: () => hosts.reduce((sum, { life }) => sum + life.lostSwaps, 0),
    start,
    submit,
    settle: untilAllEnded,
    async live() {
      await start();
      let before = -1;
      for (let round = 0; plan.struck.length > before && round < 40; round += 1) {
        before = plan.struck.length;
        await handIn(round);
        await untilAllEnded();
      }
      // Nothing fails any more: the queue must still be able to land something, on top of everything, also of what was pushed last.
      calm = true;
      await submit({
        ...(await documentOf(mirror, { 'last.txt': `${seed}\n` }, { base, taskId: `${seed} last`, target: TARGET })),
        repo: `acme/${repositoryId}`,
      });
      await untilAllEnded();
    },
    async close() {
      closing = true;
      await Promise.all(hosts.map((one) => one.queue.stop(0)));
      await Promise.all(expiring);
      rmSync(source.root, { recursive: true, force: true });
    },
  };
}

const expireLeases = (db: Db, worker: string): Promise<number> =>
  db.run(sql`update queue_targets set lease_expires_at = clock_timestamp() - interval '1 second' where lease_owner like ${`${worker}:%`}`);

async function isTaken(db: Db, repositoryId: string, worker: string): Promise<boolean> {
  const row = await db.maybe(sql<{ leaseOwner: string | null }>`select lease_owner from queue_targets where repository_id = ${repositoryId}`);
  return row?.leaseOwner !== undefined && row.leaseOwner !== null && !row.leaseOwner.startsWith(`${worker}:`);
}

import { once } from 'node:events';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createWorkflowEngine, type WorkflowContext, type WorkflowEngine } from './index.ts';

let database: TestDatabase;
const engines: WorkflowEngine[] = [];
let nextExecutor = 1;

/** One engine at a time: `restart` stops the one before. */
async function engineWith(
  define: (engine: WorkflowEngine) => void,
  options: { worker?: boolean; executorId?: string; clock?: Clock; connection?: { url: string } } = {},
): Promise<WorkflowEngine> {
  for (const engine of engines.splice(0)) await engine.stop(0);
  const engine = createWorkflowEngine({
    connection: options.connection ?? database.connection,
    log: silentLog,
    executorId: options.executorId ?? `test-${nextExecutor++}`,
    version: 'v1',
    ...(options.clock === undefined ? {} : { clock: options.clock }),
  });
  engines.push(engine);
  engine.defineQueue({ name: 'main', pollingIntervalMs: 20 });
  define(engine);
  await engine.launch({ worker: options.worker ?? true });
  return engine;
}

const simple = (name: string, run: (context: WorkflowContext, input: never) => Promise<unknown>) => (engine: WorkflowEngine) =>
  engine.define({ name, queue: 'main', run });

/** Ends every connection of the engine's pool, of which this process hears only when it next uses one. */
async function cutConnectionsUnheard(): Promise<void> {
  const { rows } = await database.pool.query<{ pid: number }>(
    "select pid from pg_stat_activity where application_name = 'reeve-workflows' and datname = current_database()",
  );
  for (const { pid } of rows) process.kill(pid, 'SIGTERM');
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 300);
}

/** A way to the database that can be closed for a while: connections break, and new ones are refused. */
async function closableWay(): Promise<{ url: string; close(): void; reopen(): Promise<void>; end(): void }> {
  const { socketDir, port, database: name, user } = database.connection;
  const open = new Set<net.Socket>();
  const way = net.createServer((from) => {
    const to = net.connect(path.join(socketDir, `.s.PGSQL.${port}`));
    for (const end of [from, to]) {
      open.add(end);
      end.on('error', () => {});
      end.on('close', () => [from, to].forEach((other) => other.destroy()));
    }
    from.pipe(to).pipe(from);
  });
  const listen = (at: number) => once(way.listen(at, '127.0.0.1'), 'listening');
  await listen(0);
  const at = (way.address() as net.AddressInfo).port;
  const close = (): void => {
    way.close();
    for (const socket of open) socket.destroy();
    open.clear();
  };
  return { url: `postgresql://${user}@127.0.0.1:${at}/${name}`, close, reopen: async () => void (await listen(at)), end: close };
}

async function run<T>(engine: WorkflowEngine, name: string, id: string, input: unknown = null): Promise<T | null> {
  await database.db.tx((tx) => engine.start(tx, name, id, input));
  return engine.waitFor<T>(id, 20_000);
}

beforeEach(async () => {
  database = await createTestDatabase();
});
afterEach(async () => {
  for (const engine of engines.splice(0)) await engine.stop(0);
  await database.close();
});

test('a workflow runs its steps and its result comes back, dates included', async () => {
  const engine = await engineWith(
    simple('test.sum', async (context, input: { a: number }) => {
      const b = await context.step('b', async () => input.a + 1);
      const at = await context.now();
      return { b, at };
    }),
  );
  const result = await run<{ b: number; at: Date }>(engine, 'test.sum', 'sum:1', { a: 1 });
  expect(result?.b).toBe(2);
  expect(result?.at).toBeInstanceOf(Date);
  expect(await engine.status('sum:1')).toEqual({ status: 'done', error: null });
});

test('starting an id twice runs it once', async () => {
  let runs = 0;
  const engine = await engineWith(simple('test.once', async (context) => context.step('count', async () => (runs += 1))));
  await run(engine, 'test.once', 'once:1');
  await database.db.tx(async (tx) => {
    await engine.start(tx, 'test.once', 'once:1', null);
    await engine.start(tx, 'test.once', 'once:1', null);
  });
  expect(await engine.waitFor('once:1', 5000)).toBe(1);
  expect(runs).toBe(1);
});

test('a start in a transaction that rolls back leaves no workflow', async () => {
  const engine = await engineWith(simple('test.never', async () => 'ran'));
  await expect(
    database.db.tx(async (tx) => {
      await engine.start(tx, 'test.never', 'never:1', null);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect(await engine.status('never:1')).toBeNull();
});

test('an id cannot be taken by a workflow of another name', async () => {
  const engine = await engineWith((one) => {
    simple('test.one', async () => 1)(one);
    simple('test.two', async () => 2)(one);
  });
  await run(engine, 'test.one', 'id:1');
  await expect(database.db.tx((tx) => engine.start(tx, 'test.two', 'id:1', null))).rejects.toMatchObject({
    kind: 'conflict',
    code: 'workflow_id_taken',
  });
});

test('a message sent in a transaction arrives if and only if it commits, and once per key', async () => {
  const engine = await engineWith(
    simple('test.listen', async (context) => {
      const first = await context.receive('decision', 20_000);
      const second = await context.receive('decision', 300);
      return [first, second];
    }),
  );
  await database.db.tx((tx) => engine.start(tx, 'test.listen', 'listen:1', null));
  await database.db
    .tx(async (tx) => {
      await engine.send(tx, 'listen:1', 'decision', 'rolled back');
      throw new Error('no');
    })
    .catch(() => {});
  await database.db.tx((tx) => engine.send(tx, 'listen:1', 'decision', 'yes', 'key-1'));
  await database.db.tx((tx) => engine.send(tx, 'listen:1', 'decision', 'yes', 'key-1'));
  expect(await engine.waitFor('listen:1', 20_000)).toEqual(['yes', null]);
});

test('sending to a workflow that does not exist is refused in words', async () => {
  const engine = await engineWith(simple('test.any', async () => 1));
  await expect(database.db.tx((tx) => engine.send(tx, 'nobody', 'topic', 1))).rejects.toMatchObject({ kind: 'not_found', code: 'workflow_missing' });
});

test('an AppError keeps its kind, code, hint and detail through step, replay and result', async () => {
  let tries = 0;
  const seen: unknown[] = [];
  const define = simple('test.refused', async (context) => {
    try {
      await context.step('refuse', async () => {
        tries += 1;
        throw new AppError('refused', 'The rule says no.', { code: 'rule_no', hint: 'Ask.', detail: { rule: 7 }, cause: new Error('secret') });
      });
    } catch (error) {
      seen.push(error);
      if ((await context.receive('go', 20_000)) === null) return 'nobody came';
      throw error;
    }
  });
  const expected = { kind: 'refused', code: 'rule_no', message: 'The rule says no.', hint: 'Ask.', detail: { rule: 7 } };
  const first = await engineWith(define);
  await database.db.tx((tx) => first.start(tx, 'test.refused', 'refused:1', null));
  await expect.poll(() => seen.length, { timeout: 20_000 }).toBe(1);
  const second = await engineWith(define);
  await database.db.tx((tx) => second.send(tx, 'refused:1', 'go', true));
  await expect(second.waitFor('refused:1', 20_000)).rejects.toMatchObject(expected);
  await expect(second.waitFor('refused:1', 20_000)).rejects.toBeInstanceOf(AppError);
  expect(seen).toHaveLength(2);
  for (const error of seen) {
    expect(error).toBeInstanceOf(AppError);
    expect(error).toMatchObject(expected);
  }
  expect(tries).toBe(1);
  expect(await second.status('refused:1')).toEqual({ status: 'failed', error: 'The rule says no.' });
});

test('a wait outlives a restart and finished steps are not run again', async () => {
  let runs = 0;
  const define = simple('test.wait', async (context) => {
    const made = await context.step('make', async () => (runs += 1));
    return [made, await context.receive('done', 60_000)];
  });
  const first = await engineWith(define);
  await database.db.tx((tx) => first.start(tx, 'test.wait', 'wait:1', null));
  await expect.poll(() => runs, { timeout: 20_000 }).toBe(1);
  const second = await engineWith(define);
  await database.db.tx((tx) => second.send(tx, 'wait:1', 'done', 'late'));
  expect(await second.waitFor('wait:1', 20_000)).toEqual([1, 'late']);
  expect(runs).toBe(1);
});

test('a workflow whose history another program wrote is told so, and may still end with a word', async () => {
  let recorded = false;
  const asking = (step: string) =>
    simple('test.changed', async (context) => {
      await context.step('first', async () => 1);
      try {
        await context.step(step, async () => 2);
        recorded = true;
        return await context.receive('never', 600_000);
      } catch (error) {
        return error instanceof Error ? error.constructor.name : '';
      }
    });
  const first = await engineWith(asking('second'));
  await database.db.tx((tx) => first.start(tx, 'test.changed', 'changed:1', null));
  await expect.poll(() => recorded, { timeout: 20_000 }).toBe(true);
  const second = await engineWith(asking('another'));
  expect(await second.waitFor('changed:1', 20_000)).toBe('DBOSUnexpectedStepError');
});

test('a message sent while no worker runs is received by the next one', async () => {
  const define = simple('test.mail', async (context) => context.receive('mail', 60_000));
  const first = await engineWith(define);
  await database.db.tx((tx) => first.start(tx, 'test.mail', 'mail:1', null));
  await expect.poll(async () => (await first.status('mail:1'))?.status, { timeout: 20_000 }).toBe('running');
  const api = await engineWith(define, { worker: false });
  await database.db.tx((tx) => api.send(tx, 'mail:1', 'mail', 'hello'));
  expect(await api.status('mail:1')).toMatchObject({ status: 'enqueued' });
  const second = await engineWith(define);
  expect(await second.waitFor('mail:1', 20_000)).toBe('hello');
});

test('a child gives its result to its parent, and its error too', async () => {
  const engine = await engineWith((one) => {
    simple('test.child', async (_context, input: { ok: boolean }) => {
      if (!input.ok) throw new AppError('conflict', 'Taken.', { code: 'taken' });
      return 'fine';
    })(one);
    simple('test.parent', async (context) => {
      const good = await context.child('test.child', 'child:good', { ok: true });
      const bad = await context.child('test.child', 'child:bad', { ok: false }).catch((error: unknown) => error instanceof AppError && error.code);
      return [good, bad];
    })(one);
  });
  expect(await run(engine, 'test.parent', 'parent:1')).toEqual(['fine', 'taken']);
});

test('a step is tried again while there is hope, and a refusal is not', async () => {
  let flaky = 0;
  let refused = 0;
  const engine = await engineWith(
    simple('test.retry', async (context) => {
      const patience = { maxAttempts: 4, intervalMs: 1 };
      const value = await context.step(
        'flaky',
        async () => {
          flaky += 1;
          if (flaky < 3) throw new AppError('unavailable', 'Not now.');
          return flaky;
        },
        patience,
      );
      const why = await context
        .step(
          'refused',
          async () => {
            refused += 1;
            throw new AppError('invalid', 'Never.');
          },
          patience,
        )
        .catch((error: AppError) => error.message);
      return [value, why];
    }),
  );
  expect(await run(engine, 'test.retry', 'retry:1')).toEqual([3, 'Never.']);
  expect([flaky, refused]).toEqual([3, 1]);
});

test('a cancelled workflow stops waiting, and so do its children', async () => {
  const engine = await engineWith((one) => {
    simple('test.sleeper', async (context) => context.receive('never', 600_000))(one);
    simple('test.boss', async (context) => context.child('test.sleeper', 'sleeper:1', null))(one);
  });
  await database.db.tx((tx) => engine.start(tx, 'test.boss', 'boss:1', null));
  await expect.poll(async () => (await engine.status('sleeper:1'))?.status, { timeout: 20_000 }).toBe('running');
  await engine.cancel('boss:1');
  await expect(engine.waitFor('boss:1', 20_000)).rejects.toThrow(/cancelled/);
  expect((await engine.status('sleeper:1'))?.status).toBe('cancelled');
  await expect(engine.cancel('nobody')).rejects.toMatchObject({ kind: 'not_found' });
});

test('a queue runs no more at once than it may', async () => {
  let now = 0;
  let most = 0;
  const engine = await engineWith((one) => {
    one.defineQueue({ name: 'narrow', concurrency: 2, pollingIntervalMs: 20 });
    one.define({
      name: 'test.narrow',
      queue: 'narrow',
      run: (context) =>
        context.step('busy', async () => {
          now += 1;
          most = Math.max(most, now);
          await new Promise((resolve) => setTimeout(resolve, 30));
          now -= 1;
        }),
    });
  });
  await database.db.tx(async (tx) => {
    for (let i = 0; i < 6; i += 1) await engine.start(tx, 'test.narrow', `narrow:${i}`, null);
  });
  for (let i = 0; i < 6; i += 1) await engine.waitFor(`narrow:${i}`, 20_000);
  expect(most).toBe(2);
});

test('queues and pauses go by the clock that was given, and not by the one of a machine that is set back', async () => {
  const { now } = Date;
  let hours = 0;
  Date.now = () => now() - hours * 3_600_000;
  try {
    const monotonic = { now: () => new Date(performance.timeOrigin + performance.now()) };
    const engine = await engineWith(
      simple('test.pause', async (context) => {
        await context.sleep(200);
        return context.step('wake', async () => 'awake');
      }),
      { clock: monotonic },
    );
    for (const id of ['pause:1', 'pause:2', 'pause:3', 'pause:4', 'pause:5']) {
      await database.db.tx((tx) => engine.start(tx, 'test.pause', id, null));
      hours += 1;
      expect(await engine.waitFor(id, 20_000)).toBe('awake');
    }
    await engine.stop(0);
  } finally {
    Date.now = now;
  }
});

test('a schedule ticks', async () => {
  const ticks: Date[] = [];
  await engineWith((one) => {
    one.schedule({ name: 'tick', cron: '* * * * * *', run: async (context, at) => void ticks.push(await context.step('see', async () => at)) });
  });
  await expect.poll(() => ticks.length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(ticks[0]).toBeInstanceOf(Date);
  expect(new Set(ticks.map((tick) => tick.getTime())).size).toBe(ticks.length);
});

test.each([
  ['ahead', 1],
  ['behind', -1],
] as const)('a schedule ticks when the clock that was given is a day %s of the machine, once a slot', async (_, sign) => {
  const day = sign * 86_400_000;
  const given = { now: () => new Date(performance.timeOrigin + performance.now() + day) };
  const ticks: Date[] = [];
  const engine = await engineWith(
    (one) =>
      one.schedule({ name: 'tick', cron: '* * * * * *', run: async (context, at) => void ticks.push(await context.step('see', async () => at)) }),
    { clock: given },
  );
  expect(new Date().getTime() - given.now().getTime()).toBeLessThan(1000);
  expect(new Date()).toBeInstanceOf(Date);
  await expect.poll(() => ticks.length, { timeout: 20_000 }).toBeGreaterThan(1);
  expect(Math.abs((ticks[0]?.getTime() ?? 0) - given.now().getTime())).toBeLessThan(60_000);
  expect(ticks.length).toBeLessThan(60);
  await engine.stop(0);
  expect(Math.abs(Date.now() - (performance.timeOrigin + performance.now()))).toBeLessThan(60_000);
});

test('stopping interrupts a long step, and another worker runs that step again and no other', async () => {
  const log: string[] = [];
  let patient: WorkflowEngine;
  const define = simple('test.long', async (context) => {
    await context.step('first', async () => void log.push('first'));
    return context.step('long', async () => {
      log.push('long');
      if (log.filter((line) => line === 'long').length > 1) return 'done';
      return new Promise((_resolve, reject) => {
        patient.aborting.addEventListener('abort', () => reject(new Error('stopped')));
      });
    });
  });
  patient = await engineWith(define);
  await database.db.tx((tx) => patient.start(tx, 'test.long', 'long:1', null));
  await expect.poll(() => log, { timeout: 20_000 }).toEqual(['first', 'long']);
  const second = await engineWith(define);
  expect(await second.waitFor('long:1', 20_000)).toBe('done');
  expect(log).toEqual(['first', 'long', 'long']);
});

test('an executor whose session is cut drops its steps, registers with a higher epoch and goes on', async () => {
  let tries = 0;
  let engine: WorkflowEngine;
  const define = simple('test.cut', (context) =>
    context.step('long', async () => {
      tries += 1;
      if (tries > 1) return 'again';
      return new Promise((_resolve, reject) => {
        engine.aborting.addEventListener('abort', () => reject(new Error('dropped')));
      });
    }),
  );
  engine = await engineWith(define);
  const before = engine.executor.epoch;
  await database.db.tx((tx) => engine.start(tx, 'test.cut', 'cut:1', null));
  await expect.poll(() => tries, { timeout: 20_000 }).toBe(1);
  await database.pool.query(
    "select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'reeve-executor' and datname = current_database()",
  );
  expect(await engine.waitFor('cut:1', 20_000)).toBe('again');
  expect(engine.executor.epoch).toBeGreaterThan(before);
  await database.db.tx((tx) => engine.assertCurrent(tx));
});

test('a database that dies between a step and its record is waited for; the workflow does not hear of it', async () => {
  const caught: string[] = [];
  const define = simple('test.unrecorded', async (context) => {
    try {
      return await context.step('one', async () => {
        await cutConnectionsUnheard();
        return 'recorded';
      });
    } catch (error) {
      caught.push(String(error));
      return 'given up';
    }
  });
  const engine = await engineWith(define);
  await database.db.tx((tx) => engine.start(tx, 'test.unrecorded', 'unrecorded:1', null));
  await expect.poll(async () => (await engine.status('unrecorded:1').catch(() => null))?.status).toBe('done');
  expect(caught).toEqual([]);
  expect(await engine.waitFor('unrecorded:1', 20_000)).toBe('recorded');
});

test('a parent whose database is away for a while goes on waiting for its child', async () => {
  const caught: string[] = [];
  const way = await closableWay();
  const engine = await engineWith(
    (made) => {
      simple('test.long', (context) => context.sleep(6000).then(() => 'late'))(made);
      simple('test.parent', async (context) => {
        try {
          return await context.child('test.long', 'long:1', null);
        } catch (error) {
          caught.push(String(error));
          return 'given up';
        }
      })(made);
    },
    { connection: { url: way.url } },
  );
  try {
    await database.db.tx((tx) => engine.start(tx, 'test.parent', 'parent:1', null));
    await expect.poll(async () => (await engine.status('long:1'))?.status).toBe('running');
    way.close();
    // Longer than the longest time between two looks.
    await delay(1500);
    await way.reopen();
    await expect.poll(async () => (await engine.status('parent:1').catch(() => null))?.status).toBe('done');
    expect(caught).toEqual([]);
    expect(await engine.waitFor('parent:1', 20_000)).toBe('late');
  } finally {
    for (const one of engines.splice(0)) await one.stop(0);
    way.end();
  }
});

test('a second living executor of the same id is refused', async () => {
  const engine = await engineWith(
    simple('test.any', async () => 1),
    { executorId: 'same' },
  );
  const { pool } = database;
  const rival = await pool.connect();
  try {
    const { rows } = await rival.query("select pg_try_advisory_lock(hashtextextended('reeve-executor:same', 0)) as got");
    expect(rows).toEqual([{ got: false }]);
    await engine.stop(0);
    await rival.query("select pg_advisory_lock(hashtextextended('reeve-executor:same', 0))");
    await expect(
      engineWith(
        simple('test.any', async () => 1),
        { executorId: 'same' },
      ),
    ).rejects.toMatchObject({ kind: 'conflict', code: 'executor_in_use' });
  } finally {
    rival.release(true);
  }
});

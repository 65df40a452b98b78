import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatId, type Ids } from '#kernel/ids.ts';
import type { PublishedEvent } from '#kernel/event.ts';
import { sql, type Tx } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createOutbox, type Outbox } from './index.ts';

let database: TestDatabase;
let started: Outbox[] = [];

let made = 0;
const ids: Ids = { next: (kind) => formatId(kind, Date.now(), Uint8Array.from([0, 0, 0, 0, 0, 0, 0, 0, (made += 1) >> 8, made & 255])) };
const clock = { now: () => new Date('2026-01-02T03:04:05.678Z') };

function newOutbox(): Outbox {
  const outbox = createOutbox({ db: database.db, log: silentLog, clock, ids });
  started.push(outbox);
  return outbox;
}

beforeEach(async () => {
  database = await createTestDatabase({ max: 20 });
});
afterEach(async () => {
  for (const outbox of started.splice(0)) await outbox.stop();
  await database.close();
});

const event = (subject: string, n = 0) => ({ type: 'thing.happened', subject, data: { n } });
const put = (outbox: Outbox, subject: string, n = 0): Promise<void> => database.db.tx((tx) => outbox.put(tx, event(subject, n)));
const read = (text: Promise<PublishedEvent[]>): Promise<string[]> => text.then((events) => events.map((one) => one.subject));

/** A transaction that stays open until told. */
async function openTransaction(work: (tx: Tx) => Promise<void>): Promise<() => Promise<void>> {
  let commit: () => void = () => {};
  let begun: () => void = () => {};
  const worked = new Promise<void>((resolve) => (begun = resolve));
  const done = database.db.tx(async (tx) => {
    await work(tx);
    begun();
    await new Promise<void>((resolve) => (commit = resolve));
  });
  await worked;
  return async () => {
    commit();
    await done;
  };
}

test('exactly the committed events are delivered, whole', async () => {
  const outbox = newOutbox();
  const heard: PublishedEvent[] = [];
  outbox.subscribe('ear', ['thing.happened'], async (one) => void heard.push(one));
  await outbox.start();
  await database.db.tx(async (tx) => {
    await outbox.put(tx, {
      type: 'thing.happened',
      subject: 'kept',
      workItemId: 'iss_1',
      projectId: 'proj_1',
      data: { deep: { list: [1, 'two', null] } },
    });
    await outbox.put(tx, { type: 'other.happened', subject: 'unheard', data: {} });
  });
  await database.db
    .tx(async (tx) => {
      await outbox.put(tx, event('undone'));
      throw new Error('no');
    })
    .catch(() => {});
  await outbox.idle();
  expect(heard).toEqual([
    {
      seq: 1,
      id: expect.stringMatching(/^evt_/),
      type: 'thing.happened',
      subject: 'kept',
      workItemId: 'iss_1',
      projectId: 'proj_1',
      data: { deep: { list: [1, 'two', null] } },
      occurredAt: clock.now(),
    },
  ]);
});

test('after a failure the event comes again, only to whom it failed, and the error is kept', async () => {
  const outbox = newOutbox();
  const calm: number[] = [];
  let tries = 0;
  outbox.subscribe('calm', ['*'], async (one) => void calm.push(one.seq));
  outbox.subscribe('clumsy', ['*'], async () => {
    tries += 1;
    if (tries === 1) throw new Error('dropped it');
  });
  await outbox.start();
  await put(outbox, 'a');
  await expect.poll(() => tries, { timeout: 20_000 }).toBe(1);
  const kept = (): Promise<unknown> =>
    database.db.one(sql`select attempts, last_error, last_error_consumer, delivered_at is not null as delivered from outbox`);
  await expect.poll(kept, { timeout: 20_000 }).toEqual({ attempts: 1, lastError: 'dropped it', lastErrorConsumer: 'clumsy', delivered: false });
  await outbox.idle();
  expect(tries).toBe(2);
  expect(calm).toEqual([1]);
  expect(await kept()).toEqual({ attempts: 1, lastError: 'dropped it', lastErrorConsumer: 'clumsy', delivered: true });
});

test('an event that cannot be delivered does not hold up later ones of its subject for ever', async () => {
  const outbox = newOutbox();
  const heard: number[] = [];
  outbox.subscribe('picky', ['*'], async (one) => {
    if (one.data['n'] === 0) throw new Error('never this one');
    heard.push(one.data['n'] as number);
  });
  await outbox.start();
  await put(outbox, 'same', 0);
  await put(outbox, 'same', 1);
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual([1]);
});

test('events of one subject are handled in the order of their commits', async () => {
  const outbox = newOutbox();
  const heard: Record<string, number[]> = { a: [], b: [] };
  outbox.subscribe('ear', ['*'], async (one) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 5));
    heard[one.subject]?.push(one.data['n'] as number);
  });
  await outbox.start();
  for (let n = 0; n < 20; n += 1) await put(outbox, n % 2 === 0 ? 'a' : 'b', n);
  await outbox.idle();
  expect(heard['a']).toEqual([0, 2, 4, 6, 8, 10, 12, 14, 16, 18]);
  expect(heard['b']).toEqual([1, 3, 5, 7, 9, 11, 13, 15, 17, 19]);
});

describe('while a subscriber takes its time with an event', () => {
  let heard: string[];
  let letGo: (name: string) => void;
  let outbox: Outbox;

  /** `holding`: events (`subject` and number) whose handler waits until told. */
  async function startHolding(holding: readonly string[]): Promise<void> {
    const gates = new Map(holding.map((name) => [name, Promise.withResolvers<void>()]));
    letGo = (name) => gates.get(name)?.resolve();
    heard = [];
    outbox = newOutbox();
    outbox.subscribe('ear', ['*'], async (one) => {
      const name = `${one.subject}${one.data['n'] as number}`;
      await gates.get(name)?.promise;
      heard.push(name);
    });
    await outbox.start();
  }

  const putTogether = (...events: Array<[subject: string, n: number]>): Promise<void> =>
    database.db.tx(async (tx) => {
      for (const [subject, n] of events) await outbox.put(tx, event(subject, n));
    });
  const has = async (...names: string[]): Promise<void> => {
    await expect.poll(() => heard, { timeout: 20_000 }).toEqual(expect.arrayContaining(names));
  };

  test('later events of its subject take nobody else their place', async () => {
    await startHolding(['slow1']);
    await putTogether(['slow', 1]);
    for (let n = 2; n <= 40; n += 1) await put(outbox, 'slow', n);
    await putTogether(['other', 1], ['other', 2]);
    await has('other1', 'other2');
    expect(heard).toEqual(['other1', 'other2']);
    letGo('slow1');
    await outbox.idle();
    expect(heard.slice(2)).toEqual(Array.from({ length: 40 }, (_, n) => `slow${n + 1}`));
  });

  test('an event that waited for another one is not held by a third', async () => {
    await startHolding(['a1', 'slow1']);
    await putTogether(['a', 1]);
    await putTogether(['a', 2], ['slow', 1]);
    letGo('a1');
    await has('a1', 'a2');
    letGo('slow1');
    await outbox.idle();
    expect(heard).toEqual(['a1', 'a2', 'slow1']);
  });

  test('what was published together with it goes on', async () => {
    await startHolding(['slow1']);
    await putTogether(['slow', 1], ['quick', 1], ['quick', 2]);
    await has('quick1', 'quick2');
    letGo('slow1');
    await outbox.idle();
    expect(heard).toEqual(['quick1', 'quick2', 'slow1']);
  });
});

test('a backlog is delivered whole, each subject in its order', async () => {
  const outbox = newOutbox();
  const heard: Record<string, number[]> = {};
  outbox.subscribe('ear', ['*'], async (one) => {
    await new Promise((resolve) => setTimeout(resolve, Math.random() * 3));
    (heard[one.subject] ??= []).push(one.data['n'] as number);
  });
  for (let n = 0; n < 5; n += 1)
    await database.db.tx((tx) =>
      outbox.putAll(
        tx,
        Array.from({ length: 30 }, (_, subject) => event(`s${subject}`, n)),
      ),
    );
  await outbox.start();
  await outbox.idle();
  expect(Object.values(heard)).toEqual(Array.from({ length: 30 }, () => [0, 1, 2, 3, 4]));
});

test('two dispatchers share the work and each event is handled once', async () => {
  const heard: string[] = [];
  for (const name of ['one', 'two']) {
    const outbox = newOutbox();
    outbox.subscribe('ear', ['*'], async (one) => {
      heard.push(`${one.subject}`);
      await new Promise((resolve) => setTimeout(resolve, 2));
    });
    await outbox.start();
    for (let n = 0; n < 30; n += 1) await put(outbox, `${name}-${n}`);
  }
  await started[0]?.idle();
  expect(heard).toHaveLength(60);
  expect(new Set(heard).size).toBe(60);
});

test('an event whose handler was cut off in the middle is handled by another', async () => {
  const heard: string[] = [];
  const first = newOutbox();
  first.subscribe('ear', ['*'], async () => {
    heard.push('first');
    // Not awaited: stopping waits for this very handler. First, so that no other lane of this process takes the event.
    void first.stop();
    await database.pool.query(
      "select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and state = 'idle in transaction'",
    );
  });
  await first.start().catch(() => {});
  await put(first, 'a');
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['first']);
  const second = newOutbox();
  second.subscribe('ear', ['*'], async () => void heard.push('second'));
  await second.start();
  await second.idle();
  expect(heard).toEqual(['first', 'second']);
});

test('a reader of the tail never misses an event that was written earlier and committed later', async () => {
  const outbox = newOutbox();
  const commitLate = await openTransaction((tx) => outbox.put(tx, event('written first')));
  await put(outbox, 'committed first');
  expect(await read(outbox.tail(0, 10))).toEqual(['committed first']);
  const [last] = (await outbox.tail(0, 10)).map((one) => one.seq);
  await commitLate();
  expect(await read(outbox.tail(last ?? 0, 10))).toEqual(['written first']);
  expect(await read(outbox.tail(0, 10))).toEqual(['committed first', 'written first']);
});

test('many writers and readers agree on one order without a gap in what is read', async () => {
  const outbox = newOutbox();
  const reading = async (): Promise<string[]> => {
    const seen: string[] = [];
    let after = 0;
    while (seen.length < 60) {
      for (const one of await outbox.tail(after, 7)) {
        seen.push(one.subject);
        after = one.seq;
      }
    }
    return seen;
  };
  const readers = [reading(), reading()];
  await Promise.all(
    Array.from({ length: 6 }, async (_, writer) => {
      for (let n = 0; n < 10; n += 1) {
        await database.db.tx(async (tx) => {
          await outbox.put(tx, event(`${writer}-${n}`));
          await new Promise((resolve) => setTimeout(resolve, Math.random() * 4));
        });
      }
    }),
  );
  const [one, two] = await Promise.all(readers);
  expect(one).toEqual(two);
  expect(new Set(one).size).toBe(60);
  for (let writer = 0; writer < 6; writer += 1) {
    expect(one?.filter((subject) => subject.startsWith(`${writer}-`))).toEqual(Array.from({ length: 10 }, (_, n) => `${writer}-${n}`));
  }
});

test('tail gives at most what was asked for', async () => {
  const outbox = newOutbox();
  await database.db.tx(async (tx) => {
    for (let n = 0; n < 5; n += 1) await outbox.put(tx, event(`e${n}`));
  });
  expect(await read(outbox.tail(0, 2))).toEqual(['e0', 'e1']);
  expect(await read(outbox.tail(3, 9))).toEqual(['e3', 'e4']);
});

test('wait wakes when another process publishes', async () => {
  const reader = newOutbox();
  const writer = newOutbox();
  await reader.wait(200);
  const woken = reader.wait(30_000);
  await put(writer, 'a');
  await woken;
  expect(await read(reader.tail(0, 10))).toEqual(['a']);
});

test('delivery goes on after the database cut every connection', async () => {
  const outbox = newOutbox();
  const heard: string[] = [];
  outbox.subscribe('ear', ['*'], async (one) => void heard.push(one.subject));
  await outbox.start();
  await put(outbox, 'before');
  await outbox.idle();
  await database.pool.query('select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()');
  const published = (): Promise<boolean> =>
    put(outbox, 'after').then(
      () => true,
      () => false,
    );
  await expect.poll(published, { timeout: 20_000 }).toBe(true);
  await expect.poll(() => heard, { timeout: 20_000 }).toEqual(['before', 'after']);
});

test('subscribing is over once delivery began, and a consumer name is used once', async () => {
  const outbox = newOutbox();
  outbox.subscribe('ear', ['*'], async () => {});
  expect(() => outbox.subscribe('ear', ['*'], async () => {})).toThrow(/twice/);
  await outbox.start();
  expect(() => outbox.subscribe('late', ['*'], async () => {})).toThrow(/before the outbox starts/);
});

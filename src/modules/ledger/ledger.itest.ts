import { mkdtempSync, rmSync, statSync, writeFileSync, chmodSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { json, sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createLedger, verifyOffline } from './index.ts';

let database: TestDatabase;
let folder: string;
let six: Awaited<ReturnType<typeof filled>>;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  six = await filled(6);
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-ledger-'));
});
afterAll(async () => {
  await database.close();
  await six.own.close();
  rmSync(folder, { recursive: true, force: true });
});

const entry = (kind: string, subject = 's') => ({
  kind,
  subject,
  actor: 'system',
  payload: { text: 'ä\u0000', n: 1.5, nested: { b: [1, 2], a: null } },
});

async function filled(entries: number) {
  const own = await createTestDatabase();
  const ledger = createLedger({ db: own.db });
  for (let i = 0; i < entries; i += 1) await own.db.tx(async (tx) => ledger.append(tx, { ...entry('a.b'), payload: { i } }));
  return { own, ledger };
}

test('twenty parallel transactions leave one chain without a gap', async () => {
  const ledger = createLedger({ db: database.db });
  await Promise.all(
    Array.from({ length: 20 }, (_, i) =>
      database.db.tx(async (tx) => {
        for (let j = 0; j < 5; j += 1) ledger.append(tx, entry('test.appended', `s${i}`));
      }),
    ),
  );
  expect(await ledger.verify()).toMatchObject({ verified: true, entries: 100 });
  const { items } = await ledger.list({ limit: 200 });
  expect(items.map((item) => item.seq)).toEqual(Array.from({ length: 100 }, (_, i) => i + 1));
  // Entries of one transaction stay together, in the order they were appended.
  for (let i = 0; i < 100; i += 5) expect(new Set(items.slice(i, i + 5).map((item) => item.subject)).size).toBe(1);
});

test('a transaction that rolls back leaves no entry and no gap', async () => {
  const ledger = createLedger({ db: database.db });
  const before = await ledger.head();
  await expect(
    database.db.tx(async (tx) => {
      ledger.append(tx, entry('test.lost'));
      throw new Error('no');
    }),
  ).rejects.toThrow('no');
  expect(await ledger.head()).toEqual(before);
});

test('entries appended by another module while the transaction ends are written too', async () => {
  const ledger = createLedger({ db: database.db });
  const before = await ledger.head();
  await database.db.tx(async (tx) => {
    ledger.append(tx, entry('test.first'));
    tx.beforeCommit('other', async (last) => ledger.append(last, entry('test.second')));
  });
  expect((await ledger.head()).seq).toBe(before.seq + 2);
});

test.each([
  "update ledger_entries set actor = 'x' where seq = 1",
  'delete from ledger_entries where seq = 1',
  'truncate ledger_entries',
  'delete from ledger_head',
  'truncate ledger_head',
  'update ledger_head set seq = 0',
  'update ledger_nodes set hash = hash',
  'delete from ledger_nodes',
  'truncate ledger_checkpoints',
  `set session_replication_role = replica; delete from ledger_entries`,
])('the database refuses: %s', async (statement) => {
  await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
});

test('pages, filters and both orders of the list agree with the chain', async () => {
  const { own, ledger } = await filled(7);
  try {
    const first = await ledger.list({ limit: 3 });
    const second = await ledger.list({ limit: 3, cursor: first.nextCursor ?? '' });
    const third = await ledger.list({ limit: 3, cursor: second.nextCursor ?? '' });
    expect([...first.items, ...second.items, ...third.items].map((item) => item.seq)).toEqual([1, 2, 3, 4, 5, 6, 7]);
    expect(third.nextCursor).toBeNull();
    expect((await ledger.list({ limit: 2, order: 'desc' })).items.map((item) => item.seq)).toEqual([7, 6]);
    expect((await ledger.list({ limit: 2, kind: 'none' })).items).toEqual([]);
    expect((await ledger.list({ limit: 9, from: '2000-01-01T00:00:00Z', to: '2000-01-02T00:00:00Z' })).items).toEqual([]);
    await expect(ledger.list({ limit: 2, cursor: 'x' })).rejects.toMatchObject({ kind: 'invalid' });
  } finally {
    await own.close();
  }
});

const ROLL_BACK = new Error('roll back');

/** What takes a superuser, or the tables' owner. */
const switchOffTriggers = (client: { query(text: string): Promise<unknown> }) =>
  client.query(
    'alter table ledger_entries disable trigger user; alter table ledger_head disable trigger user; alter table ledger_nodes disable trigger user',
  );

/** Does what a database administrator could do: switches the triggers off and tampers. Verified inside, then taken back. */
async function tampered(statement: string) {
  let report;
  await six.own.db
    .tx(async (tx) => {
      await switchOffTriggers(tx.client);
      await tx.client.query(statement);
      report = await six.ledger.verify(tx);
      throw ROLL_BACK;
    })
    .catch((error: unknown) => {
      if (error !== ROLL_BACK) throw error;
    });
  return report;
}

test.each([
  ['an edited payload', `update ledger_entries set payload = '{"i": 99}' where seq = 3`, 3],
  ['an edited actor', `update ledger_entries set actor = 'x' where seq = 2`, 2],
  ['an instant moved by a microsecond', `update ledger_entries set occurred_at = occurred_at + interval '1 microsecond' where seq = 4`, 4],
  ['an edited hash', `update ledger_entries set hash = repeat('a', 64) where seq = 3`, 3],
  ['an edited link', `update ledger_entries set prev_hash = repeat('a', 64) where seq = 3`, 3],
  ['a deleted row', 'delete from ledger_entries where seq = 3', 3],
  ['a deleted first row', 'delete from ledger_entries where seq = 1', 1],
  ['a cut tail', 'delete from ledger_entries where seq >= 5', 5],
  ['an emptied table', 'delete from ledger_entries', 1],
  [
    'swapped rows',
    'update ledger_entries set seq = case seq when 2 then 1003 when 3 then 1002 else seq end; update ledger_entries set seq = seq - 1000 where seq > 1000',
    2,
  ],
  [
    'a row added behind the head',
    `insert into ledger_entries select 7, occurred_at, kind, subject, actor, null, null, payload, hash, repeat('b', 64) from ledger_entries where seq = 6`,
    7,
  ],
  ['a head set to another hash', `update ledger_head set hash = repeat('c', 64)`, 6],
  ['an edited node of the tree', `update ledger_nodes set hash = repeat('d', 64) where last_seq = 4 and level = 2`, 4],
  ['a missing node of the tree', 'delete from ledger_nodes where last_seq = 2', 2],
  ['other roots in the head', `update ledger_head set peaks = array[repeat('e', 64), repeat('f', 64)]`, 6],
])('verification names the first bad row after %s', async (_, statement, seq) => {
  expect(await tampered(statement)).toMatchObject({ verified: false, firstBadSeq: seq, reason: expect.any(String) });
});

test('a chain of several pages verifies, and the first bad row is named wherever among the pages it stands', async () => {
  const own = await createTestDatabase();
  try {
    const ledger = createLedger({ db: own.db });
    await own.db.tx(async (tx) => {
      for (let n = 0; n < 2300; n += 1) ledger.append(tx, entry('test.paged'));
    });
    expect(await ledger.verify()).toMatchObject({ verified: true, entries: 2300 });
    const cases: [string, number][] = [
      ['delete from ledger_entries where seq between 501 and 1000', 501],
      ['delete from ledger_entries where seq > 1500', 1501],
      ["update ledger_entries set actor = 'x' where seq = 2001", 2001],
      ["update ledger_nodes set hash = repeat('d', 64) where last_seq = 2048 and level = 11", 2048],
    ];
    for (const [statement, seq] of cases) {
      const found = own.db.tx(async (tx) => {
        await switchOffTriggers(tx.client);
        await tx.client.query(statement);
        throw Object.assign(new Error('taken back'), { report: await ledger.verify(tx) });
      });
      await expect(found).rejects.toMatchObject({ report: { verified: false, firstBadSeq: seq } });
    }
  } finally {
    await own.close();
  }
});

test('an export of the stored chain verifies offline against a checkpoint of the same key file', async () => {
  const file = path.join(folder, 'keys', 'ledger.pem');
  const ledger = createLedger({ db: database.db, checkpointKeyFile: file });
  await database.db.tx(async (tx) => ledger.append(tx, entry('test.exported')));
  const checkpoint = await ledger.checkpoint();
  await database.db.tx(async (tx) => ledger.append(tx, entry('test.later')));
  const lines: unknown[] = [];
  for await (const line of ledger.exportLines()) lines.push(JSON.parse(line));
  expect(await verifyOffline(lines, checkpoint, await ledger.publicKey())).toMatchObject({ verified: true, entries: checkpoint.tree_size + 1 });
  expect(statSync(file).mode & 0o777).toBe(0o600);
  // A second process with the same file signs with the same key.
  expect((await createLedger({ db: database.db, checkpointKeyFile: file }).checkpoint()).key_id).toBe(checkpoint.key_id);
});

test('a key that others may read, or that is none, is refused with a sentence', async () => {
  const open = path.join(folder, 'open.pem');
  await createLedger({ db: database.db, checkpointKeyFile: open }).checkpoint();
  chmodSync(open, 0o644);
  await expect(createLedger({ db: database.db, checkpointKeyFile: open }).checkpoint()).rejects.toMatchObject({
    kind: 'unavailable',
    code: 'checkpoint_key_unusable',
  });
  const none = path.join(folder, 'none.pem');
  writeFileSync(none, 'not a key', { mode: 0o600 });
  await expect(createLedger({ db: database.db, checkpointKeyFile: none }).checkpoint()).rejects.toMatchObject({ code: 'checkpoint_key_unusable' });
  await expect(createLedger({ db: database.db }).checkpoint()).rejects.toMatchObject({ code: 'checkpoint_key_missing' });
});

test('the instant comes from the database and never runs backwards along the chain', async () => {
  const { own, ledger } = await filled(3);
  try {
    await own.db.tx(async (tx) => {
      await switchOffTriggers(tx.client);
      await tx.run(sql`update ledger_head set occurred_at = now() + interval '1 hour'`);
    });
    await own.db.tx(async (tx) => ledger.append(tx, entry('test.later')));
    const ahead = await own.db.one<{ ok: boolean }>(sql`select occurred_at > now() + interval '59 minutes' as ok from ledger_entries where seq = 4`);
    expect(ahead.ok).toBe(true);
    expect((await ledger.verify()).verified).toBe(true);
  } finally {
    await own.close();
  }
});

test('a value that is not JSON is refused when it is appended, and the transaction with it', async () => {
  const ledger = createLedger({ db: database.db });
  const wrong = { ...entry('test.wrong'), payload: { n: Number.NaN } };
  await expect(database.db.tx(async (tx) => ledger.append(tx, wrong))).rejects.toMatchObject({ code: 'ledger_payload' });
  await expect(database.db.run(sql`select ${json({ fine: true })}`)).resolves.toBeDefined();
});

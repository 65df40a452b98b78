import { mkdtempSync, readdirSync, readFileSync, renameSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { createDb, createPool, sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { eventually } from '../../../test/kit/eventually.ts';
import { openTransactions } from '../../../test/kit/transactions.ts';
import { MIGRATIONS } from '../../../test/kit/server.ts';
import { CHAIN_START, decideChain } from './decide.ts';
import { createLedger, isConsistent, isIncluded, SHA256_TREE } from './index.ts';
import { hashEntry } from './queries.offline.ts';

let database: TestDatabase;
let folder: string;
beforeEach(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-keeping-'));
});
afterEach(async () => {
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const keyFile = () => path.join(folder, 'keys', 'ledger.pem');
const entry = (i: number) => ({ kind: 'a.b', subject: `s${i}`, actor: 'system', payload: { i } });

async function fill(ledger: ReturnType<typeof createLedger>, entries: number): Promise<void> {
  for (let left = entries; left > 0; left -= 7)
    await database.db.tx(async (tx) => {
      for (let i = 0; i < Math.min(7, left); i += 1) ledger.append(tx, entry(i));
    });
}

test('proofs read from the database hold for every entry and every pair of sizes', async () => {
  const ledger = createLedger({ db: database.db });
  await fill(ledger, 37);
  const sizes = [1, 2, 3, 8, 31, 32, 37];
  for (const size of sizes) {
    for (let seq = 1; seq <= size; seq += 3) {
      const { leafHash, root, path: hashes } = await ledger.proveInclusion(seq, size);
      expect(isIncluded({ index: seq - 1, size, leafHash, root, path: hashes }, SHA256_TREE)).toBe(true);
    }
    for (const first of sizes.filter((one) => one <= size)) {
      const { firstRoot, secondRoot, path: hashes } = await ledger.proveConsistency(first, size);
      expect(isConsistent({ first, second: size, firstRoot, secondRoot, path: hashes }, SHA256_TREE)).toBe(true);
      expect(firstRoot).toBe((await ledger.proveInclusion(1, first)).root);
    }
  }
});

test('an entry that is not there and a size that is not are refused with a sentence', async () => {
  const ledger = createLedger({ db: database.db });
  await fill(ledger, 3);
  await expect(ledger.proveInclusion(3, 2)).rejects.toMatchObject({ kind: 'not_found', code: 'entry_missing' });
  await expect(ledger.proveInclusion(1, 4)).rejects.toMatchObject({ kind: 'invalid', code: 'tree_size_unknown' });
  await expect(ledger.proveConsistency(4)).rejects.toMatchObject({ code: 'tree_size_unknown' });
});

test('a place that fails gets every checkpoint it missed, in order, when it works again, and appending never waits for it', async () => {
  const heard: string[] = [];
  let works = false;
  const place = {
    name: 'file',
    where: 'x',
    async publish(line: string) {
      if (!works) throw new AppError('unavailable', 'The disk is away.');
      heard.push(line);
    },
  };
  const ledger = createLedger({ db: database.db, checkpointKeyFile: keyFile(), places: [place] });
  await ledger.anchorDue();
  expect((await ledger.anchors()).last).toBeNull();
  await fill(ledger, 1);
  await ledger.anchorDue();
  await fill(ledger, 1000);
  await ledger.anchorDue();
  expect(await ledger.anchors()).toMatchObject({
    last: { number: 2, treeSize: 1002 },
    places: [{ published: 0, lastError: 'The disk is away.', attempts: 1 }],
  });
  works = true;
  await ledger.anchorDue();
  expect(heard).toEqual([]);
  await database.db.run(sql`update ledger_places set next_attempt_at = now()`);
  await ledger.anchorDue();
  expect(heard.map((line) => (JSON.parse(line) as { checkpoint: { tree_size: number } }).checkpoint.tree_size)).toEqual([2, 1002]);
  expect((await ledger.anchors()).places).toMatchObject([{ published: 2, lastError: null }]);
});

test('two processes that look at once sign one checkpoint and tell it once', async () => {
  const heard: string[] = [];
  const places = [{ name: 'file', where: 'x', publish: async (line: string) => void heard.push(line) }];
  const processes = [1, 2, 3].map(() => createLedger({ db: database.db, checkpointKeyFile: keyFile(), places }));
  await fill(createLedger({ db: database.db }), 4);
  await Promise.all(processes.map((one) => one.anchorDue()));
  expect(heard).toHaveLength(1);
  expect((await processes[0]?.checkpoints(0, 10))?.map(({ number }) => number)).toEqual([1]);
});

/** A place that hangs until it is told to go on. */
function slowPlace() {
  const heard: string[] = [];
  const going: Array<() => void> = [];
  const place = {
    name: 'file',
    where: 'x',
    async publish(line: string) {
      heard.push(line);
      await new Promise<void>((resolve) => going.push(resolve));
    },
  };
  return { place, heard, going };
}

test('while a slow place is told, no transaction is open, and no other process tells it', async () => {
  const { place, heard, going } = slowPlace();
  const [one, two] = [1, 2].map(() => createLedger({ db: database.db, checkpointKeyFile: keyFile(), places: [place] }));
  await fill(createLedger({ db: database.db }), 1);
  const telling = one?.anchorDue();
  await eventually(() => expect(heard).toHaveLength(1));
  expect(await openTransactions(database)).toEqual([]);
  // It would wait for ever, were the row locked or the place told again.
  await two?.anchorDue();
  expect(heard).toHaveLength(1);
  going[0]?.();
  await telling;
  expect((await two?.anchors())?.places).toMatchObject([{ published: 1, lastError: null }]);
  await two?.anchorDue();
  expect(heard).toHaveLength(1);
});

test('what a process was telling when it died is told again when its time is over, and what comes of it late counts no more', async () => {
  const { place, heard, going } = slowPlace();
  const [dead, next] = [1, 2].map(() => createLedger({ db: database.db, checkpointKeyFile: keyFile(), places: [place] }));
  const ledger = createLedger({ db: database.db, checkpointKeyFile: keyFile(), places: [] });
  await fill(ledger, 1);
  await ledger.anchorDue();
  await fill(ledger, 1000);
  await ledger.anchorDue();
  const telling = dead?.anchorDue();
  await eventually(() => expect(heard).toHaveLength(1));
  await database.db.run(sql`update ledger_places set claimed_until = now() - interval '1 second'`);
  const again = next?.anchorDue();
  await eventually(() => expect(heard).toHaveLength(2));
  expect(heard[1]).toBe(heard[0]);
  // The one that was given up wakes: it neither notes anything nor tells the second checkpoint.
  going[0]?.();
  await telling;
  expect((await ledger.checkpoints(0, 10)).length).toBe(2);
  expect(await database.db.all(sql`select published, claim from ledger_places`)).toEqual([{ published: 0, claim: 2 }]);
  expect(heard).toHaveLength(2);
  going[1]?.();
  await eventually(() => expect(heard).toHaveLength(3));
  going[2]?.();
  await again;
  expect(heard.map((line) => (JSON.parse(line) as { checkpoint: { tree_size: number } }).checkpoint.tree_size)).toEqual([2, 2, 1002]);
  expect((await next?.anchors())?.places).toMatchObject([{ published: 2, attempts: 0 }]);
});

test('a server whose key is not the one in force signs nothing and says so', async () => {
  const first = createLedger({ db: database.db, checkpointKeyFile: keyFile() });
  await fill(first, 1);
  await first.anchorDue();
  const stranger = createLedger({ db: database.db, checkpointKeyFile: path.join(folder, 'other.pem') });
  await expect(stranger.checkpoint()).rejects.toMatchObject({ kind: 'unavailable', code: 'checkpoint_key_not_active' });
  await fill(first, 1000);
  await stranger.anchorDue();
  expect((await stranger.anchors()).problem).toContain('which this server does not have');
  expect(await first.verify()).toMatchObject({ verified: true });
});

test('a crash between the hand-over and the key files is made good by whoever signs next, and another process takes the new key up', async () => {
  const ledger = createLedger({ db: database.db, checkpointKeyFile: keyFile() });
  const other = createLedger({ db: database.db, checkpointKeyFile: keyFile() });
  await fill(ledger, 1);
  await ledger.anchorDue();
  expect((await other.checkpoint()).key_id).toBe((await ledger.checkpoint()).key_id);
  const { from, to } = await ledger.rotateKey(SYSTEM_ACTOR);
  expect((await other.checkpoint()).key_id).toBe(to);
  // As it would be had the process died before the files were moved.
  const keys = path.dirname(keyFile());
  renameSync(keyFile(), path.join(keys, 'ledger.next.pem'));
  renameSync(path.join(keys, `ledger.${from}.retired.pem`), keyFile());
  expect((await createLedger({ db: database.db, checkpointKeyFile: keyFile() }).checkpoint()).key_id).toBe(to);
  expect(readdirSync(keys).toSorted()).toEqual([`ledger.${from}.retired.pem`, 'ledger.pem']);
});

test('entries of before the tree are in it after the migration, with the roots that appending would have made', async () => {
  const names = readdirSync(MIGRATIONS).filter((name) => name.endsWith('.sql'));
  const before = await createTestDatabase({ migrations: names.filter((name) => name < '0018') });
  try {
    const inputs = Array.from({ length: 21 }, (_, i) => ({ ...entry(i), projectId: null, workItemId: null }));
    const chain = decideChain(CHAIN_START, '2026-01-02T03:04:05.678901Z', inputs, hashEntry);
    for (const { seq, at, kind, subject, actor, payload, prevHash, hash } of chain)
      await before.pool.query('insert into ledger_entries values ($1, $2, $3, $4, $5, null, null, $6, $7, $8)', [
        seq,
        at,
        kind,
        subject,
        actor,
        payload,
        prevHash,
        hash,
      ]);
    await before.pool.query('update ledger_head set seq = 21, hash = $1, occurred_at = $2', [chain.at(-1)?.hash, chain.at(-1)?.at]);
    await before.pool.query(`begin; ${readFileSync(path.join(MIGRATIONS, '0020_ledger_tree.sql'), 'utf8')}; commit`);
    const ledger = createLedger({ db: before.db });
    expect(await ledger.verify()).toMatchObject({ verified: true, entries: 21 });
    await before.db.tx(async (tx) => ledger.append(tx, entry(22)));
    expect(await ledger.verify()).toMatchObject({ verified: true, entries: 22 });
  } finally {
    await before.close();
  }
});

test('a role that owns its tables and is no superuser may append, and is refused by grants before any trigger is asked', async () => {
  const role = `reeve_owner_${process.pid}`;
  const fresh = await createTestDatabase({ migrations: [] });
  await fresh.pool.query(
    `create role ${role} login; alter schema public owner to ${role}; grant all on database ${fresh.connection.database} to ${role}`,
  );
  const pool = createPool({ connection: { ...fresh.connection, user: role }, max: 4 }, () => {});
  try {
    for (const name of ['0004_ledger.sql', '0020_ledger_tree.sql'])
      await pool.query(`begin; ${readFileSync(path.join(MIGRATIONS, name), 'utf8')}; commit`);
    const db = createDb(pool);
    const ledger = createLedger({ db, checkpointKeyFile: keyFile() });
    await db.tx(async (tx) => ledger.append(tx, { ...entry(1), personal: { subject: 'pers_1', values: { name: 'Ada' } } }));
    await ledger.anchorDue();
    expect(await ledger.verify()).toMatchObject({ verified: true, entries: 2 });
    expect(await ledger.erase('pers_1', SYSTEM_ACTOR)).toEqual({ erased: 1 });
    await expect(pool.query(`update ledger_entries set actor = 'x'`)).rejects.toMatchObject({
      code: '42501',
      message: expect.stringContaining('permission denied'),
    });
    await expect(pool.query('delete from ledger_checkpoints')).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
    await expect(pool.query('truncate ledger_head')).rejects.toMatchObject({ message: expect.stringContaining('permission denied') });
  } finally {
    await pool.end();
    await fresh.close();
    await database.pool.query(`drop role ${role}`);
  }
});

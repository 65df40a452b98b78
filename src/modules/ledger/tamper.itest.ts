import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, beforeEach, afterEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createLedger, verifyOffline, type KeptCheckpoint } from './index.ts';

const ENTRIES = 6;

interface Installation {
  database: TestDatabase;
  ledger: ReturnType<typeof createLedger>;
  /** What the place outside has, one checkpoint a line. */
  kept: KeptCheckpoint[];
}

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-tamper-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

let number = 0;

/** A ledger of its own with a checkpoint over all its entries, in the database and outside. */
async function install(text: (i: number) => string, entries = ENTRIES): Promise<Installation> {
  const database = await createTestDatabase();
  const kept: KeptCheckpoint[] = [];
  number += 1;
  const ledger = createLedger({
    db: database.db,
    checkpointKeyFile: path.join(folder, `key-${number}.pem`),
    places: [{ name: 'file', where: 'memory', publish: async (line) => void kept.push(JSON.parse(line) as KeptCheckpoint) }],
  });
  for (let i = 1; i < entries; i += 1)
    await database.db.tx(async (tx) => ledger.append(tx, { kind: 'a.b', subject: `s${i}`, actor: 'person:mia', payload: { text: text(i) } }));
  await ledger.anchorDue();
  return { database, ledger, kept };
}

let victim: Installation;
let other: Installation;
beforeEach(async () => {
  [victim, other] = await Promise.all([install((i) => `true ${i}`), install((i) => `other ${i}`, ENTRIES + 2)]);
});
afterEach(async () => {
  await Promise.all([victim.database.close(), other.database.close()]);
});

const TABLES = ['ledger_entries', 'ledger_nodes', 'ledger_head', 'ledger_checkpoints'] as const;

/** A superuser's session with every trigger off. */
async function asSuperuser(on: Installation, ...statements: string[]): Promise<void> {
  for (const table of TABLES) await on.database.pool.query(`alter table ${table} disable trigger user`);
  for (const statement of statements) await on.database.pool.query(statement);
}

type Rows = Record<(typeof TABLES)[number], unknown[]>;

async function rowsOf(from: Installation): Promise<Rows> {
  const rows = {} as Rows;
  for (const table of TABLES)
    rows[table] = (await from.database.pool.query(`select to_jsonb(t) as row from ${table} t`)).rows.map(({ row }) => row as unknown);
  return rows;
}

/** The whole ledger as it is elsewhere, or was before. */
async function replace(on: Installation, rows: Rows): Promise<void> {
  await asSuperuser(on);
  for (const table of TABLES) {
    await on.database.pool.query(`delete from ${table}`);
    await on.database.pool.query(`insert into ${table} select * from jsonb_populate_recordset(null::${table}, $1::jsonb)`, [
      JSON.stringify(rows[table]),
    ]);
  }
}

const EVERYTHING_EMPTY: Rows = {
  ledger_entries: [],
  ledger_nodes: [],
  ledger_head: [{ id: 1, seq: 0, hash: '0'.repeat(64), occurred_at: '1970-01-01T00:00:00Z', peaks: [], origin: 'reeve-x' }],
  ledger_checkpoints: [],
};

/** What a careful forger leaves: everything of the database agrees. `keep` entries of the same texts, then nothing. */
async function shorter(keep: number): Promise<Rows> {
  const before = await rowsOf(victim);
  const entries = (before.ledger_entries as { seq: number; hash: string }[]).filter(({ seq }) => seq <= keep);
  const { growTree, EMPTY_TREE } = await import('./decide.tree.ts');
  const { SHA256_TREE } = await import('./queries.tree.ts');
  const { peaks } = growTree(
    EMPTY_TREE,
    entries.toSorted((a, b) => a.seq - b.seq).map(({ hash }) => hash),
    SHA256_TREE,
  );
  const head = { ...(before.ledger_head[0] as object), seq: keep, hash: entries.find(({ seq }) => seq === keep)?.hash, peaks };
  const nodes = (before.ledger_nodes as { last_seq: number }[]).filter(({ last_seq }) => last_seq <= keep);
  return { ledger_entries: entries, ledger_nodes: nodes, ledger_head: [head], ledger_checkpoints: [] };
}

/** Both ways to verify after a tampering: the server alone, and its entries held against what the place outside has. */
async function outcomes(): Promise<{ alone: number | 'verified'; against: number | 'verified'; reason: string }> {
  const alone = await victim.ledger.verify();
  const [first] = victim.kept;
  if (first === undefined) throw new Error('no checkpoint was kept');
  const lines: unknown[] = [];
  for await (const line of victim.ledger.exportLines()) lines.push(JSON.parse(line));
  const against = await verifyOffline(
    lines,
    victim.kept.map(({ checkpoint }) => checkpoint),
    first.public_key,
  );
  return {
    alone: alone.verified ? 'verified' : alone.firstBadSeq,
    against: against.verified ? 'verified' : against.firstBadSeq,
    reason: alone.verified ? (against.verified ? '' : against.reason) : alone.reason,
  };
}

interface Tampering {
  what: string;
  /** First bad row the server finds by itself. */
  alone: number | 'verified';
  /** First bad row found with the checkpoint that is kept outside. */
  against: number | 'verified';
  says: string;
  tamper(): Promise<void>;
}

const TAMPERINGS: Tampering[] = [
  {
    what: 'edit a field',
    alone: 3,
    against: 3,
    says: 'was changed',
    tamper: () => asSuperuser(victim, `update ledger_entries set actor = 'person:max' where seq = 3`),
  },
  {
    what: 'edit a hash',
    alone: 3,
    against: 3,
    says: 'was changed',
    tamper: () => asSuperuser(victim, `update ledger_entries set hash = repeat('a', 64) where seq = 3`),
  },
  { what: 'delete a row', alone: 3, against: 3, says: 'is missing', tamper: () => asSuperuser(victim, 'delete from ledger_entries where seq = 3') },
  {
    what: 'insert a row',
    alone: 4,
    against: 4,
    says: 'does not continue',
    tamper: () =>
      asSuperuser(
        victim,
        'update ledger_entries set seq = seq + 100 where seq >= 4',
        `insert into ledger_entries select 4, occurred_at, kind, 'forged', actor, null, null, payload, hash, repeat('b', 64) from ledger_entries where seq = 2`,
        'update ledger_entries set seq = seq - 99 where seq >= 100',
      ),
  },
  {
    what: 'swap two rows',
    alone: 2,
    against: 2,
    says: 'does not continue',
    tamper: () =>
      asSuperuser(
        victim,
        'update ledger_entries set seq = seq + 100 where seq in (2, 3)',
        'update ledger_entries set seq = 105 - seq where seq > 100',
      ),
  },
  {
    what: 'move a row here from another organisation',
    alone: 4,
    against: 4,
    says: 'does not continue',
    async tamper() {
      const foreign = ((await rowsOf(other)).ledger_entries as { seq: number }[]).find(({ seq }) => seq === 4);
      await asSuperuser(victim, 'delete from ledger_entries where seq = 4');
      await victim.database.pool.query('insert into ledger_entries select * from jsonb_populate_record(null::ledger_entries, $1::jsonb)', [
        JSON.stringify(foreign),
      ]);
    },
  },
  {
    what: 'cut the last row, its traces as well',
    alone: 'verified',
    against: 6,
    says: 'is missing',
    tamper: async () => replace(victim, await shorter(5)),
  },
  { what: 'empty everything', alone: 'verified', against: 1, says: 'is missing', tamper: () => replace(victim, EVERYTHING_EMPTY) },
  {
    what: 'chain another history from the start',
    alone: 'verified',
    against: 6,
    says: 'not those the checkpoint was signed over',
    async tamper() {
      const forged = await rowsOf(other);
      await replace(victim, { ...forged, ledger_checkpoints: [] });
    },
  },
  {
    what: 'chain another history and sign it with a new key',
    alone: 'verified',
    against: 6,
    says: 'not those the checkpoint was signed over',
    tamper: async () => replace(victim, await rowsOf(other)),
  },
  { what: 'put an old backup in place', alone: 'verified', against: 3, says: 'is missing', tamper: async () => replace(victim, await shorter(2)) },
  {
    what: 'drop the checkpoint',
    alone: 0,
    against: 'verified',
    says: 'checkpoint 1 is missing',
    tamper: () => asSuperuser(victim, 'delete from ledger_checkpoints'),
  },
];

test.each(TAMPERINGS)('tampering is found: $what', async ({ tamper, alone, against, says }) => {
  expect(await outcomes()).toEqual({ alone: 'verified', against: 'verified', reason: '' });
  if (alone === 'verified') await victim.database.db.run(sql`delete from ledger_places`);
  await tamper();
  const found = await outcomes();
  expect(found).toMatchObject({ alone, against });
  expect(found.reason).toContain(says);
});

test('a checkpoint of the forger does not help where the true one is kept', async () => {
  const [mine, theirs] = [victim.kept[0], other.kept[0]];
  if (mine === undefined || theirs === undefined) throw new Error('both have a checkpoint');
  const lines: unknown[] = [];
  for await (const line of other.ledger.exportLines()) lines.push(JSON.parse(line));
  expect(await verifyOffline(lines, theirs.checkpoint, theirs.public_key)).toMatchObject({ verified: true });
  expect(await verifyOffline(lines, theirs.checkpoint, mine.public_key)).toMatchObject({ verified: false, firstBadSeq: 0 });
});

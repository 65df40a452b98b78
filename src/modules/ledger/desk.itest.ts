import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { eventually } from '../../../test/kit/eventually.ts';
import { createLedger, ledgerRoutes, verifyOffline } from './index.ts';

const ULID = '01JABCDEFGHJKMNPQRSTVWXYZ0';
const [PULL, ISSUE, RUN, ANN] = [`pull_${ULID}`, `iss_${ULID}`, `run_${ULID}`, `pers_${ULID}`];

let database: TestDatabase;
let folder: string;
let ledger: ReturnType<typeof createLedger>;
let api: Api;

const ENTRIES: Array<{ kind: string; subject: string; actor: string; workItemId?: string; payload: JsonObject }> = [
  { kind: 'story.started', subject: ISSUE, actor: 'person:ann', workItemId: ISSUE, payload: { generation: 1 } },
  {
    kind: 'model.called',
    subject: 'call_1',
    actor: 'system',
    workItemId: ISSUE,
    payload: { model: 'fable', model_version: '2026-11', purpose: 'plan' },
  },
  { kind: 'model.called', subject: 'call_2', actor: 'system', payload: { model: 'fable', model_version: '2026-12', purpose: 'plan' } },
  {
    kind: 'action.proposed',
    subject: 'act_1',
    actor: 'agent:codex',
    payload: { target: { forge: 'local', repo: 'Acme/Shop', number: 12 }, deep: [{ run: RUN }], trigger_user: 'eve' },
  },
  { kind: 'approval.voted', subject: 'act_1', actor: 'token:x', payload: { person: ANN, decision: 'approve' } },
  { kind: 'pull.fix_asked', subject: PULL, actor: 'person:bob', payload: { what: 'Text that names person:ann is no name.' } },
];

async function filled(entries: number): Promise<{ own: TestDatabase; long: ReturnType<typeof createLedger> }> {
  const own = await createTestDatabase();
  const long = createLedger({ db: own.db });
  for (let from = 0; from < entries; from += 400)
    await own.db.tx(async (tx) => {
      for (let i = from; i < Math.min(entries, from + 400); i += 1)
        long.append(tx, { kind: `test.kind_${i % 3}`, subject: `s${i}`, actor: 'system', payload: { i } });
    });
  return { own, long };
}

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-desk-'));
  ledger = createLedger({ db: database.db, checkpointKeyFile: path.join(folder, 'key.pem') });
  for (const entry of ENTRIES) await database.db.tx(async (tx) => ledger.append(tx, entry));
  const names = {
    people: { byHandle: async (handle: string) => (handle === 'ann' ? { id: ANN } : null) },
    pulls: { pull: async (id: string) => (id === PULL ? { repositoryId: 'repo_1', number: 12 } : null) },
    projects: { repository: async () => ({ forge: 'local', name: 'acme/shop' }) },
  };
  api = await serveRoutes(ledgerRoutes({ ledger, ...names }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

const found = async (query: string): Promise<number[]> =>
  ((await api.ok('viewer', 'GET', `/v1/ledger?${query}`)) as { items: { seq: number }[] }).items.map(({ seq }) => seq);

describe('the ledger is searched', () => {
  test.each([
    ['by a person, in what they did and what names them', 'person=ann', [1, 5]],
    ['by a person who is gone', 'person=bob', [6]],
    ['by a person whose request led to it', 'person=eve', [4]],
    ['by a model', 'model=fable', [2, 3]],
    ['by a version of a model', `model=${encodeURIComponent('fable@2026-11')}`, [2]],
    ['by a pull request, also where only its number stands', `pull=${PULL}`, [4, 6]],
    ['by an id that stands deep inside', `mentions=${RUN}`, [4]],
    ['by an issue, as subject and as work item', `mentions=${ISSUE}`, [1, 2]],
    ['by several kinds', 'kind=story.started,model.called', [1, 2, 3]],
    ['by a part of a kind', `kind=${encodeURIComponent('*vot*')}`, [5]],
    ['by a kind that nothing has', `kind=${encodeURIComponent('nope*')}`, []],
    ['by everything at once', 'person=ann&kind=approval.*', [5]],
    ['from an entry on upwards', 'from_seq=5', [5, 6]],
    ['from an entry on downwards', 'from_seq=2&order=desc', [2, 1]],
  ])('%s', async (_, query, expected) => {
    expect(await found(query)).toEqual(expected);
  });

  test('and counted the same way', async () => {
    const counted = (query: string) => api.ok('viewer', 'GET', `/v1/ledger/count?${query}`);
    expect(await counted('person=ann')).toEqual({ count: 2, capped: false });
    expect(await counted('model=fable&kind=*called')).toEqual({ count: 2, capped: false });
    expect(await counted('kind=nope*')).toEqual({ count: 0, capped: false });
  });

  test('page by page in both directions without a row twice', async () => {
    const pages = async (order: string): Promise<number[]> => {
      const seen: number[] = [];
      for (let cursor = ''; ;) {
        const page = (await api.ok('viewer', 'GET', `/v1/ledger?limit=2&order=${order}${cursor}`)) as {
          items: { seq: number }[];
          next_cursor: string | null;
        };
        seen.push(...page.items.map(({ seq }) => seq));
        if (page.next_cursor === null) return seen;
        cursor = `&cursor=${page.next_cursor}`;
      }
    };
    expect([await pages('asc'), await pages('desc')]).toEqual([
      [1, 2, 3, 4, 5, 6],
      [6, 5, 4, 3, 2, 1],
    ]);
  });

  test('with what there is to choose from', async () => {
    expect(await api.ok('viewer', 'GET', '/v1/ledger/state')).toMatchObject({
      entries: 6,
      kinds: ['action.proposed', 'approval.voted', 'model.called', 'pull.fix_asked', 'story.started'],
      actors: ['agent:codex', 'person:ann', 'person:bob', 'system', 'token:x'],
      actors_cut: false,
    });
  });

  test('and the index answers, not a walk over every row', async () => {
    const { own } = await filled(1200);
    const { rows } = await own.pool.query(
      "explain select seq from ledger_entries where ledger_names(actor, subject, work_item_id, payload) && array['s7'] order by seq limit 50",
    );
    expect(JSON.stringify(rows)).toContain('ledger_entries_names');
    await own.close();
  });

  test('one entry, or none of that number', async () => {
    expect(await api.ok('viewer', 'GET', '/v1/ledger/5')).toMatchObject({ seq: 5, kind: 'approval.voted' });
    expect((await api.call('viewer', 'GET', '/v1/ledger/7')).status).toBe(404);
  });
});

test('a count ends at ten thousand and says so', async () => {
  const { own, long } = await filled(1);
  await own.pool.query(`insert into ledger_entries (seq, occurred_at, kind, subject, actor, payload, prev_hash, hash)
    select n, now(), 'test.kind_0', 's', 'system', '{}', repeat('0', 64), encode(sha256(n::text::bytea), 'hex') from generate_series(2, 10001) n`);
  expect(await long.count({ actor: 'system' })).toEqual({ count: 10_000, capped: true });
  expect(await long.count({ subject: 's', to: '2000-01-01T00:00:00Z' })).toEqual({ count: 0, capped: false });
  await own.close();
});

test('the exported file verifies without a server', async () => {
  const { checkpoint, public_key: key } = (await api.ok('viewer', 'GET', '/v1/ledger/checkpoint')) as { checkpoint: unknown; public_key: string };
  const answer = await api.text('viewer', '/v1/ledger/export');
  expect(answer.disposition).toBe('attachment; filename="ledger.jsonl"');
  const lines = answer.text.trim().split('\n');
  expect(lines).toHaveLength(6);
  expect(
    await verifyOffline(
      lines.map((line) => JSON.parse(line) as unknown),
      checkpoint,
      key,
    ),
  ).toMatchObject({ verified: true, entries: 6 });
  const part = await api.text('viewer', '/v1/ledger/export?from_seq=3&to_seq=4');
  expect(part.text.trim().split('\n')).toHaveLength(2);
});

describe('a walk of the ledger', () => {
  const asked = { kind: 'person', subject: 'person:ann', role: 'viewer', personId: ANN } as const;
  const ended = (of: ReturnType<typeof createLedger>, number: number) =>
    eventually(async () => {
      const one = await of.verification(number);
      expect(one?.state).not.toBe('running');
      return one;
    });

  test('is begun over HTTP, goes on by itself and is remembered', async () => {
    const begun = (await api.ok('viewer', 'POST', '/v1/ledger/verifications', {}, 202)) as { number: number; to_seq: number };
    expect(begun).toMatchObject({ from_seq: 1, to_seq: 6, asked_by: expect.any(String) as string });
    expect(await ended(ledger, begun.number)).toMatchObject({ state: 'verified', checked: 6, reason: null });
    expect(await api.ok('viewer', 'GET', `/v1/ledger/verifications/${begun.number}`)).toMatchObject({ state: 'verified', checked: 6 });
    expect(await api.ok('viewer', 'GET', '/v1/ledger/state')).toMatchObject({ verification: { number: begun.number, state: 'verified' } });
    expect((await api.call('viewer', 'POST', '/v1/ledger/verifications', { from_seq: 3, to_seq: 99 })).status).toBe(422);
    expect((await api.call('viewer', 'GET', '/v1/ledger/verifications/999')).status).toBe(404);
  });

  test('names the first bad entry of its range, and of a range before it nothing', async () => {
    const { own, long } = await filled(1500);
    await own.pool.query('alter table ledger_entries disable trigger user');
    await own.pool.query("update ledger_entries set actor = 'person:max' where seq = 1300");
    const outcome = async (fromSeq: number, toSeq: number) => {
      const one = await ended(long, (await long.beginVerification({ fromSeq, toSeq }, asked)).number);
      return [one?.state, one?.checked, one?.firstBadSeq];
    };
    expect(await outcome(1, 1500)).toEqual(['failed', 1299, 1300]);
    expect(await outcome(1000, 1500)).toEqual(['failed', 300, 1300]);
    expect(await outcome(2, 1299)).toEqual(['verified', 1298, null]);
    expect(await outcome(1301, 1500)).toEqual(['verified', 200, null]);
    expect((await long.verifications({ limit: 2 })).items.map(({ number }) => number)).toEqual([4, 3]);
    await own.close();
  });

  test('of a range sees a node of the tree that was changed, and entries that are gone', async () => {
    const { own, long } = await filled(64);
    await own.pool.query('alter table ledger_nodes disable trigger user');
    await own.pool.query("update ledger_nodes set hash = repeat('a', 64) where last_seq = 48 and level = 1");
    const changed = await ended(long, (await long.beginVerification({ fromSeq: 41, toSeq: 50 }, asked)).number);
    expect(changed).toMatchObject({ state: 'failed', firstBadSeq: 48 });
    await own.pool.query('alter table ledger_entries disable trigger user');
    await own.pool.query('delete from ledger_entries where seq between 20 and 22');
    const gone = await ended(long, (await long.beginVerification({ fromSeq: 10, toSeq: 22 }, asked)).number);
    expect(gone).toMatchObject({ state: 'failed', firstBadSeq: 20 });
    await own.close();
  });

  test('tells that it lives while a statement of it takes long, and the next waits as long as it took', async () => {
    const { own, long } = await filled(3);
    const holding = await own.pool.connect();
    await holding.query('begin');
    await holding.query('lock table ledger_checkpoints in access exclusive mode');
    const { number } = await long.beginVerification({}, asked);
    const beat = 'select 1 from ledger_verifications where number = $1 and beat_at > started_at';
    await eventually(async () => expect((await own.pool.query(beat, [number])).rowCount).toBe(1));
    await holding.query('commit');
    holding.release();
    expect(await ended(long, number)).toMatchObject({ state: 'verified', checked: 3 });
    const next = await long.beginVerification({}, asked);
    await new Promise((done) => setTimeout(done, 300));
    expect(await long.verification(next.number)).toMatchObject({ state: 'running', checked: 0 });
    expect(await ended(long, next.number)).toMatchObject({ state: 'verified', checked: 3 });
    await own.close();
  });

  test('is begun once while it runs, and one whose process died is broken off', async () => {
    const { own, long } = await filled(3);
    await own.pool.query("insert into ledger_verifications (asked_by, from_seq, to_seq) values ('person:bob', 1, 2)");
    expect(await long.beginVerification({}, asked)).toMatchObject({ number: 1, state: 'running', askedBy: 'person:bob' });
    await own.pool.query("update ledger_verifications set beat_at = now() - interval '2 minutes' where number = 1");
    expect(await long.verification(1)).toMatchObject({ state: 'broken_off', reason: expect.stringContaining('ended') as string });
    const second = await long.beginVerification({}, asked);
    expect(second.number).toBe(2);
    expect(await ended(long, 2)).toMatchObject({ state: 'verified', checked: 3 });
    await own.close();
  });
});

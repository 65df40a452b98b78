import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { decisionOf, vote } from './__fixtures__/facts.ts';
import { decideFindings, peopleOf } from './decide.ts';
import { flagsOf } from './decide.flags.ts';
import { createCompliance, complianceRoutes, type ComplianceDocument } from './index.ts';
import type { ExportFile, Facts } from './model.ts';
import { FLAG_CODES, type Flag } from './model.flags.ts';
import { tarOf } from './queries.archive.ts';
import { insertRecord } from './store.ts';

const HASH = 'a'.repeat(64);
const decision = decisionOf();
const issue: Facts['issue'] = {
  id: 'iss_1',
  number: 7,
  title: 'A change',
  body_sha256: HASH,
  source: 'local',
  url: null,
  author: 'dora',
  requested_by: 'dora',
  created_at: '2026-01-01T09:00:00Z',
};
const agent = {
  run_id: 'run_1',
  agent: 'coder',
  role: 'coder',
  prompt_version: null,
  prompt_hash: null,
  started_at: '2026-01-01T10:00:00Z',
  ended_at: null,
};
const model = (name: string, version: string | null): Facts['models'][number] => ({
  model: name,
  version,
  purpose: 'plan',
  prompt_name: 'planner',
  prompt_version: 1,
  prompt_hash: HASH,
  at: '2026-01-01T10:00:00Z',
});
const pull: Facts['pull'] = {
  id: 'pull_1',
  number: 12,
  title: 'A pull request',
  url: 'u',
  head_branch: 'ai-7',
  base_branch: 'main',
  head_sha: 'h',
  merge_sha: 'c',
  created_at: '2026-01-01T11:00:00Z',
};
const check = { name: 'test', conclusion: 'success', by: 'reeve', commit: 'c' };

const base: Facts = {
  kind: 'pull_request',
  subject: '',
  project_id: 'proj_1',
  project: 'shop',
  repository: 'acme/shop',
  changed_at: '2026-01-05T00:01:00Z',
  commit: 'c',
  issue,
  plan: null,
  pull: null,
  changes: [],
  agents: [agent],
  models: [],
  decisions: [decision],
  checks: [check],
  policy: { hash: 'p', source: 'default', text_sha256: HASH },
};

/** One record for each flag, a clean one first, and one with an exception and a gap at once. */
const GIVEN: Array<[Partial<Facts>, Flag[]]> = [
  [{ pull, models: [model('fable', '2026-11')] }, []],
  [{ agents: [{ ...agent, started_at: '2026-01-01T08:00:00Z' }] }, ['work_before_ticket']],
  [{ decisions: [{ ...decision, votes: [vote('person:dora')] }] }, ['author_approved']],
  [{ decisions: [{ ...decision, approved_at: '2026-01-06T00:00:00Z' }] }, ['approved_late']],
  [{ checks: [check, { ...check, conclusion: 'failure' }] }, ['checks_failed']],
  [{ decisions: [{ ...decision, self_approved: true }] }, ['self_approved']],
  [{ decisions: [{ ...decision, emergency: { reason: 'r', opened_by: 'person:mia', confirmed_by: 'person:max', at: 'x' } }] }, ['emergency']],
  [{ issue: null, models: [model('fable', '2026-12')] }, ['no_ticket']],
  [{ checks: [], kind: 'landing', models: [model('other', null)] }, ['no_checks']],
  [{ decisions: [], project_id: 'proj_2' }, ['no_decision']],
  [{ decisions: [{ ...decision, self_approved: true }], checks: [], changed_at: '2026-01-15T00:00:00Z' }, ['self_approved', 'no_checks']],
];

let database: TestDatabase;
let folder: string;
let api: Api;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-records-'));
  for (const [at, [more]] of GIVEN.entries()) {
    const number = at + 1;
    const facts = { ...base, ...more, subject: `act_${number}` };
    const record: ComplianceDocument = {
      v: 1,
      id: `comp_01JABCDEFGHJKMNPQRSTVWXY${String(number).padStart(2, '0')}`,
      number,
      recorded_at: '2026-01-20T00:00:00Z',
      ...facts,
      findings: decideFindings(facts),
      hashes: {},
    };
    await database.db.tx((tx) =>
      insertRecord(tx, { record, sha256: HASH, workItemId: number === 1 ? 'iss_1' : null, people: peopleOf(facts), policyText: '' }),
    );
  }
  const compliance = createCompliance({ db: database.db, sources: {} } as never);
  api = await serveRoutes(complianceRoutes({ compliance }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
  rmSync(folder, { recursive: true, force: true });
});

type Listed = { items: Array<{ flags: Flag[]; record: ComplianceDocument }>; next_cursor: string | null };
const list = async (query: string): Promise<Listed> => (await api.ok('viewer', 'GET', `/v1/compliance-records?${query}`)) as unknown as Listed;
const numbers = async (query: string): Promise<number[]> => (await list(query)).items.map(({ record }) => record.number);

test('each record says what a reader should look at', async () => {
  expect((await list('limit=50')).items.map(({ flags }) => flags)).toEqual(GIVEN.map(([, flags]) => flags));
});

test('the database finds by flag and outcome exactly what the records say of themselves', async () => {
  const { items } = await list('limit=50');
  for (const flag of FLAG_CODES) {
    const expected = items.filter(({ record }) => flagsOf(record).includes(flag)).map(({ record }) => record.number);
    expect([flag, await numbers(`flag=${flag}`)]).toEqual([flag, expected]);
  }
  expect([await numbers('outcome=clean'), await numbers('outcome=exceptions'), await numbers('outcome=incomplete')]).toEqual([
    [1],
    [2, 3, 4, 5, 6, 7, 11],
    [8, 9, 10, 11],
  ]);
});

test.each([
  ['a model', 'model=fable', [1, 8]],
  ['a version of a model', `model=${encodeURIComponent('fable@2026-12')}`, [8]],
  ['a pull request', 'pull=pull_1', [1]],
  ['an issue', 'work_item=iss_1', [1]],
  ['somebody who broke glass', 'person=max', [7]],
  ['a kind', 'kind=landing', [9]],
  ['a period', 'from=2026-01-10T00:00:00Z', [11]],
])('records are found by %s', async (_, query, expected) => {
  expect(await numbers(query)).toEqual(expected);
});

test('the newest come first where that is asked for, page by page', async () => {
  const first = await list('order=desc&limit=4');
  expect(first.items.map(({ record }) => record.number)).toEqual([11, 10, 9, 8]);
  expect(await numbers(`order=desc&limit=4&cursor=${first.next_cursor}`)).toEqual([7, 6, 5, 4]);
});

test('the summary counts them, altogether and by weeks', async () => {
  const all = await api.ok('viewer', 'GET', '/v1/compliance/summary');
  expect(all).toMatchObject({ total: 11, clean: 1, exceptions: 7, incomplete: 4 });
  expect((all['flags'] as Array<{ flag: string; count: number }>).map(({ flag, count }) => [flag, count])).toEqual(
    FLAG_CODES.map((flag) => [flag, GIVEN.filter(([, flags]) => flags.includes(flag)).length]),
  );
  expect(all['weeks']).toEqual([
    { from: '2026-01-12T00:00:00.000Z', total: 1, exceptions: 1, incomplete: 1 },
    { from: '2026-01-05T00:00:00.000Z', total: 10, exceptions: 6, incomplete: 3 },
  ]);
  expect(await api.ok('viewer', 'GET', '/v1/compliance/summary?model=other')).toMatchObject({ total: 1, clean: 0, incomplete: 1 });
});

test('an archive of an export is unpacked by tar as it was', async () => {
  const files: ExportFile[] = [
    { path: 'checkpoint.json', text: '{"ä": 1}\n' },
    { path: 'changes/000001-x/empty.json', text: '' },
    { path: 'population.csv', text: 'x'.repeat(1024) },
  ];
  const blocks: Buffer[] = [];
  for await (const block of tarOf(
    'reeve-audit',
    (async function* () {
      yield* files;
    })(),
  ))
    blocks.push(block);
  const archive = gzipSync(Buffer.concat(blocks));
  expect(gunzipSync(archive).length % 512).toBe(0);
  writeFileSync(path.join(folder, 'a.tar.gz'), archive);
  execFileSync('tar', ['-xzf', 'a.tar.gz'], { cwd: folder });
  for (const { path: name, text } of files) expect(readFileSync(path.join(folder, 'reeve-audit', name), 'utf8')).toBe(text);
  const long = async () => {
    for await (const _ of tarOf(
      'x'.repeat(101),
      (async function* () {
        yield* files;
      })(),
    ))
      void _;
  };
  await expect(long()).rejects.toThrow('too long');
});

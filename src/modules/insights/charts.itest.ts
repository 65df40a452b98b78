import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createInsights, insightRoutes } from './index.ts';

const ID = '01JABCDEFGHJKMNPQRSTVWXYZ';
const hour = (n: number): string => new Date(Date.UTC(2026, 10, 2, n)).toISOString();

/** Issues handed over at `label` with a pull request at `opened`, hours from Monday, 2 November 2026. `label` null: nobody saw it. */
const GIVEN: Array<{ label: number | null; opened: number }> = [
  { label: 0, opened: 2 },
  { label: 1, opened: 5 },
  { label: null, opened: 8 },
  { label: 50, opened: 60 },
  { label: 190, opened: 191 },
];

describe('charts of a metric', () => {
  let database: TestDatabase;
  let api: Api;

  beforeAll(async () => {
    database = await createTestDatabase();
    const put = (text: string, values: unknown[]) => database.pool.query(text, values);
    await put("insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')", []);
    await put("insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'local', 'acme/shop', 'main')", []);
    for (const [at, { label, opened }] of GIVEN.entries()) {
      const [id, number] = [`iss_${ID}${at}`, at + 1];
      await put(
        "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ($1, 'proj_1', 'repo_1', 'local', $2, $3, $4)",
        [id, String(number), number, `Issue ${number}`],
      );
      await put(
        "insert into stories (work_item_id, generation, workflow_id, kind, started_by, started_at) values ($1, 1, $2, 'issue', 'person:ada', $3)",
        [id, `delivery.story:${id}:1`, hour(label ?? 0)],
      );
      if (label !== null)
        await put(
          "insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at) values ($1, 'local', $1, 'issue.labeled', 'local', 'acme/shop', $2, $3, $4)",
          [`evt_${at}`, number, JSON.stringify({ label: 'AI-Ready', actor: 'ada' }), hour(label)],
        );
      await put(
        `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
         values ($1, $2, 'proj_1', 'repo_1', $3, $4, 'open', false, $5, 'main', 'sha', 'u', $6)`,
        [`pull_${ID}${at}`, id, 100 + number, `Pull request ${number}`, `ai-${number}`, hour(opened)],
      );
    }
    const clock = createManualClock(new Date(hour(200)));
    api = await serveRoutes(insightRoutes({ insights: createInsights({ db: database.db, clock, harnessOf: () => null }) }));
  }, 120_000);
  afterAll(async () => {
    await api.stop();
    await database.close();
  });

  const WINDOW = `from=${hour(0)}&to=${hour(240)}`;
  const get = (path: string) => api.ok('viewer', 'GET', `/v1/metrics/time_to_pr/${path}`);
  const refused = (path: string) => api.call('viewer', 'GET', `/v1/metrics/${path}`);

  it('show it day by day, with null and the reason where nothing was measured', async () => {
    const series = await get(`series?${WINDOW}`);
    expect(series).toMatchObject({ unit: 'seconds', n: 4, excluded: { label_not_seen: 1 }, bucket: 'day', by: null, rows: null });
    const buckets = series['buckets'] as Array<{ from: string; value: number | null; n: number; reason: string | null; partial: boolean }>;
    expect(buckets.map(({ value, n }) => [value, n])).toEqual([
      [10_800, 2],
      [null, 0],
      [36_000, 1],
      ...Array.from({ length: 4 }, () => [null, 0]),
      [3600, 1],
      [null, 0],
      [null, 0],
    ]);
    expect(buckets[1]?.reason).toBe('No pull request of an agent was opened in this window.');
    // The day of the question is not over, and neither are those after it.
    expect(buckets.map(({ partial }) => partial)).toEqual([...Array.from({ length: 8 }, () => false), true, true]);
  });

  it('show it week by week, split', async () => {
    const series = await get(`series?${WINDOW}&bucket=week&by=repository&project=proj_1`);
    expect(series).toMatchObject({ project_id: 'proj_1', rows: [{ key: 'acme/shop', n: 4, buckets: [{ n: 3 }, { n: 1 }] }], rows_left_out: 0 });
  });

  it('show how the samples are spread', async () => {
    const spread = await get(`distribution?${WINDOW}`);
    expect(spread).toMatchObject({ n: 4, least: 3600, most: 36_000, p90: null, excluded: { label_not_seen: 1 } });
    expect(spread['bins']).toEqual([
      { from: 3600, to: 7200, n: 1 },
      { from: 7200, to: 14_400, n: 1 },
      { from: 14_400, to: 28_800, n: 1 },
      { from: 28_800, to: 43_200, n: 1 },
    ]);
    expect(await api.ok('viewer', 'GET', `/v1/metrics/ci_pass_rate/distribution?${WINDOW}`)).toMatchObject({
      n: 0,
      bins: [],
      value: null,
      least: null,
    });
  });

  it('name what the figure was computed from and what was left out, page by page', async () => {
    type Row = { subject: string; value: number | null; of: { number: number; title: string } | null; excluded_because: string | null };
    const first = await get(`samples?${WINDOW}&limit=2`);
    const rows = first['items'] as Row[];
    expect(rows.map(({ value, of }) => [value, of?.title])).toEqual([
      [3600, 'Pull request 5'],
      [36_000, 'Pull request 4'],
    ]);
    const rest = (await get(`samples?${WINDOW}&limit=10&cursor=${encodeURIComponent(String(first['next_cursor']))}`)) as {
      items: Row[];
      next_cursor: null;
    };
    expect([rest.items.map(({ value }) => value), rest.next_cursor]).toEqual([[null, 14_400, 7200], null]);
    const left = (await get(`samples?${WINDOW}&counted=false`)) as { items: Row[] };
    expect(left.items).toMatchObject([{ of: { number: 103 }, excluded_because: 'no event says when the ready label was put on' }]);
    expect(((await get(`samples?${WINDOW}&excluded=label_not_seen`)) as { items: Row[] }).items).toHaveLength(1);
    expect(((await get(`samples?${WINDOW}&counted=true`)) as { items: Row[] }).items).toHaveLength(4);
  });

  it('are refused for more points than a chart has, and for what nobody defined', async () => {
    expect(await refused(`time_to_pr/series?from=2024-01-01T00:00:00Z&to=${hour(0)}`)).toMatchObject({
      status: 422,
      body: { code: 'too_many_buckets' },
    });
    expect((await refused('velocity/series')).status).toBe(404);
    expect((await refused('velocity/samples')).status).toBe(404);
    expect((await refused('velocity/distribution')).status).toBe(404);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createWork, workRoutes, type Work } from './index.ts';

let database: TestDatabase;
let api: Api;
let work: Work;
let projectId: string;
const said = createRecorder();

beforeAll(async () => {
  database = await createTestDatabase();
  const deps = { db: database.db, clock: systemClock, ids: createIds(systemClock), ...said };
  projectId = (await createProjects(deps).create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
  work = createWork(deps);
  api = await serveRoutes(workRoutes({ work, db: database.db }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

const make = (more: Record<string, unknown> = {}) => api.ok('developer', 'POST', '/v1/issues', { project_id: projectId, title: 'Cart', ...more });
const pathOf = (issue: Record<string, unknown>) => `/v1/issues/${String(issue['id'])}`;

describe('/v1/issues', () => {
  it('makes, shows, changes and removes; who asked is remembered', async () => {
    const issue = await make({ body: 'It crashes', labels: ['bug'], type: 'bug' });
    expect(issue).toMatchObject({ source: 'request', state: 'new', type: 'bug', requested_by: 'developer', author: 'person:developer', version: 1 });
    expect(await api.ok('viewer', 'GET', pathOf(issue))).toMatchObject({
      ...issue,
      under_way: false,
      waits_for: { who: 'nobody', text: 'Nobody has started it.' },
    });
    const changed = await api.ok('developer', 'PATCH', pathOf(issue), { priority: 'P0', title: 'Cart crashes', assignee: 'agent:codex', version: 1 });
    expect(changed).toMatchObject({ priority: 'P0', title: 'Cart crashes', assignee: 'agent:codex', labels: ['bug'], version: 2 });
    expect(said.entries.at(-1)).toMatchObject({ kind: 'work_item.changed', actor: 'person:developer' });
    await api.ok('maintainer', 'DELETE', pathOf(issue), undefined, 204);
    expect((await api.call('viewer', 'GET', pathOf(issue))).status).toBe(404);
  });

  it('lists by project, state, label, assignee and words, in pages', async () => {
    const issues = [];
    for (const title of ['apple pie', 'apple cake', 'pear cake']) issues.push(await make({ title, labels: ['fruit'], assignee: 'person:ada' }));
    const ids = async (query: string) =>
      ((await api.ok('viewer', 'GET', `/v1/issues?${query}`))['items'] as { id: string }[]).map((issue) => issue.id);
    expect(await ids('label=fruit&q=cake&order=oldest')).toEqual([issues[1]?.['id'], issues[2]?.['id']]);
    expect(await ids(`project=${projectId}&assignee=person:ada&state=new&q=pie`)).toEqual([issues[0]?.['id']]);
    expect(await ids('label=fruit&state=merged')).toEqual([]);
    expect(await ids('label=fruit&state=new,merged&q=pear')).toEqual([issues[2]?.['id']]);
    expect(await ids('label=fruit&state=merged&state=new&q=pear')).toEqual([issues[2]?.['id']]);
    expect(await api.ok('viewer', 'GET', '/v1/issues/counts?label=fruit&state=merged')).toMatchObject({ total: 0, state: { new: 3 } });
    expect((await api.call('viewer', 'GET', '/v1/issues?state=new,lost')).status).toBe(422);
    expect((await api.ok('viewer', 'GET', '/v1/issues?label=fruit&brief=true'))['items']).toMatchObject([{ body: '' }, { body: '' }, { body: '' }]);
    const first = await api.ok('viewer', 'GET', '/v1/issues?label=fruit&limit=2&order=oldest');
    expect(first['items']).toMatchObject(issues.slice(0, 2));
    expect(await ids(`label=fruit&limit=2&order=oldest&cursor=${String(first['next_cursor'])}`)).toEqual([issues[2]?.['id']]);
  });

  it('lists the newest first, unless asked otherwise', async () => {
    const made = [String((await make({ labels: ['aged'] }))['id']), String((await make({ labels: ['aged'] }))['id'])];
    const listed = async (query: string) =>
      ((await api.ok('viewer', 'GET', `/v1/issues?label=aged${query}`))['items'] as Array<{ id: string }>).map(({ id }) => id);
    expect(await listed('')).toEqual(made.toReversed());
    expect(await listed('&order=oldest')).toEqual(made);
  });

  it('moves by hand along the table, for maintainers', async () => {
    const issue = await make();
    const move = (role: 'developer' | 'maintainer', to: string) => api.call(role, 'POST', `${pathOf(issue)}/transition`, { to, reason: 'by hand' });
    expect((await move('developer', 'declined')).status).toBe(403);
    expect((await move('maintainer', 'merged')).status).toBe(409);
    expect(await move('maintainer', 'declined')).toMatchObject({ status: 200, body: { state: 'declined', state_reason: 'by hand' } });
    const hour = (from: number) => `/v1/issues?ended_since=${new Date(Date.now() + from * 3_600_000).toISOString()}`;
    expect((await api.ok('viewer', 'GET', hour(-1)))['items']).toMatchObject([{ id: issue['id'] }]);
    expect((await api.ok('viewer', 'GET', hour(1)))['items']).toEqual([]);
  });

  it('keeps dependencies, and refuses a circle and the removal of what others wait for', async () => {
    const [a, b] = [await make(), await make()];
    const link = `${pathOf(b)}/dependencies/${String(a['id'])}`;
    expect(await api.ok('developer', 'PUT', link)).toEqual({ blocks: [], blocked_by: [a['id']] });
    expect(await api.ok('viewer', 'GET', `${pathOf(a)}/dependencies`)).toEqual({ blocks: [b['id']], blocked_by: [] });
    expect((await api.call('developer', 'PUT', `${pathOf(a)}/dependencies/${String(b['id'])}`)).status).toBe(409);
    expect((await api.call('maintainer', 'DELETE', pathOf(a))).status).toBe(409);
    expect(await api.ok('developer', 'DELETE', link)).toEqual({ blocks: [], blocked_by: [] });
    await api.ok('maintainer', 'DELETE', pathOf(a), undefined, 204);
  });

  it('answers 409 to a stale change, 422 to what is malformed or belongs to the tracker, 404 to what is not there', async () => {
    const issue = await make();
    const { item } = await database.db.tx((tx) =>
      work.upsertExternal(tx, {
        projectId,
        repositoryId: null,
        source: 'jira',
        externalId: 'SHOP-9',
        number: null,
        title: 'Theirs',
        body: '',
        url: null,
        labels: [],
        author: null,
        externalUpdatedAt: new Date(),
      }),
    );
    const outcomes = [
      await api.call('developer', 'PATCH', pathOf(issue), { priority: 'P0', version: 7 }),
      await api.call('developer', 'POST', '/v1/issues', { project_id: 'proj_none', title: 'x' }),
      await api.call('developer', 'POST', '/v1/issues', { project_id: projectId, title: '' }),
      await api.call('developer', 'PATCH', pathOf(issue), { assignee: 'ada' }),
      await api.call('developer', 'PATCH', `/v1/issues/${item.id}`, { title: 'Ours' }),
      await api.call('developer', 'PATCH', '/v1/issues/iss_none', { priority: 'P0' }),
      await api.call('viewer', 'GET', '/v1/issues?state=lost'),
    ];
    expect(outcomes.map((outcome) => outcome.status)).toEqual([409, 422, 422, 422, 422, 404, 422]);
    expect(outcomes[4]?.body).toMatchObject({ code: 'owned_by_tracker' });
    expect((await api.ok('developer', 'PATCH', `/v1/issues/${item.id}`, { priority: 'P0' }))['title']).toBe('Theirs');
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createPeople, identityRoutes, peopleRoutes, teamRoutes } from './index.ts';

let database: TestDatabase;
let api: Api;

beforeAll(async () => {
  database = await createTestDatabase();
  const work = { wip: () => Promise.resolve(new Map([['person:ada', 2]])), isAssigned: () => Promise.resolve(false) };
  const people = createPeople({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...createRecorder(), work });
  api = await serveRoutes([...peopleRoutes({ people }), ...identityRoutes({ people }), ...teamRoutes({ people })]);
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

describe('people over HTTP', () => {
  it('are made, shown, changed, deactivated, listed and, with what names them gone, removed', async () => {
    const ada = await api.ok('manager', 'POST', '/v1/people', {
      handle: 'ada',
      name: 'Ada',
      email: 'ada@example.test',
      wip_limit: 3,
      timezone: 'Europe/Berlin',
    });
    expect(ada).toMatchObject({ handle: 'ada', wip_limit: 3, capacity_hours_per_week: 32, role: 'developer', active: true });
    const path = `/v1/people/${String(ada['id'])}`;
    expect(await api.ok('viewer', 'GET', path)).toEqual(ada);
    expect(await api.ok('viewer', 'GET', `${path}/load`)).toEqual({ handle: 'ada', wip: 2, wip_limit: 3, free: 1, capacity_hours_per_week: 32 });

    const identity = await api.ok('manager', 'POST', '/v1/identities', { source: 'github', external_id: 'Ada-L', person_id: ada['id'] });
    expect(identity).toMatchObject({ source: 'github', external_id: 'ada-l', person_id: ada['id'] });
    const team = await api.ok('manager', 'POST', '/v1/teams', { key: 'cart', name: 'Cart', members: ['ada'] });
    expect((await api.call('manager', 'DELETE', path)).status).toBe(409);

    expect(await api.ok('manager', 'PATCH', path, { active: false, skills: ['Go'] })).toMatchObject({
      active: false,
      skills: ['go'],
      wip_limit: 3,
      timezone: 'Europe/Berlin',
    });
    expect(await api.ok('viewer', 'GET', '/v1/people?active=true')).toEqual({ items: [], next_cursor: null });
    expect(await api.ok('viewer', 'GET', `/v1/identities?person=${String(ada['id'])}`)).toEqual({ items: [identity], next_cursor: null });
    expect(await api.ok('viewer', 'GET', `/v1/identities/${String(identity['id'])}`)).toEqual(identity);
    expect(await api.ok('viewer', 'GET', '/v1/teams')).toEqual({ items: [team], next_cursor: null });
    expect(await api.ok('manager', 'PATCH', `/v1/teams/${String(team['id'])}`, { members: [] })).toMatchObject({ name: 'Cart', members: [] });

    await api.ok('manager', 'DELETE', `/v1/identities/${String(identity['id'])}`, undefined, 204);
    await api.ok('manager', 'DELETE', `/v1/teams/${String(team['id'])}`, undefined, 204);
    await api.ok('manager', 'DELETE', path, undefined, 204);
    expect((await api.call('viewer', 'GET', path)).status).toBe(404);
  });

  it('are changed over what was seen only: If-Match refuses who was slower, and what changes nothing moves nothing', async () => {
    const dan = await api.ok('manager', 'POST', '/v1/people', { handle: 'dan', name: 'Dan' });
    const team = await api.ok('manager', 'POST', '/v1/teams', { key: 'pay', name: 'Pay', members: [] });
    const seen = { 'if-match': '"1"' };
    const moved = { status: 409, body: { code: 'revision_moved', revision: 2 } };
    for (const [path, mine, theirs] of [
      [`/v1/people/${String(dan['id'])}`, { name: 'Danny' }, { wip_limit: 4 }],
      [`/v1/teams/${String(team['id'])}`, { name: 'Payments' }, { members: ['dan'] }],
    ] as const) {
      expect(await api.call('manager', 'PATCH', path, {}, seen)).toMatchObject({ status: 200, body: { revision: 1 } });
      expect(await api.call('manager', 'PATCH', path, theirs, seen)).toMatchObject({ status: 200, body: { ...theirs, revision: 2 } });
      expect(await api.call('manager', 'PATCH', path, mine, seen)).toMatchObject(moved);
      expect(await api.ok('viewer', 'GET', path)).not.toMatchObject(mine);
      expect(await api.call('manager', 'PATCH', path, mine, { 'if-match': '"2"' })).toMatchObject({ status: 200, body: { ...mine, ...theirs } });
      expect((await api.call('manager', 'PATCH', path, theirs, { 'if-match': 'nonsense' })).status).toBe(422);
    }
  });

  it('a team of somebody nobody knows is refused at its field', async () => {
    expect(await api.call('manager', 'POST', '/v1/teams', { key: 'y', name: 'Y', members: ['nobody'] })).toMatchObject({
      status: 422,
      body: { code: 'missing_reference', errors: [{ path: 'members', message: 'Nobody has the handle nobody.' }] },
    });
  });

  it('answers 409 for a taken handle, 422 for a bad time zone or an unknown field, 403 for a role above one’s own', async () => {
    await api.ok('manager', 'POST', '/v1/people', { handle: 'bob', name: 'Bob' });
    const outcomes = [
      await api.call('manager', 'POST', '/v1/people', { handle: 'bob', name: 'Other' }),
      await api.call('manager', 'POST', '/v1/people', { handle: 'cy', name: 'Cy', timezone: 'Mars/Olympus' }),
      await api.call('manager', 'POST', '/v1/people', { handle: 'cy', name: 'Cy', wipLimit: 3 }),
      await api.call('manager', 'POST', '/v1/people', { handle: 'cy', name: 'Cy', role: 'admin' }),
      await api.call('developer', 'POST', '/v1/people', { handle: 'cy', name: 'Cy' }),
      await api.call('manager', 'POST', '/v1/teams', { key: 'x', name: 'x', members: ['nobody'] }),
    ];
    expect(outcomes.map((outcome) => outcome.status)).toEqual([409, 422, 422, 403, 403, 422]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { serveRoutes, type Api } from '../../../test/contracts/api.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createIntake, intakeRoutes, parseForgeEvent, type Intake } from './index.ts';

let database: TestDatabase;
let api: Api;
let intake: Intake;

beforeAll(async () => {
  database = await createTestDatabase();
  intake = createIntake({ db: database.db, clock: systemClock, ids: createIds(systemClock), outbox: createRecorder().outbox });
  api = await serveRoutes(intakeRoutes({ intake }));
});
afterAll(async () => {
  await api.stop();
  await database.close();
});

describe('/v1/events', () => {
  it('shows and lists what came in, and takes no writes', async () => {
    const document = {
      kind: 'push',
      repo: { forge: 'local', name: 'acme/shop' },
      actor: 'ada',
      occurred_at: '2026-01-01T00:00:00.000Z',
      branch: 'main',
      before: null,
      after: 'a'.repeat(40),
    };
    const receive = (deliveryId: string, body: string) =>
      intake.receive({ source: 'local', deliveryId, headers: {}, body: Buffer.from(body), normalise: parseForgeEvent });
    const { eventId } = await receive('d1', JSON.stringify(document));
    await receive('d2', 'not json');
    const one = await api.ok('viewer', 'GET', `/v1/events/${eventId}`);
    expect(one).toMatchObject({
      id: eventId,
      source: 'local',
      delivery_id: 'd1',
      kind: 'push',
      repository: 'acme/shop',
      document,
      occurred_at: '2026-01-01T00:00:00.000Z',
    });
    expect(await api.ok('viewer', 'GET', '/v1/events?kind=push&source=local')).toEqual({ items: [one], next_cursor: null });
    expect((await api.ok('viewer', 'GET', '/v1/events?kind=ignored'))['items']).toMatchObject([{ delivery_id: 'd2', document: null }]);
    expect((await api.call('viewer', 'GET', '/v1/events/evt_none')).status).toBe(404);
    for (const method of ['POST', 'PATCH', 'DELETE'])
      expect((await api.call('admin', method, `/v1/events/${eventId}`)).status).toBeGreaterThanOrEqual(404);
  });
});

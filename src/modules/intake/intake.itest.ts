import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createIntake, parseForgeEvent, type Delivery, type ForgeEvent, type Intake } from './index.ts';

let database: TestDatabase;
let intake: Intake;
const said = createRecorder();
let count = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  intake = createIntake({ db: database.db, clock: systemClock, ids: createIds(systemClock), outbox: said.outbox });
});
afterAll(() => database.close());
beforeEach(() => said.clear());

const push = (name: string): ForgeEvent => ({
  kind: 'push',
  repo: { forge: 'local', name },
  actor: 'ada',
  occurred_at: '2026-01-01T00:00:00.000Z',
  branch: 'main',
  before: null,
  after: 'a'.repeat(40),
});
const delivery = (more: Partial<Delivery> = {}): Delivery => ({
  source: 'local',
  deliveryId: `d${(count += 1)}`,
  headers: { 'X-Event': 'push' },
  body: Buffer.from(JSON.stringify(push('acme/shop'))),
  normalise: parseForgeEvent,
  ...more,
});

describe('a delivery', () => {
  it('is kept byte for byte, normalised and announced', async () => {
    const body = Buffer.concat([Buffer.from(JSON.stringify(push('acme/shop'))), Buffer.from('  \r\n')]);
    const { eventId, duplicate } = await intake.receive(
      delivery({ deliveryId: 'exact', body, headers: { 'X-Event': 'push', Authorization: 'Bearer s3cret' } }),
    );
    expect(duplicate).toBe(false);
    const raw = await intake.raw(eventId);
    expect(raw?.body.equals(body)).toBe(true);
    expect(raw?.headers).toEqual({ 'x-event': 'push', authorization: '[redacted]' });
    expect(await intake.get(eventId)).toMatchObject({
      source: 'local',
      deliveryId: 'exact',
      kind: 'push',
      forge: 'local',
      repository: 'acme/shop',
      number: null,
      document: push('acme/shop'),
      occurredAt: new Date('2026-01-01T00:00:00Z'),
    });
    expect(said.events).toEqual([
      { type: 'event.received', subject: eventId, data: { source: 'local', kind: 'push', forge: 'local', repository: 'acme/shop', number: null } },
    ]);
  });

  it('repeated answers the same id and has no effect', async () => {
    const first = await intake.receive(delivery({ deliveryId: 'again' }));
    said.clear();
    expect(await intake.receive(delivery({ deliveryId: 'again' }))).toEqual({ eventId: first.eventId, duplicate: true });
    expect(said.types()).toEqual([]);
    expect((await intake.receive(delivery({ deliveryId: 'again', source: 'ci' }))).duplicate).toBe(false);
  });

  it('arriving many times at the same moment is one', async () => {
    for (let round = 0; round < 5; round += 1) {
      said.clear();
      const one = delivery();
      const answers = await Promise.all(Array.from({ length: 8 }, () => intake.receive(one)));
      expect(new Set(answers.map((answer) => answer.eventId)).size).toBe(1);
      expect(answers.filter((answer) => !answer.duplicate)).toHaveLength(1);
      expect(said.types()).toEqual(['event.received']);
    }
  });

  it('whose first try failed with its announcement is not there, and is taken the next time', async () => {
    const failing = createIntake({
      db: database.db,
      clock: systemClock,
      ids: createIds(systemClock),
      outbox: { putAll: () => Promise.reject(new Error('no outbox')) },
    });
    const one = delivery();
    await expect(failing.receive(one)).rejects.toThrow('no outbox');
    expect((await intake.receive(one)).duplicate).toBe(false);
  });

  it('nobody can read is kept and ignored with the reason', async () => {
    const { eventId } = await intake.receive(delivery({ body: Buffer.from([0xff, 0xfe, 0x00]) }));
    expect(await intake.get(eventId)).toMatchObject({ kind: 'ignored', document: null, note: expect.stringContaining('could not be read') });
    expect((await intake.raw(eventId))?.body).toEqual(Buffer.from([0xff, 0xfe, 0x00]));
  });

  it('with characters no database keeps is stored all the same', async () => {
    const { eventId } = await intake.receive(delivery({ body: Buffer.from(JSON.stringify({ ...push('acme/shop'), branch: 'a\0b\ud800' })) }));
    expect((await intake.get(eventId))?.document).toMatchObject({ branch: 'a\uFFFDb\uFFFD' });
  });

  it('without an id is refused', async () => {
    await expect(intake.receive(delivery({ deliveryId: '' }))).rejects.toMatchObject({ kind: 'invalid', code: 'no_delivery_id' });
  });
});

describe('stored events', () => {
  it('are listed in order, filtered, page by page', async () => {
    const ids: string[] = [];
    for (let i = 0; i < 5; i += 1) ids.push((await intake.receive(delivery({ body: Buffer.from(JSON.stringify(push('acme/listed'))) }))).eventId);
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await intake.list({ repository: 'acme/listed', kind: 'push', limit: 2, cursor });
      seen.push(...page.items.map((event) => event.id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(ids.toSorted());
    expect((await intake.list({ repository: 'acme/listed', kind: 'issue.opened', limit: 2 })).items).toEqual([]);
  });

  it('lose their raw bytes after their time, and are still known when repeated', async () => {
    const old = await intake.receive(delivery({ deliveryId: 'old' }));
    const fresh = await intake.receive(delivery({ deliveryId: 'fresh' }));
    await database.pool.query("update raw_events set received_at = now() - interval '31 days' where event_id = $1", [old.eventId]);
    expect(await intake.purgeRaw()).toBe(1);
    expect(await intake.raw(old.eventId)).toBeNull();
    expect(await intake.raw(fresh.eventId)).not.toBeNull();
    expect(await intake.get(old.eventId)).not.toBeNull();
    expect(await intake.receive(delivery({ deliveryId: 'old' }))).toEqual({ eventId: old.eventId, duplicate: true });
    await expect(intake.purgeRaw(0)).rejects.toMatchObject({ kind: 'invalid' });
  });
});

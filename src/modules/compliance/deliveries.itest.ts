import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { sql } from '#platform/db/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createChangeWebhook } from '#connectors/change-webhook/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { startChangeReceiver, type ChangeReceiverFake } from '../../../test/fakes/change-receiver.ts';
import { deliverDue, deliveriesOf } from './commands.deliveries.ts';
import { insertRecord } from './store.ts';
import { insertDelivery, reviveDelivery } from './store.deliveries.ts';
import type { ComplianceDocument } from './model.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes or more').toString('base64')}`;
let database: TestDatabase;
let receiver: ChangeReceiverFake;
beforeEach(async () => {
  database = await createTestDatabase();
  receiver = await startChangeReceiver(SECRET);
});
afterEach(() => Promise.all([database.close(), receiver.close()]));

async function record(number: number): Promise<string> {
  const id = `comp_${number}`;
  const hash = 'a'.repeat(64);
  const document = {
    id,
    number,
    kind: 'landing',
    subject: `cr_${number}`,
    project_id: 'proj_1',
    changed_at: '2026-01-01T00:00:00Z',
    recorded_at: '2026-01-01T00:00:01Z',
    pull: null,
    policy: { hash: 'p', source: 'default', text_sha256: hash },
  } as unknown as ComplianceDocument;
  await database.db.tx(async (tx) => {
    await insertRecord(tx, { record: document, sha256: hash, workItemId: null, people: [], policyText: '' });
    await insertDelivery(tx, id);
  });
  return id;
}

const due = () => database.db.run(sql`update compliance_deliveries set next_attempt_at = now() where state = 'waiting'`);

test('a message the receiver fails to take comes again under the same id, while others go through', async () => {
  const hook = createChangeWebhook({
    url: receiver.url,
    secret: SECRET,
    fetch: createGuardedFetch({ allowPrivateHosts: ['127.0.0.1', new URL(receiver.url).host] }),
  });
  const first = await record(1);
  receiver.answers.push(500);
  await deliverDue(database.db, hook);
  expect(await deliveriesOf(database.db)).toEqual({ waiting: 1, delivered: 0, dead: [] });
  const second = await record(2);
  await deliverDue(database.db, hook);
  expect(receiver.accepted.map(({ id }) => id)).toEqual([second]);
  await due();
  await deliverDue(database.db, hook);
  expect(receiver.accepted.map(({ id }) => id)).toEqual([second, first]);
  expect(await deliveriesOf(database.db)).toEqual({ waiting: 0, delivered: 2, dead: [] });
});

test('a message nobody takes is given up after ten tries, shown with its reason, and sent when somebody says so', async () => {
  const id = await record(1);
  const nobody = {
    where: 'x',
    send: async () => {
      throw new AppError('unavailable', 'Nobody there.');
    },
  };
  for (let i = 0; i < 12; i += 1) {
    await deliverDue(database.db, nobody);
    await due();
  }
  expect(await deliveriesOf(database.db)).toEqual({ waiting: 0, delivered: 0, dead: [{ record_id: id, attempts: 10, last_error: 'Nobody there.' }] });
  expect(await reviveDelivery(database.db, 'comp_none')).toBe(false);
  expect(await reviveDelivery(database.db, id)).toBe(true);
  await deliverDue(
    database.db,
    createChangeWebhook({
      url: receiver.url,
      secret: SECRET,
      fetch: createGuardedFetch({ allowPrivateHosts: ['127.0.0.1', new URL(receiver.url).host] }),
    }),
  );
  expect(receiver.accepted).toMatchObject([{ id }]);
});

test('two processes send one message once', async () => {
  await record(1);
  const hook = createChangeWebhook({
    url: receiver.url,
    secret: SECRET,
    fetch: createGuardedFetch({ allowPrivateHosts: ['127.0.0.1', new URL(receiver.url).host] }),
  });
  await Promise.all([1, 2, 3].map(() => deliverDue(database.db, hook)));
  expect(receiver.accepted).toHaveLength(1);
});

test('a record is never edited, whoever asks the database', async () => {
  await record(1);
  for (const statement of [
    'update compliance_records set number = 9',
    'delete from compliance_records',
    'truncate compliance_records',
    'delete from compliance_texts',
  ])
    await expect(database.pool.query(statement)).rejects.toMatchObject({ code: '42501' });
});

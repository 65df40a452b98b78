import { spawn } from 'node:child_process';
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { sql } from '#platform/db/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createChangeWebhook } from '#connectors/change-webhook/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import type { DeliverArguments } from '../../../test/kit/deliver-changes.ts';
import { eventually } from '../../../test/kit/eventually.ts';
import { openTransactions } from '../../../test/kit/transactions.ts';
import { startChangeReceiver, type ChangeReceiverFake } from '../../../test/fakes/change-receiver.ts';
import { deliverDue, deliveriesOf } from './commands.deliveries.ts';
import { insertRecord } from './store.ts';
import { insertDelivery, reviveDelivery } from './store.deliveries.ts';
import type { ComplianceDocument } from './model.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes or more').toString('base64')}`;
const DELIVER = path.resolve(import.meta.dirname, '../../../test/kit/deliver-changes.ts');
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

/** A receiver that takes its time, until it is told to go on or to fail. */
function slowReceiver() {
  const heard: string[] = [];
  const going: Array<(error?: Error) => void> = [];
  const send = async ({ id }: { id: string }) => {
    heard.push(id);
    await new Promise<void>((resolve, reject) => going.push((error) => (error === undefined ? resolve() : reject(error))));
  };
  return { where: 'x', heard, going, send };
}

test('while a slow receiver is told, no transaction is open, and another process sends the others and not that one', async () => {
  const slow = slowReceiver();
  const first = await record(1);
  const sending = deliverDue(database.db, slow);
  await eventually(() => expect(slow.heard).toEqual([first]));
  expect(await openTransactions(database)).toEqual([]);
  const second = await record(2);
  const quick: string[] = [];
  await deliverDue(database.db, { where: 'x', send: async ({ id }) => void quick.push(id) });
  expect(quick).toEqual([second]);
  slow.going[0]?.();
  await sending;
  expect(slow.heard).toEqual([first]);
  expect(await deliveriesOf(database.db)).toEqual({ waiting: 0, delivered: 2, dead: [] });
});

test('what a process was sending when it died is sent again under its id when its time is over, and what comes of it late counts no more', async () => {
  const dead = slowReceiver();
  const next = slowReceiver();
  const id = await record(1);
  const sending = deliverDue(database.db, dead);
  await eventually(() => expect(dead.heard).toEqual([id]));
  await deliverDue(database.db, next);
  expect(next.heard).toEqual([]);
  await database.db.run(sql`update compliance_deliveries set claimed_until = now() - interval '1 second'`);
  const again = deliverDue(database.db, next);
  await eventually(() => expect(next.heard).toEqual([id]));
  dead.going[0]?.(new Error('The process that had it is dead.'));
  await sending;
  expect(await database.db.all(sql`select state, attempts, last_error from compliance_deliveries`)).toEqual([
    { state: 'waiting', attempts: 0, lastError: null },
  ]);
  next.going[0]?.();
  await again;
  expect(await deliveriesOf(database.db)).toEqual({ waiting: 0, delivered: 1, dead: [] });
});

test('a process killed while the receiver thinks loses nothing: the message comes again under its id, and counts once', async () => {
  const thinking: http.ServerResponse[] = [];
  const heard: string[] = [];
  const slow = http.createServer((request, response) => {
    heard.push(String(request.headers['webhook-id']));
    request.resume();
    if (heard.length === 1) thinking.push(response);
    else response.writeHead(204).end();
  });
  await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(slow.address() as AddressInfo).port}/changes`;
  const id = await record(1);
  const given: DeliverArguments = { connection: database.connection, url, secret: SECRET };
  const start = () => spawn(process.execPath, [DELIVER, JSON.stringify(given)], { stdio: ['ignore', 'inherit', 'inherit'] });
  const killed = start();
  try {
    await eventually(() => expect(heard).toEqual([id]));
    expect(await openTransactions(database)).toEqual([]);
    killed.kill('SIGKILL');
    await once(killed, 'exit');
    // Its claim outlives it, so that nobody sends what it may still be sending.
    expect(await once(start(), 'exit')).toEqual([0, null]);
    expect(heard).toEqual([id]);
    await database.db.run(sql`update compliance_deliveries set claimed_until = now() - interval '1 second'`);
    expect(await once(start(), 'exit')).toEqual([0, null]);
    expect(heard).toEqual([id, id]);
    expect(await deliveriesOf(database.db)).toEqual({ waiting: 0, delivered: 1, dead: [] });
  } finally {
    killed.kill('SIGKILL');
    slow.closeAllConnections();
    await new Promise((resolve) => slow.close(resolve));
  }
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

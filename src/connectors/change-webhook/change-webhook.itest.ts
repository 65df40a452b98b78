import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChangeReceiver, type ChangeReceiverFake } from '../../../test/fakes/change-receiver.ts';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createChangeWebhook, type ChangeWebhookSettings } from './index.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes or more').toString('base64')}`;
let receiver: ChangeReceiverFake;
beforeEach(async () => {
  receiver = await startChangeReceiver(SECRET);
});
afterEach(() => receiver.close());

const hookAt = (url: string, secret = SECRET) => createChangeWebhook({ url, secret, fetch: guarded(url) });
const guarded = (url: string): ChangeWebhookSettings['fetch'] => createGuardedFetch({ allowPrivateHosts: [new URL(url).host] });

const message = { id: 'comp_1', at: new Date(), body: '{"type":"compliance.recorded"}' };

test('a receiver that checks Standard Webhooks signatures takes the message under its id', async () => {
  await hookAt(receiver.url).send(message);
  expect(receiver.accepted).toEqual([{ id: 'comp_1', body: { type: 'compliance.recorded' } }]);
});

test('a message signed with another secret, or long ago, is refused and counts as not told', async () => {
  const stranger = hookAt(receiver.url, 'another secret of at least 24 characters');
  await expect(stranger.send(message)).rejects.toMatchObject({ kind: 'unavailable', code: 'receiver_refused' });
  const old = { ...message, at: new Date(Date.now() - 3_600_000) };
  await expect(hookAt(receiver.url).send(old)).rejects.toMatchObject({ code: 'receiver_refused' });
  expect(receiver).toMatchObject({ accepted: [], refused: 2 });
});

test('an answer that is no 2xx, and nobody there, are sentences without the address', async () => {
  receiver.answers.push(503);
  const hook = hookAt(`${receiver.url}?key=s3cret`);
  await expect(hook.send(message)).rejects.toThrow(/answered 503/);
  await receiver.close();
  const error = await hook.send(message).catch((thrown: unknown) => String(thrown));
  expect(error).toMatch(/could not be reached/);
  expect(`${String(error)} ${hook.where}`).not.toContain('s3cret');
  receiver = await startChangeReceiver(SECRET);
});

test('a record goes to no address inside the network, told or redirected, unless the operator names it', async () => {
  const fetch = createGuardedFetch({ allowPrivateHosts: [] });
  const { host } = new URL(receiver.url);
  const unnamed = createChangeWebhook({ url: receiver.url, secret: SECRET, fetch }).send(message);
  await expect(unnamed).rejects.toMatchObject({
    code: 'receiver_unreachable',
    message: expect.stringContaining(`add ${host} to allow_private_hosts`),
    cause: { code: 'address_refused' },
  });
  expect(receiver.accepted).toEqual([]);
  for (const status of [302, 307]) {
    const away = http.createServer((_, response) => response.writeHead(status, { location: 'http://169.254.169.254/latest/meta-data/' }).end());
    await new Promise<void>((done) => away.listen(0, '127.0.0.1', done));
    const sent = hookAt(`http://127.0.0.1:${(away.address() as AddressInfo).port}/in`).send(message);
    await expect(sent).rejects.toMatchObject({ code: 'receiver_unreachable', cause: { code: 'redirect_refused' } });
    await new Promise((done) => away.close(done));
  }
});

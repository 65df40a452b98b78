import { afterEach, beforeEach, expect, test } from 'vitest';
import { startChangeReceiver, type ChangeReceiverFake } from '../../../test/fakes/change-receiver.ts';
import { createChangeWebhook } from './index.ts';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four bytes or more').toString('base64')}`;
let receiver: ChangeReceiverFake;
beforeEach(async () => {
  receiver = await startChangeReceiver(SECRET);
});
afterEach(() => receiver.close());

const message = { id: 'comp_1', at: new Date(), body: '{"type":"compliance.recorded"}' };

test('a receiver that checks Standard Webhooks signatures takes the message under its id', async () => {
  await createChangeWebhook({ url: receiver.url, secret: SECRET }).send(message);
  expect(receiver.accepted).toEqual([{ id: 'comp_1', body: { type: 'compliance.recorded' } }]);
});

test('a message signed with another secret, or long ago, is refused and counts as not told', async () => {
  const stranger = createChangeWebhook({ url: receiver.url, secret: 'another secret of at least 24 characters' });
  await expect(stranger.send(message)).rejects.toMatchObject({ kind: 'unavailable', code: 'receiver_refused' });
  const old = { ...message, at: new Date(Date.now() - 3_600_000) };
  await expect(createChangeWebhook({ url: receiver.url, secret: SECRET }).send(old)).rejects.toMatchObject({ code: 'receiver_refused' });
  expect(receiver).toMatchObject({ accepted: [], refused: 2 });
});

test('an answer that is no 2xx, and nobody there, are sentences without the address', async () => {
  receiver.answers.push(503);
  const hook = createChangeWebhook({ url: `${receiver.url}?key=s3cret`, secret: SECRET });
  await expect(hook.send(message)).rejects.toThrow(/answered 503/);
  await receiver.close();
  const error = await hook.send(message).catch((thrown: unknown) => String(thrown));
  expect(error).toMatch(/could not be reached/);
  expect(`${String(error)} ${hook.where}`).not.toContain('s3cret');
  receiver = await startChangeReceiver(SECRET);
});

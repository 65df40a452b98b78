import { createHmac } from 'node:crypto';
import { expect, test } from 'vitest';
import { createGithubWebhook } from './webhook.ts';

const BODY = Buffer.from('{"zen":"Keep it simple."}');
const sign = (secret: string, body = BODY): string => `sha256=${createHmac('sha256', secret).update(body).digest('hex')}`;
const headers = (more: Record<string, string | string[] | undefined> = {}) => ({
  'x-hub-signature-256': sign('new'),
  'x-github-delivery': 'd-1',
  ...more,
});
const webhook = createGithubWebhook({ secrets: ['new', 'old'] });

test.each(['new', 'old'])('bytes signed with the %s secret are verified, under the id of their delivery', (secret) => {
  expect(webhook.verify(headers({ 'x-hub-signature-256': sign(secret) }), BODY)).toEqual({ state: 'verified', deliveryId: 'd-1' });
});

test.each<[string, Record<string, string | string[] | undefined>]>([
  ['another secret', { 'x-hub-signature-256': sign('guess') }],
  ['other bytes', { 'x-hub-signature-256': sign('new', Buffer.from('{}')) }],
  ['no signature', { 'x-hub-signature-256': undefined }],
  ['two signatures', { 'x-hub-signature-256': [sign('new'), sign('new')] }],
  [
    'the older kind of signature alone',
    { 'x-hub-signature-256': undefined, 'x-hub-signature': `sha1=${createHmac('sha1', 'new').update(BODY).digest('hex')}` },
  ],
  ['no id', { 'x-github-delivery': undefined }],
  ['an id that is a path', { 'x-github-delivery': '../x' }],
])('a delivery with %s is refused', (_, more) => {
  expect(webhook.verify(headers(more), BODY)).toMatchObject({ state: 'refused' });
});

test('without a secret nothing is accepted, and the setting is named', () => {
  expect(createGithubWebhook({ secrets: [] }).verify(headers(), BODY)).toEqual({ state: 'not_configured', setting: 'REEVE_GITHUB_WEBHOOK_SECRET' });
});

test('JSON may come in a form; what names no event is ignored', () => {
  const form = Buffer.from(new URLSearchParams({ payload: '{}' }).toString());
  const type = { 'content-type': 'application/x-www-form-urlencoded' };
  expect(webhook.normalise({ headers: { ...type, 'x-github-event': 'ping' }, body: form })).toMatchObject({
    kind: 'ignored',
    note: expect.stringContaining('ping'),
  });
  expect(webhook.normalise({ headers: {}, body: BODY })).toMatchObject({ kind: 'ignored' });
});

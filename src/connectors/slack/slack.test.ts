import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createManualClock, type ManualClock } from '#kernel/clock.ts';
import { isAppError } from '#kernel/errors.ts';
import { startFakeSlack, type FakeSlack } from '../../../test/fakes/slack/server.ts';
import { isReplyAddress } from './client.ts';
import { createSlack } from './index.ts';
import { escapeText, toBlocks, toMessage, toView } from './map.ts';
import { createSlackDoor } from './webhook.ts';

const START = new Date('2026-11-21T10:00:00Z');
const SECRET = 'a-signing-secret';
const body = new URLSearchParams({
  command: '/triage',
  text: ' 7 ',
  user_id: 'U1',
  team_id: 'T1',
  response_url: 'https://hooks.slack.com/x',
}).toString();

function signed(text: string, more: { secret?: string; at?: number } = {}) {
  const timestamp = String(more.at ?? START.getTime() / 1000);
  const signature = `v0=${createHmac('sha256', more.secret ?? SECRET)
    .update(`v0:${timestamp}:${text}`)
    .digest('hex')}`;
  return { headers: { 'x-slack-request-timestamp': timestamp, 'x-slack-signature': signature }, body: Buffer.from(text) };
}

const door = (clock: ManualClock = createManualClock(START), signingSecrets = [SECRET]) => createSlackDoor({ signingSecrets, clock });
const refusal = (work: () => unknown): string => {
  try {
    work();
    return 'believed';
  } catch (error) {
    return isAppError(error, 'unauthenticated') ? error.code : String(error);
  }
};

test('a signed command is read; the same bytes have the same key, others another one', () => {
  const first = door().open(signed(body));
  expect(first.input).toEqual({
    kind: 'command',
    speaker: { team: 'T1', user: 'U1' },
    command: 'triage',
    text: '7',
    channel: null,
    reply: 'https://hooks.slack.com/x',
    trigger: null,
  });
  expect(door().open(signed(body)).key).toBe(first.key);
  expect(door().open(signed(`${body}&x=1`)).key).not.toBe(first.key);
});

test('both secrets count while they are rotated, and none when there is none', () => {
  const rotating = door(createManualClock(START), ['new', 'old']);
  for (const secret of ['new', 'old']) expect(rotating.open(signed(body, { secret })).input.kind).toBe('command');
  expect(refusal(() => rotating.open(signed(body, { secret: 'older' })))).toBe('signature_wrong');
  expect(refusal(() => door(createManualClock(START), []).open(signed(body)))).toBe('signature_wrong');
});

test('five minutes either way, and not a second more', () => {
  const at = START.getTime() / 1000;
  for (const near of [-300, 0, 300]) expect(door().open(signed(body, { at: at + near })).input.kind).toBe('command');
  for (const far of [-301, 301, -86_400, 1e9]) expect(refusal(() => door().open(signed(body, { at: at + far })))).toBe('signature_stale');
});

test('of ten thousand changed requests none is believed', () => {
  const open = door();
  let seed = 7;
  const next = (below: number): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648;
    return seed % below;
  };
  let believed = 0;
  for (let round = 0; round < 10_000; round += 1) {
    const { headers, body: bytes } = signed(body);
    const changed = Buffer.from(bytes);
    const signature = Array.from(headers['x-slack-signature']);
    if (round % 2 === 0) changed[next(changed.length)] = (changed[next(changed.length)] ?? 0) ^ (1 + next(254));
    else signature[next(signature.length)] = '0123456789abcdefghXYZ='.charAt(next(22));
    const given = { 'x-slack-request-timestamp': headers['x-slack-request-timestamp'], 'x-slack-signature': signature.join('') };
    const same = changed.equals(bytes) && given['x-slack-signature'] === headers['x-slack-signature'];
    if (!same && refusal(() => open.open({ headers: given, body: changed })) === 'believed') believed += 1;
  }
  expect(believed).toBe(0);
});

test.each<[string, Record<string, string | string[] | undefined>]>([
  ['no headers', {}],
  ['an older scheme', { 'x-slack-request-timestamp': '1763719200', 'x-slack-signature': `v1=${'0'.repeat(64)}` }],
  ['no timestamp', { 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
  ['a timestamp that is no number', { 'x-slack-request-timestamp': '1e9', 'x-slack-signature': `v0=${'0'.repeat(64)}` }],
  ['two signatures', { 'x-slack-request-timestamp': '1763719200', 'x-slack-signature': [`v0=${'0'.repeat(64)}`, 'x'] }],
])('%s: not believed', (_, headers) => {
  expect(refusal(() => door().open({ headers, body: Buffer.from(body) }))).toBe('signature_missing');
});

test('a signed body nobody understands is malformed; a kind we do not know asks for nothing', () => {
  for (const text of ['', 'x=1', 'payload=', 'payload=%7B', 'payload=null', 'payload=%7B%22type%22%3A%22block_actions%22%7D'])
    expect(() => door().open(signed(text))).toThrow('neither a slash command nor an interaction');
  const closed = new URLSearchParams({ payload: JSON.stringify({ type: 'view_closed' }) }).toString();
  expect(door().open(signed(closed)).input).toEqual({ kind: 'nothing', why: 'not a kind we know: view_closed' });
});

test('no text is markup: no mention, no link, no end of the fixed-width part', () => {
  const nasty = '<!channel> <@U1> <https://evil.test|ok> *b* ``` &lt;';
  const blocks = toBlocks([
    { kind: 'heading', text: nasty },
    { kind: 'text', text: nasty },
    { kind: 'note', text: nasty },
    { kind: 'preformatted', text: nasty },
    { kind: 'buttons', buttons: [{ id: 'x', label: nasty, style: 'good', value: 'v' }] },
  ]);
  expect(JSON.stringify(blocks)).not.toContain('mrkdwn');
  expect(blocks[3]).toMatchObject({ elements: [{ type: 'rich_text_preformatted', elements: [{ type: 'text', text: nasty }] }] });
  expect(toMessage({ text: nasty, parts: [] })['text']).toBe(escapeText(nasty));
  expect(escapeText(nasty)).not.toMatch(/[<>]|&(?!amp;|lt;|gt;)/);
});

test('what Slack bounds is cut to its bounds', () => {
  const view = toView({ id: 'f', title: 'x'.repeat(100), submit: 'Go', value: 'v', parts: [{ kind: 'heading', text: 'y'.repeat(400) }], fields: [] });
  expect(view).toMatchObject({ title: { text: `${'x'.repeat(23)}…` }, blocks: [{ text: { text: `${'y'.repeat(149)}…` } }] });
});

test.each([
  ['https://slack.com/api', 'https://hooks.slack.com/actions/T1/2/x', true],
  ['https://slack.com/api', 'http://hooks.slack.com/actions', false],
  ['https://slack.com/api', 'https://hooks.slack.com.evil.test/x', false],
  ['https://slack.com/api', 'https://hooks.slack.com:8443/x', false],
  ['https://slack.com/api', 'https://hooks.slack.com@127.0.0.1/x', false],
  ['https://slack.com/api', 'http://169.254.169.254/latest', false],
  ['https://slack.com/api', 'file:///etc/passwd', false],
  ['https://slack.com/api', '//hooks.slack.com/x', false],
  ['https://slack.com/api', '', false],
  ['http://127.0.0.1:9000/api', 'http://127.0.0.1:9000/reply/1', true],
  ['http://127.0.0.1:9000/api', 'http://10.0.0.1:9000/reply/1', false],
])('with the API at %s, replying to %s: %s', (api, address, allowed) => {
  expect(isReplyAddress(api, address)).toBe(allowed);
});

let slack: FakeSlack;
beforeAll(async () => {
  slack = await startFakeSlack();
});
afterAll(() => slack.stop());
const connected = () => createSlack({ apiUrl: slack.apiUrl, botToken: slack.token, signingSecrets: [SECRET], clock: createManualClock(START) });
const message = { text: 'Hello', parts: [{ kind: 'text' as const, text: 'Hello' }] };

test('a post is found again by its marker, and an edit changes it in place', async () => {
  const { write } = connected();
  const place = await write.post('C1', message, 'act_1');
  await write.post('C1', message, 'act_2');
  expect(await write.find('C1', 'act_1')).toEqual(place);
  expect(await write.find('C2', 'act_1')).toBeNull();
  await write.update(place, { text: 'Bye', parts: [] });
  expect(slack.messages.get(place.message)).toMatchObject({ text: 'Bye', edits: 1 });
  expect(slack.messages.size).toBe(2);
});

test.each([
  ['rate_limited', { kind: 'rate_limited', detail: { retry_after_s: 7 } }],
  ['http_500', { kind: 'unavailable' }],
  ['lost', { kind: 'unavailable' }],
  ['error:channel_not_found', { kind: 'refused', code: 'chat_channel_not_found' }],
  ['error:service_unavailable', { kind: 'unavailable' }],
  ['error:expired_trigger_id', { kind: 'refused', code: 'chat_trigger_expired' }],
] as const)('%s becomes a reasoned error, after one call', async (failure, expected) => {
  const before = slack.calls.length;
  slack.fail('chat.postMessage', failure);
  await expect(connected().write.post('C1', message, 'x')).rejects.toMatchObject(expected);
  expect(slack.calls.length - before).toBe(1);
});

test('a name is a name, and nobody is nobody', async () => {
  slack.users.set('U1', { name: 'Mia' });
  expect([await connected().read.userName('U1'), await connected().read.userName('U2')]).toEqual(['Mia', null]);
});

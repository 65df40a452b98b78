import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ChatInput } from '#ports/chat.ts';
import type { Role } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import { createSlack } from '#connectors/slack/index.ts';
import { startFakeSlack, type FakeSlack } from '../../../test/fakes/slack/server.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, merge, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createChat, type Chat, type ChatDeps } from './index.ts';
import { BUTTONS, subjectText } from './model.ts';

let database: TestDatabase;
let slack: FakeSlack;
let on: Governance;
beforeAll(async () => {
  database = await createTestDatabase({ max: 25 });
  await createWorld(database.db);
  slack = await startFakeSlack();
  on = createGovernance(database.db);
});
afterAll(async () => {
  await slack.stop();
  await database.close();
});

/** Who is who in the chat, by external id. */
const LINKS: Record<string, { handle: string; role: Role; active: boolean }> = {
  U1: { handle: 'dan', role: 'developer', active: true },
  'T2:U1': { handle: 'mia', role: 'maintainer', active: true },
  U2: { handle: 'max', role: 'maintainer', active: false },
};

function chatOf(more: Partial<ChatDeps> = {}): Chat {
  const { answers, read } = createSlack({ apiUrl: slack.apiUrl, botToken: slack.token, signingSecrets: [], clock: systemClock });
  return createChat({
    db: database.db,
    log: silentLog,
    source: 'slack',
    team: null,
    channel: 'C1',
    answers,
    read,
    people: {
      async personFor(_, id) {
        const found = LINKS[id];
        return found === undefined ? null : { id: `pers_${found.handle}`, ...found };
      },
    },
    approvals: on.approvals,
    actions: on.actions,
    work: { get: async () => null, list: async () => ({ items: [], nextCursor: null }) },
    projectsOf: async () => null,
    triage: { get: async () => null },
    repositoryName: async () => null,
    ...more,
  });
}

let keys = 0;
const key = () => `slack:test:${(keys += 1)}`;
const replyTo = () => slack.apiUrl.replace('/api', `/reply/r${(keys += 1)}`);
const close = () => proposal('issue.close', { args: { reason: 'duplicate' }, triggerUser: null });
async function pressing(
  user = 'U1',
  team: string | null = 'T1',
  kind = close(),
): Promise<{ id: string; input: Extract<ChatInput, { kind: 'press' }> }> {
  const action = await propose(on, kind);
  const value = subjectText({ id: action.id, digest: action.digest });
  return { id: action.id, input: { kind: 'press', speaker: { team, user }, button: BUTTONS.approve, value, reply: replyTo(), trigger: 't' } };
}
const lastReply = (address: string | null) => slack.replies.findLast((reply) => reply.address === address)?.body['text'];
const undone = async () => (await database.db.one<{ n: number }>(sql`select count(*) as n from chat_deliveries where done_at is null`)).n;
const later = () => database.db.run(sql`update chat_deliveries set received_at = received_at - interval '5 minutes' where done_at is null`);

test('a press is acknowledged although the chat itself hangs, and is decided all the same', async () => {
  const chat = chatOf();
  slack.fail('reply', 'hangs');
  const { id, input } = await pressing();
  expect(await chat.receive({ key: key(), input })).toEqual({ kind: 'nothing' });
  for (let tries = 0; tries < 200 && (await on.approvals.get(id))?.status === 'pending'; tries += 1)
    await database.db.run(sql`select pg_sleep(0.02)`);
  expect((await on.approvals.get(id))?.status).toBe('approved');
});

test('what was acknowledged before a crash is done by whoever lives on, once', async () => {
  const { id, input } = await pressing();
  await database.db.run(sql`insert into chat_deliveries (key, message) values ('slack:crashed', ${JSON.stringify(input)}::jsonb)`);
  const chat = chatOf();
  expect(await chat.resume()).toBe(0);
  await later();
  const both = await Promise.all([chatOf().resume(), chatOf().resume()]);
  expect(both[0] + both[1]).toBeGreaterThanOrEqual(1);
  expect((await on.approvals.get(id))?.status).toBe('approved');
  const votes = (await on.ledger.list({ limit: 50, subject: id })).items.filter(({ kind }) => kind === 'approval.voted');
  expect(votes).toHaveLength(1);
});

test('an answer that cannot be given now is given later; half an hour later nobody is waiting', async () => {
  const chat = chatOf();
  slack.fail('reply', 'http_500');
  const input: ChatInput = {
    kind: 'command',
    speaker: { team: 'T1', user: 'U1' },
    command: 'ask',
    text: 'why?',
    channel: null,
    reply: replyTo(),
    trigger: null,
  };
  await chat.receive({ key: key(), input });
  await chat.idle();
  expect([await undone(), lastReply(input.reply)]).toEqual([1, undefined]);
  await later();
  await chat.resume();
  expect(lastReply(input.reply)).toContain('not built yet');
  expect(await undone()).toBe(0);
  await database.db.run(
    sql`insert into chat_deliveries (key, message, received_at) values ('slack:old', ${JSON.stringify(input)}::jsonb, now() - interval '31 minutes')`,
  );
  expect(await chat.resume()).toBe(0);
  expect(await undone()).toBe(0);
});

test('the same delivery twice, also at the same moment, counts once', async () => {
  const chat = chatOf();
  const { input } = await pressing();
  const one = key();
  const results = await Promise.allSettled(Array.from({ length: 10 }, () => chat.receive({ key: one, input })));
  expect(results.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
  const refused = results.flatMap((result) => (result.status === 'rejected' ? [result.reason as { code: string }] : []));
  expect(new Set(refused.map(({ code }) => code))).toEqual(new Set(['replayed']));
  await chat.idle();
});

test('a link of the workspace goes before one without, another workspace is refused, and who is inactive decides nothing', async () => {
  const chat = chatOf();
  const ofDan = await pressing('U1', 'T1', merge());
  const ofMia = await pressing('U1', 'T2', merge());
  const inactive = await pressing('U2', 'T1', merge());
  for (const { input } of [ofDan, ofMia, inactive]) await chat.receive({ key: key(), input });
  await chat.idle();
  expect(lastReply(ofDan.input.reply)).toBe('This waits for maintainer.');
  expect(slack.views.at(-1)?.view['callback_id']).toBe(BUTTONS.approve);
  expect(lastReply(inactive.input.reply)).toBe('max is not active.');
  const elsewhere = await pressing('U1', 'T9', close());
  const pinned = chatOf({ team: 'T1' });
  await pinned.receive({ key: key(), input: elsewhere.input });
  await pinned.idle();
  expect(lastReply(elsewhere.input.reply)).toBe('This workspace is not connected to Reeve.');
  for (const { id } of [ofDan, ofMia, inactive, elsewhere]) expect((await on.approvals.get(id))?.status).toBe('pending');
});

test('a form for what is none of ours, or with a stale digest, decides nothing and says why', async () => {
  const chat = chatOf();
  const action = await propose(on, close());
  const form = (id: string, digest: string): ChatInput => ({
    kind: 'form',
    speaker: { team: 'T1', user: 'U1' },
    form: BUTTONS.approve,
    value: `${id}|${digest}`,
    fields: { confirm: 'acme/shop' },
  });
  for (const [input, words] of [
    [form(action.id, 'f'.repeat(64)), 'digest is not the one'],
    [form('act_00000000000000000000000000', action.digest), 'There is no approval'],
    [form('pers_1', action.digest), 'none of ours'],
  ] as const) {
    const receipt = await chat.receive({ key: key(), input });
    expect(JSON.stringify(receipt)).toContain(words);
  }
  expect((await on.approvals.get(action.id))?.status).toBe('pending');
});

test('without a channel nothing is posted; a message about a message is never made', async () => {
  const action = await propose(on, close());
  await chatOf({ channel: null }).announce(action.id);
  expect(await on.actions.byKey(`approval.notify:${action.id}`)).toBeNull();
  const chat = chatOf();
  await Promise.all([chat.announce(action.id), chat.announce(action.id)]);
  const post = await on.actions.byKey(`approval.notify:${action.id}`);
  expect(post).toMatchObject({
    status: 'approved',
    record: { kind: 'approval.notify', args: { what: 'post', approval_id: action.id, channel: 'C1' } },
  });
  on.state.policyText = 'version: 1\nactions: { approval.notify: { risk: low, mode: ask } }';
  const asked = await propose(on, proposal('approval.notify', { args: { what: 'post', approval_id: 'x', channel: 'C1' } }));
  expect(asked.status).toBe('pending');
  await chat.announce(asked.id);
  expect(await on.actions.byKey(`approval.notify:${asked.id}`)).toBeNull();
});

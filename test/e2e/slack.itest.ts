import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { loadAppConfig } from '#app/config.ts';
import { startServer, type RunningServer } from '#app/serve.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import type { Action } from '#modules/actions/index.ts';
import { buttonOf, startFakeSlack, textOf, type FakeMessage, type FakeSlack } from '../fakes/slack/server.ts';

const REPO = 'acme/shop';
const CHANNEL = 'C0000TEST';
const USERS = { mia: 'U0000MIA', max: 'U0000MAX', dora: 'U0000DORA', vic: 'U0000VIC', pat: 'U0000PAT' } as const;
const ROLES = { mia: 'maintainer', max: 'maintainer', dora: 'developer', vic: 'viewer', pat: 'developer' } as const;

describe('people decide in Slack', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-slack-'));
  let slack: FakeSlack;
  let server: RunningServer;
  let url = '';
  let projectId = '';
  let issue = 0;

  beforeAll(async () => {
    slack = await startFakeSlack();
    const environment = {
      REEVE_DATA_DIR: path.join(folder, 'data'),
      REEVE_PORT: '0',
      REEVE_LOG_LEVEL: 'error',
      REEVE_SLACK_API_URL: slack.apiUrl,
      REEVE_SLACK_BOT_TOKEN: slack.token,
      REEVE_SLACK_SIGNING_SECRET: `an-older-secret,${slack.signingSecret}`,
      REEVE_SLACK_CHANNEL: CHANNEL,
    };
    server = await startServer(loadAppConfig(environment, folder), 'all');
    url = server.url ?? '';
    const { people, projects, local } = server.modules;
    for (const [handle, role] of Object.entries(ROLES)) {
      const person = await people.create({ handle, name: handle, role }, SYSTEM_ACTOR);
      await people.link('slack', USERS[handle as keyof typeof USERS], person.id, SYSTEM_ACTOR);
    }
    projectId = (await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR)).id;
    await local.manage.createRepository({ name: REPO, files: [{ path: 'a.txt', content: 'a\n' }] });
    await projects.addRepository({ projectId, forge: 'local', name: REPO, defaultBranch: 'main', allowlisted: true }, SYSTEM_ACTOR);
    issue = (await local.manage.createIssue(REPO, { title: 'The cart loses items', by: 'ada' })).number;
  }, 120_000);

  afterAll(async () => {
    await server?.stop();
    await slack?.stop();
    rmSync(folder, { recursive: true, force: true });
  });

  /** Proposes over HTTP what people decide: a merge (high risk), or a closing (medium). */
  async function propose(kind: 'pr.merge' | 'issue.close', more: { by?: 'pat' | 'mia'; args?: Record<string, unknown> } = {}): Promise<Action> {
    const merge = { args: { message: 'Merge the cart' }, preconditions: { head_sha: 'a'.repeat(40) } };
    const close = { args: { reason: 'duplicate', duplicate_of: 3, comment: 'Closed' } };
    const { action_id } = (await post('/v1/actions/propose', more.by ?? 'pat', {
      kind,
      target: { forge: 'local', repo: REPO, number: issue },
      ...(kind === 'pr.merge' ? merge : close),
      ...(more.args === undefined ? {} : { args: more.args }),
    })) as { action_id: string };
    return (await server.modules.actions.get(action_id)) as Action;
  }

  async function post(where: string, by: string, body: unknown): Promise<unknown> {
    const { secret } = await server.modules.access.createToken({ name: by, role: ROLES[by as keyof typeof ROLES], person: by }, SYSTEM_ACTOR);
    const response = await fetch(`${url}${where}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${secret}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    const answer: unknown = await response.json();
    if (!response.ok) throw new Error(JSON.stringify(answer));
    return answer;
  }

  async function until<T>(found: () => T | null | undefined | false | Promise<T | null | undefined | false>, what: string): Promise<T> {
    for (const deadline = Date.now() + 30_000; Date.now() < deadline; await delay(25)) {
      const value = await found();
      if (value !== null && value !== undefined && value !== false) return value;
    }
    throw new Error(`never: ${what}`);
  }
  const messageOf = (id: string): FakeMessage | undefined =>
    [...slack.messages.values()].find((message) => JSON.stringify(message.blocks).includes(id) && message.blocks.length > 1);
  const posted = (action: Action) => until(() => messageOf(action.id), `a message about ${action.id}`);
  const shows = (action: Action, text: string) =>
    until(() => {
      const message = messageOf(action.id);
      return message !== undefined && textOf(message).includes(text) ? message : null;
    }, `${action.id} shows ${text}`);
  const statusOf = async (action: Action) => (await server.modules.approvals.get(action.id))?.status;
  const lastReply = async (after: number) =>
    textOf((await until(() => slack.replies[after], 'a reply')).body as { blocks: Record<string, unknown>[] });

  it('posts a card made from the record, closes by one press, and edits the message in place', async () => {
    const action = await propose('issue.close');
    const message = await posted(action);
    expect(message.channel).toBe(CHANNEL);
    expect(textOf(message)).toContain('Approval needed: issue.close (medium risk)');
    expect(textOf(message)).toContain(`Digest     ${action.digest}`);
    const before = slack.replies.length;
    const answer = await slack.press(url, buttonOf(message, 'Approve'), { user: USERS.dora });
    expect(answer).toEqual({ status: 200, text: '' });
    expect(await lastReply(before)).toBe('Approved: issue.close.');
    expect(await statusOf(action)).toBe('approved');
    const edited = await shows(action, 'Approved by person:dora');
    expect(() => buttonOf(edited, 'Approve')).toThrow(/no button/);
    expect([...slack.messages.values()].filter(({ blocks }) => JSON.stringify(blocks).includes(action.id))).toHaveLength(1);
  });

  it('answers the second of two presses with the winner', async () => {
    const action = await propose('issue.close');
    const button = buttonOf(await posted(action), 'Decline');
    const before = slack.replies.length;
    await slack.press(url, button, { user: USERS.dora });
    await until(async () => (await statusOf(action)) === 'declined', 'declined');
    await slack.press(url, button, { user: USERS.mia });
    await until(() => slack.replies.length >= before + 2, 'two replies');
    const texts = slack.replies.slice(before).map(({ body }) => body['text']);
    expect(texts).toContain('It was declined by person:dora already.');
  });

  it('asks for the name of the repository before a yes to high risk, and refuses another one', async () => {
    const action = await propose('pr.merge');
    await slack.press(url, buttonOf(await posted(action), 'Approve'), { user: USERS.mia });
    const { view } = await until(() => slack.views.find((opened) => JSON.stringify(opened.view).includes(action.id)), 'a form');
    expect(await statusOf(action)).toBe('pending');
    expect(textOf(view as never)).toContain(action.digest);
    for (const typed of ['acme/other', '', 'acme/sh\u043Ep']) {
      const answer = await slack.submit(url, view, { confirm: typed }, { user: USERS.mia });
      expect(JSON.parse(answer.text)).toMatchObject({ response_action: 'errors', errors: { confirm: expect.stringContaining('not the one') } });
    }
    expect(await statusOf(action)).toBe('pending');
    expect(await slack.submit(url, view, { confirm: REPO, reason: 'Read it' }, { user: USERS.mia })).toEqual({ status: 200, text: '{}' });
    expect(await statusOf(action)).toBe('approved');
    await shows(action, 'Reason: Read it');
  });

  it('replaces an action by one with other arguments, and its card replaces the old one', async () => {
    const action = await propose('issue.close');
    await slack.press(url, buttonOf(await posted(action), 'Modify'), { user: USERS.dora });
    const { view } = await until(() => slack.views.find((opened) => JSON.stringify(opened.view).includes(action.id)), 'a form');
    const same = { 'arg:reason': 'duplicate', 'arg:duplicate_of': '3', 'arg:comment': 'Closed' };
    expect(JSON.parse((await slack.submit(url, view, same, { user: USERS.dora })).text)).toMatchObject({ response_action: 'errors' });
    const wrong = await slack.submit(url, view, { ...same, 'arg:duplicate_of': 'three' }, { user: USERS.dora });
    expect(JSON.parse(wrong.text)).toMatchObject({ errors: { 'arg:duplicate_of': 'This is not JSON.' } });
    expect((await slack.submit(url, view, { ...same, 'arg:duplicate_of': '4' }, { user: USERS.dora })).text).toBe('{}');
    const old = await server.modules.actions.get(action.id);
    expect(old).toMatchObject({ status: 'superseded' });
    const successor = await server.modules.actions.get(old?.supersededBy ?? '');
    expect(successor).toMatchObject({ status: 'pending', record: { args: { duplicate_of: 4, reason: 'duplicate', comment: 'Closed' } } });
    expect(successor?.digest).not.toBe(action.digest);
    await shows(action, 'Replaced by a changed action');
    await posted(successor as Action);
  });

  it('keeps a question with the approval, and passes it only to who may decide', async () => {
    const action = await propose('pr.merge');
    const message = await posted(action);
    const opened = async (label: string) => {
      const before = slack.views.length;
      await slack.press(url, buttonOf(message, label), { user: USERS.mia });
      return (await until(() => slack.views[before], label)).view;
    };
    await slack.submit(url, await opened('Needs info'), { question: 'Which customer asked?\u202E' }, { user: USERS.mia });
    await shows(action, 'person:mia asks: Which customer asked?\\u{202E}');
    const reassign = await opened('Reassign');
    const offered = JSON.stringify(reassign);
    expect([offered.includes('person:max'), offered.includes('person:dora'), offered.includes('role:manager')]).toEqual([true, false, true]);
    const refused = await slack.submit(url, reassign, { to: 'person:dora', reason: '' }, { user: USERS.mia });
    expect(JSON.parse(refused.text)).toMatchObject({ response_action: 'errors' });
    await slack.submit(url, reassign, { to: 'person:max', reason: 'Knows the cart' }, { user: USERS.mia });
    await shows(action, 'Waits for person:max');
    await until(
      () => [...slack.messages.values()].find(({ text }) => text.includes('was passed to person:max: Knows the cart')),
      'a word to the channel',
    );
    expect(await statusOf(action)).toBe('pending');
  });

  it('lets nobody decide who is unknown, looks on only, or asked for it', async () => {
    const action = await propose('pr.merge', { by: 'mia' });
    const button = buttonOf(await posted(action), 'Approve');
    for (const [user, words] of [
      ['U0000NEW', 'Reeve does not know who'],
      [USERS.vic, 'This waits for maintainer.'],
      [USERS.dora, 'This waits for maintainer.'],
      [USERS.mia, 'never decides it'],
    ] as const) {
      const before = slack.replies.length;
      await slack.press(url, button, { user });
      expect(await lastReply(before)).toContain(words);
    }
    const before = slack.replies.length;
    await slack.press(url, button, { user: 'U0000NEW' });
    expect(await lastReply(before)).toContain('"external_id": "T0000TEST:U0000NEW"');
    expect(await statusOf(action)).toBe('pending');
  });

  it('edits the message when the decision was made elsewhere', async () => {
    const action = await propose('issue.close');
    await posted(action);
    await post(`/v1/approvals/${action.id}/decision`, 'dora', { decision: 'decline', digest: action.digest, reason: 'Not a duplicate' });
    await shows(action, 'Declined by person:dora');
  });

  it('shows what cannot be seen, and counts what it cuts', async () => {
    const action = await propose('issue.close', { args: { reason: 'duplicate', comment: `safe\u202Egnp ${'x'.repeat(50_000)}` } });
    const text = textOf(await posted(action));
    expect(text).not.toContain('\u202E');
    expect(text).toMatch(/2900 of \d+ characters are shown/);
  });

  it('believes no request that is unsigned, wrongly signed, changed, old, or repeated', async () => {
    const action = await propose('issue.close');
    const button = buttonOf(await posted(action), 'Approve');
    const payload = { type: 'block_actions', user: { id: USERS.dora }, team: { id: 'T0000TEST' }, actions: [{ type: 'button', ...button }] };
    const body = new URLSearchParams({ payload: JSON.stringify(payload) }).toString();
    const now = Math.floor(Date.now() / 1000);
    for (const wrong of [
      { signature: null },
      { signature: 'v0=' },
      { signature: `v1=${'0'.repeat(64)}` },
      { signature: `v0=${'0'.repeat(64)}` },
      { secret: 'another' },
      { timestamp: now - 301 },
      { timestamp: now + 400 },
      { swap: body.replace('block_actions', 'block_actionz') },
      { swap: `${body}&x=1` },
      { swap: `${body} ` },
    ])
      expect([JSON.stringify(wrong), (await slack.send(url, body, wrong)).status]).toEqual([JSON.stringify(wrong), 401]);
    expect(await statusOf(action)).toBe('pending');
    expect((await slack.send(url, body, { timestamp: now })).status).toBe(200);
    expect((await slack.send(url, body, { timestamp: now })).status).toBe(409);
    await until(async () => (await statusOf(action)) === 'approved', 'approved once');
  });

  it('answers commands at once and then with a message, and says what is not built', async () => {
    const item = await until(async () => (await server.modules.work.list({ number: issue, limit: 1 })).items[0], 'the issue is mirrored');
    const before = slack.replies.length;
    expect(JSON.parse((await slack.command(url, 'triage', `#${issue}`)).text)).toEqual({ response_type: 'ephemeral', text: 'Looking it up…' });
    expect(await lastReply(before)).toContain(`#${issue} The cart loses items`);
    for (const [command, words] of [
      ['standup', 'not built yet'],
      ['sprint-health', 'not built yet'],
      ['ask', 'not built yet'],
    ] as const) {
      const at = slack.replies.length;
      await slack.command(url, command, '');
      expect(await lastReply(at)).toContain(words);
    }
    for (const [text, words] of [
      ['', 'Use /triage NUMBER'],
      ['999999', 'There is no such issue'],
      [`acme/none#${issue}`, 'There is no such issue'],
      [item.id, 'The cart loses items'],
    ] as const) {
      const at = slack.replies.length;
      await slack.command(url, 'triage', text);
      expect(await lastReply(at)).toContain(words);
    }
    const at = slack.replies.length;
    await slack.command(url, 'triage', `${issue}`, { user: 'U0000NEW' });
    expect(await lastReply(at)).toContain('Reeve does not know who');
  });

  it('posts once although the answer to a post was lost, and waits when it is asked to', async () => {
    slack.fail('chat.postMessage', 'lost');
    const lost = await propose('issue.close');
    await until(async () => (await server.modules.actions.byKey(`approval.notify:${lost.id}`))?.status === 'executed', 'the lost post was found');
    expect([...slack.messages.values()].filter(({ blocks }) => JSON.stringify(blocks).includes(lost.id))).toHaveLength(1);
    slack.fail('chat.postMessage', 'rate_limited', 'http_500');
    const throttled = await propose('issue.close');
    await posted(throttled);
  }, 60_000);

  it('lets who is limited to a project decide and see nothing of another, and finds no issue of it', async () => {
    const { access, people, projects } = server.modules;
    const other = await projects.create({ key: 'other', name: 'Other' }, SYSTEM_ACTOR);
    const dora = (await people.byHandle('dora'))?.id ?? '';
    const item = await until(async () => (await server.modules.work.list({ number: issue, limit: 1 })).items[0], 'the issue is mirrored');
    const action = await propose('issue.close');
    const message = await posted(action);
    await access.limitPerson(dora, ['other'], SYSTEM_ACTOR);
    try {
      const views = slack.views.length;
      for (const label of ['Approve', 'Decline', 'Modify', 'Needs info', 'Reassign']) {
        const before = slack.replies.length;
        await slack.press(url, buttonOf(message, label), { user: USERS.dora });
        expect([label, await lastReply(before)]).toEqual([label, `There is no approval ${action.id}.`]);
      }
      expect(slack.views).toHaveLength(views);
      for (const form of ['reeve_approve', 'reeve_modify', 'reeve_needs_info', 'reeve_reassign']) {
        const view = { blocks: [], callback_id: form, private_metadata: `${action.id}|${action.digest}` };
        const sent = await slack.submit(url, view, { confirm: REPO, question: 'Why?', to: 'person:max', reason: '' }, { user: USERS.dora });
        expect([form, sent.text]).toEqual([form, expect.stringContaining(`There is no approval ${action.id}.`)]);
      }
      for (const sought of [`${issue}`, `${REPO}#${issue}`, item.id]) {
        const before = slack.replies.length;
        await slack.command(url, 'triage', sought, { user: USERS.dora });
        expect(await lastReply(before)).toBe(`There is no such issue: ${sought}.`);
      }
      expect([await statusOf(action), (await server.modules.approvals.get(action.id))?.notes]).toEqual(['pending', []]);
      // In their own project they are heard as ever.
      await access.limitPerson(dora, [other.id, projectId], SYSTEM_ACTOR);
      const before = slack.replies.length;
      await slack.command(url, 'triage', item.id, { user: USERS.dora });
      expect(await lastReply(before)).toContain('The cart loses items');
      await slack.press(url, buttonOf(message, 'Approve'), { user: USERS.dora });
      await until(async () => (await statusOf(action)) === 'approved', 'approved');
    } finally {
      await access.limitPerson(dora, [], SYSTEM_ACTOR);
    }
  });

  it('tells the chat no secret, no hidden character and no mention of everybody, wherever a text came from', async () => {
    const { access, local, work } = server.modules;
    const { secret } = await access.createToken({ name: 'canary', role: 'viewer' }, SYSTEM_ACTOR);
    const canary = secret.slice(-43);
    const words = `sesame ${canary} @channel <!channel> \u202Egnp ${canary.slice(0, 20)}\u200B${canary.slice(20)}`;
    const { number } = await local.manage.createIssue(REPO, { title: words, by: 'mallory' });
    await until(async () => (await work.list({ number, limit: 1 })).items[0], 'the issue is mirrored');
    const before = slack.replies.length;
    await slack.command(url, 'triage', `${number}`);
    expect(await lastReply(before)).toContain('sesame');
    const action = await propose('issue.close');
    await posted(action);
    await post(`/v1/approvals/${action.id}/notes`, 'dora', { kind: 'question', text: words });
    await shows(action, 'person:dora asks: sesame');
    await post(`/v1/approvals/${action.id}/reassign`, 'dora', { to: 'role:maintainer', reason: words });
    await until(() => [...slack.messages.values()].find(({ text }) => text.includes('was passed to') && text.includes('sesame')), 'a word');
    const at = slack.views.length;
    await slack.press(url, buttonOf(await posted(action), 'Modify'), { user: USERS.dora });
    await until(() => slack.views[at], 'a form');
    await post(`/v1/approvals/${action.id}/decision`, 'dora', { decision: 'decline', digest: action.digest, reason: words });
    await shows(action, 'Reason: sesame');
    const told = JSON.stringify([slack.calls, [...slack.messages.values()], slack.replies, slack.views]);
    expect(told).toContain('sesame');
    for (const never of [canary, canary.slice(0, 20), canary.slice(20), '@channel', '<!channel', '\u202E', '\u200B'])
      expect([never, told.includes(never)]).toEqual([never, false]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { startFakeGithub, type FakeGithub } from './index.ts';

const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let ask: Ask;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({
    owner: 'acme',
    name: 'shop',
    files: { 'a.txt': 'a\n' },
    collaborators: { bot: 'write', mia: 'triage' },
    labels: ['bug'],
  });
  ask = asker(fake, fake.addUser('bot'));
});
afterEach(async () => {
  await endCleanly(fake);
});

const issue = (more: object = {}) => ask('POST', `${SHOP}/issues`, { title: 'Bug', ...more });

describe('every answer', () => {
  it('says 401 for bad credentials, 404 for what one may not know of, and where it is documented', async () => {
    await fake.addRepository({ owner: 'acme', name: 'hidden', private: true });
    expect(await asker(fake, 'wrong')('GET', SHOP)).toMatchObject({ status: 401, body: { message: 'Bad credentials', status: '401' } });
    expect(await ask('GET', '/repos/acme/hidden')).toMatchObject({
      status: 404,
      body: { message: 'Not Found', documentation_url: 'https://docs.github.com/rest/repos/repos#get-a-repository' },
    });
    expect((await asker(fake, null)('GET', SHOP)).status).toBe(200);
    expect((await asker(fake, null)('POST', `${SHOP}/issues`, { title: 'x' })).status).toBe(401);
  });

  it('is the same beneath /api/v3, as GitHub Enterprise has it', async () => {
    expect((await ask('GET', `/api/v3${SHOP}`)).body).toMatchObject({ full_name: 'acme/shop' });
    expect((await ask('POST', '/api/graphql', { query: '{ viewer { login } }' })).body).toEqual({ data: { viewer: { login: 'bot' } } });
  });

  it('is in the journal with who asked and what became so, so that anything done twice shows', async () => {
    for (let times = 0; times < 2; times += 1) await ask('POST', `${SHOP}/issues`, { title: 'Bug' });
    await ask('POST', `${SHOP}/issues/1/comments`, { body: '<!-- act:1 -->\nOnce' });
    await ask('POST', `${SHOP}/issues/1/comments`, { body: '<!-- act:1 -->\nTwice' });
    await ask('GET', `${SHOP}/issues/99`);
    expect(fake.journal.requests.map(({ method, status, who }) => `${method} ${status} ${who}`)).toEqual([
      'POST 201 bot',
      'POST 201 bot',
      'POST 201 bot',
      'POST 201 bot',
      'GET 404 bot',
    ]);
    expect([...fake.journal.counts()].filter(([, count]) => count > 1)).toEqual([['issue.comment.created acme/shop #1 <!-- act:1 -->', 2]]);
  });

  it('pages lists by `per_page` and `page`, with a Link header around it', async () => {
    for (let n = 1; n <= 5; n += 1) await issue({ title: `Bug ${n}` });
    const first = await ask('GET', `${SHOP}/issues?per_page=2&direction=asc`);
    expect((first.body as unknown as Array<{ number: number }>).map(({ number }) => number)).toEqual([1, 2]);
    expect(first.headers.get('link')).toBe(
      `<${fake.apiUrl}${SHOP}/issues?per_page=2&direction=asc&page=2>; rel="next", <${fake.apiUrl}${SHOP}/issues?per_page=2&direction=asc&page=3>; rel="last"`,
    );
    const last = await ask('GET', `${SHOP}/issues?per_page=2&direction=asc&page=3`);
    expect(last.headers.get('link')).toContain('rel="prev"');
    expect(last.headers.get('link')).not.toContain('rel="next"');
    expect((await ask('GET', `${SHOP}/issues`)).headers.get('link')).toBeNull();
  });

  it('bears an ETag; 304 to whoever knows it, and that "does not count against your primary rate limit"', async () => {
    const first = await ask('GET', `${SHOP}/issues`);
    const etag = first.headers.get('etag') ?? '';
    const again = await ask('GET', `${SHOP}/issues`, undefined, { 'if-none-match': etag });
    expect(again.status).toBe(304);
    expect(again.headers.get('x-ratelimit-remaining')).toBe(first.headers.get('x-ratelimit-remaining'));
    await issue();
    expect((await ask('GET', `${SHOP}/issues`, undefined, { 'if-none-match': etag })).status).toBe(200);
  });
});

describe('issues', () => {
  it('are listed with pull requests, newest first, filtered by state, labels and `since`', async () => {
    await issue({ labels: ['bug'] });
    await fake.as('bot').push('acme/shop', 'ai-1', { 'b.txt': 'b\n' });
    await fake.as('bot').openPull('acme/shop', { title: 'Fix', head: 'ai-1' });
    // "GitHub's REST API considers every pull request an issue": told apart by the key `pull_request`.
    expect((await ask('GET', `${SHOP}/issues`)).body).toMatchObject([{ number: 2, pull_request: {} }, { number: 1 }]);
    expect((await ask('GET', `${SHOP}/issues?labels=BUG`)).body).toMatchObject([{ number: 1 }]);
    expect((await ask('GET', `${SHOP}/issues?since=2999-01-01T00:00:00Z`)).body).toEqual([]);
    expect((await ask('GET', `${SHOP}/issues?state=closed`)).body).toEqual([]);
  });

  it('are closed with a reason and opened again', async () => {
    await issue();
    expect((await ask('PATCH', `${SHOP}/issues/1`, { state: 'closed', state_reason: 'not_planned' })).body).toMatchObject({
      state: 'closed',
      state_reason: 'not_planned',
      closed_by: { login: 'bot' },
    });
    expect((await ask('PATCH', `${SHOP}/issues/1`, { state: 'open' })).body).toMatchObject({
      state: 'open',
      state_reason: 'reopened',
      closed_at: null,
    });
    expect(fake.journal.lines('issue').map((line) => line.split(' ')[0])).toEqual(['issue.created', 'issue.closed', 'issue.reopened']);
  });

  it('get labels that exist or not, once each, and lose them; 404 "Label does not exist"', async () => {
    await issue();
    expect((await ask('POST', `${SHOP}/issues/1/labels`, { labels: ['bug', 'AI-Ready'] })).body).toMatchObject([
      { name: 'bug' },
      { name: 'AI-Ready' },
    ]);
    await ask('POST', `${SHOP}/issues/1/labels`, { labels: ['bug'] });
    expect(fake.journal.lines('issue.labeled')).toHaveLength(2);
    expect((await ask('DELETE', `${SHOP}/issues/1/labels/AI-Ready`)).status).toBe(200);
    expect(await ask('DELETE', `${SHOP}/issues/1/labels/AI-Ready`)).toMatchObject({ status: 404, body: { message: 'Label does not exist' } });
    expect((await ask('PUT', `${SHOP}/issues/1/labels`, { labels: ['x'] })).body).toMatchObject([{ name: 'x' }]);
    expect(await ask('POST', `${SHOP}/labels`, { name: 'BUG', color: 'ff0000' })).toMatchObject({
      status: 422,
      body: { errors: [{ resource: 'Label', code: 'already_exists', field: 'name' }] },
    });
  });

  it('leave out assignees who cannot be assigned', async () => {
    fake.addUser('stranger');
    await issue();
    expect((await ask('POST', `${SHOP}/issues/1/assignees`, { assignees: ['bot', 'stranger'] })).body).toMatchObject({
      assignees: [{ login: 'bot' }],
    });
    expect((await ask('DELETE', `${SHOP}/issues/1/assignees`, { assignees: ['bot'] })).body).toMatchObject({ assignees: [] });
  });

  it('keep comments that are edited in place, and that others may not touch', async () => {
    await issue();
    const made = await ask('POST', `${SHOP}/issues/1/comments`, { body: '<!-- act:1 -->\nHello' });
    expect(made.status).toBe(201);
    const id = String(made.body['id']);
    expect((await ask('PATCH', `${SHOP}/issues/comments/${id}`, { body: 'Bye' })).body).toMatchObject({ body: 'Bye', user: { login: 'bot' } });
    expect((await asker(fake, fake.addUser('mia'))('PATCH', `${SHOP}/issues/comments/${id}`, { body: 'Mine' })).status).toBe(403);
    expect((await ask('GET', `${SHOP}/issues/1/comments`)).body).toMatchObject([{ body: 'Bye' }]);
    expect((await ask('DELETE', `${SHOP}/issues/comments/${id}`)).status).toBe(204);
    expect(await ask('POST', `${SHOP}/issues/1/comments`, { body: 'x'.repeat(65_537) })).toMatchObject({ status: 422 });
    expect(fake.journal.lines('issue.comment')[0]).toBe('issue.comment.created acme/shop #1 <!-- act:1 --> by bot');
  });

  it('are labelled by those who triage, and by nobody below', async () => {
    await issue();
    expect((await asker(fake, fake.addUser('mia'))('POST', `${SHOP}/issues/1/labels`, { labels: ['x'] })).status).toBe(200);
    expect((await asker(fake, fake.addUser('reader'))('POST', `${SHOP}/issues/1/labels`, { labels: ['y'] })).status).toBe(403);
    expect((await asker(fake, fake.addUser('reader'))('POST', `${SHOP}/issues/1/comments`, { body: 'y' })).status).toBe(201);
  });
});

describe('guards', () => {
  it('shows classic protection to administrators alone', async () => {
    const owner = asker(fake, fake.addUser('acme'));
    expect(await owner('GET', `${SHOP}/branches/main/protection`)).toMatchObject({ status: 404, body: { message: 'Branch not protected' } });
    fake
      .repository('acme/shop')
      .data.protections.push({ branch: 'main', requiredChecks: ['test'], strict: true, requiredApprovals: 2, enforceAdmins: true, pushers: null });
    expect((await owner('GET', `${SHOP}/branches/main/protection`)).body).toMatchObject({
      required_status_checks: { strict: true, contexts: ['test'] },
      required_pull_request_reviews: { required_approving_review_count: 2 },
      enforce_admins: { enabled: true },
    });
    expect((await ask('GET', `${SHOP}/branches/main/protection`)).status).toBe(404);
    expect((await ask('GET', `${SHOP}/branches/main`)).body).toMatchObject({ protected: true });
  });

  it('shows rules that hold for a branch, and to everybody whether they may bypass', async () => {
    const rules = [{ type: 'pull_request', parameters: { required_approving_review_count: 1 } }];
    fake.repository('acme/shop').data.rulesets.push({
      id: 9,
      name: 'main',
      enforcement: 'active',
      include: ['~DEFAULT_BRANCH'],
      rules,
      bypassActors: [],
      bypass: { bot: 'always' },
      createdAt: fake.world.now(),
    });
    expect((await ask('GET', `${SHOP}/rules/branches/main`)).body).toMatchObject([{ type: 'pull_request', ruleset_id: 9 }]);
    expect((await ask('GET', `${SHOP}/rules/branches/other`)).body).toEqual([]);
    expect((await ask('GET', `${SHOP}/rulesets/9`)).body).toMatchObject({ current_user_can_bypass: 'always' });
    expect((await asker(fake, fake.addUser('mia'))('GET', `${SHOP}/rulesets/9`)).body).toMatchObject({ current_user_can_bypass: 'never' });
  });
});

describe('releases', () => {
  it('are drafts without a tag until they are published, and are not made twice', async () => {
    const made = await ask('POST', `${SHOP}/releases`, { tag_name: 'v1', name: 'One', draft: true });
    expect(made).toMatchObject({ status: 201, body: { draft: true, published_at: null } });
    expect((await ask('GET', `${SHOP}/git/ref/tags/v1`)).status).toBe(404);
    expect((await asker(fake, null)('GET', `${SHOP}/releases`)).body).toEqual([]);
    expect((await ask('PATCH', `${SHOP}/releases/${String(made.body['id'])}`, { draft: false, body: 'Notes' })).body).toMatchObject({
      draft: false,
      body: 'Notes',
    });
    expect((await ask('GET', `${SHOP}/git/ref/tags/v1`)).status).toBe(200);
    expect((await ask('GET', `${SHOP}/releases/latest`)).body).toMatchObject({ tag_name: 'v1' });
    expect(await ask('POST', `${SHOP}/releases`, { tag_name: 'v1' })).toMatchObject({
      status: 422,
      body: { errors: [{ code: 'already_exists', field: 'tag_name' }] },
    });
  });
});

describe("requests that GitHub's description does not allow", () => {
  it.each([
    ['a missing field', 'POST', `${SHOP}/pulls`, { head: 'x' }, /required property 'base'/],
    ['a wrong value', 'PATCH', `${SHOP}/issues/1`, { state: 'merged' }, /\/state must be equal to one of the allowed values \(open, closed\)/],
    ['a wrong type', 'POST', `${SHOP}/issues/1/labels`, { labels: 'bug' }, /labels/],
    ['a field nobody knows', 'PATCH', `${SHOP}/pulls/1`, { draft: false }, /does not know \(draft\)/],
    ['a query nobody knows', 'GET', `${SHOP}/issues?status=open`, undefined, /\(status\)/],
    ['a query out of its values', 'GET', `${SHOP}/pulls?state=merged`, undefined, /query\/state/],
    ['a path that is no number', 'GET', `${SHOP}/issues/one`, undefined, /path\/issue_number must be integer/],
    ['a path that is not known', 'GET', `${SHOP}/nonsense`, undefined, /no such operation/],
  ])('are refused and kept: %s', async (_, method, path, body, sentence) => {
    const answer = await ask(method, path, body);
    expect([404, 422]).toContain(answer.status);
    expect(fake.violations.join('\n')).toMatch(sentence);
    expect(fake.journal.effects).toEqual([]);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { startFakeGithub, type FakeGithub } from './index.ts';

let fake: FakeGithub;
let ask: Ask;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'one\n' }, collaborators: { bot: 'write', mia: 'write' } });
  ask = asker(fake, fake.addUser('bot'));
  await fake.as('bot').push('acme/shop', 'ai-1', { 'a.txt': 'two\n' });
  await fake.as('bot').openPull('acme/shop', { title: 'Fix', head: 'ai-1', draft: true });
});
afterEach(async () => {
  await endCleanly(fake);
});

const graphql = async (query: string, variables: object = {}, as: Ask = ask) =>
  (await as('POST', '/graphql', { query, variables })).body as { data?: never; errors?: unknown[] } & Record<string, unknown>;
const nodeId = async () => String((await ask('GET', '/repos/acme/shop/pulls/1')).body['node_id']);

describe('GraphQL', () => {
  it('makes a draft ready and a draft again, by the node id that REST tells', async () => {
    const id = await nodeId();
    const ready = 'mutation ($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { pullRequest { number isDraft } } }';
    expect(await graphql(ready, { id })).toEqual({ data: { markPullRequestReadyForReview: { pullRequest: { number: 1, isDraft: false } } } });
    expect((await ask('GET', '/repos/acme/shop/pulls/1')).body).toMatchObject({ draft: false });
    expect(await graphql(ready, { id })).toMatchObject({ errors: [{ type: 'UNPROCESSABLE' }] });
    await graphql('mutation ($id: ID!) { convertPullRequestToDraft(input: {pullRequestId: $id}) { pullRequest { id } } }', { id });
    expect(fake.journal.lines('pull').map((line) => line.split(' ')[0])).toEqual([
      'pull.created',
      'pull.ready_for_review',
      'pull.converted_to_draft',
    ]);
  });

  it('reads review threads by pages and resolves them', async () => {
    for (const body of ['Why?', 'And why?']) await fake.as('mia').commentOnLine('acme/shop', 1, { path: 'a.txt', line: 1, body });
    const query = `query ($after: String) { repository(owner: "acme", name: "shop") { pullRequest(number: 1) { reviewThreads(first: 1, after: $after) {
      pageInfo { hasNextPage endCursor } nodes { id isResolved isOutdated path line comments(first: 10) { nodes { databaseId body author { login } } } } } } } }`;
    interface Threads {
      pageInfo: { hasNextPage: boolean; endCursor: string };
      nodes: Array<{ id: string; isResolved: boolean }>;
    }
    const read = async (after: string | null) =>
      ((await graphql(query, { after })) as unknown as { data: { repository: { pullRequest: { reviewThreads: Threads } } } }).data.repository
        .pullRequest.reviewThreads;
    const first = await read(null);
    expect(first).toMatchObject({
      pageInfo: { hasNextPage: true },
      nodes: [{ isResolved: false, isOutdated: false, path: 'a.txt', line: 1, comments: { nodes: [{ body: 'Why?', author: { login: 'mia' } }] } }],
    });
    const second = await read(first.pageInfo.endCursor);
    expect(second).toMatchObject({ pageInfo: { hasNextPage: false }, nodes: [{ comments: { nodes: [{ body: 'And why?' }] } }] });
    const resolve = 'mutation ($id: ID!) { resolveReviewThread(input: {threadId: $id}) { thread { isResolved resolvedBy { login } } } }';
    expect(await graphql(resolve, { id: second.nodes[0]?.id })).toEqual({
      data: { resolveReviewThread: { thread: { isResolved: true, resolvedBy: { login: 'bot' } } } },
    });
    expect((await read(first.pageInfo.endCursor)).nodes[0]?.isResolved).toBe(true);
  });

  it("keeps queries that GitHub's schema does not allow as violations", async () => {
    expect(await graphql('{ repository(owner: "acme", name: "shop") { nonsense } }')).toMatchObject({
      errors: [{ message: expect.stringContaining('Cannot query field "nonsense"') as string }],
    });
    await graphql('mutation { markPullRequestReadyForReview(input: {}) { clientMutationId } }');
    await graphql('{ broken');
    expect(fake.violations).toHaveLength(3);
  });

  it('answers what is not there and what one may not do as errors beside null', async () => {
    expect(await graphql('{ repository(owner: "acme", name: "nowhere") { id } }')).toMatchObject({
      data: { repository: null },
      errors: [{ type: 'NOT_FOUND' }],
    });
    const reader = asker(fake, fake.addUser('reader'));
    const denied = await graphql(
      'mutation ($id: ID!) { markPullRequestReadyForReview(input: {pullRequestId: $id}) { clientMutationId } }',
      { id: await nodeId() },
      reader,
    );
    expect(denied).toMatchObject({ data: { markPullRequestReadyForReview: null }, errors: [{ type: 'FORBIDDEN' }] });
    expect((await asker(fake, null)('POST', '/graphql', { query: '{ viewer { login } }' })).status).toBe(401);
    expect(await graphql('{ viewer { login } }')).toEqual({ data: { viewer: { login: 'bot' } } });
  });
});

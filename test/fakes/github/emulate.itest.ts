import { createEmulator, type Emulator } from 'emulate';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startFakeGithub, type FakeGithub } from './index.ts';

/**
 * The same calls to another one's reading of the same documentation. Same status, and the fields that `emulate` answers are ours as
 * well; where the two differ on purpose, the table says so and why.
 */
let fake: FakeGithub;
let emulator: Emulator;
const TOKEN = 'a-test-token';

beforeAll(async () => {
  fake = await startFakeGithub();
  fake.addUser('mia', TOKEN);
  await fake.addRepository({ owner: 'mia', name: 'shop', files: { 'README.md': '# shop\n' } });
  emulator = await createEmulator({
    service: 'github',
    port: 0,
    seed: {
      tokens: { [TOKEN]: { login: 'mia', scopes: ['repo'] } },
      github: { users: [{ login: 'mia' }], repos: [{ owner: 'mia', name: 'shop', auto_init: true }] },
    },
  });
  await fake.as('mia').push('mia/shop', 'ai-1', { 'b.txt': 'b\n' });
  const main = await ask(emulator.url, ['GET', '/git/ref/heads/main']);
  await ask(emulator.url, ['POST', '/git/refs', { ref: 'refs/heads/ai-1', sha: (main.body as { object: { sha: string } }).object.sha }]);
  await ask(emulator.url, ['PUT', '/contents/b.txt', { message: 'b', content: Buffer.from('b\n').toString('base64'), branch: 'ai-1' }]);
});
afterAll(async () => {
  await emulator.close();
  await fake.close();
});

interface Reply {
  status: number;
  body: unknown;
}

async function ask(origin: string, [method, path, body]: Step): Promise<Reply> {
  const response = await fetch(`${origin}/repos/mia/shop${path}`, {
    method,
    headers: { authorization: `token ${TOKEN}`, 'user-agent': 'test', 'content-type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  const text = await response.text();
  return { status: response.status, body: text === '' ? null : (JSON.parse(text) as unknown) };
}

type Step = [method: string, path: string, body?: object];

/** `HEAD` in a path is the head of `ai-1` there. */
async function resolved(origin: string, [method, path, body]: Step): Promise<Step> {
  if (!path.includes('HEAD')) return [method, path, body];
  const ref = (await ask(origin, ['GET', '/git/ref/heads/ai-1'])).body as { object: { sha: string } };
  return [method, path.replace('HEAD', ref.object.sha), body];
}

/** Fields of the other that GitHub's description does not have for this answer, or that only a person's own view has. */
const NOT_OURS = new Set([
  'temp_clone_token',
  'template_repository',
  'parent',
  'source',
  'organization',
  'custom_properties',
  'security_and_analysis',
]);

const fields = (body: unknown): string[] => {
  const one: unknown = Array.isArray(body) ? body[0] : body;
  return typeof one === 'object' && one !== null ? Object.keys(one).filter((name) => !NOT_OURS.has(name)) : [];
};

const STEPS: Array<[name: string, step: Step]> = [
  ['a repository', ['GET', '']],
  ['an issue is made', ['POST', '/issues', { title: 'Bug', body: 'It is wrong.' }]],
  ['an issue without a title', ['POST', '/issues', { body: 'x' }]],
  ['an issue', ['GET', '/issues/1']],
  ['an issue that is not there', ['GET', '/issues/99']],
  ['issues', ['GET', '/issues']],
  ['a comment is made', ['POST', '/issues/1/comments', { body: 'Hello' }]],
  ['comments', ['GET', '/issues/1/comments']],
  ['a label is made', ['POST', '/labels', { name: 'AI-Ready', color: 'ff0000' }]],
  ['a label that is there', ['POST', '/labels', { name: 'AI-Ready', color: 'ff0000' }]],
  ['labels are put on', ['POST', '/issues/1/labels', { labels: ['AI-Ready'] }]],
  ['a label is taken off', ['DELETE', '/issues/1/labels/AI-Ready']],
  ['an issue is closed', ['PATCH', '/issues/1', { state: 'closed', state_reason: 'completed' }]],
  ['a branch', ['GET', '/branches/main']],
  ['a branch that is not there', ['GET', '/branches/nowhere']],
  ['a ref', ['GET', '/git/ref/heads/main']],
  ['a ref that is not there', ['GET', '/git/ref/heads/nowhere']],
  ['commits', ['GET', '/commits']],
  ['a pull request without a base', ['POST', '/pulls', { title: 'Fix', head: 'ai-1' }]],
  ['a pull request is opened', ['POST', '/pulls', { title: 'Fix', head: 'ai-1', base: 'main', body: 'x' }]],
  ['a pull request', ['GET', '/pulls/2']],
  ['its files', ['GET', '/pulls/2/files']],
  ['its commits', ['GET', '/pulls/2/commits']],
  ['check runs', ['GET', '/commits/ai-1/check-runs']],
  ['a milestone is made', ['POST', '/milestones', { title: 'One' }]],
  ['releases', ['GET', '/releases']],
];

/** Where GitHub's documentation is on our side. The merge with its preconditions must be right, so emulate cannot carry Reeve's tests. */
const DIFFERENT: Array<[name: string, step: Step, ours: number, theirs: number]> = [
  // "422: Validation failed": a pull request already exists.
  ['a second pull request for the same head', ['POST', '/pulls', { title: 'Fix', head: 'ai-1', base: 'main' }], 422, 201],
  ['a pull request of a head that is not there', ['POST', '/pulls', { title: 'x', head: 'nowhere', base: 'main' }], 422, 201],
  // "409: Conflict if sha was provided and pull request head did not match."
  ['a merge of another head', ['PUT', '/pulls/2/merge', { sha: 'f'.repeat(40) }], 409, 422],
  // "Create a review for a pull request … Status: 200 OK".
  ['a review is made', ['POST', '/pulls/2/reviews', { event: 'COMMENT', body: 'Fine.' }], 200, 201],
  // "201: Created".
  ['a status is set', ['POST', '/statuses/HEAD', { state: 'success', context: 'ci' }], 201, 404],
];

describe('beside emulate', () => {
  it.each(STEPS)('answers alike: %s', async (_, step) => {
    const ours = await ask(fake.apiUrl, await resolved(fake.apiUrl, step));
    const theirs = await ask(emulator.url, await resolved(emulator.url, step));
    expect(ours.status).toBe(theirs.status);
    expect(fields(ours.body)).toEqual(expect.arrayContaining(fields(theirs.body)));
  });

  it.each(DIFFERENT)('answers as GitHub documents where emulate does not: %s', async (_, step, mine, theirs) => {
    const before = fake.journal.effects.length;
    expect((await ask(fake.apiUrl, await resolved(fake.apiUrl, step))).status).toBe(mine);
    expect((await ask(emulator.url, await resolved(emulator.url, step))).status).toBe(theirs);
    expect(fake.journal.effects.length > before).toBe(mine < 400);
  });
});

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asker, endCleanly, type Ask } from './ask.ts';
import { ciCommand, startFakeGithub, type FakeGithub } from './index.ts';

const SHOP = '/repos/acme/shop';
let fake: FakeGithub;
let ask: Ask;

beforeEach(async () => {
  fake = await startFakeGithub();
  await fake.addRepository({ owner: 'acme', name: 'shop', files: { 'a.txt': 'one\n' }, collaborators: { bot: 'write', mia: 'write' } });
  ask = asker(fake, fake.addUser('bot'));
});
afterEach(async () => {
  await endCleanly(fake);
});

interface Run {
  id: number;
  conclusion: string | null;
  run_attempt: number;
}
interface Job {
  id: number;
  name: string;
  conclusion: string;
}

async function openPull(): Promise<string> {
  const sha = await fake.as('bot').push('acme/shop', 'ai-1', { 'a.txt': 'two\n' });
  await fake.as('bot').openPull('acme/shop', { title: 'Fix', head: 'ai-1' });
  await fake.settled();
  return sha;
}

const runs = async () => (await ask('GET', `${SHOP}/actions/runs`)).body['workflow_runs'] as Run[];
const jobs = async (run: number) => (await ask('GET', `${SHOP}/actions/runs/${run}/jobs`)).body['jobs'] as Job[];

describe('scripted CI', () => {
  it('runs a command on the tree: red first, its log behind a redirect, green on the second push', async () => {
    fake.ci(ciCommand('test', ['sh', '-c', 'echo "expected three"; grep -q three a.txt']));
    const sha = await openPull();
    expect((await ask('GET', `${SHOP}/commits/${sha}/check-runs`)).body).toMatchObject({
      total_count: 1,
      check_runs: [{ name: 'test', status: 'completed', conclusion: 'failure', app: { slug: 'github-actions' } }],
    });
    const [run] = await runs();
    expect(run?.conclusion).toBe('failure');
    const [job] = await jobs(run?.id ?? 0);
    const redirect = await ask('GET', `${SHOP}/actions/jobs/${job?.id}/logs`);
    // "Gets a redirect URL to download a plain text file of logs for a workflow job."
    expect(redirect.status).toBe(302);
    expect(await (await fetch(redirect.headers.get('location') ?? '')).text()).toBe('expected three\n');
    const second = await fake.as('bot').push('acme/shop', 'ai-1', { 'a.txt': 'three\n' });
    await fake.settled();
    expect((await ask('GET', `${SHOP}/commits/${second}/check-suites`)).body).toMatchObject({
      check_suites: [{ status: 'completed', conclusion: 'success', head_branch: 'ai-1', pull_requests: [{ number: 1 }] }],
    });
    await ask('GET', `${SHOP}/pulls/1`);
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ mergeable_state: 'clean' });
  });

  it('runs again what is asked for: failed jobs as another attempt, the newest of each name counts', async () => {
    const attempts: number[] = [];
    fake.ci(({ attempt }) => {
      attempts.push(attempt);
      return [
        { name: 'lint', conclusion: 'success' },
        { name: 'test', conclusion: attempt === 1 ? 'failure' : 'success' },
      ];
    });
    const sha = await openPull();
    const [run] = await runs();
    expect((await ask('POST', `${SHOP}/actions/runs/${run?.id}/rerun-failed-jobs`)).status).toBe(201);
    await fake.settled();
    expect(attempts).toEqual([1, 2]);
    expect(await runs()).toMatchObject([{ conclusion: 'success', run_attempt: 2 }]);
    expect((await jobs(run?.id ?? 0)).map(({ name, conclusion }) => [name, conclusion])).toEqual([
      ['lint', 'success'],
      ['test', 'success'],
    ]);
    expect((await ask('GET', `${SHOP}/commits/${sha}/check-runs`)).body).toMatchObject({ total_count: 2 });
    expect((await ask('GET', `${SHOP}/commits/${sha}/check-runs?filter=all`)).body).toMatchObject({ total_count: 3 });
  });

  it('reports by commit statuses where it is an outside one', async () => {
    fake.ci(({ run }) => [{ name: 'x', conclusion: run === 1 ? 'failure' : 'success', summary: 'two tests failed' }], { as: 'statuses' });
    const sha = await openPull();
    expect((await ask('GET', `${SHOP}/commits/${sha}/status`)).body).toMatchObject({
      state: 'failure',
      total_count: 1,
      statuses: [{ context: 'ci/outside', description: 'two tests failed' }],
    });
    expect((await ask('GET', `${SHOP}/commits/${sha}/statuses`)).body).toMatchObject([{ state: 'failure' }, { state: 'pending' }]);
  });

  it('asks for checks of a merge group, and lands exactly what was checked', async () => {
    const rules = [
      { type: 'merge_queue', parameters: {} },
      { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'test' }] } },
    ];
    fake.repository('acme/shop').data.rulesets.push({
      id: 9,
      name: 'queue',
      enforcement: 'active',
      include: ['~DEFAULT_BRANCH'],
      rules,
      bypassActors: [],
      bypass: {},
      createdAt: fake.world.now(),
    });
    const checked: string[] = [];
    fake.ci(({ branch, sha }) => {
      if (branch.startsWith('gh-readonly-queue/')) checked.push(sha);
      return [{ name: 'test', conclusion: 'success' }];
    });
    await openPull();
    expect((await ask('PUT', `${SHOP}/pulls/1/merge`, {})).body).toMatchObject({ message: 'Changes must be made through the merge queue.' });
    const id = (await ask('GET', `${SHOP}/pulls/1`)).body['node_id'];
    const enqueued = await ask('POST', '/graphql', {
      query: 'mutation ($id: ID!) { enqueuePullRequest(input: {pullRequestId: $id}) { mergeQueueEntry { position } } }',
      variables: { id },
    });
    expect(enqueued.body).toMatchObject({ data: { enqueuePullRequest: { mergeQueueEntry: { position: 1 } } } });
    await fake.settled();
    expect((await ask('GET', `${SHOP}/pulls/1`)).body).toMatchObject({ merged: true, merge_commit_sha: checked[0] });
    expect((await ask('GET', `${SHOP}/git/ref/heads/main`)).body).toMatchObject({ object: { sha: checked[0] } });
    expect((await ask('GET', `${SHOP}/git/matching-refs/heads/gh-readonly-queue`)).body).toEqual([]);
  });
});

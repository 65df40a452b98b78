import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { ForgeEvent } from '#ports/forge-event.ts';
import { git, GIT_ENV, makeCommit, temporaryFolder } from '../../../test/contracts/git-fixture.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createLocalForge, REEVE_LOGIN, type LocalDelivery, type LocalForge, type LocalForgeDeps } from './index.ts';

let database: TestDatabase;
let folder: { dir: string; remove(): Promise<void> };
let forge: LocalForge;
let received: LocalDelivery[];
let failed: unknown[];
let onEvent: (delivery: LocalDelivery) => Promise<void>;
let count = 0;
let name: string;

const make = (more: Partial<LocalForgeDeps> = {}): LocalForge =>
  createLocalForge({
    db: database.db,
    clock: systemClock,
    ids: createIds(systemClock),
    reposDir: path.join(folder.dir, 'repos'),
    env: { PATH: GIT_ENV.PATH },
    publicUrl: 'http://localhost:4400',
    onEvent: (delivery) => onEvent(delivery),
    onError: (error) => void failed.push(error),
    ...more,
  });

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  folder = await temporaryFolder();
  received = [];
  failed = [];
  onEvent = (delivery) => {
    received.push(delivery);
    return Promise.resolve();
  };
  forge = make();
  name = `acme/events-${(count += 1)}`;
  await forge.manage.createRepository({ name, files: [{ path: 'a.txt', content: 'one\n' }] });
});
afterEach(() => folder.remove());

const types = () => received.map((delivery) => delivery.type);
const repo = () => ({ forge: 'local', name });

/** A branch with one change, its head, and an open pull request. */
async function openPull(body = '') {
  const { dir } = (await forge.manage.repository(name)) ?? { dir: '' };
  const mirrorDir = path.join(folder.dir, 'mirror.git');
  await git(folder.dir, 'clone', '--quiet', '--bare', dir, mirrorDir);
  const base = await git(dir, 'rev-parse', 'main');
  const sha = await makeCommit(mirrorDir, base, { 'a.txt': 'two\n' });
  await forge.write.pushBranch(repo(), { mirrorDir, sha, branch: 'ai-1', expected: null });
  const pull = await forge.write.createPull(repo(), {
    title: 'Two',
    body,
    headBranch: 'ai-1',
    baseBranch: 'main',
    draft: false,
    labels: ['AI-PR'],
    marker: 'act:1',
  });
  return { dir, mirrorDir, base, sha, pull };
}

describe('events of the embedded forge', () => {
  it('tell each change of an issue once, in order, with the state it left', async () => {
    const { number } = await forge.manage.createIssue(name, { title: 'Cart', body: 'It crashes', labels: ['bug'], by: 'ada' });
    await forge.manage.addLabel(name, number, 'AI-Ready', 'ada');
    await forge.manage.addLabel(name, number, 'AI-Ready', 'ada');
    await forge.manage.removeLabel(name, number, 'bug', 'ada');
    await forge.manage.editIssue(name, number, { title: 'Cart crashes', by: 'ada' });
    await forge.manage.assign(name, number, ['bob'], 'ada');
    await forge.manage.comment(name, number, { body: 'Any news?', by: 'bob' });
    await forge.manage.closeIssue(name, number, 'not_planned', 'ada');
    await forge.manage.reopenIssue(name, number, 'ada');
    expect(types()).toEqual([
      'issue.opened',
      'issue.labeled',
      'issue.labeled',
      'issue.unlabeled',
      'issue.edited',
      'issue.assigned',
      'issue.commented',
      'issue.closed',
      'issue.reopened',
    ]);
    expect(received[2]?.payload).toMatchObject({
      label: 'AI-Ready',
      actor: 'ada',
      issue: { number, labels: ['bug', 'AI-Ready'], external_id: `${name}#${number}` },
    });
    expect(received[6]?.payload).toMatchObject({ actor: 'bob', comment: { author: 'bob', body: 'Any news?' } });
    expect(received[7]?.payload).toMatchObject({ issue: { state: 'closed', close_reason: 'not_planned' } });
    for (const { payload } of received) expect(ForgeEvent.parse(payload)).toEqual(payload);
    expect(new Set(received.map((delivery) => delivery.deliveryId)).size).toBe(received.length);
  });

  it('tell a review, after which its author is asked no more, also where it only comments, until somebody asks them again', async () => {
    const { pull } = await openPull();
    received.length = 0;
    const asked = () => forge.read.requestedReviewers(repo(), pull.number);
    await forge.write.requestReviewers(repo(), pull.number, ['ada', 'bob']);
    await forge.manage.review(name, pull.number, { by: 'ada', verdict: 'commented', body: 'Why two?', comments: [] });
    expect(types()).toEqual(['pull.reviewed']);
    expect(await asked()).toEqual(['bob']);
    await forge.write.requestReviewers(repo(), pull.number, ['ada']);
    expect(await asked()).toEqual(['bob', 'ada']);
  });

  it('tell a pull request from push to merge, and the issue it closed', async () => {
    const { number: issue } = await forge.manage.createIssue(name, { title: 'Cart', by: 'ada' });
    received.length = 0;
    const { mirrorDir, base, sha, pull } = await openPull(`Closes #${issue}`);
    const second = await makeCommit(mirrorDir, sha, { 'a.txt': 'three\n' });
    await forge.write.pushBranch(repo(), { mirrorDir, sha: second, branch: 'ai-1', expected: sha });
    await forge.write.putCheck(repo(), { name: 'test', headSha: second, conclusion: 'pending', url: null, summary: '' });
    await forge.write.putCheck(repo(), { name: 'test', headSha: second, conclusion: 'success', url: null, summary: 'ok' });
    await forge.write.putCheck(repo(), { name: 'test', headSha: second, conclusion: 'success', url: null, summary: 'ok' });
    const { mergeSha } = await forge.write.mergePull(repo(), { number: pull.number, headSha: second, baseSha: base, message: 'Merge' });
    expect(types()).toEqual([
      'push',
      'pull.opened',
      'pull.labeled',
      'push',
      'pull.synchronized',
      'check.completed',
      'push',
      'pull.merged',
      'issue.closed',
    ]);
    expect(received[0]?.payload).toMatchObject({ branch: 'ai-1', before: null, after: sha });
    expect(received[4]?.payload).toMatchObject({ pull: { head_sha: second } });
    expect(received[6]?.payload).toMatchObject({ branch: 'main', before: base, after: mergeSha });
    expect(received[7]?.payload).toMatchObject({ pull: { state: 'merged', merge_sha: mergeSha } });
    expect(received[8]?.payload).toMatchObject({ issue: { number: issue, state: 'closed', close_reason: 'completed' } });
    for (const { payload } of received) expect(ForgeEvent.parse(payload)).toEqual(payload);
  });

  it('tell who merged or closed by hand, and what is read from it says so too', async () => {
    const { number: issue } = await forge.manage.createIssue(name, { title: 'Cart', by: 'ada' });
    const { dir, sha, pull } = await openPull(`Closes #${issue}`);
    received.length = 0;
    const merged = await forge.manage.mergePull(name, pull.number, 'bob');
    expect(merged).toMatchObject({ state: 'merged', endedBy: 'bob', headSha: sha, mergeSha: await git(dir, 'rev-parse', 'main') });
    expect(received.map(({ payload }) => [payload.kind, payload.actor])).toEqual([
      ['push', 'bob'],
      ['pull.merged', 'bob'],
      ['issue.closed', 'bob'],
    ]);
    expect(await forge.read.pullByNumber(repo(), pull.number)).toMatchObject({ endedBy: 'bob' });
    expect(await forge.tracker.issue(repo(), issue)).toMatchObject({ state: 'closed', closedBy: 'bob' });
    expect(await forge.manage.reopenIssue(name, issue, 'ada')).toMatchObject({ state: 'open', closedBy: null });
    await expect(forge.manage.closePull(name, pull.number, 'bob')).rejects.toMatchObject({ code: 'pull_merged' });
    await expect(forge.manage.mergePull(name, issue, 'bob')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('tell of a pull request closed by hand, whose branch stays', async () => {
    const { dir, sha, pull } = await openPull();
    received.length = 0;
    expect(await forge.manage.closePull(name, pull.number, 'bob')).toMatchObject({ state: 'closed', endedBy: 'bob', mergeSha: null });
    expect(received.map(({ payload }) => [payload.kind, payload.actor])).toEqual([['pull.closed', 'bob']]);
    expect(await git(dir, 'rev-parse', 'ai-1')).toBe(sha);
    await expect(forge.manage.mergePull(name, pull.number, 'bob')).rejects.toMatchObject({ code: 'pull_closed' });
  });

  it('name Reeve where a port merged', async () => {
    const { base, sha, pull } = await openPull();
    await forge.write.mergePull(repo(), { number: pull.number, headSha: sha, baseSha: base, message: 'Merge' });
    expect(await forge.read.pullByNumber(repo(), pull.number)).toMatchObject({ state: 'merged', endedBy: REEVE_LOGIN });
  });

  it('are not told of what did not happen', async () => {
    await expect(forge.manage.addLabel(name, 99, 'x', 'ada')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(forge.manage.createIssue('acme/none', { title: 'x', by: 'ada' })).rejects.toMatchObject({
      kind: 'not_found',
      code: 'no_such_repository',
    });
    expect(types()).toEqual([]);
  });

  it('wait when the receiver fails, and come later in order', async () => {
    const healthy = onEvent;
    onEvent = () => Promise.reject(new Error('database is away'));
    const { number } = await forge.manage.createIssue(name, { title: 'Cart', by: 'ada' });
    await forge.manage.closeIssue(name, number, 'completed', 'ada');
    expect([types(), failed.length]).toEqual([[], 2]);
    onEvent = healthy;
    expect(await make().deliveries.flush()).toBe(2);
    expect(types()).toEqual(['issue.opened', 'issue.closed']);
    expect(await forge.deliveries.flush()).toBe(0);
  });

  it('reach a receiver that changes the forge in answer', async () => {
    onEvent = async (delivery) => {
      received.push(delivery);
      if (delivery.payload.kind === 'issue.opened')
        await forge.trackerWrite.setLabels(repo(), delivery.payload.issue.number, { add: ['seen'], remove: [] });
    };
    await forge.manage.createIssue(name, { title: 'Cart', by: 'ada' });
    expect(types()).toEqual(['issue.opened', 'issue.labeled']);
    expect(received[1]?.payload).toMatchObject({ actor: REEVE_LOGIN, label: 'seen' });
  });

  it('are forgotten some time after they were handed over, waiting ones never', async () => {
    await forge.manage.createIssue(name, { title: 'Told', by: 'ada' });
    onEvent = () => Promise.reject(new Error('away'));
    await forge.manage.createIssue(name, { title: 'Waiting', by: 'ada' });
    await database.pool.query(
      "update local_deliveries set delivered_at = delivered_at - interval '10 days', created_at = created_at - interval '10 days'",
    );
    expect(await forge.deliveries.purge(7)).toBeGreaterThan(0);
    onEvent = (delivery) => Promise.resolve(void received.push(delivery));
    await forge.deliveries.flush();
    expect(received.at(-1)?.payload).toMatchObject({ issue: { title: 'Waiting' } });
  });
});

describe('a crash', () => {
  it('between the merge on the branch and the record of it leaves one merge, told once', async () => {
    const { dir, base, sha, pull } = await openPull();
    const dying = make({
      crashpoint: (point) => (point === 'pull.merge.after' ? Promise.reject(new AppError('internal', 'killed')) : Promise.resolve()),
    });
    const merge = { number: pull.number, headSha: sha, baseSha: base, message: 'Merge' };
    await expect(dying.write.mergePull(repo(), merge)).rejects.toThrow('killed');
    const landed = await git(dir, 'rev-parse', 'main');
    expect(landed).not.toBe(base);
    expect(await forge.read.pullByNumber(repo(), pull.number)).toMatchObject({ state: 'open' });
    expect(await forge.write.mergePull(repo(), merge)).toEqual({ mergeSha: landed });
    expect(await git(dir, 'rev-parse', 'main')).toBe(landed);
    expect(types().filter((type) => type === 'pull.merged')).toHaveLength(1);
  });

  it('between a push and its telling is made up for by the next try', async () => {
    const { dir, mirrorDir, sha, pull } = await openPull();
    const second = await makeCommit(mirrorDir, sha, { 'a.txt': 'three\n' });
    await git(dir, 'fetch', '--quiet', mirrorDir, second);
    await git(dir, 'update-ref', 'refs/heads/ai-1', second, sha);
    received.length = 0;
    for (let i = 0; i < 2; i += 1) await forge.write.pushBranch(repo(), { mirrorDir, sha: second, branch: 'ai-1', expected: sha });
    expect(types()).toEqual(['push', 'pull.synchronized']);
    expect(received[1]?.payload).toMatchObject({ pull: { number: pull.number, head_sha: second } });
  });

  it('before a repository is registered leaves a folder the next try takes over', async () => {
    const other = `acme/half-${count}`;
    await git(folder.dir, 'init', '--quiet', '--bare', path.join(folder.dir, 'repos', `${other}.git`));
    const { dir } = await forge.manage.createRepository({ name: other, defaultBranch: 'trunk', files: [{ path: 'x', content: 'x' }] });
    expect(await git(dir, 'show', 'trunk:x')).toBe('x');
    expect(await forge.read.defaultBranch({ forge: 'local', name: other })).toBe('trunk');
    await expect(forge.manage.createRepository({ name: other })).rejects.toMatchObject({ kind: 'conflict', code: 'taken' });
  });

  it.each(['../x', 'a/../../x', '/etc/x', '.git/hooks/pre-commit', 'a/.GIT/config', ''])(
    'takes no file that would lie elsewhere: "%s"',
    async (bad) => {
      await expect(forge.manage.createRepository({ name: 'acme/bad', files: [{ path: bad, content: 'x' }] })).rejects.toMatchObject({
        code: 'bad_path',
      });
    },
  );
});

describe('people on the embedded forge', () => {
  it('list issues, comments and pull requests', async () => {
    const { pull } = await openPull();
    const { number } = await forge.manage.createIssue(name, { title: 'Cart', by: 'ada' });
    await forge.manage.comment(name, number, { body: 'Hello', by: 'ada' });
    expect((await forge.manage.listIssues(name, { state: 'open' })).map((issue) => issue.number)).toEqual([number]);
    expect((await forge.manage.comments(name, number)).map(({ author, body }) => [author, body])).toEqual([['ada', 'Hello']]);
    expect(await forge.manage.listPulls(name)).toEqual([pull]);
    expect((await forge.manage.listRepositories()).map((repository) => repository.name)).toContain(name);
    await expect(forge.manage.listIssues('acme/none')).rejects.toMatchObject({ kind: 'not_found' });
  });

  it('cannot close a pull request as an issue, nor label it into one', async () => {
    const { pull } = await openPull();
    await expect(forge.manage.closeIssue(name, pull.number, 'completed', 'ada')).rejects.toMatchObject({ kind: 'not_found' });
    await forge.manage.addLabel(name, pull.number, 'urgent', 'ada');
    expect((await forge.read.pullByNumber(repo(), pull.number))?.labels).toEqual(['AI-PR', 'urgent']);
    expect(types().at(-1)).toBe('pull.labeled');
  });
});

import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { WorkflowStatus } from '#platform/workflow/index.ts';
import { createGit } from '#connectors/git/index.ts';
import type { RunOutcome } from '#modules/agents/index.ts';
import { ProjectSettings } from '#modules/projects/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { PullRequest, ReviewThread } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createHelpSteps, createPeoplePulls, type HelpSteps, type PeoplePulls } from './index.ts';

const REPO = { forge: 'github', name: 'acme/shop' };
const SETTINGS = ProjectSettings.parse({ reviews: { people_pulls: 'on', quiet_s: 60 } });

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let people: PeoplePulls;
let steps: HelpSteps;
let pullId: string;
/** The pull request as the forge shows it. */
let pull: PullRequest;
let threads: ReviewThread[] = [];
let outcome: RunOutcome | null = null;
const started: string[] = [];
const sent: Array<Record<string, unknown>> = [];
const proposed: Array<Record<string, unknown>> = [];
let status: WorkflowStatus = 'running';
let optedOut = false;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.db.run(sql`insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')`);
  await database.db.run(
    sql`insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')`,
  );
});
afterAll(() => database.close());

beforeEach(async () => {
  const { db } = database;
  for (const list of [started, sent, proposed]) list.splice(0);
  [threads, outcome, status, optedOut] = [[], null, 'running', false];
  await db.run(sql`delete from pulls`);
  source = createRepository();
  source.commit({ 'a.txt': 'one\n' });
  source.git('checkout', '--quiet', '-b', 'mine');
  const headSha = source.commit({ 'a.txt': 'mine\n' });
  source.git('checkout', '--quiet', 'main');
  source.commit({ 'a.txt': 'theirs\n' });
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  pull = {
    number: 7,
    title: 'T',
    body: '',
    state: 'open',
    draft: false,
    headBranch: 'mine',
    baseBranch: 'main',
    headSha,
    mergeSha: null,
    labels: [],
    url: 'u',
  };
  const repository = { id: 'repo_1', projectId: 'proj_1', ...REPO, allowlisted: true };
  const projects = {
    get: async () => ({ id: 'proj_1', settings: SETTINGS, optedOut }),
    repository: async () => repository,
    repositoryByName: async () => repository,
  };
  const pulls = {
    get: (id: string) =>
      db.maybe(sql<{ id: string; repositoryId: string; number: number }>`select id, repository_id, number from pulls where id = ${id}`),
    byNumber: async (_: string, number: number) =>
      (await db.maybe(sql<{ id: string; workItemId: null }>`select id, work_item_id from pulls where number = ${number}`)) ?? null,
    save: async (on: typeof db, { pull: of }: { pull: PullRequest }) => {
      await on.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
        values ('pull_7', 'proj_1', 'repo_1', ${of.number}, ${of.title}, ${of.state}, ${of.draft}, ${of.headBranch}, ${of.baseBranch}, ${of.headSha}, ${of.url})
        on conflict (repository_id, number) do update set state = excluded.state, head_sha = excluded.head_sha`);
      return 'pull_7';
    },
  };
  people = createPeoplePulls({
    db,
    clock: systemClock,
    projects,
    pulls,
    people: {
      recognize: async (_: string, login: string) => (login === 'mona' ? { id: 'p', handle: 'mona', active: true, role: 'maintainer' } : null),
    },
    projectsOf: async () => null,
    commandIn: (_: string, body: string) => (body === 'stop' ? { kind: 'stop' } : body === 'fix' ? { kind: 'fix', what: 'conflict' } : null),
    isOwn: async (_: string, login: string) => login === 'reeve-bot',
    workflow: { start: async (_: unknown, _name: string, id: string) => void started.push(id), status: async () => ({ status, error: null }) },
  } as never);
  steps = createHelpSteps({
    db,
    clock: systemClock,
    ids: { next: (kind: string) => `${kind}_${sent.length + 1}` },
    log: silentLog,
    projects,
    pulls,
    publicUrl: 'http://reeve.test',
    roles: { coder: 'builder' },
    mirror: async () => mirror,
    forge: () => ({ pullByNumber: async () => pull, reviewThreads: async () => threads }),
    reviews: { last: async () => null },
    agents: {
      ensureRun: async (request: Record<string, unknown>) => void sent.push(request),
      outcome: async () => outcome,
      get: async () => ({ agent: 'builder' }),
    },
    actions: {
      byKey: async (key: string) => proposed.find(({ idempotencyKey }) => idempotencyKey === key) ?? null,
      transaction: async (work: (tx: unknown) => unknown) => work({}),
      propose: async (_: unknown, proposal: Record<string, unknown>) => {
        const made = { ...proposal, id: `act_${proposed.length + 1}` };
        proposed.push(made);
        return made;
      },
    },
  } as never);
  pullId = 'pull_7';
});
afterEach(() => source.remove());

const at = '2026-03-04T12:00:00Z';
const event = (kind: string, change: Record<string, unknown> = {}): ForgeEvent =>
  ({
    kind,
    repo: REPO,
    actor: 'dora',
    occurred_at: at,
    pull: {
      number: 7,
      title: 'T',
      body: '',
      state: 'open',
      draft: false,
      head_branch: 'mine',
      base_branch: 'main',
      head_sha: pull.headSha,
      merge_sha: null,
      labels: [],
      author: 'dora',
      url: 'u',
      updated_at: at,
      ...change,
    },
  }) as ForgeEvent;
const said = (author: string, body: string, more: Record<string, unknown> = {}): ForgeEvent =>
  ({
    kind: 'pull.discussed',
    repo: REPO,
    actor: author,
    occurred_at: at,
    number: 7,
    comment: { id: `c-${author}`, author, body, created_at: at, ...more },
  }) as ForgeEvent;
const row = async () => (await database.pool.query('select running, wanted, generation, ended_as from people_pulls')).rows;

describe('a person’s pull request', () => {
  it('is looked at by one round, however often and at once it is told of; a round that broke off is followed by another', async () => {
    await Promise.all([1, 2, 3].map(() => people.note(event('pull.opened'))));
    expect(started).toEqual(['reviews.help:pull_7:1']);
    expect(await row()).toEqual([{ running: true, wanted: 3, generation: 1, ended_as: null }]);
    // What was wanted meanwhile makes the same round look again.
    expect([await steps.endRound(pullId, 2), await steps.endRound(pullId, 3)]).toEqual([false, true]);
    await people.note(event('pull.synchronized'));
    status = 'failed';
    await people.note(event('pull.synchronized'));
    expect(started).toEqual([1, 2, 3].map((generation) => `reviews.help:pull_7:${generation}`));
  });

  it('waits until it was quiet for as long as its project says', async () => {
    await people.note(event('pull.opened'));
    expect(await steps.quietIn(pullId)).toBeGreaterThan(55_000);
    await database.db.run(sql`update people_pulls set wanted_at = now() - interval '2 minutes'`);
    expect(await steps.quietIn(pullId)).toBe(0);
  });

  it('that is Reeve’s own, of a project that opted out, or told of after somebody said stop, begins nothing', async () => {
    await people.note(event('pull.opened', { author: 'reeve-bot' }));
    optedOut = true;
    await people.note(event('pull.opened'));
    expect(await row()).toEqual([]);
    optedOut = false;
    await people.note(event('pull.opened'));
    await people.note(said('eve', 'stop'));
    expect((await row())[0]).toMatchObject({ ended_as: null });
    await people.note(said('dora', 'stop'));
    await people.note(event('pull.synchronized', { head_sha: 'b'.repeat(40) }));
    expect(started).toHaveLength(1);
    expect(await steps.look(pullId)).toMatchObject({ kind: 'nothing' });
  });

  it('of a fork is left alone: nothing of it is read or run', async () => {
    await people.note(event('pull.opened'));
    pull = { ...pull, fromFork: true };
    expect(await steps.look(pullId)).toEqual({ kind: 'nothing', wanted: 1 });
    await people.note(event('pull.synchronized', { head_sha: 'b'.repeat(40) }));
    expect([started, await row()]).toMatchObject([['reviews.help:pull_7:1'], [{ ended_as: 'fork' }]]);
  });

  it('is looked at where its change began, once for each head', async () => {
    await people.note(event('pull.opened'));
    expect(await steps.look(pullId)).toMatchObject({
      kind: 'look',
      headSha: pull.headSha,
      base: source.git('merge-base', 'main', 'mine'),
      author: 'dora',
    });
    await database.db.run(sql`update people_pulls set reviewed_sha = ${pull.headSha}`);
    expect(await steps.look(pullId)).toMatchObject({ kind: 'nothing' });
  });
});

describe('a conflict that a person asked to have resolved', () => {
  beforeEach(async () => {
    await people.note(event('pull.opened'));
  });

  it('goes to an agent with both sides in hand, and what it made of them is proposed as a push that merges', async () => {
    await people.note(said('dora', 'fix'));
    await people.note(said('dora', 'fix'));
    const fix = await steps.prepareFix(pullId);
    expect(fix).toMatchObject({ commentId: 'c-dora', run: { workflowId: 'agents.run:run_1:1' } });
    // The step again after a crash: the same run on the same commit.
    expect(await steps.prepareFix(pullId)).toMatchObject({ run: { request: { runId: 'run_1', base: sent[0]?.['base'] } } });
    const half = String(sent[0]?.['base']);
    expect((await mirror.readFile(half, 'a.txt'))?.toString()).toContain('<<<<<<<');
    expect(sent[0]).toMatchObject({
      role: 'coder',
      agent: 'builder',
      workItemId: null,
      target: 'mine',
      feedback: expect.stringContaining('conflict markers in: a.txt') as string,
    });

    const changes = [{ op: 'modify', path: 'a.txt', content: 'both\n' }];
    outcome = { kind: 'change_request', runId: 'run_1', changeRequest: { changes }, checks: [] } as unknown as RunOutcome;
    for (let time = 0; time < 2; time += 1) await steps.finishFix(pullId, 'c-dora');
    expect(proposed.map(({ kind }) => kind)).toEqual(['branch.push', 'pr.comment.output']);
    const { args, target, triggerUser } = proposed[0] as { args: { sha: string; expected: string }; target: unknown; triggerUser: string | null };
    expect([args.expected, target, triggerUser]).toEqual([
      pull.headSha,
      { ...REPO, repo: REPO.name, name: undefined, number: 7, branch: 'mine' },
      null,
    ]);
    expect((await mirror.readFile(args.sha, 'a.txt'))?.toString()).toBe('both\n');
    expect(await mirror.isAncestor(source.git('rev-parse', 'main'), args.sha)).toBe(true);
    expect(await mirror.isAncestor(pull.headSha, args.sha)).toBe(true);
    expect(await steps.prepareFix(pullId)).toBeNull();
  });

  it('of which there is none is said in one comment, and nobody is sent', async () => {
    source.git('checkout', '--quiet', 'main');
    source.git('reset', '--quiet', '--hard', 'HEAD~1');
    await people.note(said('mona', 'fix'));
    expect(await steps.prepareFix(pullId)).toEqual({ commentId: 'c-mona', run: null });
    expect(proposed).toMatchObject([
      { kind: 'pr.comment.output', args: { body: '@mona It does not conflict with main.', marker: 'reeve:fix:c_mona' } },
    ]);
    expect([sent, await steps.prepareFix(pullId)]).toEqual([[], null]);
  });

  it('that an agent does not get done is said, and nothing is pushed', async () => {
    await people.note(said('dora', 'fix'));
    await steps.prepareFix(pullId);
    outcome = { kind: 'failed', runId: 'run_1', failure: 'checks_failed', detail: 'x', retryable: true, feedback: null } as RunOutcome;
    await steps.finishFix(pullId, 'c-dora');
    expect(proposed).toMatchObject([
      { kind: 'pr.comment.output', args: { body: '@dora the agent did not get it done: http://reeve.test/v1/jobs/run_1/log' } },
    ]);
  });

  it('of which an agent left markers is not pushed', async () => {
    await people.note(said('dora', 'fix'));
    await steps.prepareFix(pullId);
    const changes = [{ op: 'create', path: 'b.txt', content: 'b\n' }];
    outcome = { kind: 'change_request', runId: 'run_1', changeRequest: { changes }, checks: [] } as unknown as RunOutcome;
    await steps.finishFix(pullId, 'c-dora');
    const body = expect.stringContaining('the agent left conflict markers in `a.txt`, so nothing is pushed') as string;
    expect(proposed).toMatchObject([{ kind: 'pr.comment.output', args: { body } }]);
  });

  it('is not resolved for a stranger, nor for an app in a person’s name', async () => {
    await people.note(said('eve', 'fix'));
    await people.note(said('dora', 'fix', { through: 'some-app' }));
    expect(await steps.prepareFix(pullId)).toBeNull();
  });
});

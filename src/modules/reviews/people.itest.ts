import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { WorkflowStatus } from '#platform/workflow/index.ts';
import { createGit } from '#connectors/git/index.ts';
import { PLAIN_TEXT, type Action } from '#modules/actions/index.ts';
import type { Agents, RunOutcome } from '#modules/agents/index.ts';
import type { AdmissionRules } from '#modules/change-requests/index.ts';
import { createDeliveryStore, createPullKeeper } from '#modules/delivery/index.ts';
import { admitAlone } from '#modules/merge-queue/index.ts';
import { createPeople } from '#modules/people/index.ts';
import type { Facts } from '#modules/policy/index.ts';
import { createProjects, type Projects } from '#modules/projects/index.ts';
import { createWork } from '#modules/work/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { ForgeRead, PullRequest, ReviewThread } from '#ports/forge-read.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, createWorld, person, worldEffect, type Governance } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createCoverage, createHelpSteps, createPeoplePulls, createReviews, type HelpSteps, type PeoplePulls, type Reviewers } from './index.ts';
import type { HelpChange } from './model.people.ts';

const REPO = { forge: 'github', name: 'acme/shop' };
const SETTINGS = { reviews: { people_pulls: 'on', quiet_s: 60 } };
/** No plan was ever approved for a person's pull request. */
const FACTS: Facts = { plan: { approved: false }, target: { is_default: false, is_checked_out: false } };

let database: TestDatabase;
let on: Governance;
let projectId: string;
let repositoryId: string;
let source: Repository;
let mirror: Mirror;
let people: PeoplePulls;
let steps: HelpSteps;
let projects: Projects;
let pullId: string;
/** The pull request as the forge shows it. */
let pull: PullRequest;
let threads: ReviewThread[] = [];
let outcome: RunOutcome | null = null;
const started: string[] = [];
const sent: Array<Record<string, unknown>> = [];
let status: WorkflowStatus = 'running';

/** What admission allows; the lockfile is the queue's own. */
const RULES: AdmissionRules = {
  repositoryName: REPO.name,
  maxFiles: 40,
  maxBytes: 1_000_000,
  protectedPaths: ['.github/**'],
  queueOwned: ['package-lock.json'],
  mayWriteQueueOwned: false,
  requiredChecks: [],
  taskScope: null,
  protectedTargets: ['main'],
};
const WAITING = 'reviews.help:pull:1';

beforeAll(async () => {
  database = await createTestDatabase();
  const { db } = database;
  on = createGovernance(db);
  await createWorld(db);
  for (const kind of ['agent.dispatch', 'branch.push'] as const) on.actions.register(worldEffect(db, kind));
  const base = { db, clock: systemClock, ids: on.ids, ledger: on.ledger, outbox: on.outbox as Partial<Outbox> as Outbox };
  projects = createProjects(base);
  projectId = (await projects.create({ key: 'shop', name: 'Shop', settings: SETTINGS }, SYSTEM_ACTOR)).id;
  const place = { projectId, forge: 'github', name: REPO.name, defaultBranch: 'main', allowlisted: true } as const;
  repositoryId = (await projects.addRepository(place, SYSTEM_ACTOR)).id;
  const everybody = createPeople({ ...base, work: createWork(base) });
  for (const [handle, role] of Object.entries({ dora: 'developer', mona: 'maintainer' } as const)) {
    const { id } = await everybody.create({ handle, name: handle, role, email: `${handle}@example.org` }, SYSTEM_ACTOR);
    await everybody.link('github', handle, id, SYSTEM_ACTOR);
  }
  const pulls = createPullKeeper({ db, ids: on.ids, store: createDeliveryStore() });
  people = createPeoplePulls({
    db,
    clock: systemClock,
    projects,
    pulls,
    people: everybody,
    projectsOf: async () => null,
    commandIn: (_: string, body: string) =>
      body === 'stop'
        ? { kind: 'stop' }
        : body === 'fix' || body === 'fix reviews'
          ? { kind: 'fix', what: body === 'fix' ? 'conflict' : 'reviews' }
          : null,
    isOwn: async (_: string, login: string) => login === 'reeve-bot',
    workflow: { start: async (_: unknown, _name: string, id: string) => void started.push(id), status: async () => ({ status, error: null }) },
  });
  const forge: Partial<ForgeRead> = {
    defaultBranch: async () => 'main',
    pullByNumber: async () => pull,
    reviewThreads: async () => threads,
    reviews: async () => [],
  };
  const agents = {
    ensureRun: async (request: Record<string, unknown>) => void sent.push(request),
    outcome: async () => outcome,
    get: async () => ({ agent: 'builder' }),
  };
  steps = createHelpSteps({
    db,
    clock: systemClock,
    ids: on.ids,
    log: silentLog,
    projects,
    people: everybody,
    pulls,
    publicUrl: 'http://reeve.test',
    roles: { coder: 'builder', reviewer: 'critic' },
    mirror: async () => mirror,
    forge: () => forge as ForgeRead,
    ownOn: async () => (login: string) => login === 'reeve-bot',
    admit: (document, about) => admitAlone({ mirrors: async () => mirror, rules: async () => RULES }, document, about),
    reviews: createReviews({ db, ids: on.ids, redact: (text) => text }),
    reviewers: { suggested: async () => null } as Partial<Reviewers> as Reviewers,
    coverage: createCoverage({ db, mirror: async () => mirror }),
    runChecks: () => Promise.reject(new Error('no check of this project writes coverage')),
    // The runner of agents is another process.
    agents: agents as unknown as Agents,
    actions: on.actions,
  });
});
afterAll(() => database.close());

beforeEach(async () => {
  const { db } = database;
  for (const list of [started, sent]) list.splice(0);
  [threads, outcome, status] = [[], null, 'running'];
  Object.assign(on.state, { shadow: false, refusal: null, outgoing: PLAIN_TEXT, facts: { ...FACTS, pull: { opted_in: true } } });
  await db.run(sql`delete from pulls`);
  await projects.update(projectId, { optedOut: false }, SYSTEM_ACTOR);
  await projects.setAllowlisted(repositoryId, true, SYSTEM_ACTOR);
  source = createRepository();
  source.commit({ 'a.txt': 'one\n', 'bin.dat': 'x\0y' });
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
const open = async (): Promise<void> => {
  await people.note(event('pull.opened'));
  pullId = (await database.db.one<{ pullId: string }>(sql`select pull_id from people_pulls`)).pullId;
};
/** What was proposed for this pull request and not only asked for the agent itself, oldest first. */
async function proposed(): Promise<Action[]> {
  const rows = await database.db.all<{ id: string }>(
    sql`select id from actions where idempotency_key like ${`people:${pullId}:%`} and kind <> 'agent.dispatch' order by created_at, id`,
  );
  return Promise.all(rows.map(async ({ id }) => (await on.actions.get(id)) as Action));
}
const told = async (): Promise<unknown[]> => (await proposed()).map(({ record }) => record.args['body']);
/** An agent answered with these changes, made on what it was given. */
async function answered(changes: Array<Record<string, unknown>>): Promise<void> {
  const base = String(sent.at(-1)?.['base']);
  const tree = new Map((await mirror.listTree(base)).map((entry) => [entry.path, entry.blob]));
  const whole = changes.map((change) => (change['op'] === 'create' ? change : { ...change, base_blob: tree.get(String(change['path'])) }));
  const changeRequest = {
    version: 1,
    task_id: 'run_1',
    attempt: 1,
    repo: REPO.name,
    target: pull.headBranch,
    base,
    summary: 's',
    intent: { scope: ['**'] },
    changes: whole,
  };
  outcome = { kind: 'change_request', runId: 'run_1', changeRequest, checks: [] } as unknown as RunOutcome;
}

const idOf = (generation: number): string => `reviews.help:${pullId}:${generation}`;

describe('a person’s pull request', () => {
  it('is looked at by one round, however often and at once it is told of; a round that broke off is followed by another', async () => {
    await Promise.all([1, 2, 3].map(open));
    expect(started).toEqual([idOf(1)]);
    expect(await row()).toEqual([{ running: true, wanted: 3, generation: 1, ended_as: null }]);
    // What was wanted meanwhile makes the same round look again.
    expect([await steps.endRound(pullId, 2), await steps.endRound(pullId, 3)]).toEqual([false, true]);
    await people.note(event('pull.synchronized'));
    status = 'failed';
    await people.note(event('pull.synchronized'));
    expect(started).toEqual([1, 2, 3].map(idOf));
  });

  it('waits until it was quiet for as long as its project says', async () => {
    await open();
    expect(await steps.quietIn(pullId)).toBeGreaterThan(55_000);
    await database.db.run(sql`update people_pulls set wanted_at = now() - interval '2 minutes'`);
    expect(await steps.quietIn(pullId)).toBe(0);
  });

  it('that is Reeve’s own, of a project that opted out, or told of after somebody said stop, begins nothing', async () => {
    await people.note(event('pull.opened', { author: 'reeve-bot' }));
    await projects.update(projectId, { optedOut: true }, SYSTEM_ACTOR);
    await people.note(event('pull.opened'));
    expect(await row()).toEqual([]);
    await projects.update(projectId, { optedOut: false }, SYSTEM_ACTOR);
    await open();
    await people.note(said('eve', 'stop'));
    expect((await row())[0]).toMatchObject({ ended_as: null });
    await people.note(said('dora', 'stop'));
    await people.note(event('pull.synchronized', { head_sha: 'b'.repeat(40) }));
    expect(started).toHaveLength(1);
    expect(await steps.look(pullId)).toMatchObject({ kind: 'nothing' });
    // Closed and opened again it is still the word of its author.
    await people.note(event('pull.closed', { state: 'closed' }));
    await people.note(event('pull.reopened', { head_sha: 'b'.repeat(40) }));
    expect([started.length, (await row())[0]]).toMatchObject([1, { ended_as: 'stopped' }]);
  });

  it('that is pushed to in the moment of a stop stays stopped', async () => {
    await open();
    await Promise.all([
      ...[1, 2, 3, 4].map(() => people.note(event('pull.synchronized', { head_sha: 'b'.repeat(40) }))),
      people.note(said('dora', 'stop')),
      ...[1, 2, 3, 4].map(() => people.note(event('pull.synchronized', { head_sha: 'c'.repeat(40) }))),
    ]);
    expect((await row())[0]).toMatchObject({ ended_as: 'stopped' });
  });

  it('is not set back by what is told late: neither its head nor its end', async () => {
    const at2 = (minute: number): string => `2026-03-04T12:0${minute}:00Z`;
    const told = async (kind: string, minute: number, change: Record<string, unknown> = {}): Promise<ForgeEvent> => {
      const fact = event(kind, { updated_at: at2(minute), ...change });
      // As intake keeps it before anybody hears of it.
      await database.pool.query(
        `insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
         values ($1, 'github', $1, $2, 'github', 'Acme/shop', 7, $3, $4)`,
        [`evt_late_${minute}`, kind, JSON.stringify(fact), at2(minute)],
      );
      return fact;
    };
    const [older, newer] = ['b'.repeat(40), 'c'.repeat(40)];
    const shown = async () => (await database.pool.query('select state, head_sha from pulls')).rows;
    await open();
    const first = await told('pull.synchronized', 1, { head_sha: older });
    await people.note(await told('pull.synchronized', 2, { head_sha: newer }));
    await people.note(first);
    expect(await shown()).toEqual([{ state: 'open', head_sha: newer }]);
    const reopened = await told('pull.reopened', 3, { head_sha: newer });
    await people.note(await told('pull.closed', 4, { head_sha: newer, state: 'closed' }));
    await people.note(reopened);
    expect([await shown(), (await row())[0]]).toMatchObject([[{ state: 'closed' }], { ended_as: 'closed' }]);
    const closed = await told('pull.closed', 5, { head_sha: newer, state: 'closed' });
    await people.note(await told('pull.reopened', 6, { head_sha: newer }));
    await people.note(closed);
    expect([await shown(), (await row())[0]]).toMatchObject([[{ state: 'open' }], { ended_as: null }]);
    await database.pool.query('delete from events');
  });

  it('of a fork is left alone: nothing of it is read or run', async () => {
    await open();
    pull = { ...pull, fromFork: true };
    expect(await steps.look(pullId)).toEqual({ kind: 'nothing', wanted: 1 });
    await people.note(event('pull.synchronized', { head_sha: 'b'.repeat(40) }));
    expect([started, await row()]).toMatchObject([[idOf(1)], [{ ended_as: 'fork' }]]);
  });

  it('is looked at where its change began, once for each head', async () => {
    await open();
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

describe('the review of a person’s pull request', () => {
  let change: HelpChange;
  const runs = async () => ({ reviewRun: (await steps.prepareReview(pullId, change))?.request.runId ?? null, testRun: null });
  beforeEach(async () => {
    await open();
    change = (await steps.look(pullId)) as HelpChange;
    outcome = { kind: 'text', runId: 'run_1', text: '{"summary":"It holds AKIA in a fixture.","findings":[]}' } as RunOutcome;
  });

  it('whose words hold a secret is denied on record, and the head counts as looked at', async () => {
    on.state.outgoing = { redact: (text) => text, findSecrets: async (text) => (text.includes('AKIA') ? [{ rule: 'aws', line: 1 }] : []) };
    const told = await runs();
    for (let time = 0; time < 2; time += 1) await steps.tell(pullId, change, told);
    expect((await proposed()).map(({ status: now, record }) => [record.kind, now])).toEqual([['pr.review', 'denied']]);
    expect(JSON.stringify(await proposed())).not.toContain('AKIA in');
    expect(await steps.look(pullId)).toMatchObject({ kind: 'nothing' });
  });

  it('is not put where its author said stop, or the project opted out, while the agent was reading', async () => {
    const told = await runs();
    await projects.update(projectId, { optedOut: true }, SYSTEM_ACTOR);
    await steps.tell(pullId, change, told);
    await projects.update(projectId, { optedOut: false }, SYSTEM_ACTOR);
    await people.note(said('dora', 'stop'));
    await steps.tell(pullId, change, told);
    await steps.askReviewers(pullId);
    expect([await proposed(), await steps.prepareReview(pullId, change)]).toEqual([[], null]);
  });

  it('is asked of an agent only where policy and stage let one be sent; in shadow it is recorded', async () => {
    on.state.facts = { ...FACTS, pull: { opted_in: false } };
    expect(await runs()).toMatchObject({ reviewRun: null });
    Object.assign(on.state, { shadow: true, facts: { ...FACTS, pull: { opted_in: true } } });
    expect(await runs()).toMatchObject({ reviewRun: null });
    const { items } = await on.actions.list({ projectId, kind: 'agent.dispatch', limit: 1 });
    expect([items[0]?.status, sent]).toEqual(['shadowed', []]);
  });
});

describe('a conflict that a person asked to have resolved', () => {
  beforeEach(open);
  const prepare = () => steps.prepareFix(pullId, WAITING);

  it('goes to an agent with both sides in hand, and what it made of them is proposed as a push that merges', async () => {
    await people.note(said('dora', 'fix'));
    await people.note(said('dora', 'fix'));
    const fix = await prepare();
    expect(fix).toMatchObject({ commentId: 'c-dora', waitsFor: null });
    // The step again after a crash, and with a head that moved: the same run on the same commit, told the same.
    const given = pull.headSha;
    pull = { ...pull, headSha: source.git('rev-parse', 'main') };
    expect(await prepare()).toMatchObject({
      run: { request: { runId: sent[0]?.['runId'], base: sent[0]?.['base'], feedback: sent[0]?.['feedback'] } },
    });
    pull = { ...pull, headSha: given };
    const half = String(sent[0]?.['base']);
    expect((await mirror.readFile(half, 'a.txt'))?.toString()).toContain('<<<<<<<');
    expect(sent[0]).toMatchObject({
      role: 'coder',
      agent: 'builder',
      workItemId: null,
      target: 'mine',
      feedback: expect.stringContaining('conflict markers where git could put them, in: a.txt') as string,
    });

    await answered([{ op: 'modify', path: 'a.txt', content: 'both\n' }]);
    for (let time = 0; time < 2; time += 1) await steps.finishFix(pullId, 'c-dora');
    const [push, comment, ...more] = await proposed();
    expect([push?.record.kind, comment?.record.kind, more]).toEqual(['branch.push', 'pr.comment.output', []]);
    expect(push).toMatchObject({
      status: 'pending',
      record: {
        trigger_user: 'dora',
        target: { forge: 'github', repo: REPO.name, number: 7, branch: 'mine' },
        args: { expected: pull.headSha, files: ['a.txt'] },
      },
    });
    expect(comment?.record.args['body']).toMatch(/It changes `a\.txt`\. Pushing it here is for somebody else to allow/);
    const sha = push?.record.args['sha'] as string;
    expect((await mirror.readFile(sha, 'a.txt'))?.toString()).toBe('both\n');
    expect(await mirror.isAncestor(source.git('rev-parse', 'main'), sha)).toBe(true);
    expect(await mirror.isAncestor(pull.headSha, sha)).toBe(true);
    expect(await prepare()).toBeNull();
  });

  it('of which there is none is said in one comment, and nobody is sent', async () => {
    source.git('checkout', '--quiet', 'main');
    source.git('reset', '--quiet', '--hard', 'HEAD~1');
    await people.note(said('mona', 'fix'));
    expect(await prepare()).toEqual({ commentId: 'c-mona', run: null, waitsFor: null });
    expect((await proposed())[0]?.record.args).toMatchObject({ body: '@mona it does not conflict with main.', marker: 'reeve:fix:c_mona' });
    expect([sent, await prepare()]).toEqual([[], null]);
  });

  it('that an agent does not get done is said, and nothing is pushed', async () => {
    await people.note(said('dora', 'fix'));
    await prepare();
    outcome = { kind: 'failed', runId: 'run_1', failure: 'checks_failed', detail: 'x', retryable: true, feedback: null } as RunOutcome;
    await steps.finishFix(pullId, 'c-dora');
    expect(await told()).toEqual([expect.stringMatching(/^@dora the agent did not get it done: http:\/\/reeve\.test\/v1\/jobs\/run_/)]);
  });

  it('of which an agent left markers, or a binary file as it was given, is not pushed', async () => {
    source.git('checkout', '--quiet', 'mine');
    const headSha = source.commit({ 'bin.dat': 'mine\0y' });
    source.git('checkout', '--quiet', 'main');
    source.commit({ 'bin.dat': 'theirs\0y' });
    pull = { ...pull, headSha };
    await people.note(said('dora', 'fix'));
    await prepare();
    await answered([{ op: 'create', path: 'b.txt', content: 'b\n' }]);
    await steps.finishFix(pullId, 'c-dora');
    await people.note(said('mona', 'fix'));
    await prepare();
    await answered([{ op: 'modify', path: 'a.txt', content: 'both\n' }]);
    await steps.finishFix(pullId, 'c-mona');
    expect(await told()).toEqual([
      expect.stringContaining('the agent did not resolve the conflict in `a.txt`, so nothing is pushed'),
      expect.stringContaining('the agent did not resolve the conflict in `bin.dat`, so nothing is pushed'),
    ]);
  });

  it('is pushed only as admission lets it: neither too much, nor outside the tree, nor what the queue writes itself', async () => {
    const refused: string[] = [];
    for (const [author, changes] of [
      ['dora', [{ op: 'create', path: '.git/config', content: 'x' }]],
      ['mona', [{ op: 'create', path: 'package-lock.json', content: '{}' }]],
    ] as const) {
      await people.note(said(author, 'fix'));
      await prepare();
      await answered([...changes]);
      await steps.finishFix(pullId, `c-${author}`);
      refused.push(String((await told()).at(-1)));
    }
    expect(refused).toEqual(Array(2).fill(expect.stringContaining('what the agent did is not allowed')));
    expect((await proposed()).map(({ record }) => record.kind)).not.toContain('branch.push');
  });

  it('is not resolved for a stranger, nor for an author whom Reeve does not know, nor for an app in a person’s name', async () => {
    await people.note(said('eve', 'fix'));
    await people.note(said('dora', 'fix', { through: 'some-app' }));
    await database.db.run(sql`update people_pulls set author = 'eve'`);
    await people.note(said('eve', 'fix'));
    expect(await prepare()).toBeNull();
  });

  it('waits for whoever has to allow that an agent is sent, and goes on with their yes', async () => {
    on.state.facts = { ...FACTS, pull: { opted_in: false } };
    await people.note(said('dora', 'fix'));
    const { waitsFor } = (await prepare()) ?? {};
    expect([await prepare(), sent]).toEqual([{ commentId: 'c-dora', run: null, waitsFor }, []]);
    const action = await on.actions.get(waitsFor ?? '');
    await on.approvals.decide(waitsFor ?? '', { decision: 'approve', digest: action?.digest ?? '' }, person('mia'));
    expect([(await prepare())?.waitsFor, sent.length]).toEqual([null, 1]);
    expect(on.notices.map(({ workflowId, topic }) => [workflowId, topic])).toContainEqual([WAITING, `action:${waitsFor}`]);
  });

  it('asks nobody any more for an agent once its author said stop', async () => {
    on.state.facts = { ...FACTS, pull: { opted_in: false } };
    await people.note(said('dora', 'fix'));
    const { waitsFor } = (await prepare()) ?? {};
    await people.note(said('dora', 'stop'));
    expect(await prepare()).toEqual({ commentId: 'c-dora', run: null, waitsFor: null });
    expect((await on.actions.get(waitsFor ?? ''))?.status).toBe('superseded');
  });

  it('is told where it cannot be done, and stands in the way of nothing', async () => {
    source.git('checkout', '--quiet', '--orphan', 'mine2');
    pull = { ...pull, headSha: source.commit({ 'z.txt': 'z' }), headBranch: 'mine2' };
    await people.note(said('dora', 'fix'));
    expect(await prepare()).toMatchObject({ run: null });
    expect(await told()).toEqual([expect.stringContaining('that could not be done: mine2 and main share no history')]);
    // Nor where nothing may be said there any more.
    await people.note(said('mona', 'fix'));
    on.state.refusal = 'acme/shop is not on the allowlist.';
    expect(await prepare()).toMatchObject({ commentId: 'c-mona', run: null });
    expect([(await told()).length, await prepare()]).toEqual([1, null]);
  });

  it('on the default branch is left to merges', async () => {
    pull = { ...pull, headBranch: 'main', baseBranch: 'release' };
    await people.note(said('dora', 'fix'));
    await prepare();
    expect([sent, await told()]).toEqual([[], ['@dora main is the default branch, which moves by merges alone.']]);
  });

  it('is dropped without a word once its author said stop or the project opted out, before and after the agent', async () => {
    await people.note(said('dora', 'fix'));
    await prepare();
    await answered([{ op: 'modify', path: 'a.txt', content: 'both\n' }]);
    await projects.update(projectId, { optedOut: true }, SYSTEM_ACTOR);
    await steps.finishFix(pullId, 'c-dora');
    await projects.update(projectId, { optedOut: false }, SYSTEM_ACTOR);
    await people.note(said('mona', 'fix'));
    await people.note(said('dora', 'stop'));
    expect(await prepare()).toMatchObject({ commentId: 'c-mona', run: null });
    expect([await prepare(), await proposed(), sent.length]).toEqual([null, [], 1]);
  });
});

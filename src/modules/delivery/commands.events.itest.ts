import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import type { Role } from '#kernel/actor.ts';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/index.ts';
import type { Person } from '#modules/people/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork, type Work, type WorkItem } from '#modules/work/index.ts';
import type { CommentFact, ForgeEvent, IssueFact } from '#ports/forge-event.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createGovernance, HEAD, proposal, propose, type Governance } from '../../../test/kit/governance.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { createFixes } from './commands.fix.ts';
import { createDelivery } from './commands.ts';
import { applyForgeEvent, type ForgeEventDeps } from './commands.events.ts';
import { obeyComment } from './commands.slash.ts';
import { STRANGER_ANSWER } from './decide.slash.ts';
import { createDeliveryQueries } from './queries.ts';
import { objectorsTo } from './store.review.ts';
import { createDeliveryStore, type DeliveryStore } from './store.ts';

const REPO = { forge: 'github', name: 'acme/shop' };
const OWN = { login: 'acme-reeve[bot]', exclusive: true };
/** Login on GitHub -> handle and role here, as `test/kit/governance.ts` knows them. */
const LINKED: Record<string, { handle: string; role: Exclude<Role, 'agent'> }> = {
  'dora-gh': { handle: 'dora', role: 'developer' },
  'mia-gh': { handle: 'mia', role: 'maintainer' },
  'vic-gh': { handle: 'vic', role: 'viewer' },
};

/** Accounts of those logins; whoever else has the login now has another one. */
const ACCOUNTS: Record<string, string> = { 'dora-gh': '1001', 'mia-gh': '1002' };

let database: TestDatabase;
let on: Governance;
let work: Work;
let deps: ForgeEventDeps;
let store: DeliveryStore;
let place: { projectId: string; repositoryId: string };
let limited: readonly string[] | null = null;
const sent: Array<{ workflowId: string; topic: string; key: string | undefined }> = [];
const started: string[] = [];
const stopped: string[] = [];
const takenBackBy: string[] = [];
let numbers = 0;

beforeAll(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  const { db, ids, ledger } = on;
  const outbox = on.outbox as Partial<Outbox> as Outbox;
  const base = { db, clock: systemClock, ids, ledger, outbox };
  work = createWork(base);
  store = createDeliveryStore();
  const projects = createProjects(base);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const repository = await projects.addRepository(
    { projectId: project.id, forge: 'github', name: REPO.name, defaultBranch: 'main', allowlisted: true },
    SYSTEM_ACTOR,
  );
  place = { projectId: project.id, repositoryId: repository.id };
  const personFor = async (source: string, login: string) => {
    const known = source === 'github' ? LINKED[login] : undefined;
    return known === undefined ? null : ({ id: `pers_${known.handle}`, ...known, active: true } as unknown as Person);
  };
  const people = {
    personFor,
    recognize: async (source: string, login: string, accountId: string | null) =>
      accountId !== null && accountId !== ACCOUNTS[login] ? null : personFor(source, login),
    byHandle: async () => null,
  } as unknown as ForgeEventDeps['people'];
  const workflow = {
    start: async (_: unknown, _name: string, id: string) => void started.push(id),
    status: async (id: string) => (started.includes(id) ? { status: 'running' as const, error: null } : null),
    send: async (_: unknown, workflowId: string, topic: string, _message: unknown, key?: string) => void sent.push({ workflowId, topic, key }),
  };
  const delivery = createDelivery({ ...base, store, work, projects, workflow });
  const endings = {
    look: async () => null,
    takeBack: async (_: string, { login }: { login: string }) => {
      takenBackBy.push(login);
      return null;
    },
    follow: async () => {},
    stop: async (id: string) => {
      stopped.push(id);
      return (await store.currentStory(db, id)) as never;
    },
  };
  const parts = { ...base, log: silentLog, store, work, people, actions: on.actions, redact: (text: string) => text, workflow };
  const fixes = createFixes({ ...parts, queries: createDeliveryQueries({ db, store }) });
  deps = {
    db,
    work,
    projects,
    people,
    delivery,
    endings,
    queries: createDeliveryQueries({ db, store }),
    ownLogin: async () => OWN,
    adopt: async () => null,
    ci: parts,
    slash: { ...parts, approvals: on.approvals, delivery, endings, fixes, projectsOf: async () => limited },
    review: { ...parts, approvals: on.approvals, projectsOf: async () => limited },
  };
});
afterAll(() => database.close());
beforeEach(() => {
  limited = null;
});

const issueFact = (number: number, more: Partial<IssueFact> = {}): IssueFact => ({
  number,
  external_id: `gh-${number}`,
  title: 'Cart',
  body: 'It breaks.',
  state: 'open',
  close_reason: null,
  labels: ['AI-Ready'],
  assignees: [],
  author: 'ada-gh',
  url: 'https://github.test/1',
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
  ...more,
});
const common = (actor: string) => ({ repo: REPO, actor, occurred_at: new Date().toISOString() });
let commentIds = 0;
const comment = (author: string, body: string): CommentFact => {
  commentIds += 1;
  return { id: `${commentIds}`, author, body, created_at: new Date().toISOString() };
};
const onIssue = (number: number, author: string, body: string): ForgeEvent => ({
  kind: 'issue.commented',
  ...common(author),
  issue: issueFact(number),
  comment: comment(author, body),
});
const tell = (event: ForgeEvent, receivedAt = new Date()) => applyForgeEvent(deps, event, receivedAt);

/** An issue whose story is under way. */
async function underWay(): Promise<WorkItem & { number: number }> {
  numbers += 1;
  await tell({ kind: 'issue.labeled', ...common('dora-gh'), issue: issueFact(numbers), label: 'AI-Ready' });
  const { items } = await work.list({ projectId: place.projectId, number: numbers, limit: 1 });
  const [item] = items;
  if (item === undefined || item.number === null) throw new Error('The issue was not mirrored.');
  return { ...item, number: item.number };
}

const planOf = (item: WorkItem) => propose(on, proposal('plan.approve', { workItemId: item.id, projectId: place.projectId, args: { plan_id: 'p' } }));
const statusOf = async (id: string) => (await on.actions.get(id))?.status;
async function answersOn(item: WorkItem, kind: 'issue.comment.questions' | 'pr.comment.answer' = 'issue.comment.questions') {
  const { items } = await on.actions.list({ workItemId: item.id, kind, limit: 50 });
  return items.map((action) => action.record.args['body'] as string);
}

describe('a command in a comment on an issue', () => {
  it('approves the plan as the linked person, and says nothing more', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    await tell(onIssue(item.number, 'dora-gh', '/reeve approve looks fine'));
    expect(await statusOf(plan.id)).toBe('approved');
    expect(await on.approvals.get(plan.id)).toMatchObject({ decidedBy: 'person:dora', reason: 'looks fine' });
    expect(await answersOn(item)).toEqual([]);
  });

  it('declines it, with a question marked as one', async () => {
    const item = await underWay();
    const [first, second] = [await planOf(item), await underWay()];
    await tell(onIssue(item.number, 'dora-gh', '/reeve decline out of scope'));
    expect(await on.approvals.get(first.id)).toMatchObject({ status: 'declined', reason: 'out of scope' });
    const plan = await planOf(second);
    await tell(onIssue(second.number, 'dora-gh', '/reeve needs-info which browser?'));
    expect(await on.approvals.get(plan.id)).toMatchObject({ status: 'declined', reason: 'Needs info: which browser?' });
  });

  it.each([
    ['somebody nobody linked', 'stranger'],
    ['Reeve’s own app', 'acme-reeve[bot]'],
  ])('of %s does nothing, and strangers are answered once for all their tries', async (_, author) => {
    const item = await underWay();
    const plan = await planOf(item);
    for (const body of ['/reeve approve', '/reeve stop', '/reeve approve', '/reeve retry']) await tell(onIssue(item.number, author, body));
    expect(await statusOf(plan.id)).toBe('pending');
    expect(stopped).not.toContain(item.id);
    expect((await answersOn(item)).length).toBe(author === 'stranger' ? 1 : 0);
  });

  it('that Reeve was made to write is nobody’s command, whoever it seems to be from', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    await tell(onIssue(item.number, 'dora-gh', '/reeve approve\n<!-- reeve:review -->'));
    expect(await statusOf(plan.id)).toBe('pending');
  });

  it('that an app wrote in a person’s name is not that person’s', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    const event = onIssue(item.number, 'dora-gh', '/reeve approve');
    if (event.kind === 'issue.commented') event.comment.through = 'some-agent';
    await tell(event);
    expect(await statusOf(plan.id)).toBe('pending');
  });

  it('of whoever has a linked login now from another account is a stranger’s', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    const from = (accountId: string) => {
      const event = onIssue(item.number, 'dora-gh', '/reeve approve');
      if (event.kind === 'issue.commented') event.comment.author_id = accountId;
      return event;
    };
    await tell(from('6666'));
    expect(await statusOf(plan.id)).toBe('pending');
    expect(await answersOn(item)).toEqual([STRANGER_ANSWER]);
    await tell(from('1001'));
    expect(await statusOf(plan.id)).toBe('approved');
  });

  it('asks for nothing in the name of a linked person whose login has another account now', async () => {
    const byAccount = async (actorId: string) => {
      numbers += 1;
      await tell({ kind: 'issue.labeled', ...common('dora-gh'), actor_id: actorId, issue: issueFact(numbers), label: 'AI-Ready' });
      return (await work.list({ projectId: place.projectId, number: numbers, limit: 1 })).items[0]?.requestedBy;
    };
    expect(await byAccount('1001')).toBe('dora');
    expect(await byAccount('6666')).not.toBe('dora');
  });

  it('records the end of work as that of the linked person only from their account', async () => {
    const item = await underWay();
    for (const actor_id of ['1001', '6666']) {
      const issue = issueFact(item.number, { labels: [] });
      await tell({ kind: 'issue.unlabeled', ...common('dora-gh'), actor_id, issue, label: 'AI-Ready' });
    }
    expect(takenBackBy).toEqual(['dora-gh', 'dora-gh#6666']);
  });

  it('of a repository whose name is spelled in another case is about the one that is known', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    await tell({ ...onIssue(item.number, 'dora-gh', '/reeve approve'), repo: { forge: 'github', name: 'Acme/SHOP' } });
    expect(await statusOf(plan.id)).toBe('approved');
  });

  it('of a person without the role is refused with a sentence', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    await tell(onIssue(item.number, 'vic-gh', '/reeve approve'));
    await tell(onIssue(item.number, 'dora-gh', '/reeve stop'));
    expect(await statusOf(plan.id)).toBe('pending');
    expect(stopped).not.toContain(item.id);
    expect((await answersOn(item)).toSorted()).toEqual([
      '@dora-gh This needs the role maintainer; you are developer.',
      '@vic-gh This waits for developer.',
    ]);
    await tell(onIssue(item.number, 'mia-gh', '/reeve stop enough'));
    expect(stopped).toContain(item.id);
  });

  it('of a person who is limited to other projects finds nothing, and tells nothing', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    limited = ['proj_other'];
    await tell(onIssue(item.number, 'dora-gh', '/reeve approve'));
    expect(await statusOf(plan.id)).toBe('pending');
    expect((await answersOn(item)).join()).not.toMatch(/plan|waits/i);
  });

  it('is none on the embedded forge, where an admin may write in anybody’s name', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    const repository = await deps.projects.repository(place.repositoryId);
    if (repository === null) throw new Error('The repository is gone.');
    const said = {
      workItemId: item.id,
      place: 'issue' as const,
      id: '1',
      author: 'dora-gh',
      authorId: null,
      body: '/reeve approve',
      through: null,
      receivedAt: new Date(),
    };
    expect(await obeyComment(deps.slash, { ...said, repository: { ...repository, forge: 'local' } })).toBe(false);
    expect(await statusOf(plan.id)).toBe('pending');
  });

  it('never decides what an agent proposed, which nobody sees there', async () => {
    const item = await underWay();
    const asked = { workItemId: item.id, projectId: place.projectId, args: { reason: 'completed' }, proposer: { subject: 'agent:codex' } };
    const sneaky = await propose(on, proposal('issue.close', { ...asked, target: { forge: 'github', repo: REPO.name, number: item.number } }));
    await tell(onIssue(item.number, 'dora-gh', '/reeve approve'));
    expect(await statusOf(sneaky.id)).toBe('pending');
    expect(await answersOn(item)).toEqual(['@dora-gh Nothing that can be decided here waits for a decision.']);
  });

  it('decides nothing that was asked after it was received', async () => {
    const item = await underWay();
    const before = new Date(Date.now() - 60_000);
    const plan = await planOf(item);
    await tell(onIssue(item.number, 'dora-gh', '/reeve approve'), before);
    expect(await statusOf(plan.id)).toBe('pending');
  });

  it('decides nothing that was asked after it was said, however late it is delivered', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    const event = onIssue(item.number, 'dora-gh', '/reeve approve');
    if (event.kind !== 'issue.commented') throw new TypeError(event.kind);
    const said = { ...event, comment: { ...event.comment, created_at: new Date(Date.now() - 3_600_000).toISOString() } };
    await tell(said);
    expect(await statusOf(plan.id)).toBe('pending');
  });

  it('is answered once, also when the event comes again and there is something else to say', async () => {
    const item = await underWay();
    const event = onIssue(item.number, 'dora-gh', '/reeve approve');
    if (event.kind !== 'issue.commented') throw new TypeError(event.kind);
    await tell(event);
    const said = await answersOn(item);
    expect(said).toHaveLength(1);
    await tell({ ...event, comment: { ...event.comment, body: '/reeve merge' } });
    expect(await answersOn(item)).toEqual(said);
  });

  it('delivered again does nothing again', async () => {
    const item = await underWay();
    const plan = await planOf(item);
    const event = onIssue(item.number, 'dora-gh', '/reeve approve');
    const receivedAt = new Date();
    await tell(event, receivedAt);
    await tell(event, receivedAt);
    const votes = await database.db.all(sql`select 1 from approval_votes where approval_id = ${plan.id}`);
    expect(votes).toHaveLength(1);
  });

  it('is thrown back, and so tried again, while a part of the installation is away', async () => {
    const item = await underWay();
    await planOf(item);
    const away = { decide: async () => Promise.reject(new AppError('unavailable', 'away')) };
    const event = onIssue(item.number, 'dora-gh', '/reeve approve');
    await expect(applyForgeEvent({ ...deps, slash: { ...deps.slash, approvals: away } }, event, new Date())).rejects.toMatchObject({
      kind: 'unavailable',
    });
  });

  it('starts the story again after it ended, once', async () => {
    const item = await underWay();
    const first = await store.currentStory(database.db, item.id);
    await database.db.tx(async (tx) => {
      await work.transition(tx, item.id, 'failed', 'It broke.', 'system');
      await store.endStory(tx, first?.workflowId ?? '', { as: 'failed', detail: 'It broke.' });
    });
    const event = onIssue(item.number, 'dora-gh', '/reeve retry');
    const receivedAt = new Date();
    await tell(event, receivedAt);
    expect((await store.currentStory(database.db, item.id))?.generation).toBe(2);
    await tell(event, receivedAt);
    expect((await store.currentStory(database.db, item.id))?.generation).toBe(2);
  });
});

describe('on the pull request of a story', () => {
  async function withPull() {
    const item = await underWay();
    const pull = { number: 1000 + item.number, title: 'Cart', body: '', state: 'open' as const, draft: true, headBranch: 'ai', baseBranch: 'main' };
    const headSha = `${item.number}`.padStart(40, 'c');
    const id = await store.savePull(database.db, {
      id: on.ids.next('pull'),
      workItemId: item.id,
      ...place,
      pull: { ...pull, headSha, mergeSha: null, labels: [], url: 'https://github.test/pull/1' },
    });
    const merge = await propose(
      on,
      proposal('pr.merge', {
        target: { forge: 'github', repo: REPO.name, number: pull.number, branch: 'main' },
        args: { message: 'Merge it' },
        preconditions: { headSha },
        triggerUser: 'dora',
        workItemId: item.id,
        projectId: place.projectId,
      }),
    );
    return { item, number: pull.number, headSha, merge, id };
  }
  const checkEnded = (headSha: string, more: Partial<Extract<ForgeEvent, { kind: 'check.completed' }>['check']> = {}): ForgeEvent => ({
    kind: 'check.completed',
    ...common('github-actions[bot]'),
    occurred_at: '2026-01-01T00:00:00Z',
    check: { name: 'test', head_sha: headSha, conclusion: 'failure', url: null, summary: '1 failed', id: '77', ...more },
  });

  it('a comment approves the merge, by whoever may: not by who asked for the work', async () => {
    const { number, merge } = await withPull();
    const said = (author: string): ForgeEvent => ({ kind: 'pull.discussed', ...common(author), number, comment: comment(author, '/reeve approve') });
    await tell(said('dora-gh'));
    expect(await statusOf(merge.id)).toBe('pending');
    await tell(said('mia-gh'));
    expect(await statusOf(merge.id)).toBe('approved');
  });

  it('a comment beside a line of the diff approves nothing: whether an app wrote it is not told there', async () => {
    const { number, merge, headSha } = await withPull();
    const pull = { number, head_branch: 'ai', base_branch: 'main', head_sha: headSha, merge_sha: null, title: 'Cart', body: '', labels: [] };
    const more = { state: 'open' as const, draft: true, author: 'reeve', url: 'https://github.test/pull/1', updated_at: '2026-01-01T00:00:00Z' };
    await tell({ kind: 'pull.commented', ...common('mia-gh'), pull: { ...pull, ...more }, comment: comment('mia-gh', '/reeve approve') });
    expect(await statusOf(merge.id)).toBe('pending');
  });

  describe('what is to be mended', () => {
    const says = (author: string, number: number, body: string): ForgeEvent => ({
      kind: 'pull.discussed',
      ...common(author),
      number,
      comment: comment(author, body),
    });
    const fixes = async () =>
      database.db.all(sql<{ what: string; askedBy: string; state: string; pullId: string }>`select * from pull_fixes order by asked_at`);
    const fixOf = async (pullId: string) =>
      (await fixes()).filter((fix) => fix.pullId === pullId).map(({ what, askedBy, state }) => `${what} ${askedBy} ${state}`);

    it.each([
      ['/reeve fix reviews', 'reviews'],
      ['/reeve fix conflict', 'conflict'],
      ['Fix code reviews.', 'reviews'],
      ['fix merge conflict', 'conflict'],
    ])('is asked by "%s", once; the merge that waits is taken back and the story is woken', async (body, what) => {
      const { number, merge, id } = await withPull();
      const event = says('dora-gh', number, body);
      const receivedAt = new Date();
      await tell(event, receivedAt);
      await tell(event, receivedAt);
      expect(await fixOf(id)).toEqual([`${what} person:dora asked`]);
      expect(await on.actions.get(merge.id)).toMatchObject({ status: 'superseded', outcome: { withdrawn_by: 'person:dora' } });
      expect(sent.map(({ topic }) => topic)).toEqual(expect.arrayContaining([`ci:${id}`, `review:${id}`]));
    });

    it('is not asked by whoever may not, nor by words among others', async () => {
      const { number, merge, id, item } = await withPull();
      await tell(says('vic-gh', number, '/reeve fix reviews'));
      await tell(says('stranger', number, 'fix code reviews'));
      await tell(says('dora-gh', number, 'please fix code reviews some day'));
      await tell(says('dora-gh', number, '> fix code reviews'));
      expect(await fixOf(id)).toEqual([]);
      expect(await statusOf(merge.id)).toBe('pending');
      expect((await answersOn(item)).length).toBe(2);
    });

    it('is asked once at a time: a second request is told so, and one after the merge was approved too', async () => {
      const { number, id, item } = await withPull();
      await tell(says('dora-gh', number, '/reeve fix reviews'));
      await tell(says('mia-gh', number, '/reeve fix conflict'));
      expect(await fixOf(id)).toEqual(['reviews person:dora asked']);
      expect((await answersOn(item)).join()).toContain('dora asked for that already (reviews); it is under way.');
      const other = await withPull();
      await tell(says('mia-gh', other.number, '/reeve approve'));
      await tell(says('dora-gh', other.number, '/reeve fix reviews'));
      expect(await fixOf(other.id)).toEqual([]);
      expect((await answersOn(other.item)).join()).toContain('The merge was approved');
    });
  });

  describe('a review', () => {
    const reviewed = (
      author: string,
      { number, headSha }: { number: number; headSha: string },
      verdict: 'approved' | 'changes_requested' | 'commented' | 'dismissed',
      more: { head_sha?: string } = {},
    ): ForgeEvent => {
      const pull = { number, head_branch: 'ai', base_branch: 'main', head_sha: headSha, merge_sha: null, title: 'Cart', body: '', labels: [] };
      const rest = { state: 'open' as const, draft: false, author: 'reeve', url: 'https://github.test/pull/1', updated_at: '2026-01-01T00:00:00Z' };
      commentIds += 1;
      return {
        kind: 'pull.reviewed',
        ...common(author),
        pull: { ...pull, ...rest },
        review: { id: `${commentIds}`, author, verdict, body: 'Hm.', head_sha: headSha, ...more },
      };
    };
    const objections = (pullId: string) => database.db.all(sql`select author from pull_objections where pull_id = ${pullId}`);

    it('that asks for changes, by whoever may decide, takes the question back and says what can be done', async () => {
      const on1 = await withPull();
      const event = reviewed('mia-gh', on1, 'changes_requested');
      await tell(event);
      await tell(event);
      expect(await on.actions.get(on1.merge.id)).toMatchObject({
        status: 'superseded',
        outcome: { reason: 'mia-gh asked for changes in a review.' },
      });
      expect(await objections(on1.id)).toEqual([{ author: 'mia-gh' }]);
      expect(await answersOn(on1.item, 'pr.comment.answer')).toEqual([expect.stringContaining('/reeve fix reviews')]);
      expect(sent.filter(({ topic }) => topic === `review:${on1.id}`).length).toBeGreaterThan(0);
    });

    it.each([
      ['by whoever asked for the work', 'dora-gh', {}],
      ['by somebody nobody linked', 'stranger', {}],
    ] as const)('that asks for changes %s holds no merge back', async (_, author, more) => {
      const on1 = await withPull();
      await tell(reviewed(author, on1, 'changes_requested', more));
      expect(await statusOf(on1.merge.id)).toBe('pending');
      expect(await objectorsTo(database.db, on1.id)).toEqual([]);
    });

    it('that asks for changes of an older head holds the merge back as well: a new commit alone answers nobody', async () => {
      const on1 = await withPull();
      await tell(reviewed('mia-gh', on1, 'changes_requested', { head_sha: 'd'.repeat(40) }));
      expect(await statusOf(on1.merge.id)).toBe('superseded');
      expect(await objectorsTo(database.db, on1.id)).toEqual(['mia-gh']);
    });

    it('of a maintainer who may not see the project holds nothing back, also while no merge waits, and is not answered', async () => {
      const on1 = await withPull();
      limited = ['another_project'];
      await database.db.tx((tx) => on.actions.withdraw(tx, on1.merge.id, 'A new head.'));
      await tell(reviewed('mia-gh', on1, 'changes_requested'));
      expect(await objectorsTo(database.db, on1.id)).toEqual([]);
      expect(await answersOn(on1.item, 'pr.comment.answer')).toEqual([]);
    });

    it('that is dismissed wakes the story once more, whoever wrote it', async () => {
      const on1 = await withPull();
      await tell(reviewed('mia-gh', on1, 'changes_requested'));
      const before = sent.filter(({ topic }) => topic === `review:${on1.id}`).length;
      await tell(reviewed('stranger', on1, 'dismissed'));
      expect(sent.filter(({ topic }) => topic === `review:${on1.id}`)).toHaveLength(before + 1);
    });

    it('that approves decides nothing: GitHub does not tell whether an app wrote it; whoever may decide is told where, once', async () => {
      const on1 = await withPull();
      for (const author of ['mia-gh', 'mia-gh', 'dora-gh', 'stranger']) await tell(reviewed(author, on1, 'approved'));
      expect(await statusOf(on1.merge.id)).toBe('pending');
      expect(await answersOn(on1.item, 'pr.comment.answer')).toEqual([expect.stringContaining('@mia-gh Thank you.')]);
    });
  });

  it('a check that turns red takes the question about its merge back, keeps the result and wakes the story', async () => {
    const { headSha, merge, id } = await withPull();
    await tell(checkEnded(headSha));
    await tell(checkEnded(headSha));
    expect(await on.actions.get(merge.id)).toMatchObject({ status: 'superseded', outcome: { reason: 'CI turned red: test.' } });
    const woken = sent.filter(({ topic }) => topic === `ci:${id}`);
    expect(new Set(woken.map(({ key }) => key)).size).toBe(1);
    const results = await store.listCiResults(database.db, { headSha, limit: 10 });
    expect(results.map(({ name, conclusion, source }) => [name, conclusion, source])).toEqual([['test', 'failure', 'github']]);
  });

  it('a check is kept with the issue of ours, also where a person has a pull request with the same head', async () => {
    const { item, headSha } = await withPull();
    await database.db.run(sql`insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
      values ('pull_0', ${place.projectId}, ${place.repositoryId}, 9001, 'Mine', 'open', false, 'main', 'production', ${headSha}, 'u')`);
    await tell(checkEnded(headSha));
    expect((await store.listCiResults(database.db, { headSha, limit: 10 })).map(({ workItemId }) => workItemId)).toEqual([item.id]);
    await database.db.run(sql`delete from pulls where id = 'pull_0'`);
  });

  it('the same check run again on the same commit is a result of its own', async () => {
    const { headSha } = await withPull();
    await tell(checkEnded(headSha));
    await tell(checkEnded(headSha, { conclusion: 'success', id: '78' }));
    expect((await store.listCiResults(database.db, { headSha, limit: 10 })).map(({ conclusion }) => conclusion)).toEqual(['success', 'failure']);
  });

  it('of another head, or of Reeve itself, it says nothing about the merge', async () => {
    const { headSha, merge, id } = await withPull();
    await tell(checkEnded(HEAD));
    await tell(checkEnded(headSha, { name: 'reeve/test' }));
    expect(await statusOf(merge.id)).toBe('pending');
    expect(sent.filter(({ topic }) => topic === `ci:${id}`)).toEqual([]);
  });
});

import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { systemClock } from '#platform/crypto/index.ts';
import { reviewsAskedOf } from '#modules/reviews/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createConversations } from './queries.conversations.ts';
import { createPullReads, type PullReads } from './queries.pulls.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 0, minute));
const ID = '01JABCDEFGHJKMNPQRSTVWXYZ';
const HASH = 'a'.repeat(64);
const pullId = (n: number): string => `pull_${ID}${n}`;

/** Pull requests as all parts of Reeve know them: the rows are written here one by one, so that the SQL is what is tested. */
describe('pull requests with what is known of them', () => {
  let database: TestDatabase;
  let reads: PullReads;
  const put = (text: string, values: unknown[]) => database.pool.query(text, values);

  beforeAll(async () => {
    database = await createTestDatabase();
    reads = createPullReads({
      db: database.db,
      clock: systemClock,
      mirror: () => Promise.reject(new Error('no mirror is asked here')),
      reviews: { last: async () => null },
      redact: (text) => text,
    });
    await put("insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')", []);
    await put(
      "insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')",
      [],
    );
    await put(
      "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ('iss_1', 'proj_1', 'repo_1', 'github', '7', 7, 'Cart')",
      [],
    );
    await put(
      "insert into stories (work_item_id, generation, workflow_id, kind, started_by, started_at) values ('iss_1', 1, 'wf_1', 'issue', 'person:ada', $1)",
      [at(0)],
    );
    await pull(1, 'iss_1', 'Cart takes negative numbers');
    await pull(2, null, 'Faster search');
    await event(1, 'opened', 'pull.opened', 5, { actor: 'reeve', pull: { author: 'reeve' } });
    await event(2, 'opened', 'pull.opened', 6, { actor: 'mia', pull: { author: 'mia' } });
    await check(1, 'test', 'failure', 10);
    await check(1, 'test', 'success', 11);
    await check(1, 'lint', 'success', 11);
    await put("insert into ci_verdicts (pull_id, head_sha, verdict, at) values ($1, 'sha', 'green', $2)", [pullId(1), at(12)]);
    await put(
      `insert into reviews (id, pull_id, run_id, head_sha, reviewer, parsed, summary, findings, checklist, focus, created_at)
       values ('rev_1', $1, 'run_1', 'sha', 'coder', true, 'Mostly good.', $2, '[]', '[]', $3)`,
      [
        pullId(1),
        JSON.stringify([
          { severity: 'major', state: 'open' },
          { severity: 'note', state: 'settled' },
        ]),
        at(13),
      ],
    );
    await merge();
  }, 120_000);
  afterAll(() => database?.close());

  async function pull(n: number, issue: string | null, title: string): Promise<void> {
    await put(
      `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
       values ($1, $2, 'proj_1', 'repo_1', $3, $4, 'open', false, $5, 'main', 'sha', 'u', $6)`,
      [pullId(n), issue, 100 + n, title, `branch-${n}`, at(n)],
    );
  }
  async function event(n: number, what: string, kind: string, minute: number, more: Record<string, unknown>): Promise<void> {
    const document = { kind, repo: { forge: 'github', name: 'Acme/Shop' }, occurred_at: at(minute).toISOString(), ...more };
    await put(
      `insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
       values ($1, 'github', $1, $2, 'github', 'Acme/Shop', $3, $4, $5)`,
      [`evt_${n}_${what}`, kind, 100 + n, JSON.stringify(document), at(minute)],
    );
  }
  const check = (n: number, name: string, conclusion: string, minute: number) =>
    put(
      `insert into ci_results (id, project_id, repository_id, head_sha, name, source, conclusion, external_id, created_at)
       values ($1, 'proj_1', 'repo_1', 'sha', $2, 'github', $3, $1, $4)`,
      [`ci_${n}_${name}_${minute}`, name, conclusion, at(minute)],
    );
  async function merge(): Promise<void> {
    const record = { kind: 'pr.merge', target: { forge: 'github', repo: 'acme/shop', number: 101, branch: null }, args: {} };
    await put(
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, work_item_id, project_id, created_at, expires_at)
       values ('act_1', 'k', $1, 'pr.merge', $2, $1, 'pending', '{}', '{}', 'iss_1', 'proj_1', $3, $4)`,
      [HASH, JSON.stringify(record), at(20), at(2000)],
    );
    await put(
      `insert into approvals (id, digest, mode, approvers, needed, created_at, expires_at) values ('act_1', $1, 'require_approval', '{maintainer}', 1, $2, $3)`,
      [HASH, at(20), at(2000)],
    );
  }

  it('count the newest result of each check and the open findings, and name who is waited for since when', async () => {
    expect(await reads.one(pullId(1))).toMatchObject({
      author: 'reeve',
      authorKind: 'agent',
      repository: 'acme/shop',
      issueNumber: 7,
      openedAt: at(5),
      checks: { passed: 2, failed: 0, pending: 0, verdict: 'green', at: at(12) },
      review: { reviewer: 'coder', rounds: 1, open: { blocker: 0, major: 1, minor: 0, note: 0 } },
      action: { id: 'act_1', kind: 'pr.merge', needed: 1, yes: 0 },
      waiting: { for: 'approvers', names: ['role:maintainer'], since: at(20) },
    });
    expect(await reads.one('pull_none')).toBeNull();
  });

  it("keep a person's last verdict, and neither what the author, a bot nor Reeve itself wrote", async () => {
    const review = (author: string, verdict: string, body = '') => ({ actor: author, review: { id: 'r', author, verdict, body } });
    await event(2, 'r1', 'pull.reviewed', 30, review('leo', 'changes_requested'));
    await event(2, 'r2', 'pull.reviewed', 31, review('leo', 'approved'));
    await event(2, 'r3', 'pull.reviewed', 32, review('mia', 'approved'));
    await event(2, 'r4', 'pull.reviewed', 33, review('lint[bot]', 'changes_requested'));
    await event(2, 'r5', 'pull.reviewed', 34, review('reeve-app', 'changes_requested', 'x <!-- reeve:review -->'));
    await event(2, 'r6', 'pull.reviewed', 35, review('ann', 'changes_requested'));
    await event(2, 'r7', 'pull.reviewed', 36, review('ann', 'dismissed'));
    const one = await reads.one(pullId(2));
    expect(one?.verdicts).toEqual([{ author: 'leo', verdict: 'approved', at: at(31) }]);
    expect(one).toMatchObject({ authorKind: 'person', author: 'mia', waiting: { for: 'author', names: ['mia'] } });
  });

  it('wait by name for those who were asked and have not reviewed them, as Home says: a review that only comments is one', async () => {
    await pull(3, null, 'Who looks at it?');
    await put("insert into people (id, handle, name, role) values ('pers_ada', 'ada', 'Ada', 'developer')", []);
    await put("insert into identities (id, source, external_id, person_id) values ('iden_ada', 'github', 'ada-gh', 'pers_ada')", []);
    await put(
      `insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer, decided_at) values ($1, 'proj_1', 'sha', '{zoe,ada}', '{}', $2)`,
      [pullId(3), at(40)],
    );
    const waitsOn = async (name: string) => {
      const home = await reviewsAskedOf(database.db, { handle: name, projectIds: null, limit: 5 });
      const listed = await reads.list({ limit: 50, waitsOn: name });
      return [home.items.map(({ number }) => number), listed.items.map((row) => row.pull.number)];
    };
    expect((await reads.one(pullId(3)))?.waiting).toEqual({
      for: 'reviewers',
      names: ['zoe', 'ada'],
      why: 'Nobody has reviewed it yet',
      since: at(40),
    });
    expect(await waitsOn('ada')).toEqual([[103], [103]]);
    await event(3, 'r1', 'pull.reviewed', 41, { actor: 'ada-gh', review: { id: 'r', author: 'ada-gh', verdict: 'commented', body: 'Hm.' } });
    expect(await waitsOn('ada')).toEqual([[], []]);
    expect((await reads.one(pullId(3)))?.waiting).toMatchObject({ for: 'reviewers', names: ['zoe'], since: at(40) });
    await put('delete from pulls where id = $1', [pullId(3)]);
    await put("delete from events where id = 'evt_3_r1'", []);
  });

  it('are listed newest first, by author, words, number and who is waited for, in pages', async () => {
    const ids = async (query: Partial<Parameters<PullReads['list']>[0]>) =>
      (await reads.list({ limit: 50, ...query })).items.map((row) => row.pull.number);
    expect(await ids({})).toEqual([102, 101]);
    expect(await ids({ author: 'agent' })).toEqual([101]);
    expect(await ids({ q: 'SEARCH' })).toEqual([102]);
    expect(await ids({ q: '#101' })).toEqual([101]);
    expect(await ids({ q: '100%' })).toEqual([]);
    expect(await ids({ waits: 'approvers' })).toEqual([101]);
    expect(await ids({ waitsOn: 'MIA' })).toEqual([102]);
    expect(await ids({ projectIds: [] })).toEqual([]);
    const first = await reads.list({ limit: 1 });
    expect(first.next_cursor).toBe(pullId(2));
    expect(await ids({ limit: 1, cursor: first.next_cursor ?? '' })).toEqual([101]);
    const searched = await reads.list({ limit: 1, waits: 'author' });
    expect([searched.items.length, searched.next_cursor]).toEqual([1, null]);
    expect(await ids({ waits: 'author', state: 'merged' })).toEqual([]);
    for (const n of [3, 4]) await pull(n, null, 'Nobody looked at it');
    const of = { limit: 1, waits: 'reviewers' } as const;
    const one = await reads.list(of);
    const two = await reads.list({ ...of, cursor: one.next_cursor ?? '' });
    expect([one, two].map(({ items, next_cursor: next }) => [items[0]?.pull.number, next])).toEqual([
      [104, pullId(4)],
      [103, null],
    ]);
    await put('delete from pulls where id = any($1)', [[3, 4].map(pullId)]);
  });

  it('that wait for nobody are those merged and closed, found behind however many open ones at once', async () => {
    for (const [n, state] of [
      [3, 'merged'],
      [4, 'closed'],
    ] as const) {
      await pull(n, null, 'It is over');
      await put('update pulls set state = $2 where id = $1', [pullId(n), state]);
    }
    await put(
      `insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
       select 'pull_zz' || n, 'proj_1', 'repo_1', 1000 + n, 'Open', 'open', false, 'b' || n, 'main', 'other', 'u' from generate_series(1, 2500) n`,
      [],
    );
    const of = { limit: 1, waits: 'nobody' } as const;
    const numbers = async (query: Parameters<PullReads['list']>[0]) => {
      const { items, next_cursor: next } = await reads.list(query);
      return [...items.map((row) => row.pull.number), next];
    };
    expect(await numbers(of)).toEqual([104, pullId(4)]);
    expect(await numbers({ ...of, cursor: pullId(4) })).toEqual([103, null]);
    expect(await numbers({ ...of, state: 'merged' })).toEqual([103, null]);
    expect(await numbers({ ...of, state: 'open' })).toEqual([null]);
    expect(await numbers({ ...of, waitsOn: 'mia' })).toEqual([null]);
    await put("delete from pulls where id like 'pull_zz%' or id = any($1)", [[3, 4].map(pullId)]);
  });

  it('tell what happened to them in order, whoever told it', async () => {
    const told = await reads.timeline(pullId(1), 100);
    expect(told.map(({ kind, state }) => [kind, state])).toEqual([
      ['opened', null],
      ['checks', 'green'],
      ['agent_review', null],
      ['merge_asked', 'pending'],
    ]);
    expect((await reads.timeline(pullId(2), 2)).map(({ by, state }) => [by, state])).toEqual([
      ['ann', 'changes_requested'],
      ['ann', 'dismissed'],
    ]);
  });

  it('tell what is said beside their lines as the forge has it, with the answers that are under way or came to nothing today', async () => {
    const say = (id: string, thread: string, status: string, number = 102) => {
      const record = { kind: 'pr.thread.reply', target: { forge: 'github', repo: 'Acme/Shop', number, branch: null }, args: { thread_id: thread } };
      return put(
        `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, project_id, created_at, expires_at)
         values ($1, $1, $2, 'pr.thread.reply', $3, $2, $4, '{}', '{}', 'proj_1', now(), now() + interval '1 day')`,
        [id, Buffer.from(id).toString('hex').padEnd(64, '0'), JSON.stringify(record), status],
      );
    };
    await say('act_waits', 't1', 'pending');
    await say('act_broke', 't1', 'failed');
    await say('act_done', 't1', 'executed');
    await say('act_other', 't1', 'pending', 101);
    const asked: unknown[] = [];
    const thread = { id: 't1', path: 'a.js', line: 3, resolved: false, outdated: false };
    const conversations = createConversations({
      db: database.db,
      forge: () => ({
        async reviewThreads(repo, number) {
          asked.push([repo, number]);
          return [{ ...thread, comments: [{ id: 'c1', author: 'leo', body: 'The key is hush', createdAt: at(50) }] }];
        },
      }),
      redact: (text) => text.replace('hush', '***'),
    });
    expect(await conversations.of(pullId(2))).toMatchObject({
      repo: { forge: 'github', name: 'acme/shop' },
      number: 102,
      conversations: [
        {
          ...thread,
          comments: [{ author: 'leo', body: 'The key is ***' }],
          asked: [
            { actionId: 'act_broke', status: 'failed' },
            { actionId: 'act_waits', status: 'pending' },
          ],
        },
      ],
    });
    expect(asked).toEqual([[{ forge: 'github', name: 'acme/shop' }, 102]]);
    expect(await conversations.of('pull_none')).toBeNull();

    // It is sent while the forge answers, which does not know of it yet.
    const meanwhile = createConversations({
      db: database.db,
      forge: () => ({
        async reviewThreads() {
          await put("update actions set status = 'executed' where id = 'act_waits'", []);
          return [{ ...thread, comments: [] }];
        },
      }),
      redact: (text) => text,
    });
    const told = (await meanwhile.of(pullId(2)))?.conversations.flatMap((one) => one.asked.map(({ actionId }) => actionId));
    expect(told).toEqual(['act_broke', 'act_waits']);
    await put("delete from actions where kind = 'pr.thread.reply'", []);
  });

  it('tell of the runs of their own: those of their issue since they were opened, and those for a pull request of a person', async () => {
    const run = (id: string, issue: string | null, minute: number) =>
      put(
        `insert into agent_runs (id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, state, outcome, branch, sandbox, sealed, created_at)
         values ($1, $2, 'proj_1', 'repo_1', 'coder', 'reviewer', $3, 'b', 'main', 'succeeded', '{}', $1, 'bwrap', true, $4)`,
        [id, issue, minute + 1, at(minute)],
      );
    await run('run_before', 'iss_1', 0);
    await run('run_ours', 'iss_1', 40);
    await run('run_theirs', null, 41);
    await put("insert into people_pulls (pull_id, author) values ($1, 'mia')", [pullId(2)]);
    await put("insert into people_pull_runs (pull_id, head_sha, role, run_id) values ($1, 'sha', 'reviewer', 'run_theirs')", [pullId(2)]);
    const runs = async (n: number) => (await reads.timeline(pullId(n), 100)).filter(({ kind }) => kind === 'run').map(({ id }) => id);
    expect([await runs(1), await runs(2)]).toEqual([['run_ours'], ['run_theirs']]);
  });
});

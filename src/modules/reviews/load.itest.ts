import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createReviewerLoads, reviewsAskedOf, type ReviewerLoads } from './index.ts';

const at = (hour: number): Date => new Date(Date.UTC(2026, 10, 1, hour));

describe('what waits for each reviewer', () => {
  let database: TestDatabase;
  const put = (text: string, values: unknown[] = []) => database.pool.query(text, values);
  let loads: ReviewerLoads;
  const of = (days = 30, projectId: string | null = null) => loads.of({ projectId, projectIds: null, days });

  beforeAll(async () => {
    database = await createTestDatabase();
    loads = createReviewerLoads({ db: database.db, clock: createManualClock(at(240)) });
    await put("insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', '{}')");
    await put("insert into repositories (id, project_id, forge, name, default_branch) values ('repo_1', 'proj_1', 'github', 'acme/shop', 'main')");
    for (const [handle, role] of [
      ['zoe', 'maintainer'],
      ['ada', 'developer'],
      ['eve', 'viewer'],
    ])
      await put('insert into people (id, handle, name, role, wip_limit) values ($1, $2, $2, $3, 4)', [`pers_${handle}`, handle, role]);
    await put("insert into identities (id, source, external_id, person_id) values ('iden_1', 'github', 'zoe-gh', 'pers_zoe')");
    for (const [n, state, asked, handles] of [
      [1, 'open', 100, ['zoe', 'ada']],
      [2, 'open', 20, ['zoe']],
      [3, 'merged', 50, ['zoe']],
      [4, 'merged', 60, ['zoe']],
      [5, 'open', -2000, ['ada']],
    ] as const)
      await pull(n, state, asked, [...handles]);
    await review(3, 'zoe-gh', 52);
    await review(3, 'zoe-gh', 90);
    await review(4, 'zoe-gh', 64);
    await review(2, 'zoe-gh', 10);
    await review(1, 'ada', 110);
  }, 120_000);
  afterAll(() => database?.close());

  async function pull(n: number, state: string, asked: number, handles: string[]): Promise<void> {
    await put(
      `insert into pulls (id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
       values ($1, 'proj_1', 'repo_1', $2, 'T', $3, false, 'b', 'main', 'sha', 'u')`,
      [`pull_${n}`, n, state],
    );
    await put(
      "insert into reviewer_suggestions (pull_id, project_id, head_sha, handles, answer, decided_at) values ($1, 'proj_1', 'sha', $2, '{}', $3)",
      [`pull_${n}`, handles, at(asked)],
    );
  }
  async function review(n: number, author: string, hour: number, verdict = 'approved'): Promise<void> {
    const document = { kind: 'pull.reviewed', actor: author, review: { id: 'r', author, verdict, body: '' } };
    const id = `evt_${n}_${author}_${hour}`;
    await put(
      `insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
       values ($1, 'github', $1, 'pull.reviewed', 'github', 'Acme/Shop', $2, $3, $4)`,
      [id, n, JSON.stringify(document), at(hour)],
    );
  }

  it('is told in the order of the alphabet, with the median to the first review after the request, the longest wait first', async () => {
    const { reviewers } = await of();
    expect(reviewers.map(({ handle }) => handle)).toEqual(['ada', 'zoe']);
    // Asked at 20, 50, 60 and 100; answered at 52 and 64: the review at 10 was before anybody asked.
    expect(reviewers[1]).toMatchObject({ asked: 4, answered: 2, medianMinutes: 180, reason: null, load: 2, wipLimit: 4, recentReviews: 1 });
    expect(reviewers[1]?.open.map(({ number }) => number)).toEqual([2, 1]);
  });

  it('is null with a reason where nobody answered, and what was asked before the window still waits', async () => {
    const [ada] = (await of()).reviewers;
    // A login that no person has on that forge answers for nobody.
    expect(ada).toMatchObject({ asked: 1, answered: 0, medianMinutes: null, reason: 'None of the requests in this window was answered yet.' });
    expect(ada?.open.map(({ number }) => number)).toEqual([5, 1]);
    expect((await of(30, 'proj_none')).reviewers.map(({ asked, reason }) => [asked, reason])).toEqual([
      [0, 'Nobody asked for a review in this window.'],
      [0, 'Nobody asked for a review in this window.'],
    ]);
  });

  it('asks somebody until they have reviewed: what they said before anybody asked does not count', async () => {
    const asked = async (handle: string) =>
      (await reviewsAskedOf(database.db, { handle, projectIds: null, limit: 5 })).items.map(({ number }) => number);
    expect(await asked('zoe')).toEqual([2, 1]);
    await put("update pulls set head_sha = 'newer' where id = 'pull_1'");
    expect(await asked('zoe')).toEqual([2]);
    await put("update pulls set head_sha = 'sha' where id = 'pull_1'");
    await review(2, 'zoe-gh', 25, 'commented');
    expect(await reviewsAskedOf(database.db, { handle: 'zoe', projectIds: null, limit: 0 })).toEqual({ count: 1, items: [] });
    expect(await asked('zoe')).toEqual([1]);
    expect(await reviewsAskedOf(database.db, { handle: 'zoe', projectIds: [], limit: 5 })).toEqual({ count: 0, items: [] });
    await put("delete from events where id = 'evt_2_zoe-gh_25'");
  });

  it('counts what they decide by name', async () => {
    await put(
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at)
       values ('act_1', 'k', $1, 'plan.approve', '{}', $1, 'pending', '{}', '{}', $2, $3)`,
      ['a'.repeat(64), at(1), at(900)],
    );
    await put(
      `insert into approvals (id, digest, mode, approvers, needed, asked, created_at, expires_at)
       values ('act_1', $1, 'ask', '{developer}', 1, 'person:ada', $2, $3)`,
      ['a'.repeat(64), at(1), at(900)],
    );
    expect((await of()).reviewers[0]).toMatchObject({ approvals: 1, load: 3 });
  });

  it('tells a caller who is limited to projects nothing of what people do in others, and of nobody who is kept to others', async () => {
    await put("insert into projects (id, key, name, settings) values ('proj_2', 'bank', 'Bank', '{}')");
    await put("insert into people (id, handle, name, role, wip_limit) values ('pers_far', 'far', 'far', 'developer', 4)");
    await put("insert into limited_people (person_id) values ('pers_far')");
    await put("insert into person_projects (person_id, project_id) values ('pers_far', 'proj_1')");
    await put(
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, created_at, expires_at, project_id)
       values ('act_2', 'k2', $1, 'plan.approve', '{}', $1, 'pending', '{}', '{}', $2, $3, 'proj_1')`,
      ['b'.repeat(64), at(1), at(900)],
    );
    await put(
      `insert into approvals (id, digest, mode, approvers, needed, asked, created_at, expires_at)
       values ('act_2', $1, 'ask', '{developer}', 1, 'person:zoe', $2, $3)`,
      ['b'.repeat(64), at(1), at(900)],
    );
    const seen = async (projectIds: string[] | null, projectId: string | null = null) =>
      (await loads.of({ projectId, projectIds, days: 30 })).reviewers.map(({ handle, approvals, recentReviews, open }) => [
        handle,
        approvals,
        recentReviews,
        open.length,
      ]);
    expect(await seen(['proj_2'])).toEqual([
      ['ada', 0, 0, 0],
      ['zoe', 0, 0, 0],
    ]);
    expect(await seen(['proj_1'])).toEqual([
      ['ada', 0, 0, 2],
      ['far', 0, 0, 0],
      ['zoe', 1, 1, 2],
    ]);
    expect((await seen(null, 'shop')).at(-1)).toEqual(['zoe', 1, 1, 2]);
    expect((await seen(null, 'bank')).at(-1)).toEqual(['zoe', 0, 0, 0]);
  });
});

import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { expect, vi } from 'vitest';
import { REPOSITORY, type Installation, type IssueView } from './installation.ts';
import type { ServerProcess } from './server.ts';

/** Nothing lost and nothing done twice, whatever died on the way: asked of the API, the database and the repository itself. */
export async function expectSound(installation: Installation, server: ServerProcess): Promise<void> {
  const client = installation.client(server);
  const issues = await client.all<IssueView>('/v1/issues');
  expect(issues.filter((issue) => issue.state !== 'merged')).toEqual([]);
  expect(await client.get('/v1/ledger/verify')).toMatchObject({ verified: true });
  await expectOnePullPerIssue(installation, issues);
  await untilCarriedOut(installation);
  await expectEffectsOnce(installation);
  await expectHistoryOnce(installation);
}

interface Pull {
  number: number;
  state: string;
  body: string;
  headSha: string;
  mergeSha: string;
}

const pullsOf = (installation: Installation) =>
  installation.query<Pull>(
    `select number, state, body, head_sha as "headSha", merge_sha as "mergeSha" from local_items where kind = 'pull' order by number`,
  );

async function expectOnePullPerIssue(installation: Installation, issues: IssueView[]): Promise<void> {
  const pulls = await pullsOf(installation);
  const closed = pulls.map((pull) => Number(/^Closes #(\d+)$/m.exec(pull.body)?.[1]));
  expect(sorted(closed)).toEqual(sorted(issues.map((issue) => issue.number ?? 0)));
  expect(pulls.filter((pull) => pull.state !== 'merged')).toEqual([]);
  const open = await installation.query(`select number from local_items where kind = 'issue' and state <> 'closed'`);
  expect(open).toEqual([]);
  const told = await installation.query<{ number: number }>(
    `select (payload -> 'pull' ->> 'number')::int as number from local_deliveries where type = 'pull.merged'`,
  );
  expect(sorted(told.map(({ number }) => number))).toEqual(pulls.map(({ number }) => number));
}

/** What follows a landing by itself (its branch is deleted) may not even be proposed when the issue is merged: it is the executor's. */
async function untilCarriedOut(installation: Installation): Promise<void> {
  const left = () =>
    installation.query(`
      select id, kind, status from actions where status in ('approved', 'executing')
      union all
      select head_branch, 'branch.delete', 'not proposed' from local_items p where p.kind = 'pull' and p.state = 'merged' and not exists
        (select from actions where kind = 'branch.delete' and record -> 'target' ->> 'branch' = p.head_branch)`);
  await vi.waitFor(async () => expect(await left()).toEqual([]), { timeout: 60_000, interval: 250 });
}

async function expectEffectsOnce(installation: Installation): Promise<void> {
  const comments = await installation.query<{ number: number; body: string }>('select number, body from local_comments');
  const markers = comments.flatMap(({ number, body }) => (body.match(/<!-- .+? -->/g) ?? []).map((marker) => `#${number} ${marker}`));
  expect(comments.length).toBeGreaterThan(0);
  expect(twice(markers)).toEqual([]);
  // The same words twice on one issue would be the same comment under two markers.
  expect(twice(comments.map(({ number, body }) => `#${number} ${body.replace(/<!-- .+? -->/g, '')}`))).toEqual([]);

  // One review for each pull request, however often its reviewer was asked, and each of its remarks once.
  const reviews = await installation.query<{ number: number; author: string }>('select number, author from local_reviews');
  expect(twice(reviews.map(({ number, author }) => `#${number} ${author}`))).toEqual([]);
  const remarks = await installation.query<{ number: number; body: string }>('select number, body from local_review_comments');
  expect(twice(remarks.map(({ number, body }) => `#${number} ${body}`))).toEqual([]);

  const unreceipted = await installation.query(`
    select a.id, a.kind, a.status, count(r.action_id)::int as receipts from actions a left join action_receipts r on r.action_id = a.id and r.digest = a.digest
    group by a.id having count(r.action_id) <> case when a.status = 'executed' then 1 else 0 end`);
  expect(unreceipted).toEqual([]);
  const unrecorded = await installation.query(`
    select a.id, a.kind from actions a left join ledger_entries l on l.kind = 'action.executed' and l.subject = a.id
    where a.status = 'executed' group by a.id having count(l.seq) <> 1`);
  expect(unrecorded).toEqual([]);
  expect(await installation.query(`select id, kind, status from actions where status in ('pending', 'approved', 'executing')`)).toEqual([]);
}

/** The branch itself: one merge commit per pull request, each landed change once. */
async function expectHistoryOnce(installation: Installation): Promise<void> {
  const git = (...args: string[]): string =>
    execFileSync('git', ['--git-dir', path.join(installation.dataDir, 'repositories', `${REPOSITORY}.git`), ...args], { encoding: 'utf8' });
  const merges = git('log', '--first-parent', '--merges', '--format=%H %P', 'main')
    .trim()
    .split('\n')
    .map((line) => line.split(' '));
  const pulls = await pullsOf(installation);
  expect(sorted(merges.map(([merge, , head]) => `${merge} of ${head}`))).toEqual(sorted(pulls.map((pull) => `${pull.mergeSha} of ${pull.headSha}`)));

  const trailers = git('log', '--format=%(trailers:key=Reeve-Change-Request,valueonly)', 'main')
    .split('\n')
    .filter((line) => line !== '');
  expect(twice(trailers)).toEqual([]);
  // What a task landed last is what has to be there; before a rework it may have landed on a branch that was begun afresh.
  const landed = await installation.query<{ id: string }>(`
    select distinct on (task_id) id from change_requests where state = 'landed' and publish ->> 'kind' = 'mirror' order by task_id, attempt desc`);
  expect(landed.length).toBeGreaterThanOrEqual(pulls.length);
  expect(landed.filter(({ id }) => !trailers.includes(id))).toEqual([]);
  expect(
    await installation.query(`select id, state from change_requests where state not in ('landed', 'already_landed', 'quarantined', 'dropped')`),
  ).toEqual([]);
}

const sorted = <T extends string | number>(values: T[]): T[] => values.toSorted((a, b) => (a < b ? -1 : 1));
const twice = (values: string[]): string[] => values.filter((value, index) => values.indexOf(value) !== index);

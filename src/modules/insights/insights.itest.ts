import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createManualClock } from '#kernel/clock.ts';
import { sql } from '#platform/db/index.ts';
import { createMetrics } from '#platform/telemetry/index.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createInsights, registerInsightMetrics, registerOperationsMetrics, type Insights, type MetricQuery } from './index.ts';

const at = (minute: number): Date => new Date(Date.UTC(2026, 10, 1, 0, minute));
const ALL: MetricQuery = { projectId: null, from: at(0), to: at(10_000), asOf: at(10_000) };
const ID = '01JABCDEFGHJKMNPQRSTVWXYZ';
const HASH = 'a'.repeat(64);

/** The way of an issue as it lies in the tables: written here row by row, so that the SQL is what is tested. */
describe('figures from the rows', () => {
  let database: TestDatabase;
  let insights: Insights;
  const clock = createManualClock(at(10_000));
  const harnessOf = (agent: string): string | null => (agent === 'codex' ? 'acp' : null);
  const put = (text: string, values: unknown[]) => database.pool.query(text, values);

  beforeAll(async () => {
    database = await createTestDatabase();
    insights = createInsights({ db: database.db, clock, harnessOf });
    await put("insert into projects (id, key, name, settings) values ('proj_1', 'shop', 'Shop', $1), ('proj_2', 'quiet', 'Quiet', '{}')", [
      JSON.stringify({ readyLabel: 'Robots' }),
    ]);
    for (const [id, project, name] of [
      ['repo_1', 'proj_1', 'acme/shop'],
      ['repo_2', 'proj_2', 'acme/quiet'],
    ])
      await put("insert into repositories (id, project_id, forge, name, default_branch) values ($1, $2, 'github', $3, 'main')", [id, project, name]);
    await issue(1, { label: 10, opened: 25, ended: { as: 'merged', at: 100 }, verdicts: ['red', 'green'] });
    await issue(2, { label: 10, opened: 40, ended: { as: 'merged', at: 110 }, verdicts: ['green'] });
    await issue(3, { label: 10, opened: null, ended: { as: 'failed', at: 120 }, verdicts: [] });
    await issue(4, { label: 10, opened: null, ended: null, verdicts: [], project: 2 });
  }, 120_000);
  afterAll(() => database?.close());

  interface Given {
    label: number;
    opened: number | null;
    ended: { as: string; at: number } | null;
    verdicts: string[];
    project?: 1 | 2;
  }
  const eventId = (number: number, what: string): string => `evt_${number}_${what}`;

  async function event(
    number: number,
    what: string,
    kind: string,
    minute: number,
    more: Record<string, unknown>,
    repository = 'Acme/Shop',
  ): Promise<void> {
    const document = { kind, actor: 'ada', repo: { forge: 'github', name: repository }, occurred_at: at(minute).toISOString(), ...more };
    await put(
      "insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at) values ($1, 'github', $1, $2, 'github', $3, $4, $5, $6)",
      [eventId(number, what), kind, repository, number, JSON.stringify(document), at(minute)],
    );
  }

  async function issue(number: number, { label, opened, ended, verdicts, project = 1 }: Given): Promise<void> {
    const [proj, repo, id] = [`proj_${project}`, `repo_${project}`, `iss_${ID}${number}`];
    await put(
      "insert into work_items (id, project_id, repository_id, source, external_id, number, title) values ($1, $2, $3, 'github', $4, $5, 'An issue')",
      [id, proj, repo, String(number), number],
    );
    await put(
      "insert into stories (work_item_id, generation, workflow_id, kind, started_by, started_at, ended_as, ended_at) values ($1, 1, $2, 'issue', 'person:ada', $3, $4, $5)",
      [id, `delivery.story:${id}:1`, at(label + 1), ended?.as ?? null, ended === null ? null : at(ended.at)],
    );
    const name = project === 1 ? 'Acme/Shop' : 'acme/quiet';
    await event(number, 'other', 'issue.labeled', label - 5, { label: 'bug' }, name);
    await event(number, 'label', 'issue.labeled', label, { label: project === 1 ? 'robots' : 'AI-READY' }, name);
    if (opened === null) return;
    const pull = 100 + number;
    await put(
      `insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url, created_at)
       values ($1, $2, $3, $4, $5, 'A pull request', 'open', false, $6, 'main', 'sha', 'u', $7)`,
      [`pull_${ID}${number}`, id, proj, repo, pull, `ai-${number}`, at(opened + 3)],
    );
    for (const [index, verdict] of verdicts.entries())
      await put('insert into ci_verdicts (pull_id, head_sha, verdict, at) values ($1, $2, $3, $4)', [
        `pull_${ID}${number}`,
        `sha${index}`,
        verdict,
        at(opened + 5 + index),
      ]);
    await event(pull, 'opened', 'pull.opened', opened, { actor: 'reeve-machine', pull: { author: 'reeve-machine', head_sha: 'sha0' } });
  }
  const pullId = (number: number): string => `pull_${ID}${number}`;
  const issueId = (number: number): string => `iss_${ID}${number}`;
  const value = async (metric: string, query: Partial<MetricQuery> = {}) => insights.metric(metric, { ...ALL, ...query });

  async function action(id: string, kind: string, of: number, args: Record<string, unknown>, minute: number): Promise<void> {
    const record = { kind, target: { forge: 'github', repo: 'acme/shop', number: 100 + of, branch: null }, args };
    await put(
      `insert into actions (id, idempotency_key, request_hash, kind, record, digest, status, decision, facts, work_item_id, project_id, created_at, expires_at)
       values ($1, $1, $2, $3, $4, encode(sha256($1::text::bytea), 'hex'), 'executed', '{}', '{}', $5, 'proj_1', $6, $6::timestamptz + interval '1 day')`,
      [id, HASH, kind, JSON.stringify(record), issueId(of), at(minute)],
    );
  }

  it('time the pull request from the label of the project, whatever its case and the spelling of the repository', async () => {
    const answer = await value('time_to_pr');
    expect(answer).toMatchObject({ n: 2, value: (15 * 60 + 30 * 60) / 2, excluded: {}, metric: { id: 'time_to_pr', version: 1 } });
    expect(answer.evidence).toEqual([pullId(1), issueId(1), eventId(1, 'label'), pullId(2), issueId(2), eventId(2, 'label')]);
    expect((await value('time_to_pr', { projectId: 'proj_2' })).value).toBeNull();
    expect(await value('time_to_pr', { projectId: 'proj_1', from: at(30) })).toMatchObject({ n: 1, value: 1800 });
  });

  it('take the labels an issue was opened with from what was heard, and not from what was read of it later on', async () => {
    const ofFirst = async () => (await value('time_to_pr', { to: at(30) })).value;
    await event(1, 'past', 'issue.opened', 20, { issue: { labels: ['Robots'] } });
    expect(await ofFirst()).toBe(5 * 60);
    await put('update events set backfilled = true where id = $1', [eventId(1, 'past')]);
    expect(await ofFirst()).toBe(15 * 60);
  });

  it('hold the first verdict on a pull request', async () => {
    expect(await value('ci_pass_rate')).toMatchObject({ n: 2, value: 0.5, parts: { green: 1, red: 1 } });
    expect((await value('ci_pass_rate', { by: 'repository' })).rows).toMatchObject([{ key: 'acme/shop', n: 2, value: 0.5 }]);
  });

  it('tell a merge with a commit by a person from one without, by what was pushed and by whom', async () => {
    expect(await value('automation_success_rate')).toMatchObject({ n: 3, value: 2 / 3 });
    await action('act_push', 'branch.push', 1, { sha: 'own' }, 30);
    await event(101, 'own', 'pull.synchronized', 31, { pull: { author: 'reeve-machine', head_sha: 'own' } });
    await event(101, 'bot', 'pull.synchronized', 32, { actor: 'renovate[bot]', pull: { author: 'reeve-machine', head_sha: 'bots' } });
    await event(101, 'nobody', 'pull.synchronized', 32, { actor: '', pull: { author: 'reeve-machine', head_sha: 'nobodys' } });
    expect(await value('automation_success_rate')).toMatchObject({ parts: { merged_untouched: 2, merged_with_person_commit: 0, failed: 1 } });
    await event(101, 'person', 'pull.synchronized', 33, { pull: { author: 'reeve-machine', head_sha: 'persons' } });
    const answer = await value('automation_success_rate');
    expect(answer).toMatchObject({ value: 1 / 3, parts: { merged_untouched: 1, merged_with_person_commit: 1, failed: 1 } });
    expect(answer.evidence).toContain(eventId(101, 'person'));
  });

  it('count what a person landed for a task, and what the queue found on the branch, as commits of people', async () => {
    expect((await value('automation_success_rate')).parts['merged_untouched']).toBe(1);
    const found = (commit: string) =>
      put(
        `insert into queue_target_moves (repository_id, target, at, kind, from_commit, to_commit, to_tree, commits, lost)
         values ('repo_1', 'ai-2', $1, 'absorbed', 'a', $2, 't', '[]', '{}')`,
        [at(50), commit],
      );
    await put("insert into own_commits (repository_id, sha) values ('repo_1', 'brought')", []);
    await found('brought');
    expect((await value('automation_success_rate')).parts).toMatchObject({ merged_untouched: 1, merged_with_person_commit: 1 });
    await found('persons');
    expect((await value('automation_success_rate')).parts).toMatchObject({ merged_untouched: 0, merged_with_person_commit: 2 });
  });

  it('time a review from the first look that was seen, on the forge or at the approval, to the first decision', async () => {
    await action('act_merge', 'pr.merge', 2, {}, 50);
    await put(
      `insert into approvals (id, digest, status, mode, approvers, needed, yes_by, decided_by, decided_at, created_at, expires_at)
       values ('act_merge', $1, 'approved', 'require_approval', '{role:maintainer}', 1, '{p}', 'person:mona', $2, $3, $2::timestamptz + interval '1 day')`,
      [HASH, at(80), at(50)],
    );
    await put(
      "insert into approval_votes (approval_id, person_id, subject, role, decision, voted_at) values ('act_merge', 'p', 'person:mona', 'maintainer', 'approve', $1)",
      [at(80)],
    );
    expect(await value('review_minutes')).toMatchObject({ n: 0, value: null, excluded: { look_not_seen: 1 } });
    await put("insert into approval_looks (approval_id, person_id, at) values ('act_merge', 'p', $1)", [at(70)]);
    expect(await value('review_minutes')).toMatchObject({ n: 1, value: 10 });
    const noted = (kind: string, by: string, minute: number) =>
      put("insert into approval_notes (approval_id, kind, by, text, noted_at) values ('act_merge', $1, $2, 'Why?', $3)", [kind, by, at(minute)]);
    await noted('reminded', 'system', 62);
    await noted('question', 'system', 63);
    expect(await value('review_minutes')).toMatchObject({ n: 1, value: 10 });
    await noted('question', 'person:mona', 68);
    expect(await value('review_minutes')).toMatchObject({ n: 1, value: 12 });
    // Neither the author, nor a bot, nor Reeve's own words are a look.
    const text = (actor: string, body: string) => ({ actor, pull: { author: 'reeve-machine' }, comment: { body } });
    await event(102, 'author', 'pull.commented', 55, text('reeve-machine', 'mine'));
    await event(102, 'bot', 'pull.commented', 56, text('codecov[bot]', 'covered'));
    await event(102, 'own', 'pull.commented', 57, text('mona', 'x <!-- reeve:review -->'));
    expect(await value('review_minutes')).toMatchObject({ value: 12 });
    await event(102, 'look', 'pull.commented', 60, text('mona', 'why this line?'));
    expect(await value('review_minutes')).toMatchObject({ value: 20 });
    await event(102, 'review', 'pull.reviewed', 75, {
      actor: 'mona',
      pull: { author: 'reeve-machine' },
      review: { verdict: 'changes_requested', body: '' },
    });
    expect(await value('review_minutes')).toMatchObject({ value: 15 });
    // A history does not say who merged.
    await event(102, 'past', 'pull.merged', 65, { actor: '', pull: { author: 'reeve-machine' } });
    expect(await value('review_minutes')).toMatchObject({ n: 1, value: 15 });
  });

  it('count runs that were sent again and questions, by agent', async () => {
    const plan = 'plan_1';
    await put("insert into plans (id, work_item_id, version, document, planner) values ($1, $2, 1, '{}', 'rules')", [plan, issueId(1)]);
    await put(
      `insert into tasks (id, plan_id, work_item_id, key, title, description, role, scope, estimate, limits)
       values ('task_1', $1, $2, 't1', 'T', 'd', 'coder', '{src/**}', 'S', '{}')`,
      [plan, issueId(1)],
    );
    for (const [attempt, minute] of [
      [1, 12],
      [2, 20],
      [3, 28],
    ] as const)
      await put(
        `insert into agent_runs (id, task_id, work_item_id, project_id, repository_id, agent, role, attempt, base_ref, target, branch, sandbox, sealed, state, outcome, created_at)
         values ($1, 'task_1', $2, 'proj_1', 'repo_1', 'codex', 'coder', $3, 'main', 'ai-1', $1, 'none', false, 'succeeded', '{}', $4)`,
        [`run_${attempt}`, issueId(1), attempt, at(minute)],
      );
    await put(
      `insert into ci_retries (pull_id, head_sha, check_name, workflow_id, number, task_id, first_attempt, feedback, summary)
       values ($1, 'sha0', 'test', 'w', 1, 'task_1', 3, 'f', 's')`,
      [pullId(1)],
    );
    await put(
      `insert into agent_questions (id, run_id, execution, work_item_id, project_id, agent, role, question, asked_at, expires_at)
       values ('que_1', 'run_1', 1, $1, 'proj_1', 'codex', 'coder', 'Which?', $2, $2::timestamptz + interval '1 hour')`,
      [issueId(1), at(13)],
    );
    expect(await value('retries')).toMatchObject({ value: 2, n: 3, parts: { red_ci: 1, other: 1 } });
    expect(await value('escalations')).toMatchObject({ value: 2, n: 3, parts: { question: 1, failed: 1 } });
    expect((await value('retries', { by: 'harness' })).rows?.map(({ key, value: count }) => [key, count])).toEqual([
      ['acp', 2],
      ['none', 0],
    ]);
  });

  it('do not change when events come again under other ids, or when all of them are read at once', async () => {
    const before = await insights.all(ALL);
    await database.db.run(sql`insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at, backfilled)
      select id || '_again', source, delivery_id || '_again', kind, forge, repository, number, document, occurred_at, backfilled from events`);
    const numbers = (answers: typeof before) =>
      answers.map(({ metric, evidence: _evidence, ...rest }) => [metric.id, { ...rest, evidenceLeftOut: 0 }]);
    expect(numbers(await insights.all(ALL))).toEqual(numbers(before));
    expect(before.map(({ metric, value: one }) => [metric.id, one])).toEqual(
      await Promise.all(before.map(async ({ metric }) => [metric.id, (await value(metric.id)).value])),
    );
  });

  it('count a merge by people after the story had failed, and a task that a person did for it', async () => {
    const entry = (seq: number, kind: string, minute: number) =>
      put(
        "insert into ledger_entries (seq, occurred_at, kind, subject, actor, work_item_id, payload, prev_hash, hash) values ($1, $2, $3, $4, 'person:mona', $4, '{}', $5, $6)",
        [seq, at(minute), kind, issueId(3), HASH, String(seq).repeat(64)],
      );
    await entry(1, 'work_item.merged', 90);
    await entry(2, 'work_item.changed', 130);
    expect((await value('automation_success_rate')).parts).toMatchObject({ merged_untouched: 0, failed: 1 });
    await entry(3, 'work_item.merged', 150);
    expect((await value('automation_success_rate')).parts).toMatchObject({ merged_untouched: 1, failed: 0 });
    expect((await value('automation_success_rate', { to: at(150) })).n).toBe(2);
    const landed = (id: string, by: string, state: string) =>
      put(
        `insert into change_requests (id, project_id, repository_id, work_item_id, target, task_id, attempt, document, body_sha256, submitted_by, publish,
           submitted_tree, effect, state, landed_commit, landed_tree, landed_at)
         values ($1, 'proj_1', 'repo_1', $2, 'ai-3', $1, 1, '{}', $3, $4, '{"kind":"mirror"}', 't', '[]', $5, 'c', 't', $6)`,
        [id, issueId(3), HASH, by, state, at(80)],
      );
    await landed('cr_agent', 'agent:codex', 'landed');
    await landed('cr_dropped', 'person:ann', 'dropped');
    expect((await value('automation_success_rate')).parts).toMatchObject({ merged_untouched: 1 });
    await landed('cr_person', 'person:ann', 'landed');
    expect(await value('automation_success_rate')).toMatchObject({ parts: { merged_untouched: 0, merged_with_person_commit: 3 } });
    await put('delete from change_requests', []);
    // For the tests that follow it is a story that failed again.
    await put('alter table ledger_entries disable trigger all', []);
    await put('delete from ledger_entries', []);
    await put('alter table ledger_entries enable trigger all', []);
  });

  it('leave out what was only recorded in shadow', async () => {
    await put("update actions set status = 'shadowed', work_item_id = $1 where id = 'act_push'", [issueId(3)]);
    expect(await value('automation_success_rate')).toMatchObject({ n: 2, excluded: { shadow: 1 } });
  });

  it('are refused for what nobody defined, and for a window that ends before it begins', async () => {
    await expect(value('velocity')).rejects.toMatchObject({ kind: 'not_found' });
    await expect(value('retries', { from: at(5), to: at(5) })).rejects.toMatchObject({ kind: 'invalid', code: 'empty_window' });
  });

  it('are the same as Prometheus series', async () => {
    const sent = (await database.db.one(sql<{ count: number }>`select count(*)::int as count from events where not backfilled`)).count;
    // What Reeve read itself is no webhook.
    for (const deliveryId of ['reconciled:1:2', 'reread:1:edited:2', 'backfilled:issue:1']) {
      await event(9, deliveryId, 'issue.edited', 9000, {});
      await put('update events set delivery_id = $1, backfilled = $2 where id = $3', [
        deliveryId,
        deliveryId.startsWith('b'),
        eventId(9, deliveryId),
      ]);
    }
    const metrics = createMetrics({ processMetrics: false });
    registerInsightMetrics({ db: database.db, clock, harnessOf, metrics });
    registerOperationsMetrics({ db: database.db, clock, harnessOf, metrics });
    const { text } = await metrics.render();
    const line = (name: string, ...labels: string[]): string | undefined =>
      text.split('\n').find((one) => one.startsWith(name) && labels.every((label) => one.includes(label)));
    expect(line('reeve_time_to_pr_seconds_bucket', 'agent="codex"', 'harness="acp"', 'project="shop"', 'le="900"')).toMatch(/ 1$/);
    expect(line('reeve_time_to_pr_seconds_bucket', 'agent="codex"', 'le="600"')).toMatch(/ 0$/);
    expect(line('reeve_time_to_pr_seconds_sum', 'agent="none"')).toMatch(/ 1800$/);
    expect(line('reeve_first_ci_total', 'agent="codex"', 'verdict="red"')).toMatch(/ 1$/);
    expect(line('reeve_story_ends_total', 'end="failed"')).toMatch(/ 1$/);
    expect(line('reeve_merges_with_person_commit_total', 'agent="codex"')).toMatch(/ 1$/);
    expect(line('reeve_retries_total', 'cause="red_ci"')).toMatch(/ 1$/);
    expect(line('reeve_escalations_total', 'kind="question"')).toMatch(/ 1$/);
    expect(line('reeve_insight_value', 'metric="review_minutes"', 'project="shop"')).toMatch(/ 900$/);
    expect(line('reeve_insight_samples', 'metric="ci_pass_rate"')).toMatch(/ 2$/);
    expect(text).not.toMatch(/reeve_insight_value\{.*quiet/);
    expect(line('reeve_agent_runs_total', 'agent="codex"', 'role="coder"', 'end="succeeded"')).toMatch(/ 3$/);
    expect(line('reeve_webhook_events_total', 'source="github"')).toMatch(new RegExp(` ${sent}$`));
    // Nothing was anchored yet: an age of zero would look like a new checkpoint.
    expect(line('reeve_ledger_checkpoint_age_seconds ')).toBeUndefined();
  });
});

import { afterAll, beforeAll, expect, test } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { json, sql } from '#platform/db/index.ts';
import { createLedger } from '#modules/ledger/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createWork } from '#modules/work/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createTimeline, type Timeline } from './index.ts';
import type { TimelineFilter } from './model.ts';

const HEAD = 'a'.repeat(40);

let database: TestDatabase;
let timeline: Timeline;
let issue: string;
let other: string;
let pull: string;
const ids = createIds(systemClock);

async function event(kind: string, number: number, at: string, document: JsonObject): Promise<string> {
  const id = ids.next('event');
  await database.db.run(sql`insert into events (id, source, delivery_id, kind, forge, repository, number, document, occurred_at)
    values (${id}, 'local', ${id}, ${kind}, 'local', 'Acme/Shop', ${number}, ${json(document)}, ${at}::timestamptz)`);
  return id;
}

beforeAll(async () => {
  database = await createTestDatabase();
  const recorder = createRecorder();
  const deps = { db: database.db, clock: systemClock, ids, ...recorder };
  const projects = createProjects(deps);
  const project = await projects.create({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const place = { forge: 'local', name: 'acme/shop', defaultBranch: 'main', allowlisted: true } as const;
  const repository = await projects.addRepository({ projectId: project.id, ...place }, SYSTEM_ACTOR);
  const work = createWork(deps);
  const make = (number: number) =>
    database.db.tx((tx) =>
      work.create(tx, { projectId: project.id, repositoryId: repository.id, source: 'local', externalId: `#${number}`, number, title: 'Cart' }),
    );
  issue = (await make(7)).id;
  other = (await make(8)).id;
  pull = ids.next('pull');
  await database.db
    .run(sql`insert into pulls (id, work_item_id, project_id, repository_id, number, title, state, draft, head_branch, base_branch, head_sha, url)
    values (${pull}, ${issue}, ${project.id}, ${repository.id}, 9, 'Cart', 'open', false, 'ai-7', 'main', ${HEAD}, 'http://forge/9')`);

  await event('issue.opened', 7, '2026-01-01T10:00:00Z', { actor: 'ben', issue: { url: 'http://forge/7' } });
  await event('issue.labeled', 7, '2026-01-01T10:00:01Z', { actor: 'ben', label: 'AI-Ready' });
  await event('issue.labeled', 7, '2026-01-01T10:00:02Z', { actor: 'reeve', label: 'bug' });
  await event('issue.commented', 7, '2026-01-01T10:00:03Z', { actor: 'reeve', comment: { body: 'Triage found …' } });
  await event('issue.commented', 8, '2026-01-01T10:00:04Z', { actor: 'ben', comment: { body: 'Elsewhere' } });
  await event('pull.reviewed', 9, '2099-01-01T10:00:05Z', { actor: 'ada', review: { verdict: 'approved', body: 'Good\u200b' } });

  const ledger = createLedger({ db: database.db });
  const tell = (kind: string, subject: string, actor: string, payload: JsonObject, workItemId = issue) =>
    database.db.tx(async (tx) => ledger.append(tx, { kind, subject, actor, projectId: project.id, workItemId, payload }));
  await tell('story.started', issue, 'person:ben', { generation: 1, kind: 'issue' });
  await tell('triage.decided', issue, 'system', {
    by: 'rules',
    type: 'bug',
    size: 'S',
    risk: 'low',
    route: 'plan',
    rationale: 'Clear.',
    evidence: ['says crash'],
  });
  await tell('work_item.triaged', issue, 'system', { reason: 'Clear.' });
  const act = ids.next('action');
  await tell('action.proposed', act, 'system', { kind: 'pr.label', answer: 'auto', reason: 'The policy says auto.' });
  await tell('action.executed', act, 'system', {
    kind: 'pr.create',
    result: { number: 9, url: 'http://forge/9', head_sha: HEAD },
    target: { number: null },
  });
  const approval = ids.next('action');
  await tell('action.proposed', approval, 'system', {
    kind: 'pr.merge',
    answer: 'approval',
    reason: 'A person decides merges.',
    target: { number: 9 },
  });
  await tell('approval.voted', approval, 'person:mira', { kind: 'pr.merge', decision: 'decline', reason: 'Not yet' });
  await tell('story.started', other, 'person:ben', { generation: 1 }, other);
  await database.db.tx(async (tx) => {
    ledger.append(tx, {
      kind: 'work_item.declined',
      subject: issue,
      actor: 'system',
      projectId: project.id,
      workItemId: issue,
      payload: { reason: 'x' },
    });
    ledger.append(tx, {
      kind: 'story.ended',
      subject: issue,
      actor: 'system',
      projectId: project.id,
      workItemId: issue,
      payload: { as: 'declined', detail: 'No.' },
    });
  });
  await database.db.run(sql`insert into ci_results (id, project_id, repository_id, work_item_id, head_sha, name, source, conclusion, summary)
    values (${ids.next('ciResult')}, ${project.id}, ${repository.id}, ${issue}, ${HEAD}, 'test', 'ci', 'failure', 'boom')`);
  await database.db.run(sql`insert into reviews (id, pull_id, run_id, head_sha, reviewer, parsed, summary, findings, checklist, focus)
    values (${ids.next('review')}, ${pull}, ${ids.next('run')}, ${HEAD}, 'critic', true, 'Look again', ${json([
      { key: 'F1', state: 'open', severity: 'major', path: 'src/a.ts', what: 'It overflows' },
      { key: 'F2', state: 'settled', severity: 'blocker', path: null, what: 'gone' },
    ])}, '[]', '[]')`);
  timeline = createTimeline({ db: database.db, ownLogin: async () => ({ login: 'reeve', exclusive: true }) });
});
afterAll(() => database.close());

const read = (filter: Partial<TimelineFilter> = {}) => timeline.of({ workItemId: issue, order: 'oldest', limit: 100, ...filter });

test('what a person would tell of an issue stands in order, from the event that brought it to its end, without what Reeve did to itself', async () => {
  const { items, nextCursor } = await read({ level: 'main' });
  expect(items.map(({ text }) => text)).toEqual([
    'ben opened the issue.',
    'ben put the label AI-Ready on.',
    'ben handed it over: the work began.',
    'Triage by rules: bug, size S, low risk; it can be planned.',
    'Pull request #9 was opened.',
    'A person is asked whether to merge the pull request.',
    'mira declined it: merge the pull request.',
    'No.',
    'The check test failed on aaaaaaaaaa.',
    'critic reviewed aaaaaaaaaa: 1 finding.',
    'ada approved the pull request.',
  ]);
  expect(nextCursor).toBeNull();
});

test('each entry says what it means and leads to its evidence', async () => {
  const { items } = await read({ level: 'main' });
  const at = (kind: string) => items.find((entry) => entry.kind === kind);
  expect(at('triage.decided')).toMatchObject({ stage: 'triage', tone: 'good', detail: 'Clear.', evidence: ['says crash'] });
  expect(at('action.executed')).toMatchObject({ stage: 'pull', links: { pullId: pull, pullNumber: 9, url: 'http://forge/9', commit: HEAD } });
  expect(at('action.proposed')).toMatchObject({ stage: 'approval', tone: 'waiting', detail: 'A person decides merges.', links: { pullId: pull } });
  expect(at('approval.voted')).toMatchObject({ tone: 'bad', actor: 'person:mira', detail: 'Not yet' });
  expect(at('approval.voted')?.links.actionId).toMatch(/^act_/);
  expect(at('ci.failure')).toMatchObject({ stage: 'ci', tone: 'bad', detail: 'boom', links: { commit: HEAD, ledgerSeq: null } });
  expect(at('review.written')).toMatchObject({ tone: 'bad', evidence: ['major in src/a.ts: It overflows'], links: { pullNumber: 9 } });
  expect(at('pull.reviewed')?.detail).toBe('Good\u200b');
  expect(at('story.started')?.links.ledgerSeq).toBeGreaterThan(0);
  expect(at('issue.opened')).toMatchObject({ actor: 'local:ben', links: { eventId: items[0]?.id, url: 'http://forge/7' } });
});

test('everything on record is there as detail, each row once, in both orders and whatever the size of a page', async () => {
  const whole = (await read()).items.map(({ id }) => id);
  expect(whole).toHaveLength(16);
  expect((await read({ level: 'detail' })).items.map(({ kind }) => kind)).toEqual([
    'issue.labeled',
    'issue.commented',
    'work_item.triaged',
    'action.proposed',
    'work_item.declined',
  ]);
  for (const order of ['oldest', 'newest'] as const) {
    const walked: string[] = [];
    let cursor: string | undefined;
    do {
      const page = await read({ order, limit: 3, cursor });
      walked.push(...page.items.map(({ id }) => id));
      cursor = page.nextCursor ?? undefined;
    } while (cursor !== undefined && walked.length < 40);
    expect(walked).toEqual(order === 'oldest' ? whole : whole.toReversed());
  }
});

test('stages narrow it', async () => {
  expect((await read({ stages: ['triage', 'ci'] })).items.map(({ kind }) => kind)).toEqual(['triage.decided', 'ci.failure']);
});

test('while the forge is away, what Reeve wrote there is told as well', async () => {
  const away = createTimeline({ db: database.db, ownLogin: () => Promise.reject(new AppError('unavailable', 'The forge is away.')) });
  const { items } = await away.of({ workItemId: issue, order: 'oldest', limit: 100, level: 'main' });
  expect(items.map(({ text }) => text)).toContain('reeve commented.');
});

test('refuses an issue that is not there, and a cursor of something else', async () => {
  await expect(read({ workItemId: 'iss_none' })).rejects.toMatchObject({ kind: 'not_found' });
  await expect(read({ cursor: 'iss_x' })).rejects.toMatchObject({ code: 'bad_cursor' });
  const at = '2026-01-01T10:00:00.000000Z';
  for (const place of [
    ['2026-99-99T99:99:99Z', 1, 'x'],
    ['2026-02-30T10:00:00Z', 1, 'x'],
    [at, 3_000_000_000, 'x'],
    [at, -1, 'x'],
    [at, 0.5, 'x'],
    [at, 1, 'a\0b'],
    [at, 1, ''],
  ])
    await expect(read({ cursor: Buffer.from(JSON.stringify(place)).toString('base64url') })).rejects.toMatchObject({ code: 'bad_cursor' });
});

test('an end is told once, however much was written between the issue and its story, and each end that is another one', async () => {
  const ledger = createLedger({ db: database.db });
  const tell = (kind: string, payload: JsonObject = {}, subject = other) =>
    database.db.tx(async (tx) => ledger.append(tx, { kind, subject, actor: 'system', workItemId: other, payload }));
  await tell('work_item.failed', { reason: 'It broke.' });
  for (let n = 0; n < 6; n += 1) await tell('work_item.changed');
  await tell('story.ended', { as: 'failed', detail: 'It broke.' });
  // By hand, long after.
  await tell('work_item.merged', { reason: 'By hand.' });
  await tell('work_item.triaged', { reason: 'Again.' });
  await tell('story.started', { generation: 2 });
  await tell('story.ended', { as: 'landed', detail: 'It landed.' });
  for (let n = 0; n < 6; n += 1) await tell('run.queued');
  await tell('work_item.merged', { reason: 'It landed.' });
  const { items } = await read({ workItemId: other, level: 'main' });
  expect(items.map(({ kind }) => kind)).toEqual([
    'issue.commented',
    'story.started',
    'story.ended',
    'work_item.merged',
    'story.started',
    'story.ended',
  ]);
});

test('of a pull request in the merge queue only what needed somebody is told: that it was set aside, and what people did about it', async () => {
  const { db } = database;
  const third = 'iss_third';
  await db.run(sql`insert into work_items (id, project_id, source, external_id, title, body, state)
    select ${third}, id, 'local', '#9', 'Cart', '', 'in_progress' from projects`);
  await db.run(sql`insert into change_requests (id, project_id, repository_id, target, task_id, attempt, document, body_sha256, submitted_by, publish, submitted_tree, effect)
    select 'cr_pull', project_id, id, 'main', ${pull}, 1, '{}', ${'0'.repeat(64)}, 'system', '{"kind":"mirror"}', 'tree', '[]' from repositories`);
  const ledger = createLedger({ db });
  const tell = (kind: string, actor: string) =>
    db.tx(async (tx) => ledger.append(tx, { kind: `change_request.${kind}`, subject: 'cr_pull', actor, workItemId: third, payload: {} }));
  await tell('submitted', 'system');
  await tell('quarantined', 'queue');
  await tell('dropped', 'person:ann');
  await tell('landed', 'queue');
  expect((await read({ workItemId: third, level: 'main' })).items.map(({ kind, actor }) => `${kind} ${actor ?? ''}`)).toEqual([
    'change_request.quarantined queue',
    'change_request.dropped person:ann',
  ]);
});

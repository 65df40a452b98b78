import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import {
  CONTEXT,
  createQueueOn,
  createRepository,
  documentOf,
  openMirrorOf,
  publishedEvents,
  RULES,
  seed,
  untilEnded,
  untilState,
  type DocumentParts,
  type Repository,
} from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps } from './steps.context.ts';
import { createLedger } from '#modules/ledger/index.ts';

let database: TestDatabase;
let source: Repository;
let mirror: Mirror;
let base: string;
let started: MergeQueue[];

const TEN = Array.from({ length: 10 }, (_, at) => `line ${at}\n`);
const ten = (changes: Record<number, string> = {}): string => TEN.map((line, at) => (changes[at] === undefined ? line : `${changes[at]}\n`)).join('');

beforeEach(async () => {
  database = await createTestDatabase();
  await seed(database.db);
  source = createRepository();
  base = source.commit({ 'a.txt': ten(), 'b.txt': 'b\n', 'package.json': '{\n  "name": "shop"\n}\n' });
  mirror = await openMirrorOf(source);
  await mirror.compareAndSwap('refs/heads/ai-1', null, base);
  started = [];
});
afterEach(async () => {
  await Promise.all(started.map((queue) => queue.stop(0)));
  source.remove();
  await database.close();
});

function queueWith(more: Partial<MergeQueueDeps> = {}, start = true): MergeQueue {
  const queue = createQueueOn(database.db, async () => mirror, more);
  started.push(queue);
  if (start) queue.start();
  return queue;
}

async function submitted(
  queue: MergeQueue,
  files: Record<string, string | null>,
  parts: Partial<DocumentParts> = {},
  context: Partial<typeof CONTEXT> = {},
): Promise<QueueEntry> {
  const result = await queue.submit(await documentOf(mirror, files, { base, ...parts }), { ...CONTEXT, ...context });
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const head = (): Promise<string | null> => mirror.resolve('refs/heads/ai-1');
const events = async (queue: MergeQueue, id: string): Promise<string[]> => (await queue.journal(id)).map((row) => row.event);

test('a change of untouched files lands by a pointer swap, with trailers, journal, ledger and event', async () => {
  const queue = queueWith();
  const entry = await submitted(queue, { 'b.txt': 'B\n', 'new/c.txt': 'c\n' }, { taskId: 'task_7', summary: 'Say B' });
  const landed = await untilEnded(queue, entry.id);
  expect(landed).toMatchObject({ state: 'landed', rung: 'R0', landedCommit: await head(), lastError: null, quarantine: null });
  expect(await mirror.treeOf('refs/heads/ai-1')).toBe(landed.landedTree);
  expect((await mirror.readFile('refs/heads/ai-1', 'b.txt'))?.toString()).toBe('B\n');
  const message = (await mirror.log(base, 'refs/heads/ai-1', 5)).map((commit) => commit.subject);
  expect(message).toEqual(['Say B']);
  const { git } = await import('#connectors/git/__fixtures__/repository.ts');
  expect(git(mirror.dir, ['log', '-1', '--format=%(trailers:only)%an <%ae>', 'refs/heads/ai-1'])).toBe(
    `Reeve-Task: task_7\nReeve-Change-Request: ${entry.id}\nReeve <reeve@example.test>`,
  );
  expect(await events(queue, entry.id)).toEqual(['submitted', 'merge.started', 'merged', 'verified', 'landed']);
  expect((await publishedEvents(database.db)).map((event) => event.type)).toEqual([
    'change_request.submitted',
    'change_request.landed',
    'target.moved',
  ]);
  const ledger = createLedger({ db: database.db });
  expect((await ledger.list({ limit: 10, subject: entry.id })).items.map((item) => item.kind).toSorted()).toEqual([
    'change_request.landed',
    'change_request.submitted',
  ]);
  expect(await ledger.verify()).toMatchObject({ verified: true });
});

test('changes made side by side on one base all land, by git merge where they meet in a file', async () => {
  const queue = queueWith();
  const one = await submitted(queue, { 'a.txt': ten({ 0: 'first' }) }, { taskId: 'one' });
  const two = await submitted(queue, { 'a.txt': ten({ 9: 'last' }) }, { taskId: 'two' });
  expect(await untilEnded(queue, one.id)).toMatchObject({ state: 'landed', rung: 'R0' });
  expect(await untilEnded(queue, two.id)).toMatchObject({ state: 'landed', rung: 'R1' });
  expect((await mirror.readFile('refs/heads/ai-1', 'a.txt'))?.toString()).toBe(ten({ 0: 'first', 9: 'last' }));
  expect(await mirror.log(base, 'refs/heads/ai-1', 10)).toHaveLength(2);
});

test('a conflict is set aside as a value while those behind it land', async () => {
  const queue = queueWith();
  const one = await submitted(queue, { 'b.txt': 'ours\n' }, { taskId: 'one' });
  const two = await submitted(queue, { 'b.txt': 'theirs\n' }, { taskId: 'two' });
  const three = await submitted(queue, { 'a.txt': ten({ 4: 'x' }) }, { taskId: 'three' });
  await untilEnded(queue, one.id);
  const landedOne = (await queue.get(one.id))?.landedCommit;
  const conflicted = await untilEnded(queue, two.id);
  expect(conflicted.quarantine).toEqual({
    kind: 'conflict',
    head: expect.any(String),
    conflicts: [{ path: 'b.txt', base: 'b\n', ours: 'ours\n', theirs: 'theirs\n', message: 'CONFLICT (content): Merge conflict in b.txt' }],
  });
  // What is independent of both may have landed in between.
  expect(await mirror.isAncestor(landedOne ?? '', conflicted.quarantine?.kind === 'conflict' ? conflicted.quarantine.head : '')).toBe(true);
  expect(await untilEnded(queue, three.id)).toMatchObject({ state: 'landed' });
  expect((await publishedEvents(database.db)).find((event) => event.type === 'change_request.quarantined')).toMatchObject({
    subject: two.id,
    data: { reason: 'conflict', task_id: 'two' },
  });
});

test('a later attempt takes the place of the one set aside, and lands', async () => {
  const queue = queueWith();
  await untilEnded(queue, (await submitted(queue, { 'b.txt': 'ours\n' }, { taskId: 'one' })).id);
  const first = await submitted(queue, { 'b.txt': 'theirs\n' }, { taskId: 'two' });
  await untilEnded(queue, first.id);
  const second = await submitted(queue, { 'b.txt': 'ours and theirs\n' }, { taskId: 'two', attempt: 2, base: (await head()) ?? '' });
  expect(await queue.get(first.id)).toMatchObject({ state: 'dropped', quarantine: null });
  expect(await untilEnded(queue, second.id)).toMatchObject({ state: 'landed', rung: 'R4', reworkOf: first.id });
  expect((await publishedEvents(database.db)).find((event) => event.type === 'change_request.dropped')?.data).toMatchObject({
    change_request_id: first.id,
    reason: 'superseded',
  });
  await expect(submitted(queue, { 'a.txt': 'late\n' }, { taskId: 'two', attempt: 1 })).rejects.toMatchObject({ kind: 'conflict' });
});

test('failing checks set a change aside with their output, and the branch does not move', async () => {
  const checks = [
    { name: 'lint', command: 'lint', exit_code: 0, output: '' },
    { name: 'test', command: 'npm test', exit_code: 1, output: 'x'.repeat(70_000) + '1 failing' },
  ];
  const queue = queueWith({ verify: async () => ({ passed: false, checks }) });
  const entry = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' })).id);
  expect(entry.quarantine).toMatchObject({ kind: 'checks_failed', head: base, checks: [{ name: 'test', exit_code: 1 }] });
  const output = entry.quarantine?.kind === 'checks_failed' ? (entry.quarantine.checks[0]?.output ?? '') : '';
  expect(output.endsWith('1 failing')).toBe(true);
  expect(output.length).toBeLessThan(70_000);
  expect(await head()).toBe(base);
});

test('output that PostgreSQL cannot hold as text does not spoil the journal for who reads it', async () => {
  const queue = queueWith({
    verify: async () => ({ passed: false, checks: [{ name: 'test', command: 'npm test', exit_code: 1, output: 'a\u0000b \ud800' }] }),
  });
  const entry = await submitted(queue, { 'a.txt': ten({ 0: 'x' }) });
  expect(await untilEnded(queue, entry.id)).toMatchObject({ state: 'quarantined' });
  const rows = await database.db.all(sql<{ reason: string | null }>`
    select detail ->> 'reason' as reason from change_request_journal where change_request_id = ${entry.id} and event = 'quarantined'`);
  expect(rows[0]?.reason).toContain('a\ufffdb \ufffd');
});

test('the verified tree is exactly the one that lands, merged with what landed before', async () => {
  const verified: Array<{ tree: string; commit: string; names: readonly string[] }> = [];
  const queue = queueWith({
    verify: async ({ tree, commit, requiredChecks }) => {
      verified.push({ tree, commit, names: requiredChecks });
      return { passed: true, checks: [] };
    },
  });
  await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 0: 'x' }) }, { taskId: 'one' })).id);
  const two = await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 9: 'y' }) }, { taskId: 'two' })).id);
  expect(verified[1]).toEqual({ tree: two.landedTree, commit: two.landedCommit, names: [] });
});

test('the same document again gets the same entry, another body of the attempt is refused', async () => {
  const queue = queueWith({}, false);
  const document = await documentOf(mirror, { 'b.txt': 'B\n' }, { base });
  const [one, two] = await Promise.all([queue.submit(document, CONTEXT), queue.submit(structuredClone(document), CONTEXT)]);
  expect(one.ok && two.ok && one.value.id === two.value.id).toBe(true);
  await expect(queue.submit({ ...document, summary: 'Other' }, CONTEXT)).rejects.toMatchObject({ kind: 'conflict', code: 'attempt_taken' });
  expect((await queue.list({ limit: 10 })).items).toHaveLength(1);
  expect((await publishedEvents(database.db)).filter((event) => event.type === 'change_request.submitted')).toHaveLength(1);
});

test('a change that is there already ends as a duplicate, not as a success', async () => {
  const queue = queueWith();
  await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'one' })).id);
  const before = await head();
  const twin = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'two' })).id);
  expect(twin).toMatchObject({ state: 'already_landed', landedCommit: null });
  expect(await head()).toBe(before);
  expect((await publishedEvents(database.db)).map((event) => event.type)).toContain('change_request.already_landed');
});

test('a clean merge that would land less than was submitted is set aside', async () => {
  const queue = queueWith();
  await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 0: 'same' }) }, { taskId: 'one' })).id);
  const partly = await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 0: 'same', 9: 'own' }) }, { taskId: 'two' })).id);
  expect(partly).toMatchObject({
    state: 'quarantined',
    quarantine: { kind: 'effect_lost', detail: expect.stringContaining('a.txt: +2 -2 submitted, +1 -1 would land.') },
  });
});

test('a change follows a file that others renamed', async () => {
  const queue = queueWith();
  await untilEnded(queue, (await submitted(queue, { 'a.txt': null, 'moved/a.txt': ten() }, { taskId: 'one' })).id);
  const edit = await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 5: 'edited' }) }, { taskId: 'two' })).id);
  expect(edit).toMatchObject({ state: 'landed', rung: 'R1' });
  expect((await mirror.readFile('refs/heads/ai-1', 'moved/a.txt'))?.toString()).toBe(ten({ 5: 'edited' }));
});

test('a revert whose base does not hold what it reverts is set aside, one whose base does lands', async () => {
  const queue = queueWith();
  const change = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'one' })).id);
  const blind = await untilEnded(queue, (await submitted(queue, { 'a.txt': ten({ 1: 'x' }) }, { taskId: 'two', intent: { reverts: change.id } })).id);
  expect(blind).toMatchObject({ state: 'quarantined', quarantine: { kind: 'effect_lost', detail: expect.stringContaining('revert_lost') } });
  const seeing = await untilEnded(
    queue,
    (await submitted(queue, { 'b.txt': 'b\n' }, { taskId: 'three', base: change.landedCommit ?? '', intent: { reverts: change.id } })).id,
  );
  expect(seeing).toMatchObject({ state: 'landed' });
});

test('a change waits for what it depends on, whatever the order of submission', async () => {
  const queue = queueWith({}, false);
  const first = await submitted(queue, { 'a.txt': ten({ 0: 'x' }) }, { taskId: 'one' }, { priority: 9 });
  const second = await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'two', intent: { depends_on: [first.id] } }, { priority: 0 });
  expect((await queue.status()).targets[0]?.entries.map(({ entry, waitsFor }) => [entry.id, waitsFor])).toEqual([
    [second.id, [first.id]],
    [first.id, []],
  ]);
  queue.start();
  const landed = await untilEnded(queue, second.id);
  expect((await mirror.log(base, landed.landedCommit ?? '', 5)).map((commit) => commit.subject)).toEqual(['Work of two', 'Work of one']);
});

test('contents of every kind are stored whole and land byte for byte after the mirror was made anew', async () => {
  const queue = queueWith({}, false);
  const document = await documentOf(
    mirror,
    { 'bin/x': Buffer.from([0, 1, 255]) as unknown as string, 'nul.txt': 'a\u0000b', 'crlf.txt': 'a\r\nb' },
    { base },
  );
  const changes = [
    ...(document['changes'] as unknown[]),
    { op: 'json_patch', path: 'package.json', base_blob: await blobOf('package.json'), patch: [{ op: 'add', path: '/private', value: true }] },
    { op: 'patch', path: 'b.txt', base_blob: await blobOf('b.txt'), unified_diff: '@@ -1 +1,2 @@\n b\n+c\n' },
  ];
  const result = await queue.submit({ ...document, changes }, CONTEXT);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  expect(result.value.document.changes.map((change) => change.op)).toEqual(['create', 'create', 'create', 'modify', 'modify']);
  const { rmSync } = await import('node:fs');
  rmSync(mirror.dir, { recursive: true });
  mirror = await openMirrorOf(source);
  queue.start();
  const landed = await untilEnded(queue, result.value.id);
  expect(landed.state).toBe('landed');
  const read = async (file: string) => mirror.readFile('refs/heads/ai-1', file);
  expect(await read('bin/x')).toEqual(Buffer.from([0, 1, 255]));
  expect((await read('nul.txt'))?.toString()).toBe('a\u0000b');
  expect((await read('crlf.txt'))?.toString()).toBe('a\r\nb');
  expect((await read('package.json'))?.toString()).toBe('{\n  "name": "shop",\n  "private": true\n}\n');
  expect((await read('b.txt'))?.toString()).toBe('b\nc\n');
});

async function blobOf(file: string): Promise<string> {
  return (await mirror.listTree(base)).find((entry) => entry.path === file)?.blob ?? '';
}

test.each<[string, (document: Record<string, unknown>) => Record<string, unknown>, Partial<typeof RULES>, string[]]>([
  ['an unknown base', (document) => ({ ...document, base: 'f'.repeat(40) }), {}, ['unknown_base']],
  [
    'a wrong blob',
    (document) => ({ ...document, changes: [{ op: 'modify', path: 'b.txt', base_blob: 'f'.repeat(40), content: '' }] }),
    {},
    ['base_blob_mismatch'],
  ],
  [
    'a result that is the base',
    (document) => ({
      ...document,
      changes: [{ op: 'modify', path: 'b.txt', base_blob: '61780798228d17af2d34fce4cfbdf35556832472', content: 'b\n' }],
    }),
    {},
    ['no_effect'],
  ],
  [
    'nothing but files the queue writes',
    (document) => ({ ...document, changes: [{ op: 'create', path: 'package-lock.json', content: '{}' }] }),
    {},
    ['no_effect'],
  ],
  ['too many bytes', (document) => document, { maxBytes: 1 }, ['too_many_bytes']],
  ['a dependency nobody knows', (document) => ({ ...document, intent: { scope: [], depends_on: ['cr_x'] } }), {}, ['unknown_dependency']],
  [
    'several things at once',
    (document) => ({ ...document, repo: 'x/y', target: 'a..b' }),
    { requiredChecks: ['test'] },
    ['repo_mismatch', 'target_invalid', 'check_missing'],
  ],
  ['what is no document', () => ({ hello: 'world' }), {}, expect.arrayContaining(['invalid_field', 'unknown_field']) as never],
])('admission refuses %s and stores nothing', async (_, change, rules, codes) => {
  const queue = queueWith({ rules: async () => ({ ...RULES, ...rules }) }, false);
  const result = await queue.submit(change(await documentOf(mirror, { 'b.txt': 'B\n' }, { base })), CONTEXT);
  expect(result.ok ? [] : result.error.map((refusal) => refusal.code)).toEqual(codes);
  expect((await queue.list({ limit: 1 })).items).toEqual([]);
  expect(await publishedEvents(database.db)).toEqual([]);
});

test('paths that another task holds are refused', async () => {
  const queue = queueWith(
    { ownership: async (subject, paths) => paths.filter((path) => path === 'b.txt').map((path) => ({ path, ownerTaskId: `not ${subject.taskId}` })) },
    false,
  );
  const result = await queue.submit(await documentOf(mirror, { 'b.txt': 'B\n' }, { base }), CONTEXT);
  expect(result).toEqual({ ok: false, error: [{ code: 'owned_by_other_task', path: 'b.txt', detail: 'The task not task_1 holds this path.' }] });
});

test('a base the mirror has not seen yet is fetched', async () => {
  const queue = queueWith();
  const newer = source.commit({ 'later.txt': 'l\n' });
  const document = { ...(await documentOf(mirror, { 'b.txt': 'B\n' }, { base })), base: newer };
  const result = await queue.submit(document, CONTEXT);
  expect(result.ok).toBe(true);
});

test('names that collide with what others landed meanwhile are a conflict', async () => {
  const queue = queueWith();
  await untilEnded(queue, (await submitted(queue, { 'Notes.md': 'one\n' }, { taskId: 'one' })).id);
  const second = await untilEnded(queue, (await submitted(queue, { 'notes.md': 'two\n' }, { taskId: 'two' })).id);
  expect(second).toMatchObject({ state: 'quarantined', quarantine: { kind: 'conflict', conflicts: [{ path: 'notes.md' }] } });
});

test('a target that does not exist yet starts at the branch of the source, else at the base', async () => {
  const queue = queueWith();
  const fromSource = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'one', target: 'main' })).id);
  expect(fromSource.state).toBe('landed');
  expect(await mirror.resolve('refs/heads/main')).toBe(fromSource.landedCommit);
  const fromBase = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'two', target: 'reeve/new' })).id);
  expect(await mirror.log(base, 'refs/heads/reeve/new', 5)).toHaveLength(1);
  expect(fromBase.state).toBe('landed');
});

test('a person may try a quarantined change again, or drop it', async () => {
  let broken = true;
  const queue = queueWith({
    verify: async () => ({ passed: !broken, checks: [{ name: 'test', command: 't', exit_code: broken ? 1 : 0, output: '' }] }),
  });
  const entry = await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  await untilEnded(queue, entry.id);
  broken = false;
  await queue.retry(entry.id, 'person:mia');
  expect(await untilEnded(queue, entry.id)).toMatchObject({ state: 'landed' });
  expect((await queue.journal(entry.id)).find((row) => row.event === 'requeued')?.actor).toBe('person:mia');
  await expect(queue.retry(entry.id, 'person:mia')).rejects.toMatchObject({ kind: 'conflict', code: 'wrong_state' });
  await expect(queue.drop(entry.id, 'no', 'person:mia')).rejects.toMatchObject({ kind: 'conflict' });
  await expect(queue.drop('cr_none', 'no', 'person:mia')).rejects.toMatchObject({ kind: 'not_found' });
  broken = true;
  const other = await submitted(queue, { 'a.txt': ten({ 1: 'x' }) }, { taskId: 'two' });
  await untilEnded(queue, other.id);
  expect(await queue.drop(other.id, 'not wanted', 'person:mia')).toMatchObject({ state: 'dropped' });
  expect(await queue.drop(other.id, 'again', 'person:mia')).toMatchObject({ lastError: 'not wanted' });
});

test('an entry dropped while its checks run does not land', async () => {
  let release = (): void => undefined;
  const gate = new Promise<void>((resolve) => {
    release = resolve;
  });
  const queue = queueWith({
    verify: async () => {
      await gate;
      return { passed: true, checks: [] };
    },
  });
  const entry = await submitted(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  await untilState(queue, entry.id, ['verifying']);
  await queue.drop(entry.id, 'changed my mind', 'person:mia');
  release();
  const next = await submitted(queue, { 'a.txt': ten({ 1: 'x' }) }, { taskId: 'two' });
  await untilEnded(queue, next.id);
  expect(await queue.get(entry.id)).toMatchObject({ state: 'dropped' });
  expect((await mirror.readFile('refs/heads/ai-1', 'b.txt'))?.toString()).toBe('b\n');
});

test('a waiting workflow is told in the transaction of the landing', async () => {
  const told: unknown[] = [];
  const queue = queueWith({
    notify: async (_tx, workflowId, topic, message, key) => void told.push({ workflowId, topic, state: message['state'], key }),
  });
  const entry = await untilEnded(queue, (await submitted(queue, { 'b.txt': 'B\n' }, {}, { notifyWorkflow: 'delivery.issue:1' })).id);
  expect(told).toEqual([
    { workflowId: 'delivery.issue:1', topic: `change_request:${entry.id}`, state: 'landed', key: `${entry.id}:${entry.version}` },
  ]);
});

test('lists are paged and filtered', async () => {
  const queue = queueWith({}, false);
  const ids: string[] = [];
  for (const task of ['one', 'two', 'three']) ids.push((await submitted(queue, { 'b.txt': `${task}\n` }, { taskId: task })).id);
  const first = await queue.list({ limit: 2 });
  const rest = await queue.list({ limit: 2, cursor: first.nextCursor ?? '' });
  expect([...first.items, ...rest.items].map((entry) => entry.id)).toEqual(ids.toReversed());
  expect(rest.nextCursor).toBeNull();
  expect((await queue.list({ limit: 9, taskId: 'two' })).items.map((entry) => entry.id)).toEqual([ids[1]]);
  expect((await queue.list({ limit: 9, state: 'landed' })).items).toEqual([]);
  expect((await queue.list({ limit: 9, target: 'ai-1', repositoryId: 'repo_1', projectId: 'proj_1' })).items).toHaveLength(3);
});

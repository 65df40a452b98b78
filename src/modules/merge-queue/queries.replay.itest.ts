import { readdirSync } from 'node:fs';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { git } from '#connectors/git/__fixtures__/repository.ts';
import { sql } from '#platform/db/index.ts';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import { REPOSITORY, untilEnded } from './__fixtures__/estate.ts';
import { ChangeRequestDocument } from '#modules/change-requests/index.ts';

const KEY = { repositoryId: REPOSITORY, target: 'ai-1' };
const TEN = Array.from({ length: 10 }, (_, at) => `line ${at}\n`);
const ten = (changes: Record<number, string> = {}): string => TEN.map((line, at) => (changes[at] === undefined ? line : `${changes[at]}\n`)).join('');

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ 'a.txt': ten(), 'b.txt': 'b\n' });
});
afterEach(() => shop.close());

test('a branch is rebuilt from stored change requests alone and comes to the same tree, and nothing of the real repository moves', async () => {
  const queue = shop.queue();
  await shop.land(queue, { 'a.txt': ten({ 0: 'first' }) }, { taskId: 'one' });
  await shop.land(queue, { 'a.txt': ten({ 9: 'last' }) }, { taskId: 'two' });
  const third = await shop.land(
    queue,
    { 'a.txt': ten({ 0: 'first', 4: 'middle', 9: 'last' }), 'c.txt': 'c\n' },
    { taskId: 'three', base: await shop.head() },
  );
  expect(third.state).toBe('landed');
  const [head, files] = [await shop.head(), readdirSync(shop.source.root)];
  const report = await queue.replay(KEY);
  expect(report).toMatchObject({
    same: true,
    landed: 3,
    rebuilt: 3,
    copied: 0,
    absorbed: 0,
    divergences: [],
    head,
    tree: await shop.mirror.treeOf(head),
    headTree: third.landedTree,
  });
  expect(report.steps.map(({ rung, how }) => `${rung} ${how}`)).toEqual(['R0 rebuilt', 'R1 rebuilt', 'R0 rebuilt']);
  expect(await shop.head()).toBe(head);
  expect(readdirSync(shop.source.root)).toEqual(files);
});

test('a branch nothing landed on is the same as its journal', async () => {
  expect(await shop.queue({}, false).replay(KEY)).toMatchObject({ same: true, landed: 0, tree: null, steps: [] });
});

test('commits of an outsider are journaled, named, and part of what is rebuilt', async () => {
  const queue = shop.queue();
  await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const before = await shop.head();
  const pushed = await shop.outsider(before, { 'eve.txt': 'eve\n' });
  expect(await shop.mirror.compareAndSwap('refs/heads/ai-1', before, pushed)).toBe(true);
  const ahead = await queue.replay(KEY);
  expect(ahead.same).toBe(false);
  expect(ahead.divergences).toMatchObject([{ kind: 'branch_ahead', commits: [{ commit: pushed, subject: 'From outside' }], files: ['eve.txt'] }]);
  const two = await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  expect(two.state).toBe('landed');
  expect(await shop.read('eve.txt')).toBe('eve\n');
  const report = await queue.replay(KEY);
  expect(report).toMatchObject({ same: true, landed: 2, rebuilt: 2, absorbed: 1, divergences: [] });
  expect(report.steps.map(({ how }) => how)).toEqual(['rebuilt', 'absorbed', 'rebuilt']);
});

test('what was pushed to the source while the mirror went on is merged in, and neither is overwritten', async () => {
  git(shop.source.dir, ['branch', 'ai-1', shop.base]);
  await shop.mirror.fetch();
  const queue = shop.queue();
  await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  git(shop.source.dir, ['checkout', '--quiet', 'ai-1']);
  const pushed = shop.source.commit({ 'a.txt': ten(), 'b.txt': 'b\n', 'eve.txt': 'eve\n' });
  await shop.mirror.fetch();
  const two = await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  expect(two.state).toBe('landed');
  expect([await shop.read('b.txt'), await shop.read('eve.txt'), await shop.read('a.txt')]).toEqual(['B\n', 'eve\n', ten({ 3: 'three' })]);
  expect(await shop.mirror.isAncestor(pushed, await shop.head())).toBe(true);
  expect(await queue.replay(KEY)).toMatchObject({ same: true, absorbed: 1 });
});

test('a rewritten branch raises an alarm that names what was lost, which can be landed again', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const rewritten = await shop.outsider(shop.base, { 'eve.txt': 'eve\n' });
  expect(await shop.mirror.compareAndSwap('refs/heads/ai-1', one.landedCommit, rewritten)).toBe(true);
  expect((await queue.replay(KEY)).divergences).toMatchObject([{ kind: 'branch_elsewhere' }]);
  await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  const [alarm] = (await queue.status()).alarms;
  expect(alarm).toMatchObject({ kind: 'rewritten', fromCommit: one.landedCommit, toCommit: rewritten, lost: [one.id] });
  expect((await queue.detail(one.id)).lost).toBe(true);
  expect(await shop.ledgerKinds(REPOSITORY)).toContain('target.rewritten');
  expect(await shop.read('b.txt')).toBe('b\n');

  const again = await queue.reland(one.id, { by: 'person:mara', reason: 'It was lost.' });
  expect(await untilEnded(queue, again.entry?.id ?? '')).toMatchObject({ state: 'landed', attempt: 2, submittedBy: 'person:mara' });
  expect([await shop.read('b.txt'), await shop.read('eve.txt')]).toEqual(['B\n', 'eve\n']);
  expect(await queue.replay(KEY)).toMatchObject({ same: true, landed: 3, absorbed: 1 });
  await expect(queue.reland(one.id, { by: 'person:mara', reason: '' })).rejects.toMatchObject({ code: 'attempt_stale' });

  expect(await queue.dismissAlarm(alarm?.ordinal ?? 0, { by: 'person:mara', reason: 'Seen.' })).toMatchObject({ dismissedBy: 'person:mara' });
  expect((await queue.status()).alarms).toEqual([]);
  await expect(queue.dismissAlarm(alarm?.ordinal ?? 0, { by: 'person:mara', reason: 'Again.' })).rejects.toMatchObject({ kind: 'not_found' });
});

test('a change request whose stored content is not what landed is named, with the files', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  const forged = ChangeRequestDocument.parse({ ...one.document, changes: [{ ...one.document.changes[0], content: 'forged\n' }] });
  await shop.database.db.run(sql`update change_requests set document = ${JSON.stringify(forged)}::json where id = ${one.id}`);
  const report = await queue.replay(KEY);
  expect(report.same).toBe(false);
  expect(report.divergences).toMatchObject([{ kind: 'tree_differs', changeRequestId: one.id, files: ['b.txt'] }]);
  expect(report.steps.map(({ how }) => how)).toEqual(['copied', 'rebuilt']);
});

test('a move the journal does not know of is told', async () => {
  const queue = shop.queue();
  await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const before = await shop.head();
  await shop.mirror.compareAndSwap('refs/heads/ai-1', before, await shop.outsider(before, { 'eve.txt': 'eve\n' }));
  await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  await shop.database.db.run(sql`delete from queue_target_moves`);
  expect(await queue.replay(KEY)).toMatchObject({
    same: false,
    divergences: [{ kind: 'unrecorded_move', files: ['eve.txt'], commits: [{ subject: 'From outside' }] }],
  });
});

test('a push that conflicts with what landed wins, and what is lost by it is an alarm', async () => {
  git(shop.source.dir, ['branch', 'ai-1', shop.base]);
  await shop.mirror.fetch();
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  git(shop.source.dir, ['checkout', '--quiet', 'ai-1']);
  shop.source.commit({ 'a.txt': ten(), 'b.txt': 'eve\n' });
  await shop.mirror.fetch();
  await shop.land(queue, { 'a.txt': ten({ 3: 'three' }) }, { taskId: 'two' });
  expect(await shop.read('b.txt')).toBe('eve\n');
  expect((await queue.status()).alarms).toMatchObject([{ lost: [one.id] }]);
  const again = await queue.reland(one.id, { by: 'person:mara', reason: 'We want it.' });
  expect(await untilEnded(queue, again.entry?.id ?? '')).toMatchObject({
    state: 'quarantined',
    quarantine: { kind: 'conflict', conflicts: [{ path: 'b.txt' }] },
  });
});

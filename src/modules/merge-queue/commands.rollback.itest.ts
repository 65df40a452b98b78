import { afterEach, beforeEach, expect, test } from 'vitest';
import { git } from '#connectors/git/__fixtures__/repository.ts';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import { REPOSITORY, RULES, untilEnded } from './__fixtures__/estate.ts';
import type { MergeQueue } from './commands.ts';
import type { QueueEntry } from './model.ts';
import type { MergeQueueDeps, PushProposal } from './steps.context.ts';

const KEY = { repositoryId: REPOSITORY, target: 'ai-1' };
const ONE = { kind: 'change_request' as const };
const TEN = Array.from({ length: 10 }, (_, at) => `line ${at}\n`);
const ten = (changes: Record<number, string> = {}): string => TEN.map((line, at) => (changes[at] === undefined ? line : `${changes[at]}\n`)).join('');

let shop: Shop;
beforeEach(async () => {
  shop = await openShop({ 'a.txt': ten(), 'b.txt': 'b\n', 'c.txt': 'c\n' });
});
afterEach(() => shop.close());

const by = { by: 'person:mara', reason: 'It broke the till.' };

async function undo(queue: MergeQueue, id: string, withDependents = false): Promise<QueueEntry> {
  const plan = await queue.planRollback({ ...ONE, id }, withDependents);
  const { entry } = await queue.rollback({ subject: { ...ONE, id }, withDependents, confirm: plan.rollsBack.map((one) => one.id), ...by });
  return untilEnded(queue, entry?.id ?? '');
}

test('a landing is undone by an inverse change request through the same queue, and can be put back', async () => {
  const verified: string[] = [];
  const queue = shop.queue({
    verify: async ({ tree }) => {
      verified.push(tree);
      return { passed: true, checks: [] };
    },
  });
  const one = await shop.land(queue, { 'b.txt': 'B\n', 'new.txt': 'n\n', 'c.txt': null }, { taskId: 'one', summary: 'Shout' });
  const inverse = await undo(queue, one.id);
  expect(inverse).toMatchObject({
    state: 'landed',
    submittedBy: 'person:mara',
    document: { intent: { reverts: one.id } },
    landedTree: await shop.mirror.treeOf(shop.base),
  });
  expect(inverse.document.summary).toContain('Revert: Shout');
  expect(verified).toContain(inverse.landedTree);
  expect((await queue.detail(one.id)).summary.rolled_back_by).toEqual([inverse.id]);
  expect(await shop.ledgerKinds()).toContain('queue_rollback.confirmed');
  expect(await queue.replay(KEY)).toMatchObject({ same: true, rebuilt: 2 });
  await expect(undo(queue, one.id)).rejects.toMatchObject({ code: 'nothing_to_roll_back' });

  const again = await queue.reland(one.id, by);
  expect(await untilEnded(queue, again.entry?.id ?? '')).toMatchObject({ state: 'landed', attempt: 2 });
  expect([await shop.read('b.txt'), await shop.read('new.txt'), await shop.read('c.txt')]).toEqual(['B\n', 'n\n', null]);
});

test('a later change elsewhere in the same file stays when the earlier one is undone, and is named', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'a.txt': ten({ 0: 'first' }) }, { taskId: 'one' });
  const two = await shop.land(queue, { 'a.txt': ten({ 9: 'last' }) }, { taskId: 'two' });
  const plan = await queue.planRollback({ ...ONE, id: one.id }, false);
  expect(plan).toMatchObject({
    lands: 'queue',
    conflicts: [],
    dependents: [{ id: two.id, of: one.id, reason: 'same_files', files: ['a.txt'], included: false }],
  });
  expect(plan.rollsBack.map(({ id }) => id)).toEqual([one.id]);
  expect(plan.files).toEqual([{ path: 'a.txt', from: null, added: 1, deleted: 1 }]);
  expect(await undo(queue, one.id)).toMatchObject({ state: 'landed' });
  expect(await shop.read('a.txt')).toBe(ten({ 9: 'last' }));
});

test('an inverse that later changes stand in the way of is refused with the files, and comes off with its dependents', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const two = await shop.land(queue, { 'b.txt': 'BB\n', 'c.txt': 'C\n' }, { taskId: 'two', base: await shop.head() });
  const three = await shop.land(queue, { 'a.txt': ten({ 1: 'other' }) }, { taskId: 'three' });
  expect((await queue.planRollback({ ...ONE, id: one.id }, false)).conflicts).toMatchObject([{ id: one.id, files: ['b.txt'] }]);
  await expect(undo(queue, one.id)).rejects.toMatchObject({
    kind: 'conflict',
    code: 'rollback_conflict',
    detail: { conflicts: [{ change_request_id: one.id, files: ['b.txt'] }] },
  });
  const plan = await queue.planRollback({ ...ONE, id: one.id }, true);
  expect(plan.rollsBack.map(({ id }) => id)).toEqual([two.id, one.id]);
  expect(await undo(queue, one.id, true)).toMatchObject({ state: 'landed' });
  expect([await shop.read('b.txt'), await shop.read('c.txt'), await shop.read('a.txt')]).toEqual(['b\n', 'c\n', ten({ 1: 'other' })]);
  expect(three.state).toBe('landed');
});

test('what declared that it needs the landing must be undone with it, also further down, and who waits on it is named', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'a.txt': ten({ 0: 'first' }) }, { taskId: 'one' });
  const two = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'two', intent: { depends_on: [one.id] } });
  const three = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'three', intent: { depends_on: [two.id] } });
  await queue.pauseTarget(KEY, { by: 'person:mara' });
  const four = await shop.submit(queue, { 'd.txt': 'd\n' }, { taskId: 'four', intent: { depends_on: [three.id] } });
  const plan = await queue.planRollback({ ...ONE, id: one.id }, true);
  expect(plan.dependents.map(({ id, of, reason }) => ({ id, of, reason }))).toEqual([
    { id: two.id, of: one.id, reason: 'depends_on' },
    { id: three.id, of: two.id, reason: 'depends_on' },
  ]);
  expect(plan.waiting.map(({ id }) => id)).toEqual([four.id]);
  await expect(undo(queue, one.id)).rejects.toMatchObject({ code: 'has_dependents', detail: { dependents: [{ change_request_id: two.id }] } });
  await queue.resumeTarget(KEY, { by: 'person:mara' });
});

test('files that import what is undone count as dependents', async () => {
  const impact: MergeQueueDeps['impact'] = async ({ files }) => new Set(files.includes('b.txt') ? ['c.txt'] : []);
  const queue = shop.queue({ impact });
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const two = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'two' });
  expect((await queue.planRollback({ ...ONE, id: one.id }, false)).dependents).toMatchObject([{ id: two.id, reason: 'imports', files: ['c.txt'] }]);
});

test('only exactly what was confirmed is undone', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const { rollsBack } = await queue.planRollback({ ...ONE, id: one.id }, true);
  await shop.land(queue, { 'b.txt': 'BB\n' }, { taskId: 'two', base: await shop.head() });
  const order = { subject: { ...ONE, id: one.id }, withDependents: true, confirm: rollsBack.map(({ id }) => id), ...by };
  await expect(queue.rollback(order)).rejects.toMatchObject({ code: 'plan_changed' });
  expect(await shop.read('b.txt')).toBe('BB\n');
});

test('a rollback to a commit undoes everything that landed after it in one change, and leaves what outsiders pushed', async () => {
  const queue = shop.queue();
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  const two = await shop.land(queue, { 'c.txt': 'C\n' }, { taskId: 'two' });
  const before = await shop.head();
  const eves = await shop.outsider(before, { 'eve.txt': 'eve\n' });
  // As a person merges their own branch: what it brings is told once.
  const parts = { tree: await shop.mirror.treeOf(eves), author: { name: 'Eve', email: 'eve@example.test' }, atUnixS: 1_800_000_001 };
  await shop.mirror.compareAndSwap(
    'refs/heads/ai-1',
    before,
    await shop.mirror.commit({ ...parts, parents: [before, eves], message: 'Merged from outside' }),
  );
  const three = await shop.land(queue, { 'c.txt': 'CC\n' }, { taskId: 'three', base: before });
  const subject = { kind: 'to_commit' as const, ...KEY, commit: one.landedCommit ?? '' };
  const plan = await queue.planRollback(subject, false);
  expect(plan.rollsBack.map(({ id }) => id)).toEqual([three.id, two.id]);
  expect(plan.outsiders).toMatchObject([{ subject: 'Merged from outside' }]);
  const { entry } = await queue.rollback({ subject, withDependents: false, confirm: [two.id, three.id], ...by });
  expect(await untilEnded(queue, entry?.id ?? '')).toMatchObject({ state: 'landed' });
  expect([await shop.read('b.txt'), await shop.read('c.txt'), await shop.read('eve.txt')]).toEqual(['B\n', 'c\n', 'eve\n']);
  await expect(queue.planRollback({ ...subject, commit: 'f'.repeat(40) }, false)).rejects.toMatchObject({ code: 'unknown_commit' });
  await expect(queue.planRollback({ ...subject, commit: await shop.head() }, false)).rejects.toMatchObject({ code: 'nothing_to_roll_back' });
});

test('what has not landed cannot be rolled back', async () => {
  const queue = shop.queue({}, false);
  const one = await shop.submit(queue, { 'b.txt': 'B\n' });
  await expect(queue.planRollback({ ...ONE, id: one.id }, false)).rejects.toMatchObject({ kind: 'conflict', code: 'wrong_state' });
});

/** The landing is at the source already, so that undoing it is a push; actions are a table in memory here. */
async function published(status: { now: string }) {
  const proposals: PushProposal[] = [];
  const queue = shop.queue({
    proposePush: (push, also) => {
      proposals.push(push);
      return shop.database.db.tx((tx) => also(tx, 'act_1'));
    },
    actionStatus: async () => status.now,
    publishByAction: async (_id, { baseSha, entry }) => {
      const sha = entry.candidate?.commit ?? '';
      git(shop.source.dir, ['fetch', '--quiet', shop.mirror.dir, sha]);
      git(shop.source.dir, ['update-ref', 'refs/heads/ai-1', sha, baseSha]);
      return { kind: 'landed', commit: sha };
    },
  });
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  git(shop.source.dir, ['fetch', '--quiet', shop.mirror.dir, 'refs/heads/ai-1:refs/heads/ai-1']);
  return { queue, one, proposals };
}

test('what has left the mirror is undone by a push that waits for its approval', async () => {
  const status = { now: 'pending' };
  const { queue, one, proposals } = await published(status);
  const plan = await queue.planRollback({ ...ONE, id: one.id }, false);
  expect(plan.lands).toBe('action');
  const waiting = await queue.rollback({ subject: { ...ONE, id: one.id }, withDependents: false, confirm: [one.id], ...by });
  expect(waiting).toMatchObject({ entry: null, row: { state: 'waiting', actionId: 'act_1' } });
  expect(proposals).toMatchObject([{ target: 'ai-1', by: 'person:mara', subject: `${waiting.row.id}:${waiting.row.documentSha256}` }]);
  await queue.settleAction('act_1');
  expect((await queue.readRollback(waiting.row.id)).row.state).toBe('waiting');
  status.now = 'approved';
  await queue.settleAction('act_1');
  await queue.settleAction('act_1');
  const settled = await queue.readRollback(waiting.row.id);
  expect(settled.row.state).toBe('submitted');
  const landed = await untilEnded(queue, settled.entry?.id ?? '');
  expect(landed).toMatchObject({ state: 'landed', publish: { kind: 'action', actionId: 'act_1' } });
  expect(git(shop.source.dir, ['show', 'ai-1:b.txt'])).toBe('b');
  expect(await shop.mirror.isAncestor(one.landedCommit ?? '', landed.landedCommit ?? '')).toBe(true);
});

test('a rollback whose push is declined is given up, and nothing moves', async () => {
  const status = { now: 'pending' };
  const { queue, one } = await published(status);
  const { row } = await queue.rollback({ subject: { ...ONE, id: one.id }, withDependents: false, confirm: [one.id], ...by });
  status.now = 'declined';
  await queue.settleAction('act_1');
  expect((await queue.readRollback(row.id)).row).toMatchObject({ state: 'given_up', detail: 'The push was declined.', changeRequestId: null });
  expect(git(shop.source.dir, ['show', 'ai-1:b.txt'])).toBe('B');
  expect(await shop.ledgerKinds(row.id)).toContain('queue_rollback.given_up');
});

test('a rollback that was confirmed when its process died is submitted once by whoever looks next', async () => {
  let dies = false;
  const queue = shop.queue({
    rules: async () => {
      if (dies) throw new Error('the process dies here');
      return RULES;
    },
  });
  const one = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'one' });
  dies = true;
  await expect(queue.rollback({ subject: { ...ONE, id: one.id }, withDependents: false, confirm: [one.id], ...by })).rejects.toThrow(
    'the process dies here',
  );
  dies = false;
  await Promise.all([queue.resumeRollbacks(), queue.resumeRollbacks()]);
  await queue.resumeRollbacks();
  const inverses = (await queue.list({ limit: 50 })).items.filter((entry) => entry.document.intent.reverts === one.id);
  expect(inverses).toHaveLength(1);
  expect(await untilEnded(queue, inverses[0]?.id ?? '')).toMatchObject({ state: 'landed' });
  expect(await shop.read('b.txt')).toBe('b\n');
});

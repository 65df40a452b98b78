import { afterEach, beforeEach, expect, test } from 'vitest';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import { REPOSITORY, untilEnded } from './__fixtures__/estate.ts';
import type { ResolveOrder } from './commands.resolve.ts';
import type { MergeQueue } from './commands.ts';
import type { QueueEntry } from './model.ts';

let shop: Shop;
let queue: MergeQueue;
let stuck: QueueEntry;

const by = { by: 'person:mara', reason: 'We agreed on it.' };
const choose = (choice: ResolveOrder['choice'], files: ResolveOrder['files'] = []): ResolveOrder => ({ choice, files, ...by });

/** `b.txt` and `c.txt` were changed on both sides; `mine.txt` is new in the one that is set aside. */
beforeEach(async () => {
  shop = await openShop({ 'b.txt': 'b\n', 'c.txt': 'c\n', 'd.txt': 'd\n' });
  queue = shop.queue();
  await shop.land(queue, { 'b.txt': 'ours\n', 'c.txt': 'ours\n' }, { taskId: 'one' });
  stuck = await shop.land(queue, { 'b.txt': 'theirs\n', 'c.txt': 'theirs\n', 'mine.txt': 'mine\n' }, { taskId: 'two' });
});
afterEach(() => shop.close());

const contents = async (): Promise<Array<string | null>> => [await shop.read('b.txt'), await shop.read('c.txt'), await shop.read('mine.txt')];

test('the conflict is shown file by file with all three versions, and whether the target has gone on', async () => {
  const head = await shop.head();
  expect(await queue.conflict(stuck.id)).toMatchObject({
    open: true,
    base: shop.base,
    head,
    moved: false,
    files: [{ path: 'b.txt', base: 'b\n', ours: 'ours\n', theirs: 'theirs\n' }, { path: 'c.txt' }],
  });
  await shop.land(queue, { 'd.txt': 'D\n' }, { taskId: 'three' });
  expect(await queue.conflict(stuck.id)).toMatchObject({ head, moved: true });
  await queue.resolve(stuck.id, choose('theirs'));
  expect(await queue.conflict(stuck.id)).toMatchObject({ open: false, files: [{ path: 'b.txt', theirs: 'theirs\n' }, { path: 'c.txt' }] });
});

test('theirs lands what was submitted as a new attempt; the journal names the person and the choice', async () => {
  const before = structuredClone(stuck.document);
  const next = await queue.resolve(stuck.id, choose('theirs'));
  expect(next).toMatchObject({
    taskId: 'two',
    attempt: 2,
    submittedBy: 'person:mara',
    resolution: { of: stuck.id, choice: 'theirs', by: 'person:mara', reason: 'We agreed on it.' },
  });
  expect(await untilEnded(queue, next.id)).toMatchObject({ state: 'landed', rung: 'R5' });
  expect(await contents()).toEqual(['theirs\n', 'theirs\n', 'mine\n']);
  expect((await queue.journal(next.id))[0]).toMatchObject({
    event: 'submitted',
    actor: 'person:mara',
    detail: { resolution: { choice: 'theirs', of: stuck.id } },
  });
  const old = await queue.get(stuck.id);
  expect(old).toMatchObject({ state: 'dropped', document: before });
  expect((await queue.journal(stuck.id)).at(-1)).toMatchObject({
    event: 'resolved',
    actor: 'person:mara',
    detail: { superseded_by: next.id, resolution: { choice: 'theirs' } },
  });
  expect((await queue.journal(stuck.id)).find((row) => row.event === 'quarantined')?.detail['reason']).toMatchObject({ kind: 'conflict' });
  expect(await queue.replay({ repositoryId: REPOSITORY, target: 'ai-1' })).toMatchObject({ same: true });
  await expect(queue.resolve(stuck.id, choose('ours'))).rejects.toMatchObject({ kind: 'conflict', code: 'no_conflict' });
});

test('while somebody else does it again nobody is asked, and no answer is taken; afterwards it waits for people as before', async () => {
  const place = { limit: 10, repositoryId: REPOSITORY };
  const waiting = async () => [(await queue.quarantined(place)).items.length, (await queue.setAside({ ...place, most: 10 })).count];
  expect(await waiting()).toEqual([1, 1]);
  await queue.close(stuck.id, 'An agent does it again (attempt 2).');
  expect(await waiting()).toEqual([0, 0]);
  const closed = { kind: 'conflict', code: 'closed', message: expect.stringContaining('An agent does it again (attempt 2).') };
  await expect(queue.resolve(stuck.id, choose('theirs'))).rejects.toMatchObject(closed);
  await expect(queue.previewResolution(stuck.id, choose('theirs'), 1000)).rejects.toMatchObject(closed);
  await expect(queue.retry(stuck.id, 'person:mara')).rejects.toMatchObject(closed);
  expect(await queue.conflict(stuck.id)).toMatchObject({ open: false });
  await queue.close(stuck.id, null);
  expect(await waiting()).toEqual([1, 1]);
  expect(await untilEnded(queue, (await queue.resolve(stuck.id, choose('theirs'))).id)).toMatchObject({ state: 'landed' });
});

test("ours keeps the target's version of what conflicts and lands the rest", async () => {
  const next = await queue.resolve(stuck.id, choose('ours'));
  expect(next.document.changes.map(({ path }) => path)).toEqual(['mine.txt']);
  expect(await untilEnded(queue, next.id)).toMatchObject({ state: 'landed', rung: 'R5' });
  expect(await contents()).toEqual(['ours\n', 'ours\n', 'mine\n']);
});

test('ours where nothing but the conflict was submitted leaves nothing to land: it is dropped with the reason', async () => {
  const only = await shop.land(queue, { 'b.txt': 'other\n' }, { taskId: 'three' });
  expect(await queue.resolve(only.id, choose('ours'))).toMatchObject({ id: only.id, state: 'dropped', lastError: 'We agreed on it.' });
});

test('each file can be decided by itself, by a version, by new content or by deleting it', async () => {
  const next = await queue.resolve(
    stuck.id,
    choose('edit', [
      { path: 'b.txt', choice: { content: 'both\n' } },
      { path: 'c.txt', choice: { choice: 'delete' } },
    ]),
  );
  expect(next.resolution?.files).toEqual([
    { path: 'b.txt', choice: 'edit' },
    { path: 'c.txt', choice: 'delete' },
  ]);
  expect(await untilEnded(queue, next.id)).toMatchObject({ state: 'landed', rung: 'R5' });
  expect(await contents()).toEqual(['both\n', null, 'mine\n']);
});

test('a default may be given for the files that are not named', async () => {
  const next = await queue.resolve(
    stuck.id,
    choose('ours', [{ path: 'c.txt', choice: { contentBase64: Buffer.from('mixed\n').toString('base64') } }]),
  );
  await untilEnded(queue, next.id);
  expect(await contents()).toEqual(['ours\n', 'mixed\n', 'mine\n']);
});

test('an undecided file, leftover markers and files without a conflict are refused by name, and nothing changes', async () => {
  await expect(queue.resolve(stuck.id, choose('edit', [{ path: 'b.txt', choice: { content: 'x\n' } }]))).rejects.toMatchObject({
    kind: 'invalid',
    code: 'choice_missing',
    detail: { path: 'c.txt' },
  });
  const marked = '<<<<<<< ours\nours\n=======\ntheirs\n>>>>>>> theirs\n';
  await expect(queue.resolve(stuck.id, choose('ours', [{ path: 'b.txt', choice: { content: marked } }]))).rejects.toMatchObject({
    code: 'markers_left',
  });
  await expect(queue.resolve(stuck.id, choose('ours', [{ path: 'd.txt', choice: { choice: 'theirs' } }]))).rejects.toMatchObject({
    code: 'not_in_conflict',
  });
  expect(await queue.get(stuck.id)).toMatchObject({ state: 'quarantined', version: stuck.version });
});

test('a head that moved meanwhile is merged with like by any other change', async () => {
  await shop.land(queue, { 'd.txt': 'D\n' }, { taskId: 'three' });
  const next = await queue.resolve(stuck.id, choose('theirs'));
  expect(next.document.base).toBe(stuck.quarantine?.kind === 'conflict' ? stuck.quarantine.head : '');
  expect(await untilEnded(queue, next.id)).toMatchObject({ state: 'landed', rung: 'R5' });
  expect([...(await contents()), await shop.read('d.txt')]).toEqual(['theirs\n', 'theirs\n', 'mine\n', 'D\n']);
  const four = await shop.land(queue, { 'b.txt': 'four\n' }, { taskId: 'four' });
  await shop.land(queue, { 'b.txt': 'five\n' }, { taskId: 'five', base: await shop.head() });
  const again = await queue.resolve(four.id, choose('theirs'));
  expect(await untilEnded(queue, again.id)).toMatchObject({
    state: 'quarantined',
    quarantine: { kind: 'conflict', conflicts: [{ path: 'b.txt', ours: 'five\n', theirs: 'four\n' }] },
  });
});

test('what a later attempt replaced, and what failed its checks, has no conflict to decide', async () => {
  const red = shop.queue({ verify: async () => ({ passed: false, checks: [{ name: 'test', command: 'test', exit_code: 1, output: 'no' }] }) }, false);
  await queue.stop(5000);
  red.start();
  const failed = await shop.land(red, { 'd.txt': 'D\n' }, { taskId: 'six' });
  await expect(red.resolve(failed.id, choose('theirs'))).rejects.toMatchObject({ code: 'no_conflict' });
});

import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { openShop, type Shop } from './__fixtures__/shop.ts';
import type { MergeQueue } from './commands.ts';

const LINES = ['one\n', 'two\n', 'three\n', 'four\n', 'five\n'];
const text = (changes: Record<number, string> = {}): string => LINES.map((line, at) => changes[at] ?? line).join('');

let shop: Shop;
let queue: MergeQueue;
beforeEach(async () => {
  shop = await openShop({ 'a.txt': text(), 'gone.txt': 'g\n', 'other.txt': 'o\n' });
  queue = shop.queue();
});
afterEach(() => shop.close());

async function conflicting(): Promise<string> {
  await shop.land(queue, { 'a.txt': text({ 0: 'ONE\n', 3: 'ours\n' }), 'gone.txt': null }, { taskId: 'one' });
  const stuck = await shop.land(
    queue,
    { 'a.txt': text({ 3: 'theirs\n', 4: 'FIVE\n' }), 'gone.txt': 'changed\n', 'new.txt': 'n\n' },
    { taskId: 'two' },
  );
  expect(stuck.state).toBe('quarantined');
  return stuck.id;
}

test('the diff of a change request is against the commit it was made on, and says where it was cut', async () => {
  const entry = await shop.land(queue, { 'a.txt': text({ 0: 'ONE\n' }), 'new.txt': 'n\n' }, { taskId: 'one' });
  const diff = await queue.diff(entry.id, 100_000);
  expect(diff).toMatchObject({
    from: shop.base,
    truncated: false,
    files: [
      { path: 'a.txt', added: 1, deleted: 1 },
      { path: 'new.txt', added: 1, deleted: 0 },
    ],
  });
  expect(diff.text).toContain('-one\n+ONE\n');
  const cut = await queue.diff(entry.id, 200);
  expect(cut).toMatchObject({ truncated: true, files: [{ path: 'a.txt' }, { path: 'new.txt' }] });
  expect(cut.text.length).toBeLessThanOrEqual(200);
  expect(cut.text.endsWith('\n')).toBe(true);
  await expect(queue.diff('cr_01ARZ3NDEKTSV4RRFFQ69G5FAV', 100)).rejects.toMatchObject({ kind: 'not_found' });
});

test('the sides of a conflict say what they are and are set against each other line by line', async () => {
  const { files, supersededBy } = await queue.conflict(await conflicting());
  expect(supersededBy).toBeNull();
  const [a, gone] = [files.find(({ path }) => path === 'a.txt'), files.find(({ path }) => path === 'gone.txt')];
  expect(a?.stretches?.map(({ kind, base }) => `${kind} ${base.start}-${base.end}`)).toEqual(['ours 0-1', 'same 1-3', 'conflict 3-5']);
  expect(a?.sides.ours).toEqual({ mode: '100644', bytes: Buffer.byteLength(a?.ours ?? ''), shown: 'text' });
  expect(gone?.sides).toMatchObject({ base: { shown: 'text' }, ours: { shown: 'absent', mode: null, bytes: null }, theirs: { shown: 'text' } });
});

test('a conflict is merged once for all who look at it, and anew when its entry has gone on', async () => {
  const id = await conflicting();
  const merge = vi.spyOn(shop.mirror, 'merge');
  const [one, two] = await Promise.all([queue.conflict(id), queue.conflict(id)]);
  expect(await queue.conflict(id)).toEqual(one);
  expect(two.files).toEqual(one.files);
  expect(merge).toHaveBeenCalledTimes(1);
  await queue.drop(id, 'No longer wanted.', 'person:mara');
  expect(await queue.conflict(id)).toMatchObject({ open: false });
  expect(merge).toHaveBeenCalledTimes(1);
});

test('a side that is binary says so with its size, and nothing is set against it', async () => {
  await shop.land(queue, { 'other.txt': Buffer.from([0, 1, 2]) as unknown as string }, { taskId: 'one' });
  const stuck = await shop.land(queue, { 'other.txt': 'mine\n' }, { taskId: 'two' });
  const [file] = (await queue.conflict(stuck.id)).files;
  expect(file).toMatchObject({
    path: 'other.txt',
    ours: null,
    stretches: null,
    sides: { ours: { shown: 'binary', bytes: 3 }, theirs: { shown: 'text' } },
  });
});

test('a preview shows what each choice would make of the target, and moves nothing', async () => {
  const id = await conflicting();
  const before = await shop.head();
  const ours = await queue.previewResolution(id, { choice: 'ours', files: [] }, 100_000);
  expect(ours).toMatchObject({ nothingLeft: false, attempt: 2, diff: { from: before, files: [{ path: 'new.txt' }] } });
  const theirs = await queue.previewResolution(id, { choice: 'theirs', files: [] }, 100_000);
  expect(theirs.diff.files.map(({ path }) => path)).toEqual(['a.txt', 'gone.txt', 'new.txt']);
  const edited = await queue.previewResolution(
    id,
    { choice: 'ours', files: [{ path: 'a.txt', choice: { content: text({ 0: 'ONE\n', 3: 'both\n' }) } }] },
    100_000,
  );
  expect(edited.diff.text).toContain('-ours\n+both\n');
  expect(await shop.head()).toBe(before);
  expect(await queue.get(id)).toMatchObject({ state: 'quarantined', version: (await queue.get(id))?.version });
  await expect(queue.previewResolution(id, { choice: 'edit', files: [] }, 100_000)).rejects.toMatchObject({ code: 'choice_missing' });
});

test('a preview that leaves nothing says that the change request would be dropped', async () => {
  await shop.land(queue, { 'a.txt': text({ 0: 'ours\n' }) }, { taskId: 'one' });
  const stuck = await shop.land(queue, { 'a.txt': text({ 0: 'theirs\n' }) }, { taskId: 'two' });
  expect(await queue.previewResolution(stuck.id, { choice: 'ours', files: [] }, 1000)).toMatchObject({
    nothingLeft: true,
    diff: { files: [], text: '' },
  });
  expect(await queue.resolve(stuck.id, { choice: 'ours', files: [], by: 'person:mara', reason: '' })).toMatchObject({ state: 'dropped' });
  await expect(queue.previewResolution(stuck.id, { choice: 'ours', files: [] }, 1000)).rejects.toMatchObject({ code: 'no_conflict' });
});

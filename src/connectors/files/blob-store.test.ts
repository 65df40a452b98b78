import { mkdtempSync, rmSync, statSync, readdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { BlobStore } from '#ports/blob-store.ts';
import { createFileBlobStore } from './index.ts';

let folder: string;
let blobs: BlobStore;

beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-blobs-'));
  blobs = createFileBlobStore({ folder: path.join(folder, 'blobs') });
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const text = async (read: Promise<Buffer | null>): Promise<string | null> => (await read)?.toString() ?? null;

test('what was put is read back, whole or in part, and a second put replaces it', async () => {
  await blobs.put('runs/a/diff.patch', Buffer.from('hello world'));
  expect(await text(blobs.read('runs/a/diff.patch'))).toBe('hello world');
  expect(await text(blobs.read('runs/a/diff.patch', 6))).toBe('world');
  expect(await text(blobs.read('runs/a/diff.patch', 6, 3))).toBe('wor');
  expect(await text(blobs.read('runs/a/diff.patch', 99))).toBe('');
  expect(await blobs.size('runs/a/diff.patch')).toBe(11);
  await blobs.put('runs/a/diff.patch', Buffer.from('other'));
  expect(await text(blobs.read('runs/a/diff.patch'))).toBe('other');
  expect(readdirSync(path.join(folder, 'blobs/runs/a'))).toEqual(['diff.patch']);
});

test('append makes the blob and adds to its end, whole lines even from many writers at once', async () => {
  const lines = Array.from({ length: 200 }, (_, n) => `${n} ${'x'.repeat(500)}`);
  await Promise.all(lines.map((line) => blobs.append('log.jsonl', Buffer.from(`${line}\n`))));
  const stored = (await text(blobs.read('log.jsonl')))?.trimEnd().split('\n') ?? [];
  expect(stored.toSorted()).toEqual(lines.toSorted());
});

test('a key nobody wrote has neither bytes nor size, and deleting it is no error', async () => {
  expect(await blobs.read('nothing/here')).toBeNull();
  expect(await blobs.size('nothing/here')).toBeNull();
  await blobs.delete('nothing/here');
  await blobs.put('a', Buffer.from('x'));
  await blobs.delete('a');
  expect(await blobs.read('a')).toBeNull();
});

test.each(['', '/etc/passwd', '../up', 'a/../../up', 'a//b', 'a/', '.hidden', 'a\0b', 'a b', `${'x'.repeat(201)}`])(
  'the key %j is refused',
  async (key) => {
    await expect(blobs.put(key, Buffer.from('x'))).rejects.toMatchObject({ code: 'blob_key' });
    await expect(blobs.read(key)).rejects.toMatchObject({ code: 'blob_key' });
  },
);

test('only the owner can read what is stored', async () => {
  await blobs.append('runs/a/log.jsonl', Buffer.from('x'));
  expect(statSync(path.join(folder, 'blobs/runs/a/log.jsonl')).mode & 0o077).toBe(0);
  expect(statSync(path.join(folder, 'blobs/runs/a')).mode & 0o077).toBe(0);
});

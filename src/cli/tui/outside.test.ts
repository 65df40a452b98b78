import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { openPage, writeIn } from './outside.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'reeve-outside-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

it('what somebody leaves in their editor is read, and its file does not stay', async () => {
  const where = path.join(folder, 'where');
  expect(await writeIn(`edit() { echo "$1" > '${where}'; echo more >> "$1"; }; edit`, 'text\n')).toBe('text\nmore\n');
  expect(existsSync(readFileSync(where, 'utf8').trim())).toBe(false);
  await expect(writeIn('false', '')).rejects.toMatchObject({ kind: 'invalid', message: 'The editor ended with 1. Nothing was changed.' });
});

it('a page that is being opened keeps nobody who leaves', async () => {
  const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
  const before = timers();
  const opened = openPage(['true'], 'http://127.0.0.1:4000/');
  expect(timers()).toBe(before);
  expect(await opened).toBe(true);
  expect(await openPage(['false'], 'http://127.0.0.1:4000/')).toBe(false);
  expect(await openPage(['true'], 'file:///etc/passwd')).toBe(false);
});

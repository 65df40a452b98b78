import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MadeApp } from '#ports/forge-app.ts';
import { createKeptApp, type KeptApp } from './kept-app.ts';

const APP: MadeApp = {
  id: '7',
  slug: 'reeve',
  name: 'Reeve',
  url: 'https://github.example/apps/reeve',
  owner: 'acme',
  privateKey: ['-----BEGIN', 'KEY-----'].join(' '),
  webhookSecret: ['hook', 'secret'].join('-'),
  permissions: { issues: 'write' },
  events: ['issues'],
};
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(path.join(tmpdir(), 'reeve-kept-app-'));
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));
const file = () => path.join(dataDir, 'keys/github-app.json');
const config = (githubApiUrl = 'https://github.example/api/v3') => ({ dataDir, githubApiUrl });

const keep = (kept: KeptApp, app: MadeApp = APP): void => {
  kept.putAside(app);
  kept.take(app.id);
};

test('is kept for its owner alone, read back whole, and its secrets are told before anybody can log them', () => {
  const secrets: string[] = [];
  const kept = createKeptApp(config(), (secret) => secrets.push(secret));
  expect([kept.read(), kept.remove()]).toEqual([null, false]);
  keep(kept);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect([kept.read(), kept.read()]).toEqual([APP, APP]);
  expect(secrets).toEqual(expect.arrayContaining([APP.privateKey, APP.webhookSecret]));
});

test('what is put aside is not used until it is taken, and another one is not taken for it', () => {
  const kept = createKeptApp(config());
  keep(kept);
  kept.putAside({ ...APP, id: '8' });
  expect([kept.read()?.id, kept.waiting()?.id]).toEqual(['7', '8']);
  expect(() => kept.take('9')).toThrow('does not wait');
  kept.take('8');
  expect([kept.read()?.id, kept.waiting()]).toEqual(['8', null]);
  kept.putAside(APP);
  expect([kept.remove(), kept.read(), kept.waiting(), readdirSync(path.join(dataDir, 'keys'))]).toEqual([true, null, null, []]);
});

test('what another process put in, replaced or took out shows at the next look', () => {
  const [one, other] = [createKeptApp(config()), createKeptApp(config())];
  expect(one.read()).toBeNull();
  keep(other);
  expect(one.read()?.id).toBe('7');
  keep(other, { ...APP, id: '8' });
  expect(one.read()?.id).toBe('8');
  expect([other.remove(), one.read()]).toEqual([true, null]);
});

test('the App of another GitHub is nobody here; a broken file, or what is no file, is said and can be taken away', () => {
  keep(createKeptApp(config()));
  expect(createKeptApp(config('https://api.github.com')).read()).toBeNull();
  const kept = createKeptApp(config());
  writeFileSync(file(), '{}');
  expect([kept.read(), kept.problem()]).toEqual([null, expect.stringContaining('does not hold a GitHub App')]);
  rmSync(file());
  mkdirSync(file());
  expect([kept.read(), kept.problem()]).toEqual([null, expect.stringContaining('cannot be read')]);
  expect([kept.remove(), existsSync(file()), kept.problem()]).toEqual([true, false, null]);
});

test('a place that cannot be written is told before there is anything to lose', () => {
  createKeptApp(config()).tryPlace();
  rmSync(path.join(dataDir, 'keys'), { recursive: true });
  writeFileSync(path.join(dataDir, 'keys'), 'no folder');
  expect(() => createKeptApp(config()).tryPlace()).toThrow(expect.objectContaining({ kind: 'unavailable', code: 'no_place' }));
});

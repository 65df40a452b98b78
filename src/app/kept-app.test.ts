import { mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { MadeApp } from '#ports/forge-app.ts';
import { createKeptApp } from './kept-app.ts';

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

test('is kept for its owner alone, read back whole, and its secrets are told before anybody can log them', () => {
  const secrets: string[] = [];
  const kept = createKeptApp(config(), (secret) => secrets.push(secret));
  expect([kept.read(), kept.remove()]).toEqual([null, false]);
  kept.write(APP);
  expect(statSync(file()).mode & 0o777).toBe(0o600);
  expect([kept.read(), kept.read()]).toEqual([APP, APP]);
  expect(secrets).toEqual([APP.privateKey, APP.webhookSecret]);
});

test('what another process put in, replaced or took out shows at the next look', () => {
  const [one, other] = [createKeptApp(config()), createKeptApp(config())];
  expect(one.read()).toBeNull();
  other.write(APP);
  expect(one.read()?.id).toBe('7');
  other.write({ ...APP, id: '8' });
  expect(one.read()?.id).toBe('8');
  expect([other.remove(), one.read()]).toEqual([true, null]);
});

test('the App of another GitHub is nobody here, and a broken file is said to be one', () => {
  createKeptApp(config()).write(APP);
  expect(createKeptApp(config('https://api.github.com')).read()).toBeNull();
  writeFileSync(file(), '{}');
  expect(() => createKeptApp(config()).read()).toThrow('does not hold a GitHub App');
});

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createSetup, type SetupDeps } from './queries.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is suggested for the repository in the folder. */
async function suggested(): Promise<unknown> {
  const deps = {
    inspect: async (at: string) => ({ path: at, defaultBranch: 'main', checkedOut: 'main' }),
    projects: { repositoryByName: async () => null },
  } as unknown as SetupDeps;
  return (await createSetup(deps).repository(folder)).suggested.checks.map(({ command }) => command);
}

/** Whether an installation counts as having landed something. */
async function landed(merged: boolean, landings: ReadonlyArray<{ issue: object | null }>): Promise<boolean> {
  const deps = {
    projects: { repositories: async () => [] },
    agents: { agents: () => [] },
    people: { list: async () => ({ items: [], nextCursor: null }) },
    standing: { hasItems: async () => true, hasMerged: async () => merged },
    queue: { landings: async () => ({ items: landings, next_cursor: null }) },
    github: () => false,
    gateway: () => false,
    model: 'rules',
  } as unknown as SetupDeps;
  return (await createSetup(deps).view({ isLimited: false })).landed;
}

test('what the queue landed for an issue counts once the issue came to its end: until then it is on its way to where people look', async () => {
  const onItsWay = { issue: { id: 'iss_1' } };
  expect([await landed(false, []), await landed(false, [onItsWay]), await landed(true, [onItsWay])]).toEqual([false, false, true]);
  expect(await landed(false, [onItsWay, { issue: null }])).toBe(true);
});

test('checks are guessed from the files at the top of a repository', async () => {
  writeFileSync(path.join(folder, 'Cargo.toml'), '[package]\n');
  expect(await suggested()).toEqual(['cargo test']);
});

test('a named pipe, a folder or a link under such a name is passed by and waited for by nobody', { timeout: 5000 }, async () => {
  execFileSync('sh', ['-c', 'mkfifo "$0"', path.join(folder, 'package.json')]);
  mkdirSync(path.join(folder, 'pyproject.toml'));
  writeFileSync(path.join(folder, 'elsewhere'), 'test:\n\tcheck\n');
  symlinkSync(path.join(folder, 'elsewhere'), path.join(folder, 'Makefile'));
  writeFileSync(path.join(folder, 'Cargo.toml'), '[package]\n');
  expect(await suggested()).toEqual(['cargo test']);
});

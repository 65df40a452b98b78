import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createPeople } from '#modules/people/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createStandingQueries, createWork, type WorkState } from '#modules/work/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import { sql } from '#platform/db/index.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { PROJECT, untilEnded } from '../merge-queue/__fixtures__/estate.ts';
import { openShop } from '../merge-queue/__fixtures__/shop.ts';
import { createSetup, type SetupDeps } from './queries.ts';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(path.join(os.tmpdir(), 'reeve-setup-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

/** What is suggested for the repository in the folder. */
async function suggested(): Promise<unknown> {
  const deps = {
    inspect: async (at: string) => ({ path: at, defaultBranch: 'main', checkedOut: 'main', branches: ['main'] }),
    projects: { repositoryByName: async () => null },
  } as unknown as SetupDeps;
  return (await createSetup(deps).repository(folder)).suggested.checks.map(({ command }) => command);
}

test('what the queue landed for an issue counts once the issue came to its end, and what came without one as long as it stands', async () => {
  const shop = await openShop({ 'a.txt': 'a\n', 'b.txt': 'b\n' });
  try {
    const { db } = shop.database;
    const base = { db, clock: systemClock, ids: createIds(systemClock), ...createRecorder() };
    const work = createWork(base);
    const queue = shop.queue();
    const setup = createSetup({
      projects: createProjects(base),
      people: createPeople({ ...base, work }),
      standing: createStandingQueries(db),
      queue,
      // What is configured, not what is in the database.
      agents: { agents: () => [], probes: { tests: async () => new Map() } },
      github: () => false,
      gateway: () => false,
      model: 'rules',
    } as unknown as SetupDeps);
    const landed = async (): Promise<boolean> => (await setup.view({ isLimited: false })).landed;

    const issue = await db.tx((tx) => work.create(tx, { projectId: PROJECT, title: 'Say hello' }));
    const move = (to: WorkState) => db.tx((tx) => work.transition(tx, issue.id, to, 'As a test wants it.', 'system'));
    for (const state of ['triaged', 'planned', 'awaiting_approval', 'in_progress'] as const) await move(state);
    expect(await landed()).toBe(false);
    const forIssue = await shop.submit(queue, { 'a.txt': 'A\n' }, { taskId: 'one' }, { workItemId: issue.id });
    expect(await untilEnded(queue, forIssue.id)).toMatchObject({ state: 'landed' });
    expect(await landed()).toBe(false);
    const alone = await shop.land(queue, { 'b.txt': 'B\n' }, { taskId: 'two' });
    expect([alone.state, await landed()]).toEqual(['landed', true]);
    // As the queue leaves it that took the landing back.
    await db.run(sql`update change_requests set state = 'quarantined', quarantine = '{}' where id = ${alone.id}`);
    expect(await landed()).toBe(false);
    await move('merged');
    expect(await landed()).toBe(true);
  } finally {
    await shop.close();
  }
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

import { renameSync } from 'node:fs';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { SYSTEM_ACTOR } from '#kernel/actor.ts';
import { createGit, createRepositoryWatcher } from '#connectors/git/index.ts';
import { createProjects } from '#modules/projects/index.ts';
import { createIds, systemClock } from '#platform/crypto/index.ts';
import type { Mirror } from '#ports/git.ts';
import { createRepository, GIT_ENV, type Repository } from '../../connectors/git/__fixtures__/repository.ts';
import { createRecorder } from '../../../test/contracts/recorder.ts';
import { createTestDatabase, type TestDatabase } from '../../../test/kit/database.ts';
import { createMemoryLog } from '../../../test/kit/log.ts';
import { createWatching, type RepositoryWatching, type WatchedRepository } from './index.ts';

let database: TestDatabase;
let source: Repository;
let repository: WatchedRepository;
let mirror: Mirror;
/** What has work under way. */
let wanted: WatchedRepository[];
let refreshed: number;
let started: RepositoryWatching[];
const said = createRecorder();
const log = createMemoryLog();

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.close());
beforeEach(async () => {
  source = createRepository();
  source.commit({ 'src/a.ts': 'a' });
  const projects = createProjects({ db: database.db, clock: systemClock, ids: createIds(systemClock), ...createRecorder() });
  const project = await projects.ensure({ key: 'shop', name: 'Shop' }, SYSTEM_ACTOR);
  const made = await projects.addRepository(
    { projectId: project.id, forge: 'path', name: source.dir, defaultBranch: 'main', allowlisted: true },
    SYSTEM_ACTOR,
  );
  repository = { id: made.id, projectId: project.id, dir: source.dir };
  mirror = await createGit({ env: GIT_ENV }).mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
  wanted = [repository];
  refreshed = 0;
  started = [];
  said.clear();
});
afterEach(async () => {
  await Promise.all(started.map((one) => one.stop()));
  source.remove();
});

function start(through: (opened: Mirror) => Mirror = (opened) => opened): RepositoryWatching {
  const watching = createWatching({
    db: database.db,
    outbox: said.outbox,
    log: log.log,
    watcher: createRepositoryWatcher({ env: GIT_ENV, log: log.log }),
    repositories: () => Promise.resolve([...wanted]),
    mirror: () => Promise.resolve(through(mirror)),
    refreshed: () => void (refreshed += 1),
    lookMs: 50,
  });
  started.push(watching);
  watching.start();
  return watching;
}

const moves = () => said.events.filter(({ type }) => type === 'repository.branch_moved').map(({ data }) => data);
const untilWatched = (times = 1): Promise<void> => vi.waitFor(() => expect(refreshed).toBeGreaterThanOrEqual(times), { timeout: 20_000 });

test('a commit a person makes is in the mirror soon, and told once', async () => {
  const first = source.git('rev-parse', 'HEAD');
  start();
  await untilWatched();
  expect(said.events).toEqual([]);
  const second = source.commit({ 'src/a.ts': 'b' });
  await vi.waitFor(() => expect(moves()).toEqual([{ branch: 'main', from: first, to: second }]), { timeout: 20_000 });
  expect(await mirror.resolve('refs/remotes/source/main')).toBe(second);
  expect(said.events.find(({ type }) => type === 'repository.branch_moved')).toMatchObject({
    subject: repository.id,
    projectId: repository.projectId,
  });
});

test('an edit that is not committed is told with its paths', async () => {
  start();
  await untilWatched();
  source.write({ 'src/a.ts': 'edited', 'src/new.ts': 'x' });
  await vi.waitFor(
    () =>
      expect(said.events.flatMap(({ type, data }) => (type === 'repository.files_edited' ? data['paths'] : []))).toEqual(['src/a.ts', 'src/new.ts']),
    {
      timeout: 20_000,
    },
  );
});

test('two processes that find a move at the same time tell of it once', async () => {
  let together = 0;
  let both: () => void = () => undefined;
  const met = new Promise<void>((resolve) => {
    both = resolve;
  });
  // Each has read where the branches were before any of them goes on.
  const meeting = (opened: Mirror): Mirror => ({
    ...opened,
    async sourceBranches() {
      const found = await opened.sourceBranches();
      if (found.get('main') === second && (together += 1) === 2) both();
      if (found.get('main') === second) await met;
      return found;
    },
  });
  let second = '';
  start(meeting);
  start(meeting);
  await untilWatched(2);
  second = source.commit({ 'src/a.ts': 'b' });
  await untilWatched(4);
  expect(moves()).toMatchObject([{ to: second }]);
});

test('what moved while nobody watched is told when watching begins again; a removed branch too', async () => {
  source.git('branch', 'side');
  const first = source.git('rev-parse', 'HEAD');
  const watching = start();
  await untilWatched();
  await watching.stop();
  source.git('branch', '-D', 'side');
  const second = source.commit({ 'src/a.ts': 'b' });
  start();
  await vi.waitFor(() => expect(moves()).toHaveLength(2), { timeout: 20_000 });
  expect(moves()).toEqual(
    expect.arrayContaining([
      { branch: 'main', from: first, to: second },
      { branch: 'side', from: first, to: null },
    ]),
  );
});

test('only repositories with work are watched, as soon as they have some and no longer', async () => {
  wanted = [];
  start();
  await new Promise((resolve) => setTimeout(resolve, 200));
  expect(refreshed).toBe(0);
  wanted = [repository];
  await untilWatched();
  wanted = [];
  const asked = log.lines().length;
  await new Promise((resolve) => setTimeout(resolve, 300));
  const before = refreshed;
  source.commit({ 'src/a.ts': 'b' });
  await new Promise((resolve) => setTimeout(resolve, 500));
  expect(refreshed).toBe(before);
  expect(log.lines().length).toBe(asked);
});

test('a repository that goes away is said so, and watched again when it is back', async () => {
  start();
  await untilWatched();
  renameSync(source.dir, `${source.dir}-away`);
  await vi.waitFor(
    () => expect(log.lines()).toContainEqual(expect.objectContaining({ repository: source.dir, msg: 'A repository is no longer watched.' })),
    { timeout: 20_000 },
  );
  renameSync(`${source.dir}-away`, source.dir);
  const seen = refreshed;
  await untilWatched(seen + 1);
  const next = source.commit({ 'src/a.ts': 'back' });
  await vi.waitFor(() => expect(moves()).toMatchObject([{ to: next }]), { timeout: 20_000 });
});

test('a repository that cannot be watched does not keep the others from being', async () => {
  wanted = [{ ...repository, id: 'repo_gone', dir: path.join(source.root, 'nowhere') }, repository];
  start();
  await untilWatched();
  expect(log.lines()).toContainEqual(
    expect.objectContaining({ repository: path.join(source.root, 'nowhere'), msg: expect.stringContaining('cannot be watched now') as string }),
  );
});

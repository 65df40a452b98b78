import { readdirSync } from 'node:fs';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRepository, GIT_ENV, type Repository } from '#connectors/git/__fixtures__/repository.ts';
import { createGit } from '#connectors/git/index.ts';
import type { Git, Mirror } from '#ports/git.ts';
import { createTestDatabase } from '../../../test/kit/database.ts';
import { silentLog } from '../../../test/kit/log.ts';
import { renderMarkdown } from './decide.report.ts';
import type { BenchOptions, BenchReport } from './model.ts';
import type { QueueBenchDeps } from './steps.context.ts';
import { runQueueBench } from './steps.ts';

let repository: Repository;
const LINES = Array.from({ length: 30 }, (_, at) => `line ${at}`);
const file = (changes: Record<number, string>): string => LINES.map((line, at) => `${changes[at] ?? line}\n`).join('');

/** Twelve commits on the main line, a conflicted merge that a person resolved, and three pull requests. */
beforeAll(() => {
  repository = createRepository();
  const { git, commit } = repository;
  const pull = (number: number, from: string, files: Record<string, string>): void => {
    git('checkout', '--quiet', '--detach', from);
    git('update-ref', `refs/pull/${number}/head`, commit(files, `Pull request ${number}`));
    git('checkout', '--quiet', 'main');
  };
  const first = commit({ 'a.txt': file({}), 'b.txt': file({}), 'c.txt': file({}), 'd.txt': file({}) });
  pull(1, first, { 'd.txt': file({ 29: "never in anybody's way" }) });
  pull(2, first, { 'a.txt': file({ 3: 'the same line' }) });
  pull(3, first, { 'b.txt': file({ 3: 'second of main' }) });
  const a: Record<number, string> = {};
  for (let at = 1; at <= 8; at += 1) {
    if (at === 3) git('checkout', '--quiet', '-b', 'side');
    if (at === 3) commit({ 'c.txt': file({ 10: 'side' }) }, 'Side');
    if (at === 3) git('checkout', '--quiet', 'main');
    a[at * 3] = `change ${at}`;
    commit({ 'a.txt': file(a), [`new-${at}.txt`]: `new ${at}\n` }, at === 2 ? 'Second (#3)' : `Change ${at}`);
  }
  commit({ 'c.txt': file({ 10: 'main' }) }, 'Main');
  git('merge', '--quiet', '--no-commit', '--strategy=ours', 'side');
  commit({ 'c.txt': file({ 10: 'main and side' }) }, 'Merge side');
});
afterAll(() => repository.remove());

const deps = (more: Partial<QueueBenchDeps> = {}): QueueBenchDeps => ({
  git: createGit({ env: GIT_ENV }),
  env: GIT_ENV,
  openDatabase: createTestDatabase,
  log: silentLog,
  progress: () => undefined,
  ...more,
});
const options = (only: BenchOptions['only']): BenchOptions => ({ repositories: [repository.dir], only, seed: 1, samples: 10 });

/** Everything but what depends on the clock. */
const figuresOf = ({ repositories }: BenchReport): unknown =>
  JSON.parse(JSON.stringify(repositories, (name, value: unknown) => (name === 'seconds' ? 0 : value)));

test('history is replayed, submitted late, in windows and resolved again, the same each time, and the repository is left as it was', async () => {
  const look = (): unknown => [
    repository.git('for-each-ref'),
    repository.git('status', '--porcelain'),
    readdirSync(path.join(repository.dir, '.git', 'objects'), { recursive: true })
      .map(String)
      .toSorted((a, b) => (a < b ? -1 : 1)),
  ];
  const before = look();
  const report = await runQueueBench(deps(), options(['t0', 't1', 't2', 't3']));
  const [measured] = report.repositories;
  expect(measured?.facts).toMatchObject({ mainline: 11, pullHeads: 3, mergeCommits: 1 });
  expect(measured?.t0).toMatchObject({ identical: { hits: 10, of: 10 }, refused: {} });
  const pulls = measured?.t1?.sets.find(({ source }) => source === 'pull_heads')?.byK;
  // After one commit line 3 is changed already; what changes the end of another file lands whenever it comes.
  expect(pulls?.find(({ k }) => k === 1)).toMatchObject({ byRung: { R0: 2, R1: 0 }, conflicts: 1, alreadyLanded: 0 });
  expect(pulls?.find(({ k }) => k === 5)).toMatchObject({ byRung: { R0: 1, R1: 0 }, conflicts: 1, alreadyLanded: 1 });
  const transplanted = measured?.t1?.sets.find(({ source }) => source === 'transplanted')?.byK;
  expect(transplanted?.map(({ wrong }) => wrong.hits)).toEqual([0, 0, 0, 0]);
  expect(measured?.t2?.[0]?.complete).toBeGreaterThan(0);
  expect(measured?.t2?.[0]).toMatchObject({ mismatches: [], identical: { share: 1 } });
  expect(measured?.t3).toMatchObject({ merges: 1, conflicted: 1, conflictedFiles: 1, automatic: { hits: 0, of: 1 } });
  expect(report.void).toBe(false);
  expect(look()).toEqual(before);
  expect(figuresOf(await runQueueBench(deps(), options(['t0', 't1', 't2', 't3'])))).toEqual(figuresOf(report));
});

test('the queue on its database, the kernel and the commands of git work off the same changes', async () => {
  const report = await runQueueBench(deps(), options(['throughput']));
  const throughput = report.repositories[0]?.throughput;
  expect(throughput).toMatchObject({
    failed: null,
    kernelLanded: { share: 1 },
    queueLanded: { share: 1 },
    amApplied: { share: 1 },
    cherryApplied: { share: 1 },
  });
  expect(throughput?.endToEnd.median).toBeGreaterThan(0);
  expect(Math.min(throughput?.split?.git ?? 0, throughput?.split?.database ?? 0)).toBeGreaterThan(0);
  expect(throughput?.profile['writeTree']).toBeGreaterThan(0);
  expect(renderMarkdown(report)).toContain('## Figures');
});

test('a kernel that makes other trees than history voids the run, and nothing else of it is measured', async () => {
  const git = createGit({ env: GIT_ENV });
  const broken: Git = {
    ...git,
    async mirror(spec) {
      const mirror = await git.mirror(spec);
      const writeTree: Mirror['writeTree'] = async (base, changes) => mirror.writeTree(base, changes.slice(1));
      return { ...mirror, writeTree };
    },
  };
  const report = await runQueueBench(deps({ git: broken }), options(['t0', 't1', 't2']));
  expect(report.void).toBe(true);
  expect(report.repositories[0]).toMatchObject({ t1: null, t2: null });
  expect(report.targets).toMatchObject([{ state: 'missed' }]);
  expect(renderMarkdown(report)).toContain('This run is void');
});

test('a folder that is no repository is refused by its name', async () => {
  await expect(runQueueBench(deps(), { ...options(['t0']), repositories: [repository.root] })).rejects.toMatchObject({
    kind: 'invalid',
    code: 'not_a_repository',
  });
});

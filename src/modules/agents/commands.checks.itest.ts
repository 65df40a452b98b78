import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createSandbox } from '#connectors/sandbox/index.ts';
import { openAgents, shellAgent, linesOf } from '../../../test/agents/installation.ts';
import { createWorld, type World } from '../../../test/agents/world.ts';
import type { CheckInput, CheckRunner } from './index.ts';

let world: World;
let checks: CheckRunner;
beforeAll(async () => {
  world = await createWorld();
  ({ checks } = await openAgents(world, world.db, { agents: {}, brief: world.brief() }));
});
afterAll(() => world.close());

const never = new AbortController().signal;
const input = (change: Partial<CheckInput> = {}): CheckInput => ({
  repositoryId: 'repo_1',
  projectId: 'proj_1',
  commit: world.base,
  checks: [{ name: 'test', command: 'true', timeout_s: 60 }],
  setup: [],
  sandbox: 'none',
  network: 'none',
  ...change,
});
const places = (): string[] =>
  ['worktrees', 'homes'].flatMap((name) =>
    existsSync(path.join(world.folder, 'data', name)) ? readdirSync(path.join(world.folder, 'data', name)) : [],
  );

/** A zombie waits for nobody but its parent: it is not alive. */
const isAlive = (pid: string): boolean => existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'utf8'));

/** A setup that counts how often it ran, and makes an ignored folder, an unignored folder and a change of a tracked file. */
const counted = (name: string): { log: string; setup: string[]; times: () => number } => {
  const log = path.join(world.folder, `${name}.log`);
  writeFileSync(log, '');
  return {
    log,
    setup: [
      `echo run >> '${log}'; mkdir -p ignored deps/sub src/gen && echo 1 > ignored/a && echo 2 > deps/sub/b && ln -s sub deps/link && echo 3 > src/gen/c && echo changed >> src/cart.js`,
    ],
    times: () => readFileSync(log, 'utf8').split('\n').length - 1,
  };
};

test('checks run on exactly the commit, all of them, and the worktree is gone afterwards', async () => {
  const report = await checks(
    input({
      checks: [
        { name: 'head', command: 'git rev-parse HEAD', timeout_s: 60 },
        { name: 'red', command: 'echo broken >&2; exit 4', timeout_s: 60 },
        { name: 'clean', command: 'git status --porcelain', timeout_s: 60 },
      ],
    }),
  );
  expect(report).toMatchObject({ passed: false, infrastructure: false });
  expect(report.checks).toMatchObject([
    { name: 'head', exit_code: 0, output: `${world.base}\n` },
    { name: 'red', exit_code: 4, output: 'broken\n' },
    { name: 'clean', exit_code: 0, output: '' },
  ]);
  expect(places()).toEqual([]);
  expect(await checks(input())).toMatchObject({ passed: true, infrastructure: false });
});

test('a setup runs once for the same lockfiles; what it made is in every worktree, and tracked files are as committed', async () => {
  const { setup, times } = counted('cached');
  const look = [{ name: 'look', command: 'cat ignored/a deps/link/b src/gen/c && ! grep changed src/cart.js', timeout_s: 60 }];
  const both = await Promise.all([checks(input({ setup, checks: look })), checks(input({ setup, checks: look }))]);
  expect(both.map((report) => report.checks[0])).toMatchObject([
    { exit_code: 0, output: '1\n2\n3\n' },
    { exit_code: 0, output: '1\n2\n3\n' },
  ]);
  expect(times()).toBe(1);

  const { agents } = await openAgents(world, world.db, {
    agents: { coder: shellAgent('cat deps/sub/b >> src/cart.js; echo poison > deps/sub/b') },
    brief: world.brief({}, { setup }),
  });
  const request = world.request();
  const outcome = await agents.execute(request, never);
  expect(times()).toBe(1);
  // What the setup made is not part of the change, ignored by git or not, changed by the agent or not.
  expect(outcome).toMatchObject({
    kind: 'change_request',
    changeRequest: { changes: [{ path: 'src/cart.js', content: expect.stringMatching(/\n2\n$/) }] },
  });
  expect((await linesOf(agents.log(request.runId))).find((line) => line['kind'] === 'setup' && line['state'] === 'done')).toMatchObject({
    cached: true,
    made: ['deps', 'ignored', 'src/gen'],
  });
  // The agent's copy was its own.
  expect((await checks(input({ setup, checks: look }))).passed).toBe(true);
});

test('another lockfile or another command is another cache', async () => {
  const { setup, times } = counted('keyed');
  await checks(input({ setup }));
  writeFileSync(path.join(world.folder, 'source/package-lock.json'), '{ "lockfileVersion": 3, "packages": { "x": {} } }\n');
  world.git('commit', '--quiet', '-am', 'lock');
  const { mirror, checks: again } = await openAgents(world, world.db, { agents: {}, brief: world.brief() });
  const commit = (await mirror.resolve('refs/remotes/source/main')) ?? '';
  expect((await again(input({ setup, commit }))).passed).toBe(true);
  expect(times()).toBe(2);
  await again(input({ setup: [...setup, 'true'], commit }));
  expect(times()).toBe(3);
});

test("a failed setup is told with its output, is nobody else's cache, and is the machine's fault only when it says so", async () => {
  const report = await checks(input({ setup: ['echo cannot resolve dependency tree; exit 9'] }));
  expect(report).toMatchObject({ passed: false, infrastructure: false, checks: [{ name: 'setup', output: 'cannot resolve dependency tree\n' }] });
  expect(await checks(input({ setup: ['echo npm error ENOTFOUND registry; exit 1'] }))).toMatchObject({ passed: false, infrastructure: true });
  expect(places()).toEqual([]);

  const { agents } = await openAgents(world, world.db, {
    agents: { coder: shellAgent('echo x > src/x.js') },
    brief: world.brief({}, { setup: ['echo no such package; exit 9'] }),
  });
  const request = world.request({ attempt: 2 });
  expect(await agents.execute(request, never)).toMatchObject({
    kind: 'failed',
    failure: 'setup_failed',
    detail: expect.stringContaining('no such package'),
  });
  expect((await agents.get(request.runId))?.state).toBe('failed');
  expect(places()).toEqual([]);
});

test('an agent that changes what the setup depends on is checked with a fresh setup', async () => {
  const { setup, times } = counted('fresh');
  const brief = world.brief({ checks: [{ name: 'there', command: 'test -f ignored/a', timeout_s: 60 }] }, { setup });
  const { agents } = await openAgents(world, world.db, { agents: { coder: shellAgent('echo x > src/x.js; echo "{}" > package-lock.json') }, brief });
  expect((await agents.execute(world.request({ attempt: 3 }), never)).kind).toBe('change_request');
  expect(times()).toBe(2);
});

test('what cannot be checked because of the machine is infrastructure, not a red check', async () => {
  expect(await checks(input({ sandbox: 'container' }))).toMatchObject({ passed: false, infrastructure: true });
  expect(await checks(input({ commit: '0'.repeat(40) }))).toMatchObject({ passed: false, infrastructure: true });
});

test('checks that are aborted end their processes and reject', async () => {
  const stop = new AbortController();
  const pidFile = path.join(world.folder, 'checked.pid');
  const running = checks(input({ checks: [{ name: 'long', command: `echo $$ > '${pidFile}'; sleep 600`, timeout_s: 600 }], signal: stop.signal }));
  const ended = running.catch((error: unknown) => String(error));
  for (let tries = 0; tries < 200 && !existsSync(pidFile); tries += 1) await sleep(50);
  stop.abort();
  expect(await ended).toContain('AbortError');
  expect(existsSync(`/proc/${readFileSync(pidFile, 'utf8').trim()}`)).toBe(false);
  expect(places()).toEqual([]);
});

test('inside bwrap a project command sees its worktree and not the data folder, or the machine is said to be unable', async () => {
  const secret = path.join(world.folder, 'secret.txt');
  writeFileSync(secret, 'top secret');
  const report = await checks(
    input({ sandbox: 'bwrap', checks: [{ name: 'look', command: `git log -1 --format=%s && ! cat '${secret}'`, timeout_s: 60 }] }),
  );
  const seen = { passed: true, infrastructure: false, checks: [{ exit_code: 0, output: expect.stringMatching(/^first\n/) }] };
  const able = (await createSandbox().probe('bwrap')).ok;
  const refused = { passed: false, infrastructure: true, checks: [{ output: expect.stringContaining('bwrap') }] };
  expect(report).toMatchObject(able ? seen : refused);
});

test('what a killed server left of its checks is removed with its processes at the next check', async () => {
  const pidFile = path.join(world.folder, 'abandoned.pid');
  const orders = path.join(world.folder, 'checks.json');
  const long = { name: 'long', command: `echo $$ > '${pidFile}.part' && mv '${pidFile}.part' '${pidFile}'; sleep 600`, timeout_s: 600 };
  writeFileSync(
    orders,
    JSON.stringify({
      shared: { connection: world.connection, folder: world.folder },
      installed: { agents: {}, brief: world.brief() },
      checks: input({ checks: [long] }),
    }),
  );
  const child = spawn(process.execPath, [path.resolve(import.meta.dirname, '../../../test/agents/executor.ts'), orders], { stdio: 'ignore' });
  for (let tries = 0; tries < 400 && !existsSync(pidFile); tries += 1) await sleep(50);
  child.kill('SIGKILL');
  await once(child, 'close');
  const left = readFileSync(pidFile, 'utf8').trim();
  expect(places()).toHaveLength(2);
  expect(isAlive(left)).toBe(true);
  const { checks: restarted } = await openAgents(world, world.db, { agents: {}, brief: world.brief() });
  expect((await restarted(input())).passed).toBe(true);
  expect(places()).toEqual([]);
  expect(isAlive(left)).toBe(false);
});

test('a kept worktree is used again with nothing of the last checks in it, running processes included', async () => {
  const pooled = (await openAgents(world, world.db, { agents: {}, brief: world.brief(), pool: 1 })).checks;
  const soil = 'mkdir -p node_modules && echo x > node_modules/x && echo y > new.txt && echo z >> src/cart.js && echo "gitdir: /nowhere" > .git';
  const lasting = '(while true; do echo late > late.txt; sleep 0.05; done) > /dev/null 2>&1 &';
  await pooled(input({ checks: [{ name: 'soil', command: `pwd; ${soil}; ${lasting}`, timeout_s: 60 }] }));
  const kept = places();
  expect(kept).toHaveLength(1);
  const look = 'pwd; git status --porcelain --ignored; git rev-parse HEAD; sleep 0.3; ls';
  const report = await pooled(input({ checks: [{ name: 'look', command: look, timeout_s: 60 }] }));
  const [folder = '', head, ...files] = report.checks[0]?.output.trim().split('\n') ?? [];
  expect(path.basename(folder)).toBe(kept[0]);
  expect(head).toBe(world.base);
  expect(files).not.toEqual(expect.arrayContaining([expect.stringMatching(/node_modules|new.txt|late.txt/)]));
  expect(places()).toEqual(kept);
});

test('checks of one repository that run at once share no worktree, and what is beyond the pool is removed', async () => {
  const pooled = (await openAgents(world, world.db, { agents: {}, brief: world.brief(), pool: 1 })).checks;
  const before = places().length;
  const run = (): Promise<{ checks: Array<{ output: string }> }> =>
    pooled(input({ checks: [{ name: 'where', command: 'pwd; sleep 0.3', timeout_s: 60 }] }));
  const reports = await Promise.all([run(), run(), run()]);
  expect(new Set(reports.map((report) => report.checks[0]?.output)).size).toBe(3);
  expect(places()).toHaveLength(before + 1);
});

test('the coverage report that a check names is read from the worktree, after that check and before it is gone', async () => {
  const report = await checks(
    input({
      checks: [
        { name: 'test', command: 'mkdir -p out && echo SF:a > out/lcov.info', timeout_s: 60, coverage: 'out/lcov.info' },
        { name: 'clean', command: 'rm -r out', timeout_s: 60 },
      ],
    }),
  );
  expect(report).toMatchObject({ passed: true, reports: [{ check: 'test', path: 'out/lcov.info', text: 'SF:a\n', problem: null }] });
  expect(report.folder).toContain(path.join(world.folder, 'data', 'worktrees'));
  expect(await checks(input())).not.toHaveProperty('reports');
});

test('a report that is not there, is committed, or is a link or a pipe is no report, and what a link leads to is not read', async () => {
  const secret = path.join(world.folder, 'secret');
  writeFileSync(secret, 'SECRET');
  const one = (command: string, coverage = 'out/report') => ({ name: 'test', command, timeout_s: 60, coverage });
  const problems: Array<string | null | undefined> = [];
  for (const check of [
    one('true'),
    one('true', 'src/cart.js'),
    one(`mkdir -p out; ln -s '${secret}' out/report`),
    one(`ln -s '${world.folder}' out; true`, 'out/secret'),
    one('mkdir -p out; mkfifo out/report'),
    one('mkdir -p out/report'),
  ]) {
    const [read] = (await checks(input({ checks: [check] }))).reports ?? [];
    expect(read?.text).toBeNull();
    problems.push(read?.problem);
  }
  expect(problems).toEqual([
    'The check wrote no out/report.',
    'src/cart.js is a file of the repository: what it says need not be of this run.',
    'out/report is a link.',
    'out/secret leads out of the worktree.',
    'out/report is no file.',
    'out/report is no file.',
  ]);
});

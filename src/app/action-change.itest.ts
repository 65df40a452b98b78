import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit } from '#connectors/git/index.ts';
import { createManualClock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Action } from '#modules/actions/index.ts';
import { createChangesReader } from '#modules/approvals/index.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import { createRepository, GIT_ENV, type Repository } from '../connectors/git/__fixtures__/repository.ts';
import { createActionChange, type ActionChangeDeps } from './action-change.ts';

let source: Repository;
beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

const forge = { pullByNumber: async (_: unknown, number: number) => (number === 7 ? { baseBranch: 'main' } : null) } as unknown as ForgeRead;
const clock = createManualClock(new Date('2026-11-22T00:00:00Z'));
const noQueue: ActionChangeDeps['queue'] = {
  get: async () => null,
  readRollback: async () => {
    throw new AppError('not_found', 'There is none.');
  },
};

/** Reads the changes of one action, as the route does, with `.github/**` protected. */
function reading(action: Action, queue: ActionChangeDeps['queue'] = noQueue, fetched = () => undefined) {
  const git = createGit({ env: GIT_ENV });
  const change = createActionChange({
    clock,
    forge: () => forge,
    repository: async ({ name }) => (name === 'acme/shop' ? { id: 'repo_1', defaultBranch: 'main' } : null),
    mirror: async () => {
      const mirror = await git.mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir });
      const fetch = (): Promise<void> => (fetched(), mirror.fetch());
      return new Proxy(mirror, { get: (of, name) => (name === 'fetch' ? fetch : Reflect.get(of, name)) });
    },
    queue,
  });
  const policy = { current: async () => ({ limits: { protected_paths: ['.github/**'] } }) as never };
  const reader = createChangesReader({ approvals: { get: async (id) => (id === 'act_1' ? ({ action } as never) : null) }, policy, change });
  return (filter: { limit?: number; cursor?: string; path?: string } = {}) => reader.changes('act_1', { limit: 20, ...filter });
}

function action(
  kind: string,
  more: { args?: JsonObject; head?: string; outcome?: JsonObject; repo?: string; branch?: string; number?: number } = {},
): Action {
  const target = { forge: 'local', repo: more.repo ?? 'acme/shop', number: more.number ?? 7, branch: more.branch ?? null };
  const record = { kind, target, args: more.args ?? {}, preconditions: { head_sha: more.head ?? null, base_sha: null, issue_updated_at: null } };
  return { id: 'act_1', record, projectId: null, outcome: more.outcome ?? null } as unknown as Action;
}

/** A branch off main, one commit ahead of it; main goes on meanwhile. */
function branch(files: Record<string, string | Buffer | null>): string {
  source.git('checkout', '--quiet', '-B', 'work', 'main');
  const head = source.commit(files);
  source.git('checkout', '--quiet', 'main');
  source.commit({ 'elsewhere.txt': 'y\n' });
  return head;
}

test('a merge shows what its very commit brings to the base, file by file, with what is protected', async () => {
  const base = source.commit({ 'a.txt': 'one\ntwo\n', 'old.txt': 'x\n'.repeat(20), 'gone.txt': 'bye\n' });
  const head = branch({
    'a.txt': 'one\n2\u200B\n',
    'old.txt': null,
    'new.txt': `${'x\n'.repeat(20)}more\n`,
    'gone.txt': null,
    '.github/ci.yml': 'on: push\n',
    'logo.png': Buffer.from([0, 1, 2]),
  });
  const changes = await reading(action('pr.merge', { head }))();
  expect(changes).toMatchObject({
    unavailable: null,
    from: base,
    to: head,
    onto: 'main',
    files: 5,
    added: 3,
    deleted: 2,
    protectedFiles: 1,
    nextCursor: null,
  });
  expect(changes.items.map(({ status, path: name, from, added, isProtected }) => [status, name, from, added, isProtected])).toEqual([
    ['A', '.github/ci.yml', null, 1, true],
    ['M', 'a.txt', null, 1, false],
    ['D', 'gone.txt', null, 0, false],
    ['A', 'logo.png', null, null, false],
    ['R', 'new.txt', 'old.txt', 1, false],
  ]);
  expect(changes.items[1]?.hunks).toBe('@@ -1,2 +1,2 @@\n one\n-two\n+2\u200B\n');
  expect(changes.items[3]?.hunks).toBe('');
  expect(changes.items[4]?.hunks).toContain('+more');
});

test('many files come page by page, and one long file is cut until it is asked for by its name', async () => {
  source.commit({ 'a.txt': 'a\n' });
  const many = Object.fromEntries(Array.from({ length: 7 }, (_, nr) => [`f${nr}.txt`, `${nr}\n`]));
  const read = reading(action('pr.merge', { head: branch({ ...many, 'long.txt': 'a line of some length\n'.repeat(10_000) }) }));
  const seen: string[] = [];
  let cursor: string | undefined;
  do {
    const page = await read({ limit: 3, ...(cursor === undefined ? {} : { cursor }) });
    expect(page.files).toBe(8);
    seen.push(...page.items.map((file) => file.path));
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  expect(seen).toEqual([...Object.keys(many), 'long.txt']);
  const [long] = (await read({ limit: 1, cursor: 'f6.txt' })).items;
  expect(long).toMatchObject({ path: 'long.txt', cut: true, added: 10_000 });
  expect(long?.hunks.endsWith('+a line of some length\n')).toBe(true);
  const [whole] = (await read({ path: 'long.txt' })).items;
  expect(whole?.cut).toBe(false);
  expect(whole?.hunks.match(/^\+a line/gm)).toHaveLength(10_000);
  await expect(read({ path: 'none.txt' })).rejects.toMatchObject({ kind: 'not_found' });
});

test('what was merged shows what the merge brought, and a revert shows that taken away', async () => {
  source.commit({ 'a.txt': 'a\n' });
  const head = branch({ 'b.txt': 'b\n' });
  source.git('merge', '--quiet', '--no-ff', '-m', 'Merge', 'work');
  const merged = source.git('rev-parse', 'HEAD');
  const done = await reading(action('pr.merge', { head, outcome: { merge_sha: merged } }))();
  expect(done.items).toMatchObject([{ path: 'b.txt', status: 'A', hunks: '@@ -0,0 +1 @@\n+b\n' }]);
  const back = await reading(action('pr.revert', { args: { merge_sha: merged } }))();
  expect(back.items).toMatchObject([{ path: 'b.txt', status: 'D', hunks: '@@ -1 +0,0 @@\n-b\n' }]);
  expect((await reading(action('pr.merge', { head }))()).unavailable).toBe('It is in main already.');
});

test('a push shows what it adds to what the branch has, or to the default branch where there is none', async () => {
  source.commit({ 'a.txt': 'a\n' });
  const one = branch({ 'b.txt': 'b\n' });
  source.git('checkout', '--quiet', 'work');
  const two = source.commit({ 'c.txt': 'c\n' });
  const names = async (args: JsonObject) => (await reading(action('branch.push', { args, branch: 'ai-7' }))()).items.map((file) => file.path);
  expect(await names({ sha: two, expected: one })).toEqual(['c.txt']);
  expect(await names({ sha: two, expected: null })).toEqual(['b.txt', 'c.txt']);
});

test('a push of what the queue verifies shows its document, and only one of this action, repository and branch', async () => {
  const base = source.commit({ 'a.txt': 'a\n' });
  const document = { base, target: 'main', changes: [{ op: 'create', path: 'b.txt', content: 'b\n' }] };
  const hash = 'c'.repeat(64);
  const waiting = { actionId: 'act_1', documentSha256: hash, repositoryId: 'repo_1', target: 'main', document };
  const shown = async (row: object, asked: { change_request?: string; branch?: string } = {}) => {
    const queue = { get: async () => row, readRollback: async () => ({ row, entry: null }) } as unknown as ActionChangeDeps['queue'];
    const args = { sha: null, change_request: asked.change_request ?? `rb_1:${hash}` };
    const { unavailable, items } = await reading(action('branch.push', { args, branch: asked.branch ?? 'main' }), queue)();
    return unavailable ?? items.map((file) => file.path);
  };
  const elsewhere = 'The change request it names is not for this branch.';
  expect(await shown(waiting)).toEqual(['b.txt']);
  expect(await shown({ ...waiting, actionId: 'act_2' })).toBe(elsewhere);
  expect(await shown({ ...waiting, documentSha256: 'd'.repeat(64) })).toBe(elsewhere);
  expect(await shown({ ...waiting, repositoryId: 'repo_2' })).toBe(elsewhere);
  expect(await shown(waiting, { branch: 'production' })).toBe(elsewhere);
  expect(await shown(waiting, { change_request: 'cr_1' })).toEqual(['b.txt']);
  expect(await shown({ ...waiting, repositoryId: 'repo_2' }, { change_request: 'cr_1' })).toBe(elsewhere);
  expect(await shown(waiting, { change_request: 'cr_1', branch: 'production' })).toBe(elsewhere);
});

test('a push that names a commit shows that commit, whatever change request it names beside it', async () => {
  const base = source.commit({ 'a.txt': 'a\n' });
  const evil = branch({ 'evil.txt': 'e\n' });
  const good = {
    repositoryId: 'repo_1',
    target: 'main',
    document: { base, target: 'main', changes: [{ op: 'create', path: 'good.txt', content: '' }] },
  };
  const queue = { ...noQueue, get: async () => good as never };
  const asked = action('branch.push', { args: { sha: evil, expected: null, change_request: 'cr_1' }, branch: 'main' });
  expect((await reading(asked, queue)()).items.map((file) => file.path)).toEqual(['evil.txt']);
});

test('a commit that is not here is looked for once a minute, however often it is asked for', async () => {
  source.commit({ 'a.txt': 'a\n' });
  let fetches = 0;
  const read = reading(action('pr.merge', { head: 'a'.repeat(40) }), noQueue, () => void (fetches += 1));
  await read();
  await read();
  expect(fetches).toBe(1);
  clock.advance(60_000);
  await read();
  expect(fetches).toBe(2);
});

test('a proposed pull request shows its branch against its base', async () => {
  source.commit({ 'a.txt': 'a\n' });
  branch({ 'b.txt': 'b\n' });
  const asked = action('pr.create', { args: { head_branch: 'work', base_branch: 'main' } });
  expect((await reading(asked)()).items.map((file) => file.path)).toEqual(['b.txt']);
});

test.each<[string, Action, string]>([
  ['a comment', action('pr.comment.answer'), 'It changes no files.'],
  ['a repository nobody knows', action('pr.merge', { repo: 'acme/gone', head: 'a'.repeat(40) }), 'Its repository is not known here any more.'],
  ['a commit that is gone', action('pr.merge', { head: 'a'.repeat(40) }), 'The commits are not in the repository any more.'],
  ['a push without a commit', action('branch.push', { args: { sha: null } }), 'The merge queue names the commit when it has verified it.'],
])('%s says why there is nothing to show', async (_, asked, sentence) => {
  source.commit({ 'a.txt': 'a\n' });
  expect(await reading(asked)()).toMatchObject({ unavailable: sentence, items: [], nextCursor: null });
});

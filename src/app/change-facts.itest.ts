import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit } from '#connectors/git/index.ts';
import { ACTION_KINDS, type Proposal } from '#modules/actions/index.ts';
import { createPolicy } from '#modules/policy/index.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import { createRepository, GIT_ENV, type Repository } from '../connectors/git/__fixtures__/repository.ts';
import { createChangeFacts } from './change-facts.ts';
import { OBSERVED } from './policy.ts';

let source: Repository;
beforeEach(() => {
  source = createRepository();
});
afterEach(() => source.remove());

// Only the name of the base is asked of the forge: what is merged is read from git.
const forge = {
  defaultBranch: async () => 'main',
  pullByNumber: async (_: unknown, number: number) => (number === 7 ? { baseBranch: 'main' } : null),
} as unknown as ForgeRead;

function factsOf() {
  const git = createGit({ env: GIT_ENV });
  return createChangeFacts({
    forge: () => forge,
    repository: async () => ({ id: 'repo_1' }),
    mirror: () => git.mirror({ dir: path.join(source.root, 'mirror.git'), source: source.dir }),
  });
}

const merge = (headSha: string, number = 7) =>
  ({ kind: 'pr.merge', target: { forge: 'local', repo: 'acme/shop', number }, preconditions: { headSha } }) as Proposal;

const TEXT = `version: 1
actions: { pr.merge: { risk: low, mode: auto } }
limits: { max_bytes_per_change: 1000, max_files_per_change: 3 }
`;
const policy = createPolicy({ kinds: ACTION_KINDS, observed: OBSERVED, load: () => ({ organisation: { text: TEXT, source: 'test' } }) });
const decided = async (proposal: Proposal) => {
  const { kind, rule, reason } = await policy.evaluate({ actionKind: 'pr.merge', facts: await factsOf()(proposal) });
  return [kind, rule, reason];
};

/** A branch off main, one commit ahead of it; main goes on meanwhile. */
function branch(files: Record<string, string | null>): string {
  source.git('checkout', '--quiet', '-B', 'work', 'main');
  const head = source.commit(files);
  source.git('checkout', '--quiet', 'main');
  source.commit({ 'elsewhere.txt': 'y'.repeat(5000) });
  return head;
}

test('paths, files and bytes of a merge are those its very commit brings to the base', async () => {
  source.commit({ 'a.txt': 'a', 'b.txt': 'b'.repeat(50) });
  const head = branch({ 'a.txt': 'a'.repeat(300), 'b.txt': null, 'c.txt': 'b'.repeat(50) });
  expect(await factsOf()(merge(head))).toEqual({ change: { paths: ['a.txt', 'c.txt', 'b.txt'], files: 3, bytes: 350 } });
});

test('a merge of more bytes than the limit waits for people, one within it does not', async () => {
  source.commit({ 'a.txt': 'a' });
  expect(await decided(merge(branch({ 'a.txt': 'x'.repeat(1000) })))).toEqual(['auto', 'actions.pr.merge.mode', 'The policy says auto.']);
  const rule = 'limits.max_bytes_per_change';
  expect(await decided(merge(branch({ 'a.txt': 'x'.repeat(1001) })))).toEqual(['approval', rule, '1001 bytes are more than 1000.']);
});

const push = (args: Record<string, unknown>, name = 'work') =>
  ({ kind: 'branch.push', target: { forge: 'local', repo: 'acme/shop', number: 7, branch: name }, args }) as unknown as Proposal;

test('of a push to a branch of somebody’s, what it changes there and the base does not have; nothing of one to Reeve’s own', async () => {
  source.commit({ 'a.txt': 'a', 'b.txt': 'b' });
  const before = branch({ 'a.txt': 'mine' });
  source.git('checkout', '--quiet', 'work');
  const sha = source.commit({ '.github/workflows/ci.yml': 'x', 'b.txt': null });
  const paths = ['.github/workflows/ci.yml', 'b.txt'];
  expect(await factsOf()(push({ sha, expected: before }))).toEqual({ change: { paths, files: 2, bytes: 1 } });
  // Merging the base brings what people let into it before: no news.
  source.git('merge', '--quiet', '--no-edit', 'main');
  const merged = source.git('rev-parse', 'HEAD');
  expect(await factsOf()(push({ sha: merged, expected: before }))).toMatchObject({ change: { paths } });
  const nothing = { change: { paths: [], files: 0, bytes: 0 } };
  expect([await factsOf()(push({ sha, expected: before }, 'ai-7')), await factsOf()(push({ sha: null, change_request: 'x' }))]).toEqual([
    nothing,
    nothing,
  ]);
  expect(await factsOf()(push({ sha: 'f'.repeat(40), expected: before }))).toEqual({});
});

test('a push to somebody’s branch that changes how checks run is of high risk, and one that hides a file of it is denied', async () => {
  source.commit({ 'a.txt': 'a' });
  const before = branch({ 'a.txt': 'mine' });
  source.git('checkout', '--quiet', 'work');
  const sha = source.commit({ '.github/workflows/ci.yml': 'x', 'a.txt': 'b' });
  const allowed = `version: 1\nactions: { branch.push: { risk: low, mode: auto } }\nlimits: { protected_paths: [".github/**"] }\n`;
  const loose = createPolicy({ kinds: ACTION_KINDS, observed: OBSERVED, load: () => ({ organisation: { text: allowed, source: 'test' } }) });
  const of = async (args: Record<string, unknown>) =>
    loose.evaluate({ actionKind: 'branch.push', facts: await factsOf()(push({ sha, expected: before, ...args })) });
  expect(await of({})).toMatchObject({ kind: 'approval', risk: 'high', rule: 'limits.protected_paths' });
  expect(await of({ files: ['.github/workflows/ci.yml', 'a.txt'] })).toMatchObject({ kind: 'approval', risk: 'high' });
  expect(await of({ files: ['a.txt'] })).toMatchObject({ kind: 'deny' });
});

test('what cannot be read counts as a limit passed', async () => {
  source.commit({ 'a.txt': 'a' });
  const head = branch({ 'a.txt': 'b' });
  expect(await factsOf()(merge('f'.repeat(40)))).toEqual({});
  expect(await factsOf()(merge(head, 8))).toEqual({});
  expect((await decided(merge(head, 8)))[0]).toBe('approval');
  const bytesOnly = { change: { paths: ['a.txt'], files: 1 } };
  expect(await policy.evaluate({ actionKind: 'pr.merge', facts: bytesOnly })).toMatchObject({
    kind: 'approval',
    rule: 'limits.max_bytes_per_change',
  });
});

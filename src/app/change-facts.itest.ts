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
const forge = { pullByNumber: async (_: unknown, number: number) => (number === 7 ? { baseBranch: 'main' } : null) } as unknown as ForgeRead;

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

import { rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { createGit } from '#connectors/git/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import { createPolicy, type PolicyInForce } from '#modules/policy/index.ts';
import { git, GIT_ENV, temporaryFolder } from '../../test/contracts/git-fixture.ts';
import { createAppPolicy, createPolicyLoader, type PolicyParts } from './policy.ts';
import { createPolicyRepository } from './policy-repository.ts';

const STRICT = 'version: 1\nactions: { pr.merge: { risk: high, mode: require_approval, min_approvals: 2 }, pr.label: { risk: low, mode: ask } }\n';
const LOOSE = 'version: 1\nactions: { pr.merge: { risk: low, mode: auto }, pr.label: { risk: low, mode: auto } }\n';
const MERGE = { actionKind: 'pr.merge', facts: {} };
const LABEL = { actionKind: 'pr.label', facts: {} };

let folder: Awaited<ReturnType<typeof temporaryFolder>>;
let repository: string;
let now: number;

beforeEach(async () => {
  folder = await temporaryFolder();
  repository = path.join(folder.dir, 'policies');
  now = 0;
  await git(folder.dir, 'init', '--quiet', '--initial-branch=main', 'policies');
  await commit(STRICT);
});
afterEach(() => folder.remove());

async function commit(text: string | null): Promise<void> {
  if (text === null) await git(repository, 'rm', '--quiet', 'policy.yaml');
  else await writeFile(path.join(repository, 'policy.yaml'), text);
  await git(repository, 'add', '-A');
  await git(repository, 'commit', '--quiet', '-m', 'policy');
  // Past the time for which one reading counts.
  now += 10_000;
}

function inRepository(): PolicyInForce {
  const load = createPolicyRepository(
    { git: createGit({ env: GIT_ENV }), cloneUrl: async (name) => name, dataDir: folder.dir, now: () => now },
    { baseDir: folder.dir, repository: './policies', policyBranch: 'main', policyPath: 'policy.yaml' },
  );
  return createPolicy({ kinds: ACTION_KINDS, load: async () => ({ organisation: await load() }) });
}

test('a pull request that loosens the policy is judged by the policy of the default branch until it is merged', async () => {
  const policy = inRepository();
  expect(await policy.evaluate(MERGE)).toMatchObject({ kind: 'approval', risk: 'high', minApprovals: 2 });
  // The pull request's branch is even checked out in the repository, and so is its file.
  await git(repository, 'checkout', '--quiet', '-b', 'loosen');
  await commit(LOOSE);
  expect(await policy.evaluate(MERGE)).toMatchObject({ kind: 'approval', risk: 'high', minApprovals: 2 });
  expect((await policy.current()).text).toBe(STRICT);
  await git(repository, 'checkout', '--quiet', 'main');
  await git(repository, 'merge', '--quiet', '--ff-only', 'loosen');
  now += 10_000;
  expect((await policy.evaluate(MERGE)).kind).toBe('auto');
  expect((await policy.current()).source).toMatch(/policies@[0-9a-f]{12}:policy\.yaml$/);
});

test('the file of the policy is a protected path of its own, so that changing it is high risk', async () => {
  const load = createPolicyLoader(config({ policyRepository: repository }), parts());
  const policy = createPolicy({ kinds: ACTION_KINDS, load });
  await git(repository, 'checkout', '--quiet', '-b', 'other');
  expect(await policy.evaluate({ actionKind: 'pr.label', facts: { change: { paths: ['policy.yaml'] } } })).toMatchObject({
    kind: 'approval',
    risk: 'high',
    rule: 'limits.protected_paths',
  });
  expect((await policy.current()).limits.protected_paths).toContain('policy.yaml');
});

test.each<[string, () => Promise<unknown>]>([
  ['has lost the file', () => commit(null)],
  ['has a broken file', () => commit('version: 1\nactions: { pr.label: { mode: auto } }')],
  ['has lost the branch', () => git(repository, 'branch', '-m', 'main', 'trunk').then(() => (now += 10_000))],
  ['is gone', () => rm(repository, { recursive: true }).then(() => (now += 10_000))],
])('a repository that %s denies everything', async (_, spoil) => {
  const policy = inRepository();
  expect((await policy.evaluate(LABEL)).kind).toBe('approval');
  await spoil();
  expect((await policy.evaluate(LABEL)).kind).toBe('deny');
  await expect(policy.current()).rejects.toMatchObject({ kind: 'unavailable' });
});

const config = (more: object = {}) => ({
  baseDir: folder.dir,
  policy: null,
  policyRepository: null,
  policyBranch: 'main',
  policyPath: 'policy.yaml',
  policyEngine: 'own' as const,
  policyEngineFile: null,
  policyEngineUrl: null,
  allowPrivateHosts: [],
  sections: {
    agents: {},
    roles: {},
    people: [],
    teams: [],
    projects: { shop: { repo: 'acme/shop', default_branch: 'main', policy: './shop.yaml' }, blog: { repo: 'acme/blog', default_branch: 'main' } },
  },
  ...more,
});

const parts = (): PolicyParts => ({
  repository: { git: createGit({ env: GIT_ENV }), cloneUrl: async (name) => name, dataDir: folder.dir, now: () => now },
  projectKey: async (id) => ({ proj_shop: 'shop', proj_blog: 'blog' })[id] ?? null,
  activated: async () => null,
  onInForce: () => {},
});

test("a project's own file tightens for that project alone; one that would loosen denies there, and one that is gone too", async () => {
  const policy = createAppPolicy(config(), parts());
  const file = path.join(folder.dir, 'shop.yaml');
  await writeFile(file, '{ version: 1, actions: { pr.label: { mode: require_approval } } }');
  expect((await policy.evaluate(LABEL, 'proj_shop')).kind).toBe('approval');
  expect((await policy.evaluate(LABEL, 'proj_blog')).kind).toBe('auto');
  expect((await policy.evaluate(LABEL, 'proj_gone')).kind).toBe('auto');
  expect((await policy.evaluate(LABEL)).kind).toBe('auto');
  const explained = await policy.explain(LABEL, 'proj_shop');
  expect(explained.tightened).toEqual([{ path: 'actions.pr.label.mode', from: 'auto', to: 'require_approval' }]);
  expect(explained.sources.override).toBe(file);
  expect((await policy.current('proj_shop')).hash).not.toBe((await policy.current()).hash);
  await writeFile(file, '{ version: 1, actions: { pr.merge: { mode: auto } } }');
  expect((await policy.evaluate(LABEL, 'proj_shop')).kind).toBe('deny');
  await rm(file);
  expect((await policy.evaluate(LABEL, 'proj_shop')).kind).toBe('deny');
  expect((await policy.evaluate(LABEL, 'proj_blog')).kind).toBe('auto');
});

test('what is activated holds until a file or repository is configured, and both at once are an error', async () => {
  const activated = { ...parts(), activated: async () => ({ text: STRICT, source: 'version 3' }) };
  expect((await createAppPolicy(config(), activated).current()).source).toBe('version 3');
  const file = path.join(folder.dir, 'policy.yaml');
  await writeFile(file, LOOSE);
  expect((await createAppPolicy(config({ policy: file }), activated).current()).text).toBe(LOOSE);
  expect(() => createPolicyLoader(config({ policy: file, policyRepository: 'acme/policies' }), activated)).toThrow('not from both');
});

test.each<[object, string]>([
  [{ policyEngine: 'cedar' }, 'policy_engine_file'],
  [{ policyEngine: 'opa' }, 'policy_engine_url'],
  [{ policyEngine: 'opa-wasm' }, 'policy_engine_file'],
])('an engine without its rules stops the start: %j', (more, key) => {
  expect(() => createAppPolicy(config(more), parts())).toThrow(key);
});

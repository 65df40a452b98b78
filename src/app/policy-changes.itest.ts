import { afterEach, beforeEach, expect, test } from 'vitest';
import { sql } from '#platform/db/index.ts';
import { ACTION_KINDS } from '#modules/actions/index.ts';
import {
  createPolicy,
  createPolicyVersions,
  DEFAULT_POLICY_TEXT,
  insistOnPeople,
  policyRoutes,
  proposeActivation,
  simulate,
  type ActivationDeps,
  type PolicyInForce,
  type PolicyVersions,
} from '#modules/policy/index.ts';
import { serveRoutes, type Api } from '../../test/contracts/api.ts';
import { createTestDatabase, type TestDatabase } from '../../test/kit/database.ts';
import { createGovernance, person, proposal, propose, type Governance } from '../../test/kit/governance.ts';
import { createPolicyProposals, decisionHistory, refusePolicyByHand, registerPolicyUpdate, withComplianceMode } from './policy-changes.ts';

const STRICT = 'version: 1\nactions: { pr.label: { risk: low, mode: ask }, pr.assign: { risk: low, mode: ask } }\n';

let database: TestDatabase;
let on: Governance;
let versions: PolicyVersions;
let policy: PolicyInForce;
let activation: ActivationDeps;
let api: Api;
const overrides: Record<string, { text: string; source: string }> = {};

beforeEach(async () => {
  database = await createTestDatabase();
  on = createGovernance(database.db);
  versions = createPolicyVersions({ db: database.db, ledger: on.ledger, kinds: ACTION_KINDS });
  const load = async () => ({ organisation: (await versions.activated()) ?? { text: DEFAULT_POLICY_TEXT, source: 'default' }, projects: overrides });
  policy = createPolicy({ kinds: ACTION_KINDS, load });
  registerPolicyUpdate(on.actions, { policy, versions });
  const deps = { kinds: ACTION_KINDS, observed: [], load, history: (since: Date) => decisionHistory(on.actions, since) };
  const simulated = (text: string, since: Date) => simulate(deps, text, since);
  activation = { kinds: ACTION_KINDS, policy, simulate: simulated, configured: null, propose: createPolicyProposals(on) };
  let keys = 0;
  const newKey = () => `key-${(keys += 1)}`;
  api = await serveRoutes(
    policyRoutes({
      policy,
      kinds: ACTION_KINDS,
      versions,
      simulate: simulated,
      under: (text) => createPolicy({ kinds: ACTION_KINDS, load: async () => ({ ...(await load()), organisation: { text, source: 'tried' } }) }),
      decisions: (kind) => decisionHistory(on.actions, new Date(0), kind),
      activation,
      projectId: async (given) => given,
      now: () => new Date(),
      newKey,
    }),
  );
});
afterEach(async () => {
  await api.stop();
  await database.close();
});

const request = (text: string) => ({ text, source: 'new.yaml', since: new Date(0), idempotencyKey: text });
const label = () => propose(on, proposal('pr.label', { args: { add: ['x'] } }));

async function approve(id: string, handles: string[]): Promise<void> {
  const approval = await on.approvals.get(id);
  for (const handle of handles) await on.approvals.decide(id, { decision: 'approve', digest: approval?.action.digest ?? '' }, person(handle));
}

test('two maintainers put a text in force; what it would have changed stands on the card', async () => {
  await label();
  const { proposed } = await proposeActivation(activation, request(STRICT), person('dora'));
  expect(proposed.status).toBe('pending');
  const waiting = await on.approvals.get(proposed.actionId);
  expect(waiting?.action.record).toMatchObject({
    kind: 'policy.update',
    risk: 'high',
    args: { text: STRICT, source: 'new.yaml', simulated: { decisions: 1, changed: '1 from auto to ask', kinds: ['pr.label'] } },
  });
  await expect(approve(proposed.actionId, ['dora'])).rejects.toMatchObject({ kind: 'forbidden' });
  await approve(proposed.actionId, ['mia']);
  await on.actions.executeDue();
  expect((await policy.current()).source).toBe('default');
  await approve(proposed.actionId, ['max']);
  await on.actions.executeDue();
  expect(await policy.current()).toMatchObject({ text: STRICT, source: 'version 1' });
  const [version] = await versions.list({ limit: 10 });
  expect(version).toMatchObject({ nr: 1, text: STRICT, source: 'new.yaml', activatedBy: 'person:dora', actionId: proposed.actionId });
  const ledger = await on.ledger.list({ limit: 10, kind: 'policy.activated' });
  expect(ledger.items.map(({ payload }) => payload['hash'])).toEqual([version?.hash]);
  await expect(proposeActivation(activation, request(STRICT), person('dora'))).rejects.toMatchObject({ code: 'policy_in_force' });
});

test('of two texts approved against the same policy only the first comes in force', async () => {
  const texts = [STRICT, STRICT.replace('version: 1', 'version: 1\nshadow: true')];
  const ids: string[] = [];
  for (const text of texts) ids.push((await proposeActivation(activation, request(text), person('dora'))).proposed.actionId);
  for (const id of ids) await approve(id, ['mia', 'max']);
  await on.actions.executeDue();
  const statuses = await Promise.all(ids.map(async (id) => (await on.actions.get(id))?.status));
  expect(statuses.map(String).toSorted((a, b) => a.localeCompare(b))).toEqual(['executed', 'failed']);
  expect(await versions.list({ limit: 10 })).toHaveLength(1);
});

test('a text that is not the simulated one does not come in force, and an action cannot be proposed past the simulation', async () => {
  const current = await policy.current();
  const args = { text: STRICT, hash: 'a'.repeat(64), replaces: current.hash, source: 'x' };
  const proposed = await activation.propose(args, person('dora'), 'by-hand');
  await approve(proposed.actionId, ['mia', 'max']);
  await on.actions.executeDue();
  expect(await on.actions.get(proposed.actionId)).toMatchObject({ status: 'failed', outcome: { code: 'precondition_failed' } });
  expect(() => refusePolicyByHand({ kind: 'branch.push', target: { forge: 'reeve', repo: 'policy' } })).toThrow('reeve policy activate');
  // The kind alone is enough: its effect looks at the text, not at the target.
  expect(() => refusePolicyByHand({ kind: 'policy.update', target: { forge: 'local', repo: 'policy' } })).toThrow('reeve policy activate');
  expect(refusePolicyByHand({ kind: 'branch.push', target: { forge: 'local', repo: 'policy' } })).toBeUndefined();
});

test('activation is refused for a text that is invalid or lets itself be changed, and where a file says what is in force', async () => {
  const propose_ = (text: string, deps = activation) => proposeActivation(deps, request(text), person('dora'));
  await expect(propose_('version: 2')).rejects.toMatchObject({ code: 'policy_invalid' });
  await expect(propose_('version: 1\nactions: { policy.update: { risk: low, mode: auto } }')).rejects.toThrow('actions.policy.update.mode');
  await expect(propose_(STRICT, { ...activation, configured: 'acme/policies' })).rejects.toMatchObject({ code: 'policy_configured' });
  expect((await on.actions.list({ limit: 10 })).items).toEqual([]);
});

test('texts that come with the installation are kept once each, and no version can be changed', async () => {
  const inForce = { hash: 'a'.repeat(64), text: DEFAULT_POLICY_TEXT, source: 'default' };
  await Promise.all([versions.note(inForce), versions.note(inForce), versions.note(inForce)]);
  await versions.note({ ...inForce, hash: 'b'.repeat(64), source: 'policy.yaml' });
  expect((await versions.list({ limit: 10 })).map(({ nr, source }) => [nr, source])).toEqual([
    [2, 'policy.yaml'],
    [1, 'default'],
  ]);
  // They are a record, not a source: only people activate.
  expect(await versions.activated()).toBeNull();
  for (const statement of [sql`update policy_versions set text = 'x'`, sql`delete from policy_versions`, sql`truncate policy_versions`])
    await expect(database.db.run(statement)).rejects.toThrow('append-only');
});

test('simulation over HTTP counts each change, pages what changed, and says what was not recorded', async () => {
  for (let made = 0; made < 5; made += 1) await label();
  await propose(on, proposal('issue.label', { args: { add: ['x'] } }));
  const old = await label();
  await database.db.run(sql`update actions set decision = decision - 'facts' where id = ${old.id}`);
  const seen: unknown[] = [];
  let cursor: unknown;
  do {
    const page = await api.ok(
      'viewer',
      'POST',
      '/v1/policy/simulate',
      { text: STRICT, since: '1d', limit: 2, ...(cursor === undefined ? {} : { cursor }) },
      200,
    );
    expect(page).toMatchObject({ considered: 6, unknown: 1, truncated: false });
    expect(page['counts']).toEqual([
      { from: 'auto', to: 'ask', count: 5 },
      { from: 'auto', to: 'require_approval', count: 1 },
    ]);
    seen.push(...(page['items'] as unknown[]));
    cursor = page['next_cursor'] ?? undefined;
  } while (cursor !== undefined);
  expect(new Set(seen.map((item) => (item as { action_id: string }).action_id)).size).toBe(6);
  const none = await api.ok('viewer', 'POST', '/v1/policy/simulate', { text: DEFAULT_POLICY_TEXT }, 200);
  expect(none['counts']).toEqual([{ from: 'auto', to: 'auto', count: 6 }]);
  expect(none['items']).toEqual([]);
});

test("simulation keeps a project's override over the new text, and says where it would no longer fit", async () => {
  const text = 'version: 1\nactions: { pr.label: { risk: low, mode: auto } }';
  const by = (projectId: string) => propose(on, proposal('pr.label', { args: { add: ['x'] }, projectId }));
  await by('proj_shop');
  await by('proj_blog');
  overrides['proj_shop'] = { text: '{ version: 1, actions: { pr.label: { mode: require_approval } } }', source: 'shop.yaml' };
  const report = await activation.simulate(text, new Date(0));
  expect(report.changed.map(({ projectId, to }) => [projectId, to])).toEqual([['proj_shop', 'require_approval']]);
  const stricter = await activation.simulate(STRICT.replace('mode: ask', 'mode: require_approval, min_approvals: 3'), new Date(0));
  expect(stricter.changed.map(({ to }) => to)).toEqual(['require_approval', 'require_approval']);
  overrides['proj_shop'] = { text: '{ version: 1, actions: { pr.label: { min_approvals: 2 } } }', source: 'shop.yaml' };
  const misfit = await activation.simulate(STRICT.replace('mode: ask', 'mode: ask, min_approvals: 3'), new Date(0));
  expect(misfit.changed.find(({ projectId }) => projectId === 'proj_shop')?.to).toBe('deny');
  delete overrides['proj_shop'];
});

test('the routes: in force, explained, listed; proposing needs a developer', async () => {
  expect(await api.ok('viewer', 'GET', '/v1/policy')).toMatchObject({ source: 'default', override: null, engine: null });
  const explained = await api.ok(
    'viewer',
    'POST',
    '/v1/policy/explain',
    { action_kind: 'pr.create', facts: { plan: { approved: true }, change: { files: 41 } } },
    200,
  );
  expect(explained).toMatchObject({ mode: 'require_approval', rule: 'limits.max_files_per_change', rule_name: 'actions.pr.create' });
  expect(explained['conditions']).toEqual([{ member: 'when', text: 'plan.approved', holds: true, error: null }]);
  expect(explained['limits']).toContainEqual({ name: 'max_files_per_change', state: 'over', reason: '41 files are more than 40.' });
  expect((await api.call('viewer', 'POST', '/v1/policy/activate', { text: STRICT })).status).toBe(403);
  const proposed = await api.ok('developer', 'POST', '/v1/policy/activate', { text: STRICT, since: '12h' });
  expect(proposed).toMatchObject({ status: 'pending', simulated: { considered: 0 } });
  expect((await api.call('viewer', 'POST', '/v1/policy/simulate', { text: STRICT, since: 'yesterday' })).status).toBe(422);
  await versions.note({ hash: 'a'.repeat(64), text: 'x', source: 'default' });
  expect(await api.ok('viewer', 'GET', '/v1/policy/versions')).toMatchObject({
    items: [{ version: 1, source: 'default', action_id: null }],
    next_cursor: null,
  });
  expect((await api.call('viewer', 'GET', '/v1/policy/versions?cursor=x')).status).toBe(422);
});

test('a text is checked with the line of each problem', async () => {
  const checked = await api.ok('viewer', 'POST', '/v1/policy/check', { text: 'version: 1\nactions:\n  pr.label: { risk: low, mode: maybe }\n' }, 200);
  expect(checked).toMatchObject({ valid: false, problems: [{ path: 'actions.pr.label.mode', line: 3, column: 26 }] });
  expect(await api.ok('viewer', 'POST', '/v1/policy/check', { text: STRICT }, 200)).toMatchObject({ valid: true, problems: [] });
});

test('an action is explained under a text that is tried, and nothing of it is in force', async () => {
  const body = { action_kind: 'pr.label', facts: {} };
  const ask = (text: string | null) => api.ok('viewer', 'POST', '/v1/policy/explain', { ...body, text }, 200);
  expect(await ask(null)).toMatchObject({ mode: 'auto' });
  expect(await ask(STRICT)).toMatchObject({ mode: 'ask', sources: { organisation: 'tried' } });
  expect((await policy.current()).source).toBe('default');
  expect(await api.call('viewer', 'POST', '/v1/policy/explain', { ...body, text: 'version: 2' })).toMatchObject({ status: 422 });
});

test('questions that were asked are listed with their facts, by kind, newest first, without those that kept none', async () => {
  await label();
  await propose(on, proposal('issue.label', { args: { add: ['y'] } }));
  const newest = await label();
  const old = await label();
  await database.db.run(sql`update actions set decision = decision - 'facts' where id = ${old.id}`);
  const { items } = await api.ok('viewer', 'GET', '/v1/policy/questions?action_kind=pr.label&limit=1');
  expect(items).toEqual([
    expect.objectContaining({ action_id: newest.id, action_kind: 'pr.label', facts: expect.objectContaining({ args: { add: ['x'], remove: [] } }) }),
  ]);
  const facts = (items as Array<{ facts: object }>)[0]?.facts;
  expect(await api.ok('viewer', 'POST', '/v1/policy/explain', { action_kind: 'pr.label', facts }, 200)).toMatchObject({ mode: 'auto' });
});

test('the vocabulary names what a policy may name', async () => {
  const words = await api.ok('viewer', 'GET', '/v1/policy/vocabulary');
  const kinds = (words['action_kinds'] as Array<{ kind: string; reserved: boolean }>).filter(({ reserved }) => !reserved).map(({ kind }) => kind);
  expect(kinds).toEqual([...ACTION_KINDS]);
  expect(words).toMatchObject({ approvers: ['role:developer', 'role:maintainer', 'role:manager', 'role:admin'] });
});

test('strict compliance holds for decisions and for explanations, and keeps what was looked at', async () => {
  const strict = withComplianceMode(policy, { get: async () => 'strict' as never });
  const question = { actionKind: 'pr.label', facts: { plan: { approved: true } } };
  const decision = await strict.evaluate(question);
  expect(decision).toEqual(insistOnPeople(await policy.evaluate(question)));
  expect(decision).toMatchObject({ kind: 'approval', facts: { plan: { approved: true } } });
  expect((await strict.explain(question)).decision.kind).toBe('approval');
});

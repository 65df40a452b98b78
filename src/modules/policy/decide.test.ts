import { expect, test } from 'vitest';
import type { JsonObject } from '#kernel/json.ts';
import { ACTION_KINDS } from '#modules/actions/model.ts';
import { parsePolicy, tightenPolicy } from './commands.ts';
import { decidePolicy } from './decide.ts';
import { DEFAULT_POLICY_TEXT } from './model.default.ts';
import type { Policy } from './model.document.ts';
import { LIMIT_FACTS, type LimitFact } from './model.facts.ts';
import type { PolicyDecision, PolicyQuestion } from './model.ts';

function parsed(text: string): Policy {
  const result = parsePolicy(text, ACTION_KINDS);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  return result.value;
}

const shipped = parsed(DEFAULT_POLICY_TEXT);
const ask = (actionKind: string, facts: JsonObject = {}, policy = shipped): PolicyDecision => decidePolicy(policy, { actionKind, facts });
const modeOf = (decision: PolicyDecision): string => (decision.kind === 'approval' ? decision.mode : decision.kind);

test('the shipped policy names every action kind of the code, and nothing else', () => {
  expect(Object.keys(shipped.rules).sort()).toEqual([...ACTION_KINDS].sort());
});

const branch = (name: string, more: JsonObject = {}) => ({
  plan: { approved: true },
  target: { branch: name, forge: 'github', is_default: false, is_checked_out: false, ...more },
});
/** A request of a repository's owner for that repository. */
const own = { work: { source: 'request' }, target: { forge: 'path' }, project: { self_approval: 'local' } };

test.each<[string, JsonObject, string]>([
  ['pr.label', {}, 'auto'],
  ['issue.label', {}, 'auto'],
  ['issue.comment.triage', {}, 'auto'],
  ['issue.comment.plan', {}, 'auto'],
  ['issue.comment.questions', {}, 'auto'],
  ['pr.check', {}, 'auto'],
  ['approval.notify', {}, 'auto'],
  ['pr.comment.answer', {}, 'auto'],
  ['pr.review', {}, 'auto'],
  ['pr.reviewers', {}, 'auto'],
  ['pr.thread.reply', {}, 'auto'],
  ['pr.thread.resolve', {}, 'auto'],
  ['pr.comment.summary', { channel: { public: false } }, 'auto'],
  ['pr.comment.summary', { channel: { public: true } }, 'ask'],
  ['pr.comment.summary', {}, 'deny'],
  ['pr.comment.output', { channel: { public: true } }, 'auto'],
  ['issue.tick', {}, 'auto'],
  ['ci.rerun', {}, 'auto'],
  ['release.draft', {}, 'auto'],
  ['release.changelog', {}, 'ask'],
  ['pr.revert', {}, 'require_approval'],
  ['branch.delete', branch('ai-12'), 'auto'],
  ['branch.delete', branch('main'), 'require_approval'],
  ['branch.delete', branch('ai-12', { is_default: true }), 'require_approval'],
  ['branch.delete', { ...branch('ai-12'), plan: { approved: false } }, 'require_approval'],
  ['branch.delete', branch('epic/3-cart'), 'require_approval'],
  ['branch.delete', {}, 'deny'],
  ['pr.create', { plan: { approved: true } }, 'auto'],
  ['pr.create', { plan: { approved: false } }, 'require_approval'],
  ['pr.create', {}, 'deny'],
  ['agent.dispatch', { plan: { approved: false }, pull: { opted_in: false } }, 'require_approval'],
  ['agent.dispatch', { plan: { approved: false }, pull: { opted_in: true } }, 'auto'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'medium' } }, 'auto'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'high' }, pull: { opted_in: false } }, 'require_approval'],
  ['agent.dispatch', { plan: { approved: true } }, 'deny'],
  ['branch.push', branch('ai-12'), 'auto'],
  ['branch.push', branch('epic/3-cart'), 'auto'],
  ['branch.push', branch('reeve/a/b'), 'auto'],
  ['branch.push', branch('main'), 'require_approval'],
  ['branch.push', branch('release'), 'require_approval'],
  ['branch.push', branch('feature', { forge: 'path' }), 'auto'],
  ['branch.push', branch('feature', { forge: 'path', is_checked_out: true }), 'require_approval'],
  ['branch.push', branch('main', { forge: 'path', is_default: true }), 'require_approval'],
  ['branch.push', branch('ai-12', { is_default: true }), 'require_approval'],
  ['branch.push', { ...branch('ai-12'), plan: { approved: false } }, 'require_approval'],
  ['branch.push', { plan: { approved: true }, target: { branch: 'ai-12', forge: 'github' } }, 'deny'],
  ['branch.create', branch('ai-12'), 'auto'],
  ['branch.create', branch('main', { is_default: true }), 'require_approval'],
  ['pr.assign', {}, 'ask'],
  ['issue.assign', {}, 'ask'],
  ['issue.create.low', {}, 'ask'],
  ['plan.approve', { ...own, work: { source: 'local' } }, 'require_approval'],
  ['plan.approve', own, 'auto'],
  ['plan.approve', { ...own, target: { forge: 'github' } }, 'require_approval'],
  ['plan.approve', { ...own, project: { self_approval: 'never' } }, 'require_approval'],
  ['plan.approve', {}, 'deny'],
  ['pr.merge', {}, 'require_approval'],
  ['pr.close', {}, 'require_approval'],
  ['issue.transition', {}, 'require_approval'],
  ['issue.close', {}, 'require_approval'],
  ['policy.update', {}, 'require_approval'],
  ['incident.page', {}, 'require_approval'],
  ['toString', {}, 'require_approval'],
  ['__proto__', {}, 'require_approval'],
])('shipped policy: %s with %j is %s', (kind, facts, expected) => expect(modeOf(ask(kind, facts))).toBe(expected));

test('an approval says who, how many and how long; a kind nobody named is high risk', () => {
  expect(ask('pr.merge')).toMatchObject({
    risk: 'high',
    approvers: ['maintainer'],
    minApprovals: 1,
    rule: 'actions.pr.merge.mode',
    ttlMs: 7 * 86_400_000,
  });
  expect(ask('policy.update')).toMatchObject({ minApprovals: 2 });
  expect(ask('pr.assign')).toMatchObject({ approvers: ['developer'], ttlMs: 86_400_000 });
  expect(ask('statuspage.update')).toMatchObject({ risk: 'high', rule: 'defaults.mode', approvers: ['maintainer'] });
});

test.each<[string, JsonObject, string, string]>([
  ['a protected path', { change: { paths: ['src/a.ts', '.github/workflows/ci.yml'] } }, 'require_approval', 'limits.protected_paths'],
  ['a protected path in other case', { change: { paths: ['.GitHub/workflows/ci.yml'] } }, 'require_approval', 'limits.protected_paths'],
  ['a nested lock file', { change: { paths: ['web/package-lock.json'] } }, 'require_approval', 'limits.protected_paths'],
  ['too many files', { change: { files: 41, paths: [] } }, 'require_approval', 'limits.max_files_per_change'],
  ['too many bytes', { change: { bytes: 4_194_305 } }, 'require_approval', 'limits.max_bytes_per_change'],
  ['a month over its cost', { cost: { month_usd: 200.01 } }, 'require_approval', 'limits.max_monthly_cost_usd'],
  ['personal data', { personal_data: { found: true } }, 'require_approval', 'limits.pii_redaction'],
  ['a large channel', { channel: { size: 11 } }, 'ask', 'limits.max_channel_size_auto_post'],
  [
    'a change within the limits',
    {
      change: { files: 40, bytes: 4_194_304, paths: ['src/a.ts'] },
      cost: { month_usd: 200 },
      channel: { size: 10 },
      personal_data: { found: false },
    },
    'auto',
    'actions.pr.label.mode',
  ],
])('limits hold whatever the rule: %s', (_, facts, mode, rule) => {
  const decision = ask('pr.label', facts);
  expect([modeOf(decision), decision.rule]).toEqual([mode, rule]);
});

test('a protected path raises the risk to high, and a limit never loosens a stricter rule', () => {
  expect(ask('pr.label', { change: { paths: ['AGENTS.md'] } }).risk).toBe('high');
  expect(modeOf(ask('pr.merge', { channel: { size: 1000 } }))).toBe('require_approval');
});

test.each<[string, JsonObject, string, string]>([
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'low' } }, 'require_approval', 'limits.max_monthly_cost_usd'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'low' }, cost: {} }, 'require_approval', 'limits.max_monthly_cost_usd'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'low' }, cost: { month_usd: 1 } }, 'auto', 'actions.agent.dispatch.mode'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'low' }, cost: { month_usd: null } }, 'deny', 'limits.max_monthly_cost_usd'],
  ['agent.dispatch', { plan: { approved: true }, work: { risk: 'low' }, cost: { month_usd: -1 } }, 'deny', 'limits.max_monthly_cost_usd'],
  ['issue.comment.plan', {}, 'require_approval', 'limits.pii_redaction'],
  ['issue.comment.plan', { personal_data: { found: false } }, 'auto', 'actions.issue.comment.plan.mode'],
  ['issue.comment.plan', { personal_data: { found: true } }, 'require_approval', 'limits.pii_redaction'],
  ['report.post.public', { personal_data: { found: false } }, 'ask', 'limits.max_channel_size_auto_post'],
  ['report.post.public', { personal_data: { found: false }, channel: { size: 10 } }, 'auto', 'actions.report.post.public.mode'],
  ['report.post.public', { channel: { size: 10_000 } }, 'require_approval', 'limits.pii_redaction'],
  ['pr.label', {}, 'auto', 'actions.pr.label.mode'],
])('where a fact of a limit is observed, missing it counts as the limit passed: %s with %j is %s', (kind, facts, mode, rule) => {
  const observed = Object.keys(LIMIT_FACTS) as LimitFact[];
  const policy = parsed(DEFAULT_POLICY_TEXT.replace('limits:', '  report.post.public: { risk: medium, mode: auto }\n\nlimits:'));
  const decision = decidePolicy(policy, { actionKind: kind, facts }, observed);
  expect([modeOf(decision), decision.rule]).toEqual([mode, rule]);
});

test('a merge whose change nobody looked at is high risk once changes are observed', () => {
  expect(
    decidePolicy(parsed('{ version: 1, actions: { pr.merge: { risk: low, mode: auto } } }'), { actionKind: 'pr.merge', facts: {} }, ['change.paths']),
  ).toMatchObject({
    kind: 'approval',
    risk: 'high',
    rule: 'limits.protected_paths',
  });
});

// The fault table of governance.md lesson 1, on the shipped policy: nothing of a wrong shape is ever allowed.
const broken = (change: (policy: Record<string, unknown>) => void): Policy => {
  const copy = structuredClone(shipped) as unknown as Record<string, unknown>;
  change(copy);
  return copy as unknown as Policy;
};
const rule = (change: Record<string, unknown>) =>
  broken((policy) => Object.assign((policy['rules'] as Record<string, object>)['pr.label'] ?? {}, change));
const question = (facts: unknown, actionKind: unknown = 'pr.label') => ({ actionKind, facts }) as PolicyQuestion;
const cyclic: Record<string, unknown> = {};
cyclic['target'] = cyclic;
const trap = new Proxy(
  {},
  {
    get: () => {
      throw new Error('trap');
    },
    has: () => {
      throw new Error('trap');
    },
    ownKeys: () => {
      throw new Error('trap');
    },
    getOwnPropertyDescriptor: () => {
      throw new Error('trap');
    },
  },
);

test.each<[string, unknown, unknown]>([
  ['no policy', null, question({})],
  ['an undefined policy', undefined, question({})],
  ['a policy that is a text', 'auto', question({})],
  ['an empty policy', {}, question({})],
  ['a policy without rules', broken((policy) => delete policy['rules']), question({})],
  ['a policy without limits', broken((policy) => delete policy['limits']), question({ change: { files: 1 } })],
  ['a policy without a hash', broken((policy) => delete policy['hash']), question({})],
  ['a rule that is null', broken((policy) => ((policy['rules'] as Record<string, unknown>)['pr.label'] = null)), question({})],
  ['an unknown mode', rule({ mode: 'allow' }), question({})],
  ['a mode in capitals', rule({ mode: 'AUTO' }), question({})],
  ['no mode', rule({ mode: undefined }), question({})],
  ['an unknown risk', rule({ risk: 'none' }), question({})],
  ['no approvers', rule({ approvers: [] }), question({})],
  ['agents as approvers', rule({ approvers: ['agent'] }), question({})],
  ['no approvals needed', rule({ minApprovals: 0 }), question({})],
  ['a count that is NaN', rule({ minApprovals: Number.NaN }), question({})],
  ['a time that is NaN', rule({ ttlMs: Number.NaN }), question({})],
  ['a time that is infinite', rule({ ttlMs: Number.POSITIVE_INFINITY }), question({})],
  ['a condition that is a text', rule({ when: 'true' }), question({})],
  ['a condition of an unknown kind', rule({ when: { text: 'x', expression: { kind: 'call' } } }), question({})],
  [
    'a condition with an unknown operator',
    rule({
      when: { text: 'x', expression: { kind: 'compare', operator: '~', left: { kind: 'literal', value: 1 }, right: { kind: 'literal', value: 1 } } },
    }),
    question({}),
  ],
  ['a condition without an expression', rule({ when: { text: 'x', expression: undefined } }), question({})],
  ['no question', shipped, null],
  ['no facts', shipped, question(undefined)],
  ['facts that are null', shipped, question(null)],
  ['facts that are a list', shipped, question([])],
  ['facts that are a text', shipped, question('x')],
  ['facts that throw', shipped, question(trap)],
  ['a kind that is no text', shipped, question({}, 5)],
  ['an empty kind', shipped, question({}, '')],
  ['a number of files that is NaN', shipped, question({ change: { files: Number.NaN } })],
  ['a number of files that is a text', shipped, question({ change: { files: '1' } })],
  ['bytes that are infinite', shipped, question({ change: { bytes: Number.POSITIVE_INFINITY } })],
  ['a change that is null', shipped, question({ change: null })],
  ['paths that are a text', shipped, question({ change: { paths: '.github/x' } })],
  ['a path that is a number', shipped, question({ change: { paths: [5] } })],
  ['a cost that is NaN', shipped, question({ cost: { month_usd: Number.NaN } })],
  ['a cost that is a list', shipped, question({ cost: [] })],
  ['personal data that is maybe', shipped, question({ personal_data: { found: 'maybe' } })],
  ['a channel size that is undefined', shipped, question({ channel: { size: undefined } })],
  ['a condition over a missing field', shipped, question({}, 'pr.create')],
  ['a condition over a field of another type', shipped, question({ plan: { approved: 'yes' } }, 'pr.create')],
  ['a condition over null', shipped, question({ plan: { approved: null } }, 'pr.create')],
  ['a condition over NaN', shipped, question({ plan: { approved: Number.NaN } }, 'pr.create')],
  ['facts that go in circles', shipped, question(cyclic, 'branch.push')],
  ['an inherited field', shipped, question(Object.create({ plan: { approved: true } }), 'pr.create')],
])('%s denies', (_, policy, asked) => {
  const decision = decidePolicy(policy as Policy, asked as PolicyQuestion);
  expect(decision.kind).toBe('deny');
  expect(decision.reason).not.toBe('');
});

const problems = (text: string): string[] => {
  const result = parsePolicy(text, ACTION_KINDS);
  return result.ok ? [] : result.error.map(({ path, detail }) => `${path}: ${detail}`);
};

test.each([
  ['an unknown key', 'version: 1\nactions: {}\nlimit: {}', 'limit: there is no such key; did you mean limits?'],
  [
    'an unknown key in a rule',
    'version: 1\nactions: { pr.merge: { risk: high, mod: auto } }',
    'actions.pr.merge.mod: there is no such key; did you mean mode?',
  ],
  ['an unknown limit', 'version: 1\nactions: {}\nlimits: { max_file_per_change: 1 }', 'did you mean max_files_per_change?'],
  ['an unknown kind', 'version: 1\nactions: { pr.mrege: { risk: high } }', 'actions.pr.mrege: there is no such action kind; did you mean pr.merge?'],
  ['a duplicate key', 'version: 1\nactions: {}\nactions: {}', 'unique'],
  ['an alias', 'version: 1\nactions: { pr.merge: &a { risk: high }, pr.close: *a }', 'Alias'],
  ['a custom tag', 'version: 1\nactions: !!js/function {}', 'tag'],
  ['another version', 'version: 2\nactions: {}', 'version'],
  ['no actions', 'version: 1', 'actions'],
  ['an unknown mode', 'version: 1\nactions: { pr.merge: { risk: high, mode: allow } }', 'actions.pr.merge.mode'],
  ['a looser default', 'version: 1\ndefaults: { risk: high, mode: auto }\nactions: {}', 'defaults.mode'],
  ['an agent as approver', 'version: 1\nactions: { pr.merge: { risk: high, approvers: [role:agent] } }', 'actions.pr.merge.approvers'],
  ['no approvals needed', 'version: 1\nactions: { pr.merge: { risk: high, min_approvals: 0 } }', 'min_approvals'],
  ['a time too long', 'version: 1\nactions: { pr.merge: { risk: high, ttl: 31d } }', 'actions.pr.merge.ttl: must be between'],
  ['a time too short', 'version: 1\nactions: { pr.merge: { risk: high, ttl: 0m } }', 'ttl'],
  ['a condition that is wrong', "version: 1\nactions: { pr.merge: { risk: high, when: 'a ==' } }", 'actions.pr.merge.when: a value is expected'],
  ['not YAML', 'version: [1', 'Flow'],
  ['nothing', '', ''],
  ['a text', 'auto', ''],
])('a policy with %s is refused', (_, text, expected) => {
  const found = problems(text);
  expect(found.length).toBeGreaterThan(0);
  expect(found.join('\n')).toContain(expected);
});

test('a named kind without a mode is asked about, and the hash ignores layout but no word', () => {
  const plain = parsed('version: 1\nactions: { pr.label: { risk: low } }');
  expect(modeOf(ask('pr.label', {}, plain))).toBe('ask');
  expect(parsed('actions:\n  pr.label:\n    risk: "low" # note\nversion: 1\n').hash).toBe(plain.hash);
  expect(parsed('version: 1\nactions: { pr.label: { risk: medium } }').hash).not.toBe(plain.hash);
});

function loosened(text: string): string[] {
  const result = tightenPolicy(shipped, text, ACTION_KINDS);
  return result.ok ? [] : result.error.map((problem) => problem.path);
}

test.each([
  ['{ version: 1, actions: { pr.merge: { risk: low } } }', 'actions.pr.merge.risk'],
  ['{ version: 1, actions: { pr.merge: { mode: ask } } }', 'actions.pr.merge.mode'],
  ['{ version: 1, actions: { pr.merge: { approvers: [role:developer] } } }', 'actions.pr.merge.approvers'],
  ['{ version: 1, actions: { pr.merge: { approvers: [role:admin, role:developer] } } }', 'actions.pr.merge.approvers'],
  ['{ version: 1, actions: { policy.update: { min_approvals: 1 } } }', 'actions.policy.update.min_approvals'],
  ['{ version: 1, actions: { pr.merge: { ttl: 30d } } }', 'actions.pr.merge.ttl'],
  ['{ version: 1, actions: { release.publish: { mode: auto } } }', 'actions.release.publish.mode'],
  ['{ version: 1, limits: { max_files_per_change: 41 } }', 'limits.max_files_per_change'],
  ['{ version: 1, limits: { max_monthly_cost_usd: 1000 } }', 'limits.max_monthly_cost_usd'],
  ['{ version: 1, limits: { pii_redaction: off } }', 'limits.pii_redaction'],
  ['{ version: 1, limits: { pii_redaction: standard } }', 'limits.pii_redaction'],
])('a project may not loosen: %s', (text, path) => expect(loosened(text)).toEqual([path]));

test('a project may tighten: rules, conditions, limits, paths and shadow add up', () => {
  const text = `version: 1
actions:
  pr.label: { mode: ask, risk: high, approvers: [role:manager], min_approvals: 2, ttl: 1h }
  pr.create: { when: "repo.tier != 'core'" }
  pr.comment.summary: { ask_if: "task.urgent" }
limits: { max_files_per_change: 5, protected_paths: ["db/**"] }
shadow: true`;
  const result = tightenPolicy(shipped, text, ACTION_KINDS);
  if (!result.ok) throw new Error(JSON.stringify(result.error));
  const strict = result.value;
  expect(strict.shadow).toBe(true);
  expect(strict.hash).not.toBe(shipped.hash);
  expect(ask('pr.label', {}, strict)).toMatchObject({ mode: 'ask', risk: 'high', approvers: ['manager'], minApprovals: 2, ttlMs: 3_600_000 });
  expect(modeOf(ask('pr.create', { plan: { approved: true }, repo: { tier: 'core' } }, strict))).toBe('require_approval');
  expect(modeOf(ask('pr.create', { plan: { approved: true }, repo: { tier: 'standard' } }, strict))).toBe('auto');
  expect(modeOf(ask('pr.create', { plan: { approved: false }, repo: { tier: 'standard' } }, strict))).toBe('require_approval');
  expect(modeOf(ask('pr.comment.summary', { channel: { public: false }, task: { urgent: true } }, strict))).toBe('ask');
  expect(ask('issue.label', { change: { paths: ['db/x.sql'] } }, strict).rule).toBe('limits.protected_paths');
  expect(ask('issue.label', { change: { paths: ['.github/x'] } }, strict).rule).toBe('limits.protected_paths');
  expect(ask('issue.label', { change: { files: 6 } }, strict).rule).toBe('limits.max_files_per_change');
});

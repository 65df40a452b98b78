import { afterAll, expect, test } from 'vitest';
import { LONG } from '../../../test/kit/long.ts';
import { ACTION_KINDS } from '#modules/actions/model.ts';
import { conditionOf, createDice, factsOf, type Dice } from './__fixtures__/pairs.ts';
import { parsePolicy, tightenPolicy } from './commands.ts';
import { decidePolicy } from './decide.ts';
import { readEngineAnswer, withEngine } from './decide.engine.ts';
import { parseExpression } from './decide.expression.ts';
import { LIMIT_FACTS, type LimitFact } from './model.facts.ts';
import type { Facts, PolicyDecision, PolicyQuestion } from './model.ts';

const { stackTraceLimit } = Error;
Error.stackTraceLimit = 0;
afterAll(() => {
  Error.stackTraceLimit = stackTraceLimit;
});

const CASES = LONG ? 100_000 : 4000;
const KINDS = ['pr.label', 'pr.comment.summary', 'agent.dispatch', 'report.post.public'] as const;
const OBSERVED = Object.keys(LIMIT_FACTS) as LimitFact[];

const RISKS = ['low', 'medium', 'high'] as const;
const MODES = ['auto', 'ask', 'require_approval'] as const;
const ROLES = ['developer', 'maintainer', 'manager', 'admin'] as const;

/** Every member of a decision by which it may be stricter, each a number that grows with strictness. */
function strictness(decision: PolicyDecision): Record<string, number> {
  const kind = decision.kind === 'approval' ? MODES.indexOf(decision.mode) : decision.kind === 'auto' ? 0 : 3;
  if (decision.kind === 'deny') return { kind };
  if (decision.kind === 'auto') return { kind, risk: RISKS.indexOf(decision.risk) };
  const weakest = Math.min(...decision.approvers.map((role) => (ROLES as readonly string[]).indexOf(role)));
  return { kind, risk: RISKS.indexOf(decision.risk), weakest, approvals: decision.minApprovals, hurry: -decision.ttlMs };
}

/** Members in which `later` is looser than `earlier`. A denial is stricter than everything; between the others each member counts. */
function looserIn(earlier: PolicyDecision, later: PolicyDecision): string[] {
  const before = strictness(earlier);
  const after = strictness(later);
  return Object.keys(after).filter((member) => (after[member] ?? 0) < (before[member] ?? Number.NEGATIVE_INFINITY));
}

function condition(dice: Dice): string | undefined {
  if (dice.roll(2) === 0) return undefined;
  const text = conditionOf(dice, 1);
  return parseExpression(text).ok ? text : undefined;
}

/** One time in `times`: an override of many members is nearly always refused, because one of them loosens. */
const some = <T>(dice: Dice, value: T, times = 2): T | undefined => (dice.roll(times) === 0 ? value : undefined);

function ruleOf(dice: Dice, whole: boolean): object {
  const times = whole ? 2 : 6;
  return {
    risk: whole ? dice.pick(RISKS) : some(dice, dice.pick(RISKS), times),
    mode: some(dice, dice.pick(MODES), whole ? 2 : 3),
    when: condition(dice),
    ask_if: condition(dice),
    approvers: some(dice, [`role:${dice.pick(ROLES)}`, ...(dice.roll(3) === 0 ? [`role:${dice.pick(ROLES)}`] : [])], times),
    min_approvals: some(dice, 1 + dice.roll(3), times),
    ttl: some(dice, dice.pick(['1h', '2d', '10d']), times),
  };
}

const limitsOf = (dice: Dice, times: number): object => ({
  max_monthly_cost_usd: some(dice, dice.roll(4), times),
  max_channel_size_auto_post: some(dice, dice.roll(4), times),
  pii_redaction: some(dice, dice.pick(['off', 'standard', 'strict']), times),
  max_files_per_change: some(dice, 1 + dice.roll(4), times),
  max_bytes_per_change: some(dice, 1 + dice.roll(4), times),
  protected_paths: some(dice, [dice.pick(['a/**', '**/b', 'c'])]),
});

/** YAML is a superset of JSON, which leaves out what is undefined. */
function policyText(dice: Dice, whole: boolean): string {
  const named = KINDS.filter(() => dice.roll(3) > 0);
  const actions = Object.fromEntries(named.map((kind) => [kind, ruleOf(dice, whole)]));
  return JSON.stringify({ version: 1, actions, limits: limitsOf(dice, whole ? 2 : 8) });
}

function questionOf(dice: Dice): PolicyQuestion {
  const amount = (): unknown => dice.pick([0, 1, 2, 3, 5, -1, Number.NaN, null, 'x']);
  const groups: Record<string, unknown> = {
    change: { files: amount(), bytes: amount(), paths: dice.pick([[], ['a/x'], ['c'], 'c']) },
    cost: { month_usd: amount() },
    personal_data: { found: dice.pick([true, false, 'maybe']) },
    channel: dice.pick([{ size: amount() }, {}, []]),
  };
  const brought = Object.fromEntries(Object.entries(groups).filter(() => dice.roll(3) === 0));
  return { actionKind: dice.pick(KINDS), facts: { ...factsOf(dice), ...brought } as Facts };
}

test(`in ${CASES} cases of policy, override and question the tightened decision is never looser`, () => {
  const dice = createDice(7);
  const looser: string[] = [];
  let tried = 0;
  let stricter = 0;
  while (tried < CASES) {
    const organisation = policyText(dice, true);
    const project = policyText(dice, false);
    const base = parsePolicy(organisation, ACTION_KINDS);
    const tight = base.ok ? tightenPolicy(base.value, project, ACTION_KINDS) : base;
    // An override that would loosen is refused as a whole, and then nothing is allowed there.
    if (!base.ok || !tight.ok) continue;
    for (let asked = 0; asked < 20; asked += 1) {
      const question = questionOf(dice);
      const before = decidePolicy(base.value, question, OBSERVED);
      const after = decidePolicy(tight.value, question, OBSERVED);
      const members = looserIn(before, after);
      if (members.length > 0) looser.push(`${members.join()}: ${organisation} + ${project} asked ${JSON.stringify(question)}`);
      if (looserIn(after, before).length > 0) stricter += 1;
      tried += 1;
    }
  }
  expect(looser.slice(0, 3)).toEqual([]);
  // Worth something only while overrides do make a difference.
  expect(stricter).toBeGreaterThan(CASES / 20);
}, 1_800_000);

test('shadow stays on, and the default for kinds nobody named stays', () => {
  const base = parsePolicy('{ version: 1, actions: {}, shadow: true }', ACTION_KINDS);
  if (!base.ok) throw new Error('the policy is valid');
  const off = tightenPolicy(base.value, '{ version: 1, shadow: false }', ACTION_KINDS);
  expect(off.ok ? null : off.error.map(({ path }) => path)).toEqual(['shadow']);
  expect(tightenPolicy(base.value, '{ version: 1, defaults: { risk: low } }', ACTION_KINDS).ok).toBe(false);
});

const shared = { risk: 'medium', rule: 'r', reason: 'because', policyHash: 'h' } as const;
const OWN: PolicyDecision[] = [
  { kind: 'auto', ...shared },
  { kind: 'deny', ...shared },
  ...(['ask', 'require_approval'] as const).flatMap((mode) =>
    ROLES.map((role): PolicyDecision => ({ kind: 'approval', mode, ...shared, approvers: [role], minApprovals: 2, ttlMs: 1000 })),
  ),
];

test.each(OWN)('an engine only makes %j stricter, and is never looser than it said itself', (own) => {
  for (const effect of ['auto', 'ask', 'require_approval', 'deny'] as const) {
    const decision = withEngine(own, 'x', { effect, reason: 'so' });
    expect(looserIn(own, decision)).toEqual([]);
    expect(strictness(decision)['kind']).toBeGreaterThanOrEqual(['auto', 'ask', 'require_approval', 'deny'].indexOf(effect));
  }
});

test.each<[unknown, string]>([
  [{ effect: 'auto', reason: 'fine' }, 'auto'],
  [{ effect: 'allow', reason: 'fine' }, 'deny'],
  [{ effect: 'AUTO', reason: 'fine' }, 'deny'],
  [{ effect: ['auto'], reason: 'fine' }, 'deny'],
  [{ effect: 'auto' }, 'deny'],
  [{ effect: 'auto', reason: 5 }, 'deny'],
  [{ effect: 'auto', reason: 'fine', more: 1 }, 'deny'],
  [Object.create({ effect: 'auto', reason: 'fine' }), 'deny'],
  [[{ effect: 'auto', reason: 'fine' }], 'deny'],
  ['auto', 'deny'],
  [true, 'deny'],
  [1, 'deny'],
  [Number.NaN, 'deny'],
  [null, 'deny'],
  [undefined, 'deny'],
])('the answer %j of an engine is %s', (answer, effect) => expect(readEngineAnswer(answer).effect).toBe(effect));

import { expect, test } from 'vitest';
import { argsFrom, fieldsOf, isChanged } from './args-fields.ts';
import { byRisk, isChosen, MOST_CHOSEN, namesToType, NOTHING, stillWaiting, toggled, withAllAlike } from './selection.ts';
import type { GlassUse } from './queries.ts';
import {
  doneOf,
  factsOf,
  foreseenOf,
  glassStep,
  glassText,
  isGlassReady,
  listOf,
  nameOf,
  originOf,
  outcomeOf,
  owedOf,
  repositoryOf,
  timeLeft,
  winnerIn,
} from './words.ts';

const NOW = Date.parse('2026-11-21T10:00:00.000Z');
const inSeconds = (seconds: number): string => new Date(NOW + seconds * 1000).toISOString();

test.each([
  [3 * 86_400 + 5, '3 d left', 'plenty'],
  // Rounded as every other list says it: `in 7 d`.
  [7 * 86_400 - 60, '7 d left', 'plenty'],
  [47 * 3600 + 60, '47 h 01 min left', 'plenty'],
  [3600, '1 h 00 min left', 'plenty'],
  [3599, '59:59 left', 'soon'],
  [61, '01:01 left', 'soon'],
  [0.4, '00:00 left', 'soon'],
  [0, 'time is over', 'over'],
  [-5, 'time is over', 'over'],
])('with %s seconds to go it says "%s"', (seconds, text, state) => {
  expect(timeLeft(inSeconds(seconds), NOW)).toEqual({ text, state });
});

test('people and roles are named as people say them, and long lists are counted', () => {
  expect(['person:mia', 'role:manager', 'system'].map(nameOf)).toEqual(['mia', 'any manager', 'system']);
  expect(listOf(['a'])).toBe('a');
  expect(listOf(['a', 'b'])).toBe('a and b');
  expect(listOf(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c and 3 more');
  expect(originOf('rita', 'person:rita')).toBe('proposed by rita');
  expect(originOf('person:rita', 'agent:codex')).toBe('asked for by rita, proposed by agent:codex');
  expect(originOf(null, 'system')).toBe('proposed by system');
});

test('what became of it says who, and what was done after a yes', () => {
  const decided = (more: object) =>
    ({
      status: 'approved',
      decided_by: 'person:mia',
      reason: null,
      action_status: 'executed',
      outcome: null,
      self_approved: false,
      ...more,
    }) as never;
  expect(outcomeOf(decided({}))).toBe('Approved by mia.');
  expect(doneOf(decided({}))).toBe('It was done.');
  expect(doneOf(decided({ action_status: 'failed', outcome: { error: 'The head moved.' } }))).toBe('It could not be done: The head moved.');
  expect(outcomeOf(decided({ status: 'expired', decided_by: 'system' }))).toBe('It ran out: nobody decided in time.');
  expect(doneOf(decided({ status: 'declined' }))).toBe('');
  expect(outcomeOf(decided({ status: 'pending', decided_by: null }))).toBe('');
});

test('a refused decision tells who was first', () => {
  expect(winnerIn({ outcome: { status: 'declined', decided_by: 'person:max' } })).toBe('declined by max');
  expect(winnerIn({ outcome: { status: 'expired', decided_by: null } })).toBe('expired');
  expect(winnerIn({ problems: [] })).toBeNull();
});

test('the record says where, by whom, and under which conditions; one that says nothing breaks nothing', () => {
  const record = {
    target: { repo: 'acme/shop', forge: 'github' },
    proposer: { subject: 'agent:codex', run: 'run_1', model: 'm' },
    trigger_user: 'rita',
    preconditions: { head_sha: 'abc', base_sha: null },
  };
  expect(factsOf(record)).toMatchObject({ requester: 'rita', run: 'run_1', repo: 'acme/shop', conditions: ['the head is abc'] });
  expect(factsOf({})).toMatchObject({ requester: null, proposer: 'unknown', repo: '', conditions: [] });
});

const item = (id: string, kind = 'issue.close', more: object = {}) =>
  ({
    id,
    kind,
    digest: id,
    risk: 'medium',
    confirm: null,
    headline: id,
    issue_title: null,
    notes: [],
    record: {},
    status: 'pending',
    you: { may_decide: true, voted: false },
    ...more,
  }) as never;

test('like is chosen with like, at most a hundred, and what waits no longer is let go', () => {
  const one = toggled(NOTHING, item('a'));
  expect(toggled(one, item('b', 'pr.merge'))).toBe(one);
  expect(toggled(one, item('a'))).toBe(NOTHING);
  const list = [item('a'), item('b'), item('c', 'pr.merge'), item('d', 'issue.close', { you: { may_decide: false, voted: false } }), item('e')];
  const { selection: all } = withAllAlike(one, list);
  expect(all.items.map(({ id }) => id)).toEqual(['a', 'b', 'e']);
  expect(isChosen(all, 'e')).toBe(true);
  expect(stillWaiting(all, list)).toBe(all);
  expect(stillWaiting(all, [item('a'), item('b', 'issue.close', { status: 'declined' })]).items.map(({ id }) => id)).toEqual(['a']);
  const many = Array.from({ length: 150 }, (_, nr) => item(`i${nr}`));
  expect(withAllAlike(toggled(NOTHING, item('i0')), many).selection.items).toHaveLength(MOST_CHOSEN);
  const risky = toggled(toggled(NOTHING, item('a', 'pr.merge', { confirm: 'acme/shop' })), item('b', 'pr.merge', { confirm: 'acme/shop' }));
  expect(namesToType(risky)).toEqual(['acme/shop']);
});

test('what is riskier than what was chosen, or was asked about and not answered, is not chosen with it, and is counted', () => {
  const noted = (...kinds: string[]) => ({ notes: kinds.map((kind) => ({ kind })) });
  const planned = (...risks: string[]) => ({ record: { args: { risks } } });
  const list = [
    item('plain'),
    item('less', 'issue.close', { risk: 'low' }),
    item('badge', 'issue.close', { risk: 'high' }),
    item('plan', 'issue.close', planned('low: Few checks', 'high: It touches payment')),
    item('same', 'issue.close', planned('medium: Large')),
    item('asked', 'issue.close', noted('answer', 'question')),
    item('answered', 'issue.close', noted('question', 'answer', 'reminded')),
  ];
  const alike = withAllAlike(toggled(NOTHING, item('plain')), list);
  expect(alike.selection.items.map(({ id }) => id)).toEqual(['plain', 'less', 'same', 'answered']);
  expect(alike.left).toEqual({ riskier: 2, asked: 1 });
  expect(byRisk(list.slice(0, 4)).map(({ id }) => id)).toEqual(['badge', 'plan', 'plain', 'less']);
  // Whoever has chosen a risky one wants those.
  expect(withAllAlike(toggled(NOTHING, item('badge', 'issue.close', { risk: 'high' })), list).left).toEqual({ riskier: 0, asked: 1 });
});

test('before it is sent, whoever changes an action hears that they could not decide it, and who could', () => {
  const asked = { kind: 'approval' as const, approvers: ['maintainer'], needed: 1, reason: 'r' };
  const never = { may_decide: false, why_not: { code: 'requester_never_decides', reason: 'Who asked for it never decides it.' } };
  expect(foreseenOf({ ...asked, eligible: ['person:mia', 'person:max'], you: { may_decide: true, why_not: null } })).toEqual({
    text: 'It would then wait for any maintainer.',
    warns: false,
  });
  expect(foreseenOf({ ...asked, eligible: ['person:max', 'person:rita'], you: never })).toEqual({
    text: 'You could then not decide it yourself: Who asked for it never decides it. It would then wait for any maintainer: max and rita.',
    warns: true,
  });
  expect(foreseenOf({ ...asked, eligible: [], you: never }).text).toMatch(/but nobody here may decide it: it would wait until its time is over\.$/);
  expect(foreseenOf({ ...asked, kind: 'auto', eligible: [], you: never }).warns).toBe(false);
});

const SCHEMA = {
  required: ['message', 'reason'],
  properties: {
    title: { type: 'string' },
    message: { type: 'string', contentMediaType: 'text/plain' },
    reason: { enum: ['completed', 'duplicate'] },
    duplicate_of: { anyOf: [{ type: 'integer' }, { type: 'null' }] },
    labels: { type: 'array', items: { type: 'string' } },
    draft: { type: 'boolean' },
    evidence: {},
  },
};
const BEFORE = { message: 'one\r\ntwo', reason: 'duplicate', labels: ['a', 'b'], evidence: { score: 1 } };

test('each argument becomes a field of its kind, what is needed first', () => {
  const fields = fieldsOf(SCHEMA, BEFORE);
  expect(fields.map(({ name, form, absent }) => [name, form, absent])).toEqual([
    ['message', 'lines', false],
    ['reason', 'choice', false],
    ['title', 'line', true],
    ['duplicate_of', 'number', true],
    ['labels', 'list', false],
    ['draft', 'flag', true],
    ['evidence', 'json', false],
  ]);
});

test('only what was typed changes; an emptied field is left out, and what cannot be read is said', () => {
  const fields = fieldsOf(SCHEMA, BEFORE);
  expect(isChanged(fields, { labels: 'a\nb' })).toBe(false);
  expect(argsFrom(BEFORE, fields, { labels: ' a \n\n c ', duplicate_of: '12', draft: 'true', evidence: '' })).toEqual({
    ok: true,
    args: { message: 'one\r\ntwo', reason: 'duplicate', labels: ['a', 'c'], duplicate_of: 12, draft: true },
  });
  expect(argsFrom(BEFORE, fields, { duplicate_of: 'x', evidence: '{' })).toEqual({
    ok: false,
    problems: { duplicate_of: 'This is no number.', evidence: 'This is not JSON.' },
  });
});

test('glass is broken with a reason and the very name of the repository alone', () => {
  const said = { reason: 'Checkout is down', typed: ' acme/shop ', repository: repositoryOf({ target: { repo: 'acme/shop' } }) };
  expect(isGlassReady(said)).toBe(true);
  expect(isGlassReady({ ...said, reason: '   quick     ' })).toBe(false);
  expect(isGlassReady({ ...said, typed: 'acme/sho' })).toBe(false);
});

test('nobody is offered to confirm their own opening, nor to break glass for what is decided', () => {
  const used = (state: GlassUse['state']) => ({ state, opened_by: 'person:mia' }) as GlassUse;
  const step = (state: GlassUse['state'] | null, me: string, status: Parameters<typeof glassStep>[0]['status'] = 'pending') =>
    glassStep({ use: state === null ? null : used(state), status, me: `person:${me}` }).step;
  expect([step(null, 'mia'), step('opened', 'max'), step('opened', 'mia'), step('ran_out', 'mia')]).toEqual(['open', 'confirm', 'own', 'open']);
  expect([step('broken', 'max'), step(null, 'max', 'declined'), step('opened', 'mia', 'expired')]).toEqual(['over', 'over', 'over']);
});

test.each([
  ['opened', 'pending', 'Opened; it waits for a second maintainer.', 'A second maintainer confirms it, or it runs out.'],
  ['ran_out', 'pending', 'Opened, and not confirmed in time: it let nothing pass.', null],
  ['not_needed', 'executed', 'Opened, and not needed: it was decided without it.', null],
  ['broken', 'approved', 'Broken; it goes on without its approvers.', 'Write down what happened the same day.'],
  ['broken', 'executed', 'Broken; it was done without its approvers.', 'Write down what happened the same day.'],
  ['broken', 'failed', 'Broken; what it let pass failed.', 'Write down what happened the same day.'],
] as const)('an emergency exit that is %s while its action is %s', (state, status, text, owed) => {
  expect([glassText({ state, action_status: status }), owedOf({ state, account: null })]).toEqual([text, owed]);
});

test('nothing is owed for an emergency once what happened is written down', () => {
  expect(owedOf({ state: 'broken', account: 'Checkout was down.' })).toBeNull();
});

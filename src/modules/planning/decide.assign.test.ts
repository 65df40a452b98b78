import { describe, expect, test } from 'vitest';
import { decideAssignments, sharedHours, type AssignFacts, type PersonCandidate } from './decide.assign.ts';

const NOW = new Date('2026-01-15T12:00:00Z');

function person(handle: string, change: Partial<PersonCandidate> = {}): PersonCandidate {
  return { handle, skills: [], capacityHoursPerWeek: 32, timezone: 'Europe/Berlin', wipLimit: 3, owns: [], active: true, ...change };
}

function task(key: string, change: Partial<Parameters<typeof decideAssignments>[0][number]> = {}) {
  return { key, title: 'Round the cart total', description: '', scope: ['src/cart.js'], estimate: 'S' as const, role: 'coder' as const, ...change };
}

function assign(facts: Partial<AssignFacts>, tasks = [task('t1')]) {
  return decideAssignments(tasks, { people: [], agents: [], load: {}, timezones: [], now: NOW, ...facts });
}

describe('who gets a task', () => {
  test.each<[string, Partial<AssignFacts>, string | null]>([
    ['the one with the skill', { people: [person('anna'), person('ben', { skills: ['cart'] })] }, 'person:ben'],
    [
      'the one who knows the language of the files',
      { people: [person('anna', { skills: ['python'] }), person('ben', { skills: ['javascript'] })] },
      'person:ben',
    ],
    ['the owner of the path', { people: [person('anna'), person('ben', { owns: ['src/**'] })] }, 'person:ben'],
    ['the one with room', { people: [person('anna'), person('ben')], load: { 'person:anna': 2 } }, 'person:ben'],
    ['the one with hours', { people: [person('anna', { capacityHoursPerWeek: 2 }), person('ben')] }, 'person:ben'],
    [
      'the one who is awake',
      { people: [person('anna', { timezone: 'Pacific/Auckland' }), person('ben')], timezones: ['Europe/Paris'] },
      'person:ben',
    ],
    [
      'an agent when it fits better',
      { people: [person('anna')], agents: [{ name: 'codex', skills: ['cart', 'javascript'], concurrency: 4 }] },
      'agent:codex',
    ],
    [
      'a person when they fit better',
      { people: [person('anna', { skills: ['cart', 'javascript'], owns: ['src/cart.js'] })], agents: [{ name: 'codex', concurrency: 1 }] },
      'person:anna',
    ],
    [
      'an agent when the work goes to agents, however well a person fits',
      { people: [person('anna', { skills: ['cart'], owns: ['**'] })], agents: [{ name: 'codex' }], doers: 'agents' },
      'agent:codex',
    ],
    ['the first name among equals', { people: [person('zoe'), person('anna')] }, 'person:anna'],
    ['an agent before a person among equals', { people: [person('anna')], agents: [{ name: 'zed', concurrency: 1 }] }, 'agent:zed'],
    ['nobody over the limit', { people: [person('anna')], load: { 'person:anna': 3 } }, null],
    ['nobody who left', { people: [person('anna', { active: false })] }, null],
    ['nobody without hours', { people: [person('anna', { capacityHoursPerWeek: 0 })] }, null],
    ['nobody at all', {}, null],
  ])('%s', (_name, facts, expected) => {
    expect(assign(facts).get('t1')?.assignee).toBe(expected);
  });

  test('a full agent still takes work, it queues; with another agent free that one is better', () => {
    expect(assign({ agents: [{ name: 'codex', concurrency: 1 }], load: { 'agent:codex': 1 } }).get('t1')?.assignee).toBe('agent:codex');
    expect(
      assign({
        agents: [
          { name: 'codex', concurrency: 1 },
          { name: 'opencode', concurrency: 1 },
        ],
        load: { 'agent:codex': 1 },
      }).get('t1')?.assignee,
    ).toBe('agent:opencode');
  });

  test('tasks of one plan count as load for the next, so they spread and stop at the limit', () => {
    const people = [person('anna', { wipLimit: 2 }), person('ben', { wipLimit: 1 })];
    const result = assign(
      { people },
      ['t1', 't2', 't3', 't4'].map((key) => task(key)),
    );
    expect([...result.values()].map(({ assignee }) => assignee)).toEqual(['person:anna', 'person:ben', 'person:anna', null]);
  });
});

describe('who answers for a task', () => {
  const people = [person('anna', { skills: ['cart'] }), person('ben'), person('cleo', { active: false, skills: ['cart', 'javascript'] })];
  const agents = [{ name: 'codex', skills: ['javascript'], concurrency: 4 }];

  test('is the person who fits best when an agent does it, and the sentence says that they would fit better than the agent', () => {
    const chosen = assign({ people: [person('anna', { skills: ['cart', 'javascript'], owns: ['src/**'] })], agents, doers: 'agents' }).get('t1');
    expect(chosen?.assignee).toBe('agent:codex');
    expect(chosen?.assignment.reason).toMatch(/the only one who can take it \(the work goes to agents; person:anna with [\d.]+ would fit better\)/);
    expect(chosen?.assignment.accountable).toMatchObject({ who: 'person:anna' });
    expect(assign({ people, agents, doers: 'agents' }).get('t1')?.assignment.accountable?.who).toBe('person:anna');
  });

  test('is whoever does it, when that is a person; and nobody where nobody is able', () => {
    expect(assign({ people }).get('t1')?.assignment.accountable).toMatchObject({ who: 'person:anna', reason: expect.stringMatching(/^Does it: /) });
    expect(assign({ people: [person('anna', { active: false })], agents, doers: 'agents' }).get('t1')?.assignment.accountable).toBeNull();
  });
});

test('a task policy keeps agents off goes to a person even where work goes to agents, and the candidates say why', () => {
  const agents = [{ name: 'codex', skills: ['cart', 'javascript'] }];
  const facts = { people: [person('anna')], agents, doers: 'agents', refusedToAgents: new Map([['t1', 'protected path']]) } as const;
  const result = assign(facts, [task('t1'), task('t2')]);
  expect([...result.values()].map(({ assignee }) => assignee)).toEqual(['person:anna', 'agent:codex']);
  expect(result.get('t1')?.assignment.candidates.find(({ who }) => who === 'agent:codex')).toMatchObject({
    score: null,
    says: ['policy: protected path'],
  });
});

test('an agent is asked only for the roles it fills here', () => {
  const agents = [
    { name: 'codex', roles: ['coder'] },
    { name: 'prober', roles: ['tester'] },
  ] as const;
  const result = assign({ agents }, [task('t1'), task('t2', { role: 'tester' }), task('t3', { role: 'reviewer' })]);
  expect([...result.values()].map(({ assignee }) => assignee)).toEqual(['agent:codex', 'agent:prober', null]);
});

test('the reason is a sentence with scores, and all candidates are kept', () => {
  const chosen = assign({ people: [person('anna', { skills: ['cart'] }), person('ben', { active: false })] }).get('t1')?.assignment;
  expect(chosen?.reason).toMatch(
    /^person:anna with [\d.]+ of 100, the only one who can take it: knows cart; 0 of 3 tasks taken, 32 h a week; 8 shared working hours\.$/,
  );
  expect(chosen?.candidates.map(({ who, score }) => [who, score === null])).toEqual([
    ['person:anna', false],
    ['person:ben', true],
  ]);
  const parts = Object.values(chosen?.candidates[0]?.parts ?? {}).reduce((sum, part) => sum + part, 0);
  expect(chosen?.score).toBeCloseTo(parts, 5);
});

test('nobody able: the reason says why', () => {
  expect(assign({ people: [person('anna')], load: { 'person:anna': 3 } }).get('t1')?.assignment.reason).toBe(
    'Nobody can take it now: person:anna (work-in-progress limit reached (3 of 3)).',
  );
});

test.each([
  ['Europe/Berlin', ['Europe/Berlin'], 8],
  ['Europe/London', ['Europe/Berlin'], 7],
  ['America/New_York', ['Europe/Berlin'], 2],
  ['Asia/Kolkata', ['UTC'], 2.5],
  ['Pacific/Auckland', ['Europe/Berlin'], 0],
  ['Pacific/Auckland', ['Pacific/Honolulu'], 7],
  ['Europe/Berlin', [], 8],
  ['Nowhere/Land', ['UTC'], 0],
])('%s shares working hours with %j: %d', (zone, others, hours) => {
  expect(sharedHours(zone, others, NOW)).toBe(hours);
});

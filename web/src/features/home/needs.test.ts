import { describe, expect, test } from 'vitest';
import { countOf, dollars, nameOfCap, needsOf, urgency } from './needs.ts';
import type { Home } from './queries.ts';

const NOTHING = { count: 0, more: false, evidence: '/v1/x', items: [] };
const empty: Home = {
  at: '2026-01-01T12:00:00.000Z',
  today: '2026-01-01T00:00:00.000Z',
  handle: 'mia',
  approvals: { ...NOTHING, all: 0, soon: 0 },
  questions: NOTHING,
  escalations: NOTHING,
  reviews: NOTHING,
  running: NOTHING,
  merged: NOTHING,
  landed: NOTHING,
  stuck: NOTHING,
  budget: { stopped: false, evidence: '/v1/budget', lines: [] },
};
const at = (minute: number) => new Date(Date.UTC(2026, 0, 1, 12, minute)).toISOString();
const approval = (id: string, minute: number) => ({
  id,
  kind: 'pr.merge',
  risk: 'high',
  headline: `Merge ${id}`,
  repository: 'shop/web',
  requester: 'ann',
  project_id: 'p',
  issue_id: null,
  issue_title: null,
  created_at: at(0),
  expires_at: at(minute),
});
const question = (id: string, minute: number) => ({
  id,
  job_id: `run-${id}`,
  issue_id: null,
  project_id: 'p',
  agent: 'codex',
  question: `${id}?`,
  asked_at: at(0),
  expires_at: at(minute),
});
const issue = (id: string, minute: number) => ({
  id,
  project_id: 'p',
  number: 3,
  title: id,
  state: 'failed',
  reason: 'It broke.',
  assignee: null,
  changed_at: at(minute),
});

describe('what needs me', () => {
  const home: Home = {
    ...empty,
    approvals: { ...NOTHING, count: 9, all: 12, soon: 0, items: [approval('later', 50), approval('soon', 10)] },
    questions: { ...NOTHING, count: 1, items: [question('q', 20)] },
    escalations: { ...NOTHING, count: 2, items: [issue('new', 5), issue('old', 1)] },
  };

  test('is in the order in which it runs out, and then in the order in which it began to wait', () => {
    expect(needsOf(home).map(({ key }) => key)).toEqual(['soon', 'q', 'later', 'old', 'new']);
  });

  test('puts a merge before plans that were asked for earlier, where nothing runs out within the hour', () => {
    const plan = { ...approval('plan', 120), risk: 'medium' };
    const calm = { ...home, questions: NOTHING, escalations: NOTHING, approvals: { ...home.approvals, items: [plan, approval('merge', 180)] } };
    expect(needsOf(calm).map(({ key }) => key)).toEqual(['merge', 'plan']);
  });

  test('leads to where it is dealt with: a question to the run that asks', () => {
    expect(
      needsOf(home)
        .map(({ to, id }) => [to, id])
        .slice(0, 2),
    ).toEqual([
      ['/approvals/$id', 'soon'],
      ['/runs/$id', 'run-q'],
    ]);
  });

  test('counts everything, also what is not shown', () => {
    expect(countOf(home)).toBe(12);
    expect(countOf(empty)).toBe(0);
  });

  test('is urgent in its last hour and more so in its last quarter of one', () => {
    const now = Date.parse(at(0));
    expect([urgency(null, now), urgency(at(90), now), urgency(at(59), now), urgency(at(14), now), urgency(at(-1), now)]).toEqual([
      'neutral',
      'neutral',
      'warn',
      'bad',
      'bad',
    ]);
  });
});

test.each([
  [0, '$0'],
  [4_000, '$0.004'],
  [12_300_000, '$12.30'],
  [999_999_999, '$1,000.00'],
  [45_000_000_000, '$45,000'],
])('%d micros are %s', (micros, text) => expect(dollars(micros)).toBe(text));

test('a cap is called by its project where the name is known', () => {
  expect(nameOfCap({ scope: 'installation', period: 'month' }, undefined)).toBe('All projects, this month');
  expect(nameOfCap({ scope: 'project', period: 'day' }, 'Shop')).toBe('Shop, this day');
  expect(nameOfCap({ scope: 'project', period: 'day' }, undefined)).toBe('A project, this day');
});

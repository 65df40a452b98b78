import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import { decideFindings, evidenceOf, peopleOf, POPULATION_COLUMNS, populationRow, shown } from './decide.ts';
import { decisionOf as decision, vote } from './__fixtures__/facts.ts';
import { deliveryWaitS } from './decide.deliveries.ts';
import { EVIDENCE, type ComplianceDocument, type Facts } from './model.ts';
import { SOC2_TEXT, VERIFIER_TEXT } from './model.verifier.ts';
import { underReeve } from './queries.completeness.ts';

const glass = (by: string): Facts['decisions'][number]['emergency'] => ({
  reason: 'Checkout is down',
  opened_by: by,
  confirmed_by: 'person:max',
  at: '2026-01-02T00:00:00Z',
});

const change = (by: string): Facts['changes'][number] => ({
  change_request_id: 'cr_1',
  document_sha256: 'e',
  submitted_by: by,
  submitted_at: '2026-01-01T10:00:00Z',
  target: 'main',
  rung: 'R0',
  tree: 't',
  verified_tree: 't',
  commit: 'c',
  landed_at: '2026-01-02T00:01:00Z',
});

const facts = (more: Partial<Facts> = {}): Facts => ({
  kind: 'pull_request',
  subject: 'act_1',
  project_id: 'proj_1',
  project: 'shop',
  repository: 'acme/shop',
  changed_at: '2026-01-02T00:01:00Z',
  commit: 'c',
  issue: {
    id: 'iss_1',
    number: 7,
    title: 'A "title", with a comma',
    body_sha256: 'f',
    source: 'github',
    url: null,
    author: 'dora',
    requested_by: 'dora',
    created_at: '2026-01-01T09:00:00Z',
  },
  plan: null,
  pull: null,
  changes: [change('agent:coder')],
  agents: [],
  models: [],
  decisions: [decision()],
  checks: [{ name: 'test', conclusion: 'success', by: 'reeve', commit: 'c' }],
  policy: { hash: 'p', source: 'default', text_sha256: 'x' },
  ...more,
});

test('a change with a ticket, another person as approver, an approval before and green checks has nothing to find', () => {
  expect(decideFindings(facts())).toEqual({
    ticket_before_work: true,
    author_approved: false,
    approved_before_change: true,
    checks_passed: true,
    self_approved: false,
    emergency: false,
  });
});

test.each<[string, Partial<Facts>, Partial<ComplianceDocument['findings']>]>([
  ['whoever asked approved', { decisions: [decision({ votes: [vote('person:dora')] })] }, { author_approved: true }],
  ['whoever wrote it approved', { changes: [change('person:mia')] }, { author_approved: true }],
  [
    'whoever wrote it declined',
    { changes: [change('person:mia')], decisions: [decision({ votes: [vote('person:mia', 'decline')] })] },
    { author_approved: false },
  ],
  ['the approval came after', { decisions: [decision({ approved_at: '2026-01-03T00:00:00Z' })] }, { approved_before_change: false }],
  ['nobody approved', { decisions: [decision({ approved_at: null })] }, { approved_before_change: false }],
  ['a check failed', { checks: [{ name: 't', conclusion: 'failure', by: 'ci', commit: null }] }, { checks_passed: false }],
  ['a check was cut off', { checks: [{ name: 't', conclusion: 'unknown', by: 'queue', commit: null }] }, { checks_passed: false }],
  ['there are no checks', { checks: [] }, { checks_passed: null }],
  ['there is no ticket', { issue: null }, { ticket_before_work: null }],
  [
    'the work is older than the ticket',
    { changes: [{ ...change('agent:coder'), submitted_at: '2026-01-01T08:00:00Z' }] },
    { ticket_before_work: false },
  ],
  ['it was an emergency', { decisions: [decision({ votes: [], emergency: glass('person:mia') })] }, { emergency: true, author_approved: false }],
  ['whoever asked broke the glass', { decisions: [decision({ votes: [], emergency: glass('person:dora') })] }, { author_approved: true }],
  ['a rule that is named after an emergency is none', { decisions: [decision({ rule: 'actions.override.break-glass' })] }, { emergency: false }],
  ['whoever asked decided, as the project allows', { decisions: [decision({ self_approved: true })] }, { self_approved: true }],
])('the findings say that %s', (_, more, found) => {
  expect(decideFindings(facts(more))).toMatchObject(found);
});

test('people of a change are those who asked, wrote and voted', () => {
  expect(peopleOf(facts())).toEqual(['agent:coder', 'dora', 'mia']);
});

test('people of a change are also those who broke glass for it, and its line in the population says emergency', () => {
  const changed = facts({ decisions: [decision({ votes: [], emergency: glass('person:ole') })] });
  expect(peopleOf(changed)).toEqual(['agent:coder', 'dora', 'max', 'ole']);
  const record = { ...changed, v: 1, id: 'comp_1', number: 1, recorded_at: '', findings: decideFindings(changed), hashes: {} } as ComplianceDocument;
  expect(populationRow(record, 'x').split(',').at(POPULATION_COLUMNS.indexOf('emergency'))).toBe('true');
});

test('evidence is the same text in whatever order the database gives members back', () => {
  const reversed = JSON.parse(
    JSON.stringify(facts(), (_, value: unknown) => (isPlain(value) ? Object.fromEntries(Object.entries(value).toReversed()) : value)),
  ) as Facts;
  expect(evidenceOf(reversed, 'p')).toEqual(evidenceOf(facts(), 'p'));
  expect(Object.keys(evidenceOf(facts(), 'p'))).toEqual([...EVIDENCE]);
  expect(shown({ b: 1, a: [{ d: 1, c: 2 }] })).toBe('{\n  "a": [\n    {\n      "c": 2,\n      "d": 1\n    }\n  ],\n  "b": 1\n}\n');
});

const isPlain = (value: unknown): value is object => typeof value === 'object' && value !== null && !Array.isArray(value);

test('a row of the population has a cell per column, and a formula of a stranger is text in a spreadsheet', () => {
  const record = {
    ...facts({ project: '=cmd()', repository: 'a,"b"' }),
    v: 1,
    id: 'comp_1',
    number: 3,
    recorded_at: '',
    findings: decideFindings(facts()),
    hashes: {},
  } as ComplianceDocument;
  const row = populationRow(record, 'abc');
  expect(row).toBe(
    `3,comp_1,pull_request,'=cmd(),"a,""b""",2026-01-02T00:01:00Z,c,7,,dora,person:mia,2026-01-02T00:00:00Z,true,false,false,false,abc`,
  );
  expect(row.replace(/"[^"]*""[^"]*"""/, 'x').split(',')).toHaveLength(POPULATION_COLUMNS.length);
});

test('the verifier knows the files and columns of an export and the text that goes with it', () => {
  for (const name of [...EVIDENCE, ...POPULATION_COLUMNS]) expect(VERIFIER_TEXT).toContain(`'${name}'`);
  expect(VERIFIER_TEXT).toContain(createHash('sha256').update(SOC2_TEXT).digest('hex'));
  expect([...VERIFIER_TEXT.matchAll(/from '([^']+)'/g)].map(([, from]) => from).filter((from) => !from?.startsWith('node:'))).toEqual([]);
});

test('what lies above a recorded commit counts whatever date it bears, and what was there before Reeve does not', () => {
  const commit = (name: string, atUnixS: number) => ({ commit: name, atUnixS });
  const history = [commit('new', 200), commit('backdated', 5), commit('recorded', 150), commit('old', 50)];
  const names = (known: string[], since: number) => underReeve(history, new Set(known), since).map((one) => one.commit);
  expect(names(['recorded'], 1000)).toEqual(['new', 'backdated', 'recorded']);
  expect(names([], 100)).toEqual(['new', 'backdated', 'recorded']);
  expect(names([], 1000)).toEqual([]);
});

test('a delivery is tried ten times over three days and then given up', () => {
  const waits = Array.from({ length: 12 }, (_, attempts) => deliveryWaitS(attempts));
  expect(waits.slice(0, 9).every((wait) => wait !== null)).toBe(true);
  expect(waits.slice(9)).toEqual([null, null, null]);
  expect(waits.slice(0, 9).toSorted((a, b) => (a ?? 0) - (b ?? 0))).toEqual(waits.slice(0, 9));
});

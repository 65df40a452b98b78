import { expect, test } from 'vitest';
import { decideRound, tellFindings } from './decide.rounds.ts';
import type { Finding, NamedFinding } from './model.ts';

const finding = (what: string, more: Partial<Finding> = {}): Finding => ({
  severity: 'minor',
  path: 'a.ts',
  line: 1,
  what,
  why: '',
  suggestion: null,
  stands: null,
  ...more,
});
const round = (before: NamedFinding[], ...findings: Finding[]) => decideRound(before, { parsed: true, findings });
const told = (findings: readonly NamedFinding[]) => findings.map(({ key, state, what, line }) => `${key} ${state} ${what}:${line}`);

test('findings are named once and keep their names from push to push', () => {
  const first = round([], finding('One'), finding('Two'));
  expect(told(first)).toEqual(['F1 open One:1', 'F2 open Two:1']);
  const second = round(first, finding('Three'), finding('Now in other words', { stands: 'F2', line: 9 }));
  expect(told(second)).toEqual(['F1 settled One:1', 'F2 open Now in other words:9', 'F3 open Three:1']);
  expect(told(round(second, finding('Four')))).toEqual([
    'F1 settled One:1',
    'F2 settled Now in other words:9',
    'F3 settled Three:1',
    'F4 open Four:1',
  ]);
});

test('the same words of the same file are the same finding, whatever the line; of another file they are another one', () => {
  const first = round([], finding('It loses orders!'));
  expect(told(round(first, finding('it loses  orders', { line: 40 })))).toEqual(['F1 open it loses  orders:40']);
  expect(told(round(first, finding('It loses orders!', { path: 'b.ts' })))).toEqual(['F1 settled It loses orders!:1', 'F2 open It loses orders!:1']);
});

test('a finding said twice is two, and a name nobody gave is none', () => {
  const first = round([], finding('One'));
  expect(told(round(first, finding('One'), finding('One'), finding('Other', { stands: 'F9' })))).toEqual([
    'F1 open One:1',
    'F2 open One:1',
    'F3 open Other:1',
  ]);
});

test('a settled finding that comes back is open again under its name', () => {
  const settled = round(round([], finding('One')));
  expect(told(settled)).toEqual(['F1 settled One:1']);
  expect(told(round(settled, finding('One')))).toEqual(['F1 open One:1']);
});

test('an answer that could not be read settles nothing', () => {
  const first = round([], finding('One'));
  expect(decideRound(first, { parsed: false, findings: [] })).toEqual(first);
});

test('the next review is told what is open, by name', () => {
  const first = round([], finding('One', { severity: 'major' }), finding('Two', { path: null, line: null }), finding('Three'));
  const second = round(first, finding('One', { severity: 'major' }), finding('Two', { path: null, line: null }));
  expect(tellFindings(second)).toBe('F1 (major, a.ts:1): One\nF2 (minor): Two');
});

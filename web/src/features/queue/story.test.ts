import { expect, test } from 'vitest';
import { checkRuns, mergeNotes, plainDetail, timelineWord } from './story.ts';

const AT = '2026-11-21T10:00:00.000Z';
const FAILED = { name: 'test', command: 'npm test', exit_code: 1, output: 'expected 1' };

test('runs of the checks are told newest first, with what failed and whose fault it was', () => {
  const journal = [
    { at: AT, event: 'submitted', detail: {} },
    { at: AT, event: 'verified', detail: { tree: 't1', checks: [{ name: 'test', command: 'npm test', exit_code: 0 }] } },
    { at: AT, event: 'quarantined', detail: { reason: { kind: 'checks_failed', checks: [FAILED], attribution: { detail: 'It fails alone.' } } } },
    { at: AT, event: 'verified', detail: { tree: 't1', again: false } },
    { at: AT, event: 'quarantined', detail: { reason: { kind: 'conflict', conflicts: [] } } },
  ];
  expect(checkRuns(journal)).toEqual([
    { at: AT, passed: true, known: true, tree: 't1', checks: [], judgement: null },
    {
      at: AT,
      passed: false,
      known: false,
      tree: null,
      checks: [{ name: 'test', command: 'npm test', exitCode: 1, output: 'expected 1' }],
      judgement: 'It fails alone.',
    },
    { at: AT, passed: true, known: false, tree: 't1', checks: [{ name: 'test', command: 'npm test', exitCode: 0, output: null }], judgement: null },
  ]);
});

test('what more than git did to files is told of the last merge', () => {
  expect(mergeNotes([])).toEqual([]);
  expect(
    mergeNotes([
      { event: 'merged', detail: { structured: [{ path: 'old.json', rule: 'json' }] } },
      { event: 'merged', detail: { structured: [{ path: 'a.json', rule: 'json' }], regenerated: ['package-lock.json'] } },
    ]),
  ).toEqual([
    { path: 'a.json', how: 'merged by structure (json)' },
    { path: 'package-lock.json', how: "written by the project's command" },
  ]);
});

test('an event nobody named yet shows as its own words', () => {
  expect(timelineWord('quarantined').word).toBe('Set aside');
  expect(timelineWord('lane.left_behind').word).toBe('lane: left behind');
});

test('how it was merged is told in words', () => {
  expect(plainDetail('onto e9e89eb384 by R1')).toBe('onto e9e89eb384 (merged by git)');
  expect(plainDetail('made on e9e89eb384')).toBe('made on e9e89eb384');
});

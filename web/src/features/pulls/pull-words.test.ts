import { expect, it } from 'vitest';
import {
  askedText,
  checksState,
  checksText,
  findingsText,
  happenedText,
  minutesText,
  proposedText,
  signed,
  waitsText,
  withoutMarks,
} from './pull-words.ts';

const checks = { passed: 0, failed: 0, pending: 0, other: 0, verdict: null, at: null } as const;

it('says who is waited for, with roles as words', () => {
  const waiting = { for: 'approvers', names: ['role:maintainer', 'ada'], why: '', since: null } as const;
  expect(waitsText({ waiting: { ...waiting, names: [...waiting.names] } })).toBe('A decision: any maintainer, ada');
  expect(waitsText({ waiting: { for: 'ci', names: [], why: '', since: null } })).toBe('Checks');
});

it('one red check outweighs any number of green ones; none is not green', () => {
  expect(checksState({ checks: { ...checks, passed: 9, failed: 1 } })).toBe('failed');
  expect(checksState({ checks: { ...checks, passed: 9, pending: 1 } })).toBe('pending');
  expect(checksState({ checks: { ...checks, verdict: 'green' } })).toBe('passed');
  expect([checksState({ checks }), checksText({ checks })]).toEqual(['none', 'No checks yet']);
  expect(checksText({ checks: { ...checks, passed: 2, failed: 1 } })).toBe('1 failed, 2 passed');
});

it('open findings are told by weight, the gravest first', () => {
  const review = { review_id: 'r', reviewer: 'a', head_sha: 's', at: '', rounds: 1, open: { blocker: 1, major: 0, minor: 2, note: 0 } };
  expect(findingsText({ review })).toBe('1 blocker, 2 minor');
  expect(findingsText({ review: null })).toBe('');
});

it('what happened is told in words', () => {
  expect(happenedText({ kind: 'reviewed', state: 'changes_requested' })).toBe('asked for changes');
  expect(happenedText({ kind: 'voted', state: 'approve' })).toBe('approved the merge');
  expect(happenedText({ kind: 'opened', state: null })).toBe('opened it');
  expect(withoutMarks('Fine.\n<!-- reeve:finding:F1 -->')).toBe('Fine.');
});

it.each([
  [45, '45 min'],
  [180, '3.0 h'],
  [4320, '3.0 d'],
])('%d minutes are %s', (minutes, text) => expect(minutesText(minutes)).toBe(text));

it('signs words that are posted for somebody, and says what they wait for', () => {
  expect(signed(' Done. ', 'zoe')).toBe('Done.\n\n*Written in Reeve by zoe.*');
  expect([proposedText('pending'), proposedText('approved'), proposedText('denied'), proposedText('shadowed')]).toEqual([
    'It waits for a decision.',
    'It is on its way to the forge.',
    'The policy does not allow it. Nothing is sent.',
    'The project only watches: it is written down, and nothing is sent.',
  ]);
  expect(askedText({ action_id: 'act_1', kind: 'pr.thread.reply', status: 'pending' })).toBe('An answer waits for a decision.');
  expect(askedText({ action_id: 'act_1', kind: 'pr.thread.resolve', status: 'failed' })).toBe('Its end could not be sent.');
});

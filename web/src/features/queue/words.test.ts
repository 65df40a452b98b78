import { expect, test } from 'vitest';
import { actorWord, attemptWord, authorWord, byteWords, count, percent, rungWord, sinceLanding } from './words.ts';

const LANDED = { event: 'landed', lost: false, rollbacks: [] };

test('a landing that nobody touched says nothing more', () => {
  expect(sinceLanding(LANDED)).toBeNull();
  expect(sinceLanding({ ...LANDED, rollbacks: [{ kind: 'rollback', outcome: 'not_done' }] })).toBeNull();
});

test('what became of a landing is told by the last thing people did, and a lost one before that', () => {
  expect(sinceLanding({ ...LANDED, rollbacks: [{ kind: 'rollback', outcome: 'done' }] })?.word).toBe('Reverted');
  expect(sinceLanding({ ...LANDED, rollbacks: [{ kind: 'rollback', outcome: 'awaiting_approval' }] })?.word).toBe('Revert waits for approval');
  expect(sinceLanding({ ...LANDED, lost: true })?.word).toBe('Lost');
  expect(sinceLanding({ ...LANDED, lost: true, rollbacks: [{ kind: 'reland', outcome: 'done' }] })?.word).toBe('Landed again');
  expect(sinceLanding({ ...LANDED, event: 'reverted' })?.word).toBe('Taken back by the queue');
});

test('the run that made a change is its author, else whoever submitted it', () => {
  expect(authorWord({ run: { agent: 'coder' }, submitted_by: 'run:x' })).toEqual({ name: 'coder', kind: 'agent' });
  expect([attemptWord({ attempt: 2, submitted_by: 'run:x' }), attemptWord({ attempt: 1, submitted_by: 'run:x' })]).toEqual(['attempt 2', null]);
  expect(attemptWord({ attempt: 102, submitted_by: 'system' })).toBeNull();
  expect(authorWord({ run: null, submitted_by: 'person:mara' })).toEqual({ name: 'mara', kind: 'person' });
  expect(actorWord('token:tok_1')).toBe('token tok_1');
  expect(actorWord('system')).toBe('system');
});

test('figures are written so that nothing is not zero', () => {
  expect([percent(null), percent(0), percent(1), percent(0.9512)]).toEqual(['–', '0 %', '100 %', '95.1 %']);
  expect([count(1, 'file'), count(2, 'file'), count(12_000, 'entry', 'entries')]).toEqual(['1 file', '2 files', '12,000 entries']);
  expect([byteWords(12), byteWords(1440), byteWords(3_200_000)]).toEqual(['12 B', '1.4 kB', '3.2 MB']);
});

test('a rung nobody named yet shows as itself', () => {
  expect(rungWord('R9')?.word).toBe('R9');
  expect(rungWord(null)).toBeNull();
});

import { expect, test } from 'vitest';
import { actorWord, attemptWord, authorWord, byteWords, count, laterOf, percent, rungWord, sinceLanding, tryOf } from './words.ts';

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
  const task = { task_id: 'task_1', submitted_by: 'run:x' };
  expect([attemptWord({ ...task, attempt: 2 }), attemptWord({ ...task, attempt: 1 })]).toEqual(['attempt 2', null]);
  expect(attemptWord({ task_id: 'pull_1', attempt: 102, submitted_by: 'system' })).toBeNull();
  expect(authorWord({ run: null, submitted_by: 'person:mara' })).toEqual({ name: 'mara', kind: 'person' });
  expect(actorWord('token:tok_1')).toBe('token tok_1');
  expect(actorWord('system')).toBe('system');
});

test('what was dropped for a later one leads to it', () => {
  expect(laterOf('resolved as cr_01M8')).toEqual({ id: 'cr_01M8', isDecision: true });
  expect(laterOf('superseded by cr_01M8')).toEqual({ id: 'cr_01M8', isDecision: false });
  expect(laterOf('Not wanted: superseded by cr_01M8')).toBeNull();
});

test('a try of a pull request is counted from the beginning of its story, as a person counts', () => {
  const tries = [101, 102, 200, 203].map((attempt) => tryOf({ task_id: 'pull_1', attempt }));
  expect(tries).toEqual([1, 2, 100, 3]);
  expect(tryOf({ task_id: 'mine', attempt: 102 })).toBe(102);
  expect(attemptWord({ task_id: 'pull_1', attempt: 102, submitted_by: 'person:mira' })).toBe('attempt 2');
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

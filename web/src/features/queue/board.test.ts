import { expect, test } from 'vitest';
import { isMoving, layoutBoard, progressOf, type BoardEntry, type BoardTarget, type QueueStatus } from './board.ts';

const AT = '2026-11-21T10:00:00.000Z';

function entry(id: string, state: BoardEntry['state'], lane: number | null = null, joined = false): BoardEntry {
  const wait = { kind: state, sentence: '', lane, joined, stuck: [], others: [], expected_at: null };
  return { id, state, wait, updated_at: AT } as unknown as BoardEntry;
}

const target = (entries: BoardEntry[], lanes = 2): BoardTarget => ({ lanes, entries, control: 'running' }) as unknown as BoardTarget;

test('what is verified stands in its lane, what passed is landing, and the rest waits in its order', () => {
  const board = layoutBoard(
    target([entry('a', 'verifying', 2), entry('b', 'verifying', 2), entry('c', 'publishing'), entry('d', 'queued'), entry('e', 'queued')]),
  );
  expect(board.lanes).toMatchObject([
    { number: 1, state: 'free', since: null, entries: [] },
    { number: 2, state: 'verifying', since: AT, entries: [{ id: 'a' }, { id: 'b' }] },
  ]);
  expect(board.landing.map(({ id }) => id)).toEqual(['c']);
  expect(board.waiting.map(({ position, entry: { id } }) => `${position} ${id}`)).toEqual(['1 d', '2 e']);
  expect(board.together).toBeNull();
});

test('lanes that are verified as one tree are shown as one', () => {
  const board = layoutBoard(target([entry('a', 'verifying', 1, true), entry('b', 'verifying', 1, true)]));
  expect(board.together?.entries.map(({ id }) => id)).toEqual(['a', 'b']);
  expect(board.lanes.map(({ state }) => state)).toEqual(['free', 'free']);
});

test('a lane that is taken stays while there are fewer lanes than before', () => {
  expect(layoutBoard(target([entry('a', 'merging', 3)], 1)).lanes.map(({ number, state }) => `${number} ${state}`)).toEqual([
    '1 free',
    '2 free',
    '3 merging',
  ]);
});

test('progress follows the usual time, never claims to be done, and says when it takes longer', () => {
  const now = Date.parse(AT) + 30_000;
  expect(progressOf(AT, 60_000, now)).toEqual({ share: 0.5, words: 'about 30 s left' });
  expect(progressOf(AT, 10_000, now)).toEqual({ share: 0.95, words: '20 s longer than usual' });
  expect(progressOf(AT, null, now)).toEqual({ share: null, words: 'for 30 s' });
});

test('a queue moves while something is in it that may go on', () => {
  const status = (control: string, entries: BoardEntry[]) => ({ targets: [{ control, entries }] }) as unknown as QueueStatus;
  expect([
    isMoving(status('running', [entry('a', 'queued')])),
    isMoving(status('paused', [entry('a', 'queued')])),
    isMoving(status('running', [])),
  ]).toEqual([true, false, false]);
  expect(isMoving(undefined)).toBe(false);
});

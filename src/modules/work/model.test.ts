import { describe, expect, it } from 'vitest';
import {
  fieldsOfTracker,
  isAtLeastAsNew,
  mayMove,
  TERMINAL_WORK_STATES,
  WIP_WORK_STATES,
  WORK_STATES,
  WORK_TRANSITIONS,
  type WorkState,
} from './model.ts';

describe('moves of a work item', () => {
  const story: WorkState[] = ['new', 'triaged', 'planned', 'awaiting_approval', 'in_progress', 'in_review', 'awaiting_merge', 'merged'];

  it('follow the story from new to merged', () => {
    const moves = story.slice(1).map((to, index) => mayMove(story[index] ?? 'new', to));
    expect(moves).toEqual(story.slice(1).map(() => true));
  });

  it.each<[WorkState, WorkState]>([
    ['needs_info', 'triaged'],
    ['in_review', 'in_progress'],
    ['awaiting_merge', 'in_progress'],
    ['awaiting_approval', 'planned'],
    ['planned', 'in_progress'],
    ['failed', 'in_progress'],
    ['merged', 'new'],
    ['duplicate', 'new'],
    ['declined', 'new'],
  ])('allow %s to %s', (from, to) => expect(mayMove(from, to)).toBe(true));

  it.each<[WorkState, WorkState]>([
    ['new', 'in_progress'],
    ['new', 'merged'],
    ['triaged', 'merged'],
    ['planned', 'merged'],
    ['merged', 'in_progress'],
    ['merged', 'failed'],
    ['duplicate', 'in_progress'],
    ['declined', 'planned'],
  ])('refuse %s to %s', (from, to) => expect(mayMove(from, to)).toBe(false));

  it('end in a duplicate, a refusal or a failure from anywhere unfinished', () => {
    for (const from of WORK_STATES.filter((state) => !TERMINAL_WORK_STATES.includes(state))) {
      expect([from, mayMove(from, 'duplicate'), mayMove(from, 'declined'), mayMove(from, 'failed')]).toEqual([from, true, true, true]);
    }
  });

  it('never stay where they are, and reach every state from new', () => {
    const reached = new Set<WorkState>(['new']);
    for (const from of reached) for (const to of WORK_TRANSITIONS[from]) reached.add(to);
    expect([...reached].toSorted()).toEqual([...WORK_STATES].toSorted());
    for (const state of WORK_STATES) expect(mayMove(state, state)).toBe(false);
  });

  it('count as work in progress only while they are not ended', () => {
    expect(WIP_WORK_STATES.filter((state) => TERMINAL_WORK_STATES.includes(state))).toEqual([]);
  });
});

describe('which version is newer', () => {
  const early = new Date('2026-01-01T00:00:00Z');
  const late = new Date('2026-01-01T00:00:01Z');
  it.each([
    [late, early, true],
    [early, early, true],
    [early, late, false],
    [early, null, true],
    [null, early, false],
    [null, null, true],
  ])('%s against %s is %s', (a, b, wanted) => expect(isAtLeastAsNew(a, b)).toBe(wanted));
});

describe('what a tracker owns', () => {
  it.each([
    ['local', { title: 'x', labels: [], priority: 'P0' }, ['title', 'labels']],
    ['github', { body: undefined, size: 'S' }, []],
    ['request', { title: 'x', body: 'y', labels: [] }, []],
  ])('%s: of %j it is %j', (source, patch, wanted) => expect(fieldsOfTracker({ source }, patch)).toEqual(wanted));
});

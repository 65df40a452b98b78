import { expect, test } from 'vitest';
import { decideAfterPass, decideTurn, groupBuilds, type PassFacts, type TurnFacts } from './decide.builds.ts';
import type { QueueEntry } from './model.ts';

const NOW = new Date('2026-01-01T12:00:00Z');

function entry(id: string, state: QueueEntry['state'], build: [string, number, number] | null, more: Partial<QueueEntry> = {}): QueueEntry {
  const [name, position, size] = build ?? ['', 0, 1];
  const candidate = { head: `c${position}`, commit: `c${position + 1}`, tree: `t${position + 1}`, rung: 'R0' as const };
  const membership = build === null ? null : { id: name, kind: 'lane' as const, lane: 1, position, size };
  return { id, state, build: membership, candidate, notBefore: null, publish: { kind: 'mirror' }, ...more } as QueueEntry;
}

test('rows of one build are one build in their order; what was begun before there were builds is one by itself', () => {
  const { builds, broken } = groupBuilds([
    entry('b', 'verifying', ['x', 1, 2]),
    entry('a', 'verifying', ['x', 0, 2]),
    entry('c', 'publishing', null),
    entry('d', 'queued', null),
  ]);
  expect(builds.map((build) => [build.state, build.members.map(({ id }) => id)])).toEqual([
    ['verifying', ['a', 'b']],
    ['publishing', ['c']],
  ]);
  expect(broken).toEqual([]);
});

test.each<[string, QueueEntry[]]>([
  ['a member left', [entry('a', 'verifying', ['x', 0, 2])]],
  ['the first left', [entry('b', 'verifying', ['x', 1, 2])]],
  ['a member stands elsewhere', [entry('a', 'verifying', ['x', 0, 2]), entry('b', 'publishing', ['x', 1, 2])]],
  [
    'the chain has a gap',
    [
      entry('a', 'verifying', ['x', 0, 2]),
      entry('b', 'verifying', ['x', 1, 2], { candidate: { head: 'other', commit: 'c', tree: 't', rung: 'R0' } }),
    ],
  ],
])('a build is taken apart when %s', (_, active) => {
  expect(decideTurn({ active, control: 'running', running: new Set(), unpublished: new Set() }, NOW)).toMatchObject({ kind: 'dissolve' });
});

const turn = (active: QueueEntry[], more: Partial<TurnFacts> = {}) => {
  const next = decideTurn({ active, control: 'running', running: new Set(), unpublished: new Set(), ...more }, NOW);
  return next === null ? null : `${next.kind} ${next.build.members.map(({ id }) => id).join('+')}`;
};
const LATER = new Date(NOW.getTime() + 1);

test.each<[string, QueueEntry[], Partial<TurnFacts>, string | null]>([
  ['publishing comes first', [entry('a', 'merging', ['x', 0, 1]), entry('b', 'publishing', ['y', 0, 1])], {}, 'publish b'],
  ['then merging', [entry('a', 'verifying', ['x', 0, 1]), entry('b', 'merging', ['y', 0, 1])], {}, 'merge b'],
  ['then checks that nobody runs', [entry('a', 'verifying', ['x', 0, 1])], {}, 'verify a'],
  ['checks that run are left alone', [entry('a', 'verifying', ['x', 0, 1])], { running: new Set(['x']) }, null],
  ['a back-off is waited for', [entry('a', 'publishing', ['x', 0, 1], { notBefore: LATER })], {}, null],
  ['what waits is not begun here', [entry('a', 'queued', null)], {}, null],
  ['a paused target looks once whether it is out already', [entry('a', 'publishing', ['x', 0, 1])], { control: 'paused' }, 'publish a'],
  ['and leaves it then', [entry('a', 'publishing', ['x', 0, 1])], { control: 'paused', unpublished: new Set(['x']) }, null],
  ['resumed it is published', [entry('a', 'publishing', ['x', 0, 1])], { unpublished: new Set(['x']) }, 'publish a'],
])('of what was begun: %s', (_, active, more, expected) => {
  expect(turn(active, more)).toBe(expected);
});

const FACTS: PassFacts = {
  kind: 'lane',
  size: 1,
  solo: false,
  onHead: true,
  movedBy: 'queue',
  joinInFlight: false,
  independent: true,
  mode: 'before',
};
test.each<[string, Partial<PassFacts>, ReturnType<typeof decideAfterPass>]>([
  ['lands where it was verified', {}, 'land'],
  ['does not leave a joining build behind', { joinInFlight: true }, 'join'],
  ['lands as the joining build itself', { kind: 'join', joinInFlight: true }, 'land'],
  ['joins when another lane landed', { onHead: false }, 'join'],
  ['is merged again when an outsider pushed', { onHead: false, movedBy: 'outsider' }, 'merge_again'],
  ['joins as several when an outsider pushed', { onHead: false, movedBy: 'outsider', size: 3 }, 'join'],
  ['is merged again when an action publishes it', { onHead: false, solo: true }, 'merge_again'],
  ['lands at once where the project verifies after', { onHead: false, mode: 'after' }, 'land_after'],
  ['but not on top of an outsider', { onHead: false, mode: 'after', movedBy: 'outsider' }, 'merge_again'],
  ['nor with something related', { onHead: false, mode: 'after', independent: false }, 'join'],
])('what passed %s', (_, more, expected) => {
  expect(decideAfterPass({ ...FACTS, ...more })).toBe(expected);
});

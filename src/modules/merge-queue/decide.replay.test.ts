import { expect, test } from 'vitest';
import { planReplay } from './decide.replay.ts';
import type { LandedRow, TargetMoveRow } from './model.history.ts';

const AT = new Date(0);
const row = (ordinal: number, head: string, commit: string, more: Partial<LandedRow> = {}): LandedRow => ({
  changeRequestId: `cr_${commit}`,
  ordinal,
  event: 'landed',
  at: AT,
  head,
  commit,
  tree: `tree-${commit}`,
  rung: 'R0',
  reverted: null,
  ...more,
});
const move = (ordinal: number, fromCommit: string, toCommit: string): TargetMoveRow => ({
  repositoryId: 'repo_1',
  target: 'ai-1',
  ordinal,
  at: AT,
  kind: 'absorbed',
  fromCommit,
  toCommit,
  toTree: `tree-${toCommit}`,
  commits: [],
  lost: [],
  dismissedBy: null,
  dismissedAt: null,
  dismissedReason: null,
});

/** The chain as text: `+a` lands a, `-a` takes a back, `~a` follows somebody to a, `?a` does not know how it came to a. */
function chain(landings: LandedRow[], moves: TargetMoveRow[], head: string | null): string {
  const plan = planReplay(landings, moves, head);
  const steps = plan.instructions.map((one) => {
    if (one.kind === 'land') return `+${one.row.commit}`;
    if (one.kind === 'take_back') return `-${one.row.commit}`;
    return one.kind === 'move' ? `~${one.move.toCommit}` : `?${one.to}`;
  });
  return `${plan.start ?? '-'} ${steps.join(' ')} = ${plan.end ?? '-'}`;
}

test('landings that follow one another are a chain from the head of the first', () => {
  expect(chain([row(1, 'o', 'a'), row(2, 'a', 'b')], [], 'b')).toBe('o +a +b = b');
});

test('nothing landed: there is nothing to replay', () => {
  expect(chain([], [move(1, 'o', 'x')], 'x')).toBe('-  = -');
});

test('moves of others stand where they lead to the next head, several after one another too', () => {
  expect(chain([row(1, 'o', 'a'), row(4, 'y', 'b')], [move(2, 'a', 'x'), move(3, 'x', 'y')], 'b')).toBe('o +a ~x ~y +b = b');
});

test('a way the journal does not know is a gap, even where other moves are known', () => {
  expect(chain([row(1, 'o', 'a'), row(4, 'y', 'b')], [move(2, 'a', 'x')], 'b')).toBe('o +a ?y +b = b');
});

test('a branch set back to where it was and landed on again is told in the order it happened', () => {
  expect(chain([row(1, 'o', 'a'), row(3, 'o', 'b')], [move(2, 'a', 'o')], 'b')).toBe('o +a ~o +b = b');
});

test('a move written before the first landing is not part of the chain', () => {
  expect(chain([row(2, 'p', 'a')], [move(1, 'o', 'p')], 'a')).toBe('p +a = a');
});

test('moves after the last landing count when they lead to where the branch is', () => {
  expect(chain([row(1, 'o', 'a')], [move(2, 'a', 'x')], 'x')).toBe('o +a ~x = x');
  expect(chain([row(1, 'o', 'a')], [move(2, 'a', 'x')], 'z')).toBe('o +a = a');
});

test('what the queue took back is a step of its own', () => {
  expect(chain([row(1, 'o', 'a'), row(2, 'a', 'b', { event: 'reverted', reverted: 'a' })], [], 'b')).toBe('o +a -b = b');
});

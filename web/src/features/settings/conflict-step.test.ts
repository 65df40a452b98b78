import { expect, test } from 'vitest';
import { conflictStep } from './conflict-step.ts';

test.each([
  ['nothing was refused', { theirs: null, over: 5, shown: 6 }, 'none'],
  ['what they wrote is not on the screen yet', { theirs: 6, over: 5, shown: 5 }, 'reading'],
  ['it is on the screen, under what was typed', { theirs: 6, over: 5, shown: 6 }, 'shown'],
  ['they wrote once more since', { theirs: 6, over: 5, shown: 7 }, 'shown'],
  ['it was taken up', { theirs: 6, over: 6, shown: 6 }, 'none'],
  ['what was typed was dropped, and something is typed over theirs', { theirs: 6, over: 7, shown: 7 }, 'none'],
] as const)('%s: %j is %s', (_name, revisions, step) => {
  expect(conflictStep(revisions)).toBe(step);
});

import { expect, test } from 'vitest';
import { strategyOf } from './decide.strategy.ts';

test('a first try is told no strategy', () => {
  for (const none of [null, undefined, 0]) expect(strategyOf(none)).toBe('');
});

test('a change that was set aside is to be done again on top of the newest state, and the second time in another way', () => {
  expect(strategyOf(1)).toContain('on top of it');
  expect(strategyOf(2)).toContain('Change the way');
  expect(strategyOf(2)).not.toBe(strategyOf(1));
});

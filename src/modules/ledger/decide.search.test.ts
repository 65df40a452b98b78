import { expect, test } from 'vitest';
import { kindsLike, modelName, personNames, pullNames } from './decide.search.ts';

const KINDS = ['action.executed', 'action.proposed', 'approval.voted', 'run.started'];

test.each([
  [['action.executed'], ['action.executed']],
  [['ACTION.Executed'], ['action.executed']],
  [['action.*'], ['action.executed', 'action.proposed']],
  [['*ed'], KINDS],
  [
    ['*cut*', 'run.*'],
    ['action.executed', 'run.started'],
  ],
  [['a*o*d'], ['action.executed', 'action.proposed', 'approval.voted']],
  [['action'], []],
  // One letter cannot be both ends of a pattern.
  [['action.executed*d'], []],
  [['*'], KINDS],
])('%j stands for %j', (patterns, found) => {
  expect(kindsLike(patterns, KINDS)).toEqual(found);
});

test('a hostile pattern is looked at in one pass', () => {
  expect(kindsLike([`${'*a'.repeat(400)}*b`], ['a'.repeat(399)])).toEqual([]);
});

test('people, models and pull requests are named as entries name them', () => {
  expect(personNames('ann', 'pers_1')).toEqual(['person:ann', 'pers_1']);
  expect(personNames('gone', null)).toEqual(['person:gone']);
  expect(modelName('fable@2026-11')).toBe('model:fable@2026-11');
  expect(pullNames('pull_1', { forge: 'local', repository: 'Acme/Shop', number: 12 })).toEqual(['pull_1', 'local:acme/shop#12']);
  expect(pullNames('pull_1', null)).toEqual(['pull_1']);
});

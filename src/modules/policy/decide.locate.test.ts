import { expect, test } from 'vitest';
import { parsePolicy } from './commands.ts';
import { locateProblems } from './decide.locate.ts';

const KINDS = ['pr.merge', 'pr.label', 'issue.create.low', 'policy.update'];

/** The problems of a text with their places. */
function placesOf(text: string): Array<[string, number | null, number | null]> {
  const parsed = parsePolicy(text, KINDS);
  return parsed.ok ? [] : locateProblems(text, parsed.error).map(({ path, line, column }) => [path, line, column]);
}

test.each([
  ['a wrong word', 'version: 1\nactions:\n  pr.merge:\n    risk: high\n    mode: maybe\n', [['actions.pr.merge.mode', 5, 5]]],
  ['a wrong word in braces', 'version: 1\nactions:\n  pr.label: { risk: low, mode: maybe }\n', [['actions.pr.label.mode', 3, 26]]],
  ['a key that does not exist', 'version: 1\nactions: {}\nlimit: {}\n', [['limit', 3, 1]]],
  ['a kind that does not exist', 'version: 1\nactions:\n  pr.label: { risk: low }\n  pr.lable: { risk: low }\n', [['actions.pr.lable', 4, 3]]],
  ['a member that is missing, at its parent', 'version: 1\nactions:\n  issue.create.low: { mode: ask }\n', [['actions.issue.create.low.risk', 3, 3]]],
  [
    'an item of a list',
    'version: 1\nactions:\n  pr.merge:\n    risk: high\n    approvers: [role:manager, role:nobody]\n',
    [['actions.pr.merge.approvers.1', 5, 31]],
  ],
  ['a condition', "version: 1\nactions:\n  pr.merge:\n    risk: high\n    when: 'a =='\n", [['actions.pr.merge.when', 5, 5]]],
  ['YAML that is broken', 'version: 1\nactions:\n  pr.merge: [\n', [['', 4, 1]]],
  ['a duplicate key', 'version: 1\nactions: {}\nactions: {}\n', [['', 3, 1]]],
])('%s is at its line', (_name, text, places) => {
  expect(placesOf(text)).toEqual(places);
});

test('what is wrong with the whole text has no place', () => {
  expect(placesOf('')).toEqual([['', null, null]]);
  expect(locateProblems('version: 1', [{ path: 'actions', detail: 'missing' }])).toEqual([
    { path: 'actions', detail: 'missing', line: null, column: null },
  ]);
  expect(locateProblems('\u0000: [', [{ path: '', detail: 'other' }])).toMatchObject([{ line: null }]);
});

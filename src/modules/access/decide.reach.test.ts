import { expect, test } from 'vitest';
import { idsIn, namesOf, visiblePart } from './decide.reach.ts';

const ULID = '01J00000000000000000000000';
const [OURS, THEIRS] = [`iss_${ULID}`, `iss_${ULID.replace('J', 'K')}`];
const PROJECT_OF = new Map([
  [OURS, 'proj_ours'],
  [THEIRS, 'proj_theirs'],
]);
const seen = (answer: unknown): unknown => visiblePart(answer, PROJECT_OF, ['proj_ours']);

test.each<[string, Parameters<typeof namesOf>[0], { ids?: string[]; repositories?: string[]; projects?: string[] }]>([
  ['in the path', { params: { id: OURS } }, { ids: [OURS] }],
  ['deep in a body', { body: { items: [{ nested: { task_id: OURS } }] } }, { ids: [OURS] }],
  ['as the name of a member', { body: { [OURS]: true } }, { ids: [OURS] }],
  ['in another case or between blanks', { query: { issue: ` ${OURS.toUpperCase()} ` } }, { ids: [` ${OURS.toUpperCase()} `] }],
  ['a repository, by owner and name', { params: { owner: 'acme', name: 'shop' } }, { repositories: ['acme/shop'] }],
  ['a repository, by a member', { body: { target: { repo: 'acme/shop' } } }, { repositories: ['acme/shop'] }],
  ['a project, by its key', { query: { project: 'shop' } }, { projects: ['shop'] }],
  ['nothing: where a list goes on', { query: { cursor: THEIRS, limit: 5 } }, {}],
  ['a row, where a body has a member called cursor', { body: { cursor: THEIRS } }, { ids: [THEIRS] }],
])('a request names %s', (_, parts, { ids = [], repositories = [], projects = [] }) => {
  const named = namesOf(parts);
  expect([[...named.ids], [...named.repositories], [...named.projects]]).toEqual([ids, repositories, projects]);
});

test('of a list, rows of others and rows nobody knows are left out', () => {
  const unknown = `iss_${ULID.replace('J', 'M')}`;
  const answer = { items: [{ id: OURS }, { id: THEIRS }, { id: unknown }, { n: 1, issue_id: THEIRS }], next_cursor: null };
  expect([...idsIn(answer)]).toEqual([OURS, THEIRS, unknown]);
  expect(seen(answer)).toEqual({ items: [{ id: OURS }], next_cursor: null });
});

test("an answer that is another's row is nothing, and a part of one's own that is another's is null", () => {
  expect(seen({ id: THEIRS, title: 'secret' })).toBeNull();
  expect(seen({ id: OURS, blocker: { id: THEIRS, title: 'secret' } })).toEqual({ id: OURS, blocker: null });
});

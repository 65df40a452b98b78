import { expect, test } from 'vitest';
import { requestable, requestOf, type Repository } from './request.ts';

const repository = (name: string, allowlisted = true): Repository => ({
  id: `repo_${name}`,
  project_id: 'proj_1',
  forge: 'local',
  name,
  default_branch: 'main',
  tier: 'standard',
  allowlisted,
  protection_attested: false,
  revision: 1,
  created_at: '2026-01-01T00:00:00Z',
  updated_at: '2026-01-01T00:00:00Z',
});

test('only repositories of the allowlist are offered, by name', () => {
  expect(requestable([repository('web'), repository('old', false), repository('api')]).map(({ name }) => name)).toEqual(['api', 'web']);
});

test('a request needs a repository that is offered, and words', () => {
  const two = [repository('web'), repository('api')];
  expect(requestOf({ repository: 'repo_web', text: ' Round totals ', target: ' next ' }, two)).toEqual({
    text: 'Round totals',
    repository_id: 'repo_web',
    target: 'next',
  });
  expect(requestOf({ repository: 'repo_web', text: 'Round totals', target: ' ' }, two)?.target).toBeNull();
  expect(requestOf({ repository: '', text: 'Round totals', target: '' }, two)).toBeNull();
  expect(requestOf({ repository: 'repo_gone', text: 'Round totals', target: '' }, two)).toBeNull();
  expect(requestOf({ repository: 'repo_web', text: ' \n', target: '' }, two)).toBeNull();
});

test('the only repository needs no choice', () => {
  expect(requestOf({ repository: '', text: 'Round totals', target: '' }, [repository('web')])?.repository_id).toBe('repo_web');
  expect(requestOf({ repository: '', text: 'Round totals', target: '' }, [])).toBeNull();
});

import { expect, test } from 'vitest';
import { toPersonBody } from './person-values.ts';
import { NEW_TOKEN, toTokenBody } from './token-values.ts';

test('of a person only what was changed is sent, lists and numbers as such', () => {
  expect(toPersonBody({})).toEqual({});
  expect(toPersonBody({ skills: 'go, rust, go', owns: 'src/**\n', capacity_hours_per_week: '20', active: false })).toEqual({
    skills: ['go', 'rust'],
    owns: ['src/**'],
    capacity_hours_per_week: 20,
    active: false,
  });
});

test('an emptied address is none, and a number that is none goes as it was typed', () => {
  expect(toPersonBody({ email: ' ' })).toEqual({ email: null });
  expect(toPersonBody({ wip_limit: 'few' })).toEqual({ wip_limit: 'few' });
});

const NOW = Date.UTC(2026, 0, 1);

test('a token belongs to a person or a program, never to both, and ends', () => {
  const form = { ...NEW_TOKEN, name: ' nightly ', person: 'ann', service: 'cron', days: '30' };
  expect(toTokenBody(form, NOW)).toEqual({
    name: 'nightly',
    role: 'developer',
    person: 'ann',
    service: null,
    projects: null,
    permissions: null,
    expires_at: '2026-01-31T00:00:00.000Z',
  });
  expect(toTokenBody({ ...form, owner: 'service', days: '' }, NOW)).toMatchObject({ person: null, service: 'cron', expires_at: null });
});

test('a token may be held to reading, to named things, to a project', () => {
  expect(toTokenBody({ ...NEW_TOKEN, reach: 'read', project: 'shop' }, NOW)).toMatchObject({ permissions: ['*:read'], projects: ['shop'] });
  expect(toTokenBody({ ...NEW_TOKEN, reach: 'named', permissions: 'issues:read, queue:write' }, NOW)).toMatchObject({
    permissions: ['issues:read', 'queue:write'],
  });
});

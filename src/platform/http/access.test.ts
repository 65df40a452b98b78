import { expect, test } from 'vitest';
import { isAtLeast, ROLES, type Actor, type Role } from '#kernel/actor.ts';
import { mayCall, roleTable } from './access.ts';
import { route } from './route.ts';

const service = (role: Role): Actor => ({ kind: 'service', subject: 'token:x', role, personId: null });
const person = (role: Role): Actor => ({ kind: 'person', subject: 'person:ann', role, personId: 'pers_1' });
const agent: Actor = { kind: 'agent', subject: 'agent:a', role: 'agent', personId: null, runId: 'run_1' };

test('a role opens what it and the roles below it may; an agent is beside the ladder', () => {
  for (const needed of ROLES) for (const role of ROLES) expect(mayCall(needed, service(role))).toBe(isAtLeast(role, needed));
  expect(mayCall('viewer', agent)).toBe(false);
  expect(mayCall('agent', agent)).toBe(true);
  expect(mayCall('agent', service('admin'))).toBe(false);
});

test('only a person may do what is for persons: not the admin token, not an agent', () => {
  expect(mayCall('person', person('viewer'))).toBe(true);
  expect(mayCall('person', service('admin'))).toBe(false);
  expect(mayCall('person', agent)).toBe(false);
});

test('without a token only public routes answer; any token is enough for authenticated ones', () => {
  expect(mayCall('public', null)).toBe(true);
  for (const access of ['authenticated', 'viewer', 'person', 'agent'] as const) expect(mayCall(access, null)).toBe(false);
  expect(mayCall('authenticated', agent)).toBe(true);
});

test('the table of roles names each route with each caller, ordered by path', () => {
  const shared = { summary: 's', tag: 't', response: { status: 200 as const, schema: null }, handle: async () => null };
  const rows = roleTable([
    route({ ...shared, method: 'POST', path: '/b', access: 'manager' }),
    route({ ...shared, method: 'GET', path: '/a', access: 'person' }),
  ]);
  expect(rows.map((row) => `${row.method} ${row.path}`)).toEqual(['GET /a', 'POST /b']);
  expect(rows[0]?.may).toEqual({ anonymous: false, viewer: true, developer: true, maintainer: true, manager: true, admin: false, agent: false });
  expect(rows[1]?.may).toEqual({ anonymous: false, viewer: false, developer: false, maintainer: false, manager: true, admin: true, agent: false });
});

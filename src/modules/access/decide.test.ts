import { describe, expect, test } from 'vitest';
import type { Actor, Role } from '#kernel/actor.ts';
import { decideActor, decideSignedIn, decideToken, NOBODY, roleNow, type Standing, type TokenState } from './decide.ts';
import type { TokenOwner } from './model.ts';

const now = new Date('2026-01-02T03:04:05Z');
const later = new Date(now.getTime() + 1000);
const ann: TokenOwner = { id: 'pers_1', handle: 'ann', name: 'Ann', role: 'developer', active: true };
const by = (role: Role): Actor => ({ kind: 'service', subject: 'token:admin', role, personId: null });
const decide = (request: Partial<Parameters<typeof decideToken>[0]>, owner: TokenOwner | null = null, actor = by('admin')) => {
  const decision = decideToken({ role: 'viewer', person: null, expiresAt: null, ...request }, owner, actor, now);
  return decision.ok ? 'ok' : decision.error.code;
};

describe('making a token', () => {
  test.each(['developer', 'maintainer', 'manager'] as const)('%s decides, so the token must belong to a person', (role) => {
    expect(decide({ role })).toBe('person_needed');
    expect(decide({ role, person: 'ann' }, { ...ann, role })).toBe('ok');
  });

  test('a token of a person is no more than the person, but where a provider’s groups gave the role', () => {
    expect(decide({ role: 'maintainer', person: 'ann' }, ann)).toBe('role_above_person');
    expect(decide({ role: 'maintainer', person: 'ann', fromGroups: true }, ann)).toBe('ok');
    expect(decide({ role: 'viewer', person: 'ann' }, ann)).toBe('ok');
  });

  test.each(['viewer', 'admin', 'agent'] as const)('%s decides nothing by itself and needs nobody', (role) => {
    expect(decide({ role })).toBe('ok');
  });

  test('a token for agents belongs to nobody', () => {
    expect(decide({ role: 'agent', person: 'ann' }, ann)).toBe('agent_token_with_person');
  });

  test('the person must be there and active', () => {
    expect(decide({ role: 'developer', person: 'bob' })).toBe('person_unknown');
    expect(decide({ role: 'developer', person: 'ann' }, { ...ann, active: false })).toBe('person_inactive');
  });

  test('nobody hands out more than they hold', () => {
    expect(decide({ role: 'manager', person: 'ann' }, ann, by('maintainer'))).toBe('role_above_own');
    expect(decide({ role: 'agent' }, null, by('manager'))).toBe('role_above_own');
    expect(decide({ role: 'viewer' }, null, by('agent'))).toBe('role_above_own');
    expect(decide({ role: 'developer', person: 'ann' }, ann, by('maintainer'))).toBe('ok');
  });

  test('a token that would already be expired is refused', () => {
    expect(decide({ expiresAt: now })).toBe('expiry_past');
    expect(decide({ expiresAt: later })).toBe('ok');
  });
});

describe('who a token stands for', () => {
  const known = (owner: TokenOwner, vouched: Standing['vouched'] = null): Standing => ({ owner, memberOf: null, vouched });
  const token: TokenState & { personId: string | null } = {
    id: 'tok_1',
    name: 'ci',
    role: 'viewer',
    personId: null,
    runId: null,
    expiresAt: null,
    revokedAt: null,
  };

  test('a person, by handle, with the role of the token', () => {
    expect(decideActor({ ...token, role: 'manager', personId: 'pers_1' }, known({ ...ann, role: 'admin' }), now)).toEqual({
      kind: 'person',
      subject: 'person:ann',
      role: 'manager',
      personId: 'pers_1',
    });
  });

  test('a service when it belongs to nobody, an agent with its run when it is for one', () => {
    expect(decideActor(token, NOBODY, now)).toEqual({ kind: 'service', subject: 'token:tok_1', role: 'viewer', personId: null });
    expect(decideActor({ ...token, role: 'agent', name: 'codex', runId: 'run_1' }, NOBODY, now)).toEqual({
      kind: 'agent',
      subject: 'agent:codex',
      role: 'agent',
      personId: null,
      runId: 'run_1',
    });
  });

  test('nobody once it is revoked or expired, or its person is gone or inactive', () => {
    expect(decideActor({ ...token, revokedAt: now }, NOBODY, now)).toBeNull();
    expect(decideActor({ ...token, expiresAt: now }, NOBODY, now)).toBeNull();
    expect(decideActor({ ...token, expiresAt: later }, NOBODY, now)).not.toBeNull();
    expect(decideActor({ ...token, personId: 'pers_1' }, NOBODY, now)).toBeNull();
    expect(decideActor({ ...token, personId: 'pers_1' }, known({ ...ann, active: false }), now)).toBeNull();
  });

  test('a person who has less now than the token says, with what they have', () => {
    const as = (role: Role, owner: TokenOwner) => decideActor({ ...token, role, personId: 'pers_1' }, known(owner), now)?.role;
    expect(as('manager', ann)).toBe('developer');
    expect(as('viewer', ann)).toBe('viewer');
    expect(as('admin', { ...ann, role: 'viewer' })).toBe('viewer');
    expect(as('viewer', { ...ann, role: 'agent' })).toBeUndefined();
  });

  test('a token of nobody keeps the role it has', () => {
    expect(decideActor({ ...token, role: 'maintainer', service: 'ci' }, NOBODY, now)?.role).toBe('maintainer');
    expect(decideActor({ ...token, role: 'admin' }, NOBODY, now)?.role).toBe('admin');
  });

  test('a session of a person who signed in, with no more than the groups gave at the last sign-in', () => {
    expect(decideSignedIn(known(ann, { role: 'manager', ownRole: 'developer' }), 'manager')?.role).toBe('manager');
    expect(decideSignedIn(known(ann, { role: 'viewer', ownRole: 'developer' }), 'manager')?.role).toBe('viewer');
    expect(decideSignedIn(known(ann), null)?.role).toBe('developer');
    expect(decideSignedIn(known({ ...ann, active: false }), 'viewer')).toBeNull();
  });
});

describe('the role a person’s credential gives now', () => {
  test.each<[string, Role, Role | null, boolean, Parameters<typeof roleNow>[2], Role]>([
    ['their own, when it says none', 'maintainer', null, false, null, 'maintainer'],
    ['what it says, when that is less', 'maintainer', 'developer', false, null, 'developer'],
    ['their own, when it says more', 'developer', 'admin', false, null, 'developer'],
    ['their own, whatever their groups gave elsewhere', 'developer', 'admin', false, { role: 'admin', ownRole: 'developer' }, 'developer'],
    ['what the groups gave, above their own', 'viewer', 'maintainer', true, { role: 'maintainer', ownRole: 'viewer' }, 'maintainer'],
    ['what the groups gave, below their own', 'admin', 'developer', true, { role: 'developer', ownRole: 'admin' }, 'developer'],
    ['what the groups gave last, not before', 'viewer', 'maintainer', true, { role: 'developer', ownRole: 'viewer' }, 'developer'],
    ['no more than is left to who was demoted', 'developer', 'admin', true, { role: 'admin', ownRole: 'maintainer' }, 'developer'],
    ['what the groups gave again, for who was raised since', 'manager', 'admin', true, { role: 'admin', ownRole: 'maintainer' }, 'admin'],
    ['their own, when groups did not count at the last sign-in', 'maintainer', 'admin', true, { role: null, ownRole: 'viewer' }, 'maintainer'],
    ['their own, when no sign-in is known', 'viewer', 'admin', true, null, 'viewer'],
  ])('%s', (_name, own, role, fromGroups, vouched, expected) => {
    expect(roleNow(own, { role, fromGroups }, vouched)).toBe(expected);
  });
});

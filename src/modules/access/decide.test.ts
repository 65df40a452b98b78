import { describe, expect, test } from 'vitest';
import type { Actor, Role } from '#kernel/actor.ts';
import { decideActor, decideToken, type TokenState } from './decide.ts';
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
    expect(decide({ role, person: 'ann' }, ann)).toBe('ok');
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
    expect(decideActor({ ...token, role: 'manager', personId: 'pers_1' }, ann, now)).toEqual({
      kind: 'person',
      subject: 'person:ann',
      role: 'manager',
      personId: 'pers_1',
    });
  });

  test('a service when it belongs to nobody, an agent with its run when it is for one', () => {
    expect(decideActor(token, null, now)).toEqual({ kind: 'service', subject: 'token:tok_1', role: 'viewer', personId: null });
    expect(decideActor({ ...token, role: 'agent', name: 'codex', runId: 'run_1' }, null, now)).toEqual({
      kind: 'agent',
      subject: 'agent:codex',
      role: 'agent',
      personId: null,
      runId: 'run_1',
    });
  });

  test('nobody once it is revoked or expired, or its person is gone or inactive', () => {
    expect(decideActor({ ...token, revokedAt: now }, null, now)).toBeNull();
    expect(decideActor({ ...token, expiresAt: now }, null, now)).toBeNull();
    expect(decideActor({ ...token, expiresAt: later }, null, now)).not.toBeNull();
    expect(decideActor({ ...token, personId: 'pers_1' }, null, now)).toBeNull();
    expect(decideActor({ ...token, personId: 'pers_1' }, { ...ann, active: false }, now)).toBeNull();
  });
});

import { describe, expect, it } from 'vitest';
import type { BranchGuard } from '#ports/forge-read.ts';
import { decideGuard } from './decide.guard.ts';

const guard = (facts: Partial<BranchGuard> = {}): BranchGuard => ({ isProtected: true, demandsPull: true, bypasses: [], unknown: [], ...facts });

describe('whether Reeve may do what is of high risk on a branch', () => {
  it('is yes where the protection holds for Reeve too, and where nobody protects the branch', () => {
    expect(decideGuard(guard(), 'main', false)).toBeNull();
    expect(decideGuard(guard({ isProtected: false, demandsPull: false }), 'main', false)).toBeNull();
  });

  it('is no where Reeve may go around a rule, whoever vouches', () => {
    for (const attested of [false, true])
      expect(decideGuard(guard({ bypasses: ['ship it'] }), 'main', attested)).toBe(
        'Reeve\'s own account may go around "ship it" of main. Take it off the bypass list.',
      );
  });

  it('is no where the protection cannot be read, until an admin vouches for it', () => {
    const unread = guard({ unknown: ['classic branch protection'] });
    expect(decideGuard(unread, 'main', false)).toContain('no admin has vouched');
    expect(decideGuard(unread, 'main', true)).toBeNull();
  });

  it('is no where Reeve could push to a protected branch itself, whoever vouches', () => {
    for (const attested of [false, true]) expect(decideGuard(guard({ demandsPull: false }), 'main', attested)).toContain('could push to main itself');
  });
});

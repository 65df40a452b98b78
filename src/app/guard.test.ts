import { describe, expect, it } from 'vitest';
import { AppError } from '#kernel/errors.ts';
import type { BranchGuard, ForgeRead } from '#ports/forge-read.ts';
import { createGuard } from './guard.ts';

const OPEN: BranchGuard = { isProtected: false, demandsPull: false, bypasses: [], unknown: [] };
const CLOSED: BranchGuard = { isProtected: true, demandsPull: true, bypasses: [], unknown: ['classic branch protection'] };

/** A forge with a protected `main`, an open `release`, and pull request 7 into `release`. */
const forge = {
  branchGuard: async (_: unknown, branch: string) => {
    if (branch === 'gone') throw new AppError('not_found', 'No such branch.');
    return branch === 'main' ? CLOSED : OPEN;
  },
  pullByNumber: async (_: unknown, number: number) => (number === 7 ? { baseBranch: 'release' } : null),
} as unknown as ForgeRead;

function guardWith(defaultBranch: string, over: ForgeRead = forge) {
  return createGuard({
    forge: () => over,
    repository: async ({ name }) => (name === 'acme/shop' ? { defaultBranch, protectionAttested: true } : null),
  });
}
const target = (more: { number?: number; branch?: string } = {}) => ({ forge: 'github', repo: 'acme/shop', ...more });

describe('the branch whose guard counts', () => {
  it('is the base of the pull request that is merged, the branch that is pushed, else the default branch', async () => {
    const guard = guardWith('main');
    expect(await guard({ kind: 'pr.merge', target: target({ number: 7 }) })).toMatchObject({ branch: 'release', guard: OPEN });
    expect(await guard({ kind: 'branch.push', target: target({ branch: 'release' }) })).toMatchObject({ branch: 'release' });
    expect(await guard({ kind: 'pr.merge', target: target({ number: 8 }) })).toMatchObject({ branch: 'main', guard: CLOSED });
    expect(await guard({ kind: 'issue.close', target: target({ number: 7 }) })).toMatchObject({ branch: 'main' });
  });

  it('is vouched for only where it is the default branch', async () => {
    expect(await guardWith('main')({ kind: 'pr.merge', target: target({ number: 8 }) })).toMatchObject({ attested: true });
    expect(await guardWith('main')({ kind: 'pr.merge', target: target({ number: 7 }) })).toMatchObject({ attested: false });
  });

  it('is unknown where the forge does not find it, which nobody vouched for unread', async () => {
    const found = await guardWith('gone')({ kind: 'issue.close', target: target() });
    expect(found?.guard.unknown).toHaveLength(1);
  });

  it('is none where a forge guards no branches, and for what is in no repository', async () => {
    expect(await guardWith('main', {} as ForgeRead)({ kind: 'pr.merge', target: target({ number: 7 }) })).toBeNull();
    expect(await guardWith('main')({ kind: 'policy.update', target: { forge: 'reeve', repo: 'policy' } })).toBeNull();
  });
});

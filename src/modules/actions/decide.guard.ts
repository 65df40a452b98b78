import type { BranchGuard } from '#ports/forge-read.ts';

/**
 * Why nothing of high risk may be done on this branch, or null. Invariants: a protection that Reeve's own account may go around protects
 * nothing from it, whoever vouches; one that cannot be read counts only with an admin's word; a branch nobody protects is the
 * organisation's own choice.
 */
export function decideGuard(guard: BranchGuard, branch: string, attested: boolean): string | null {
  const { bypasses, unknown, isProtected, demandsPull } = guard;
  if (bypasses.length > 0) return `Reeve's own account may go around ${listed(bypasses)} of ${branch}. Take it off the bypass list.`;
  if (unknown.length > 0 && !attested)
    return `Whether Reeve's own account may go around ${listed(unknown)} of ${branch} cannot be read, and no admin has vouched for it (\`protection_attested\` of the repository).`;
  if (isProtected && !demandsPull) return `Reeve's own account could push to ${branch} itself: its protection demands no pull request.`;
  return null;
}

const listed = (names: readonly string[]): string => names.map((name) => `"${name}"`).join(', ');

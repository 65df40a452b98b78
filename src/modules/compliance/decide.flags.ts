import type { ComplianceDocument } from './model.ts';
import type { Flag } from './model.flags.ts';

/** The flags of a record, in the order of `FLAGS`. `store.flags.ts` says the same in SQL, and a test holds the two together. */
export function flagsOf({ findings, issue, checks, decisions }: Pick<ComplianceDocument, 'findings' | 'issue' | 'checks' | 'decisions'>): Flag[] {
  const found: Readonly<Record<Flag, boolean>> = {
    work_before_ticket: findings.ticket_before_work === false,
    author_approved: findings.author_approved,
    approved_late: !findings.approved_before_change,
    checks_failed: findings.checks_passed === false,
    self_approved: findings.self_approved,
    emergency: findings.emergency,
    no_ticket: issue === null,
    no_checks: checks.length === 0,
    no_decision: decisions.length === 0,
  };
  return (Object.keys(found) as Flag[]).filter((flag) => found[flag]);
}

import type { Document } from './queries.ts';

const person = (subject: string): string => subject.replace(/^person:/, '');

/**
 * Who let a change pass. `emergency`: two people broke glass, whoever had said yes before. `people`: those whose yes let it pass; one that was not enough
 * is none. `policy`: it was decided, and the policy asked nobody. `nobody`: no decision that let it pass is on record.
 */
export function passedBy({ decisions }: Pick<Document, 'decisions'>): { by: 'people' | 'emergency'; names: string[] } | { by: 'policy' | 'nobody' } {
  const broken = decisions.flatMap(({ emergency }) => (emergency ? [emergency.opened_by, emergency.confirmed_by] : []));
  if (broken.length > 0) return { by: 'emergency', names: [...new Set(broken.flatMap((by) => (by === null ? [] : [person(by)])))] };
  const passed = decisions.filter(({ approved_at: approved, executed_at: executed }) => approved !== null || executed !== null);
  const yes = passed.flatMap(({ votes }) => votes.filter(({ decision }) => decision === 'approve').map(({ by }) => person(by)));
  if (yes.length > 0) return { by: 'people', names: [...new Set(yes)] };
  return { by: passed.length === 0 ? 'nobody' : 'policy' };
}

/** The branch it got onto: an agent's own as well as the one everybody works from. Null: the record does not say. */
export function branchOf({ kind, subject, pull, changes }: Pick<Document, 'kind' | 'subject' | 'pull' | 'changes'>): string | null {
  if (kind === 'pull_request') return pull?.base_branch ?? null;
  return (changes.find(({ change_request_id: id }) => id === subject) ?? changes.at(-1))?.target ?? null;
}

/** A share in words that never says all or none where it is not so. */
export function shareOf(count: number, total: number): string {
  if (total === 0) return 'nothing to count';
  const percent = Math.round((100 * count) / total);
  if (percent === 0 && count > 0) return `under 1 % of ${total.toLocaleString('en')}`;
  return `${percent === 100 && count < total ? 99 : percent} % of ${total.toLocaleString('en')}`;
}

/** What this browser makes of a record: whether its hash is the hash of what is shown, and the one that the ledger holds. */
export type Vouching = 'same' | 'changed' | 'other_in_ledger' | 'not_in_ledger' | 'unknown';

/** `own`: the hash computed here, null where the page cannot; `ledger`: what its entry holds, null where there is none. */
export function vouchingOf({ own, said, ledger }: { own: string | null; said: string; ledger: unknown }): Vouching {
  if (own !== null && own !== said) return 'changed';
  if (ledger === null) return 'not_in_ledger';
  if (ledger !== (own ?? said)) return 'other_in_ledger';
  return own === null ? 'unknown' : 'same';
}

import type { Action } from '#modules/actions/index.ts';

/** The name a person types before a yes to high risk: of a path its last folder, else the repository as its forge writes it. */
export function confirmationOf({ record }: Pick<Action, 'record'>): string {
  const { forge, repo } = record.target;
  return forge === 'path' ? (repo.split('/').findLast((part) => part !== '') ?? repo) : repo;
}

export interface Refusal {
  code: 'confirm_missing' | 'confirm_mismatch';
  reason: string;
}

/**
 * Whether the typed name lets a yes through. Invariant: a name that was typed and is not the repository's is refused on any risk; on high
 * risk a missing one is refused where it is asked for. A no, and a change of the arguments, need none.
 */
export function decideConfirmation(
  action: Pick<Action, 'record'>,
  request: { decision: 'approve' | 'decline' | 'modify'; confirm?: string | undefined },
  insist: boolean,
): Refusal | null {
  if (request.decision !== 'approve') return null;
  const name = confirmationOf(action);
  if (request.confirm !== undefined)
    return request.confirm.trim() === name || request.confirm.trim() === action.record.target.repo
      ? null
      : { code: 'confirm_mismatch', reason: 'The typed name is not the one of the repository.' };
  if (!insist || action.record.risk !== 'high') return null;
  return { code: 'confirm_missing', reason: 'This is high risk: type the name of the repository to approve it.' };
}

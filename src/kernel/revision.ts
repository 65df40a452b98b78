import { AppError } from './errors.ts';

/**
 * Refuses a change over another revision than the one there is. `noun`: what it is, `team`, `settings`; `seen` undefined: the writer did not say what they
 * saw. AppError conflict `revision_moved`.
 */
export function refuseMoved(noun: string, revision: number, seen: number | undefined): void {
  if (seen === undefined || seen === revision) return;
  throw new AppError('conflict', `Somebody changed the ${noun} meanwhile (revision ${revision}, not ${seen}).`, {
    code: 'revision_moved',
    hint: 'Look again, then repeat the change.',
    detail: { revision },
  });
}

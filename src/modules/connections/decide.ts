import { AppError } from '#kernel/errors.ts';
import type { Credential } from './model.ts';

/** GitHub's names are one whatever their case. */
export const isSameName = (one: string, other: string): boolean => one.toLowerCase() === other.toLowerCase();

/**
 * What becomes of an App that was just made. The link is all that is needed to come back with one: only its owner tells whose it is.
 * `waits`: nobody said who is to own it, so a person confirms.
 */
export function decideOwner(organization: string | null, owner: string): 'used' | 'waits' | 'refused' {
  if (organization === null) return 'waits';
  return isSameName(organization, owner) ? 'used' : 'refused';
}

/** The App in use as an attempt may replace it: its id, `unreadable` for a file nobody can read; null: none. */
export function heldBy({ source, app }: Pick<Credential, 'source' | 'app'>): string | null {
  return source === 'app_kept' ? (app?.id ?? 'unreadable') : null;
}

/** Why no App may be made or used now; null: it may. Settings go before what is kept: an App made beside them would never be used. */
export function decideSecondApp({ source, app, problem }: Pick<Credential, 'source' | 'app' | 'problem'>, replace: boolean): AppError | null {
  if (source === 'app_settings')
    return new AppError('refused', 'The settings of this server name a GitHub App, and go before one that is made here.', {
      code: 'github_configured',
      hint: 'Take REEVE_GITHUB_APP_ID and REEVE_GITHUB_PRIVATE_KEY out and start again.',
    });
  if (source !== 'app_kept' || replace) return null;
  const already =
    app === null ? `A GitHub App is kept already, and cannot be used: ${problem ?? ''}` : `Reeve works as the GitHub App ${app.slug} already.`;
  return new AppError('conflict', already, {
    code: 'github_connected',
    hint: 'See `reeve connect github --status`; --replace makes another one in its place.',
  });
}

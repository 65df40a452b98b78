import type { ForgeEvent } from '#ports/forge-event.ts';
import type { OwnLogin } from '#ports/forge-read.ts';

/** What the executor leaves in everything it writes; on some forges its author is an app with a name of its own. */
const OWN_MARKER = /<!--\s*reeve:/i;

/** Whether Reeve goes by this login there. Logins are one name in any case, and an app's has `[bot]` after its name. */
export function isOwn(login: string, own: Pick<OwnLogin, 'login'>): boolean {
  const bare = (name: string): string => name.toLowerCase().replace(/\[bot\]$/, '');
  return own.login !== '' && bare(login) === bare(own.login);
}

/** Whether Reeve wrote a comment: by its marker whoever the author is, by its author where nobody else uses that login. */
export function isOwnComment(comment: { author: string; body: string }, own: OwnLogin): boolean {
  return OWN_MARKER.test(comment.body) || (own.exclusive && isOwn(comment.author, own));
}

/**
 * Whether Reeve itself did what an event tells, so that nothing follows from it (threat T11). Under a login that a person shares with Reeve
 * (a token of theirs) two deeds are still the person's: a comment without Reeve's marker, and the ready label, which Reeve never sets.
 */
export function isOwnDeed(event: ForgeEvent, own: OwnLogin, readyLabel: string | null): boolean {
  if ('comment' in event && OWN_MARKER.test(event.comment.body)) return true;
  if (!isOwn(event.actor, own)) return false;
  if (own.exclusive) return true;
  if ('comment' in event) return false;
  return !('label' in event && 'issue' in event && event.label.toLowerCase() === readyLabel?.toLowerCase());
}

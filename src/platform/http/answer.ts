import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Page } from '#kernel/page.ts';

/** The actor of a route that cannot be called without one (every `access` but `public`). */
export function actorOf(request: { actor: Actor | null }): Actor {
  if (request.actor === null) throw new AppError('unauthenticated', 'This needs a token.');
  return request.actor;
}

/** The value, or 404 naming the kind of thing that was asked for. */
export function foundOr404<T>(value: T | null | undefined, noun: string): T {
  if (value === null || value === undefined) throw new AppError('not_found', `There is no such ${noun}.`);
  return value;
}

/** The revision that `If-Match` names; undefined: whichever it is. AppError invalid `invalid_if_match`. */
export function ifRevisionOf(request: { headers: { 'if-match'?: string | undefined } }): number | undefined {
  const ifMatch = request.headers['if-match']?.trim();
  if (ifMatch === undefined || ifMatch === '*') return undefined;
  const revision = /^(?:W\/)?"?(\d{1,15})"?$/.exec(ifMatch)?.[1];
  if (revision === undefined) throw new AppError('invalid', 'If-Match must be the revision, as it was read.', { code: 'invalid_if_match' });
  return Number(revision);
}

/** A page of a module's query as the API shows it. */
export function pageBody<T, B>(page: { items: readonly T[]; nextCursor: string | null }, present: (item: T) => B): Page<B> {
  return { items: page.items.map(present), next_cursor: page.nextCursor };
}

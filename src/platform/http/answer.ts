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

/** A page of a module's query as the API shows it. */
export function pageBody<T, B>(page: { items: readonly T[]; nextCursor: string | null }, present: (item: T) => B): Page<B> {
  return { items: page.items.map(present), next_cursor: page.nextCursor };
}

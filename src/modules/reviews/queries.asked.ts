import type { Queryable } from '#platform/db/index.ts';
import { decideAsked, isAwaited } from './decide.asked.ts';
import type { AskedPeople, AskedReview } from './model.asked.ts';
import { askedOn, openAskedBeside, openAskedOf } from './store.asked.ts';

/** Open pull requests that wait for the review of this person; the longest waiting first, and how many there are in all. */
export async function reviewsAskedOf(
  on: Queryable,
  { limit, ...of }: { handle: string; projectIds: readonly string[] | null; limit: number },
): Promise<{ count: number; items: AskedReview[] }> {
  const awaited = (await openAskedOf(on, of)).filter(isAwaited);
  return { count: awaited.length, items: awaited.slice(0, limit) };
}

/** Who was asked to review each of these pull requests as it is now, by its id. */
export async function peopleAskedOn(on: Queryable, pullIds: readonly string[]): Promise<Map<string, AskedPeople>> {
  if (pullIds.length === 0) return new Map();
  const asks = Map.groupBy(await askedOn(on, pullIds), ({ pullId }) => pullId);
  return new Map(
    [...asks].flatMap(([pullId, of]): Array<[string, AskedPeople]> => {
      const asked = decideAsked(of);
      return asked === null ? [] : [[pullId, asked]];
    }),
  );
}

/** How many open pull requests wait for the review of each person, by handle; `pullId` is the one asked about, and does not count. */
export async function reviewsAwaitedBeside(on: Queryable, pullId: string): Promise<Map<string, number>> {
  const awaited = (await openAskedBeside(on, pullId)).filter(isAwaited);
  return new Map([...Map.groupBy(awaited, ({ handle }) => handle)].map(([handle, asks]) => [handle, asks.length]));
}

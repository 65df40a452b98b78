import type { AskedPeople, AskedReview } from './model.asked.ts';

type Standing = Pick<AskedReview, 'state' | 'draft' | 'headSha' | 'askedSha' | 'answeredAt'>;

/**
 * Whether a review that somebody was asked for is still waited for. Any review of theirs is their answer, also one that only comments: the forge takes
 * them off its list of requested reviewers with it, so nobody waits for them there either until they are asked again. A vote on the merge is one too: it
 * is where they looked. What they were named for on an older head was something else.
 */
export const isAwaited = (ask: Standing): boolean => isOfNow(ask) && ask.answeredAt === null;

const isOfNow = ({ state, draft, headSha, askedSha }: Standing): boolean => state === 'open' && !draft && headSha === askedSha;

/** Those who were named for one pull request as it is now; null: nobody was. */
export function decideAsked(asks: readonly AskedReview[]): AskedPeople | null {
  const present = asks.filter(isOfNow);
  const [first] = present;
  if (first === undefined) return null;
  const answers = present.filter((ask) => !isAwaited(ask));
  return {
    awaited: present.filter(isAwaited).map(({ handle }) => handle),
    answered: answers.map(({ handle }) => handle),
    askedAt: first.askedAt,
    answeredAt: answers.reduce<Date | null>((newest, { answeredAt: at }) => (at !== null && (newest === null || at > newest) ? at : newest), null),
  };
}

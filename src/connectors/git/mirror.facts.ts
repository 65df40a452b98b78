import { isFullId } from './mirror.commits.ts';

const MOST_KNOWN = 20_000;

/** Remembers what git said about two commits: ids name the same commits for ever, so the answer never changes. Names are asked anew. */
export function createFacts<Answer>(ask: (a: string, b: string) => Promise<Answer>): (a: string, b: string) => Promise<Answer> {
  const known = new Map<string, Answer>();
  return async (a, b) => {
    const key = isFullId(a) && isFullId(b) ? `${a} ${b}` : null;
    const before = key === null ? undefined : known.get(key);
    if (before !== undefined) return before;
    const answer = await ask(a, b);
    if (key !== null) known.set(key, answer);
    for (const oldest of known.keys()) {
      if (known.size <= MOST_KNOWN) break;
      known.delete(oldest);
    }
    return answer;
  };
}

import type { HelpFacts } from './model.people.ts';

/** Events after which a pull request may have something new to look at. */
const LOOKED_AT: ReadonlySet<string> = new Set(['pull.opened', 'pull.synchronized', 'pull.reopened', 'pull.edited']);

/**
 * What an event about a pull request asks for. Help is for people's own, where the project or the repository opted in: not for Reeve's own nor
 * another bot's, not for a draft, not for a head that was looked at, and not where a person said stop. Forks are told apart later: the event
 * does not say.
 */
export function decideHelp(facts: HelpFacts): 'ignore' | 'want' | 'end' {
  const { kind, known, state } = facts;
  // Whoever opted out meanwhile still wants the rows to be right.
  if (known !== null && state !== 'open') return known.endedAs === null ? 'end' : 'ignore';
  if (!LOOKED_AT.has(kind) || state !== 'open' || facts.draft) return 'ignore';
  if (facts.isOurs || isBot(facts.author) || !isOptedIn(facts.settings.people_pulls, facts.repository)) return 'ignore';
  if (known === null) return 'want';
  if (known.endedAs === 'stopped' || known.endedAs === 'fork') return 'ignore';
  return known.reviewedSha === facts.headSha ? 'ignore' : 'want';
}

/** Apps on GitHub end so; `ghost` stands for accounts that are gone. */
export const isBot = (login: string): boolean => /\[bot\]$/i.test(login) || login === 'ghost' || login === '';

/** Names of repositories are one name in any case. */
export function isOptedIn(wanted: HelpFacts['settings']['people_pulls'], repository: string): boolean {
  if (typeof wanted === 'string') return wanted === 'on';
  return wanted.some((name) => name.toLowerCase() === repository.toLowerCase());
}

/** Milliseconds until a change counts as quiet; 0: it does. */
export function quietInMs(wantedAt: Date, now: Date, quietS: number): number {
  return Math.max(0, wantedAt.getTime() + quietS * 1000 - now.getTime());
}

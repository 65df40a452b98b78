import { globMatcher } from '#kernel/glob.ts';
import type { FileTouch, OwnedFile, ReviewerAnswer, ReviewerCandidate, ReviewerFacts, SuggestedReviewer } from './model.reviewers.ts';

/** Of 100. Knowing the files counts for most; who is free and at work decides between people who know them alike. */
const WEIGHTS = { ownership: 40, history: 35, load: 15, hours: 10 } as const;
/** A change counts half as much after this long. */
const HALF_LIFE_DAYS = 90;
const MOST_SUGGESTED = 2;
const DAY_S = 86_400;
const WORKDAY = { from: 9, to: 17 } as const;
/** What the people's directory says counts less than the repository's own file. */
const DIRECTORY_SHARE = 0.7;

/**
 * Who should review: the people who own the changed files or changed them before (recently counts more), with room for one more review, and
 * at work. Never whoever asked for the work or wrote it, never somebody who is away for good, and nobody who has nothing to do with the
 * files. At most two; of equals the name that sorts first.
 */
export function decideReviewers(facts: ReviewerFacts): ReviewerAnswer {
  const history = historyOf(facts);
  const most = Math.max(0, ...history.values());
  const knowing = facts.candidates
    .map((candidate) => ({ candidate, ...standing(facts, candidate, { own: history.get(candidate.handle) ?? 0, most }) }))
    .filter(({ knows }) => knows)
    .toSorted((a, b) => b.suggestion.score - a.suggestion.score || (a.suggestion.handle < b.suggestion.handle ? -1 : 1));
  const able = knowing.filter(({ candidate }) => candidate.isAble && !facts.excluded.has(candidate.handle));
  const suggested = able.slice(0, MOST_SUGGESTED).map(({ suggestion }) => suggestion);
  const passedOver = knowing
    .filter(({ suggestion }) => !suggested.includes(suggestion))
    .map(({ candidate, suggestion }) => ({
      handle: candidate.handle,
      why: facts.excluded.get(candidate.handle) ?? (candidate.isAble ? `knows them less (${suggestion.score} of 100)` : 'may not review here'),
    }));
  return { suggested, passedOver: passedOver.slice(0, 10), detail: sentence(suggested, passedOver.length) };
}

function sentence(suggested: readonly SuggestedReviewer[], others: number): string {
  if (suggested.length > 0) return `Suggested: ${suggested.map(({ handle, reasons }) => `${handle} (${reasons[0] ?? ''})`).join(', ')}.`;
  return others === 0
    ? 'Nobody whom Reeve knows owns these files or has changed them.'
    : 'Those who know these files asked for the work, wrote it, or may not review here.';
}

/** Weight of each person's changes: a commit counts by the share of these files it touched, halved every 90 days. */
function historyOf({ touches, paths, now }: ReviewerFacts): Map<string, number> {
  const wanted = new Set(paths);
  const weights = new Map<string, number>();
  for (const touch of touches) {
    const share = touch.paths.filter((path) => wanted.has(path)).length / Math.max(1, wanted.size);
    weights.set(touch.by, (weights.get(touch.by) ?? 0) + share * 0.5 ** (ageInDays(touch, now) / HALF_LIFE_DAYS));
  }
  return weights;
}

/** A commit's date is its author's word: one of the future is of today. */
const ageInDays = ({ atUnixS }: FileTouch, now: Date): number => Math.max(0, now.getTime() / 1000 - atUnixS) / DAY_S;

function standing(
  facts: ReviewerFacts,
  candidate: ReviewerCandidate,
  { own, most }: { own: number; most: number },
): { suggestion: SuggestedReviewer; knows: boolean } {
  const ownership = ownershipOf(facts, candidate);
  const hours = hoursOf(candidate.timezone, facts.now);
  const parts = {
    ownership: WEIGHTS.ownership * ownership.share,
    history: most === 0 ? 0 : WEIGHTS.history * (own / most),
    load: WEIGHTS.load / (1 + candidate.waiting),
    hours: WEIGHTS.hours * hours.share,
  };
  const score = Math.round((parts.ownership + parts.history + parts.load + parts.hours) * 10) / 10;
  const reasons = [
    ...ownership.says,
    ...(own === 0 ? [] : [changed(facts, candidate.handle)]),
    candidate.waiting === 0 ? 'nothing waits for them' : `${candidate.waiting} ${candidate.waiting === 1 ? 'review waits' : 'reviews wait'} for them`,
    hours.says,
  ];
  return { suggestion: { handle: candidate.handle, login: candidate.login, score, reasons }, knows: ownership.share > 0 || own > 0 };
}

function changed({ touches, now }: ReviewerFacts, handle: string): string {
  const own = touches.filter(({ by }) => by === handle);
  const days = Math.floor(Math.min(...own.map((touch) => ageInDays(touch, now))));
  return `changed these files ${own.length === 1 ? 'once' : `${own.length} times`}, last ${days === 0 ? 'today' : days === 1 ? 'yesterday' : `${days} days ago`}`;
}

function ownershipOf({ owned, paths }: ReviewerFacts, { handle, owns }: ReviewerCandidate): { share: number; says: string[] } {
  const byFile = owned.filter(({ handles }) => handles.includes(handle));
  const isTheirs = globMatcher(owns);
  const spoken = new Set(owned.map(({ path }) => path));
  // Where the repository's own file speaks, the directory has nothing to say.
  const byDirectory = paths.filter((path) => !spoken.has(path) && isTheirs(path));
  const share = (byFile.length + DIRECTORY_SHARE * byDirectory.length) / Math.max(1, paths.length);
  return {
    share,
    says: [
      ...(byFile.length === 0 ? [] : [`owns ${files(byFile.length)} by CODEOWNERS (${patternsOf(byFile)})`]),
      ...(byDirectory.length === 0 ? [] : [`owns ${files(byDirectory.length)} by the directory of people`]),
    ],
  };
}

const files = (count: number): string => (count === 1 ? 'one of the files' : `${count} of the files`);

const patternsOf = (owned: readonly OwnedFile[]): string =>
  [...new Set(owned.map(({ pattern }) => pattern))]
    .slice(0, 3)
    .map((pattern) => `\`${pattern.replaceAll('`', '')}\``)
    .join(', ');

/** At work now, or how many hours until they are; weekends are free. A zone nobody knows is UTC. */
function hoursOf(timezone: string, now: Date): { share: number; says: string } {
  for (let hours = 0; hours < 80; hours += 1) {
    const { weekday, hour } = localTime(timezone, new Date(now.getTime() + hours * 3_600_000));
    if (weekday === 'Sat' || weekday === 'Sun' || hour < WORKDAY.from || hour >= WORKDAY.to) continue;
    if (hours === 0) return { share: 1, says: 'at work now' };
    return { share: Math.max(0, 1 - hours / 16), says: `at work in about ${hours} ${hours === 1 ? 'hour' : 'hours'}` };
  }
  return { share: 0, says: 'not at work for days' };
}

function localTime(timezone: string, at: Date): { weekday: string; hour: number } {
  const parts = formatOf(timezone).formatToParts(at);
  const of = (type: string) => parts.find((part) => part.type === type)?.value ?? '';
  return { weekday: of('weekday'), hour: Number(of('hour')) % 24 };
}

function formatOf(timezone: string): Intl.DateTimeFormat {
  const options = { weekday: 'short', hour: '2-digit', hour12: false } as const;
  try {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: timezone });
  } catch {
    return new Intl.DateTimeFormat('en-US', { ...options, timeZone: 'UTC' });
  }
}

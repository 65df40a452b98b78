import { visible } from '#kernel/text.ts';
import type { CheckResult } from '#ports/forge-read.ts';
import { isForeignCheck } from './decide.ci.ts';

/** One commit of the default branch, with what the forge's checks say of it. */
export interface LineCommit {
  commit: string;
  checks: readonly CheckResult[];
}

/** `greenAt` the newest commit before them on which all of `red` passed; `between` the commits after it, newest first: among them is the culprit. */
export interface TurnedRed {
  red: string[];
  greenAt: string;
  between: string[];
}

/** Null: it was not checked to an end; a run that was cancelled, mostly by the next push, says nothing of its commit. */
function verdictOf({ checks }: LineCommit, name: string): 'red' | 'green' | null {
  const own = checks.filter((check) => isForeignCheck(check) && check.name === name);
  if (own.some(({ conclusion }) => conclusion === 'failure')) return 'red';
  return own.some(({ conclusion }) => conclusion === 'success') ? 'green' : null;
}

/**
 * How each check stands on the branch: by the newest commit on which it ended (its index). Older commits are looked at for as long as newer ones are not
 * checked to an end: what a wholly checked commit does not have, the branch has no more.
 */
function standingOf(line: readonly LineCommit[]): { newest: Map<string, number>; whole: boolean } {
  const newest = new Map<string, number>();
  for (const [at, commit] of line.entries()) {
    const foreign = commit.checks.filter((check) => isForeignCheck(check));
    const ended = foreign.filter(({ name }) => verdictOf(commit, name) !== null);
    for (const { name } of ended) if (!newest.has(name)) newest.set(name, at);
    if (ended.length > 0 && foreign.every(({ conclusion }) => conclusion !== 'pending' && conclusion !== 'cancelled')) return { newest, whole: true };
  }
  return { newest, whole: false };
}

const stands = (line: readonly LineCommit[], how: 'red' | 'green'): Array<[name: string, at: number]> =>
  [...standingOf(line).newest].filter(([name, at]) => verdictOf(line[at] ?? { commit: '', checks: [] }, name) === how);

/** Names of the checks that passed where they ended last. `line`: newest first, from the tip. */
export const greenNow = (line: readonly LineCommit[]): Set<string> => new Set(stands(line, 'green').map(([name]) => name));

/** Whether commits before the last of the line may still tell more. */
export function needsOlder(line: readonly LineCommit[]): boolean {
  if (decideTurnedRed(line)?.between.length === 1) return false;
  const isOpen = ([name, at]: [string, number]): boolean => !line.slice(at + 1).some((commit) => verdictOf(commit, name) === 'green');
  return !standingOf(line).whole || stands(line, 'red').some(isOpen);
}

/**
 * Whether the default branch turned red, and between which commits: the checks that failed where they ended last, back to where the same checks passed. A
 * commit that nobody checked, or on which they have not ended, counts to those that may have done it. Null: nothing is red, or what is
 * red was never seen green on this line, so nobody turned it. `line`: newest first, from the tip, along first parents.
 */
export function decideTurnedRed(line: readonly LineCommit[]): TurnedRed | null {
  let best: TurnedRed | null = null;
  for (const [name, at] of stands(line, 'red')) {
    const greenAt = line.findIndex((commit, index) => index > at && verdictOf(commit, name) === 'green');
    const green = line[greenAt];
    if (green === undefined) continue;
    // Where the same check failed before, that one turned it; whatever came after is innocent of it.
    const since = line.slice(0, greenAt);
    const between = since.slice(since.findLastIndex((commit) => verdictOf(commit, name) === 'red')).map(({ commit }) => commit);
    if (best === null || between.length < best.between.length) best = { red: [name], greenAt: green.commit, between };
    else if (between.length === best.between.length && green.commit === best.greenAt) best.red.push(name);
  }
  return best;
}

/** Whether a check that turned red is still running on one of those that may have done it. */
export const isAwaited = (line: readonly LineCommit[], { red, between }: TurnedRed): boolean =>
  line.some(
    ({ commit, checks }) => between.includes(commit) && checks.some(({ name, conclusion }) => red.includes(name) && conclusion === 'pending'),
  );

/**
 * The commits of one landing, newest first: one, or several where it was rebased onto `base`, the commit the branch stood at when it landed. Null: that is
 * not known, so none but the last is known to be of it. `line`: commits of the branch, newest first.
 */
export function commitsOfLanding(line: readonly string[], mergeSha: string, base: string | null): string[] {
  const last = line.indexOf(mergeSha);
  const before = base === null ? -1 : line.indexOf(base);
  return last >= 0 && before > last ? line.slice(last, before) : [mergeSha];
}

/** A pull request that landed, as far as taking it back needs it. */
export interface LandedPull {
  number: number;
  title: string;
  mergeSha: string;
}

export interface RevertFacts extends TurnedRed {
  pull: LandedPull;
  branch: string;
  /** Why it may be no fault of the landing; empty: nothing says so. */
  flaky: string;
}

export const revertTitle = ({ pull }: Pick<RevertFacts, 'pull'>): string => `Revert "${oneLine(pull.title, 180)}" (#${pull.number})`;

/** What people read before they decide, and what the pull request says afterwards. */
export function revertBody({ pull, branch, red, greenAt, flaky }: RevertFacts): string {
  return [
    ...evidence({ pull, branch, red, greenAt, flaky }),
    `This takes #${pull.number} back as it landed. A person approved opening it, and a person decides whether it is merged.`,
  ].join('\n\n');
}

/** Under the pull request that did it: what was seen, and what may be said to it. */
export function turnedRedComment(facts: Omit<RevertFacts, 'between'>): string {
  return [
    ...evidence(facts),
    'A maintainer may have it taken back: `/reeve approve` here opens the pull request that does, `/reeve decline` leaves it.',
  ].join('\n\n');
}

/** Under each that may have done it, where they are several: nothing is proposed on a guess. */
export function undecidedComment({ branch, red, greenAt, between, landings }: TurnedRed & { branch: string; landings: readonly number[] }): string {
  const names = red.map((name) => visible(name)).join(', ');
  const ours = landings.map((number) => `#${number}`).join(', ');
  return [
    `${visible(branch)} turned red: **${names}** passed at \`${greenAt.slice(0, 10)}\` and failed at \`${(between[0] ?? '').slice(0, 10)}\`. ${between.length} commits lie between the two, those of ${ours} among them.`,
    'Which of them did it is not known, so Reeve proposes to take none of them back: running the check on each of them would tell.',
  ].join('\n\n');
}

function evidence({ pull, branch, red, greenAt, flaky }: Omit<RevertFacts, 'between'>): string[] {
  const names = red.map((name) => visible(name)).join(', ');
  const seen = `${visible(branch)} turned red with #${pull.number}: **${names}** passed at \`${greenAt.slice(0, 10)}\` and failed at \`${pull.mergeSha.slice(0, 10)}\`, and nothing else landed between the two.`;
  return flaky === '' ? [seen] : [seen, flaky];
}

const oneLine = (text: string, most: number): string => visible(text.replace(/\s+/g, ' ').trim().slice(0, most));

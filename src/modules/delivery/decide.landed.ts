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

const isBad = ({ conclusion }: CheckResult): boolean => conclusion === 'failure' || conclusion === 'cancelled';

/**
 * Whether the default branch turned red, and between which commits: the failed checks of the newest commit, back to where the same checks passed. A commit
 * that nobody checked, or on which they have not ended, counts to those that may have done it. Null: nothing is red, or what is red
 * was never seen green on this line, so nobody turned it. `line`: newest first, along first parents.
 */
export function decideTurnedRed(line: readonly LineCommit[]): TurnedRed | null {
  const [newest, ...older] = line;
  const failed = [...new Set((newest?.checks ?? []).filter((check) => isForeignCheck(check) && isBad(check)).map(({ name }) => name))];
  let best: TurnedRed | null = null;
  for (const name of failed) {
    const at = older.findIndex(({ checks }) =>
      checks.some((check) => isForeignCheck(check) && check.name === name && check.conclusion === 'success'),
    );
    const green = older[at];
    if (green === undefined) continue;
    // Where the same check failed before, that one turned it; whatever came after is innocent of it.
    const since = line.slice(0, at + 1);
    const first = since.findLastIndex(({ checks }) => checks.some((check) => isForeignCheck(check) && check.name === name && isBad(check)));
    const between = since.slice(first).map(({ commit }) => commit);
    if (best === null || between.length < best.between.length) best = { red: [name], greenAt: green.commit, between };
    else if (between.length === best.between.length && green.commit === best.greenAt) best.red.push(name);
  }
  return best;
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

function evidence({ pull, branch, red, greenAt, flaky }: Omit<RevertFacts, 'between'>): string[] {
  const names = red.map((name) => visible(name)).join(', ');
  const seen = `${visible(branch)} turned red with #${pull.number}: **${names}** passed at \`${greenAt.slice(0, 10)}\` and failed at \`${pull.mergeSha.slice(0, 10)}\`, and nothing else landed between the two.`;
  return flaky === '' ? [seen] : [seen, flaky];
}

const oneLine = (text: string, most: number): string => visible(text.replace(/\s+/g, ' ').trim().slice(0, most));

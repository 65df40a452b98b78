import { visible } from '#kernel/text.ts';
import { firstRanges } from './decide.coverage.ts';
import type { UncoveredChange } from './model.coverage.ts';
import type { ReviewerAnswer } from './model.reviewers.ts';

const MOST_FILES = 20;

/** Who should review, for the people who read the pull request; null: there is nothing to say. Handles and not logins: naming is not asking. */
export function tellReviewers(answer: ReviewerAnswer): string | null {
  if (answer.suggested.length === 0) return null;
  return [
    '### Suggested reviewers',
    ...answer.suggested.map(({ handle, reasons }) => `- **${visible(handle)}**: ${reasons.map((words) => visible(words)).join('; ')}`),
  ].join('\n');
}

/** What the tests leave out, for people; null: no report was read. */
export function tellUntested(changes: readonly UncoveredChange[] | null): string | null {
  if (changes === null) return null;
  if (changes.length === 0) return '### Tests\nEvery changed line that can be run is run by the tests.';
  const lines = changes.reduce((sum, { uncovered }) => sum + uncovered.length, 0);
  const more = changes.length > MOST_FILES ? [`- and ${changes.length - MOST_FILES} more files`] : [];
  return [
    '### Tests',
    `${lines} changed ${lines === 1 ? 'line is' : 'lines are'} run by no test:`,
    ...changes.slice(0, MOST_FILES).map(({ path, uncovered }) => `- \`${visible(path).replaceAll('`', "'")}\`: ${firstRanges(uncovered)}`),
    ...more,
  ].join('\n');
}

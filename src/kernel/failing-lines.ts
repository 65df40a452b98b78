import { visible } from './text.ts';

/** What is known of a check that was run. `exit_code` null: it did not finish. */
export interface EndedCheck {
  name: string;
  exit_code: number | null;
  output: string;
}

const MOST_LINES = 3;
const MOST_CHARS = 300;
/** Longer lines are data, and no pattern below needs more of them. */
const MOST_OF_LINE = 500;

/** Between the told lines of one output, in a sentence. */
const BETWEEN = ' | ';

/** Says what is wrong: an assertion, an error with a message, a place in a file with words after it, a program that is missing. */
const TELLING =
  /\b[A-Z]\w*(?:Error|Exception)\b|\b(?:error|fatal|panic)\b(?:\[\w+\]| TS\d+)?:|\serror\s|^E\s+\S|\bassert(?:ion)?\b.*(?:failed|==|!=)|\bexpected\b.*\b(?:to|but|got|received)\b|^\S+\.\w+:\d+(?::\d+)?:? +\S|: (?:command )?not found$|\bNo such file or directory\b|\bno check named\b|^\[stopped after /i;

/** Names the test that failed. */
const TITLE = /^(?:[✖✕×✗●]|not ok\b|FAIL(?:ED|URE)?:?\s+\S|--- FAIL:|FAIL:|\d+\) )/;

/** What was there and what should have been, beside an assertion. */
const DETAIL = /^(?:[-+] |(?:left|right|actual|expected|received|got|want|error|message)\b\s*[:=]|.*(?:!==?|===?) )/i;

/** Totals, stack frames and what runners and package managers say after a failure whatever it was. */
const NOISE =
  /^(?:at\s|❯|#|ℹ|=+|-+$|npm (?:ERR!|error)|ELIFECYCLE|make(?:\[\d+\])?: \*\*\*|Test(?:s| Files| Suites)?:?\s+\d|\d+ (?:passing|failing|passed|failed)|FAIL\S*(?:\s+\S+\s+[\d.]+s| \(.*\))?$|exit status|test result:|error: test failed|error Command failed|Found \d+ errors?|✖ (?:\d+ problems?|failing tests)|note:|Node\.js v|generatedMessage:|code:|operator:|Command failed|Ran \d+ tests?|test at )/i;

/**
 * The lines of a failed program's output that say what failed, oldest first: an assertion or error, the test it belongs to and the
 * values beside it, rather than totals and stack frames after it; without such a line, the last ones. At most three lines and 300
 * characters (or `mostChars`); colours are removed, other control characters are shown as escapes; cut text ends in `…`. Removing
 * what is not shown can join the parts of a secret: whoever stores the result redacts it, however the output was redacted before.
 */
export function failingLines(output: string, mostChars = MOST_CHARS): string[] {
  const lines = output.split('\n').map(readable);
  const told = choose(lines).map((at) => lines[at] ?? '');
  const shown: string[] = [];
  let left = mostChars;
  for (const line of told) {
    const short = clip(visible(line), left);
    if (short === '') break;
    shown.push(short);
    left -= short.length + BETWEEN.length;
  }
  return shown;
}

/** `1 of 2 checks failed: test (exit code 1): AssertionError: …`: one line for people, of all checks that were run. */
export function failedChecksSentence(checks: readonly EndedCheck[]): string {
  const red = checks.filter((check) => check.exit_code !== 0);
  return `${red.length} of ${checks.length} checks failed: ${describeFailedChecks(red)}`;
}

/** Each of these failed checks with how it ended; the first three with what they said. One line. */
export function describeFailedChecks(red: readonly EndedCheck[]): string {
  const spoken = Math.min(MOST_LINES, red.length);
  const share = Math.floor(MOST_CHARS / Math.max(1, spoken));
  return red.map((check, index) => describe(check, index < spoken ? share : 0)).join('; ');
}

function describe(check: EndedCheck, mostChars: number): string {
  const how = check.exit_code === null ? 'did not finish' : `exit code ${check.exit_code}`;
  const lines = failingLines(check.output, mostChars);
  return `${clip(visible(check.name), 100)} (${how})${lines.length === 0 ? '' : `: ${lines.join(BETWEEN)}`}`;
}

/** Indices of the lines to tell. */
function choose(lines: readonly string[]): number[] {
  const is = (at: number, pattern: RegExp): boolean => pattern.test(lines[at] ?? '') && !NOISE.test(lines[at] ?? '');
  const all = lines.map((_, at) => at).filter((at) => lines[at] !== '');
  const wordy = all.filter((at) => !NOISE.test(lines[at] ?? ''));
  const telling = wordy.filter((at) => is(at, TELLING));
  const anchor = telling.at(-1) ?? wordy.findLast((at) => is(at, TITLE));
  if (anchor === undefined) return (wordy.length > 0 ? wordy : all).slice(-MOST_LINES);
  const details = wordy.filter((at) => at > anchor && at <= anchor + NEAR && is(at, DETAIL)).slice(0, MOST_LINES - 1);
  const title = wordy.findLast((at) => at < anchor && at >= anchor - FAR && is(at, TITLE));
  const others = telling.slice(0, -1).toReversed();
  const chosen = new Set([anchor, ...details, ...(title === undefined ? [] : [title]), ...others]);
  return [...chosen].slice(0, MOST_LINES).toSorted((a, b) => a - b);
}

/** How many lines after an assertion its values may stand, and how many before it the name of its test. */
const NEAR = 4;
const FAR = 30;

/** A line as a terminal would show it in the end: without colours, and of what overwrote itself the last part. */
function readable(line: string): string {
  // oxlint-disable-next-line no-control-regex -- terminal sequences start with the escape character
  const plain = line.replace(/\u001b(?:\[[0-9;?]*[A-Za-z]|\][^\u0007\u001b]*(?:\u0007|\u001b\\))/g, '').trimEnd();
  return plain
    .slice(plain.lastIndexOf('\r') + 1)
    .slice(0, MOST_OF_LINE)
    .toWellFormed()
    .replace(/\s+/g, ' ')
    .trim();
}

function clip(text: string, most: number): string {
  if (text.length <= most) return text;
  return most <= 1 ? '' : `${text.slice(0, most - 1).replace(/[\uD800-\uDBFF]$/, '')}…`;
}

import { visible } from '#kernel/text.ts';
import { findingMarker, REVIEW_MARKER, SEVERITIES, type NamedFinding, type Review, type ReviewArgs } from './model.ts';

/** Lines that a forge takes remarks beside, by path. */
export type ShownLines = ReadonlyMap<string, ReadonlySet<number>>;

/** GitHub refuses longer texts; what is beyond it stands in Reeve. */
const MOST_BODY = 60_000;
/** As many as people read. */
const MOST_REMARKS = 30;

export interface ReviewMore {
  /** What else those who read the review should know: tests, reviewers. */
  sections?: readonly string[];
}

/** Where no reviewer said anything: what else is known, in the place of a review. */
export function helpArgs(headSha: string, sections: readonly string[]): ReviewArgs {
  const body = [`**Reeve** looked at \`${headSha.slice(0, 10)}\` (no agent reviewed it)`, ...sections].join('\n\n').slice(0, MOST_BODY);
  return { head_sha: headSha, body, marker: REVIEW_MARKER, comments: [] };
}

/**
 * A review as one text and remarks beside lines: the text has everything, in short what also stands beside its line, so that nothing is lost where a
 * forge takes no remark. It never speaks of approving: a person decides about the merge.
 */
export function reviewArgs(review: Review, shown: ShownLines, more: ReviewMore = {}): ReviewArgs {
  const open = review.findings.filter(({ state }) => state === 'open').toSorted(byWeight);
  const beside = open.filter((finding) => isShown(finding, shown)).slice(0, MOST_REMARKS);
  return {
    head_sha: review.headSha,
    body: reviewBody(review, new Set(beside.map(({ key }) => key)), more),
    marker: REVIEW_MARKER,
    comments: beside.map((finding) => ({
      path: finding.path ?? '',
      line: finding.line ?? 1,
      body: remark(finding),
      marker: findingMarker(finding.key),
    })),
  };
}

const byWeight = (a: NamedFinding, b: NamedFinding): number => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity);

function isShown({ path, line }: NamedFinding, shown: ShownLines): boolean {
  return path !== null && line !== null && shown.get(path)?.has(line) === true;
}

function reviewBody(review: Review, beside: ReadonlySet<string>, { sections = [] }: ReviewMore): string {
  const open = review.findings.filter(({ state }) => state === 'open').toSorted(byWeight);
  const settled = review.findings.filter(({ state }) => state === 'settled');
  const parts = [`**Review by ${inline(review.reviewer)}** of \`${review.headSha.slice(0, 10)}\` (an agent: a person still decides)`];
  if (!review.parsed) parts.push('_The reviewer did not answer in the asked form; this is what it said._');
  if (review.summary !== '') parts.push(review.summary);
  if (review.parsed) {
    parts.push(open.length === 0 ? 'No findings.' : ['### Findings', ...open.map((finding) => listed(finding, beside))].join('\n'));
  } else if (open.length > 0) parts.push(['### Findings of the review before', ...open.map((finding) => listed(finding, new Set()))].join('\n'));
  if (settled.length > 0)
    parts.push(['### Settled', ...settled.map(({ key, what }) => `- ~~${key}: ${inline(what).replaceAll('~', '')}~~`)].join('\n'));
  if (review.checklist.length > 0)
    parts.push(
      [
        '### Acceptance',
        ...review.checklist.map(({ item, met, evidence }) => `- **${met}**: ${inline(item)}${evidence === '' ? '' : ` (${inline(evidence)})`}`),
      ].join('\n'),
    );
  if (review.focus.length > 0)
    parts.push(['### Look at', ...review.focus.map(({ path, why }) => `- ${code(path)}${why === '' ? '' : `: ${inline(why)}`}`)].join('\n'));
  parts.push(...sections);
  if (open.length > 0) parts.push('_Comment `/reeve fix reviews` to have the open remarks worked on._');
  const text = parts.join('\n\n');
  return text.length <= MOST_BODY ? text : `${text.slice(0, MOST_BODY)}\n\n_Cut here: it was too long._`;
}

/** In one line where it also stands beside its line, else with everything. */
function listed(finding: NamedFinding, beside: ReadonlySet<string>): string {
  const { key, severity, path, line, what, why, suggestion } = finding;
  const place = path === null ? '' : ` ${code(`${path}${line === null ? '' : `:${line}`}`)}`;
  const first = `- ${key} **${severity}**${place}: ${inline(what)}`;
  if (beside.has(key)) return first;
  const more = [why, suggestion === null ? '' : `Suggestion: ${suggestion}`].filter((words) => words !== '').map((words) => `  ${inline(words)}`);
  return [first, ...more].join('\n');
}

/** Beside the line. */
function remark({ key, severity, what, why, suggestion }: NamedFinding): string {
  const parts = [`**${severity}** (${key}): ${what}`, why, suggestion === null ? '' : `Suggestion: ${suggestion}`];
  return parts.filter((words) => words !== '').join('\n\n');
}

/** In one line of a list. */
const inline = (words: string): string => visible(words.replaceAll(/\s+/g, ' ').trim());
const code = (path: string): string => `\`${visible(path).replaceAll('`', "'")}\``;

import { quotedText } from '#kernel/sanitize.ts';
import type { ReleasedChange, ReleaseNotes, ReleaseSection } from './model.ts';

const BREAKING_LABEL = /^(?:breaking(?:[ -]change)?|semver[:-]major)$/i;
/** Conventional Commits 1.0.0: `feat!: …`, `fix(api)!: …`; and the footer `BREAKING CHANGE: …` at the beginning of a line. */
const BREAKING_TITLE = /^[a-z]+(?:\([^)]*\))?!:/i;
const BREAKING_FOOTER = /^BREAKING[ -]CHANGE: /m;

const isBreaking = ({ labels, title, body }: ReleasedChange): boolean =>
  labels.some((label) => BREAKING_LABEL.test(label)) || BREAKING_TITLE.test(title) || BREAKING_FOOTER.test(body);

/** In the order in which a reader wants to know: what they must act on, what is new, what works again, what else. */
const SECTIONS: ReadonlyArray<[heading: string, belongs: (change: ReleasedChange) => boolean]> = [
  ['Breaking changes', isBreaking],
  ['New', ({ type }) => type === 'feature'],
  ['Fixed', ({ type }) => type === 'bug'],
  ['Documentation', ({ type }) => type === 'docs'],
  ['Under the hood', ({ type }) => type === 'refactor' || type === 'chore'],
  ['Other', () => true],
];

/**
 * Release notes of these merges: each change once, in the first section it belongs to, the oldest first. Deterministic: the same merges give
 * the same notes.
 */
export function decideNotes(given: readonly ReleasedChange[], range: Pick<ReleaseNotes, 'name' | 'from' | 'to'>): ReleaseNotes {
  const changes = given.toSorted((a, b) => a.mergedAt.localeCompare(b.mergedAt) || a.pullNumber - b.pullNumber);
  const sections: ReleaseSection[] = SECTIONS.map(([heading]) => ({ heading, changes: [] }));
  for (const change of changes) sections[SECTIONS.findIndex(([, belongs]) => belongs(change))]?.changes.push(change);
  const filled = sections.filter((section) => section.changes.length > 0);
  const unique = (names: Array<string | null>): string[] => [...new Set(names.filter((name) => name !== null))].toSorted();
  const credits = {
    people: unique(changes.flatMap(({ askedBy, author, approvedBy }) => [askedBy, author, ...approvedBy])),
    agents: unique(changes.flatMap(({ agents }) => agents)),
  };
  return {
    ...range,
    changes: changes.length,
    sections: filled,
    credits,
    markdown: render(range.name, filled, {
      ...credits,
      all: changes.every(({ agents, approvedBy }) => agents.length === 0 || approvedBy.length > 0),
    }),
  };
}

const MOST_TITLE = 200;

/** `all`: a person approved each of the merges. */
type Credits = ReleaseNotes['credits'] & { all: boolean };

function render(name: string | null, sections: readonly ReleaseSection[], credits: Credits): string {
  const head = name === null ? [] : [`# ${quotedText(name)}`];
  if (sections.length === 0) return [...head, 'Nothing was merged.'].join('\n\n');
  const told = sections.map(({ heading, changes }) => [`## ${heading}`, '', ...changes.map(changeLine)].join('\n'));
  return [...head, ...told, thanks(credits)].filter((part) => part !== '').join('\n\n');
}

/** `- Cart totals are right (#12, for #7; asked by ada)`, and of what a person wrote themselves `(#13 by dora)`. */
export function changeLine(change: ReleasedChange): string {
  const where = `[#${change.pullNumber}](${change.pullUrl})`;
  const why = change.issueNumber === null ? '' : `, for #${change.issueNumber}`;
  const who = change.askedBy === null ? '' : `; asked by ${quotedText(change.askedBy)}`;
  const by = change.author === null ? '' : ` by ${quotedText(change.author)}`;
  return `- ${userFacing(change.title)} (${where}${by}${why}${who})`;
}

/** The title without the prefix that sorted it (`fix(cart): `, `Feature: `), beginning with a capital letter. */
function userFacing(title: string): string {
  const bare = title.replace(/^(?:feat(?:ure)?|fix|bug|docs?|chore|refactor|perf|test|build|ci|style)(?:\([^)]*\))?!?:\s*/i, '').trim();
  const text = bare === '' ? title.trim() : bare;
  return quotedText(text.charAt(0).toUpperCase() + text.slice(1), MOST_TITLE);
}

function thanks({ people, agents, all }: Credits): string {
  const names = (list: readonly string[]): string => list.map((one) => quotedText(one)).join(', ');
  const lines = [
    ...(people.length > 0 ? [`People: ${names(people)}.`] : []),
    ...(agents.length > 0 ? [`Agents: ${names(agents)}${all ? '; a person approved each merge' : ''}.`] : []),
  ];
  return lines.length === 0 ? '' : ['## Thanks to', '', ...lines].join('\n');
}

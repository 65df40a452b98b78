import type { Size } from '#modules/work/index.ts';
import { listItemsOf, namedPathsOf } from '#kernel/markdown.ts';
import { rawWordsOf } from '#kernel/words.ts';
import type { IssueText } from './decide.evidence.ts';

const SMALL =
  /\b(?:typo|wording|one[ -]lin(?:e|er)|rename (?:the )?(?:label|button|heading)|small|tiny|trivial|off[ -]by[ -]one|misspell(?:ed|ing)|spelling|missing (?:comma|semicolon|import))\b/i;
const LARGE =
  /\b(?:redesign|rewrite|overhaul|re-?architect|from scratch|whole (?:app|application|system|code ?base)|entire|every (?:page|screen|module|service|endpoint)|across (?:all|the (?:whole|entire))|end[ -]to[ -]end|multi[ -]tenant|internationali[sz]ation|i18n|new service|micro-?services?|offline (?:mode|support)|plug-?in system)\b/i;
const MEDIUM =
  /\b(?:migrat(?:e|ion)|integrat(?:e|ion)|api|database|schema|several|multiple|pagination|permissions?|oauth|sso|websockets?|caching|queue|dashboard|report)\b/i;

/** Points at which a size begins; below the first it is XS. */
const STEPS: ReadonlyArray<readonly [number, Size]> = [
  [9, 'XL'],
  [6, 'L'],
  [4, 'M'],
  [1.5, 'S'],
];

/**
 * T-shirt size from what the author wrote down: list items and named paths are pieces of work; long texts and words of scope
 * add, words of triviality take away. An estimate for routing, not a promise.
 */
export function decideSize(issue: IssueText): { size: Size; evidence: string[] } {
  const items = listItemsOf(issue.body).filter((item) => item.indent < 2 && !item.checked && !/reproduc|steps/.test(item.section));
  const work = items.filter((item) => item.kind !== 'numbered' || items.some((other) => other.kind === 'checklist')).length;
  const named = namedPathsOf(`${issue.title}\n${issue.prose}`);
  // `cart.js` and `src/cart.js` are one file, `README` and `README.md` too.
  const paths = named.filter((path) => !named.some((other) => other !== path && (other.endsWith(`/${path}`) || other.startsWith(`${path}.`)))).length;
  const words = rawWordsOf(issue.prose).length;
  const parts: Array<readonly [number, string]> = [
    [1.6, 'base'],
    [Math.min(6, work * 0.7), `${work} list item${work === 1 ? '' : 's'}`],
    [Math.min(4, Math.max(0, paths - 1) * 0.7), `${paths} named path${paths === 1 ? '' : 's'}`],
    [words > 250 ? 2 : words > 100 ? 1 : 0, `${words} words`],
    ...wordPoints(issue),
  ];
  const points = parts.reduce((sum, [value]) => sum + value, 0);
  const size = STEPS.find(([from]) => points >= from)?.[1] ?? 'XS';
  return {
    size,
    evidence: [
      `size ${size}: ${
        parts
          .filter(([value, says]) => value !== 0 && says !== 'base')
          .map(([, says]) => says)
          .join(', ') || 'a short text about one thing'
      }`,
    ],
  };
}

function wordPoints(issue: IssueText): Array<readonly [number, string]> {
  const text = `${issue.title}\n${issue.prose}`;
  const found: Array<readonly [number, string]> = [];
  const small = SMALL.exec(issue.title) ?? SMALL.exec(issue.prose);
  const large = LARGE.exec(text);
  const medium = MEDIUM.exec(issue.title);
  if (large !== null) found.push([5, `"${large[0]}"`]);
  else if (medium !== null) found.push([1.5, `"${medium[0]}"`]);
  if (small !== null && large === null) found.push([-1.5, `"${small[0]}"`]);
  return found;
}

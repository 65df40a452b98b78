/**
 * Words of English technical prose, for comparing and matching texts without a model. Pure and deterministic; other languages
 * simply match less.
 */

const STOP_WORDS = new Set(
  (
    'a an and are as at be been but by can could did do does doing done for from had has have having he her here him his how i if ' +
    'in into is it its itself just let me more most my no nor not of off on once only or other our out over own please same she ' +
    'so some such than that the their them then there these they this those through to too under up us very was we were what ' +
    'when where which while who whom why will with would you your yours also get gets got make makes made am any each every ' +
    'about after again all because before being between both down during few further need needs want wants like see seems still ' +
    'currently instead should must shall may might thing things'
  ).split(' '),
);

// Longest first. Light on purpose: over-stemming ("universe" = "university") makes false duplicates.
const SUFFIXES: ReadonlyArray<readonly [RegExp, string]> = [
  [/(?<=[a-z]{3})ization$/, 'ize'],
  [/(?<=[a-z]{3})ations?$/, 'ate'],
  [/(?<=[a-z]{3})ities$/, 'ity'],
  [/(?<=[a-z]{2})ies$/, 'y'],
  [/(?<=[a-z]{3})ments?$/, ''],
  [/(?<=[a-z]{3})(?:ing|ings)$/, ''],
  [/(?<=[a-z]{2})sses$/, 'ss'],
  [/(?<=[a-z]{2}(?:s|x|z|ch|sh))es$/, ''],
  [/(?<=[a-z]{3})ed$/, ''],
  [/(?<=[a-z]{3})ly$/, ''],
  [/(?<=[a-z]{2}[^su])s$/, ''],
];

// Texts repeat words: remembering stems makes comparing thousands of texts about three times faster. Bounded, so that strange
// input cannot grow it for ever.
const STEMS = new Map<string, string>();
const MOST_STEMS = 50_000;

/** `totals` -> `total`, `crashed` -> `crash`, `rounding` -> `round`: good enough to compare, not for showing. */
export function stemOf(word: string): string {
  const known = STEMS.get(word);
  if (known !== undefined) return known;
  if (STEMS.size >= MOST_STEMS) STEMS.clear();
  const stem = computeStem(word);
  STEMS.set(word, stem);
  return stem;
}

function computeStem(word: string): string {
  if (word.length < 4 || /\d/.test(word)) return word;
  let stem = word;
  for (const [suffix, replacement] of SUFFIXES) {
    const shorter = stem.replace(suffix, replacement);
    if (shorter !== stem) {
      stem = shorter;
      break;
    }
  }
  // `stopped` -> `stopp` -> `stop`, `saved` -> `sav`, `save` -> `sav`: bring both to one form.
  return stem.replace(/([bdgmnprt])\1$/, '$1').replace(/(?<=[a-z]{3})e$/, '');
}

// Written in camelCase, but one word each.
const BRANDS =
  /\b(?:PayPal|GitHub|GitLab|JavaScript|TypeScript|PostgreSQL|MySQL|MariaDB|MongoDB|GraphQL|OAuth|YouTube|LinkedIn|iPhone|iPad|iOS|macOS|eBay|WordPress)\b/g;

/** Lower-case words of a text in order; camelCase, snake_case, paths and punctuation split them. No stop words are removed. */
export function rawWordsOf(text: string): string[] {
  return text
    .normalize('NFKC')
    .replace(BRANDS, (brand) => brand.toLowerCase())
    .replace(/([a-z0-9])([A-Z])/g, '$1 $2')
    .toLowerCase()
    .replace(/(?<=[a-z])['’](?=[a-z])/g, '')
    .split(/[^\p{L}\p{N}]+/u)
    .filter((word) => word !== '');
}

/** Stems of the words that carry meaning, in order. */
export function wordsOf(text: string): string[] {
  const words: string[] = [];
  for (const word of rawWordsOf(text)) {
    if (word.length < 2 || STOP_WORDS.has(word)) continue;
    words.push(stemOf(word));
  }
  return words;
}

/** `Total is wrong` -> ` to`, `tot`, `ota` …: three-letter windows over the padded, normalised text. */
export function trigramsOf(text: string): Set<string> {
  const padded = `  ${rawWordsOf(text).join(' ')} `;
  const grams = new Set<string>();
  for (let at = 0; at + 3 <= padded.length; at += 1) grams.add(padded.slice(at, at + 3));
  return grams;
}

/** Sørensen–Dice coefficient of two sets, 0 to 1; two empty sets are 0 alike. */
export function diceOf(left: ReadonlySet<string>, right: ReadonlySet<string>): number {
  if (left.size + right.size === 0) return 0;
  const [small, large] = left.size <= right.size ? [left, right] : [right, left];
  let shared = 0;
  for (const gram of small) if (large.has(gram)) shared += 1;
  return (2 * shared) / (left.size + right.size);
}

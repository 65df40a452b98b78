import { codeNamesOf, namedPathsOf, proseOf, withoutTemplateNoise } from '#kernel/markdown.ts';
import { rawWordsOf, stemOf, trigramsOf, wordsOf } from '#kernel/words.ts';

/** Everything comparison needs of one text, computed once. */
export interface Fingerprint {
  /** Term -> weight before idf: title words count double. */
  terms: ReadonlyMap<string, number>;
  titleTerms: ReadonlySet<string>;
  /** The telling ones in the order of the title. */
  titleOrder: readonly string[];
  trigrams: ReadonlySet<string>;
  /** Paths, identifiers and error texts, lower case: rare strings that seldom agree by chance. */
  marks: ReadonlySet<string>;
  /** Sides taken in pairs of opposites, for example `export` of export and import. */
  sides: ReadonlySet<string>;
  numbers: ReadonlySet<string>;
  /** Paths among the marks. */
  paths: ReadonlySet<string>;
  /** How it goes wrong, by the title: `wrong`, `show`, `slow` … */
  symptoms: ReadonlySet<string>;
}

/** Longer bodies add noise, not evidence; it also bounds the work for thousands of candidates. */
const MOST_BODY_CHARS = 3000;

// Different words for one thing, as reporters use them. Left side: what the others become. Written unstemmed.
const SYNONYMS: ReadonlyArray<readonly [string, string]> = [
  ['fail', 'crash crashes error exception throw throws thrown break breaks broken broke failure bug explode blow abort'],
  ['wrong', 'incorrect incorrectly invalid bad mistaken inaccurate faulty miscalculated unexpected nan'],
  ['slow', 'lag laggy latency sluggish performance slowly long timeout hang hangs freeze freezes stuck'],
  ['login', 'signin logon authenticate authentication logging'],
  ['logout', 'signout logoff'],
  ['signup', 'register registration'],
  ['delete', 'remove erase drop discard'],
  ['empty', 'blank nothing'],
  ['coupon', 'voucher promo discount promotion rebate'],
  ['cart', 'basket'],
  ['picture', 'image photo thumbnail avatar'],
  ['mail', 'email e-mail mails'],
  ['docs', 'documentation readme manual guide'],
  ['config', 'configuration setting settings preference preferences option options'],
  ['purchase', 'buy buying bought'],
  ['total', 'sum amount'],
  ['price', 'cost costs'],
  ['quantity', 'qty count amount_of number_of'],
  ['duplicate', 'twice double doubled duplicated repeated'],
  ['lowercase', 'case casing capital capitals uppercase capitalised capitalized insensitive'],
  ['find', 'search searching lookup query found'],
  ['show', 'display render visible appear appears shown view'],
  ['hide', 'invisible hidden disappear disappears vanish vanishes missing gone lost lose loses'],
  ['night', 'dark'],
  ['theme', 'mode'],
  ['phone', 'mobile smartphone'],
  ['download', 'export'],
  ['sort', 'sorted sorting'],
  ['round', 'rounding rounded cent cents penny'],
  ['send', 'sent deliver delivered delivery'],
  ['save', 'store stored persist persisted keep kept remember'],
  ['reject', 'refuse refused deny denied decline declined block blocked'],
  ['accept', 'allow allows accepts permit'],
  ['zero', '0 none'],
  ['negative', 'minus below'],
  ['parallel', 'concurrent concurrently simultaneous simultaneously race'],
  ['upgrade', 'bump update'],
  ['dependency', 'package library dependencies'],
  ['spelling', 'typo misspelled misspelling'],
  ['unused', 'dead unreferenced'],
];

const SYNONYM = new Map(
  SYNONYMS.flatMap(([head, others]) => [
    [stemOf(head), stemOf(head)] as const,
    ...others.split(' ').map((word) => [stemOf(word), stemOf(head)] as const),
  ]),
);

// Phrases that become one word before anything else.
const PHRASES: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(?:session (?:expires?|expired|times? out|timed out|ends?)|(?:must|have to|had to) (?:log|sign) in again)\b/gi, ' logout '],
  [/\b(?:log(?:ging|ged)?|sign(?:ing|ed)?)[ -](?:in|on)\b/gi, ' login '],
  [/\b(?:log(?:ging|ged)?|sign(?:ing|ed)?)[ -](?:out|off)\b/gi, ' logout '],
  [/\bsign(?:ing|ed)?[ -]up\b/gi, ' signup '],
  [/\b(?:takes?|taking) (?:too long|for ?ever|ages|\d+ (?:s|sec|seconds|minutes))\b/gi, ' slow '],
  [/\b(?:does|do|did|is|are|was)(?:n['’]?t| not) (?:work(?:ing)?|load(?:ing)?|open(?:ing)?|start(?:ing)?)\b|\bnot working\b/gi, ' fail '],
  [/\b(?:discount|promo|voucher|coupon)[ -]?codes?\b/gi, ' coupon '],
  [/\b(?:upper|lower)[ -]?case\b|\bcapital letters?\b/gi, ' lowercase '],
  [/\bnight mode\b|\bdark theme\b/gi, ' dark mode '],
  [/\b(?:below|under|less than|smaller than) (?:zero|0)\b|(?<![\w-])-\d+\b/gi, ' negative '],
  [/\bnumber of (?:items|units|pieces)\b/gi, ' quantity '],
];

// A text on one side and another on the other side are two wishes, however alike the rest is.
const OPPOSITES: ReadonlyArray<readonly [string, string]> = [
  ['import upload', 'export download'],
  ['add create insert', 'delete remove erase'],
  ['enable', 'disable'],
  ['increase raise', 'decrease reduce lower'],
  ['ascending', 'descending'],
  ['first oldest', 'last newest latest'],
  ['login', 'logout'],
  ['minimum min', 'maximum max'],
  ['encode serialize serialise', 'decode parse'],
  ['start open', 'stop close'],
  ['frontend browser', 'backend server'],
  ['android', 'ios iphone'],
  ['firefox', 'safari'],
  ['chrome', 'firefox'],
  ['csv', 'pdf'],
  ['csv', 'json'],
  ['xml', 'json'],
  ['postgres postgresql', 'mysql mariadb'],
  ['paypal', 'invoice klarna'],
  ['visa', 'paypal'],
  ['weekly', 'daily'],
  ['monthly', 'weekly'],
  ['invoice', 'receipt'],
  ['shipping', 'billing'],
  ['english', 'german french spanish'],
  ['percentage percent', 'fixed absolute'],
  ['rows', 'columns'],
  ['width', 'height'],
  ['sender', 'recipient'],
  ['parent', 'child'],
];

const SIDE = new Map<string, string[]>();
OPPOSITES.forEach(([left, right], at) => {
  for (const [side, words] of [
    ['l', left],
    ['r', right],
  ] as const) {
    for (const word of words.split(' ')) SIDE.set(stemOf(word), [...(SIDE.get(stemOf(word)) ?? []), `${at}${side}`]);
  }
});

// Words of nearly every tracker: they say that it is an issue, not which one.
const COMMON = new Set(
  'fail wrong show page user click button work add new bug issue problem use used app application shop store site item value field form text data message happen expect expected actual result step reproduce version line code file test fix change make possible support list time set open select choose enter fill middle start end way part main'
    .split(' ')
    .map((word) => SYNONYM.get(stemOf(word)) ?? stemOf(word)),
);
const COMMON_FACTOR = 0.45;

const SYMPTOMS: ReadonlyMap<string, string> = new Map([
  ...(['wrong', 'slow', 'fail', 'duplicate', 'negative'] as const).map((word) => [stemOf(word), word] as const),
  [stemOf('show'), 'show'],
  [stemOf('hide'), 'show'],
]);

/**
 * Terms of a text by a cheaper way than `fingerprintOf` (no phrases, no structure): enough to count in how many texts a term
 * occurs, and to see which texts are worth a closer look.
 */
export function roughTermsOf(title: string, body: string): Set<string> {
  return new Set(wordsOf(`${title} ${body.slice(0, MOST_BODY_CHARS)}`).map((word) => SYNONYM.get(word) ?? word));
}

export function isCommonTerm(term: string): boolean {
  return COMMON.has(term);
}

/** Folds phrases and synonyms; what comparison counts as a term. */
function termsOf(text: string): string[] {
  let folded = text;
  for (const [phrase, word] of PHRASES) folded = folded.replace(phrase, word);
  return wordsOf(folded).map((word) => SYNONYM.get(word) ?? word);
}

export function fingerprintOf(title: string, body: string): Fingerprint {
  const clean = withoutTemplateNoise(body).slice(0, MOST_BODY_CHARS);
  const prose = proseOf(clean);
  const titleTerms = termsOf(title);
  const terms = new Map<string, number>();
  for (const term of titleTerms) terms.set(term, (terms.get(term) ?? 0) + 2);
  for (const term of termsOf(prose)) terms.set(term, (terms.get(term) ?? 0) + 1);
  const whole = `${title}\n${clean}`;
  const paths = namedPathsOf(whole).map((path) => path.toLowerCase());
  const stems = new Set([...rawWordsOf(`${title} ${prose}`).map(stemOf), ...titleTerms]);
  return {
    terms: new Map([...terms].map(([term, count]) => [term, (1 + Math.log(count)) * (COMMON.has(term) ? COMMON_FACTOR : 1)])),
    titleTerms: new Set(titleTerms),
    titleOrder: titleTerms.filter((term) => !COMMON.has(term)),
    trigrams: trigramsOf(title),
    marks: new Set([...paths, ...codeNamesOf(whole).map((mark) => mark.toLowerCase().replace(/\(.*\)$/, ''))]),
    sides: new Set([...stems].flatMap((stem) => SIDE.get(stem) ?? [])),
    numbers: new Set(rawWordsOf(`${title} ${prose}`).filter((word) => /^\d{3}$/.test(word) && /^[45]/.test(word))),
    paths: new Set(paths),
    symptoms: new Set(titleTerms.flatMap((term) => SYMPTOMS.get(term) ?? [])),
  };
}

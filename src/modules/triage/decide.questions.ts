import type { WorkType } from '#modules/work/index.ts';
import { codeNamesOf, listItemsOf, namedPathsOf } from '#kernel/markdown.ts';
import { stemOf, wordsOf } from '#kernel/words.ts';
import type { IssueText } from './decide.evidence.ts';

export interface Gaps {
  /** Questions to the author; empty when there is enough to plan on. */
  questions: string[];
  evidence: string[];
}

/** Enough concreteness to plan on. Measured on the table of `decide.questions.test.ts`. */
const ENOUGH = 4;
const MOST_QUESTIONS = 4;

// Words that say that something is wanted without saying what.
const EMPTY_WORDS = new Set(
  (
    'app application bad better broken bug change clean cleaner code company component easier easily enhance everything experience fast faster ' +
    'feature fix fixed good great handle help improve improved improvement intuitive issue look looks make modern nice nicer optimise optimize ' +
    'overall page performance please problem project properly refactor rework simple simpler site slow slower smooth something stuff ' +
    'system thing ugly update use user users ux ui weird work working works website whole really very lot always sometimes somehow randomly often ' +
    'today day people someone complain complaining said says asked keeps going again could nobody likes new old way'
  )
    .split(' ')
    .map(stemOf),
);

// Verbs that fix what is to be done once they have an object; "make" and "improve" do not.
const PRECISE_VERB =
  /^(?:add|rename|bump|upgrade|extract|remove|delete|export|import|show|hide|document|validate|sort|support|replace|allow|move|split|return|reject|round|escape|log|limit|translate|test|pin|convert|inline|merge)\b/i;

const HAS = {
  story: /\bas an? [\w -]{2,30},? i (?:want|need|would like)|\bso that\b/i,
  steps:
    /\b(?:steps? to reproduce|to reproduce|repro(?:duction)?\b|open .+ and (?:click|press|type|enter)|(?:click|press|run|call|enter|type|submit|upload|visit|go to)\w* )/i,
  condition:
    /\b(?:when|whenever|if|after|before|while|as soon as|unless|once|with (?:a|an|no|two|more|the|only|\d)|without|for (?:an?|quantit\w+|numbers?|orders?|prices?|empty))\b/i,
  outcome:
    /\b(?:expected|should|instead of|must|ought to|returns?|shows?|gives?|answers?|throws?|prints?|displays?|renders?|becomes?|ends? up|results? in|says|charges?|counts?|accepts?|rounds?|crash(?:es)?|fails?|(?:is|are|does|do|can|was)(?: not|n['’]t) (?!work)\w+)\b/i,
  failure: /\b\w*(?:Error|Exception)\b|\bNaN\b|\bundefined\b|\bnull\b|\b[45]\d\d\b|stack ?trace|^\s*at .+:\d+/m,
  acceptance:
    /\b(?:acceptance|should|must|shall|needs? to|has to|so that|in order to|as an? [\w -]{2,30},? i|is done when|want(?:s|ed)? to|able to|to (?:the|a) |by \w+ing|for example|e\.g\.|such as)\b/i,
};

/** How much of a text can be acted on, with the reasons. */
function concretenessOf(issue: IssueText): { points: number; reasons: string[] } {
  const text = `${issue.title}\n${issue.prose}`;
  const content = contentWords(text);
  const items = listItemsOf(issue.body).length;
  const parts: Array<readonly [number, string]> = [
    [Math.min(3, namedPathsOf(`${issue.title}\n${issue.body}`).length * 3), 'names a path'],
    [Math.min(3, codeNamesOf(`${issue.title}\n${issue.body}`).length * 2), 'names code'],
    [issue.code.trim() === '' ? 0 : 2, 'has a code block'],
    [HAS.failure.test(`${issue.title}\n${issue.body}`) ? 2 : 0, 'quotes a failure'],
    [Math.min(3, items * 1.5), 'has a list'],
    [HAS.steps.test(text) ? 1 : 0, 'says how to get there'],
    [HAS.condition.test(text) ? 1 : 0, 'says when'],
    [HAS.outcome.test(text) ? 1 : 0, 'says what happens or should'],
    [/["“'][^"”']{2,60}["”']|\b\d+(?:[.,]\d+)?\b/.test(text) ? 1 : 0, 'gives an example'],
    [PRECISE_VERB.test(issue.title) && contentWords(issue.title).length >= 2 ? 2 : 0, 'says what to do to what'],
    [HAS.story.test(text) ? 2 : 0, 'says for whom and why'],
    [substance(content.length), `${content.length} words of substance`],
  ];
  const hits = parts.filter(([points]) => points > 0);
  return { points: hits.reduce((sum, [points]) => sum + points, 0), reasons: hits.map(([, says]) => says) };
}

/** Points for distinct words of substance. */
function substance(count: number): number {
  return [4, 6, 9, 14].filter((from) => count >= from).length;
}

/** Distinct words that name something: no stop words, no empty ones. */
function contentWords(text: string): string[] {
  return [...new Set(wordsOf(text).filter((word) => !EMPTY_WORDS.has(word) && !/^\d+$/.test(word)))];
}

/**
 * Decides whether the author must be asked before anyone can plan. A question is asked about what is missing, in the issue's
 * own words, and never about what is there. `repoFiles` lets the first question offer places to choose from.
 */
export function decideGaps(issue: IssueText, type: WorkType, repoFiles: readonly string[]): Gaps {
  const { points, reasons } = concretenessOf(issue);
  if (points >= ENOUGH || type === 'question')
    return { questions: [], evidence: [`concrete enough (${points}): ${reasons.join(', ') || 'nothing'}`] };
  const text = `${issue.title}\n${issue.prose}`;
  const questions = [
    vagueWordQuestion(issue, type),
    placeQuestion(issue, repoFiles),
    type === 'bug' ? bugQuestion(issue, text) : null,
    type !== 'bug' && !HAS.acceptance.test(issue.prose) ? acceptanceQuestion(issue, type) : null,
  ].filter((question) => question !== null);
  return {
    questions: (questions.length === 0 ? [acceptanceQuestion(issue, type)] : questions).slice(0, MOST_QUESTIONS),
    evidence: [
      `too little to plan on (${points} of ${ENOUGH}): ${reasons.length === 0 ? 'no place, no steps, no example, no outcome' : `only ${reasons.join(', ')}`}`,
    ],
  };
}

/** The title as the author wrote it, short enough to quote. */
function quoted(issue: IssueText): string {
  const title = issue.title.replace(/[.!]+$/, '').replace(/["“”]/g, "'");
  return `"${title.length > 70 ? `${title.slice(0, 67).trimEnd()}…` : title}"`;
}

const VAGUE: ReadonlyArray<{ word: RegExp; ask: (said: string, about: string) => string }> = [
  {
    word: /\b(?:slow(?:er|ly)?|fast(?:er)?|performance|laggy?|sluggish|speed(?:ing)?(?: up)?)\b/i,
    ask: (said, about) =>
      `You write "${said}" in ${about}: which action is it, with roughly how much data, how long does it take now, and what would be fast enough?`,
  },
  {
    word: /\b(?:sometimes|randomly|occasionally|from time to time|now and then|intermittent(?:ly)?)\b/i,
    ask: (said) => `"${said}" – roughly how often, and is there anything the bad cases have in common (browser, account, data, time of day)?`,
  },
  {
    word: /\b(?:broken|does(?: not|n['’]?t) work|not working|stopped working|weird|buggy|acts? up|goes wrong)\b/i,
    ask: (said, about) =>
      `What exactly happens when it is "${said}" (${about}): an error message (please paste it), a wrong result, or nothing at all?`,
  },
  {
    word: /\b(?:better|nicer|improve(?:d|ments?)?|modern(?:i[sz]e)?|enhance|intuitive|user[ -]friendly|prettier|ugly|polish|smooth(?:er)?|simpl(?:er|ify)|easier)\b/i,
    ask: (said, about) =>
      `"${said}" can mean many things in ${about}: what exactly would be different afterwards? One example of how it is today and how you want it is enough.`,
  },
  {
    word: /\b(?:clean(?:er)?(?:[ -]?up)?|refactor(?:ing)?|rework|tidy|messy|spaghetti)\b/i,
    ask: (said) =>
      `Which files or functions do you have in mind with "${said}", what makes them hard to work with, and what must keep behaving as it does today?`,
  },
  {
    word: /\b(?:everything|stuff|something|things?|somehow|various|several|some)\b/i,
    ask: (said, about) => `What does "${said}" cover in ${about}? A list of the cases you have seen is the best start.`,
  },
];

function vagueWordQuestion(issue: IssueText, type: WorkType): string | null {
  const about = quoted(issue);
  for (const text of [issue.title, issue.prose]) {
    for (const { word, ask } of VAGUE) {
      const said = word.exec(text)?.[0];
      if (said !== undefined) return ask(said, about);
    }
  }
  return type === 'bug' && issue.prose === '' ? `What happens in ${about}, step by step? There is only a title so far.` : null;
}

function placeQuestion(issue: IssueText, repoFiles: readonly string[]): string | null {
  if (namedPathsOf(`${issue.title}\n${issue.body}`).length > 0) return null;
  const near = nearFiles(issue, repoFiles);
  if (near.length > 0)
    return `Where does it show? By its words it could concern ${near.map((path) => `\`${path}\``).join(' or ')}: is it one of these, or somewhere else?`;
  return `Where is it: which page, command, API path or file is ${quoted(issue)} about?`;
}

/** Up to three files whose name shares a word of substance with the issue. */
function nearFiles(issue: IssueText, repoFiles: readonly string[]): string[] {
  const words = new Set(contentWords(`${issue.title} ${issue.prose}`));
  if (words.size === 0) return [];
  return repoFiles
    .filter((path) => !/(?:^|\/)(?:node_modules|dist|build|vendor|\.git)\/|\.(?:lock|png|jpe?g|svg|min\.js)$|lock\.json$/.test(path))
    .map((path) => ({
      path,
      hits: wordsOf(path.slice(path.lastIndexOf('/') + 1)).filter((word) => words.has(word)).length,
      test: /(?:^|[./_-])(?:test|spec)s?[./_-]/.test(path),
    }))
    .filter(({ hits, test }) => hits > 0 && !test)
    .sort((a, b) => b.hits - a.hits || a.path.length - b.path.length || (a.path < b.path ? -1 : 1))
    .slice(0, 3)
    .map(({ path }) => path);
}

function bugQuestion(issue: IssueText, text: string): string | null {
  if (!HAS.steps.test(text) && !HAS.condition.test(text))
    return `Which steps lead there? For example: what you opened or called, with which input, and what you did last before ${quoted(issue)}.`;
  if (!HAS.outcome.test(text)) return `What did you expect instead of what you saw in ${quoted(issue)}?`;
  return null;
}

function acceptanceQuestion(issue: IssueText, type: WorkType): string {
  if (type === 'refactor') return `How will we see that ${quoted(issue)} is done, and what must not change for users or callers?`;
  if (type === 'docs') return `Which page should say what after ${quoted(issue)}? A sentence you would like to read there helps.`;
  return `How will we know that ${quoted(issue)} is done? One or two sentences of the form "when …, then …" are enough.`;
}

import type { WorkItem, WorkType } from '#modules/work/index.ts';
import { codeBlocksOf, proseOf, withoutTemplateNoise } from '#kernel/markdown.ts';

/** The parts of a work item that decisions look at, taken apart once. */
export interface IssueText {
  title: string;
  /** Markdown without template hints. */
  body: string;
  /** The body without code, links and marks. */
  prose: string;
  code: string;
  labels: string[];
}

export function issueTextOf(item: Pick<WorkItem, 'title' | 'body' | 'labels'>): IssueText {
  const body = withoutTemplateNoise(item.body).trim();
  return {
    title: item.title.replace(/\s+/g, ' ').trim(),
    body,
    prose: proseOf(body).trim(),
    code: codeBlocksOf(body).join('\n'),
    labels: item.labels.map((label) => label.toLowerCase().trim()),
  };
}

/** One weighted reason for a type. */
export interface Clue {
  type: WorkType;
  where: 'title' | 'body' | 'code' | 'label';
  pattern: RegExp;
  weight: number;
}

const clue = (type: WorkType, where: Clue['where'], weight: number, pattern: RegExp): Clue => ({ type, where, weight, pattern });

/**
 * Weights were set so that what people decided themselves (a label, a conventional prefix) beats any wording, an imperative
 * at the start of the title beats words in the body, and body words only decide when nothing else speaks.
 */
export const CLUES: readonly Clue[] = [
  clue('bug', 'label', 6, /^(?:type[:/ -]*)?(?:bug|defect|regression|bugfix|crash)$/),
  clue('feature', 'label', 6, /^(?:type[:/ -]*)?(?:feature|enhancement|feature[ -]request|improvement|story)$/),
  clue('refactor', 'label', 6, /^(?:type[:/ -]*)?(?:refactor(?:ing)?|tech[ -]?debt|cleanup|clean-up)$/),
  clue('docs', 'label', 6, /^(?:type[:/ -]*)?(?:docs?|documentation)$/),
  clue('chore', 'label', 6, /^(?:type[:/ -]*)?(?:chore|dependencies|deps|ci|build|maintenance|infrastructure)$/),
  clue('question', 'label', 6, /^(?:type[:/ -]*)?(?:question|support|help|discussion)$/),

  clue('bug', 'title', 6, /^\[?(?:bug|fix|hotfix|regression)\b(?:\([^)]*\))?!?[\]:]/i),
  clue('feature', 'title', 6, /^\[?(?:feat|feature|enhancement|rfe|feature request)\b(?:\([^)]*\))?!?[\]:]/i),
  clue('refactor', 'title', 6, /^\[?(?:refactor|tech debt|cleanup)\b(?:\([^)]*\))?!?[\]:]/i),
  clue('docs', 'title', 6, /^\[?docs?\b(?:\([^)]*\))?!?[\]:]/i),
  clue('chore', 'title', 6, /^\[?(?:chore|build|ci|deps)\b(?:\([^)]*\))?!?[\]:]/i),
  clue('question', 'title', 6, /^\[?(?:question|help)[\]:]/i),

  clue('bug', 'title', 3.5, /^(?:fix|repair|correct|resolve|hotfix)\b/i),
  clue(
    'bug',
    'title',
    3,
    /\b(?:crash(?:es|ed|ing)?|broken|fails?|failed|failing|failure|exceptions?|wrong|incorrect(?:ly)?|regression|leaks?|hangs?|freezes?|stuck|corrupt(?:s|ed)?|duplicated|missing|lost|disappears?|off[ -]by[ -]one|nan|undefined|null|deadlocks?|time[sd]? ?out|flaky|errors?|bug|weird|strange|odd)\b/i,
  ),
  clue(
    'bug',
    'title',
    3,
    /\b(?:does|do|did|is|are|was|can|could|will|would|has)(?:n['’]?t| not)\b|\bcannot\b|\bnot (?:working|shown|saved|sent|updated|applied|accepted|rounded|displayed|loaded|possible|escaped|counted|sorted|found)\b|\bno longer\b|\bnever\b/i,
  ),
  clue(
    'bug',
    'title',
    2,
    /\b(?:4\d\d|5\d\d)\b(?= error| response| on| when| for|$)|\b(?:negative|twice|instead of|too (?:early|late|high|low|long))\b/i,
  ),
  clue('bug', 'title', 1.5, /\b(?:accepts?|allows?|ignores?|shows?|returns?|gives?|counts?|charges?|rounds?)\b/i),
  clue(
    'feature',
    'title',
    3.5,
    /^(?:add|support|allow|enable|implement|introduce|offer|provide|create|build|let|show|display|integrate|include|export|import|send|accept)\b/i,
  ),
  clue(
    'feature',
    'title',
    2.5,
    /\b(?:feature request|would be (?:nice|great|useful)|ability to|option to|please add|new (?:page|endpoint|command|field|option|filter|report|flag|button))\b|^(?:as an? )/i,
  ),
  clue('feature', 'title', 1.2, /^(?:make|improve|change|increase|extend)\b|\bsupport for\b/i),
  clue(
    'refactor',
    'title',
    4,
    /^(?:refactor|extract|rename|split|simplify|clean[ -]?up|de-?duplicate|untangle|consolidate|restructure|reorganise|reorganize|decouple|inline|move|merge|convert|unify|tidy)\b/i,
  ),
  clue('refactor', 'title', 2, /\b(?:duplicat(?:ed|e) (?:code|logic)|dead code|tech(?:nical)? debt|refactor(?:ing)?|spaghetti)\b/i),
  clue(
    'docs',
    'title',
    4,
    /^(?:document|describe|explain)\b|\btypos?\b|\b(?:docs?|documentation|readme|changelog|jsdoc|docstrings?|contributing|tutorial|comments?) (?:is|are|of|for|in|page|section|guide|outdated|missing)\b|\b(?:in|to|the) (?:the )?(?:readme|docs|documentation|changelog)\b|^readme\b/i,
  ),
  clue(
    'chore',
    'title',
    4,
    /^(?:bump|upgrade|pin|update dependenc|configure|set up|setup|remove unused|delete unused)\b|^update (?:the )?(?:dependenc|lock ?file|eslint|prettier|node|ci|packages?|licen[cs]e)/i,
  ),
  clue(
    'chore',
    'title',
    2,
    /\b(?:ci|pipeline|github actions?|lint(?:er|ing)?|prettier|eslint|dependenc(?:y|ies)|lock ?file|licen[cs]e|docker(?:file)? image|editorconfig|gitignore)\b/i,
  ),
  clue(
    'question',
    'title',
    4,
    /^(?:how (?:do|can|to|should|does)|is (?:it|there)|are there|why (?:do|does|is|are)|what (?:is|are|does)|where (?:is|are|do|can)|can (?:i|we|someone)|should (?:i|we)|does (?:anyone|it|reeve)|which)\b.*\?\s*$/i,
  ),
  clue('question', 'title', 1.5, /\?\s*$/),

  clue('bug', 'body', 2, /\b(?:steps to reproduce|to reproduce|actual (?:behaviou?r|result)|expected (?:behaviou?r|result)|stack ?trace)\b/i),
  clue(
    'bug',
    'body',
    1,
    /\b(?:crash(?:es|ed)?|throws?|exceptions?|broken|wrong|incorrect|regression|error(?:s| message)?|fails?|used to work|instead of|unexpected)\b/i,
  ),
  clue('bug', 'code', 2, /(?:^\s*at .+\(.+:\d+|Traceback \(most recent|\b\w*(?:Error|Exception)\b:|panic:|Segmentation fault)/m),
  clue(
    'feature',
    'body',
    1.5,
    /\b(?:as an? [\w -]{2,30},? i (?:want|need|would like)|would be (?:nice|great|useful|helpful)|acceptance criteria|user story|feature request|it should be possible|so that)\b/i,
  ),
  clue('feature', 'body', 0.7, /\b(?:new|add|support|allow|option|would like|want to be able)\b/i),
  clue(
    'refactor',
    'body',
    1.5,
    /\b(?:no (?:functional|behaviou?r(?:al)?) changes?|behaviou?r (?:must|should|stays?|does) (?:stay|remain|not change|the same)?|duplicat(?:ed|es?) (?:code|logic)|hard to (?:read|test|maintain)|technical debt)\b/i,
  ),
  clue('docs', 'body', 0.7, /\b(?:documentation|readme|typo|docs)\b/i),
  clue('chore', 'body', 0.7, /\b(?:dependenc(?:y|ies)|end[ -]of[ -]life|deprecat(?:ed|ion)|ci pipeline|licen[cs]e)\b/i),
  clue(
    'question',
    'body',
    1.2,
    /\b(?:how do i|is it possible|i (?:could not|couldn['’]?t|can['’]?t) find (?:out|anything)|any (?:idea|hint|advice)|just wondering|what is the recommended)\b/i,
  ),
];

/** The text a clue looks at. */
export function textFor(where: Clue['where'], issue: IssueText): string[] {
  if (where === 'label') return issue.labels;
  if (where === 'title') return [issue.title];
  return [where === 'code' ? issue.code || issue.body : issue.prose];
}

import type { WorkItem, WorkType } from '#modules/work/index.ts';
import { sentencesOf, proseOf, withoutTemplateNoise } from '#kernel/markdown.ts';
import { acceptanceOf, type Criterion } from './decide.acceptance.ts';
import { areaOf, isDocPath, isTestPath, likelyFiles, namedPaths, scopeOfPaths, withoutCovered, type LikelyFile } from './decide.paths.ts';
import { partsOf, splitRequest, titleOf, type SplitTask } from './decide.split.ts';
import type { PlanDocument, PlanFacts, PlannedTask, PlanSize } from './model.ts';

export interface DraftInput {
  item: Pick<WorkItem, 'title' | 'body' | 'type' | 'size'>;
  kind: 'issue' | 'request';
  triage: { type: WorkType; size: PlanSize; risk: 'low' | 'medium' | 'high'; evidence: readonly string[] } | null;
  repoFiles: readonly string[];
  facts: PlanFacts;
}

/** Files and tokens one task of a size may use; capped by the installation's limits. */
const LIMITS: Readonly<Record<PlanSize, { files: number; context_tokens: number }>> = {
  XS: { files: 4, context_tokens: 30_000 },
  S: { files: 8, context_tokens: 60_000 },
  M: { files: 16, context_tokens: 100_000 },
  L: { files: 28, context_tokens: 150_000 },
  XL: { files: 40, context_tokens: 200_000 },
};
/** Of an issue, as the story of its plan. */
const MOST_SENTENCES = 3;
const SIZES: readonly PlanSize[] = ['XS', 'S', 'M', 'L', 'XL'];

/**
 * The planner `rules`. A typed request is divided by its own lists and paths; an issue becomes one task, unless its list names
 * different files: then one task each. Pure and deterministic; its plans hold against `validatePlan` by construction.
 */
export function draftByRules(input: DraftInput): PlanDocument {
  const type = input.triage?.type ?? input.item.type ?? 'feature';
  const size = input.triage?.size ?? input.item.size ?? 'S';
  const split = input.kind === 'request' ? splitRequest(textOf(input), input.repoFiles).tasks : splitIssue(input);
  const parts = split.length > 1 ? planParts(input, split, size) : planWhole(input, type, size, split[0]);
  return {
    version: 1,
    story: storyOf(input),
    acceptance: parts.acceptance,
    tasks: parts.tasks,
    risks: risksOf(input, parts.tasks),
    dependencies: dependenciesOf(input.item.body),
    estimate: parts.tasks.length > 1 ? larger(size, parts.tasks.length > 6 ? 'L' : 'M') : size,
  };
}

interface Parts {
  acceptance: Criterion[];
  tasks: PlannedTask[];
}

/** A request is one text; its first line may be repeated as the title. */
function textOf({ item }: DraftInput): string {
  const body = withoutTemplateNoise(item.body).trim();
  return body === '' ? item.title : body;
}

/**
 * Tasks of an issue whose list names different files, else none: a checklist without paths is acceptance, not division. A test
 * file alone is no part of its own: it belongs to whoever changes what it tests.
 */
function splitIssue({ item, repoFiles }: DraftInput): SplitTask[] {
  const body = withoutTemplateNoise(item.body);
  const { by, parts } = partsOf(body);
  if (by === 'whole') return [];
  const named = parts.filter((part) => namedPaths(part, repoFiles).some(({ exists, glob }) => (exists || glob.includes('/')) && !isTestPath(glob)));
  return named.length >= 2 && named.length === parts.length ? splitRequest(body, repoFiles).tasks : [];
}

function planParts(input: DraftInput, split: readonly SplitTask[], size: PlanSize): Parts {
  const each: PlanSize = size === 'XL' || size === 'L' ? 'M' : 'S';
  const acceptance = split.map((task, at) => ({ id: `a${at + 1}`, text: task.text.replace(/\s+/g, ' ').slice(0, 1000) }));
  const tasks = split.map((task, at) =>
    toTask(input, {
      key: task.key,
      title: task.title,
      scope: task.scope,
      depends_on: task.depends_on,
      acceptance: [`a${at + 1}`],
      estimate: task.scope.includes('**') ? larger(each, 'M') : each,
      description: [
        task.text,
        '',
        `This is part ${at + 1} of ${split.length} of:`,
        quote(`${input.item.title}\n\n${textOf(input)}`),
        '',
        'The other parts are done by others: leave them alone.',
      ].join('\n'),
    }),
  );
  return { acceptance, tasks };
}

function planWhole(input: DraftInput, type: WorkType, size: PlanSize, only: SplitTask | undefined): Parts {
  const acceptance = acceptanceOf(
    input.kind === 'request' ? { title: titleOf(textOf(input)), body: textOf(input) } : input.item,
    type,
    input.facts.checks.length > 0,
  );
  const near = likelyFiles(`${input.item.title}\n${proseOf(input.item.body)}`, input.repoFiles);
  const scope = only?.scope ?? scopeOfWhole(input, size, near);
  const hints = near.slice(0, 5).map(({ path, words }) => `- ${path} (${words.join(', ')})`);
  const description = [
    textOf(input).slice(0, 12_000) || input.item.title,
    ...(hints.length === 0 ? [] : ['', 'Files whose names fit, to look at first:', ...hints]),
  ].join('\n');
  return {
    acceptance,
    tasks: [
      toTask(input, {
        key: 't1',
        title: titleOf(input.item.title),
        description,
        scope,
        depends_on: [],
        acceptance: acceptance.map(({ id }) => id),
        estimate: size,
      }),
    ],
  };
}

/**
 * What one task for a whole issue may touch. Named files and their tests for small work and for documents; their folders for
 * larger work, which rarely stays in one file. Where nothing is named, the folders of clearly fitting files with the tests' folders; where
 * nothing fits, everything: a guess too narrow costs a rework, and alone in its plan a task disturbs nobody.
 */
function scopeOfWhole(input: DraftInput, size: PlanSize, near: readonly LikelyFile[]): string[] {
  const { item, repoFiles } = input;
  const named = namedPaths(`${item.title}\n${item.body}`, repoFiles).filter(({ exists, glob }) => exists || glob.includes('/'));
  if (named.some(({ exists }) => exists)) {
    const globs = named.map(({ glob }) => glob);
    const narrow = size === 'XS' || size === 'S' || globs.every(isDocPath);
    return narrow ? scopeOfPaths(globs, repoFiles) : withAround(globs.map(areaOf), repoFiles);
  }
  const best = near[0]?.score ?? 0;
  const clear = near.filter(({ score }) => score >= CLEAR && score >= best / 2);
  return clear.length === 0
    ? ['**']
    : withAround(
        clear.map(({ path }) => areaOf(path)),
        repoFiles,
      );
}

/** Three times the weight of a word that one path in four holds. */
const CLEAR = 3 * Math.log(1 + 4);

/** Areas with the folders of tests and the documents a change of them usually brings along. */
function withAround(areas: readonly string[], repoFiles: readonly string[]): string[] {
  const tests = repoFiles
    .filter(isTestPath)
    .map((path) => `${path.split('/')[0] ?? ''}/**`)
    .filter((area) => /^(?:tests?|specs?|__tests__|e2e)\//i.test(area));
  const documents = ['README.md', 'CHANGELOG.md'].filter((name) => repoFiles.includes(name));
  const folder = repoFiles.some((path) => path.startsWith('docs/')) ? ['docs/**'] : [];
  return withoutCovered([...areas, ...tests, ...documents, ...folder]).slice(0, 50);
}

function toTask(
  { facts }: DraftInput,
  task: Pick<PlannedTask, 'key' | 'title' | 'description' | 'scope' | 'depends_on' | 'acceptance' | 'estimate'>,
): PlannedTask {
  const limits = LIMITS[task.estimate];
  return {
    ...task,
    description: task.description.slice(0, 20_000),
    role: 'coder',
    checks: [...facts.checks],
    limits: { files: Math.min(facts.maxFiles, limits.files), context_tokens: Math.min(facts.maxContextTokens, limits.context_tokens) },
  };
}

function storyOf(input: DraftInput): string {
  const text = proseOf(textOf(input));
  const wish = /\bas an? [^.\n]{2,60}?,? i (?:want|need|would like)[^.\n]*\.?/i.exec(text)?.[0];
  if (wish !== undefined) return wish.trim();
  const start = openingOf(text).join(' ').slice(0, 800);
  return start === '' || start.startsWith(input.item.title) ? input.item.title : `${input.item.title.replace(/[.!]+$/, '')}. ${start}`;
}

/** A line of a list; its number alone, where a sentence was seen to end behind it. */
const LIST_LINE = /^(?:[-*+•]|\d{1,3}[.)])(?:\s|$)/;

/** The first sentences before any list. What only leads to the list says nothing without it, and half of a list says something else. */
function openingOf(text: string): string[] {
  const sentences = sentencesOf(text);
  const list = sentences.findIndex((sentence) => LIST_LINE.test(sentence));
  const before = list === -1 ? sentences : sentences.slice(0, list);
  const leads = list !== -1 && !/[.!?]["'”)]?$/.test(before.at(-1) ?? '');
  return (leads ? before.slice(0, -1) : before).slice(0, MOST_SENTENCES);
}

function risksOf(input: DraftInput, tasks: readonly PlannedTask[]): PlanDocument['risks'] {
  const risks: PlanDocument['risks'] = (input.triage?.evidence ?? []).flatMap((line) => {
    const [, severity, what] = /^risk (medium|high): (.+)$/.exec(line) ?? [];
    return what === undefined
      ? []
      : [{ severity: severity === 'high' ? 'high' : 'medium', text: `The issue touches a sensitive field: ${what}.`.slice(0, 1000) }];
  });
  if (input.facts.checks.length === 0)
    risks.push({ severity: 'medium', text: 'The project has no checks: nothing but review shows that the change works.' });
  const open = tasks.filter((task) => task.scope.includes('**'));
  if (open.length > 0 && tasks.length > 1)
    risks.push({
      severity: 'low',
      text: `${open.map(({ key }) => key).join(', ')} name no files and so wait for each other: naming files would let them run at the same time.`,
    });
  else if (open.length > 0)
    risks.push({ severity: 'low', text: 'No file is named or clearly meant: the agent may touch any file the policy allows.' });
  if (tasks.some(({ estimate }) => estimate === 'L' || estimate === 'XL'))
    risks.push({ severity: 'medium', text: 'Large for one agent: expect more than one try, or split it.' });
  return risks.slice(0, 30);
}

/** Work items the text says must come first: `depends on #12`, `blocked by acme/shop#3`. */
function dependenciesOf(body: string): string[] {
  const found = withoutTemplateNoise(body).matchAll(
    /\b(?:depends on|blocked by|after|needs|requires)\s+((?:[\w.-]+\/[\w.-]+)?#\d+|[A-Z][A-Z0-9]+-\d+)/gi,
  );
  return [...new Set([...found].map((match) => match[1] ?? ''))].filter((name) => name !== '').slice(0, 50);
}

function quote(text: string): string {
  return text
    .slice(0, 6000)
    .split('\n')
    .map((line) => `> ${line}`)
    .join('\n');
}

function larger(left: PlanSize, right: PlanSize): PlanSize {
  return SIZES.indexOf(left) >= SIZES.indexOf(right) ? left : right;
}

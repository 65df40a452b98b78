import type { ProjectSettings } from '#modules/projects/index.ts';
import type { TriageResult } from '#modules/triage/index.ts';
import type { WorkItem } from '#modules/work/index.ts';
import { assertHolds, type PlanningDeps } from './commands.context.ts';
import { decideFeasible } from './decide.assess.ts';
import { draftByRules, type DraftInput } from './decide.draft.ts';
import { likelyFiles, namedPaths } from './decide.paths.ts';
import { sentenceOf, validatePlan } from './decide.validate.ts';
import { DEFAULT_MAX_CONTEXT_TOKENS, DEFAULT_MAX_FILES, PlannerAnswer, type Assessment, type PlanFacts, type Prepared } from './model.ts';

/** What a plan is made from. */
export interface PrepareInput {
  item: WorkItem;
  triage: TriageResult | null;
  /** All files of the repository at the base. */
  repoFiles: readonly string[];
  settings: Pick<ProjectSettings, 'checks'>;
  /** `request`: typed by a person, divided by its own lists; default `issue`. */
  kind?: 'issue' | 'request';
  /** Overrides the configured model for this plan. */
  model?: string;
}

export interface Drafting {
  /** Feasibility: questions instead of a plan when something is missing. */
  assess(item: WorkItem, triage: TriageResult | null): Assessment;
  /**
   * Assesses and drafts: a validated document, or questions. Fails with the gateway's AppError when the configured model does;
   * never quietly by rules instead.
   */
  prepare(input: PrepareInput): Promise<Prepared>;
}

const MOST_BODY_CHARS = 24_000;
const MOST_LISTED = 400;

export function createDrafting(deps: PlanningDeps): Drafting {
  return {
    assess: decideFeasible,
    async prepare(input) {
      const assessed = decideFeasible(input.item, input.triage);
      if (!assessed.ok) return assessed;
      const facts: PlanFacts = {
        checks: input.settings.checks.map(({ name }) => name),
        maxFiles: deps.maxFiles ?? DEFAULT_MAX_FILES,
        maxContextTokens: deps.maxContextTokens ?? DEFAULT_MAX_CONTEXT_TOKENS,
      };
      const model = input.model ?? (await deps.model());
      if (model !== 'rules') return prepareByModel(deps, input, facts, model);
      const document = draftByRules({
        item: input.item,
        kind: input.kind ?? 'issue',
        triage: triageFacts(input.triage),
        repoFiles: input.repoFiles,
        facts,
      });
      assertHolds(validatePlan(document, facts));
      return { ok: true, document, planner: 'rules', promptHash: null };
    },
  };
}

function triageFacts(triage: TriageResult | null): DraftInput['triage'] {
  return triage === null ? null : { type: triage.type, size: triage.size, risk: triage.risk, evidence: triage.evidence };
}

async function prepareByModel(deps: PlanningDeps, input: PrepareInput, facts: PlanFacts, model: string): Promise<Prepared> {
  const { item, triage } = input;
  const answer = await deps.gateway.ask({
    purpose: 'plan',
    model,
    promptName: 'planner',
    variables: {
      title: item.title,
      body: item.body.slice(0, MOST_BODY_CHARS),
      triage: triage === null ? '' : `${triage.type}, size ${triage.size}, risk ${triage.risk}. ${triage.rationale}`,
      files: filesToShow(item, input.repoFiles).join('\n'),
      checks: input.settings.checks.map(({ name, command }) => `${name}: ${command}`).join('\n'),
    },
    values: {
      max_files: facts.maxFiles,
      max_tokens: facts.maxContextTokens,
      files_shown: Math.min(MOST_LISTED, input.repoFiles.length),
      files_total: input.repoFiles.length,
    },
    schema: PlannerAnswer,
    check: (value) => problemsOf(value, facts),
    workItemId: item.id,
  });
  if (answer.value.plan === null) return { ok: false, questions: answer.value.questions };
  return { ok: true, document: answer.value.plan, planner: answer.model, promptHash: answer.promptHash };
}

function problemsOf(answer: PlannerAnswer, facts: PlanFacts): string[] {
  if (answer.plan === null) return answer.questions.length === 0 ? ['answer: neither a plan nor a question'] : [];
  return validatePlan(answer.plan, facts).map(sentenceOf);
}

/** A large repository's list would not fit: what the issue names and what fits its words first, then the shortest paths. */
function filesToShow(item: WorkItem, repoFiles: readonly string[]): string[] {
  if (repoFiles.length <= MOST_LISTED) return [...repoFiles];
  const text = `${item.title}\n${item.body}`;
  const first = [...namedPaths(text, repoFiles).map(({ glob }) => glob), ...likelyFiles(text, repoFiles).map(({ path }) => path)];
  const depth = (path: string) => path.split('/').length;
  const rest = repoFiles.toSorted((a, b) => depth(a) - depth(b) || (a < b ? -1 : 1));
  return [...new Set([...first, ...rest])].slice(0, MOST_LISTED);
}

import type { WorkItem } from '#modules/work/index.ts';
import { decidePriority, decideType } from './decide.classify.ts';
import { DUPLICATE_AT, decideDuplicates } from './decide.duplicates.ts';
import { issueTextOf } from './decide.evidence.ts';
import { decideGaps, type Gaps } from './decide.questions.ts';
import { decideRisk, type Risk } from './decide.risk.ts';
import { decideSize } from './decide.size.ts';
import type { DuplicateCandidate, Route, TriageFacts, TriageResult } from './model.ts';

/**
 * The model `rules`: triage without any language model. Pure, total and deterministic: the same item, neighbours and facts
 * give the same result on every machine. A duplicate beats everything, a question to a person beats a plan, and risk never
 * routes by itself: risky work is planned and then waits for approval, only what cannot be taken back is left to people.
 */
export function decideByRules(item: WorkItem, others: readonly WorkItem[], facts: TriageFacts): TriageResult {
  const issue = issueTextOf(item);
  const classified = decideType(issue);
  const size = decideSize(issue);
  const priority = decidePriority(issue, item.priority);
  const risk = decideRisk(issue, classified.type, facts.protectedPaths);
  const duplicates = decideDuplicates(item, others);
  const gaps = decideGaps(issue, classified.type, facts.repoFiles);
  const { route, rationale } = decideRoute({ type: classified.type, duplicates, gaps, risk });
  return {
    type: classified.type,
    labels: labelsFor({ type: classified.type, size: size.size, priority: priority.priority, risk: risk.risk, route }, item.labels),
    size: size.size,
    priority: priority.priority,
    duplicates,
    route,
    confidence: classified.confidence,
    risk: risk.risk,
    questions: route === 'ask' ? gaps.questions : [],
    rationale,
    evidence: [...classified.evidence, ...size.evidence, ...priority.evidence, ...risk.evidence, ...gaps.evidence],
    by: 'rules',
    promptHash: null,
  };
}

function decideRoute(found: { type: TriageResult['type']; duplicates: DuplicateCandidate[]; gaps: Gaps; risk: Risk }): {
  route: Route;
  rationale: string;
} {
  const best = found.duplicates[0];
  if (best !== undefined && best.confidence >= DUPLICATE_AT) {
    return {
      route: 'duplicate',
      rationale: `Says the same as ${nameOf(best)} (${Math.round(best.confidence * 100)}% sure): ${best.evidence[0] ?? 'the texts agree'}.`,
    };
  }
  if (found.risk.irreversible)
    return {
      route: 'human',
      rationale: `A person should do this: ${found.risk.evidence.at(-1)?.replace(/^risk high: /, '') ?? 'it cannot be taken back'}.`,
    };
  if (found.type === 'question') return { route: 'human', rationale: 'It asks a question and wants no change: a person should answer it.' };
  const count = found.gaps.questions.length;
  if (count > 0) return { route: 'ask', rationale: `Too little to plan on; ${count === 1 ? 'one question is' : `${count} questions are`} open.` };
  const risky = found.risk.risk === 'high' ? " The plan needs a person's approval: the subject is risky." : '';
  return { route: 'plan', rationale: `Clear enough to plan as ${found.type === 'docs' ? 'documentation work' : `a ${found.type}`}.${risky}` };
}

function nameOf(candidate: DuplicateCandidate): string {
  return candidate.number === null ? `"${candidate.title}"` : `#${candidate.number} "${candidate.title}"`;
}

/** Labels to add; those the item carries already are left out. */
export function labelsFor(result: Pick<TriageResult, 'type' | 'size' | 'priority' | 'risk' | 'route'>, present: readonly string[]): string[] {
  const wanted = [
    result.type,
    `size:${result.size}`,
    `priority:${result.priority}`,
    ...(result.risk === 'high' ? ['risk:high'] : []),
    ...(result.route === 'ask' ? ['needs-info'] : []),
    ...(result.route === 'duplicate' ? ['duplicate'] : []),
  ];
  const have = new Set(present.map((label) => label.toLowerCase()));
  return wanted.filter((label) => !have.has(label.toLowerCase()));
}

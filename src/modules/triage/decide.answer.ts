import type { WorkItem } from '#modules/work/index.ts';
import { labelsFor } from './decide.rules.ts';
import type { DuplicateCandidate, TriageAnswer, TriageFacts, TriageResult } from './model.ts';
import { decideDuplicates } from './decide.duplicates.ts';
import { issueTextOf } from './decide.evidence.ts';
import { decideRisk } from './decide.risk.ts';

const MOST_CANDIDATES = 12;
const MOST_CANDIDATE_CHARS = 400;

/** Earlier items worth showing to a model, as `c1`, `c2`, …: the most alike by rules, then the newest. */
export function candidatesFor(item: WorkItem, others: readonly WorkItem[]): Array<{ ref: string; item: WorkItem }> {
  const alike = decideDuplicates(item, others).map(({ workItemId }) => workItemId);
  const earlier = others.filter((other) => other.id !== item.id && other.state !== 'duplicate' && other.createdAt <= item.createdAt);
  const ranked = earlier.toSorted(
    (a, b) => rank(alike, a) - rank(alike, b) || b.createdAt.getTime() - a.createdAt.getTime() || (a.id < b.id ? -1 : 1),
  );
  return ranked.slice(0, MOST_CANDIDATES).map((other, at) => ({ ref: `c${at + 1}`, item: other }));
}

function rank(alike: readonly string[], item: WorkItem): number {
  const at = alike.indexOf(item.id);
  return at === -1 ? alike.length : at;
}

export function renderCandidates(candidates: ReadonlyArray<{ ref: string; item: WorkItem }>): string {
  if (candidates.length === 0) return '(none)';
  return candidates.map(({ ref, item }) => `${ref}: ${item.title}\n${item.body.slice(0, MOST_CANDIDATE_CHARS)}`).join('\n\n');
}

/** What the schema cannot say. Empty: the answer may be used. */
export function problemsOf(answer: TriageAnswer, refs: readonly string[]): string[] {
  const problems = answer.duplicates.filter(({ ref }) => !refs.includes(ref)).map(({ ref }) => `duplicates: ${ref} is not one of the candidates`);
  if (answer.route === 'ask' && answer.questions.length === 0) problems.push('questions: the route "ask" needs at least one question');
  if (answer.route === 'duplicate' && answer.duplicates.length === 0)
    problems.push('duplicates: the route "duplicate" needs the candidate it duplicates');
  return problems;
}

/**
 * A model's answer as a triage result. The rules keep two guards, because the text the model read may have been written to
 * steer it: risk is never lower than the rules', and what cannot be taken back stays with people.
 */
export function toResult(
  answer: TriageAnswer,
  given: { item: WorkItem; candidates: ReadonlyArray<{ ref: string; item: WorkItem }>; facts: TriageFacts; by: string; promptHash: string },
): TriageResult {
  const guard = decideRisk(issueTextOf(given.item), answer.type, given.facts.protectedPaths);
  const risk = guard.risk === 'high' || answer.risk === 'low' ? guard.risk : answer.risk;
  const route = guard.irreversible ? 'human' : answer.route;
  const duplicates = answer.duplicates.flatMap((found): DuplicateCandidate[] => {
    const original = given.candidates.find(({ ref }) => ref === found.ref)?.item;
    return original === undefined
      ? []
      : [{ workItemId: original.id, number: original.number, title: original.title, confidence: found.confidence, evidence: [found.reason] }];
  });
  return {
    type: answer.type,
    labels: labelsFor({ type: answer.type, size: answer.size, priority: answer.priority, risk, route }, given.item.labels),
    size: answer.size,
    priority: answer.priority,
    duplicates: duplicates.toSorted((a, b) => b.confidence - a.confidence),
    route,
    confidence: answer.confidence,
    risk,
    questions: route === 'ask' ? answer.questions : [],
    rationale: answer.rationale,
    evidence: risk === answer.risk ? guard.evidence : [...guard.evidence, `the model said risk ${answer.risk}; the rules raised it`],
    by: given.by,
    promptHash: given.promptHash,
  };
}

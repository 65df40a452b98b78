import type { Priority, WorkType } from '#modules/work/index.ts';
import { CLUES, textFor, type IssueText } from './decide.evidence.ts';

export interface Classified {
  type: WorkType;
  /** 0 to 1. */
  confidence: number;
  /** `bug +3: title says "wrong"`, strongest first. */
  evidence: string[];
}

const TYPES: readonly WorkType[] = ['bug', 'feature', 'refactor', 'docs', 'chore', 'question'];

/**
 * Adds up the weights of every clue found. Confidence is the share of the winner against the runner-up, damped by how much was
 * found at all: one weak word alone is never a sure thing. Nothing found: `feature` at 0.2, the type whose plan asks most.
 */
export function decideType(issue: IssueText): Classified {
  const scores = new Map<WorkType, number>();
  const found: Array<{ type: WorkType; weight: number; says: string }> = [];
  for (const { type, where, pattern, weight } of CLUES) {
    const hit = firstHit(textFor(where, issue), pattern);
    if (hit === null) continue;
    scores.set(type, (scores.get(type) ?? 0) + weight);
    found.push({ type, weight, says: `${where} says "${hit}"` });
  }
  const ranked = TYPES.map((type) => ({ type, score: scores.get(type) ?? 0 })).sort((a, b) => b.score - a.score);
  const [first, second] = ranked;
  if (first === undefined || second === undefined || first.score === 0) return { type: 'feature', confidence: 0.2, evidence: [] };
  const confidence = first.score / (first.score + second.score + 1);
  return {
    type: first.type,
    confidence: Math.round(Math.min(0.98, confidence) * 100) / 100,
    evidence: found.sort((a, b) => b.weight - a.weight).map(({ type, weight, says }) => `${type} +${weight}: ${says}`),
  };
}

function firstHit(texts: readonly string[], pattern: RegExp): string | null {
  for (const text of texts) {
    const match = pattern.exec(text);
    if (match !== null) return match[0].trim().slice(0, 60);
  }
  return null;
}

const PRIORITY_LABEL: ReadonlyArray<readonly [Priority, RegExp]> = [
  ['P0', /^(?:p0|priority[:/ -]*(?:critical|p0|blocker)|critical|blocker|sev[- ]?[01])$/],
  ['P1', /^(?:p1|priority[:/ -]*(?:high|p1)|high[ -]priority|urgent|sev[- ]?2)$/],
  ['P3', /^(?:p3|p4|priority[:/ -]*(?:low|p3)|low[ -]priority|nice[ -]to[ -]have|good first issue)$/],
  ['P2', /^(?:p2|priority[:/ -]*(?:medium|normal|p2))$/],
];

const PRIORITY_WORDS: ReadonlyArray<readonly [Priority, RegExp]> = [
  [
    'P0',
    /\b(?:production is down|outage|data loss|losing (?:data|orders)|security (?:hole|breach|incident)|actively exploited|nobody can|no (?:user|customer)s? can|all (?:users|customers) (?:are|see|get))\b/i,
  ],
  [
    'P1',
    /\b(?:urgent|asap|blocks? (?:the )?(?:release|us|everyone|deploy)|blocking|regression|charged (?:twice|double)|vulnerabilit(?:y|ies)|crash(?:es|ing)?|losing money|wrong (?:price|amount|total))\b/i,
  ],
  ['P3', /\b(?:nice to have|no hurry|not urgent|some ?day|low priority|cosmetic|typo|minor|trivial|when (?:you|someone) (?:have|has) time)\b/i],
];

/** A label decides; else words of the text; else what the tracker said already. */
export function decidePriority(issue: IssueText, current: Priority): { priority: Priority; evidence: string[] } {
  for (const [priority, pattern] of PRIORITY_LABEL) {
    const label = issue.labels.find((candidate) => pattern.test(candidate));
    if (label !== undefined) return { priority, evidence: [`${priority}: label "${label}"`] };
  }
  for (const [priority, pattern] of PRIORITY_WORDS) {
    const hit = firstHit([issue.title, issue.prose], pattern);
    if (hit !== null) return { priority, evidence: [`${priority}: says "${hit}"`] };
  }
  return { priority: current, evidence: [] };
}

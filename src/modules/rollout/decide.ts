import { scopesOverlap } from '#kernel/glob-overlap.ts';
import type { JsonValue } from '#kernel/json.ts';
import { STAGES, type Assessment, type Criteria, type Criterion, type Deed, type Decision, type Evidence, type Stage } from './model.ts';

export interface StageFacts {
  stage: Stage;
  /** Tier of the repository; null when it is not known. */
  tier: string | null;
  corePaths: readonly string[];
  /** Files the work may touch, as globs; empty: nobody said, or the action touches none. */
  scopes: readonly string[];
}

/**
 * Whether what is about to happen is only recorded. Invariants: in `shadow` everything is; before `core` nothing reaches a repository of
 * tier core, one whose tier is not known, or a file of the project's core paths; a stage nobody knows is shadow.
 */
export function isHeldBack({ stage, tier, corePaths, scopes }: StageFacts): boolean {
  if (stage === 'core') return false;
  if (stage !== 'non_critical') return true;
  if (tier === null || tier === 'core') return true;
  return corePaths.length > 0 && scopesOverlap(scopes, corePaths);
}

export function nextStage(stage: Stage): Stage | null {
  return STAGES[STAGES.indexOf(stage) + 1] ?? null;
}

/** Two-sided 95 %. */
const Z = 1.959964;

/**
 * Wilson's score interval of a share: honest for few decisions and for shares near 1, where the usual one claims certainty (Wilson 1927;
 * Brown, Cai and DasGupta 2001).
 */
export function wilson(successes: number, trials: number): { low: number; high: number } | null {
  if (!(trials > 0) || successes < 0 || successes > trials) return null;
  const share = successes / trials;
  const z2 = Z * Z;
  const centre = (share + z2 / (2 * trials)) / (1 + z2 / trials);
  const half = (Z / (1 + z2 / trials)) * Math.sqrt((share * (1 - share)) / trials + z2 / (4 * trials * trials));
  return { low: Math.max(0, centre - half), high: Math.min(1, centre + half) };
}

const percent = (share: number): string => `${(share * 100).toFixed(1)} %`;

/** Whether a stage may be left, with each criterion's numbers. */
export function assess(evidence: Evidence, needed: Criteria): Assessment {
  const judged = evidence.agreed + evidence.disagreed;
  const interval = wilson(evidence.agreed, judged);
  const low = interval?.low ?? 0;
  const shown = interval === null ? 'nothing was judged yet' : `${evidence.agreed} of ${judged} agreed, 95 % interval from ${percent(low)}`;
  const criteria: Criterion[] = [
    criterion('agreement', low, needed.agreement, `agreement: ${shown}; ${percent(needed.agreement)} is needed`),
    criterion('decisions', judged, needed.decisions, `decisions: ${judged} of ${needed.decisions} judged ones`),
    criterion('days', evidence.days, needed.days, `days: ${Math.floor(evidence.days * 10) / 10} of ${needed.days} in this stage`),
  ];
  return {
    agreed: evidence.agreed,
    judged,
    open: evidence.open,
    share: judged === 0 ? null : evidence.agreed / judged,
    interval,
    criteria,
    ready: criteria.every(({ met }) => met),
  };
}

function criterion(name: Criterion['name'], actual: number, needed: number, sentence: string): Criterion {
  // Written so that a number that is none is never met.
  return { name, actual, needed, met: actual >= needed, sentence };
}

/** Kinds whose counterpart among people's deeds can be told. What cannot be compared is recorded with its action and counts for nothing. */
const COMPARED: ReadonlySet<string> = new Set([
  'issue.label',
  'issue.close',
  'issue.assign',
  'issue.transition',
  'plan.approve',
  'pr.merge',
  'pr.close',
]);

export const isCompared = (kind: string): boolean => COMPARED.has(kind);

/**
 * What a deed of people says about a decision of the same issue or pull request: they did what Reeve would have done, they did
 * something else, or nothing that can be held against it (null). Labels and assignees agree only when all are there; that they are not
 * there yet says nothing before the issue is closed.
 */
export function judge({ kind, would }: Pick<Decision, 'kind' | 'would'>, deed: Deed): 'agreed' | 'disagreed' | null {
  if (deed.pull !== null) return judgePull(kind, deed.pull);
  const { issue } = deed;
  if (issue === null) return null;
  const closed = issue.state === 'closed';
  switch (kind) {
    case 'issue.label':
      return contains(issue.labels, would['add']) && without(issue.labels, would['remove']) ? 'agreed' : closed ? 'disagreed' : null;
    case 'issue.assign':
      return contains(issue.assignees, would['assignees']) ? 'agreed' : closed ? 'disagreed' : null;
    case 'issue.close':
      return closed ? (issue.closeReason === would['reason'] ? 'agreed' : 'disagreed') : null;
    case 'issue.transition':
      return closed && would['state'] === 'closed' ? 'agreed' : null;
    // Worth doing, said the plan; and people did it, or said that it was not.
    case 'plan.approve':
      return closed ? (issue.closeReason === 'completed' ? 'agreed' : 'disagreed') : null;
    default:
      return null;
  }
}

function judgePull(kind: string, pull: 'open' | 'merged' | 'closed'): 'agreed' | 'disagreed' | null {
  if (pull === 'open') return null;
  if (kind === 'pr.merge') return pull === 'merged' ? 'agreed' : 'disagreed';
  if (kind === 'pr.close') return pull === 'closed' ? 'agreed' : 'disagreed';
  return null;
}

const names = (value: JsonValue | undefined): string[] =>
  Array.isArray(value) ? value.filter((item) => typeof item === 'string').map((item) => item.toLowerCase()) : [];

function contains(there: readonly string[], wanted: JsonValue | undefined): boolean {
  const have = new Set(there.map((item) => item.toLowerCase()));
  return names(wanted).every((item) => have.has(item));
}

function without(there: readonly string[], unwanted: JsonValue | undefined): boolean {
  const have = new Set(there.map((item) => item.toLowerCase()));
  return names(unwanted).every((item) => !have.has(item));
}

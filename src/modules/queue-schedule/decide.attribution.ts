import type { AttributionKind, EvidenceRun } from './model.ts';

/**
 * Whose fault a failed build of one is. The cheapest question that is left is asked next: does the same tree fail again;
 * does the change fail on its own base; does the target fail without it.
 */
export interface AttributionFacts {
  /** In the order in which they ran; the first is the candidate's. */
  runs: readonly EvidenceRun[];
  /** The candidate was merged onto the very base the change was made on. */
  onOwnBase: boolean;
  /** It passed before, on an earlier head of the target. */
  proven: boolean;
  /** The target's head is a tree that passed its checks. */
  headIsGreen: boolean;
}

export type AttributionStep =
  | { kind: 'run'; role: Exclude<EvidenceRun['role'], 'candidate'> }
  | { kind: 'verdict'; verdict: Exclude<AttributionKind, 'infrastructure'> };

export function decideAttribution(facts: AttributionFacts): AttributionStep {
  const of = (role: EvidenceRun['role']): EvidenceRun | undefined => facts.runs.find((run) => run.role === role);
  const again = of('again');
  if (again === undefined) return { kind: 'run', role: 'again' };
  if (again.passed) return { kind: 'verdict', verdict: 'flake' };
  const head = of('head');
  if (!facts.headIsGreen && head === undefined) return { kind: 'run', role: 'head' };
  if (!facts.headIsGreen && head?.passed === false && sharesAny(again.failed, head.failed)) return { kind: 'verdict', verdict: 'inherited' };
  if (facts.proven) return { kind: 'verdict', verdict: 'interaction' };
  if (facts.onOwnBase) return { kind: 'verdict', verdict: 'own' };
  const submitted = of('submitted');
  if (submitted === undefined) return { kind: 'run', role: 'submitted' };
  return { kind: 'verdict', verdict: submitted.passed ? 'interaction' : 'own' };
}

/** The same failing checks; a run that names none failed as a whole. */
function sharesAny(a: readonly string[], b: readonly string[]): boolean {
  return a.length === 0 || b.length === 0 || a.some((name) => b.includes(name));
}

/** The sentence kept with a judgement. */
export function attributionSentence(kind: AttributionKind, runs: readonly EvidenceRun[], others: readonly string[]): string {
  const failed = [...new Set(runs.filter((run) => !run.passed).flatMap((run) => run.failed))];
  const checks = failed.length === 0 ? 'The checks' : failed.join(', ');
  switch (kind) {
    case 'own':
      return `${checks}: failed twice on the same tree; the target is not to blame, and neither is anybody else's change.`;
    case 'interaction':
      return `${checks}: passes without what landed meanwhile, fails together with it${others.length === 0 ? '' : ` (${others.join(', ')})`}.`;
    case 'flake':
      return `${checks}: failed and passed on the same tree.`;
    case 'infrastructure':
      return 'The checks could not be run; the change is not to blame.';
    case 'inherited':
      return `${checks}: the target fails the same way without the change.`;
  }
}

export { attributionSentence, decideAttribution, type AttributionFacts, type AttributionStep } from './decide.attribution.ts';
export { allFrom, searchCulprit, toRevert } from './decide.audit.ts';
export { nextBatchLimit } from './decide.batch.ts';
export { decideAfterFailure, suspect } from './decide.bisect.ts';
export { decideFreshness, freshnessNote, scopesTouched, type FreshnessFacts } from './decide.freshness.ts';
export { buildGraph, componentsOf, edgeBetween, pairsToMerge, type ConflictGraph, type GraphEntry } from './decide.graph.ts';
export { planBuilds, type BuildFacts, type BuildPlan, type LaneFacts, type LanePlan, type SchedulingEntry } from './decide.lanes.ts';
export {
  compareEntries,
  compareFacts,
  orderFactsOf,
  stuckDependencies,
  unmetDependencies,
  type Dependency,
  type OrderFacts,
} from './decide.order.ts';
export { decidePace, type Pace, type Run } from './decide.pace.ts';
export { explainWaits, middleOf, type WaitFacts } from './decide.waiting.ts';
export { sentenceOfWait } from './decide.waits.ts';
export type {
  Attribution,
  AttributionKind,
  Audit,
  BuildKind,
  BuildMembership,
  CombinedMode,
  EvidenceRun,
  Freshness,
  Proof,
  Suspicion,
  TargetControl,
} from './model.ts';
export type { Wait, Waiting } from './model.waiting.ts';

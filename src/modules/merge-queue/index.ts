export { changeRequestJsonSchema, createMergeQueue, type MergeQueue } from './commands.ts';
export { admitAlone, type AdmittedChange } from './commands.admit.ts';
export type { ScopeAnswer, ScopeRequest } from './commands.claims.ts';
export type { ControlOrder } from './commands.controls.ts';
export { toFileChanges } from './decide.apply.ts';
export { decideAfterPass, type PassFacts } from './decide.builds.ts';
export { type QuarantineReason, type QueueEntry } from './model.ts';
export type { TargetSchedule } from './queries.schedule.ts';
export type { ReplayReport, Resolution, RollbackPlan } from './model.history.ts';
export type { EntryOrigin, EntrySummary } from './decide.summary.ts';
export { mergeQueueRoutes, type MergeQueueRoutesDeps } from './routes.ts';
export { DEFAULT_SCHEDULING, type MergeQueueDeps, type Scheduling } from './steps.context.ts';
export { registerQueueMetrics } from './steps.metrics.ts';
// What replays and simulates the queue (`queue-bench`) decides by the same code.
export * from './steps.replay.ts';

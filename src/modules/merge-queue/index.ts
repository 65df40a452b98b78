export { changeRequestJsonSchema, createMergeQueue, type MergeQueue } from './commands.ts';
export { ChangeRequestDocument, type EntryState, type QuarantineReason, type QueueEntry } from './model.ts';
export { mergeQueueRoutes, type MergeQueueRoutesDeps } from './routes.ts';
export type { MergeQueueDeps } from './steps.context.ts';
export { documentOfCommits } from './steps.document.ts';

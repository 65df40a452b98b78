export { changeRequestJsonSchema, createMergeQueue, type MergeQueue } from './commands.ts';
export type { SubmitContext } from './commands.submit.ts';
export { CHANGE_REQUEST_EVENTS, type ChangeRequestEvent } from './events.ts';
export {
  Change,
  ChangeRequestDocument,
  ENTRY_STATES,
  TERMINAL_ENTRY_STATES,
  type AdmissionRefusal,
  type Candidate,
  type EntryState,
  type FileEffect,
  type JournalRow,
  type Publish,
  type QuarantineReason,
  type QueueEntry,
  type Rung,
} from './model.ts';
export type { AdmissionRules, OwnedPath } from './model.rules.ts';
export type { ActionPublication, CheckResult, VerifyRequest, VerifyResult } from './model.verify.ts';
export type { EntryFilter, QueueStatus, TargetStatus } from './queries.ts';
export { mergeQueueRoutes, type MergeQueueRoutesDeps } from './routes.ts';
export { documentOfCommits, type DocumentHead } from './steps.document.ts';
export { DEFAULT_SETTINGS as DEFAULT_QUEUE_SETTINGS, type MergeQueueDeps, type MergeQueueSettings, type SubmissionSubject } from './steps.context.ts';

import type { RunState } from './model.ts';

/** Event and ledger kinds of a run's states; persisted. Subject: the run's id. */
export const RUN_EVENTS: Readonly<Record<RunState, string>> = {
  queued: 'run.queued',
  preparing: 'run.preparing',
  running: 'run.started',
  checking: 'run.checking',
  succeeded: 'run.succeeded',
  failed: 'run.failed',
  cancelled: 'run.cancelled',
  handed_back: 'run.handed_back',
};

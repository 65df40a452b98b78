import type { RunState } from './model.ts';
import type { QuestionState } from './model.questions.ts';

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

/** Event and ledger kinds of an agent's question to people; persisted. Subject: the question's id. */
export const QUESTION_EVENTS: Readonly<Record<QuestionState, string>> = {
  waiting: 'question.asked',
  answered: 'question.answered',
  expired: 'question.expired',
  withdrawn: 'question.withdrawn',
};

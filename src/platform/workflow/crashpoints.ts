/**
 * Every named fault point, so that tests can walk them all. Add the names of your module to this list, in the order of the
 * path; a call of `crashpoint` with a name that is not here does not type-check.
 */
export const CRASHPOINTS = [
  // platform
  'outbox.deliver.before',
  'outbox.deliver.after',
  'workflow.step.before',
  'workflow.step.after',
  // intake
  'event.receive.before',
  'event.receive.after',
  // ledger, approvals, actions: in the order of a proposal's life
  'ledger.append.after',
  'approval.decide.before',
  'approval.decide.after',
  'action.intent.before',
  'action.effect.before',
  'action.effect.after',
  'action.receipt.after',
  // agent runs: worktree ready, agent ended, checks done, outcome stored and nothing cleaned up yet
  'run.prepare.after',
  'run.agent.ended',
  'run.checks.after',
  'run.outcome.stored',
  // merge queue: in the order of a change request's life
  'queue.entry.stored',
  'queue.merge.after',
  'queue.verify.after',
  'queue.publish.before',
  'queue.publish.after',
  'queue.land.recorded',
  // the embedded forge: after the branch moved, before the pull request says so
  'pull.merge.before',
  'pull.merge.after',
] as const;

export type Crashpoint = (typeof CRASHPOINTS)[number];

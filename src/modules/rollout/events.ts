/** Event and ledger kinds of a rollout; persisted. Subject: the project's id. */
export const ROLLOUT_EVENTS = {
  advanced: 'rollout.advanced',
  rolledBack: 'rollout.rolled_back',
  stageSet: 'rollout.stage_set',
} as const;

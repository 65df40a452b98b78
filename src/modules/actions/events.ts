/** Outbox events and ledger entries of actions; persisted names. Data: `{kind, status, risk, reason?, superseded_by?}`. */
export const ACTION_EVENTS = {
  proposed: 'action.proposed',
  denied: 'action.denied',
  shadowed: 'action.shadowed',
  approved: 'action.approved',
  declined: 'action.declined',
  expired: 'action.expired',
  superseded: 'action.superseded',
  withdrawn: 'action.withdrawn',
  started: 'action.started',
  executed: 'action.executed',
  failed: 'action.failed',
  /** Somebody asks for the emergency exit; a second person has to. */
  glassOpened: 'breakglass.opened',
  /** Two people went past the approvers. */
  glassBroken: 'breakglass.broken',
  /** Somebody wrote down what happened. */
  glassAccounted: 'breakglass.accounted',
  /** Beside `action.proposed` when people have to decide: what notifications listen to. */
  requested: 'approval.requested',
} as const;

/** Event and ledger kinds of the budget; persisted. Subject: the pool's id, or `budget` for the switch. */
export const BUDGET_EVENTS = {
  /** Spent and reserved reached 80 % of a cap, once per period and cap. */
  warned: 'budget.warned',
  capChanged: 'budget.cap_changed',
  /** A cap was raised for one period, after people had allowed it. */
  raised: 'budget.raised',
  stopped: 'budget.stopped',
  resumed: 'budget.resumed',
  /** A reservation nobody settled ran out: its holder was lost. Subject: the run or call. */
  lapsed: 'budget.lapsed',
} as const;

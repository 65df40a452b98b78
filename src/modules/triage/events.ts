/** Persisted: event and ledger kind of a stored triage. Subject: the work item's id. */
export const TRIAGE_DECIDED = 'triage.decided';

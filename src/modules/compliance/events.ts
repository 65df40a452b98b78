/** A record of a change was made; ledger kind and event. Persisted. */
export const COMPLIANCE_RECORDED = 'compliance.recorded';

export { createCompliance, type ComplianceDeps } from './commands.ts';
export { COMPLIANCE_RECORDED } from './events.ts';
export type { Compliance, ComplianceDocument, ComplianceRecord, CompletenessReport, ExportFile, InvariantResult } from './model.ts';
export type { BranchReader } from './queries.completeness.ts';
export type { Audits } from './queries.invariants.ts';
export type { Sources } from './queries.facts.ts';
export { complianceRoutes } from './routes.ts';

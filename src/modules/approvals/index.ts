export { createApprovals, type ApprovalsDeps } from './commands.ts';
export { renderCard, visible } from './decide.card.ts';
export { confirmationOf } from './decide.confirm.ts';
export { decideEligibility, type Decider } from './decide.ts';
export type { Approval, Approvals, ApproverRow, BatchRequest, BatchResult, DecisionRequest, Note } from './model.ts';
export { approvalRoutes, presentApproval, type ApprovalRoutesDeps } from './routes.ts';
export { closeApproval, openApproval } from './store.ts';
export { registerApprovalMetrics } from './steps.metrics.ts';
export { auditApprovals } from './store.audit.ts';

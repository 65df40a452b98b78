export { createApprovals, type ApprovalsDeps } from './commands.ts';
export { renderCard, visible } from './decide.card.ts';
export { decideEligibility, type Decider } from './decide.ts';
export type { Approval, Approvals, DecisionRequest } from './model.ts';
export { approvalRoutes, presentApproval } from './routes.ts';
export { closeApproval, openApproval } from './store.ts';

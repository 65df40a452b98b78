export { createPolicy, parsePolicy, policyHash, tightenPolicy, type PolicyDeps } from './commands.ts';
export { decidePolicy } from './decide.ts';
export { insistOnPeople } from './decide.strict.ts';
export { matchesGlob } from './decide.glob.ts';
export { isProtected } from './decide.limits.ts';
export { DEFAULT_POLICY_TEXT } from './model.default.ts';
export type { LimitsDocument, Policy, PolicyDocument } from './model.document.ts';
export type {
  CurrentPolicy,
  Facts,
  LoadedPolicies,
  Mode,
  PolicyDecision,
  PolicyPort,
  PolicyProblem,
  PolicyQuestion,
  PolicyText,
  Risk,
} from './model.ts';
export { policyRoutes, presentDecision } from './routes.ts';

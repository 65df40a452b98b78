export { proposeActivation, type Activation, type ActivationDeps, type ProposedActivation } from './commands.activate.ts';
export { EngineUnasked, NO_ANSWER } from './commands.engine.ts';
export { createPolicy, parsePolicy, policyHash, tightenPolicy, type PolicyDeps } from './commands.ts';
export { createPolicyVersions, type PolicyVersions, type VersionsDeps } from './commands.versions.ts';
export { decidePolicy } from './decide.ts';
export { insistOnPeople } from './decide.strict.ts';
export { matchesGlob } from './decide.glob.ts';
export { isProtected } from './decide.limits.ts';
export type { RecordedDecision } from './decide.simulate.ts';
export { DEFAULT_POLICY_TEXT } from './model.default.ts';
export type { LimitsDocument, Policy, PolicyDocument } from './model.document.ts';
export { LIMIT_FACTS, type LimitFact } from './model.facts.ts';
export type {
  CurrentPolicy,
  EngineAnswers,
  Explanation,
  Facts,
  LoadedPolicies,
  Mode,
  PolicyDecision,
  PolicyInForce,
  PolicyPort,
  PolicyProblem,
  PolicyQuestion,
  PolicyText,
  PolicyVersion,
  Risk,
} from './model.ts';
export { simulate, type SimulationDeps, type SimulationReport } from './queries.simulate.ts';
export { policyRoutes, presentDecision, type PolicyRoutesDeps } from './routes.ts';

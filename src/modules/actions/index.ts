export { decideGuard } from './decide.guard.ts';
export { INVERSES, type Inverse } from './decide.inverse.ts';
export { registerActionMetrics } from './steps.metrics.ts';
export { createActions } from './commands.ts';
export type { ActionsDeps } from './commands.context.ts';
export { SECRET_HELD } from './commands.propose.ts';
export { digestOf } from './commands.record.ts';
export { ACTION_EVENTS } from './events.ts';
export {
  ACTION_KINDS,
  type Action,
  type ActionDescription,
  type ActionExecutor,
  type ActionFilter,
  type ActionKind,
  type ActionNotice,
  type ActionRecord,
  type Actions,
  type ActionStatus,
  type Authorization,
  type Effect,
  type Proposal,
  type ProposingTx,
  type Settlement,
  type Voter,
} from './model.ts';
export { ACTION_ARGS, type ArgsOf } from './model.args.ts';
export { actionRoutes, presentAction, type ActionRoutesDeps } from './routes.ts';
export { createChatEffect, type ChatEffectPorts } from './steps.effects.chat.ts';
export type { EffectPorts } from './steps.effects.ts';
export { createForgeEffects } from './steps.effects.forge.ts';
export { PLAIN_TEXT, type OutgoingText, type TextFinding } from './steps.outgoing.ts';
export { createObservedFacts, type FactsDeps } from './steps.facts.ts';
export { auditActions } from './store.audit.ts';

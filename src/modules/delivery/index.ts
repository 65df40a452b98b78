export { createDelivery, type Delivery, type RequestInput } from './commands.ts';
export { createEndings, type Endings } from './commands.ends.ts';
export { createLandings, type Landings } from './commands.landed.ts';
export { TASK_WAIT_EVENTS, wakeWaiting } from './commands.waits.ts';
export { applyForgeEvent, type ForgeEventDeps } from './commands.events.ts';
export type { CiDeps } from './commands.ci.ts';
export type { SlashDeps } from './commands.slash.ts';
export { createFixes, type Fixes } from './commands.fix.ts';
export { createAsking, type Asking } from './commands.ask.ts';
export { askRoutes } from './routes.ask.ts';
export {
  DELIVERY_QUEUE,
  RequestOptions,
  STORY_WORKFLOW,
  TASK_WORKFLOW,
  type Pull,
  type Story,
  type StoryEnd,
  type StoryInput,
  type TaskInput,
} from './model.ts';
export { startJob, type JobDeps } from './commands.jobs.ts';
export { createDeliveryQueries, type DeliveryQueries } from './queries.ts';
export { locateDocument, scopeOfProposal, type Scope } from './queries.scope.ts';
export { deliveryRoutes } from './routes.ts';
export { pullRoutes } from './routes.pulls.ts';
export { createConversations, type Conversations } from './queries.conversations.ts';
export { createPullReads, type PullReads } from './queries.pulls.ts';
export { createDeliverySteps, type DeliverySteps } from './steps.ts';
export { createTurns } from './steps.turns.ts';
export { createPullKeeper } from './commands.pulls.ts';
export { isOwn, isOwnDeed } from './decide.own.ts';
export { peopleCommandIn } from './decide.slash.ts';
export type { DeliveryDeps, EndingsDeps } from './steps.context.ts';
export { createDeliveryStore, type DeliveryStore } from './store.ts';
export { deliverStory } from './workflow.ts';
export { deliverTask } from './workflow.task.ts';

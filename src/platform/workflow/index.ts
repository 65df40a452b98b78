export { armCrashpoint, crashpoint } from './crashpoint.ts';
export { CRASHPOINTS, type Crashpoint } from './crashpoints.ts';
export { createWorkflowEngine, type WorkflowEngineDeps } from './engine.ts';
export type { QueueDefinition, StepRetry, WorkflowContext, WorkflowDefinition, WorkflowEngine, WorkflowStatus } from './model.ts';
export { migrateWorkflowSchema } from './schema.ts';
export { isLostExecutor } from './store.ts';

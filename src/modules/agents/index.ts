export * from './model.ts';
export type { RunBrief } from './model.brief.ts';
export { createAgents, type Agents } from './commands.agents.ts';
export { createCheckRunner, type CheckInput, type CheckRunner } from './commands.checks.ts';
export { createBriefs } from './steps.brief.ts';
export type { AgentsDeps } from './steps.context.ts';
export { agentRoutes, type AgentRouteDeps, type StartJob } from './routes.ts';
export { RUN_WORKFLOW, runQueue, runWorkflow } from './workflow.ts';

/** What this connector is, as data. */
export const githubConnector = {
  name: 'github',
  title: 'GitHub and GitHub Enterprise Server',
  forges: ['github'],
  ports: ['webhook', 'forge-read', 'forge-write', 'tracker-read', 'tracker-write'],
} as const;

export { createGithubWebhook, type GithubWebhookOptions } from './webhook.ts';
export { createGithubApps, type GithubAppsOptions } from './apps.ts';
export { createGithubForge, parseCredential, type GithubForge, type GithubForgeOptions } from './forge.ts';
export type { GithubCredential } from './client.auth.ts';
export type { RateLimit } from './client.ts';
export type { GithubDeliveries, HookPlace } from './deliveries.ts';
export type { BranchProtection, FailedDelivery } from './map.guards.ts';
export { GRAPHQL_TEXTS } from './schema.graphql.ts';

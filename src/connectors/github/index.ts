/** What this connector is, as data. */
export const githubConnector = {
  name: 'github',
  title: 'GitHub and GitHub Enterprise Server',
  forges: ['github'],
  ports: ['webhook'],
} as const;

export { createGithubWebhook, type GithubWebhookOptions } from './webhook.ts';

export { createFilePlace } from './file.ts';
export { createGitPlace, type GitPlaceSettings } from './git.ts';
export { createWebhookPlace, type WebhookPlaceOptions } from './webhook.ts';

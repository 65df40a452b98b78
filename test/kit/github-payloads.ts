import { createRequire } from 'node:module';

const require = createRequire(import.meta.url);

/** The payloads GitHub publishes as examples of its webhooks, one group for each event. */
export const GITHUB_PAYLOADS = require('@octokit/webhooks-examples') as ReadonlyArray<{ name: string; examples: Array<Record<string, unknown>> }>;

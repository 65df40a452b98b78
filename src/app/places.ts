import path from 'node:path';
import { createFilePlace, createGitPlace, createWebhookPlace } from '#connectors/checkpoints/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';
import type { AppConfig } from './config.ts';

/** The places outside the database that are configured to keep checkpoints. */
export function createPlaces(config: AppConfig): CheckpointPlace[] {
  const places: CheckpointPlace[] = [];
  if (config.ledgerCheckpointFile !== null) places.push(createFilePlace(config.ledgerCheckpointFile));
  if (config.ledgerCheckpointGit !== null)
    places.push(
      createGitPlace({
        source: config.ledgerCheckpointGit,
        ref: config.ledgerCheckpointRef,
        dir: path.join(config.dataDir, 'checkpoints.git'),
        env: config.environment(['PATH', 'HOME', 'SSH_AUTH_SOCK', 'HTTPS_PROXY', 'HTTP_PROXY', 'NO_PROXY']),
      }),
    );
  if (config.ledgerCheckpointWebhook !== null)
    places.push(
      createWebhookPlace({ url: config.ledgerCheckpointWebhook, fetch: createGuardedFetch({ allowPrivateHosts: config.allowPrivateHosts }) }),
    );
  return places;
}

import type { Queryable } from '#platform/db/index.ts';
import { AppError } from '#kernel/errors.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { createChangeWebhook } from '#connectors/change-webhook/index.ts';
import { auditActions } from '#modules/actions/index.ts';
import { auditApprovals } from '#modules/approvals/index.ts';
import type { Audits, BranchReader } from '#modules/compliance/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import type { ChangeReceiver } from '#ports/change-receiver.ts';
import type { ForgeRead } from '#ports/forge-read.ts';
import type { AppConfig } from './config.ts';

/** The change-management system that is configured, if one is. */
export function createReceiver({ changeWebhookUrl: url, changeWebhookSecret: secret, allowPrivateHosts }: AppConfig): ChangeReceiver | null {
  if (url === null) return null;
  if (secret === null)
    throw new AppError('invalid', 'REEVE_CHANGE_WEBHOOK_URL is set without a secret to sign with.', {
      code: 'change_webhook_secret_missing',
      hint: 'Set REEVE_CHANGE_WEBHOOK_SECRET to the secret the receiver checks.',
    });
  return createChangeWebhook({ url, secret, fetch: createGuardedFetch({ allowPrivateHosts }) });
}

/** Default branches as their forges have them. */
export function createBranchReader(from: { projects: Pick<Projects, 'repository'>; forge(name: string): ForgeRead }): BranchReader {
  return {
    async firstParents(repositoryId, branch, limit) {
      const repository = await from.projects.repository(repositoryId);
      if (repository === null) throw new AppError('not_found', `There is no repository ${repositoryId}.`);
      const forge = from.forge(repository.forge);
      if (forge.firstParents === undefined)
        throw new AppError('unavailable', `The forge ${repository.forge} does not tell its history.`, { code: 'history_missing' });
      return forge.firstParents({ forge: repository.forge, name: repository.name }, branch, limit);
    },
  };
}

export const createAudits = (db: Queryable): Audits => ({ actions: () => auditActions(db), approvals: (ids) => auditApprovals(db, ids) });

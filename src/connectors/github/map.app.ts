import { AppError } from '#kernel/errors.ts';
import type { AppRegistration, AppWish } from '#ports/forge-app.ts';

/**
 * What Reeve's App may, and no more: not administration, workflows or secrets, so that it can neither loosen a rule nor reach what CI holds.
 * https://docs.github.com/en/rest/authentication/permissions-required-for-github-apps
 */
export const APP_PERMISSIONS = {
  contents: 'write',
  pull_requests: 'write',
  issues: 'write',
  checks: 'write',
  actions: 'read',
  statuses: 'read',
  deployments: 'read',
  metadata: 'read',
} as const satisfies Record<string, 'read' | 'write'>;

/**
 * What is read of the webhooks; each is covered by a permission above. Not `merge_group`, which needs one of its own; `installation` comes
 * to every App unasked. https://docs.github.com/en/webhooks/webhook-events-and-payloads
 */
export const APP_EVENTS = [
  'check_run',
  'check_suite',
  'deployment',
  'deployment_status',
  'issue_comment',
  'issues',
  'label',
  'pull_request',
  'pull_request_review',
  'pull_request_review_comment',
  'pull_request_review_thread',
  'push',
  'release',
  'status',
  'workflow_run',
] as const;

/** "The name can't be longer than 34 characters." */
const LONGEST_NAME = 34;
const ORGANIZATION = /^[A-Za-z0-9](?:[A-Za-z0-9_-]{0,98}[A-Za-z0-9])?$/;

/** https://docs.github.com/en/apps/sharing-github-apps/registering-a-github-app-from-a-manifest */
export function toRegistration(apiUrl: string, wish: AppWish): AppRegistration {
  const { organization } = wish;
  if (organization !== null && !ORGANIZATION.test(organization))
    throw new AppError('invalid', `${organization} is not the name of an organization.`, { code: 'bad_organization' });
  const owner = organization === null ? '' : `/organizations/${organization}`;
  return {
    postTo: `${toWebUrl(apiUrl)}${owner}/settings/apps/new`,
    manifest: {
      name: wish.name.slice(0, LONGEST_NAME).trim(),
      url: wish.homeUrl,
      description: 'The engineering manager of a mixed team of people and coding agents.',
      public: false,
      hook_attributes: { url: wish.webhookUrl, active: true },
      redirect_url: wish.callbackUrl,
      setup_url: wish.installedUrl,
      setup_on_update: false,
      request_oauth_on_install: false,
      default_permissions: { ...APP_PERMISSIONS },
      default_events: [...APP_EVENTS],
    },
  };
}

/** Where people look at what the API of this address answers for: GitHub itself, its data-residency hosts, an Enterprise Server. */
export function toWebUrl(apiUrl: string): string {
  const { origin, hostname, protocol } = new URL(apiUrl);
  if (hostname === 'api.github.com') return 'https://github.com';
  if (/^api\..+\.ghe\.com$/.test(hostname)) return `${protocol}//${hostname.slice('api.'.length)}`;
  return origin;
}

const LOCAL_HOST = /^(?:localhost|127\.|0\.0\.0\.0$|\[::1?\]$)/;

/** A GitHub elsewhere cannot reach what is named by this machine's own address. */
export function reachesFrom(apiUrl: string, address: string): boolean {
  return !LOCAL_HOST.test(new URL(address).hostname) || LOCAL_HOST.test(new URL(apiUrl).hostname);
}

const RANK: Readonly<Record<string, number>> = { read: 1, write: 2, admin: 3 };

/** What an installation's permissions are short of, and what they have beyond need, as `contents: write`. */
export function comparePermissions(held: Readonly<Record<string, string>>): { lacks: string[]; beyond: string[] } {
  const wanted: Readonly<Record<string, string>> = APP_PERMISSIONS;
  const rank = (level: string | undefined): number => RANK[level ?? ''] ?? 0;
  return {
    lacks: Object.entries(wanted).flatMap(([name, level]) => (rank(held[name]) < rank(level) ? [`${name}: ${level}`] : [])),
    beyond: Object.entries(held).flatMap(([name, level]) => (rank(level) > rank(wanted[name]) ? [`${name}: ${level}`] : [])),
  };
}

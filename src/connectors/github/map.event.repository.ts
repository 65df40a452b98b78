import { z } from 'zod';
import type { WebhookFact } from '#ports/webhook.ts';
import { ignored, read, type Common } from './map.event.read.ts';
import { Deployment, DeploymentStatus, Envelope, Installation, Label, MergeGroup, Release } from './schema.ts';

/** When it was received is all that is known of what has no instant of its own: the repository's last change stands for it. */
function whenOf(payload: unknown, what: string): string {
  const { repository } = read(Envelope, payload, what);
  const at = repository.updated_at ?? repository.pushed_at;
  if (at === null || at === undefined) throw new Error(`${what}: the payload does not say when`);
  return at;
}

/** `released` and `prereleased` come beside `published`: one fact for each release. */
export function toRelease(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'published') return ignored(`nothing is done when a release is ${action}`);
  const { release } = read(z.object({ release: Release }), payload, 'release');
  const { tag_name: tag, name, body, prerelease, html_url: url } = release;
  return {
    kind: 'release.published',
    ...common,
    occurred_at: release.published_at ?? release.created_at,
    release: { tag, name: name ?? tag, body, prerelease, url },
  };
}

export function toDeployment(payload: unknown, _action: string, common: Common): WebhookFact {
  const { deployment } = read(z.object({ deployment: Deployment }), payload, 'deployment');
  return { kind: 'deployment.changed', ...common, occurred_at: deployment.created_at, deployment: { ...factsOf(deployment), state: 'created' } };
}

export function toDeploymentStatus(payload: unknown, _action: string, common: Common): WebhookFact {
  const { deployment, deployment_status: status } = read(
    z.object({ deployment: Deployment, deployment_status: DeploymentStatus }),
    payload,
    'deployment_status',
  );
  return { kind: 'deployment.changed', ...common, occurred_at: status.updated_at, deployment: { ...factsOf(deployment), state: status.state } };
}

function factsOf({ id, environment, ref, sha }: z.output<typeof Deployment>): { id: string; environment: string; ref: string; sha: string } {
  return { id: String(id), environment, ref, sha };
}

export function toLabel(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'created' && action !== 'edited' && action !== 'deleted') return ignored(`nothing is done when a label is ${action}`);
  const { label } = read(z.object({ label: Label }), payload, 'label');
  return { kind: 'label.changed', ...common, occurred_at: whenOf(payload, 'label'), change: action, label: label.name };
}

export function toMergeGroup(payload: unknown, action: string, common: Common): WebhookFact {
  if (action !== 'checks_requested' && action !== 'destroyed') return ignored(`nothing is done when a merge group is ${action}`);
  const { merge_group: group, reason } = read(z.object({ merge_group: MergeGroup, reason: z.string().nullish() }), payload, 'merge_group');
  const base_branch = group.base_ref.replace(/^refs\/heads\//, '');
  return {
    kind: 'merge_group.changed',
    ...common,
    occurred_at: group.head_commit?.timestamp ?? whenOf(payload, 'merge_group'),
    group: { state: action, head_sha: group.head_sha, base_branch, reason: reason ?? '' },
  };
}

export function toInstallation(payload: unknown, action: string, common: Common): WebhookFact {
  const { installation, repositories, repositories_added, repositories_removed } = read(Installation, payload, 'installation');
  const named = [...repositories, ...repositories_added, ...repositories_removed].map(({ full_name }) => full_name);
  return {
    kind: 'installation.changed',
    ...common,
    occurred_at: installation.updated_at,
    installation: { id: String(installation.id), account: installation.account?.login ?? 'ghost', change: action, repositories: named },
  };
}

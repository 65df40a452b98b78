import type { PublishedEvent } from '#kernel/event.ts';
import type { Action, Actions, Proposal } from '#modules/actions/index.ts';
import { isOwnDeed } from '#modules/delivery/index.ts';
import type { Intake } from '#modules/intake/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import { createRollout, type Deed, type Rollout, type RolloutDeps } from '#modules/rollout/index.ts';
import type { ForgeEvent } from '#ports/forge-event.ts';
import type { AppConfig } from './config.ts';
import type { Forges } from './forges.ts';

/** Rollout with the criteria that are configured. */
export function createAppRollout(
  config: AppConfig,
  base: Pick<RolloutDeps, 'db' | 'ledger' | 'outbox'>,
  actions: () => Pick<Actions, 'propose' | 'transaction'>,
): Rollout {
  const criteria = { agreement: config.rolloutAgreementPercent / 100, decisions: config.rolloutMinDecisions, days: config.rolloutMinDays };
  return createRollout({ ...base, defaultStage: config.rolloutStage, criteria }, actions);
}

interface Held {
  rollout: Pick<Rollout, 'isHeldBack'>;
  repository(repo: { forge: string; name: string }): Promise<{ tier: string } | null>;
  planning: Pick<Planning, 'plansOf'>;
}

/** The executor's shadow switch for a project: its stage, the tier of the repository, and the files its plan may touch. */
export function createHoldingBack(from: Held): (proposal: Pick<Proposal, 'target' | 'args' | 'projectId' | 'workItemId'>) => Promise<boolean> {
  return async ({ target, args, projectId, workItemId }) => {
    if (projectId === null) return false;
    const known = await from.repository({ forge: target.forge, name: target.repo });
    return from.rollout.isHeldBack({ projectId, tier: known?.tier ?? null, scopes: () => scopesOf(from.planning, args, workItemId) });
  };
}

async function scopesOf(planning: Held['planning'], args: Proposal['args'], workItemId: string | null): Promise<string[]> {
  const own = Array.isArray(args['scope']) ? args['scope'].filter((glob) => typeof glob === 'string') : [];
  if (workItemId === null) return own;
  const plans = (await planning.plansOf(workItemId)).filter((plan) => plan.state !== 'superseded');
  return [...own, ...plans.flatMap((plan) => plan.document.tasks.flatMap((task) => task.scope))];
}

/** Events that bring a decision of ours, or what people did. */
export const ROLLOUT_SOURCES = ['action.shadowed', 'action.approved', 'action.declined', 'action.superseded', 'event.received'] as const;

interface FollowedFrom {
  rollout: Rollout;
  actions: Actions;
  intake: Pick<Intake, 'get'>;
  forges: Pick<Forges, 'ownLogin'>;
}

/** Keeps decisions, and holds people's deeds against them. Safe to run twice. */
export async function followRollout(from: FollowedFrom, event: PublishedEvent): Promise<void> {
  if (event.type === 'event.received') {
    const stored = await from.intake.get(event.subject);
    if (stored?.document) await holdAgainst(from, stored.document);
    return;
  }
  const action = await from.actions.get(event.subject);
  if (action === null) return;
  if (event.type === 'action.shadowed') await from.rollout.noteDecision(action);
  else await noteAnswer(from.rollout, action, event.type);
}

/** Only what people decided says anything: what policy let through by itself, or Reeve took back itself, agrees with nobody. */
async function noteAnswer(rollout: Rollout, action: Action, type: string): Promise<void> {
  if (action.decision.kind !== 'approval') return;
  if (type === 'action.superseded' && action.supersededBy === null) return;
  await rollout.noteAnswer(action, { agreed: type === 'action.approved', by: 'approval' });
}

async function holdAgainst(from: Pick<FollowedFrom, 'rollout' | 'forges'>, event: ForgeEvent): Promise<void> {
  if (!('issue' in event) && !('pull' in event)) return;
  if (isOwnDeed(event, await from.forges.ownLogin(event.repo.forge), null)) return;
  const number = 'issue' in event ? event.issue.number : event.pull.number;
  await from.rollout.noteDeed({ forge: event.repo.forge, repo: event.repo.name, number, at: new Date(event.occurred_at) }, deedOf(event));
}

function deedOf(event: Extract<ForgeEvent, { issue: unknown } | { pull: unknown }>): Deed {
  const { actor, kind } = event;
  if ('pull' in event) return { actor, kind, issue: null, pull: event.pull.state };
  const { state, close_reason: closeReason, labels, assignees } = event.issue;
  return { actor, kind, issue: { state, closeReason, labels, assignees }, pull: null };
}

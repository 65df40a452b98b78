import { createObservedFacts, type FactsDeps, type Proposal } from '#modules/actions/index.ts';
import { MICROS_PER_USD, type Budget } from '#modules/budget/index.ts';
import type { Facts } from '#modules/policy/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import type { Triage } from '#modules/triage/index.ts';
import type { Work } from '#modules/work/index.ts';
import { createChangeFacts, type ChangeFactsDeps } from './change-facts.ts';

export interface FactSources extends Omit<FactsDeps, 'repository'> {
  repository(repo: { forge: string; name: string }): Promise<{ id: string; tier: string; defaultBranch: string } | null>;
  mirror: ChangeFactsDeps['mirror'];
  work: Work;
  triage: Triage;
  planning: Planning;
  /** Rollout stage of a project: `shadow`, `non_critical` or `core`. */
  stage(projectId: string | null): Promise<string>;
  /** Effective `self_approval` of a project. */
  selfApproval(projectId: string | null): Promise<'never' | 'local'>;
  budget: Pick<Budget, 'view'>;
  /** Whether a project opted in to help with the pull requests of people in this repository. */
  helps(repo: { forge: string; name: string }): Promise<boolean>;
}

/** What policy conditions may look at, observed now in our own tables and at the forge: nothing of it comes from a proposer. */
export function createFacts(from: FactSources): (proposal: Proposal) => Promise<Facts> {
  const observed = createObservedFacts(from);
  const change = createChangeFacts(from);
  return async (proposal) => ({
    ...(await observed(proposal)),
    ...(await change(proposal)),
    project: { self_approval: await from.selfApproval(proposal.projectId), stage: await from.stage(proposal.projectId) },
    ...(await workFacts(from, proposal.workItemId)),
    ...(proposal.kind === 'agent.dispatch' ? { ...(await costFacts(from)), pull: { opted_in: await isHelped(from, proposal) } } : {}),
  });
}

/** Work of a story never is: there a person approved a plan, or did not. */
const isHelped = async (from: FactSources, { target, workItemId }: Proposal): Promise<boolean> =>
  workItemId === null && (target.number ?? null) !== null && (await from.helps({ forge: target.forge, name: target.repo }));

/** The month of the whole installation, as if the run that is asked for took all it may. Without a pool: no fact, the strict side. */
async function costFacts({ budget }: FactSources): Promise<Facts> {
  const view = await budget.view(null);
  const month = view.pools.find((pool) => pool.scope === 'installation' && pool.period === 'month');
  if (month === undefined) return {};
  return { cost: { month_usd: (month.spentMicros + month.reservedMicros + view.runCapMicros) / MICROS_PER_USD } };
}

async function workFacts(from: FactSources, workItemId: string | null): Promise<Facts> {
  if (workItemId === null) return {};
  const item = await from.work.get(workItemId);
  const triage = await from.triage.get(workItemId);
  const plans = await from.planning.plansOf(workItemId);
  const high =
    triage?.risk === 'high' || plans.some((plan) => plan.state !== 'superseded' && plan.document.risks.some((risk) => risk.severity === 'high'));
  return {
    work: {
      source: item?.source ?? 'unknown',
      type: item?.type ?? 'unknown',
      size: item?.size ?? 'unknown',
      risk: high ? 'high' : (triage?.risk ?? 'low'),
    },
  };
}

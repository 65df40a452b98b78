import { createObservedFacts, type FactsDeps, type Proposal } from '#modules/actions/index.ts';
import type { Facts } from '#modules/policy/index.ts';
import type { Planning } from '#modules/planning/index.ts';
import type { Triage } from '#modules/triage/index.ts';
import type { Work } from '#modules/work/index.ts';

export interface FactSources extends FactsDeps {
  work: Work;
  triage: Triage;
  planning: Planning;
  /** Effective `self_approval` of a project. */
  selfApproval(projectId: string | null): Promise<'never' | 'local'>;
}

/** What policy conditions may look at, observed now in our own tables and at the forge: nothing of it comes from a proposer. */
export function createFacts(from: FactSources): (proposal: Proposal) => Promise<Facts> {
  const observed = createObservedFacts(from);
  return async (proposal) => ({
    ...(await observed(proposal)),
    project: { self_approval: await from.selfApproval(proposal.projectId) },
    ...(await workFacts(from, proposal.workItemId)),
  });
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

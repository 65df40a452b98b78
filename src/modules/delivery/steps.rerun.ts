import type { CheckResult } from '#ports/forge-read.ts';
import { isForeignCheck } from './decide.ci.ts';
import { decideSuspects, type Suspect } from './decide.flaky.ts';
import { loadSubject, proposalKey, proposedBefore, proposeFor, type DeliveryDeps, type Subject } from './steps.context.ts';
import type { DeliverySteps } from './steps.ts';

type RerunSteps = Pick<DeliverySteps, 'proposeReruns' | 'readRerun'>;

/** A credential that may not is not asked again before somebody may have changed it. */
const REFUSAL_KEPT_MS = 24 * 3_600_000;

/** Running a check again that is probably flaky, before an agent is sent. */
export function createRerunSteps(deps: DeliveryDeps): RerunSteps {
  return {
    async proposeReruns(workItemId, headSha, suspects) {
      const subject = await loadSubject(deps, workItemId);
      const pull = await deps.store.pullOfWorkItem(deps.db, workItemId);
      const views = [];
      for (const { name, id } of suspects)
        views.push(
          (await proposedBefore(deps, subject, 'ci.rerun', keyOf(headSha, name))) ??
            (await proposeFor(deps, subject, {
              kind: 'ci.rerun',
              key: keyOf(headSha, name),
              number: pull?.number ?? null,
              headSha,
              args: { check_id: id, name, head_sha: headSha },
            })),
        );
      return views;
    },

    async readRerun(workItemId, headSha, suspects) {
      const subject = await loadSubject(deps, workItemId);
      const checks = await subject.forge.checks(subject.repo, headSha);
      const old = new Set(suspects.map(({ id }) => id));
      return checks.some(({ id, conclusion }) => conclusion !== 'success' && conclusion !== 'pending' && old.has(id ?? '')) ? 'waiting' : 'over';
    },
  };
}

const keyOf = (headSha: string, name: string): string => `${headSha}:${name.slice(0, 100)}`;

/** Red checks of this head that are worth running again: probably flaky, not asked for yet, by a credential that may. */
export async function rerunnable(
  deps: DeliveryDeps,
  subject: Subject,
  { headSha, red }: { headSha: string; red: readonly CheckResult[] },
): Promise<Suspect[]> {
  const suspects = await suspectsOf(deps, subject, headSha, red);
  if (suspects.length === 0 || (await refusalOf(deps, subject)) !== null) return [];
  for (const { name } of suspects) if ((await deps.actions.byKey(proposalKey(subject, 'ci.rerun', keyOf(headSha, name)))) !== null) return [];
  return suspects;
}

export async function suspectsOf(deps: DeliveryDeps, subject: Subject, headSha: string, red: readonly CheckResult[]): Promise<Suspect[]> {
  const own = await deps.store.checkResults(deps.db, subject.repository.id, headSha);
  return decideSuspects(red.filter(isForeignCheck), own);
}

/** Why the forge would not run anything again in this repository, as it said within the last day; null: it may. */
export async function refusalOf(deps: DeliveryDeps, { project, repo }: Subject): Promise<string | null> {
  const { items } = await deps.actions.list({ projectId: project.id, kind: 'ci.rerun', status: 'failed', limit: 20 });
  const since = deps.clock.now().getTime() - REFUSAL_KEPT_MS;
  const refused = items.find(
    ({ record, outcome, createdAt }) => record.target.repo === repo.name && outcome?.['code'] === 'rerun_not_allowed' && createdAt.getTime() > since,
  );
  return typeof refused?.outcome?.['error'] === 'string' ? refused.outcome['error'] : null;
}

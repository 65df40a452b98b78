import { AppError } from '#kernel/errors.ts';
import type { Actor, Role } from '#kernel/actor.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db } from '#platform/db/index.ts';
import type { Action, Actions } from '#modules/actions/index.ts';
import type { PolicyInForce } from '#modules/policy/index.ts';
import type { Judged } from './decide.ts';
import type { Approval, ApprovalDetails, Approvals, AskingRule, ForeseenDeciders, ModificationPreview } from './model.ts';
import { wordsOf } from './store.list.ts';

export interface DetailDeps {
  db: Db;
  actions: Pick<Actions, 'describe' | 'foreseeModification'>;
  policy: Pick<PolicyInForce, 'explain' | 'current'>;
}

/** Reads that one approval answers before a person decides it. */
export function createDetails(
  deps: DetailDeps,
  queries: Pick<Approvals, 'get' | 'counts' | 'standings'>,
  eligible: Approvals['eligible'],
  foreseeDeciders: ForeseeDeciders,
): Pick<Approvals, 'details' | 'previewModification'> {
  const found = async (id: string): Promise<Approval> => {
    const approval = await queries.get(id);
    if (approval === null) throw new AppError('not_found', `There is no approval ${id}.`);
    return approval;
  };
  return {
    async details(id, by): Promise<ApprovalDetails> {
      const approval = await found(id);
      const { action } = approval;
      const [rule, votes, people, counts, before, standings] = await Promise.all([
        askingRule(deps, action),
        wordsOf(deps.db, id),
        approval.status === 'pending' ? eligible(id) : [],
        queries.counts(by, by.projects ? { projectIds: by.projects } : {}),
        textsInForce(deps, action),
        queries.standings([approval], by),
      ]);
      const alike = counts.byKind.find(({ kind }) => kind === action.record.kind)?.mine ?? 0;
      const [standing] = standings;
      const isMine = standing?.mayDecide === true && !standing.voted;
      return {
        approval,
        description: deps.actions.describe(action),
        rule,
        votes,
        eligible: people,
        like: Math.max(0, isMine ? alike - 1 : alike),
        before,
      };
    },

    async previewModification(id, args, by) {
      const approval = await found(id);
      const [standing] = await queries.standings([approval], by);
      if (standing?.whyNot) throw refusal(standing.whyNot);
      return foresee({ ...deps, foreseeDeciders }, approval.action, args, by);
    },
  };
}

function refusal({ code, reason }: { code: string; reason: string }): AppError {
  return new AppError(code === 'already_decided' || code === 'expired' ? 'conflict' : 'forbidden', reason, { code });
}

type ForeseeDeciders = (action: Judged & Pick<Action, 'projectId'>, approvers: readonly Role[], by: Actor) => Promise<ForeseenDeciders>;

async function foresee(
  deps: Pick<DetailDeps, 'actions'> & { foreseeDeciders: ForeseeDeciders },
  { id, record, projectId }: Action,
  args: JsonObject,
  by: Actor,
): Promise<ModificationPreview> {
  const answer = await deps.actions.foreseeModification(id, args, by);
  if (!answer.ok) return answer;
  const { kind, risk, reason } = answer.decision;
  const told = { kind, risk, reason };
  if (answer.decision.kind !== 'approval')
    return { ok: true, args: answer.args, decision: { ...told, approvers: [], needed: 0, eligible: [], whyNot: null } };
  const { approvers, minApprovals: needed } = answer.decision;
  // Whoever changes it becomes its proposer, and on high risk that person decides no more.
  const deciders = await deps.foreseeDeciders({ projectId, record: { ...record, risk, proposer: { subject: by.subject } } }, approvers, by);
  return { ok: true, args: answer.args, decision: { ...told, approvers, needed, ...deciders } };
}

/** The same question asked of the policy in force; one that cannot be used explains nothing. */
async function askingRule(deps: DetailDeps, action: Action): Promise<AskingRule> {
  const { record, decision } = action;
  try {
    const facts = { ...decision.facts, args: record.args };
    const told = await deps.policy.explain({ actionKind: record.kind, facts }, action.projectId);
    const { kind, rule, reason, policyHash } = told.decision;
    return {
      inForce: policyHash === record.policy_hash,
      source: told.sources.organisation,
      conditions: told.conditions,
      limits: told.limits.filter(({ state }) => state !== 'unconcerned'),
      now: { kind, rule, reason },
    };
  } catch {
    return { inForce: false, source: null, conditions: [], limits: [], now: null };
  }
}

/** What a proposed text would replace, where that is known: the policy in force, while it is the one the proposal was made against. */
async function textsInForce({ policy }: DetailDeps, { record }: Action): Promise<Record<string, string>> {
  if (record.kind !== 'policy.update') return {};
  const now = await policy.current().catch(() => null);
  return now !== null && now.hash === record.args['replaces'] ? { 'args.text': now.text } : {};
}

import type { JsonObject } from '#kernel/json.ts';
import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import { ACTION_KINDS, type ActionExecutor, type Actions } from '#modules/actions/index.ts';
import {
  insistOnPeople,
  parsePolicy,
  type PolicyDecision,
  type PolicyInForce,
  type PolicyPort,
  type PolicyVersions,
  type ProposedActivation,
  type RecordedDecision,
} from '#modules/policy/index.ts';
import type { Settings } from '#modules/settings/index.ts';

/** The policy as `compliance.mode` has it: in strict mode people decide what it would run by itself. */
export function withComplianceMode(policy: PolicyInForce, settings: Pick<Settings, 'get'>): PolicyInForce {
  const insisted = async (decision: PolicyDecision): Promise<PolicyDecision> =>
    (await settings.get('compliance.mode')) === 'strict' ? insistOnPeople(decision) : decision;
  return {
    current: policy.current,
    evaluate: async (question, projectId, known) => insisted(await policy.evaluate(question, projectId, known)),
    async explain(question, projectId) {
      const explanation = await policy.explain(question, projectId);
      return { ...explanation, decision: await insisted(explanation.decision) };
    },
  };
}

const POLICY_TARGET = { forge: 'reeve', repo: 'policy' };

const PAGE = 200;

/** Decisions as the records of their actions tell them, newest first; of one kind when it is named. */
export async function* decisionHistory(actions: Pick<Actions, 'list'>, since: Date, kind?: string): AsyncGenerator<RecordedDecision> {
  let cursor: string | undefined;
  do {
    const page = await actions.list({ limit: PAGE, ...(cursor === undefined ? {} : { cursor }), ...(kind === undefined ? {} : { kind }) });
    for (const action of page.items) {
      if (action.createdAt < since) return;
      const { id: actionId, record, projectId, decision, createdAt: at } = action;
      yield { actionId, actionKind: record.kind, projectId, at, decision, args: record.args };
    }
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}

/** Proposes the activation of a text as the action `policy.update`, which people decide. */
export function createPolicyProposals(deps: { actions: Pick<Actions, 'propose' | 'transaction'> }) {
  return async (args: JsonObject, by: Actor, idempotencyKey: string): Promise<ProposedActivation> => {
    const action = await deps.actions.transaction((tx) =>
      deps.actions.propose(tx, {
        kind: 'policy.update',
        target: POLICY_TARGET,
        args,
        proposer: { subject: by.subject },
        triggerUser: by.subject.startsWith('person:') ? by.subject.slice('person:'.length) : null,
        projectId: null,
        workItemId: null,
        idempotencyKey,
        runBy: 'executor',
      }),
    );
    return { actionId: action.id, digest: action.digest, status: action.status };
  };
}

/** `POST /v1/actions/propose` may not bring a policy: what it would change has to be on the card, and only `activate` puts it there. */
export function refusePolicyByHand({ kind, target }: { kind: string; target: { forge: string; repo: string } }): void {
  if (kind !== 'policy.update' && (target.forge !== POLICY_TARGET.forge || target.repo !== POLICY_TARGET.repo)) return;
  throw new AppError('refused', 'A policy is proposed by `reeve policy activate FILE`, with what it would change.', { code: 'policy_by_activation' });
}

/** The effect of `policy.update`: the approved text is in force, once, and only over the policy it was approved against. */
export function registerPolicyUpdate(actions: ActionExecutor, parts: { policy: PolicyPort; versions: PolicyVersions }): void {
  const textOf = (args: JsonObject, name: string): string => (typeof args[name] === 'string' ? args[name] : '');
  const happened = async (actionId: string): Promise<JsonObject | null> => {
    const version = await parts.versions.ofAction(actionId);
    return version === null ? null : { version: version.nr, hash: version.hash };
  };
  actions.register({
    kind: 'policy.update',
    async check({ record }) {
      const { args } = record;
      const { hash } = await parts.policy.current();
      if (hash !== args['replaces']) return 'The policy in force is no longer the one this was approved against.';
      const parsed = parsePolicy(textOf(args, 'text'), ACTION_KINDS);
      return parsed.ok && parsed.value.hash === args['hash'] ? null : 'The text is not the one that was simulated.';
    },
    probe: (action) => happened(action.id),
    async run(action) {
      const { args, proposer } = action.record;
      const done = await happened(action.id);
      if (done !== null) return done;
      const version = await parts.versions.activate({
        text: textOf(args, 'text'),
        source: textOf(args, 'source'),
        by: proposer.subject,
        actionId: action.id,
      });
      return { version: version.nr, hash: version.hash };
    },
  });
}

import type { Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { BranchGuard } from '#ports/forge-read.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { WorkflowEngine } from '#platform/workflow/model.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import type { PersonalMode } from '#kernel/sanitize.personal.ts';
import type { EngineAnswers, Facts, PolicyDecision, PolicyPort } from '#modules/policy/index.ts';
import { decideFacts, isForOutside } from './decide.facts.ts';
import type { ACTION_EVENTS } from './events.ts';
import type { ActionNotice, Effect, Proposal, ProposingTx } from './model.ts';
import { withoutPersonalArgs } from './model.text.ts';
import type { OutgoingText } from './steps.outgoing.ts';
import type { ActionRow } from './store.ts';
import type { Locks } from './store.lock.ts';

export interface ActionsDeps {
  db: Db;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  policy: PolicyPort;
  workflow: Pick<WorkflowEngine, 'send'>;
  /** Name of the installation; part of every digest, so that no decision can be carried to another one. */
  organisation: string;
  /**
   * Facts about the circumstances as they are now, which no proposer can override: `plan.approved`, `repo.tier`,
   * `target.is_default`, `target.is_checked_out`, `channel.public` … Called at proposal and again at execution.
   */
  facts(proposal: Proposal): Promise<Facts>;
  /**
   * Null when the target may be touched; else the sentence that says why not (outside the allowlist, project opted out). Asked at
   * proposal and again at execution.
   */
  refusal(proposal: Pick<Proposal, 'kind' | 'target' | 'projectId' | 'workItemId'>): Promise<string | null>;
  /**
   * For an action of high risk: how the branch it ends on is guarded against Reeve itself, and whether an admin vouches for what cannot be
   * read. Null: nothing guards branches there. Asked right before execution, never in a transaction.
   */
  guard(proposal: Pick<Proposal, 'kind' | 'target'>): Promise<{ guard: BranchGuard; branch: string; attested: boolean } | null>;
  /**
   * Whether this is only recorded: shadow mode of the installation, or the rollout stage of the project. The policy's own `shadow` counts
   * as well. Asked at proposal and again at execution.
   */
  shadow(proposal: Pick<Proposal, 'kind' | 'target' | 'args' | 'projectId' | 'workItemId'>): boolean | Promise<boolean>;
  /** This process, for intents (`workflow.executor`). */
  executor(): { id: string; epoch: number };
  /** What every text passes before it is stored and before it leaves. */
  outgoing: OutgoingText;
  /** Role of a person now; null when gone or inactive. A voter's role is checked again at execution. */
  roleOf(personId: string): Promise<Role | null>;
}

/** `deps` with what one `createActions` keeps. */
export interface Context extends ActionsDeps {
  effects: Map<string, Effect>;
  locks: Locks;
  /** What an outside engine answered before a transaction that `transaction` began. */
  answers: WeakMap<Tx, EngineAnswers>;
}

/** The limit `pii_redaction` in force. Where nothing leaves, and where no policy can be read (it denies everything): `strict`. */
async function redactionNow({ policy }: Context, proposal: Proposal): Promise<PersonalMode> {
  if (!isForOutside(proposal)) return 'strict';
  return policy.current(proposal.projectId).then(
    ({ limits }) => limits.pii_redaction,
    () => 'strict',
  );
}

/**
 * The proposal as it would leave: under `pii_redaction: standard` with the class in place of personal data. To be asked for before the
 * record and its digest are made, so that people decide on what is sent.
 */
export async function asItLeaves(context: Context, proposal: Proposal): Promise<Proposal> {
  if ((await redactionNow(context, proposal)) !== 'standard') return proposal;
  return { ...proposal, args: withoutPersonalArgs(proposal.kind, proposal.args) };
}

/**
 * What policy says now. With a `tx`, an outside engine is not asked: EngineUnasked where it has not answered yet. Without, it is, for at most
 * `ENGINE_TIMEOUT_MS`, after which the answer is no: in no transaction.
 */
export async function evaluateNow(
  context: Context,
  proposal: Proposal,
  tx: ProposingTx | null = null,
): Promise<{ decision: PolicyDecision; facts: Facts }> {
  const known = tx === null ? undefined : answersOf(context, tx);
  const facts = decideFacts(proposal, await context.facts(proposal), await redactionNow(context, proposal));
  return { facts, decision: await context.policy.evaluate({ actionKind: proposal.kind, facts }, proposal.projectId, known) };
}

/** The type keeps other transactions away; this stops what came around it. */
function answersOf({ answers }: Context, tx: ProposingTx): EngineAnswers {
  const known = answers.get(tx);
  if (known !== undefined) return known;
  throw new AppError('internal', 'An action was proposed in a transaction that `actions.transaction` did not begin.', {
    code: 'transaction_not_proposing',
  });
}

/** An unreadable policy denies everything anyway, so it does not count as shadow. */
export async function shadowNow(context: Context, proposal: Proposal): Promise<boolean> {
  if (await context.shadow(proposal)) return true;
  return context.policy.current(proposal.projectId).then(
    (policy) => policy.shadow,
    () => false,
  );
}

/** Ledger entry and outbox event of one change. The args are left out: the digest binds them, and they may hold long texts. */
export async function record(
  context: Context,
  tx: Tx,
  row: ActionRow,
  event: (typeof ACTION_EVENTS)[keyof typeof ACTION_EVENTS],
  actor: string,
  extra: JsonObject = {},
): Promise<void> {
  const { record: action } = row;
  context.ledger.append(tx, {
    kind: event,
    subject: row.id,
    actor,
    projectId: row.projectId,
    workItemId: row.workItemId,
    payload: { kind: action.kind, digest: row.digest, target: action.target, ...extra },
  });
  await announce(context, tx, row, event, extra);
}

export async function announce(context: Context, tx: Tx, row: ActionRow, event: string, extra: JsonObject = {}): Promise<void> {
  const { record: action } = row;
  await context.outbox.put(tx, {
    type: event,
    subject: row.id,
    workItemId: row.workItemId,
    projectId: row.projectId,
    data: { kind: action.kind, status: row.status, risk: action.risk, run_by: row.runBy, target: action.target, ...extra },
  });
}

/** Wakes the workflow that waits for an action, once per state. */
export async function notify(context: Context, tx: Tx, row: ActionRow, notice: Omit<ActionNotice, 'actionId'>): Promise<void> {
  if (row.notifyWorkflow === null) return;
  await context.workflow.send(tx, row.notifyWorkflow, `action:${row.id}`, { actionId: row.id, ...notice }, `action:${row.id}:${notice.status}`);
}

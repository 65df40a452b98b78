import type { Actor, Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { Action, ActionExecutor, Actions, ProposingTx } from '#modules/actions/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { decideMany } from './commands.batch.ts';
import { eligiblePeople, foreseeDeciders, noteApproval, reassignApproval, remindDue } from './commands.notes.ts';
import { confirmationOf, decideConfirmation } from './decide.confirm.ts';
import { decideEligibility, type Decider } from './decide.ts';
import type { Approvals, DecisionRequest } from './model.ts';
import { createDetails, type DetailDeps } from './queries.details.ts';
import { createQueries } from './queries.ts';
import { castNo, castYes, expireApprovals, findApproval, insertVote, takePending, votesOf, type ApprovalRow, type Vote } from './store.ts';

export interface ApprovalsDeps {
  db: Db;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  people: { get(id: string): Promise<Decider | null>; active(): Promise<Array<{ id: string; handle: string; role: Role }>> };
  /** Ids of the projects each of these people is limited to; who is not in the answer is not limited. Left out: nobody is. */
  projectsOfEach?(personIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Title of each of these issues, by id. Left out: approvals are shown without. */
  issuesOf?(workItemIds: readonly string[]): Promise<ReadonlyMap<string, { title: string }>>;
  actions: Pick<Actions, 'get' | 'many' | 'guardRefusals' | 'describe' | 'headline' | 'foreseeModification' | 'modify' | 'transaction'> &
    Pick<ActionExecutor, 'settle'>;
  policy: DetailDeps['policy'];
  /** Whether the requester may decide on path repositories of this project. */
  selfApproval(projectId: string | null): 'never' | 'local' | Promise<'never' | 'local'>;
  /** Whether a yes to high risk needs the repository's name whoever sends it; default: only where a person clicks or types. */
  confirmAlways?(): boolean | Promise<boolean>;
}

const EXPIRE_BATCH = 100;

/** People's decisions on actions: a row first, then whoever waits is woken. */
export function createApprovals(deps: ApprovalsDeps): Approvals {
  const queries = createQueries(deps);
  const reread = async (id: string) => {
    const approval = await queries.get(id);
    if (approval === null) throw missing(id);
    return approval;
  };
  const decideOne: Approvals['decide'] = async (id, request, by) => {
    await decide(deps, id, request, by);
    return reread(id);
  };
  const eligible = (id: string) => eligiblePeople(deps, id);
  return {
    ...queries,
    ...createDetails(deps, queries, eligible, (action, approvers, by) => foreseeDeciders(deps, action, approvers, by)),
    decide: decideOne,
    decideMany: (request, by) => decideMany(deps, decideOne, request, by),
    async note(id, note, by) {
      await noteApproval(deps, id, note, by);
      return reread(id);
    },
    async reassign(id, to, reason, by) {
      await reassignApproval(deps, id, to, reason, by);
      return reread(id);
    },
    eligible,
    remindDue: () => remindDue(deps),
    async expireDue() {
      let expired = 0;
      for (;;) {
        const batch = await deps.db.tx((tx) => expireBatch(deps, tx));
        expired += batch;
        if (batch < EXPIRE_BATCH) return expired;
      }
    },
  };
}

const missing = (id: string) => new AppError('not_found', `There is no approval ${id}.`);

async function decide(deps: ApprovalsDeps, id: string, request: DecisionRequest, by: Actor): Promise<void> {
  const { action, vote, approvers } = await admit(deps, id, request, by);
  if (request.decision === 'modify' && request.modifiedArgs === undefined)
    throw new AppError('invalid', 'A modification needs modified_args.', { code: 'modified_args_missing' });
  const unconfirmed = decideConfirmation(action, request, request.typed === true || (await deps.confirmAlways?.()) === true);
  if (unconfirmed !== null && (await isPending(deps, vote))) {
    const hint = request.typed === true ? `Its name is ${confirmationOf(action)}.` : 'Send it as confirm, or use --confirm NAME.';
    throw new AppError('invalid', unconfirmed.reason, { code: unconfirmed.code, hint });
  }
  await crashpoint('approval.decide.before');
  await deps.actions.transaction(async (tx) => {
    const taken = await cast(tx, request, vote);
    if (taken === null) throw await lost(tx, vote);
    await insertVote(tx, vote, request.decision);
    await recordVote(deps, tx, action, { vote, decision: request.decision, approvers, taken });
    await carryOut(deps, tx, { id, request, by, taken });
  });
  await crashpoint('approval.decide.after');
}

/** Whoever comes too late hears who won, not what they forgot to type. */
async function isPending(deps: ApprovalsDeps, vote: Vote): Promise<boolean> {
  const now = await findApproval(deps.db, vote.id);
  return now !== null && now.status === 'pending' && !now.overdue && now.digest === vote.digest;
}

/** Who may not decide is told so before anything else; AppError forbidden, not_found. */
async function admit(deps: ApprovalsDeps, id: string, request: DecisionRequest, by: Actor) {
  const person = by.personId === null ? null : await deps.people.get(by.personId);
  const row = await findApproval(deps.db, id);
  const action = await deps.actions.get(id);
  if (row === null || action === null) {
    const stranger = decideStranger(by);
    throw stranger ?? missing(id);
  }
  const eligibility = decideEligibility(action, row.approvers, by, person, await deps.selfApproval(action.projectId));
  if (eligibility.kind === 'refused') throw new AppError('forbidden', eligibility.reason, { code: eligibility.code });
  const vote: Vote = {
    id,
    digest: request.digest,
    personId: by.personId as string,
    subject: by.subject,
    role: by.role,
    reason: request.reason ?? null,
    selfApproved: eligibility.requester,
  };
  return { action, vote, approvers: row.approvers };
}

function decideStranger(by: Actor): AppError | null {
  if (by.kind === 'person' && by.personId !== null && by.role !== 'agent') return null;
  return new AppError('forbidden', 'Only people decide.', { code: by.kind === 'agent' ? 'agent_never_decides' : 'no_person' });
}

function cast(tx: Tx, request: DecisionRequest, vote: Vote): Promise<ApprovalRow | null> {
  if (request.decision === 'approve') return castYes(tx, vote);
  return request.decision === 'decline' ? castNo(tx, vote) : takePending(tx, vote.id, vote.digest);
}

/** Why the swap did not happen, read after it: the winner's decision is committed by then. */
async function lost(tx: Tx, vote: Vote): Promise<AppError> {
  const now = await findApproval(tx, vote.id);
  if (now === null) return missing(vote.id);
  if (now.digest !== vote.digest)
    return new AppError('conflict', 'The digest is not the one of this action; read it again.', { code: 'digest_mismatch' });
  const outcome = {
    status: now.overdue ? 'expired' : now.status,
    decided_by: now.decidedBy,
    decided_at: now.decidedAt?.toISOString() ?? null,
    reason: now.reason,
  };
  if (now.overdue || now.status === 'expired')
    return new AppError('conflict', 'The time to decide is over.', { code: 'expired', detail: { outcome } });
  if (now.status === 'pending')
    return new AppError('conflict', 'You have approved this already; it waits for somebody else.', { code: 'already_voted', detail: { outcome } });
  const why = now.status === 'withdrawn' && now.reason !== null ? ` ${now.reason}` : '';
  return new AppError('conflict', `It was ${now.status} by ${now.decidedBy ?? 'somebody'} already.${why}`, {
    code: 'already_decided',
    detail: { outcome },
  });
}

interface Cast {
  vote: Vote;
  decision: DecisionRequest['decision'];
  approvers: readonly string[];
  taken: ApprovalRow;
}

async function recordVote(deps: ApprovalsDeps, tx: Tx, action: Action, { vote, decision, approvers, taken }: Cast): Promise<void> {
  const data: JsonObject = {
    decision,
    digest: vote.digest,
    kind: action.record.kind,
    reason: vote.reason,
    self_approved: vote.selfApproved,
    yes: taken.yesBy.length,
    needed: taken.needed,
  };
  deps.ledger.append(tx, {
    kind: 'approval.voted',
    subject: action.id,
    actor: vote.subject,
    projectId: action.projectId,
    workItemId: action.workItemId,
    payload: { ...data, person: vote.personId, role: vote.role, approvers: [...approvers] },
  });
  await deps.outbox.put(tx, { type: 'approval.voted', subject: action.id, projectId: action.projectId, workItemId: action.workItemId, data });
}

interface Decided {
  id: string;
  request: DecisionRequest;
  by: Actor;
  taken: ApprovalRow;
}

async function carryOut(deps: ApprovalsDeps, tx: ProposingTx, { id, request, by, taken }: Decided): Promise<void> {
  const reason = request.reason ?? null;
  if (request.decision === 'modify') {
    await deps.actions.modify(tx, id, request.modifiedArgs ?? {}, by);
    return;
  }
  if (taken.status === 'declined') await deps.actions.settle(tx, id, { status: 'declined', by: by.subject, reason });
  if (taken.status !== 'approved') return;
  const votes = await votesOf(tx, id);
  const voters = votes
    .filter(({ decision, personId }) => decision === 'approve' && taken.yesBy.includes(personId))
    .map(({ personId, subject, role }) => ({ personId, subject, role }));
  await deps.actions.settle(tx, id, { status: 'approved', by: by.subject, reason, voters, selfApproved: taken.selfApproved });
}

async function expireBatch(deps: ApprovalsDeps, tx: Tx): Promise<number> {
  const ids = await expireApprovals(tx, EXPIRE_BATCH);
  for (const id of ids) await deps.actions.settle(tx, id, { status: 'expired', by: 'system', reason: 'Nobody decided in time.' });
  return ids.length;
}

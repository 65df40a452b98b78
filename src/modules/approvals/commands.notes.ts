import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { toStorableText } from '#kernel/text.ts';
import type { Tx } from '#platform/db/index.ts';
import type { Action } from '#modules/actions/index.ts';
import type { ApprovalsDeps } from './commands.ts';
import { isAnybodyAsked, nextRole, roleAsked } from './decide.asked.ts';
import { decideEligibility, type Judged } from './decide.ts';
import type { ForeseenDeciders, Note } from './model.ts';
import { findApproval, type ApprovalRow } from './store.ts';
import { insertNote, lockPending, setAsked, takeEscalations, takeReminders } from './store.notes.ts';

/** Persisted names of what happens around an approval; outbox events and ledger entries. */
const EVENTS = {
  question: 'approval.noted',
  answer: 'approval.noted',
  reassigned: 'approval.reassigned',
  reminded: 'approval.reminded',
  escalated: 'approval.escalated',
} as const;

const BATCH = 50;

/** A question or an answer of a person; the approval stays as it is. */
export async function noteApproval(deps: ApprovalsDeps, id: string, note: { kind: 'question' | 'answer'; text: string }, by: Actor): Promise<void> {
  await admitPerson(deps, by);
  const text = toStorableText(note.text).trim();
  if (text === '' || text.length > 2000) throw new AppError('invalid', 'A note has 1 to 2,000 characters.', { code: 'note_length' });
  const action = await required(deps, id);
  await deps.db.tx(async (tx) => {
    await pending(tx, id);
    await write(deps, tx, action, { kind: note.kind, by: by.subject, text });
  });
}

/** Asks somebody else. Who passes it on must be able to decide it, and so must whoever it is passed to. */
export async function reassignApproval(deps: ApprovalsDeps, id: string, to: string, reason: string | null, by: Actor): Promise<void> {
  const row = await findApproval(deps.db, id);
  if (row === null) throw new AppError('not_found', `There is no approval ${id}.`);
  const action = await required(deps, id);
  const person = by.personId === null ? null : await deps.people.get(by.personId);
  const may = decideEligibility(action, row.approvers, by, person, await deps.selfApproval(action.projectId));
  if (may.kind === 'refused') throw new AppError('forbidden', may.reason, { code: may.code });
  refuseUnasked(to, row.approvers, await ablePeople(deps, row.approvers, action));
  await deps.db.tx(async (tx) => {
    await pending(tx, id);
    await setAsked(tx, id, to);
    const why = reason === null || reason.trim() === '' ? '' : `: ${toStorableText(reason).slice(0, 1500)}`;
    await write(deps, tx, action, { kind: 'reassigned', by: by.subject, text: `${to}${why}` });
  });
}

/** Where nobody would be asked who could decide, it waits until its time is over. */
function refuseUnasked(to: string, approvers: readonly Role[], able: readonly Able[]): void {
  const role = roleAsked(to, approvers);
  if (role !== null && isAnybodyAsked(role, able)) return;
  if (role !== null)
    throw new AppError('invalid', `Nobody of the role ${role} or above may decide it and sees its project.`, {
      code: 'nobody_of_role',
      hint: 'Name a person who may decide it, or another role.',
    });
  const asked = able.find(({ subject }) => subject === to);
  if (asked === undefined)
    throw new AppError('invalid', 'It can only be passed to somebody who may decide it.', {
      code: 'not_eligible',
      hint: `Name person:<handle> or role:<role>; it waits for ${approvers.join(' or ')}.`,
    });
  if (!asked.sees)
    throw new AppError('invalid', `${to} is limited to other projects and cannot see it.`, {
      code: 'not_in_their_projects',
      hint: 'Name somebody who sees the project, or a role.',
    });
}

/** Everybody who may decide this action now, and sees it. */
export async function eligiblePeople(deps: ApprovalsDeps, id: string): Promise<string[]> {
  const row = await findApproval(deps.db, id);
  const action = await required(deps, id);
  if (row === null) return [];
  return seeing(await ablePeople(deps, row.approvers, action));
}

const seeing = (able: readonly Able[]): string[] => able.filter(({ sees }) => sees).map(({ subject }) => subject);

/** Who could decide an action that is not there yet, and why the caller could not; null: they could. */
export async function foreseeDeciders(deps: ApprovalsDeps, action: Deciding, approvers: readonly Role[], by: Actor): Promise<ForeseenDeciders> {
  const person = by.personId === null ? null : await deps.people.get(by.personId);
  const found = decideEligibility(action, approvers, by, person, await deps.selfApproval(action.projectId));
  const whyNot = found.kind === 'refused' ? { code: found.code, reason: found.reason } : null;
  return { eligible: seeing(await ablePeople(deps, approvers, action)), whyNot };
}

/** What of an action says who may decide it and see it. */
type Deciding = Judged & Pick<Action, 'projectId'>;

interface Able {
  subject: string;
  role: Role;
  sees: boolean;
}

/** Who holds what a decision on the action needs; `sees`: and is not limited to other projects. What is of no project, nobody limited sees. */
async function ablePeople(deps: ApprovalsDeps, approvers: readonly Role[], action: Deciding): Promise<Able[]> {
  const selfApproval = await deps.selfApproval(action.projectId);
  const able = (await deps.people.active()).flatMap((person) => {
    const as: Actor = { kind: 'person', subject: `person:${person.handle}`, role: person.role, personId: person.id };
    const may = decideEligibility(action, approvers, as, { ...person, active: true }, selfApproval);
    return may.kind === 'eligible' ? [{ id: person.id, subject: as.subject, role: person.role }] : [];
  });
  const limits = await deps.projectsOfEach?.(able.map(({ id }) => id));
  return able.map(({ id, subject, role }) => ({ subject, role, sees: limits?.get(id)?.includes(action.projectId ?? '') ?? true }));
}

/** Reminders and escalations that are due, each once; safe from several workers at once. */
export async function remindDue(deps: ApprovalsDeps): Promise<{ reminded: number; escalated: number }> {
  const reminded = await inBatches(deps, takeReminders, async (tx, row, action) => {
    const asked = row.asked ?? row.approvers.map((role) => `role:${role}`).join(', ');
    await write(deps, tx, action, { kind: 'reminded', by: 'system', text: `${asked}: half of the time is over.` });
  });
  const escalated = await inBatches(deps, takeEscalations, async (tx, row, action) => {
    const role: Role | null = nextRole(row.approvers);
    if (role === null) return;
    await setAsked(tx, row.id, `role:${role}`);
    await write(deps, tx, action, { kind: 'escalated', by: 'system', text: `role:${role}: nobody has decided yet.` });
  });
  return { reminded, escalated };
}

type Take = (tx: Tx, limit: number) => Promise<ApprovalRow[]>;

async function inBatches(deps: ApprovalsDeps, take: Take, work: (tx: Tx, row: ApprovalRow, action: Action) => Promise<void>): Promise<number> {
  for (let done = 0; ;) {
    const taken = await deps.db.tx(async (tx) => {
      const rows = await take(tx, BATCH);
      for (const row of rows) await work(tx, row, await required(deps, row.id));
      return rows.length;
    });
    done += taken;
    if (taken < BATCH) return done;
  }
}

async function required(deps: ApprovalsDeps, id: string): Promise<Action> {
  const action = await deps.actions.get(id);
  if (action === null) throw new AppError('not_found', `There is no approval ${id}.`);
  return action;
}

async function pending(tx: Tx, id: string): Promise<ApprovalRow> {
  const row = await lockPending(tx, id);
  if (row !== null) return row;
  const now = await findApproval(tx, id);
  if (now === null) throw new AppError('not_found', `There is no approval ${id}.`);
  const status = now.overdue ? 'expired' : now.status;
  throw new AppError('conflict', `It is ${status} already.`, { code: 'already_decided', detail: { outcome: { status, decided_by: now.decidedBy } } });
}

/** Notes are people's, and not of those who only look on. */
async function admitPerson(deps: ApprovalsDeps, by: Actor): Promise<void> {
  const person = by.kind !== 'person' || by.personId === null ? null : await deps.people.get(by.personId);
  if (person === null || !person.active) throw new AppError('forbidden', 'Only people ask and answer here.', { code: 'no_person' });
  if (!isAtLeast(by.role, 'developer') || !isAtLeast(person.role, 'developer'))
    throw new AppError('forbidden', 'This needs the role developer.', { code: 'role_missing' });
}

async function write(deps: ApprovalsDeps, tx: Tx, action: Action, note: Omit<Note, 'at'>): Promise<void> {
  await insertNote(tx, action.id, note);
  const type = EVENTS[note.kind];
  const data: JsonObject = { note: note.kind, text: note.text, kind: action.record.kind, digest: action.digest };
  const of = { subject: action.id, projectId: action.projectId, workItemId: action.workItemId };
  deps.ledger.append(tx, { ...of, kind: type, actor: note.by, payload: data });
  await deps.outbox.put(tx, { ...of, type, data });
}

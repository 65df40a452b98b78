import type { Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import { toStorableText } from '#kernel/text.ts';
import type { Tx } from '#platform/db/index.ts';
import { closeApproval } from '#modules/approvals/index.ts';
import { notify, record, type Context } from './commands.context.ts';
import { required } from './commands.settle.ts';
import { decideAccount, decideGlass, type GlassPerson, type GlassRefusal } from './decide.break-glass.ts';
import { ACTION_EVENTS } from './events.ts';
import type { BreakGlass, BreakGlassRequest, GlassAccount, Voter } from './model.ts';
import { confirmGlass, findGlass, lockGlass, openGlass, writeAccount, type GlassRow, type GlassWord } from './store.break-glass.ts';
import { moveAction, type ActionRow } from './store.ts';

/**
 * The emergency exit of one action that waits for people: the first person opens it with a reason, a second one confirms it within
 * fifteen minutes, and the action is allowed without its approvers. Allowlist, preconditions and denials hold as ever. Both words are ledger
 * entries in the transaction that makes them true, so that nothing is opened when the ledger cannot be written.
 */
export async function breakGlass(context: Context, id: string, request: BreakGlassRequest, by: Actor): Promise<BreakGlass> {
  return context.db.tx(async (tx) => {
    const row = await required(tx, id);
    const refusal = decideGlass(row, by, await personOf(context, by));
    if (refusal !== null) throw refused(refusal);
    if (row.digest !== request.digest)
      throw new AppError('conflict', 'The digest is not the one of this action; read it again.', { code: 'digest_mismatch' });
    const word = wordOf(id, request, by);
    const confirmed = await confirmGlass(tx, word);
    if (confirmed !== null) return use(context, tx, row, confirmed);
    const opened = await openGlass(tx, word);
    if (opened === null) throw await standing(tx, id);
    await tell(context, tx, row, ACTION_EVENTS.glassOpened, opened);
    return present(opened);
  });
}

/**
 * What happened, in the words of one who may break glass, once it was broken: the third word about it, and a ledger entry like the other two in
 * the transaction that stores it.
 */
export async function accountForGlass(context: Context, id: string, given: string, by: Actor): Promise<GlassAccount> {
  const text = toStorableText(given).trim();
  if (text.length < 10 || text.length > 5000)
    throw new AppError('invalid', 'What happened is told in 10 to 5,000 characters.', { code: 'account_length' });
  return context.db.tx(async (tx) => {
    const row = await required(tx, id);
    const person = await personOf(context, by);
    const refusal = decideAccount(await lockGlass(tx, id), by, person);
    if (refusal !== null) throw refused(refusal);
    const { at } = await writeAccount(tx, { actionId: id, text, subject: by.subject });
    await record(context, tx, row, ACTION_EVENTS.glassAccounted, by.subject, { emergency: true, risk: row.record.risk, account: text });
    return { text, by: by.subject, at };
  });
}

async function personOf(context: Context, { personId }: Actor): Promise<GlassPerson | null> {
  const role = personId === null ? null : await context.roleOf(personId);
  return role === null ? null : { role, active: true };
}

/** What stands in the way is a conflict; who may not is forbidden. */
const CONFLICTS = new Set(['not_pending', 'not_broken', 'account_written']);

function refused({ code, reason }: GlassRefusal): AppError {
  return new AppError(CONFLICTS.has(code) ? 'conflict' : 'forbidden', reason, { code });
}

function wordOf(actionId: string, request: BreakGlassRequest, by: Actor): GlassWord {
  const reason = toStorableText(request.reason).trim();
  if (reason.length < 10 || reason.length > 2000)
    throw new AppError('invalid', 'Breaking glass needs a reason of 10 to 2,000 characters.', { code: 'reason_length' });
  return { actionId, digest: request.digest, reason, personId: by.personId as string, subject: by.subject, role: by.role };
}

/** Why neither word counted: somebody's stands already. */
async function standing(tx: Tx, id: string): Promise<AppError> {
  const now = await findGlass(tx, id);
  if (now !== null && now.confirmedAt === null)
    return new AppError('conflict', `${now.openedSubject} opened it; a second person confirms it.`, {
      code: 'second_person_needed',
      detail: { expires_at: now.expiresAt.toISOString() },
    });
  return new AppError('conflict', 'This emergency exit was used already.', { code: 'glass_used' });
}

async function use(context: Context, tx: Tx, row: ActionRow, glass: GlassRow): Promise<BreakGlass> {
  const voters = votersOf(glass);
  const by = glass.confirmedSubject ?? 'somebody';
  const reason = `Glass broken by ${glass.openedSubject} and ${by}: ${glass.reason}`;
  const moved = await moveAction(tx, row.id, ['pending'], {
    status: 'approved',
    authorization: { by: 'break_glass', voters, reason: glass.reason, expiresAt: glass.expiresAt.toISOString() },
  });
  if (moved === null) throw new AppError('conflict', 'The action is no longer pending.', { code: 'already_decided' });
  await closeApproval(tx, row.id, 'withdrawn', by, reason.slice(0, 2000));
  await tell(context, tx, row, ACTION_EVENTS.glassBroken, glass);
  await record(context, tx, moved, ACTION_EVENTS.approved, by, {
    break_glass: true,
    reason,
    voters: voters.map(({ subject, role }) => ({ subject, role })),
  });
  await notify(context, tx, moved, { status: 'approved', by, reason, supersededBy: null });
  return present(glass);
}

function votersOf(glass: GlassRow): Voter[] {
  return [
    { personId: glass.openedBy, subject: glass.openedSubject, role: glass.openedRole },
    { personId: glass.confirmedBy ?? '', subject: glass.confirmedSubject ?? '', role: glass.confirmedRole ?? 'viewer' },
  ];
}

async function tell(
  context: Context,
  tx: Tx,
  row: ActionRow,
  event: typeof ACTION_EVENTS.glassOpened | typeof ACTION_EVENTS.glassBroken,
  glass: GlassRow,
): Promise<void> {
  const extra: JsonObject = {
    emergency: true,
    risk: row.record.risk,
    reason: glass.reason,
    opened_by: glass.openedSubject,
    confirmed_by: glass.confirmedSubject,
    expires_at: glass.expiresAt.toISOString(),
  };
  await record(context, tx, row, event, glass.confirmedSubject ?? glass.openedSubject, extra);
}

const present = (glass: GlassRow): BreakGlass => ({
  actionId: glass.actionId,
  state: glass.confirmedAt === null ? 'opened' : 'broken',
  reason: glass.reason,
  openedBy: glass.openedSubject,
  confirmedBy: glass.confirmedSubject,
  expiresAt: glass.expiresAt,
});

import { SYSTEM_ACTOR, type Actor } from '#kernel/actor.ts';
import { AppError } from '#kernel/errors.ts';
import type { PersonId } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { refuseMoved } from '#kernel/revision.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { Tx } from '#platform/db/index.ts';
import { refuseRoleAbove, type PeopleDeps } from './commands.ts';
import { TeamInput, toExternalId, type Identity, type Person, type Team, type TeamChange } from './model.ts';
import * as identities from './store.identities.ts';
import { personById, personByIdentity } from './store.ts';
import * as teams from './store.teams.ts';

export async function linkIdentity(deps: PeopleDeps, link: { source: string; externalId: string; personId: string }, by: Actor): Promise<Identity> {
  const identity: Identity = {
    id: deps.ids.next('identity'),
    source: link.source,
    externalId: toExternalId(link.source, link.externalId),
    personId: link.personId as PersonId,
    accountId: null,
    createdAt: deps.clock.now(),
  };
  if (identity.source === '' || identity.externalId === '') throw new AppError('invalid', 'An identity needs a source and an external id.');
  return deps.db.tx(async (tx) => {
    const person = await personById(tx, link.personId);
    if (person === undefined) throw new AppError('invalid', 'There is no such person.', { code: 'missing_reference' });
    refuseRoleAbove(person.role, by);
    if (await identities.insertIdentity(tx, identity)) {
      await record(deps, tx, { kind: 'identity.linked', subject: identity.id, by, payload: identityFacts(identity) });
      return identity;
    }
    const known = await identities.identityByExternalId(tx, identity.source, identity.externalId);
    if (known?.personId === identity.personId) return known;
    throw new AppError('conflict', `${identity.externalId} on ${identity.source} is linked to somebody else.`, { code: 'taken' });
  });
}

export async function unlinkIdentity(deps: PeopleDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const removed = await identities.deleteIdentity(tx, id);
    if (removed === undefined) throw new AppError('not_found', 'There is no such identity.');
    await record(deps, tx, { kind: 'identity.unlinked', subject: id, by, payload: identityFacts(removed) });
  });
}

/** See `People.recognize`. Two first uses at once keep one account. */
export async function recognize(deps: PeopleDeps, given: { source: string; externalId: string; accountId: string | null }): Promise<Person | null> {
  const { source, accountId } = given;
  const externalId = toExternalId(source, given.externalId);
  if (accountId !== null && (await accountOf(deps, { source, externalId, accountId })) !== accountId) return null;
  return (await personByIdentity(deps.db, source, externalId)) ?? null;
}

/** The account that is kept with the identity, the given one at its first use; null: there is no such identity. */
async function accountOf(deps: PeopleDeps, used: { source: string; externalId: string; accountId: string }): Promise<string | null> {
  const known = await identities.identityByExternalId(deps.db, used.source, used.externalId);
  if (known === undefined || known.accountId !== null) return known?.accountId ?? null;
  return deps.db.tx(async (tx) => {
    const pinned = await identities.pinAccount(tx, used);
    if (pinned === undefined) return (await identities.identityByExternalId(tx, used.source, used.externalId))?.accountId ?? null;
    const payload = { ...identityFacts(pinned), account_id: pinned.accountId };
    await record(deps, tx, { kind: 'identity.pinned', subject: pinned.id, by: SYSTEM_ACTOR, payload });
    return pinned.accountId;
  });
}

export async function createTeam(deps: PeopleDeps, input: TeamInput, by: Actor): Promise<Team> {
  const parsed = TeamInput.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw new AppError('invalid', `${issue?.path.join('.') ?? ''}: ${issue?.message ?? 'not valid'}`);
  }
  const { key, name, members } = parsed.data;
  const now = deps.clock.now();
  const row = { id: deps.ids.next('team'), key, name, revision: 1, createdAt: now, updatedAt: now };
  return deps.db.tx(async (tx) => {
    await teams.insertTeam(tx, row);
    await setMembers(tx, row.id, members);
    const team = await loadTeam(tx, row.id);
    await record(deps, tx, { kind: 'team.created', subject: team.id, by, payload: { after: teamFacts(team) } });
    return team;
  });
}

export async function updateTeam(
  deps: PeopleDeps,
  id: string,
  change: TeamChange,
  { by, ifRevision }: { by: Actor; ifRevision?: number | undefined },
): Promise<Team> {
  if (change.name === '') throw new AppError('invalid', 'name: must not be empty');
  return deps.db.tx(async (tx) => {
    const before = await loadTeam(tx, id);
    refuseMoved('team', before.revision, ifRevision);
    if (change.members !== undefined) await setMembers(tx, id, change.members);
    const facts = { ...teamFacts(await loadTeam(tx, id)), name: change.name ?? before.name };
    if (canonicalJson(teamFacts(before)) === canonicalJson(facts)) return before;
    await teams.saveTeam(tx, { id, name: facts.name, updatedAt: deps.clock.now() });
    await record(deps, tx, { kind: 'team.changed', subject: id, by, payload: { before: teamFacts(before), after: facts } });
    return loadTeam(tx, id);
  });
}

export async function removeTeam(deps: PeopleDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const before = await loadTeam(tx, id);
    await teams.deleteTeam(tx, id);
    await record(deps, tx, { kind: 'team.removed', subject: id, by, payload: { before: teamFacts(before) } });
  });
}

export async function ensureTeam(deps: PeopleDeps, input: TeamInput, by: Actor): Promise<Team> {
  const { key, ...change } = input;
  const known = await teams.teamByKey(deps.db, key);
  if (known !== undefined) return updateTeam(deps, known.id, change, { by });
  try {
    return await createTeam(deps, input, by);
  } catch (error) {
    // Another server starting at the same moment may have been faster.
    const other = await teams.teamByKey(deps.db, key);
    if (other === undefined) throw error;
    return updateTeam(deps, other.id, change, { by });
  }
}

async function setMembers(tx: Tx, teamId: string, handles: readonly string[]): Promise<void> {
  const unknown = await teams.replaceMembers(tx, teamId, handles);
  if (unknown.length > 0)
    throw new AppError('invalid', `Nobody has the handle ${unknown.join(', ')}.`, {
      code: 'missing_reference',
      detail: { handles: unknown, errors: [{ path: 'members', message: `Nobody has the handle ${unknown.join(', ')}.` }] },
    });
}

async function loadTeam(tx: Tx, id: string): Promise<Team> {
  const team = await teams.lockTeam(tx, id);
  if (team === undefined) throw new AppError('not_found', 'There is no such team.');
  return team;
}

function identityFacts(identity: Identity): JsonObject {
  return { source: identity.source, external_id: identity.externalId, person_id: identity.personId };
}

function teamFacts(team: Team): JsonObject {
  return { key: team.key, name: team.name, members: team.members };
}

async function record(deps: PeopleDeps, tx: Tx, entry: { kind: string; subject: string; by: Actor; payload: JsonObject }): Promise<void> {
  deps.ledger.append(tx, { kind: entry.kind, subject: entry.subject, actor: entry.by.subject, payload: entry.payload });
  await deps.outbox.put(tx, { type: entry.kind, subject: entry.subject, data: entry.payload });
}

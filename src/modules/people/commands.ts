import { isAtLeast, type Actor, type Role } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import { AppError } from '#kernel/errors.ts';
import type { Ids } from '#kernel/ids.ts';
import type { JsonObject } from '#kernel/json.ts';
import { refuseMoved } from '#kernel/revision.ts';
import { canonicalJson } from '#platform/crypto/index.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import type { Outbox } from '#platform/outbox/model.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { PersonInput, type Person, type PersonChange } from './model.ts';
import * as store from './store.ts';

export interface PeopleDeps {
  db: Db;
  clock: Clock;
  ids: Ids;
  ledger: Pick<Ledger, 'append'>;
  outbox: Pick<Outbox, 'put'>;
  /** Items under way by assignee, and whether any item names one: what `work` knows of people. */
  work: {
    wip(): Promise<Map<string, number>>;
    isAssigned(assignee: string): Promise<boolean>;
  };
}

export async function createPerson(deps: PeopleDeps, input: PersonInput, by: Actor): Promise<Person> {
  const fields = parsePerson(input);
  refuseRoleAbove(fields.role, by);
  const now = deps.clock.now();
  const person: Person = { ...fields, id: deps.ids.next('person'), revision: 1, createdAt: now, updatedAt: now };
  return deps.db.tx(async (tx) => {
    await store.insertPerson(tx, person);
    await record(deps, tx, person, 'person.created', by, { after: factsOf(person) });
    return person;
  });
}

export async function updatePerson(deps: PeopleDeps, id: string, change: PersonChange, by: Actor, ifRevision?: number): Promise<Person> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockPerson(tx, id);
    if (before === undefined) throw noPerson();
    const fields = parsePerson({ ...factsToInput(before), ...withoutUndefined(change) });
    const after: Person = { ...before, ...fields, revision: before.revision + 1, updatedAt: deps.clock.now() };
    refuseRoleAbove(before.role, by);
    refuseRoleAbove(after.role, by);
    refuseMoved('person', before.revision, ifRevision);
    if (canonicalJson(factsOf(before)) === canonicalJson(factsOf(after))) return before;
    await store.savePerson(tx, after);
    await record(deps, tx, after, 'person.changed', by, { before: factsOf(before), after: factsOf(after) });
    return after;
  });
}

export async function removePerson(deps: PeopleDeps, id: string, by: Actor): Promise<void> {
  return deps.db.tx(async (tx) => {
    const before = await store.lockPerson(tx, id);
    if (before === undefined) throw noPerson();
    refuseRoleAbove(before.role, by);
    if (await deps.work.isAssigned(`person:${before.handle}`)) {
      throw new AppError('conflict', `Issues are assigned to ${before.handle}.`, {
        code: 'referenced',
        hint: 'Deactivate the person instead.',
        detail: { referenced_by: 'work_items' },
      });
    }
    await store.deletePerson(tx, id);
    await record(deps, tx, before, 'person.removed', by, { before: factsOf(before) });
  });
}

export async function ensurePerson(deps: PeopleDeps, input: PersonInput, by: Actor): Promise<Person> {
  const { handle, ...change } = input;
  const known = await store.personByHandle(deps.db, handle);
  if (known !== undefined) return updatePerson(deps, known.id, change, by);
  try {
    return await createPerson(deps, input, by);
  } catch (error) {
    // Another server starting at the same moment may have been faster.
    const other = await store.personByHandle(deps.db, handle);
    if (other === undefined) throw error;
    return updatePerson(deps, other.id, change, by);
  }
}

function noPerson(): AppError {
  return new AppError('not_found', 'There is no such person.');
}

function parsePerson(input: unknown) {
  const parsed = PersonInput.safeParse(input);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    const field = issue?.path.join('.') ?? '';
    throw new AppError('invalid', `${field}: ${issue?.message ?? 'not valid'}`, { detail: { field } });
  }
  return { ...parsed.data, skills: [...new Set(parsed.data.skills.map((skill) => skill.toLowerCase()))] };
}

/** A manager who could make an admin, or take over an admin's address or account elsewhere, would be one. */
export function refuseRoleAbove(role: Role, by: Actor): void {
  if (!isAtLeast(by.role, role))
    throw new AppError('forbidden', `Only ${role === 'admin' ? 'an admin' : `a ${role} or above`} may do this.`, { code: 'role_above_own' });
}

function withoutUndefined<T extends object>(value: T): Partial<T> {
  return Object.fromEntries(Object.entries(value).filter(([, field]) => field !== undefined)) as Partial<T>;
}

function factsToInput(person: Person): PersonInput {
  const { id: _id, revision: _revision, createdAt: _createdAt, updatedAt: _updatedAt, ...input } = person;
  return input;
}

function factsOf(person: Person): JsonObject {
  const { handle, name, email, skills, capacityHoursPerWeek, timezone, wipLimit, role, owns, active } = person;
  return { handle, name, email, skills, capacity_hours_per_week: capacityHoursPerWeek, timezone, wip_limit: wipLimit, role, owns, active };
}

/** Name and address go to the ledger as commitments (`before_name`, `after_email` …), whose values can be erased. */
function splitPersonal(payload: Record<string, JsonObject>): { payload: JsonObject; values: JsonObject } {
  const [kept, values]: [JsonObject, JsonObject] = [{}, {}];
  for (const [when, { name = null, email = null, ...rest }] of Object.entries(payload)) {
    kept[when] = rest;
    values[`${when}_name`] = name;
    values[`${when}_email`] = email;
  }
  return { payload: kept, values };
}

async function record(deps: PeopleDeps, tx: Tx, person: Person, kind: string, by: Actor, facts: Record<string, JsonObject>): Promise<void> {
  const { payload, values } = splitPersonal(facts);
  deps.ledger.append(tx, { kind, subject: person.id, actor: by.subject, payload, personal: { subject: person.id, values } });
  await deps.outbox.put(tx, { type: kind, subject: person.id, data: { handle: person.handle, active: person.active } });
}

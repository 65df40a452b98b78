import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import { toExternalId, type PageOf, type Person } from './model.ts';

export async function insertPerson(tx: Tx, person: Person): Promise<void> {
  await withIntegrity({ taken: 'A person with this handle or e-mail address exists already.' }, () =>
    tx.run(sql`insert into people (id, handle, name, email, skills, capacity_hours_per_week, timezone, wip_limit, role, owns, active, created_at, updated_at)
      values (${person.id}, ${person.handle}, ${person.name}, ${person.email}, ${person.skills}, ${person.capacityHoursPerWeek}, ${person.timezone},
        ${person.wipLimit}, ${person.role}, ${person.owns}, ${person.active}, ${person.createdAt}, ${person.updatedAt})`),
  );
}

export async function savePerson(tx: Tx, person: Person): Promise<void> {
  await withIntegrity({ taken: 'Another person has this e-mail address.' }, () =>
    tx.run(sql`update people set name = ${person.name}, email = ${person.email}, skills = ${person.skills},
      capacity_hours_per_week = ${person.capacityHoursPerWeek}, timezone = ${person.timezone}, wip_limit = ${person.wipLimit},
      role = ${person.role}, owns = ${person.owns}, active = ${person.active}, revision = ${person.revision}, updated_at = ${person.updatedAt} where id = ${person.id}`),
  );
}

export async function deletePerson(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Identities, teams, tokens or other records name this person. Deactivate them instead.' }, () =>
    tx.run(sql`delete from people where id = ${id}`),
  );
}

export function personById(on: Queryable, id: string): Promise<Person | undefined> {
  return on.maybe(sql<Person>`select * from people where id = ${id}`);
}

/** Holds the row until the transaction ends, so that two changes cannot lose one. */
export function lockPerson(tx: Tx, id: string): Promise<Person | undefined> {
  return tx.maybe(sql<Person>`select * from people where id = ${id} for update`);
}

/** Holds the row as it is until the transaction ends; several may hold it at once. */
export async function holdActive(tx: Tx, id: string): Promise<boolean> {
  const row = await tx.maybe(sql<{ active: boolean }>`select active from people where id = ${id} for share`);
  return row?.active === true;
}

export function personByHandle(on: Queryable, handle: string): Promise<Person | undefined> {
  return on.maybe(sql<Person>`select * from people where handle = ${handle}`);
}

export function personByEmail(on: Queryable, email: string): Promise<Person | undefined> {
  return on.maybe(sql<Person>`select * from people where lower(email) = lower(${email})`);
}

/** External ids are compared in lower case: logins and addresses are, where they come from. */
export function personByIdentity(on: Queryable, source: string, externalId: string): Promise<Person | undefined> {
  return on.maybe(sql<Person>`select people.* from people join identities on identities.person_id = people.id
    where identities.source = ${source} and identities.external_id = ${toExternalId(source, externalId)}`);
}

export function listPeople(on: Queryable, page: PageOf & { active?: boolean | undefined }): Promise<Person[]> {
  return on.all(sql<Person>`select * from people
    where id > ${page.cursor ?? ''} and (${page.active ?? null}::boolean is null or active = ${page.active ?? null})
    order by id limit ${page.limit + 1}`);
}

export function activePeople(on: Queryable): Promise<Person[]> {
  return on.all(sql<Person>`select * from people where active order by handle`);
}

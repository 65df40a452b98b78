import { sql, type Queryable } from '#platform/db/index.ts';

/** Project of each of the ids, as the view `project_of` has it; those of no project are left out. */
export async function projectsOf(on: Queryable, ids: readonly string[]): Promise<Array<{ id: string; projectId: string }>> {
  if (ids.length === 0) return [];
  return on.all(sql<{ id: string; projectId: string }>`
    select id, project_id from project_of where id = any(${[...ids]}) and project_id is not null`);
}

/** Projects that have a repository of this name, on whichever forge. */
export async function projectsOfRepository(on: Queryable, name: string): Promise<string[]> {
  const rows = await on.all(sql<{ projectId: string }>`select distinct project_id from repositories where name = ${name} or id = ${name}`);
  return rows.map((row) => row.projectId);
}

export async function projectByIdOrKey(on: Queryable, text: string): Promise<string | null> {
  return (await on.maybe(sql<{ id: string }>`select id from projects where id = ${text} or key = ${text}`))?.id ?? null;
}

/** Null: the person is not limited, and sees all. Empty: limited, and none of their projects is left. */
export async function projectsOfPerson(on: Queryable, personId: string): Promise<string[] | null> {
  return (await projectsOfPeople(on, [personId])).get(personId) ?? null;
}

/** The same for many in one statement; who is not limited is left out. */
export async function projectsOfPeople(on: Queryable, personIds: readonly string[]): Promise<Map<string, string[]>> {
  if (personIds.length === 0) return new Map();
  const rows = await on.all(sql<{ personId: string; projects: string[] }>`
    select person_id, coalesce(array_agg(project_id order by project_id) filter (where project_id is not null), '{}') as projects
    from limited_people left join person_projects using (person_id) where person_id = any(${[...personIds]}) group by person_id`);
  return new Map(rows.map(({ personId, projects }) => [personId, projects]));
}

/** None: the limit is lifted. */
export async function replaceProjectsOfPerson(on: Queryable, personId: string, projects: readonly string[]): Promise<void> {
  await on.run(sql`delete from person_projects where person_id = ${personId}`);
  await on.run(sql`delete from limited_people where person_id = ${personId}`);
  if (projects.length > 0) await on.run(sql`insert into limited_people (person_id) values (${personId})`);
  for (const project of projects) await on.run(sql`insert into person_projects (person_id, project_id) values (${personId}, ${project})`);
}

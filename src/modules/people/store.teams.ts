import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { PageOf, Team } from './model.ts';

const TEAM = sql`select teams.*, coalesce((select array_agg(people.handle order by people.handle)
    from team_members join people on people.id = team_members.person_id where team_members.team_id = teams.id), '{}') as members
  from teams`;

export async function insertTeam(tx: Tx, team: Omit<Team, 'members'>): Promise<void> {
  await withIntegrity({ taken: `A team with the key ${team.key} exists already.` }, () =>
    tx.run(
      sql`insert into teams (id, key, name, created_at, updated_at) values (${team.id}, ${team.key}, ${team.name}, ${team.createdAt}, ${team.updatedAt})`,
    ),
  );
}

export async function saveTeam(tx: Tx, team: { id: string; name: string; updatedAt: Date }): Promise<void> {
  await tx.run(sql`update teams set name = ${team.name}, revision = revision + 1, updated_at = ${team.updatedAt} where id = ${team.id}`);
}

/** Makes the people with these handles the whole team; answers the handles nobody has. */
export async function replaceMembers(tx: Tx, teamId: string, handles: readonly string[]): Promise<string[]> {
  const wanted = [...new Set(handles)];
  const known = await tx.all(sql<{ id: string; handle: string }>`select id, handle from people where handle = any(${wanted}::text[])`);
  const unknown = wanted.filter((handle) => !known.some((person) => person.handle === handle));
  if (unknown.length > 0) return unknown;
  await tx.run(sql`delete from team_members where team_id = ${teamId}`);
  await tx.run(sql`insert into team_members (team_id, person_id) select ${teamId}, unnest(${known.map((person) => person.id)}::text[])`);
  return [];
}

export async function deleteTeam(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Other records name this team.' }, () => tx.run(sql`delete from teams where id = ${id}`));
}

export async function lockTeam(tx: Tx, id: string): Promise<Team | undefined> {
  await tx.run(sql`select from teams where id = ${id} for update`);
  return teamById(tx, id);
}

export function teamById(on: Queryable, id: string): Promise<Team | undefined> {
  return on.maybe(sql<Team>`${TEAM} where teams.id = ${id}`);
}

export function teamByKey(on: Queryable, key: string): Promise<Team | undefined> {
  return on.maybe(sql<Team>`${TEAM} where teams.key = ${key}`);
}

export function listTeams(on: Queryable, page: PageOf): Promise<Team[]> {
  return on.all(sql<Team>`${TEAM} where teams.id > ${page.cursor ?? ''} order by teams.id limit ${page.limit + 1}`);
}

import { sql, type Queryable } from '#platform/db/index.ts';

/** Pending actions of high risk whose branch was not looked at for so long, or never; the latter first. */
export async function listUnlooked(on: Queryable, { againAfterS, limit }: { againAfterS: number; limit: number }): Promise<string[]> {
  const rows = await on.all(sql<{ id: string }>`
    select actions.id from actions left join action_guards on action_guards.action_id = actions.id
    where actions.status = 'pending' and actions.record ->> 'risk' = 'high'
      and (looked_at is null or looked_at < now() - make_interval(secs => ${againAfterS}))
    order by looked_at nulls first, actions.id limit ${limit}`);
  return rows.map(({ id }) => id);
}

export async function noteGuard(on: Queryable, id: string, refusal: string | null): Promise<void> {
  await on.run(sql`insert into action_guards (action_id, refusal) values (${id}, ${refusal})
    on conflict (action_id) do update set refusal = excluded.refusal, looked_at = now()`);
}

export async function guardRefusalOf(on: Queryable, id: string): Promise<string | null> {
  const row = await on.maybe(sql<{ refusal: string | null }>`select refusal from action_guards where action_id = ${id}`);
  return row?.refusal ?? null;
}

/** Of several actions: what stands against them; those nothing is known against are left out. */
export async function guardRefusalsOf(on: Queryable, ids: readonly string[]): Promise<Array<{ actionId: string; refusal: string }>> {
  if (ids.length === 0) return [];
  return on.all(sql<{ actionId: string; refusal: string }>`
    select action_id, refusal from action_guards where action_id = any(${[...ids]}::text[]) and refusal is not null`);
}

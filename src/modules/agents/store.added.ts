import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { AgentSpec } from './model.ts';
import type { AddedAgent } from './model.known.ts';

type Row = Omit<AddedAgent, 'spec'> & { spec: unknown };

/** In the order in which they were added. An entry that a later version no longer understands is left out rather than stopping a start. */
export async function listAdded(on: Queryable): Promise<AddedAgent[]> {
  const rows = await on.all(sql<Row>`select name, known, spec, roles, added_by, added_at from added_agents order by added_at, name`);
  return rows.flatMap((row) => {
    const spec = AgentSpec.safeParse(row.spec);
    return spec.success ? [{ ...row, spec: spec.data }] : [];
  });
}

export async function saveAdded(on: Queryable, { name, known, spec, roles, addedBy, addedAt }: AddedAgent): Promise<void> {
  await on.run(sql`
    insert into added_agents (name, known, spec, roles, added_by, added_at)
    values (${name}, ${known}, ${json(spec)}, ${[...roles]}::text[], ${addedBy}, ${addedAt})
    on conflict (name) do update set known = excluded.known, spec = excluded.spec, roles = excluded.roles, added_by = excluded.added_by, added_at = excluded.added_at`);
}

/** False: there was none of that name. */
export async function deleteAdded(on: Queryable, name: string): Promise<boolean> {
  return (await on.run(sql`delete from added_agents where name = ${name}`)) > 0;
}

/** Keeps an agent from being removed until the transaction ends; false: it is gone already. Waits for a removal that is under way. */
export async function holdAdded(tx: Tx, name: string): Promise<boolean> {
  return (await tx.maybe(sql`select from added_agents where name = ${name} for key share`)) !== undefined;
}

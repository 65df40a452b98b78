import { sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { Identity, PageOf } from './model.ts';

/** False when this external id is linked already (perhaps by a transaction we waited for). */
export async function insertIdentity(tx: Tx, identity: Identity): Promise<boolean> {
  return withIntegrity({ missing: 'There is no such person.' }, async () => {
    const inserted = await tx.run(sql`insert into identities (id, source, external_id, person_id, created_at)
      values (${identity.id}, ${identity.source}, ${identity.externalId}, ${identity.personId}, ${identity.createdAt})
      on conflict (source, external_id) do nothing`);
    return inserted > 0;
  });
}

export function identityByExternalId(on: Queryable, source: string, externalId: string): Promise<Identity | undefined> {
  return on.maybe(sql<Identity>`select * from identities where source = ${source} and external_id = ${externalId}`);
}

export function identityById(on: Queryable, id: string): Promise<Identity | undefined> {
  return on.maybe(sql<Identity>`select * from identities where id = ${id}`);
}

/** Keeps the account of an identity that has none yet; undefined when there is no such identity, or it has one. */
export function pinAccount(
  tx: Tx,
  { source, externalId, accountId }: { source: string; externalId: string; accountId: string },
): Promise<Identity | undefined> {
  return tx.maybe(sql<Identity>`update identities set account_id = ${accountId}
    where source = ${source} and external_id = ${externalId} and account_id is null returning *`);
}

/** The removed identity, or undefined when there was none. */
export function deleteIdentity(tx: Tx, id: string): Promise<Identity | undefined> {
  return tx.maybe(sql<Identity>`delete from identities where id = ${id} returning *`);
}

export function listIdentities(on: Queryable, page: PageOf & { personId?: string | undefined }): Promise<Identity[]> {
  return on.all(sql<Identity>`select * from identities
    where id > ${page.cursor ?? ''} and (${page.personId ?? null}::text is null or person_id = ${page.personId ?? null})
    order by id limit ${page.limit + 1}`);
}

import { json, sql, type Queryable, type Tx } from '#platform/db/index.ts';
import { withIntegrity } from '#platform/db/integrity.ts';
import type { CallOutcome, ModelCall, ModelVersion, ModelVersionId } from './model.ts';

export type NewCall = Omit<ModelCall, 'createdAt' | 'modelVersion'>;

export async function insertCall(tx: Tx, call: NewCall): Promise<void> {
  await withIntegrity({ missing: 'There is no such work item.' }, () =>
    tx.run(sql`insert into model_calls (id, purpose, work_item_id, model, model_version_id, prompt_name, prompt_version, prompt_hash, attempt,
        input_tokens, output_tokens, cost_micros, duration_ms, cached, outcome, error)
      values (${call.id}, ${call.purpose}, ${call.workItemId}, ${call.model}, ${call.modelVersionId}, ${call.promptName}, ${call.promptVersion},
        ${call.promptHash}, ${call.attempt}, ${call.inputTokens}, ${call.outputTokens}, ${call.costMicros}, ${call.durationMs}, ${call.cached},
        ${call.outcome}, ${call.error})`),
  );
}

/** The version's id; a version met for the first time is registered. Concurrent calls agree on one row. */
export async function meetVersion(tx: Tx, id: ModelVersionId, model: string, version: string): Promise<ModelVersionId> {
  const row = await tx.one<{ id: ModelVersionId }>(sql`
    insert into model_versions (id, model, version, first_used_at, last_used_at) values (${id}, ${model}, ${version}, now(), now())
    on conflict on constraint model_versions_taken
    do update set last_used_at = now(), first_used_at = coalesce(model_versions.first_used_at, now()) returning id`);
  return row.id;
}

export interface CachedAnswer {
  answer: unknown;
  modelVersionId: ModelVersionId | null;
  modelVersion: string | null;
}

/** A stored answer younger than `maxAgeDays` (the database's clock). */
export function cachedAnswer(on: Queryable, promptHash: string, maxAgeDays: number): Promise<CachedAnswer | undefined> {
  return on.maybe(sql<CachedAnswer>`select a.answer, a.model_version_id, v.version as model_version
    from model_answers a left join model_versions v on v.id = a.model_version_id
    where a.prompt_hash = ${promptHash} and a.created_at > now() - make_interval(days => ${maxAgeDays})`);
}

export async function saveAnswer(
  tx: Tx,
  row: { promptHash: string; model: string; modelVersionId: ModelVersionId | null; answer: unknown; inputTokens: number; outputTokens: number },
): Promise<void> {
  await tx.run(sql`insert into model_answers (prompt_hash, model, model_version_id, answer, input_tokens, output_tokens)
    values (${row.promptHash}, ${row.model}, ${row.modelVersionId}, ${json(row.answer)}, ${row.inputTokens}, ${row.outputTokens})
    on conflict (prompt_hash) do update set answer = excluded.answer, model_version_id = excluded.model_version_id,
      input_tokens = excluded.input_tokens, output_tokens = excluded.output_tokens, created_at = now()`);
}

const CALL = sql`c.*, v.version as model_version`;

export function callById(on: Queryable, id: string): Promise<ModelCall | undefined> {
  return on.maybe(sql<ModelCall>`select ${CALL} from model_calls c left join model_versions v on v.id = c.model_version_id where c.id = ${id}`);
}

export interface CallFilter {
  workItemId?: string | undefined;
  model?: string | undefined;
  outcome?: CallOutcome | undefined;
  limit: number;
  cursor?: string | undefined;
}

/** Newest first; one row more than asked proves that there is more. */
export function listCalls(on: Queryable, filter: CallFilter): Promise<ModelCall[]> {
  return on.all(sql<ModelCall>`select ${CALL} from model_calls c left join model_versions v on v.id = c.model_version_id
    where (${filter.cursor ?? null}::text is null or c.id < ${filter.cursor ?? null})
      and (${filter.workItemId ?? null}::text is null or c.work_item_id = ${filter.workItemId ?? null})
      and (${filter.model ?? null}::text is null or c.model = ${filter.model ?? null})
      and (${filter.outcome ?? null}::text is null or c.outcome = ${filter.outcome ?? null})
    order by c.id desc limit ${filter.limit + 1}`);
}

const VERSION = sql`v.*, (select count(*) from model_calls c where c.model_version_id = v.id) as calls`;

export function versionById(on: Queryable, id: string): Promise<ModelVersion | undefined> {
  return on.maybe(sql<ModelVersion>`select ${VERSION} from model_versions v where v.id = ${id}`);
}

export function lockVersion(tx: Tx, id: string): Promise<ModelVersion | undefined> {
  return tx.maybe(sql<ModelVersion>`select ${VERSION} from model_versions v where v.id = ${id} for update of v`);
}

export function listVersions(on: Queryable, page: { limit: number; cursor?: string | undefined }): Promise<ModelVersion[]> {
  return on.all(sql<ModelVersion>`select ${VERSION} from model_versions v where v.id > ${page.cursor ?? ''} order by v.id limit ${page.limit + 1}`);
}

export async function insertVersion(tx: Tx, row: { id: ModelVersionId; model: string; version: string; notes: string }): Promise<void> {
  await withIntegrity({ taken: 'This model is registered in this version already.' }, () =>
    tx.run(sql`insert into model_versions (id, model, version, notes) values (${row.id}, ${row.model}, ${row.version}, ${row.notes})`),
  );
}

export async function saveVersion(tx: Tx, row: Pick<ModelVersion, 'id' | 'state' | 'notes'>): Promise<void> {
  await tx.run(sql`update model_versions set state = ${row.state}, notes = ${row.notes}, updated_at = now() where id = ${row.id}`);
}

export async function deleteVersion(tx: Tx, id: string): Promise<void> {
  await withIntegrity({ referenced: 'Recorded calls name this model version. Retire it instead.' }, () =>
    tx.run(sql`delete from model_versions where id = ${id}`),
  );
}

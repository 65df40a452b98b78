import { AppError } from '#kernel/errors.ts';
import type { GatewayDeps } from './commands.ts';
import { MODEL_VERSION_ADDED, MODEL_VERSION_CHANGED, MODEL_VERSION_REMOVED } from './events.ts';
import type { Gateway, ModelVersion } from './model.ts';
import { deleteVersion, insertVersion, lockVersion, saveVersion, versionById } from './store.ts';

type VersionCommands = Pick<Gateway, 'addVersion' | 'changeVersion' | 'removeVersion'>;

/** The register of model versions (B2): those met in calls appear by themselves. */
export function createVersionCommands({ db, ids, ledger }: Pick<GatewayDeps, 'db' | 'ids' | 'ledger'>): VersionCommands {
  return {
    addVersion: (input, by) =>
      db.tx(async (tx) => {
        const id = ids.next('modelVersion');
        await insertVersion(tx, { id, model: input.model, version: input.version, notes: input.notes ?? '' });
        ledger.append(tx, { kind: MODEL_VERSION_ADDED, subject: id, actor: by.subject, payload: { model: input.model, version: input.version } });
        return existing(await versionById(tx, id), id);
      }),
    changeVersion: (id, change, by) =>
      db.tx(async (tx) => {
        const before = existing(await lockVersion(tx, id), id);
        const after = { id: before.id, state: change.state ?? before.state, notes: change.notes ?? before.notes };
        await saveVersion(tx, after);
        ledger.append(tx, {
          kind: MODEL_VERSION_CHANGED,
          subject: id,
          actor: by.subject,
          payload: { before: { state: before.state, notes: before.notes }, after: { state: after.state, notes: after.notes } },
        });
        return existing(await versionById(tx, id), id);
      }),
    removeVersion: (id, by) =>
      db.tx(async (tx) => {
        const before = existing(await lockVersion(tx, id), id);
        await deleteVersion(tx, id);
        ledger.append(tx, { kind: MODEL_VERSION_REMOVED, subject: id, actor: by.subject, payload: { model: before.model, version: before.version } });
      }),
  };
}

function existing(version: ModelVersion | undefined, id: string): ModelVersion {
  if (version === undefined) throw new AppError('not_found', `There is no model version ${id}.`);
  return version;
}

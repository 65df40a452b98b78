import { AppError } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { Ledger } from '#modules/ledger/index.ts';
import { parsePolicy } from './commands.ts';
import type { PolicyText, PolicyVersion } from './model.ts';
import { invalidPolicy } from './queries.simulate.ts';
import * as store from './store.ts';

export interface VersionsDeps {
  db: Db;
  ledger: Pick<Ledger, 'append'>;
  kinds: readonly string[];
}

/** Every policy ever in force (table `policy_versions`), and the one that people activated. */
export interface PolicyVersions {
  /** The last text activated through an approval, as a source of the policy in force; null: none was. */
  activated(): Promise<PolicyText | null>;
  /** Keeps a text that is in force now because it came with the installation (file, branch, shipped); again is no change. */
  note(inForce: { hash: string } & PolicyText): Promise<void>;
  /**
   * Puts a text in force by an approved action, once. AppError invalid `policy_invalid` with `problems` when this program
   * would not accept the text.
   */
  activate(input: { text: string; source: string; by: string; actionId: string }): Promise<PolicyVersion>;
  ofAction(actionId: string): Promise<PolicyVersion | null>;
  /** Newest first; `cursor` is a version's number. */
  list(page: { limit: number; cursor?: string | undefined }): Promise<PolicyVersion[]>;
}

export function createPolicyVersions(deps: VersionsDeps): PolicyVersions {
  const { db } = deps;
  return {
    async activated() {
      const version = await store.latestApproved(db);
      return version === null ? null : { text: version.text, source: `version ${version.nr}` };
    },
    note: (inForce) => note(deps, inForce),
    activate: (input) => activate(deps, input),
    ofAction: (actionId) => store.versionOfAction(db, actionId),
    list: async ({ limit, cursor }) => store.listVersions(db, { limit, before: beforeOf(cursor) }),
  };
}

function beforeOf(cursor: string | undefined): number | null {
  if (cursor === undefined) return null;
  if (!/^[1-9]\d{0,14}$/.test(cursor)) throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
  return Number(cursor);
}

async function note(deps: VersionsDeps, inForce: { hash: string } & PolicyText): Promise<void> {
  await deps.db.tx(async (tx) => {
    await store.lockVersions(tx);
    if ((await store.latestVersion(tx))?.hash === inForce.hash) return;
    const { hash, text, source } = inForce;
    const version = await store.insertVersion(tx, { hash, text, source, activatedBy: 'system', actionId: null });
    record(deps, tx, version);
  });
}

async function activate(deps: VersionsDeps, input: { text: string; source: string; by: string; actionId: string }): Promise<PolicyVersion> {
  const { text, source, by: activatedBy, actionId } = input;
  const parsed = parsePolicy(text, deps.kinds);
  if (!parsed.ok) throw invalidPolicy(parsed.error);
  return deps.db.tx(async (tx) => {
    await store.lockVersions(tx);
    const before = await store.versionOfAction(tx, actionId);
    if (before !== null) return before;
    const version = await store.insertVersion(tx, { hash: parsed.value.hash, text, source, activatedBy, actionId });
    record(deps, tx, version);
    return version;
  });
}

/** The text is in the version's row; the ledger binds it by its hash. */
function record(deps: VersionsDeps, tx: Parameters<Ledger['append']>[0], version: PolicyVersion): void {
  deps.ledger.append(tx, {
    kind: 'policy.activated',
    subject: `policy:${version.nr}`,
    actor: version.activatedBy,
    payload: { nr: version.nr, hash: version.hash, source: version.source, action_id: version.actionId },
  });
}

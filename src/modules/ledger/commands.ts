import { AppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import { openSigner, signHead, type Signer } from './commands.checkpoint.ts';
import { decideChain } from './decide.ts';
import type { Ledger, LedgerAudit, LedgerInput } from './model.ts';
import { toStoredJson } from './model.entry.ts';
import { exportLines, listPage } from './queries.ts';
import { hashEntry, verifyStored } from './queries.verify.ts';
import { insertEntries, lockHead, readHead } from './store.ts';

export interface LedgerDeps {
  db: Db;
  /** File of the Ed25519 key that signs checkpoints; made when missing. Without it `checkpoint` is unavailable. */
  checkpointKeyFile?: string;
}

/** The one ledger of an installation. */
export function createLedger(deps: LedgerDeps): Ledger & LedgerAudit {
  let opened: Signer | null = null;
  const signer = () => {
    if (deps.checkpointKeyFile === undefined) {
      throw new AppError('unavailable', 'This server has no key for ledger checkpoints.', { code: 'checkpoint_key_missing' });
    }
    opened ??= openSigner(deps.checkpointKeyFile);
    return opened;
  };
  return {
    append,
    list: (page) => listPage(deps.db, page),
    verify: (on = deps.db) => verifyStored(on),
    head: () => readHead(deps.db),
    checkpoint: async () => signHead(deps.db, signer()),
    publicKey: async () => signer().publicKey,
    exportLines: (range = {}) => exportLines(deps.db, range),
  };
}

interface Queue {
  entries: LedgerInput[];
  state: 'open' | 'last' | 'written';
}

const KEY = 'ledger';

function append(tx: Tx, entry: LedgerInput): void {
  let queue = tx.scratch.get(KEY) as Queue | undefined;
  if (queue === undefined) {
    queue = { entries: [], state: 'open' };
    tx.scratch.set(KEY, queue);
    tx.beforeCommit(KEY, (last) => writeLast(last, queue as Queue));
  }
  if (queue.state === 'written')
    throw new AppError('internal', `A ledger entry (${entry.kind}) came after the ledger was written.`, { code: 'ledger_late_append' });
  queue.entries.push({ ...entry, payload: storedPayload(entry) });
}

function storedPayload(entry: LedgerInput): JsonObject {
  try {
    return toStoredJson(entry.payload) as JsonObject;
  } catch (error) {
    throw new AppError('internal', `The ledger entry ${entry.kind} holds something that is not JSON: ${messageOf(error)}.`, {
      code: 'ledger_payload',
      cause: error,
    });
  }
}

/** Hooks registered by others run before the writing: the first call only queues up again behind them. */
async function writeLast(tx: Tx, queue: Queue): Promise<void> {
  if (queue.state === 'open') {
    queue.state = 'last';
    tx.beforeCommit(`${KEY}.last`, (last) => writeLast(last, queue));
    return;
  }
  queue.state = 'written';
  const head = await lockHead(tx);
  const entries = queue.entries.map((entry) => ({ ...entry, projectId: entry.projectId ?? null, workItemId: entry.workItemId ?? null }));
  await insertEntries(tx, decideChain(head, head.at, entries, hashEntry));
  await crashpoint('ledger.append.after');
}

import { AppError, messageOf } from '#kernel/errors.ts';
import type { JsonObject } from '#kernel/json.ts';
import type { Db, Tx } from '#platform/db/index.ts';
import { crashpoint } from '#platform/workflow/index.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';
import { createKeeping } from './commands.anchor.ts';
import { signHead } from './commands.checkpoint.ts';
import { createKeys } from './commands.keys.ts';
import { commitTo } from './commands.personal.ts';
import { decideChain } from './decide.ts';
import { growTree } from './decide.tree.ts';
import { createVerifications } from './commands.verify.ts';
import type { Ledger, LedgerAudit, LedgerDesk, LedgerInput, LedgerKeeping } from './model.ts';
import { toStoredJson } from './model.entry.ts';
import { hashEntry } from './queries.offline.ts';
import { exportLines, findEntry, listPage } from './queries.ts';
import { countFound, readFacets } from './queries.search.ts';
import { proveConsistency, proveInclusion, SHA256_TREE } from './queries.tree.ts';
import { verifyStored } from './queries.verify.ts';
import { lockCheckpoints, readCheckpoints } from './store.checkpoints.ts';
import { insertPersonal, type PersonalValue } from './store.personal.ts';
import { insertEntries, lockHead, readHead } from './store.ts';

export interface LedgerDeps {
  db: Db;
  /** File of the Ed25519 key that signs checkpoints; made when missing. Without it `checkpoint` is unavailable. */
  checkpointKeyFile?: string;
  /** Where checkpoints go besides the database. */
  places?: readonly CheckpointPlace[];
}

/** The one ledger of an installation. */
export function createLedger(deps: LedgerDeps): Ledger & LedgerAudit & LedgerKeeping & LedgerDesk {
  const { db } = deps;
  const keys = createKeys(deps.checkpointKeyFile);
  const keeping = createKeeping({ db, keys, places: deps.places ?? [], ledger: { append } });
  return {
    append,
    list: (page) => listPage(db, page),
    verify: (on = db) => verifyStored(on),
    head: async () => {
      const { seq, hash } = await readHead(db);
      return { seq, hash };
    },
    // Under the lock of hand-overs: a key never signs a tree that holds its own.
    checkpoint: () =>
      db.tx(async (tx) => {
        await lockCheckpoints(tx);
        return signHead(tx, await keys.active(tx));
      }),
    publicKey: async () => (await keys.active(db)).publicKey,
    checkpoints: async (after, limit) => readCheckpoints(db, after, limit),
    exportLines: (range = {}) => exportLines(db, range),
    entry: (seq) => findEntry(db, seq),
    proveInclusion: (seq, treeSize) => proveInclusion(db, seq, treeSize),
    proveConsistency: (first, second) => proveConsistency(db, first, second),
    ...keeping,
    count: (search) => countFound(db, search),
    facets: () => readFacets(db),
    ...createVerifications(db),
  };
}

interface Queue {
  entries: LedgerInput[];
  personal: PersonalValue[];
  state: 'open' | 'last' | 'written';
}

const KEY = 'ledger';

function append(tx: Tx, entry: LedgerInput): void {
  let queue = tx.scratch.get(KEY) as Queue | undefined;
  if (queue === undefined) {
    queue = { entries: [], personal: [], state: 'open' };
    tx.scratch.set(KEY, queue);
    tx.beforeCommit(KEY, (last) => writeLast(last, queue as Queue));
  }
  if (queue.state === 'written')
    throw new AppError('internal', `A ledger entry (${entry.kind}) came after the ledger was written.`, { code: 'ledger_late_append' });
  const { personal, ...rest } = entry;
  const committed = commitTo(personal);
  queue.personal.push(...committed.values);
  queue.entries.push({ ...rest, payload: { ...storedPayload(rest), ...committed.payload } });
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
  const chained = decideChain(head, head.at, entries, hashEntry);
  const tree = { size: head.seq, peaks: head.peaks };
  const leaves = chained.map(({ hash }) => hash);
  await insertEntries(tx, chained, growTree(tree, leaves, SHA256_TREE));
  await insertPersonal(tx, queue.personal);
  await crashpoint('ledger.append.after');
}

import type { Actor } from '#kernel/actor.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { CheckpointPlace } from '#ports/checkpoint-place.ts';
import { signHead } from './commands.checkpoint.ts';
import type { Keys } from './commands.keys.ts';
import { isCheckpointDue, placeWaitS } from './decide.anchor.ts';
import type { AnchorState, Ledger, LedgerKeeping } from './model.ts';
import {
  claimPlace,
  ensurePlace,
  insertCheckpoint,
  lastCheckpoint,
  lockCheckpoints,
  notePublished,
  noteUnpublished,
  readCheckpoints,
  readPlaces,
  releasePlace,
} from './store.checkpoints.ts';
import { erasePersonal } from './store.personal.ts';
import { readHead } from './store.ts';

interface KeepingDeps {
  db: Db;
  keys: Keys;
  places: readonly CheckpointPlace[];
  ledger: Pick<Ledger, 'append'>;
}

/** Most checkpoints a place is told in one turn; what is left is due at the next, for signing waits until a turn is over. */
const MOST_AT_ONCE = 5;

/** How long telling one checkpoint may take. */
const PUBLISH_MS = 120_000;
/** How long a place is one process's after each checkpoint: well above the above, so that a claim never ends under a telling. */
const LEASE_S = 300;

export function createKeeping(deps: KeepingDeps): LedgerKeeping {
  const { db, keys, places } = deps;
  let problem: string | null = null;
  return {
    async anchorDue() {
      try {
        await signWhenDue(deps);
        problem = null;
      } catch (error) {
        problem = messageOf(error);
      }
      // Side by side: one that is slow or away keeps nothing from the others.
      await Promise.all(places.map((place) => tell(db, place)));
    },
    anchors: () => anchorState(deps, problem),
    rotateKey: (by) => keys.rotate(db, deps.ledger, by),
    erase: (subject, by) => erase(deps, subject, by),
  };
}

async function signWhenDue({ db, keys, ledger }: KeepingDeps): Promise<void> {
  // Looked at without the lock first: most of the time nothing is due, and this runs every few seconds.
  if (!isCheckpointDue((await readHead(db)).seq, await lastCheckpoint(db))) return;
  await db.tx(async (tx) => {
    await lockCheckpoints(tx);
    const first = await keys.introduction(tx);
    if (first !== null)
      ledger.append(tx, {
        kind: 'ledger.key_introduced',
        subject: first.keyId,
        actor: 'system',
        payload: { key_id: first.keyId, public_key: first.publicKey },
      });
  });
  await db.tx(async (tx) => {
    await lockCheckpoints(tx);
    const last = await lastCheckpoint(tx);
    if (!isCheckpointDue((await readHead(tx)).seq, last)) return;
    const signer = await keys.active(tx);
    await insertCheckpoint(tx, (last?.number ?? 0) + 1, { checkpoint: await signHead(tx, signer), public_key: signer.publicKey });
  });
}

/**
 * Tells a place what it does not have, in order, while no transaction is open: a place that is slow holds nothing up. The place is
 * claimed for a time that is longer than one telling may take, so two processes never tell it at once; a process that dies in between
 * leaves a checkpoint that is told again when its time is over. A failure is noted with the place and tried again later.
 */
async function tell(db: Db, place: CheckpointPlace): Promise<void> {
  await ensurePlace(db, place.name);
  const claimed = await claimPlace(db, place.name, LEASE_S);
  if (claimed === null) return;
  let { attempts } = claimed;
  try {
    for (const { number, document } of await readCheckpoints(db, claimed.published, MOST_AT_ONCE)) {
      await place.publish(JSON.stringify(document), AbortSignal.timeout(PUBLISH_MS));
      if (!(await notePublished(db, claimed, number, LEASE_S))) return;
      attempts = 0;
    }
    await releasePlace(db, claimed);
  } catch (error) {
    await noteUnpublished(db, claimed, messageOf(error), placeWaitS(attempts));
  }
}

async function anchorState({ db, places }: KeepingDeps, problem: string | null): Promise<AnchorState> {
  const rows = new Map((await readPlaces(db)).map((row) => [row.place, row]));
  return {
    last: await lastCheckpoint(db),
    places: places.map(({ name, where }) => {
      const row = rows.get(name);
      return {
        place: name,
        where,
        published: row?.published ?? 0,
        publishedAt: row?.publishedAt ?? null,
        attempts: row?.attempts ?? 0,
        lastError: row?.lastError ?? null,
      };
    }),
    problem,
  };
}

async function erase({ db, ledger }: KeepingDeps, subject: string, by: Actor): Promise<{ erased: number }> {
  return db.tx(async (tx) => {
    const commitments = await erasePersonal(tx, subject);
    if (commitments.length === 0)
      throw new AppError('not_found', `The ledger holds no personal data about ${subject} that could be erased.`, { code: 'nothing_to_erase' });
    ledger.append(tx, { kind: 'ledger.personal_erased', subject, actor: by.subject, payload: { commitments } });
    return { erased: commitments.length };
  });
}

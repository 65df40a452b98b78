import { setTimeout as delay } from 'node:timers/promises';
import type { Actor } from '#kernel/actor.ts';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Db } from '#platform/db/index.ts';
import type { LedgerDesk, Verification } from './model.ts';
import { verifyStored } from './queries.verify.ts';
import { readHead } from './store.ts';
import {
  endVerification,
  findVerification,
  insertVerification,
  listVerifications,
  lockVerifications,
  noteProgress,
  runningVerification,
} from './store.verifications.ts';

/** A walk tells so often that it lives and how far it has got, also where a single statement of it takes long. */
const BEAT_MS = 1000;
/** Longest pause between two walks. */
const MOST_PAUSE_MS = 60_000;

type Verifications = Pick<LedgerDesk, 'beginVerification' | 'verification' | 'verifications'>;

/**
 * Walks of the ledger that are asked for, go on beside the requests, and are remembered with what they found. Whoever asks for one right after
 * another waits as long as that one took, at most a minute: asking again and again must not keep the database and this process busy all the time.
 */
export function createVerifications(db: Db): Verifications {
  let restMs = 0;
  async function walkAfterPause(verification: Verification): Promise<void> {
    const pauseMs = restMs - performance.now();
    const tookMs = await walk(db, verification, pauseMs);
    restMs = performance.now() + Math.min(tookMs, MOST_PAUSE_MS);
  }
  return {
    async beginVerification(range, by) {
      const { begun, verification } = await begin(db, range, by);
      if (begun) void walkAfterPause(verification);
      return verification;
    },
    verification: (number) => findVerification(db, number),
    async verifications({ limit, cursor }) {
      const before = cursor === undefined ? null : Number(cursor);
      if (before !== null && !Number.isSafeInteger(before))
        throw new AppError('invalid', 'The cursor is not one of this list.', { code: 'bad_cursor' });
      const rows = await listVerifications(db, before, limit);
      const items = rows.slice(0, limit);
      return { items, nextCursor: rows.length > limit ? String(items.at(-1)?.number ?? 0) : null };
    },
  };
}

async function begin(
  db: Db,
  range: Parameters<Verifications['beginVerification']>[0],
  by: Actor,
): Promise<{ begun: boolean; verification: Verification }> {
  return db.tx(async (tx) => {
    await lockVerifications(tx);
    const running = await runningVerification(tx);
    if (running !== null) return { begun: false, verification: running };
    const { seq: last } = await readHead(tx);
    const [fromSeq, toSeq] = [range.fromSeq ?? 1, range.toSeq ?? last];
    if (toSeq > last || (fromSeq > toSeq && !(fromSeq === 1 && toSeq === last)))
      throw new AppError('invalid', `There are no entries ${fromSeq} to ${toSeq}; the ledger has ${last}.`, { code: 'range_unknown' });
    return { begun: true, verification: await insertVerification(tx, { askedBy: by.subject, fromSeq, toSeq }) };
  });
}

/**
 * Answers how long it took without the pause. Never throws: what keeps a walk from its end is told by the row, or by its silence where even that
 * cannot be written.
 */
async function walk(db: Db, { number, fromSeq, toSeq }: Verification, pauseMs: number): Promise<number> {
  let good = 0;
  const beat = setInterval(() => void noteProgress(db, number, good).catch(() => {}), BEAT_MS);
  beat.unref();
  if (pauseMs > 0) await delay(pauseMs, undefined, { ref: false });
  const beganMs = performance.now();
  try {
    const report = await verifyStored(db, {
      fromSeq,
      toSeq,
      onProgress(checked) {
        good = checked;
      },
    });
    const found = report.verified ? { firstBadSeq: null, reason: null } : { firstBadSeq: report.firstBadSeq, reason: report.reason };
    await endVerification(db, number, { state: report.verified ? 'verified' : 'failed', checked: report.entries, ...found });
  } catch (error) {
    const end = { state: 'broken_off', checked: good, firstBadSeq: null, reason: messageOf(error) } as const;
    await endVerification(db, number, end).catch(() => {});
  } finally {
    clearInterval(beat);
  }
  return performance.now() - beganMs;
}

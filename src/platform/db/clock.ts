import type { Pool } from 'pg';
import type { Clock } from '#kernel/clock.ts';

/** A machine that slept, or a database whose own clock was set, is noticed after at most this long. */
const LOOK_EVERY_MS = 10_000;
/** Ahead of the database by less it waits for nobody: what is written down later must not seem earlier for the sake of a slow answer. */
const LEAD_MS = 1000;

export interface DatabaseClock extends Clock {
  /** Looks no more; what it says goes on from the last look. */
  stop(): void;
}

/**
 * The database's clock, for whatever this process compares with instants that are written down: expiry, pauses, order. All processes of an
 * installation have it in common, and the clock of a machine may be set forward or back without anything expiring or standing still. Between
 * two looks it goes on by this process's monotonic clock. Throws when the database cannot be asked at first; later it goes on without.
 */
export async function createDatabaseClock(pool: Pool, lookEveryMs = LOOK_EVERY_MS): Promise<DatabaseClock> {
  // Milliseconds from this process's start to the epoch of the database's clock.
  let zeroMs = (await look(pool)).zeroMs;
  let looking = false;
  const timer = setInterval(() => {
    // A database that does not answer is asked once.
    if (looking) return;
    looking = true;
    look(pool).then(
      (seen) => {
        const aheadMs = zeroMs - seen.zeroMs;
        // An answer is right to half its way: what lies within that is no reason to move.
        if (aheadMs > LEAD_MS + seen.wayMs || -aheadMs > seen.wayMs) zeroMs = seen.zeroMs;
        looking = false;
      },
      () => {
        looking = false;
      },
    );
  }, lookEveryMs);
  timer.unref();
  return {
    now: () => new Date(zeroMs + performance.now()),
    stop: () => clearInterval(timer),
  };
}

/** `wayMs`: how long question and answer were on their way. */
async function look(pool: Pool): Promise<{ zeroMs: number; wayMs: number }> {
  const client = await pool.connect();
  try {
    const askedMs = performance.now();
    const { rows } = await client.query<{ atMs: number }>('select (extract(epoch from clock_timestamp()) * 1000)::float8 as "atMs"');
    const heardMs = performance.now();
    return { zeroMs: (rows[0]?.atMs ?? Number.NaN) - (askedMs + heardMs) / 2, wayMs: heardMs - askedMs };
  } finally {
    client.release();
  }
}

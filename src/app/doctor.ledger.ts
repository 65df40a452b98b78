import { createDb, createPool, sqlState } from '#platform/db/index.ts';
import { createLedger, type AnchorState } from '#modules/ledger/index.ts';
import type { AppConfig } from './config.ts';
import { openEmbedded } from './database.ts';
import { bad, good, type Check } from './doctor.check.ts';
import { createPlaces } from './places.ts';

const UNDEFINED_TABLE = '42P01';
const NAME = 'ledger checkpoints';

/** Whether what is signed also gets to the places outside; reads what the servers have noted. */
export async function checkLedgerPlaces(config: AppConfig): Promise<Check> {
  const places = createPlaces(config);
  if (places.length === 0)
    return bad(
      NAME,
      'no place outside keeps them',
      'Set REEVE_LEDGER_CHECKPOINT_FILE, _GIT or _WEBHOOK: without one, a database administrator can rewrite the ledger unseen.',
      false,
    );
  const embedded = await openEmbedded(config);
  const pool = createPool({ connection: embedded === null ? { url: config.databaseUrl ?? '' } : embedded.connection, max: 2 }, () => {});
  try {
    return judge(await createLedger({ db: createDb(pool), places }).anchors());
  } catch (error) {
    if (sqlState(error) === UNDEFINED_TABLE) return good(NAME, `${places.map(({ where }) => where).join(', ')}; no server has started yet`);
    throw error;
  } finally {
    await pool.end();
    await embedded?.stop();
  }
}

function judge({ last, places }: AnchorState): Check {
  const failing = places.filter(({ lastError }) => lastError !== null);
  const newest = last?.number ?? 0;
  const told = places.map(({ place, published }) => `${place} has ${published} of ${newest}`).join(', ');
  if (failing.length === 0) return good(NAME, told);
  return bad(NAME, failing.map(({ where, lastError }) => `${where}: ${lastError}`).join('; '), 'It is tried again; nothing waits for it.', false);
}

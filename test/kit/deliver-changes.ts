/** A process for tests of kills: `node deliver-changes.ts '<json>'` sends the change records that are due and ends. */
import { createChangeWebhook } from '#connectors/change-webhook/index.ts';
import { createDb, createPool } from '#platform/db/index.ts';
import { createGuardedFetch } from '#platform/net/index.ts';
import { deliverDue } from '../../src/modules/compliance/commands.deliveries.ts';
import type { EmbeddedConnection } from './server.ts';

export interface DeliverArguments {
  connection: EmbeddedConnection;
  url: string;
  secret: string;
}

const { connection, url, secret } = JSON.parse(process.argv[2] ?? '') as DeliverArguments;
const pool = createPool({ connection, max: 4 }, () => {});
await deliverDue(createDb(pool), createChangeWebhook({ url, secret, fetch: createGuardedFetch({ allowPrivateHosts: [new URL(url).host] }) }));
await pool.end();

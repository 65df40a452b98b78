/**
 * A process that uses an embedded server, for tests of sharing and crashing: `node embedded-user.ts '<json>'`. Prints one
 * line of JSON about the server; SIGTERM leaves in good order, SIGKILL does not.
 */
import { createLog } from '#platform/log/index.ts';
import { startEmbedded } from '#platform/db/index.ts';

const given = JSON.parse(process.argv[2] ?? '') as { dataDir: string };
const server = await startEmbedded({
  dataDir: given.dataDir,
  disposable: true,
  log: createLog({ level: 'fatal', format: 'json', destination: process.stderr }),
});
process.once('SIGTERM', () => {
  void server.stop().then(() => process.exit(0));
});
process.stdout.write(`${JSON.stringify({ adopted: server.adopted, pid: server.pid, connection: server.connection })}\n`);

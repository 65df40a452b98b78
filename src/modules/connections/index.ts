import { createConnectionCommands, type ConnectionDeps } from './commands.ts';
import type { Connections } from './model.ts';
import { createConnectionQueries } from './queries.ts';

export * from './model.ts';
export type { CallOutcome, ConnectionHealth, KnownConnection } from './model.health.ts';
export { createCallLog, type CallLog } from './commands.calls.ts';
export { createConnectionsHealth, type ConnectionsHealth } from './queries.health.ts';
export { connectionHealthRoutes } from './routes.health.ts';
export { connectionRoutes } from './routes.ts';
export { connectionPages } from './routes.pages.ts';
export { toShown } from './commands.ts';
export type { ConnectionDeps } from './commands.ts';

export function createConnections(deps: ConnectionDeps): Connections {
  return { ...createConnectionQueries(deps), ...createConnectionCommands(deps) };
}

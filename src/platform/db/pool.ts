import pg from 'pg';

export interface PoolSettings {
  /** `postgres://` URL, or the socket folder of the embedded server. */
  connection: { url: string } | { socketDir: string; port: number; database: string; user: string };
  max?: number;
  applicationName?: string;
}

// int8 and numeric as numbers: counts, sequence numbers and micros stay far below 2^53.
pg.types.setTypeParser(20, Number);
pg.types.setTypeParser(1700, Number);

/**
 * What the workflow engine takes for a database that is away, by what the operating system calls it: nobody at a unix socket; a connection that is
 * found broken by writing to it. The engine waits for those it knows; anything else would become the fate of a workflow whose step it could not record.
 */
const KNOWN_AS: Readonly<Record<string, string>> = { ENOENT: 'ECONNREFUSED', EPIPE: 'ECONNRESET' };

class SocketClient extends pg.Client {
  constructor(config?: pg.ClientConfig) {
    super(config);
    // The first to hear: everybody else is told what this makes of it.
    this.connection.on('error', (error: NodeJS.ErrnoException) => {
      error.code = KNOWN_AS[error.code ?? ''] ?? error.code;
    });
  }
}

/** A pool whose idle connections may break without ending the process; `onError` hears of each. */
export function createPool(settings: PoolSettings, onError: (error: Error) => void): pg.Pool {
  const { connection } = settings;
  const target =
    'url' in connection
      ? { connectionString: connection.url }
      : { host: connection.socketDir, port: connection.port, database: connection.database, user: connection.user };
  const pool = new pg.Pool({
    ...target,
    max: settings.max ?? 10,
    application_name: settings.applicationName ?? 'reeve',
    Client: SocketClient as unknown as typeof pg.Client,
  } as pg.PoolConfig);
  pool.on('error', onError);
  pool.on('connect', (client) => {
    client.on('error', onError);
  });
  return pool;
}

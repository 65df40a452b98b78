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
 * On a unix socket a server that is down answers ENOENT. The workflow engine retries ECONNREFUSED only, so a restart of
 * the database would strand a workflow: translate.
 */
class SocketClient extends pg.Client {
  override connect(): Promise<pg.Client>;
  override connect(callback: (error: Error) => void): void;
  override connect(callback?: (error: Error) => void): Promise<pg.Client> | void {
    const translate = (error: unknown): Error => {
      const failed = error as NodeJS.ErrnoException | null;
      if (failed?.code === 'ENOENT') failed.code = 'ECONNREFUSED';
      return error as Error;
    };
    if (callback) return super.connect((error: Error) => callback(translate(error)));
    return (super.connect() as unknown as Promise<pg.Client>).catch((error: unknown) => {
      throw translate(error);
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

import { createServer } from 'node:net';
import { AppError } from '#kernel/errors.ts';
import type { Config } from '#platform/config/index.ts';

type Place = Pick<Config, 'host' | 'port'>;

/** Opens the port for a moment; throws what `listen` of a server would. */
export async function tryPort(place: Place): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const probe = createServer();
    probe.once('error', (error) => reject(cannotListen(error, place)));
    probe.listen(place.port, place.host, () => probe.close(() => resolve()));
  });
}

/** Why a port could not be opened, in words. */
export function cannotListen(error: unknown, config: Place): Error {
  const { code } = error as NodeJS.ErrnoException;
  if (code === 'EADDRINUSE') {
    return new AppError('unavailable', `Port ${config.port} on ${config.host} is taken.`, {
      code: 'port_taken',
      hint: 'Stop the other program, or choose another port (--port or REEVE_PORT; 0 takes any free one).',
      cause: error,
    });
  }
  if (code === 'EACCES')
    return new AppError('unavailable', `Port ${config.port} may not be opened by this user.`, {
      code: 'port_forbidden',
      hint: 'Choose a port above 1023 (REEVE_PORT).',
      cause: error,
    });
  if (code === 'EADDRNOTAVAIL' || code === 'ENOTFOUND')
    return new AppError('unavailable', `${config.host} is no address of this machine.`, {
      code: 'host_unknown',
      hint: 'Correct REEVE_HOST.',
      cause: error,
    });
  return error as Error;
}

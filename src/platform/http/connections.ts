import type { Server } from 'node:http';
import type { Socket } from 'node:net';

/**
 * Connections that have not sent a byte. Browsers and fetch clients open such in advance; Node counts them as busy
 * (`closeIdleConnections` leaves them), so a stop would wait its whole grace for a request that never comes.
 */
export function trackUnused(server: Server): { end(): void } {
  const unused = new Set<Socket>();
  server.on('connection', (socket: Socket) => {
    unused.add(socket);
    socket.once('close', () => unused.delete(socket));
  });
  server.on('request', (request) => unused.delete(request.socket));
  return {
    end() {
      for (const socket of unused) if (socket.bytesRead === 0) socket.destroy();
    },
  };
}

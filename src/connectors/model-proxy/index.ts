import { randomBytes } from 'node:crypto';
import { chmod, rm } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import type { ModelProxy, ModelProxySpec, OpenModelProxy } from '#ports/model-proxy.ts';
import { createAccount } from './account.ts';
import { refuse } from './refuse.ts';
import { serve } from './serve.ts';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const MAX_SOCKET_PATH_BYTES = 103;

/** The model gateway: one unix socket per run, in front of one provider. */
export function createModelProxy({ log }: { log: Log }): ModelProxy {
  return { open: (spec) => openGateway(spec, log) };
}

async function openGateway(spec: ModelProxySpec, log: Log): Promise<OpenModelProxy> {
  if (Buffer.byteLength(spec.socketPath) > MAX_SOCKET_PATH_BYTES) {
    throw new AppError('invalid', `The socket path ${spec.socketPath} is longer than ${MAX_SOCKET_PATH_BYTES} bytes: use a shorter data folder.`, {
      code: 'socket_path_too_long',
    });
  }
  const account = createAccount(spec);
  const innerKey = `reeve-${randomBytes(16).toString('hex')}`;
  const run = { spec, account, innerKey, log };
  const server = createServer((request, response) => {
    response.on('error', () => {}); // the agent hung up
    serve(run, request, response).catch((error: unknown) => refuse(response, spec.upstream.kind, 'upstream', messageOf(error)));
  });
  server.requestTimeout = 0; // an answer may take as long as the run
  await listen(server, spec.socketPath);
  let closing: Promise<void> | null = null;
  return {
    env: { REEVE_GATEWAY_KEY: innerKey, REEVE_GATEWAY_KIND: spec.upstream.kind },
    usage: account.usage,
    close: () => (closing ??= close(server, spec.socketPath)),
  };
}

async function listen(server: Server, socketPath: string): Promise<void> {
  await rm(socketPath, { force: true });
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new AppError('unavailable', `The model gateway cannot listen on ${socketPath}: ${error.message}`, { cause: error }));
    server.once('error', failed);
    server.listen(socketPath, () => {
      server.off('error', failed);
      resolve();
    });
  });
  await chmod(socketPath, 0o600);
}

async function close(server: Server, socketPath: string): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  await rm(socketPath, { force: true });
}

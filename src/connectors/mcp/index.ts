import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { chmod, rm } from 'node:fs/promises';
import { AppError, messageOf } from '#kernel/errors.ts';
import type { Log } from '#platform/log/index.ts';
import { TOOLS_PATH, type OpenToolServer, type ToolServer, type ToolServerSpec } from '#ports/agent-tools.ts';
import { createDispatch } from './dispatch.ts';
import { serve } from './serve.ts';

/** `sun_path` holds 108 bytes on Linux and 104 on macOS, the closing zero included. */
const MAX_SOCKET_PATH_BYTES = 103;

/** Tools for agents over MCP, one small server per run. */
export function createToolServer({ log }: { log: Log }): ToolServer {
  return { open: (spec) => openServer(spec, log) };
}

async function openServer(spec: ToolServerSpec, log: Log): Promise<OpenToolServer> {
  const { socketPath } = spec;
  if (socketPath !== null && Buffer.byteLength(socketPath) > MAX_SOCKET_PATH_BYTES)
    throw new AppError('invalid', `The socket path ${socketPath} is longer than ${MAX_SOCKET_PATH_BYTES} bytes: use a shorter data folder.`, {
      code: 'socket_path_too_long',
    });
  const dispatch = createDispatch({ tools: spec.tools, log, runId: spec.runId });
  const server = createServer((request, response) => {
    response.on('error', () => {}); // the agent hung up
    serve(dispatch, spec.token, request, response).catch((error: unknown) => {
      log.warn({ run: spec.runId, error: messageOf(error) }, 'a request for tools could not be answered');
      response.destroy();
    });
  });
  server.requestTimeout = 0; // people take their time
  if (socketPath !== null) await rm(socketPath, { force: true });
  await listen(server, socketPath);
  if (socketPath !== null) await chmod(socketPath, 0o600);
  let closing: Promise<void> | null = null;
  return {
    url: socketPath === null ? `http://127.0.0.1:${(server.address() as AddressInfo).port}${TOOLS_PATH}` : null,
    close: () => (closing ??= close(server, socketPath)),
  };
}

async function listen(server: Server, socketPath: string | null): Promise<void> {
  await new Promise<void>((resolve, reject) => {
    const failed = (error: Error): void =>
      reject(new AppError('unavailable', `The tools of the run cannot be offered: ${error.message}`, { cause: error }));
    server.once('error', failed);
    server.listen(socketPath === null ? { host: '127.0.0.1', port: 0 } : { path: socketPath }, () => {
      server.off('error', failed);
      resolve();
    });
  });
}

async function close(server: Server, socketPath: string | null): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  server.closeAllConnections();
  await closed;
  if (socketPath !== null) await rm(socketPath, { force: true });
}

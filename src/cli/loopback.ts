import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { AppError } from '#kernel/errors.ts';

/** A door on this machine's loopback interface through which a browser hands over the code of a sign-in (RFC 8252, 7.3). */
export interface Loopback {
  port: number;
  /** The code, once a browser came with the right state. AppError unavailable after `waitMs`. */
  code(waitMs: number): Promise<string>;
  close(): void;
}

const PAGE = (text: string): string => `<!doctype html><meta charset="utf-8"><title>Reeve</title><p>${text}</p>`;

export async function openLoopback(state: string): Promise<Loopback> {
  let tell: (code: string) => void = () => {};
  const told = new Promise<string>((resolve) => (tell = resolve));
  const server = http.createServer((request, response) => {
    const url = new URL(request.url ?? '/', 'http://127.0.0.1');
    const code = url.searchParams.get('code');
    // Any page may send a browser here: only the answer to this very sign-in counts.
    const isOurs = url.pathname === '/callback' && url.searchParams.get('state') === state && code !== null;
    response.writeHead(isOurs ? 200 : 404, { 'content-type': 'text/html; charset=utf-8', connection: 'close', 'cache-control': 'no-store' });
    response.end(PAGE(isOurs ? 'You are signed in. You can close this page.' : 'There is nothing here.'));
    if (isOurs) tell(code);
  });
  await new Promise<void>((resolve, reject) => {
    server.on('error', reject);
    server.listen(0, '127.0.0.1', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    async code(waitMs) {
      let timer: NodeJS.Timeout | undefined;
      const late = new Promise<never>((_resolve, reject) => {
        timer = setTimeout(() => reject(new AppError('unavailable', 'Nobody signed in.', { hint: 'Run `reeve login` again.' })), waitMs);
      });
      try {
        return await Promise.race([told, late]);
      } finally {
        clearTimeout(timer);
      }
    },
    close() {
      server.close();
      server.closeIdleConnections();
    },
  };
}

import { execFileSync, spawn } from 'node:child_process';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface GitOverHttp {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** Requests that came with the right user and password. */
  admitted: number;
  close(): Promise<void>;
}

/** Serves the bare repositories under `folder` by git's own `http-backend` to whoever shows `user:password`; `onRequest` hears of each request. */
export async function startGitOverHttp(folder: string, pair: string, onRequest: () => void): Promise<GitOverHttp> {
  const backend = `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const expected = `Basic ${Buffer.from(pair).toString('base64')}`;
  const server = http.createServer((request, response) => {
    onRequest();
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    fake.admitted += 1;
    serve(backend, folder, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: GitOverHttp = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    admitted: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return fake;
}

function serve(backend: string, folder: string, request: IncomingMessage, response: ServerResponse): void {
  const url = new URL(request.url ?? '/', 'http://x');
  const child = spawn(backend, [], {
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH: process.env['PATH'] ?? '',
      PATH_INFO: url.pathname,
      QUERY_STRING: url.search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: 'anybody',
    },
  });
  request.pipe(child.stdin);
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  child.on('close', () => {
    const whole = Buffer.concat(chunks);
    const end = whole.indexOf('\r\n\r\n');
    const headers = whole
      .subarray(0, end)
      .toString('utf8')
      .split('\r\n')
      .map((line) => line.split(/: /, 2) as [string, string]);
    const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
    response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status'))).end(whole.subarray(end + 4));
  });
}

import { execFileSync, spawn } from 'node:child_process';
import http, { type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { basename, dirname, join } from 'node:path';
import { createGunzip } from 'node:zlib';

export interface GitOverHttp {
  /** `127.0.0.1:PORT`. */
  host: string;
  /** Requests that came with the right user and password. */
  admitted: number;
  close(): Promise<void>;
}

/** Serves the bare repositories under `folder` by git's own `http-backend` to whoever shows `user:password`; `onRequest` hears of each request. */
export async function startGitOverHttp(folder: string, pair: string, onRequest: () => void): Promise<GitOverHttp> {
  const expected = `Basic ${Buffer.from(pair).toString('base64')}`;
  const server = http.createServer((request, response) => {
    onRequest();
    if (request.headers.authorization !== expected) {
      response.writeHead(401, { 'www-authenticate': 'Basic realm="git"' }).end();
      return;
    }
    fake.admitted += 1;
    void serve(folder, new URL(request.url ?? '/', 'http://x').pathname, request, response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const fake: GitOverHttp = {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    admitted: 0,
    close: () => new Promise((resolve) => server.close(() => resolve())),
  };
  return fake;
}

export interface Serving {
  /** Runs when git is done and before the asker hears of it. */
  beforeAnswer?: () => Promise<void>;
  /** The connection breaks in the place of the answer. */
  lose?: boolean;
}

/** One request of git's smart protocol (`/info/refs`, `/git-upload-pack`, `/git-receive-pack`) to the bare repository at `dir`. */
export function serveRepository(dir: string, rest: string, request: IncomingMessage, response: ServerResponse, serving: Serving = {}): Promise<void> {
  return serve(dirname(dir), join('/', basename(dir), rest), request, response, serving);
}

let backend: string | null = null;

async function serve(folder: string, path: string, request: IncomingMessage, response: ServerResponse, serving: Serving = {}): Promise<void> {
  backend ??= `${execFileSync('git', ['--exec-path'], { encoding: 'utf8' }).trim()}/git-http-backend`;
  const protocol = request.headers['git-protocol'];
  const child = spawn(backend, [], {
    env: {
      GIT_PROJECT_ROOT: folder,
      GIT_HTTP_EXPORT_ALL: '1',
      PATH: process.env['PATH'] ?? '',
      PATH_INFO: path,
      QUERY_STRING: new URL(request.url ?? '/', 'http://x').search.slice(1),
      REQUEST_METHOD: request.method ?? 'GET',
      CONTENT_TYPE: request.headers['content-type'] ?? '',
      REMOTE_USER: 'anybody',
      ...(typeof protocol === 'string' ? { GIT_PROTOCOL: protocol } : {}),
    },
  });
  const chunks: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
  // A backend that refuses early does not read all it is sent.
  child.stdin.on('error', () => undefined);
  const body = request.headers['content-encoding'] === 'gzip' ? request.pipe(createGunzip()) : request;
  body.pipe(child.stdin);
  // Whoever pushes may die in the middle: git hears the end of what it was sent, and refuses half a push by itself.
  const gone = (): void => void child.stdin.end();
  if (request.destroyed) gone();
  request.on('close', gone);
  body.on('error', gone);
  await new Promise<void>((resolve) => child.on('close', () => resolve()));
  await serving.beforeAnswer?.();
  if (serving.lose === true) return void request.socket.destroy();
  answer(Buffer.concat(chunks), response);
}

/** A CGI program's answer: headers, an empty line, the body. */
function answer(whole: Buffer, response: ServerResponse): void {
  const end = whole.indexOf('\r\n\r\n');
  const headers = whole
    .subarray(0, end)
    .toString('utf8')
    .split('\r\n')
    .map((line) => line.split(/: /, 2) as [string, string]);
  const status = Number(headers.find(([name]) => name === 'Status')?.[1].slice(0, 3) ?? 200);
  response.writeHead(status, Object.fromEntries(headers.filter(([name]) => name !== 'Status'))).end(whole.subarray(end + 4));
}

import { createHash, randomBytes } from 'node:crypto';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { brotliCompressSync, constants, gzipSync } from 'node:zlib';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';

/** Stands in the built page wherever a style or a script is named; each answer has its own number there. */
const NONCE = '__CSP_NONCE__';

/** Beside the page and not in `assets`: their addresses are fixed. */
const LOOSE_FILES = ['icon.svg', 'theme.js'] as const;

const TYPES: Readonly<Record<string, string>> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.webmanifest': 'application/manifest+json',
  '.woff2': 'font/woff2',
};

const NOT_BUILT = `<!doctype html><html lang="en"><meta charset="utf-8"><title>Reeve</title>
<h1>The console is not built</h1><p>Run <code>npm run build:web</code> in the checkout and load this page again. The API is described at <a href="/docs">/docs</a>.</p></html>`;

interface Asset {
  type: string;
  plain: Buffer;
  gzip: Buffer | null;
  brotli: Buffer | null;
  etag: string;
  /** The name holds a digest of the contents: what was fetched once is never old. */
  forever: boolean;
}

/** Content security policy of the console's page: nothing but our own files, no inline script or style, nothing may frame it. */
function policy(nonce: string): string {
  return [
    "default-src 'none'",
    "script-src 'self'",
    // Menus and the editor put style elements of their own into the page; they carry the page's number.
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "manifest-src 'self'",
    "form-action 'self'",
    "base-uri 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/**
 * The console's files, read and compressed on their first visit and kept. `folder` holds what the build of `web` wrote; where there is none,
 * pages say how it is made. The page answers every address that is a place in the console, so that links lead there.
 */
export function addConsole(
  app: FastifyInstance,
  folder: string,
): { isPage(request: FastifyRequest): boolean; page(reply: FastifyReply): FastifyReply } {
  const kept = new Map<string, Asset>();
  for (const name of LOOSE_FILES) app.get(`/${name}`, (request, reply) => answer(name, request, reply));
  app.get<{ Params: { name: string } }>('/assets/:name', (request, reply) => {
    // A name, never a way: nothing outside the folder can be named.
    if (!/^[\w-][\w.-]*$/.test(request.params.name)) return reply.callNotFound();
    return answer(`assets/${request.params.name}`, request, reply);
  });
  const page = (reply: FastifyReply): FastifyReply => sendPage(reply, textOf(readFile(folder, 'index.html')));
  app.get('/', (_request, reply) => page(reply));
  return { isPage, page };

  function answer(name: string, request: FastifyRequest, reply: FastifyReply): FastifyReply | void {
    const known = kept.get(name) ?? readAsset(folder, name);
    if (known === null) return reply.callNotFound();
    // The name of these says what is in them; a loose file may be another after the next build.
    if (known.forever) kept.set(name, known);
    return sendAsset(request, reply, known);
  }
}

/** A browser that goes somewhere, not a program that asks for data; addresses of the API stay problem documents. */
function isPage(request: FastifyRequest): boolean {
  const reading = request.method === 'GET' || request.method === 'HEAD';
  const address = request.url.split('?', 1)[0] ?? '/';
  return reading && (request.headers.accept ?? '').includes('text/html') && !/^\/(?:v1|webhooks|commands|assets|schemas|docs)(?:\/|$)/.test(address);
}

/** Null: there is no such file. */
function readFile(folder: string, name: string): Buffer | null {
  try {
    return readFileSync(path.join(folder, name));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
}

const textOf = (contents: Buffer | null): string | null => contents?.toString('utf8') ?? null;

function readAsset(folder: string, name: string): Asset | null {
  const plain = readFile(folder, name);
  if (plain === null) return null;
  const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
  const squeezable = /^(?:text|application)\/|svg/.test(type);
  return {
    type,
    plain,
    gzip: squeezable ? gzipSync(plain) : null,
    brotli: squeezable ? brotliCompressSync(plain, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }) : null,
    etag: `"${createHash('sha256').update(plain).digest('base64url').slice(0, 22)}"`,
    forever: name.startsWith('assets/'),
  };
}

function sendAsset(request: FastifyRequest, reply: FastifyReply, asset: Asset): FastifyReply {
  void reply.headers({
    etag: asset.etag,
    vary: 'accept-encoding',
    'cache-control': asset.forever ? 'public, max-age=31536000, immutable' : 'no-cache',
  });
  if (request.headers['if-none-match'] === asset.etag) return reply.code(304).send();
  void reply.type(asset.type);
  const accepted = String(request.headers['accept-encoding'] ?? '');
  if (asset.brotli !== null && /\bbr\b/.test(accepted)) return reply.header('content-encoding', 'br').send(asset.brotli);
  if (asset.gzip !== null && /\bgzip\b/.test(accepted)) return reply.header('content-encoding', 'gzip').send(asset.gzip);
  return reply.send(asset.plain);
}

function sendPage(reply: FastifyReply, html: string | null): FastifyReply {
  const nonce = randomBytes(18).toString('base64');
  return reply
    .code(html === null ? 503 : 200)
    .headers({ 'content-security-policy': policy(nonce), 'cache-control': 'no-store' })
    .type('text/html; charset=utf-8')
    .send(html === null ? NOT_BUILT : html.replaceAll(NONCE, nonce));
}

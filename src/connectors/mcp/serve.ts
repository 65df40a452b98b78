import type { IncomingMessage, ServerResponse } from 'node:http';
import { timingSafeEqual } from 'node:crypto';
import { TOOLS_PATH } from '#ports/agent-tools.ts';
import type { Dispatch } from './dispatch.ts';
import { INVALID_REQUEST, PARSE_ERROR, toError, toProgress } from './map.ts';
import { Answer, Notification, Request, type MessageId } from './schema.ts';

const MAX_BODY_BYTES = 1024 * 1024;

/**
 * Between two signs of life while a call waits for people. Clients give up on a silent stream (Node's own after 300 s) and
 * those that listen to progress start their patience again with each.
 */
const SIGN_OF_LIFE_MS = 10_000;

/** One HTTP request of the agent. https://modelcontextprotocol.io/specification/2025-06-18/basic/transports#streamable-http */
export async function serve(dispatch: Dispatch, token: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const refuse = (status: number, code: number, message: string, headers: Record<string, string> = {}): void => {
    response.writeHead(status, { 'content-type': 'application/json', ...headers });
    response.end(JSON.stringify(toError(null, code, message)));
  };
  if ((request.url ?? '/').split('?')[0] !== TOOLS_PATH) return refuse(404, INVALID_REQUEST, 'There is nothing here.');
  if (!isOurs(request.headers.origin)) return refuse(403, INVALID_REQUEST, 'Pages of other origins have no business here.');
  if (!hasToken(request, token)) return refuse(401, INVALID_REQUEST, 'This is not the token of the run.', { 'www-authenticate': 'Bearer' });
  // We keep no session and start no stream of our own: 405 says so, as the specification wants it.
  if (request.method !== 'POST') return refuse(405, INVALID_REQUEST, 'Send messages with POST.', { allow: 'POST' });
  const body = await readBody(request);
  if (body === null) return refuse(413, INVALID_REQUEST, `A message has at most ${MAX_BODY_BYTES} bytes.`);
  const message = parseJson(body);
  if (message === undefined) return refuse(400, PARSE_ERROR, 'The body is not JSON.');
  const asked = Request.safeParse(message);
  if (asked.success) return answer(dispatch, asked.data, request, response);
  const told = Notification.safeParse(message);
  if (told.success) dispatch.notice(told.data.method, told.data.params);
  else if (!Answer.safeParse(message).success) return refuse(400, INVALID_REQUEST, 'The body is not a message of JSON-RPC 2.0.');
  response.writeHead(202).end();
}

async function answer(dispatch: Dispatch, asked: Request, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const hungUp = new AbortController();
  response.once('close', () => hungUp.abort());
  const call = dispatch.callOf(asked);
  if (call === null || !(request.headers.accept ?? '').includes('text/event-stream')) {
    const result = await dispatch.answer(asked, hungUp.signal);
    response.writeHead(200, { 'content-type': 'application/json' });
    response.end(JSON.stringify(result));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-store' });
  response.flushHeaders();
  const stop = signsOfLife(response, call._meta?.progressToken ?? null);
  try {
    const result = await dispatch.answer(asked, hungUp.signal);
    response.end(eventOf(result));
  } finally {
    stop();
  }
}

function signsOfLife(response: ServerResponse, token: MessageId | null): () => void {
  let n = 0;
  const timer = setInterval(() => {
    n += 1;
    response.write(token === null ? ': still waiting\n\n' : eventOf(toProgress(token, n, 'still waiting')));
  }, SIGN_OF_LIFE_MS);
  return () => clearInterval(timer);
}

const eventOf = (message: object): string => `event: message\ndata: ${JSON.stringify(message)}\n\n`;

/** Programs send no Origin; a page that was rebound to this address sends its own. */
function isOurs(origin: string | undefined): boolean {
  if (origin === undefined) return true;
  return ['127.0.0.1', 'localhost', '[::1]'].includes(URL.parse(origin)?.hostname ?? '');
}

function hasToken(request: IncomingMessage, token: string): boolean {
  const given = Buffer.from((request.headers.authorization ?? '').replace(/^Bearer +/i, ''));
  const wanted = Buffer.from(token);
  return given.length === wanted.length && timingSafeEqual(given, wanted);
}

async function readBody(request: IncomingMessage): Promise<string | null> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of request) {
    bytes += (chunk as Buffer).length;
    if (bytes > MAX_BODY_BYTES) return null;
    parts.push(chunk as Buffer);
  }
  return Buffer.concat(parts).toString('utf8');
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

import { createHash } from 'node:crypto';
import http, { type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Refusal, type Answer } from './answer.ts';
import { actorOf, identify, nameOf, refuseAsker, refuseOnRepository } from './auth.ts';
import type { FaultKind } from './faults.ts';
import type { RequestLine } from './journal.ts';
import { limitsOf, type Limits } from './limits.ts';
import type { Call, Matcher, RepositoryCall, Who } from './route.ts';
import { matcher } from './route.ts';
import { ROUTES } from './routes.ts';
import { gitPath, serveGit } from './serve-git.ts';
import type { Json } from './state.ts';
import { documentationUrl, violationsOf } from './validate.ts';
import type { World } from './world.ts';

const MATCHERS: Matcher[] = ROUTES.map(matcher);

/** Answers what is below `/_fake/`: for tests that run the fake as a process of its own. */
export type Control = (request: IncomingMessage, response: ServerResponse) => Promise<void>;

/** GitHub over HTTP: the API at the root (and beneath `/api/v3`, as Enterprise has it) and git at `/{owner}/{repo}.git`. */
export async function listen(world: World, port: number, control: Control | null = null): Promise<Server> {
  const limits = limitsOf();
  const server = http.createServer((request, response) => {
    const path = request.url ?? '/';
    const served = control !== null && path.startsWith('/_fake/') ? control(request, response) : serve(world, limits, request, response);
    served.catch((error: unknown) => {
      // Whoever asked has gone, perhaps killed by a test; nothing was begun.
      if (!request.complete) return;
      world.errors.push(error);
      if (!response.headersSent) response.writeHead(500, { 'content-type': 'application/json' });
      response.end(JSON.stringify({ message: 'Server Error', fake: String(error) }));
    });
  });
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  world.origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return server;
}

async function serve(world: World, limits: Limits, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', world.origin);
  if (url.pathname.startsWith('/_storage/logs/')) return serveLog(world, url.pathname, response);
  const git = gitPath(url.pathname);
  if (git !== null) return serveGit(world, request, response, git);
  const raw = await readAll(request);
  const path = url.pathname.replace(/^\/api\/v3(?=\/)/, '').replace(/^\/api\/graphql$/, '/graphql');
  const method = request.method ?? 'GET';
  const fault = world.faults.take(method, path);
  const line: RequestLine = { method, path, query: url.search.slice(1), body: parse(raw), status: 0, who: 'anonymous', fault: fault?.kind ?? null };
  world.journal.requests.push(line);
  if (fault?.kind === 'delay' && !(await world.stillThereAfter(fault.ms))) return;
  if (fault?.kind === 'hang') return;
  if (fault?.kind === 'lost_request') return void request.socket.destroy();
  const answer = refusalOf(fault) ?? (await answerTo(world, request, line, url, fault));
  const told: Answer = fault?.kind === 'bad_gateway_after' ? { status: 502, body: { message: 'Server Error' } } : answer;
  line.status = told.status;
  if (fault?.kind === 'lost_answer') return void request.socket.destroy();
  write(world, limits, request, response, line, told);
}

function serveLog(world: World, path: string, response: ServerResponse): void {
  const kept = world.logs.get(path.split('/').at(-1) ?? '');
  const job = kept === undefined || kept.until < Date.now() ? undefined : world.repository(kept.fullName).data.jobs.find(({ id }) => id === kept.job);
  if (job === undefined) return void response.writeHead(404, { 'content-type': 'text/plain' }).end('not found');
  response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(job.log);
}

function parse(raw: string): unknown {
  if (raw === '') return null;
  try {
    return JSON.parse(raw) as unknown;
  } catch {
    return undefined;
  }
}

/** Faults that answer in the place of the API, in GitHub's words. https://docs.github.com/rest/using-the-rest-api/rate-limits-for-the-rest-api */
function refusalOf(fault: FaultKind | null): Answer | null {
  switch (fault?.kind) {
    case 'status':
      return { status: fault.status, body: { message: 'Server Error' } };
    case 'rate_limited':
      return {
        status: 403,
        body: {
          message: 'API rate limit exceeded for user.',
          documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api',
        },
        headers: { 'x-ratelimit-remaining': '0', 'x-ratelimit-reset': String(Math.ceil(Date.now() / 1000) + fault.resetInS) },
      };
    case 'secondary_limit':
      return {
        status: fault.status ?? 403,
        body: {
          message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.',
          documentation_url: 'https://docs.github.com/rest/overview/rate-limits-for-the-rest-api#about-secondary-rate-limits',
        },
        headers: fault.retryAfterS === undefined ? {} : { 'retry-after': String(fault.retryAfterS) },
      };
    default:
      return null;
  }
}

async function answerTo(world: World, request: IncomingMessage, line: RequestLine, url: URL, fault: FaultKind | null): Promise<Answer> {
  try {
    if (line.body === undefined) throw new Refusal(400, 'Problems parsing JSON');
    if (request.headers['user-agent'] === undefined)
      throw new Refusal(403, 'Request forbidden by administrative rules. Please make sure your request has a User-Agent header.');
    const who = identify(world, request.headers.authorization);
    line.who = nameOf(who);
    const found = find(line.method, line.path);
    if (found === null) {
      world.violations.push(`${line.method} ${line.path}: no such operation is known to the fake`);
      throw new Refusal(404, 'Not Found');
    }
    return await paged(await handled(world, request, line, url, who, found, fault), line, url, world);
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const docs = documentationUrl(line.method, find(line.method, line.path)?.matcher.route.path ?? '');
    return {
      status: error.status,
      headers: error.headers,
      body: { message: error.message, ...error.more, documentation_url: docs, status: String(error.status) },
    };
  }
}

interface Found {
  matcher: Matcher;
  params: Record<string, string>;
}

function find(method: string, path: string): Found | null {
  for (const one of MATCHERS) {
    const params = one.match(method, path);
    if (params !== null) return { matcher: one, params };
  }
  return null;
}

async function handled(
  world: World,
  request: IncomingMessage,
  line: RequestLine,
  url: URL,
  who: Who,
  found: Found,
  fault: FaultKind | null,
): Promise<Answer> {
  const { route } = found.matcher;
  const body =
    typeof line.body === 'object' && line.body !== null && !Array.isArray(line.body)
      ? (line.body as Json)
      : line.body === null
        ? {}
        : { labels: line.body };
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, Array.isArray(value) ? value[0] : value]));
  const call: Call = { world, method: line.method, path: line.path, params: found.params, query: url.searchParams, body, headers, who };
  const wrong = violationsOf(route, { params: found.params, query: url.searchParams, body: line.body });
  if (wrong.length > 0) {
    world.violations.push(...wrong.map((sentence) => `${line.method} ${line.path}: ${sentence}`));
    throw new Refusal(422, 'Invalid request.\n\n' + wrong.join('\n'));
  }
  refuseAsker(route, who);
  if (route.asker !== 'repository') return world.inTurn('', async () => route.handle(call as RepositoryCall));
  const fullName = `${found.params['owner']}/${found.params['repo']}`;
  const repository = fault?.kind === 'stale' ? world.asOf(fullName, fault.writes) : world.find(fullName);
  if (repository === undefined) throw new Refusal(404, 'Not Found');
  refuseOnRepository(repository, route, who);
  const whole: RepositoryCall = { ...call, repository, actor: actorOf(who) };
  if (line.method === 'GET') return route.handle(whole);
  return world.inTurn(repository.fullName, async () => {
    await world.rememberPast();
    return route.handle(whole);
  });
}

/** "per_page … (max 100)", 30 where it is not said; the `Link` header names the pages around this one. */
async function paged(answer: Answer, line: RequestLine, url: URL, world: World): Promise<Answer> {
  if (answer.list === undefined) return answer;
  const { items, show, wrap } = answer.list;
  const perPage = Math.min(100, Math.max(1, Number(url.searchParams.get('per_page') ?? 30)));
  const page = Math.max(1, Number(url.searchParams.get('page') ?? 1));
  const shown: unknown[] = [];
  for (const item of items.slice((page - 1) * perPage, page * perPage)) shown.push(await (show as (item: unknown) => unknown)(item));
  const last = Math.max(1, Math.ceil(items.length / perPage));
  const link = linkOf(new URL(line.path + url.search, world.origin), page, last);
  const headers = { ...answer.headers, ...(link === '' ? {} : { link }) };
  return { status: answer.status, headers, body: wrap === undefined ? shown : wrap(shown, items.length) };
}

function linkOf(url: URL, page: number, last: number): string {
  const to = (number: number, rel: string): string => {
    const target = new URL(url);
    target.searchParams.set('page', String(number));
    return `<${target.href}>; rel="${rel}"`;
  };
  const before = page > 1 ? [to(page - 1, 'prev'), to(1, 'first')] : [];
  return [...before, ...(page < last ? [to(page + 1, 'next'), to(last, 'last')] : [])].join(', ');
}

/** Answers with an ETag; a GET that knows it gets 304, which costs nothing of the limit. */
function write(world: World, limits: Limits, request: IncomingMessage, response: ServerResponse, line: RequestLine, answer: Answer): void {
  const isText = typeof answer.body === 'string';
  const body = answer.body === undefined ? '' : typeof answer.body === 'string' ? answer.body : JSON.stringify(answer.body);
  const etag = `W/"${createHash('sha256').update(body).digest('hex')}"`;
  const known = line.method === 'GET' && answer.status === 200 && request.headers['if-none-match'] === etag;
  if (known) line.status = 304;
  const type: Record<string, string> =
    body === '' ? {} : { 'content-type': isText ? 'text/plain; charset=utf-8' : 'application/json; charset=utf-8' };
  const headers: Record<string, string> = {
    'x-github-request-id': `FAKE:${world.journal.requests.length}`,
    'x-github-media-type': 'github.v3; format=json',
    'x-github-api-version-selected': '2022-11-28',
    ...limits.spend(line.who, known ? 0 : 1, line.path === '/graphql' ? 'graphql' : 'core'),
    ...(answer.status === 200 && line.method === 'GET' ? { etag, 'cache-control': 'private, max-age=60, s-maxage=60' } : {}),
    ...answer.headers,
  };
  if (known) return void response.writeHead(304, headers).end();
  response.writeHead(answer.status, { ...type, ...headers }).end(body);
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}

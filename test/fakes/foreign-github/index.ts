import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { makeBare, type Bare } from './bare.ts';
import { BOT, createHub, type Personality, type Verdict } from './hub.ts';
import { no, nothing, ok, routesOf, type Reply } from './routes.ts';
import type { Comment, Pull, Ticket } from './views.ts';

/*
 * A server that speaks a part of GitHub's documented REST API (https://docs.github.com/en/rest, version 2022-11-28), written from that
 * documentation alone and with nothing of the stand-in beside it: it knows no more than the documentation says, so that what holds here does not
 * hold because the two were made for each other. It sends no webhooks: whoever plays GitHub in a test sends those it wants.
 */
export interface Seen {
  method: string;
  path: string;
  body: Record<string, unknown>;
  status: number;
}

export interface ForeignGithub {
  apiUrl: string;
  gitUrl: string;
  /** Every request in its order. */
  seen: Seen[];
  add(fullName: string, files: Readonly<Record<string, string>>): Bare;
  /** Opens an issue as a person; answers it as a webhook's `issue` has it. */
  open(fullName: string, issue: { title: string; body: string; login: string; labels: string[] }): Record<string, unknown>;
  /** Says something under an issue or a pull request; answers the payload of its `issue_comment`. */
  say(fullName: string, number: number, login: string, body: string): Record<string, unknown>;
  /** A result of CI as it can be read; answers the payload by which GitHub tells it (event `check_run`, or `status`). */
  judge(fullName: string, sha: string, result: { name: string; passed: boolean; words: string }): { event: string; payload: Record<string, unknown> };
  pulls(fullName: string): Pull[];
  comments(fullName: string, number: number): Comment[];
  ticket(fullName: string, number: number): Ticket;
  repository(fullName: string): Record<string, unknown>;
  user(login: string): Record<string, unknown>;
  close(): Promise<void>;
}

/** `root`: folder for the bare repositories. `token`: the one that is taken. */
export async function startForeignGithub(options: { root: string; token: string; personality?: Personality }): Promise<ForeignGithub> {
  const hub = createHub(options.personality ?? {}, () => origin);
  const { prefix = '', graphql = 'full', ci = 'check-runs', sparse = false, bearerOnly = false } = hub.personality;
  const { repos, views, id, now } = hub;
  const routes = routesOf(hub);
  const seen: Seen[] = [];

  /** https://docs.github.com/en/graphql/reference/mutations#markpullrequestreadyforreview, and nothing else of GraphQL. */
  function mutate(body: Record<string, unknown>): Reply {
    const text = `${String(body['query'])} ${JSON.stringify(body['variables'] ?? {})}`;
    const name = /(markPullRequestReadyForReview|convertPullRequestToDraft)/.exec(text)?.[1];
    const pull = [...repos.values()].flatMap((repo) => [...repo.pulls.values()]).find(({ nodeId }) => text.includes(nodeId));
    if (name === undefined) return ok({ errors: [{ type: 'undefinedField', message: 'Not a field that is known here.' }] });
    if (pull === undefined) return ok({ data: { [name]: null }, errors: [{ type: 'NOT_FOUND', message: 'Could not resolve to a node.' }] });
    pull.draft = name === 'convertPullRequestToDraft';
    return ok({ data: { [name]: graphql === 'terse' ? { clientMutationId: null } : { pullRequest: { isDraft: pull.draft } } } });
  }

  function answer(method: string, target: URL, body: Record<string, unknown>): Reply {
    const graphqlPath = prefix === '' ? '/graphql' : prefix.replace(/v3$/, 'graphql');
    if (method === 'POST' && target.pathname === graphqlPath) return graphql === 'none' ? nothing : mutate(body);
    if (!target.pathname.startsWith(`${prefix}/`)) return nothing;
    const path = target.pathname.slice(prefix.length);
    if (method === 'GET' && path === '/user') return ok(views.user(BOT));
    const inside = /^\/repos\/([^/]+\/[^/]+?)(\/.*)?$/.exec(path);
    const repo = repos.get((inside?.[1] ?? '').toLowerCase());
    if (repo === undefined) return nothing;
    for (const [wanted, pattern, reply, rare] of routes) {
      const match = wanted === method && (rare === undefined || !sparse) ? pattern.exec(inside?.[2] ?? '') : null;
      if (match !== null) return reply({ repo, at: match.slice(1).map((part) => decodeURIComponent(part)), query: target.searchParams, body });
    }
    return nothing;
  }

  function isKnown({ headers: { authorization = '' } }: IncomingMessage): boolean {
    return authorization === `Bearer ${options.token}` || (!bearerOnly && authorization === `token ${options.token}`);
  }

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const target = new URL(request.url ?? '/', 'http://foreign');
    const method = request.method ?? 'GET';
    const body = (parts.length === 0 ? {} : JSON.parse(Buffer.concat(parts).toString() || '{}')) as Record<string, unknown>;
    const reply = isKnown(request) ? answer(method, target, body) : no(401, 'Bad credentials');
    seen.push({ method, path: target.pathname + target.search, body, status: reply.status });
    response.writeHead(reply.status, { 'content-type': 'application/json; charset=utf-8' });
    response.end(reply.body === undefined ? undefined : JSON.stringify(reply.body));
  }

  const server = createServer((request, response) => {
    serve(request, response).catch((error: unknown) => {
      seen.push({ method: 'error', path: String(error), body: {}, status: 500 });
      response.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;

  return {
    apiUrl: `${origin}${prefix}`,
    gitUrl: `file://${options.root}/{owner}/{repo}.git`,
    seen,
    add(fullName, files) {
      const git = makeBare(options.root, fullName, files);
      repos.set(fullName.toLowerCase(), {
        name: fullName,
        git,
        tickets: new Map(),
        pulls: new Map(),
        comments: [],
        verdicts: [],
        reviews: [],
        statuses: [],
      });
      return git;
    },
    open(fullName, { login, ...given }) {
      return views.ticket(fullName, hub.open(hub.repo(fullName), login, given));
    },
    say(fullName, number, login, body) {
      const repo = hub.repo(fullName);
      const ticket = repo.tickets.get(number);
      if (ticket === undefined) throw new Error(`No issue ${number}.`);
      const comment = views.comment(fullName, hub.speak(repo, number, login, body));
      return { action: 'created', issue: views.ticket(fullName, ticket), comment, repository: views.repository(fullName), sender: views.user(login) };
    },
    judge(fullName, sha, { name, passed, words }) {
      const repo = hub.repo(fullName);
      const common = { repository: views.repository(fullName), sender: views.user('ci-runner') };
      if (ci === 'statuses') {
        const status = {
          id: id(),
          sha,
          context: name,
          state: passed ? 'success' : 'failure',
          description: words,
          target_url: null,
          created_at: now(),
        };
        repo.statuses.push(status);
        return { event: 'status', payload: { ...status, updated_at: now(), commit: { sha }, branches: [], ...common } };
      }
      const verdict: Verdict = { id: id(), sha, name, passed, words };
      repo.verdicts.push(verdict);
      return { event: 'check_run', payload: { action: 'completed', check_run: hub.run(verdict), ...common } };
    },
    pulls: (fullName) => [...hub.repo(fullName).pulls.values()].map((pull) => ({ ...pull, sha: hub.headOf(hub.repo(fullName), pull) })),
    comments: (fullName, number) => hub.repo(fullName).comments.filter(({ on }) => on === number),
    ticket(fullName, number) {
      const ticket = hub.repo(fullName).tickets.get(number);
      if (ticket === undefined) throw new Error(`No issue ${number}.`);
      return ticket;
    },
    repository: views.repository,
    user: views.user,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

export { BOT, type Personality } from './hub.ts';

import { BOT, type Hub, type Repo } from './hub.ts';
import type { Pull, Review, Ticket } from './views.ts';

export interface Call {
  repo: Repo;
  at: string[];
  query: URLSearchParams;
  body: Record<string, unknown>;
}

export type Reply = { status: number; body?: unknown; headers?: Record<string, string> };
export const ok = (body: unknown): Reply => ({ status: 200, body });
const made = (body: unknown): Reply => ({ status: 201, body });
export const no = (status: number, message: string): Reply => ({ status, body: { message, documentation_url: 'https://docs.github.com/rest' } });
export const nothing = no(404, 'Not Found');

const text = (value: unknown, otherwise = ''): string => (typeof value === 'string' ? value : otherwise);

/** `rare`: a sparse server does not have it. */
export type Route = [method: string, path: RegExp, answer: (call: Call) => Reply, rare?: 'rare'];

/** What is below `/repos/{owner}/{repo}`. */
export function routesOf(hub: Hub): Route[] {
  const { views, id, now } = hub;
  const { ci = 'check-runs', patchesDraft = false, guarded = false } = hub.personality;
  const withTicket =
    (answer: (ticket: Ticket, call: Call) => Reply) =>
    (call: Call): Reply => {
      const ticket = call.repo.tickets.get(Number(call.at[0]));
      return ticket === undefined ? nothing : answer(ticket, call);
    };
  const withPull =
    (answer: (pull: Pull, call: Call) => Reply) =>
    (call: Call): Reply => {
      const pull = call.repo.pulls.get(Number(call.at[0]));
      return pull === undefined ? nothing : answer(pull, call);
    };
  const strings = (value: unknown): string[] => (Array.isArray(value) ? value.map(String) : []);
  const labelled = (ticket: Ticket, labels: string[]): Reply => {
    ticket.labels = [...new Set(labels)];
    ticket.updatedAt = now();
    return ok(views.labels(ticket.labels));
  };

  const all: Route[] = [
    ['GET', /^$/, ({ repo }) => ok(views.repository(repo.name))],
    ['GET', /^\/git\/ref\/heads\/(.+)$/, ({ repo, at: [name = ''] }) => refReply(repo, name)],
    ['POST', /^\/git\/refs$/, makeRef],
    [
      'DELETE',
      /^\/git\/refs\/heads\/(.+)$/,
      ({ repo, at: [name = ''] }) => (repo.git.head(name) === null ? no(422, 'Reference does not exist') : (repo.git.remove(name), { status: 204 })),
    ],
    [
      'GET',
      /^\/branches\/([^/]+)$/,
      ({ repo, at: [name = ''] }) =>
        repo.git.head(name) === null
          ? no(404, 'Branch not found')
          : ok({ name, commit: { sha: repo.git.head(name) }, protected: guarded && name === views.repository(repo.name)['default_branch'] }),
      'rare',
    ],
    ['GET', /^\/rules\/branches\/(.+)$/, () => ok([]), 'rare'],
    ['GET', /^\/branches\/(.+)\/protection$/, () => no(404, guarded ? 'Not Found' : 'Branch not protected'), 'rare'],
    [
      'GET',
      /^\/collaborators\/([^/]+)\/permission$/,
      ({ at: [login = ''] }) => ok({ permission: 'write', role_name: 'write', user: views.user(login) }),
      'rare',
    ],
    [
      'GET',
      /^\/issues$/,
      ({ repo, query }) =>
        ok(
          [...repo.tickets.values()]
            .filter(({ state }) => (query.get('state') ?? 'open') === 'all' || state === (query.get('state') ?? 'open'))
            .map((ticket) => views.ticket(repo.name, ticket)),
        ),
    ],
    ['GET', /^\/issues\/(\d+)$/, withTicket((ticket, { repo }) => ok(views.ticket(repo.name, ticket)))],
    [
      'PATCH',
      /^\/issues\/(\d+)$/,
      withTicket((ticket, { repo, body }) => {
        if (typeof body['state'] === 'string') Object.assign(ticket, { state: body['state'], reason: body['state_reason'] ?? null });
        if (Array.isArray(body['assignees'])) ticket.assignees = strings(body['assignees']);
        return ok(views.ticket(repo.name, ticket));
      }),
    ],
    [
      'GET',
      /^\/issues\/(\d+)\/comments$/,
      withTicket((ticket, { repo }) =>
        ok(repo.comments.filter(({ on }) => on === ticket.number).map((comment) => views.comment(repo.name, comment))),
      ),
    ],
    [
      'POST',
      /^\/issues\/(\d+)\/comments$/,
      withTicket((ticket, { repo, body }) => made(views.comment(repo.name, hub.speak(repo, ticket.number, BOT, text(body['body']))))),
    ],
    [
      'PATCH',
      /^\/issues\/comments\/(\d+)$/,
      ({ repo, at: [which], body }) => {
        const comment = repo.comments.find((one) => one.id === Number(which));
        if (comment === undefined) return nothing;
        comment.body = text(body['body']);
        return ok(views.comment(repo.name, comment));
      },
    ],
    ['POST', /^\/issues\/(\d+)\/labels$/, withTicket((ticket, { body }) => labelled(ticket, [...ticket.labels, ...strings(body['labels'])]))],
    ['PUT', /^\/issues\/(\d+)\/labels$/, withTicket((ticket, { body }) => labelled(ticket, strings(body['labels'])))],
    [
      'DELETE',
      /^\/issues\/(\d+)\/labels\/(.+)$/,
      withTicket((ticket, { at: [, label] }) =>
        ticket.labels.includes(label ?? '')
          ? labelled(
              ticket,
              ticket.labels.filter((one) => one !== label),
            )
          : no(404, 'Label does not exist'),
      ),
    ],
    [
      'GET',
      /^\/pulls$/,
      ({ repo, query }) => {
        const state = query.get('state') ?? 'open';
        const head = query.get('head')?.split(':').pop() ?? null;
        const found = [...repo.pulls.values()].filter((pull) => (state === 'all' || pull.state === state) && (head === null || pull.head === head));
        return ok(found.toReversed().map((pull) => hub.show(repo, pull)));
      },
    ],
    ['POST', /^\/pulls$/, openPull],
    ['GET', /^\/pulls\/(\d+)$/, withPull((pull, { repo }) => ok(hub.show(repo, pull)))],
    [
      'PATCH',
      /^\/pulls\/(\d+)$/,
      withPull((pull, { repo, body }) => {
        const ticket = repo.tickets.get(pull.number);
        if (ticket !== undefined) for (const key of ['title', 'body'] as const) if (typeof body[key] === 'string') ticket[key] = body[key];
        if (body['state'] === 'closed') pull.state = 'closed';
        if (patchesDraft && typeof body['draft'] === 'boolean') pull.draft = body['draft'];
        return ok(hub.show(repo, pull));
      }),
    ],
    ['PUT', /^\/pulls\/(\d+)\/merge$/, withPull(merge)],
    [
      'GET',
      /^\/commits$/,
      ({ repo, query }) =>
        ok(
          repo.git.log(query.get('sha') ?? 'refs/heads/trunk').map(({ sha, parents, at, message }) => ({
            sha,
            commit: { message, committer: { date: at } },
            parents: parents.map((one) => ({ sha: one })),
          })),
        ),
      'rare',
    ],
    ['GET', /^\/pulls\/(\d+)\/(?:comments|files|commits|requested_reviewers)$/, () => ok([]), 'rare'],
    [
      'GET',
      /^\/pulls\/(\d+)\/reviews$/,
      withPull((pull, { repo }) => ok(repo.reviews.filter(({ on }) => on === pull.number).map(views.review))),
      'rare',
    ],
    ['POST', /^\/pulls\/(\d+)\/reviews$/, withPull(review), 'rare'],
    [
      'GET',
      /^\/commits\/([^/]+)\/check-runs$/,
      ({ repo, at: [sha] }) => {
        if (ci !== 'check-runs') return nothing;
        const runs = repo.verdicts.filter((verdict) => verdict.sha === sha);
        return ok({ total_count: runs.length, check_runs: runs.map(hub.run) });
      },
    ],
    [
      'GET',
      /^\/commits\/([^/]+)\/status$/,
      ({ repo, at: [sha] }) => {
        const told = repo.statuses.filter((status) => status.sha === sha).toReversed();
        const latest = told.filter((status, nth) => told.findIndex(({ context }) => context === status.context) === nth);
        return ok({ sha, state: 'pending', total_count: latest.length, statuses: latest, repository: { full_name: repo.name } });
      },
    ],
    [
      'POST',
      /^\/statuses\/([0-9a-f]{40})$/,
      ({ repo, at: [sha = ''], body }) => {
        if (!repo.git.has(sha)) return no(422, `No commit found for SHA: ${sha}`);
        const status = {
          id: id(),
          sha,
          context: text(body['context'], 'default'),
          state: text(body['state']),
          description: text(body['description']),
          target_url: (body['target_url'] as string | undefined) ?? null,
          created_at: now(),
        };
        repo.statuses.push(status);
        return made(status);
      },
    ],
  ];
  return all;

  function refReply(repo: Repo, name: string): Reply {
    const sha = repo.git.head(name);
    return sha === null ? nothing : ok({ ref: `refs/heads/${name}`, node_id: `REF_${name}`, object: { type: 'commit', sha } });
  }

  function makeRef({ repo, body }: Call): Reply {
    const ref = text(body['ref']);
    const sha = text(body['sha']);
    if (!ref.startsWith('refs/heads/')) return no(422, 'Reference name must start with refs/');
    if (!repo.git.has(sha)) return no(422, 'Object does not exist');
    if (!repo.git.branch(ref.slice('refs/heads/'.length), sha)) return no(422, 'Reference already exists');
    return made({ ref, object: { type: 'commit', sha } });
  }

  function openPull({ repo, body }: Call): Reply {
    const head = text(body['head']).split(':').pop() ?? '';
    const base = text(body['base']);
    const sha = repo.git.head(head);
    const invalid = (error: unknown): Reply => ({ status: 422, body: { message: 'Validation Failed', errors: [error] } });
    if (sha === null) return invalid({ resource: 'PullRequest', field: 'head', code: 'invalid' });
    if (repo.git.head(base) === null) return invalid({ resource: 'PullRequest', field: 'base', code: 'invalid' });
    if ([...repo.pulls.values()].some((pull) => pull.state === 'open' && pull.head === head))
      return invalid({ resource: 'PullRequest', code: 'custom', message: `A pull request already exists for ${head}.` });
    if (repo.git.contains(base, sha)) return invalid({ resource: 'PullRequest', code: 'custom', message: `No commits between ${base} and ${head}` });
    const ticket = hub.open(repo, BOT, { title: text(body['title']), body: text(body['body']), labels: [] });
    ticket.isPull = true;
    const pull: Pull = {
      number: ticket.number,
      nodeId: `PR_${id()}`,
      head,
      base,
      sha,
      state: 'open',
      draft: body['draft'] === true,
      mergedAs: null,
      mergedAt: null,
    };
    repo.pulls.set(pull.number, pull);
    return made(hub.show(repo, pull));
  }

  function merge(pull: Pull, { repo, body }: Call): Reply {
    const sha = hub.headOf(repo, pull);
    if (pull.state !== 'open' || pull.draft) return no(405, 'Pull Request is not mergeable');
    if (body['sha'] !== undefined && body['sha'] !== sha) return no(409, 'Head branch was modified. Review and try the merge again.');
    const ticket = repo.tickets.get(pull.number);
    const commit = repo.git.merge(pull.base, sha, text(body['commit_title'], `Merge pull request #${pull.number}`));
    if (commit === null) return no(405, 'Pull Request is not mergeable');
    Object.assign(pull, { state: 'closed', mergedAs: commit, mergedAt: now() });
    for (const [, number] of (ticket?.body ?? '').matchAll(/\b(?:closes|fixes|resolves) #(\d+)/gi))
      Object.assign(repo.tickets.get(Number(number)) ?? {}, { state: 'closed', reason: 'completed' });
    return ok({ sha: commit, merged: true, message: 'Pull Request successfully merged' });
  }

  function review(pull: Pull, { repo, body }: Call): Reply {
    const said: Review = { id: id(), on: pull.number, login: BOT, body: text(body['body']), commit: hub.headOf(repo, pull), at: now() };
    repo.reviews.push(said);
    return ok(views.review(said));
  }
}

import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { stringify } from 'yaml';
import { createApiClient, type ApiClient } from '#cli/api/client.ts';
import { startFakeGithub, type FakeGithub } from '../fakes/github/index.ts';
import { serve, type ServeProcess } from './reeve.ts';

type Json = Record<string, unknown>;

/** An agent's skills as `src/demo/agent-skills.md` names them. */
export interface StoriesOptions {
  skills: Json[];
  /** Projects of `reeve.yaml`, each with a `repo`. */
  projects: Record<string, Json>;
  /** Makes the repositories and scripts the CI, before the server is started. */
  prepare(github: FakeGithub): Promise<void>;
}

export const BOT = 'reeve-machine';
/** Who may write where, for `addRepository`. */
export const COLLABORATORS = { [BOT]: 'write', ada: 'write', dora: 'write', mona: 'maintain' } as const;

/** A GitHub, a server of Reeve on it with a token, and the people ada (asks), dora (a developer) and mona (a maintainer). */
export interface Stories {
  github: FakeGithub;
  server: ServeProcess;
  api: ApiClient;
  /** A request of a person to GitHub, below the repository. */
  as(login: string, method: string, at: string, repo: string, body?: Json): Promise<Json>;
  graphql(login: string, query: string, variables: Json): Promise<Json>;
  /** Opens an issue and hands it over; answers its number. */
  ready(repo: string, issue: { title: string; body: string }): Promise<number>;
  /** Comments whose text has these words. */
  comments(repo: string, number: number, words: string): Promise<Array<{ body: string; user: { login: string } }>>;
  pullOf(repo: string, issue: number): Promise<PullBody | null>;
  /** Kinds of action that wait for a person. */
  waiting(kind: string): Promise<Array<{ id: string; kind: string }>>;
  until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T>;
  end(): Promise<void>;
}

export interface PullBody {
  number: number;
  title: string;
  body: string;
  state: string;
  draft: boolean;
  merged_at: string | null;
  merge_commit_sha: string | null;
  head: { ref: string; sha: string };
}

const SECRET = ['the', 'secret', 'of', 'its', 'webhooks'].join('-');

export async function startStories(options: StoriesOptions): Promise<Stories> {
  const folder = mkdtempSync(path.join(tmpdir(), 'reeve-github-'));
  const github = await startFakeGithub();
  const tokens = new Map<string, string>();
  for (const login of Object.keys(COLLABORATORS)) tokens.set(login, github.addUser(login));
  await options.prepare(github);
  writeConfig(folder, options);
  const server = await serve({
    cwd: folder,
    env: {
      REEVE_GITHUB_API_URL: github.apiUrl,
      REEVE_GITHUB_GIT_URL: github.gitUrlTemplate,
      REEVE_GITHUB_TOKEN: tokens.get(BOT) ?? '',
      REEVE_GITHUB_WEBHOOK_SECRET: SECRET,
      REEVE_REPO_ALLOWLIST: 'acme/*',
      REEVE_GITHUB_WRITE_INTERVAL_MS: '50',
    },
  });
  const api = createApiClient(server);
  github.deliverTo({ url: `${server.url}/webhooks/github`, secret: SECRET });
  for (const [handle, role] of Object.entries({ ada: 'maintainer', dora: 'developer', mona: 'maintainer' })) {
    const { id } = await api.post<{ id: string }>('/v1/people', { handle, name: handle, role });
    await api.post('/v1/identities', { source: 'github', external_id: handle, person_id: id });
  }
  const hands = handsOf({ github, api, tokens });
  return {
    github,
    server,
    api,
    ...hands,
    async end() {
      await server.end('SIGTERM');
      await github.close();
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    },
  };
}

function writeConfig(folder: string, { skills, projects }: StoriesOptions): void {
  const agent = {
    harness: 'acp',
    command: [process.execPath, path.resolve(import.meta.dirname, '../../src/demo/agent.ts'), '--skills', path.join(folder, 'skills.json')],
    sandbox: 'none',
    limits: { wall_minutes: 2, idle_minutes: 1, cost_usd: 0 },
  };
  writeFileSync(path.join(folder, 'skills.json'), JSON.stringify({ skills }));
  writeFileSync(path.join(folder, 'reeve.yaml'), stringify({ agents: { coder: agent }, roles: { coder: 'coder' }, projects }));
}

function handsOf({ github, api, tokens }: { github: FakeGithub; api: ApiClient; tokens: ReadonlyMap<string, string> }) {
  async function as(login: string, method: string, at: string, repo: string, body?: Json): Promise<Json> {
    const headers = { authorization: `Bearer ${tokens.get(login) ?? ''}`, accept: 'application/vnd.github+json', 'content-type': 'application/json' };
    const response = await fetch(`${github.apiUrl}/repos/${repo}${at}`, {
      method,
      headers,
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const answer = response.status === 204 ? {} : ((await response.json()) as Json);
    if (!response.ok) throw new Error(`${method} ${at} answered ${response.status}: ${JSON.stringify(answer)}`);
    return answer;
  }
  async function graphql(login: string, query: string, variables: Json): Promise<Json> {
    const headers = { authorization: `Bearer ${tokens.get(login) ?? ''}`, 'content-type': 'application/json' };
    const response = await fetch(`${github.apiUrl}/graphql`, { method: 'POST', headers, body: JSON.stringify({ query, variables }) });
    const answer = (await response.json()) as { data?: Json; errors?: unknown };
    if (answer.errors !== undefined || answer.data === undefined) throw new Error(JSON.stringify(answer));
    return answer.data;
  }
  return {
    as,
    graphql,
    async ready(repo: string, issue: { title: string; body: string }): Promise<number> {
      const { number } = (await as('ada', 'POST', '/issues', repo, issue)) as { number: number };
      await as('ada', 'POST', `/issues/${number}/labels`, repo, { labels: ['AI-Ready'] });
      return number;
    },
    async comments(repo: string, number: number, words: string) {
      const all = (await as('ada', 'GET', `/issues/${number}/comments?per_page=100`, repo)) as unknown as Array<{
        body: string;
        user: { login: string };
      }>;
      return all.filter(({ body }) => body.includes(words));
    },
    async pullOf(repo: string, issue: number): Promise<PullBody | null> {
      const owner = repo.split('/')[0] ?? '';
      const all = (await as('ada', 'GET', `/pulls?head=${owner}:ai-${issue}&state=all`, repo)) as unknown as PullBody[];
      return all[0] ?? null;
    },
    async waiting(kind: string) {
      return (await api.all<{ id: string; kind: string }>('/v1/approvals', { status: 'pending' })).filter((one) => one.kind === kind);
    },
    async until<T>(what: string, found: () => Promise<T | null | undefined | false>): Promise<T> {
      for (const deadline = Date.now() + 90_000; Date.now() < deadline; await delay(150)) {
        const answer = await found();
        if (answer !== null && answer !== undefined && answer !== false) return answer;
      }
      const refused = github.journal.requests.filter(({ status }) => status >= 400).map((line) => JSON.stringify(line));
      const told = [
        JSON.stringify(await api.all('/v1/issues')),
        ...github.journal.lines(),
        ...refused.slice(-10),
        ...github.violations,
        ...github.errors.map(String),
      ];
      throw new Error(`It never came to this: ${what}.\n${told.join('\n')}`);
    },
  };
}

import type { Bare } from './bare.ts';
import { createViews, type Comment, type Pull, type Review, type Ticket } from './views.ts';

export interface Personality {
  /** Before every path: empty, or `/api/v3` as on an Enterprise Server (whose GraphQL is at `/api/graphql`). */
  prefix?: string;
  /** `full`: answers what was asked for; `terse`: does it and answers no more than that; `none`: there is no GraphQL. */
  graphql?: 'full' | 'terse' | 'none';
  /** Whether PATCH of a pull request takes `draft`, which GitHub's does not. */
  patchesDraft?: boolean;
  /** Where results of CI can be read; `nowhere`: they are only told by webhooks. */
  ci?: 'check-runs' | 'statuses' | 'nowhere';
  /** Objects have the least of their fields, and what is rarer is not there at all. */
  sparse?: boolean;
  /** The default branch is protected, and who does not administer is not shown how. */
  guarded?: boolean;
  /** Takes `Authorization: Bearer` alone. */
  bearerOnly?: boolean;
}

export interface Verdict {
  id: number;
  sha: string;
  name: string;
  passed: boolean;
  words: string;
}

export interface Repo {
  name: string;
  git: Bare;
  tickets: Map<number, Ticket>;
  pulls: Map<number, Pull>;
  comments: Comment[];
  verdicts: Verdict[];
  reviews: Review[];
  statuses: Array<{ id: number; sha: string; context: string; state: string; description: string; target_url: string | null; created_at: string }>;
}

/** Whose the token is. */
export const BOT = 'hubot-reeve';

export type Hub = ReturnType<typeof createHub>;

/** What the server holds, and what follows from it. */
export function createHub(personality: Personality, origin: () => string) {
  const repos = new Map<string, Repo>();
  let counter = 7_000_000_000;
  const id = (): number => (counter += 17);
  const now = (): string => `${new Date().toISOString().slice(0, 19)}Z`;
  const views = createViews({ sparse: personality.sparse ?? false, origin });
  const hub = {
    personality,
    repos,
    views,
    id,
    now,
    repo(name: string): Repo {
      const repo = repos.get(name.toLowerCase());
      if (repo === undefined) throw new Error(`No repository ${name}.`);
      return repo;
    },
    /** An open one follows its branch; one that has ended stays at what it was. */
    headOf(repo: Repo, pull: Pull): string {
      if (pull.state === 'open') pull.sha = repo.git.head(pull.head) ?? pull.sha;
      return pull.sha;
    },
    show: (repo: Repo, pull: Pull): Record<string, unknown> =>
      views.pull(repo.name, pull, repo.tickets.get(pull.number), hub.headOf(repo, pull), repo.git.head(pull.base)),
    open(repo: Repo, login: string, given: { title: string; body: string; labels: string[] }): Ticket {
      const number = repo.tickets.size + 1;
      const born = { createdAt: now(), updatedAt: now() };
      const ticket: Ticket = { id: id(), number, ...given, login, state: 'open', reason: null, assignees: [], ...born, isPull: false };
      repo.tickets.set(number, ticket);
      return ticket;
    },
    speak(repo: Repo, on: number, login: string, body: string): Comment {
      const comment = { id: id(), on, login, body, createdAt: now() };
      repo.comments.push(comment);
      return comment;
    },
    run: (verdict: Verdict): Record<string, unknown> => views.run(verdict, now()),
  };
  return hub;
}

/** An issue, or what a pull request has of one: they share their numbers. */
export interface Ticket {
  id: number;
  number: number;
  title: string;
  body: string;
  labels: string[];
  login: string;
  state: string;
  reason: string | null;
  assignees: string[];
  createdAt: string;
  updatedAt: string;
  isPull: boolean;
}

export interface Pull {
  number: number;
  nodeId: string;
  head: string;
  base: string;
  sha: string;
  state: 'open' | 'closed';
  draft: boolean;
  mergedAs: string | null;
  mergedAt: string | null;
}

export interface Comment {
  id: number;
  on: number;
  login: string;
  body: string;
  createdAt: string;
}

/** What somebody said of a pull request as a whole. */
export interface Review {
  id: number;
  on: number;
  login: string;
  body: string;
  commit: string;
  at: string;
}

type View = Record<string, unknown>;

/** Objects as the documentation shows them; `sparse`: of each only what nobody could do without. */
export function createViews({ sparse, origin }: { sparse: boolean; origin(): string }) {
  const user = (login: string): View =>
    sparse ? { login } : { login, id: login.length * 1009, node_id: `U_${login}`, type: 'User', site_admin: false, html_url: `${origin()}/${login}` };
  const labels = (names: readonly string[]): View[] =>
    names.map((name) => (sparse ? { name } : { id: name.length * 31, name, color: 'ededed', default: false, description: null }));
  const repository = (fullName: string): View => {
    const [owner = '', name = ''] = fullName.split('/');
    const base = { full_name: fullName, name, owner: user(owner), default_branch: 'trunk' };
    return sparse
      ? base
      : {
          ...base,
          id: 991,
          node_id: 'R_1',
          private: true,
          fork: false,
          html_url: `${origin()}/${fullName}`,
          permissions: { admin: false, push: true, pull: true },
        };
  };
  return {
    user,
    labels,
    repository,
    ticket(fullName: string, ticket: Ticket): View {
      const { id, number, title, body, state } = ticket;
      const base = {
        id,
        number,
        title,
        body,
        state,
        labels: labels(ticket.labels),
        user: user(ticket.login),
        ...(ticket.isPull ? { pull_request: { url: 'x' } } : {}),
      };
      if (sparse) return base;
      const assignees = ticket.assignees.map(user);
      return {
        ...base,
        node_id: `I_${id}`,
        html_url: `${origin()}/${fullName}/issues/${number}`,
        state_reason: ticket.reason,
        assignees,
        comments: 0,
        locked: false,
        created_at: ticket.createdAt,
        updated_at: ticket.updatedAt,
      };
    },
    comment(fullName: string, { id, on, login, body, createdAt }: Comment): View {
      const base = { id, body, user: user(login), created_at: createdAt };
      return sparse
        ? base
        : {
            ...base,
            node_id: `IC_${id}`,
            updated_at: createdAt,
            html_url: `${origin()}/${fullName}/issues/${on}#issuecomment-${id}`,
            author_association: 'MEMBER',
          };
    },
    run({ id, name, sha, passed, words }: { id: number; name: string; sha: string; passed: boolean; words: string }, at: string): View {
      const said = { status: 'completed', conclusion: passed ? 'success' : 'failure', completed_at: at, output: { title: words, summary: null } };
      const base = { id, name, head_sha: sha, ...said };
      if (sparse) return base;
      return {
        ...base,
        started_at: at,
        html_url: `${origin()}/runs/${id}`,
        app: { id: 15_368, slug: 'github-actions' },
        check_suite: { id: id + 1 },
      };
    },
    review: ({ id, login, body, commit, at }: Review): View => ({
      id,
      user: user(login),
      body,
      state: 'COMMENTED',
      commit_id: commit,
      submitted_at: at,
    }),
    pull(fullName: string, pull: Pull, ticket: Ticket | undefined, sha: string, baseSha: string | null): View {
      const { number, nodeId, state, draft, mergedAs, mergedAt } = pull;
      const base = {
        number,
        node_id: nodeId,
        state,
        draft,
        title: ticket?.title,
        body: ticket?.body,
        merged_at: mergedAt,
        merge_commit_sha: mergedAs,
      };
      if (sparse) return { ...base, head: { ref: pull.head, sha }, base: { ref: pull.base, sha: baseSha } };
      const end = (ref: string, at: string | null): View => ({
        label: `${fullName.split('/')[0] ?? ''}:${ref}`,
        ref,
        sha: at,
        repo: repository(fullName),
      });
      return {
        ...base,
        id: number * 71,
        html_url: `${origin()}/${fullName}/pull/${number}`,
        merged: mergedAs !== null,
        mergeable: true,
        labels: labels(ticket?.labels ?? []),
        user: user(ticket?.login ?? ''),
        head: end(pull.head, sha),
        base: end(pull.base, baseSha),
      };
    },
  };
}

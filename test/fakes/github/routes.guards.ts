import { listOf, notFound, ok, Refusal } from './answer.ts';
import { nodeId, showUser } from './present.accounts.ts';
import { apiUrl, htmlUrl } from './present.repository.ts';
import { branchOfPattern } from './refs.ts';
import { number, repo, type RepositoryCall, type Route } from './route.ts';
import type { Json, Protection, Ruleset } from './state.ts';
import type { World } from './world.ts';

/** Classic protection: who may not administer the repository does not get to see it (an App 403, a person 404). */
function protection({ world, repository, params }: RepositoryCall) {
  const found = repository.data.protections.find(({ branch }) => branch === params['branch']);
  if (found === undefined) throw new Refusal(404, 'Branch not protected');
  return ok(showProtection(world, `${apiUrl(world, repository)}/branches/${found.branch}/protection`, found));
}

function showProtection(world: World, url: string, found: Protection): Json {
  const checks = {
    required_status_checks: {
      url: `${url}/required_status_checks`,
      strict: found.strict,
      contexts: found.requiredChecks,
      contexts_url: `${url}/required_status_checks/contexts`,
      checks: found.requiredChecks.map((context) => ({ context, app_id: null })),
    },
  };
  const reviews = {
    required_pull_request_reviews: {
      url: `${url}/required_pull_request_reviews`,
      dismiss_stale_reviews: false,
      require_code_owner_reviews: false,
      require_last_push_approval: false,
      required_approving_review_count: found.requiredApprovals ?? 0,
    },
  };
  const limits = `${url}/restrictions`;
  const restrictions = {
    restrictions: {
      url: limits,
      users_url: `${limits}/users`,
      teams_url: `${limits}/teams`,
      apps_url: `${limits}/apps`,
      users: (found.pushers ?? []).map((login) => showUser(world, login)),
      teams: [],
      apps: [],
    },
  };
  return {
    url,
    ...(found.requiredChecks.length > 0 ? checks : {}),
    ...(found.requiredApprovals === null ? {} : reviews),
    ...(found.pushers === null ? {} : restrictions),
    required_signatures: { url: `${url}/required_signatures`, enabled: false },
    enforce_admins: { url: `${url}/enforce_admins`, enabled: found.enforceAdmins },
    required_linear_history: { enabled: false },
    allow_force_pushes: { enabled: false },
    allow_deletions: { enabled: false },
    block_creations: { enabled: false },
    required_conversation_resolution: { enabled: false },
    lock_branch: { enabled: false },
    allow_fork_syncing: { enabled: false },
  };
}

function showRuleset({ world, repository }: RepositoryCall, ruleset: Ruleset): Json {
  const self = `${apiUrl(world, repository)}/rulesets/${ruleset.id}`;
  return {
    id: ruleset.id,
    name: ruleset.name,
    target: 'branch',
    source_type: 'Repository',
    source: repository.fullName,
    enforcement: ruleset.enforcement,
    node_id: nodeId('RRS', ruleset.id),
    _links: { self: { href: self }, html: { href: `${htmlUrl(world, repository)}/rules/${ruleset.id}` } },
    created_at: ruleset.createdAt,
    updated_at: ruleset.createdAt,
  };
}

/** "The bypass actors … only returned if the user making the API request has write access to the ruleset"; everybody learns of their own bypass. */
function fullRuleset(call: RepositoryCall) {
  const { repository, actor, who, params } = call;
  const ruleset = repository.data.rulesets.find(({ id }) => id === number(params, 'ruleset_id'));
  if (ruleset === undefined) throw notFound();
  const owns = who.kind === 'user' && who.login === repository.data.owner;
  return ok({
    ...showRuleset(call, ruleset),
    conditions: {
      ref_name: { include: ruleset.include.map((name) => (name.startsWith('~') ? name : `refs/heads/${branchOfPattern(name, '')}`)), exclude: [] },
    },
    rules: ruleset.rules,
    ...(owns ? { bypass_actors: ruleset.bypassActors } : {}),
    current_user_can_bypass: ruleset.bypass[actor.login] ?? 'never',
  });
}

/** "Returns all active rules that apply to the specified branch", of rulesets that are enforced. */
function rulesOfBranch({ repository, params }: RepositoryCall) {
  const { rulesets, defaultBranch } = repository.data;
  const rules = rulesets
    .filter(
      ({ enforcement, include }) =>
        enforcement === 'active' && include.some((name) => name === '~ALL' || branchOfPattern(name, defaultBranch) === params['branch']),
    )
    .flatMap((ruleset) =>
      ruleset.rules.map((rule) => ({ ...rule, ruleset_source_type: 'Repository', ruleset_source: repository.fullName, ruleset_id: ruleset.id })),
    );
  return listOf(rules, (rule) => rule);
}

export const GUARD_ROUTES: Route[] = [
  repo('GET', '/branches/{branch}/protection', 'administration:read', protection),
  repo('GET', '/rulesets', 'metadata:read', (call) => listOf(call.repository.data.rulesets, (ruleset) => showRuleset(call, ruleset))),
  repo('GET', '/rulesets/{ruleset_id}', 'metadata:read', fullRuleset),
  repo('GET', '/rules/branches/{branch}', 'metadata:read', rulesOfBranch),
];

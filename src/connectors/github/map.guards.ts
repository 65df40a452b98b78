import type { BranchGuard } from '#ports/forge-read.ts';
import { isSameLogin } from './map.pull.ts';
import type { BranchRule, ClassicProtection, HookDelivery, Names, Ruleset } from './schema.guards.ts';

/** How far our credential gets around a ruleset; `unknown`: GitHub does not say. */
export type Bypass = 'never' | 'pull_requests_only' | 'always' | 'unknown';

/** What keeps a branch, as our own credential can see it. `null` counts and lists that are empty: nothing demands them. */
export interface BranchProtection {
  /** Kinds of the rules that hold (`pull_request`, `required_status_checks`, `merge_queue`, `non_fast_forward`, …), of all rulesets. */
  rules: string[];
  rulesets: Array<{ name: string; bypass: Bypass }>;
  requiredChecks: string[];
  requiredApprovals: number | null;
  /** Pull requests are merged through GitHub's own queue. */
  hasMergeQueue: boolean;
  /** Classic protection. `unreadable`: there may be one, and only who administers the repository may look (T19: a person has to say). */
  classic: ClassicFacts;
}

export type ClassicFacts =
  | { state: 'none' }
  | { state: 'unreadable' }
  | {
      state: 'read';
      requiresPull: boolean;
      enforcesAdmins: boolean;
      /** Our account or App is (or may be, through a team) among those who need no pull request. */
      mayBypassPull: boolean;
      /** Pushing is limited by name, and we are (or may be, through a team) among them; or it is not limited. */
      mayPush: boolean;
    };

export interface GuardFacts {
  rules: readonly BranchRule[];
  rulesets: readonly Ruleset[];
  classic: ClassicProtection | 'none' | 'unreadable';
  /** Our login (`<slug>[bot]` of an App). */
  login: string;
}

export interface KnownOfBranch {
  /** Of the branch itself, classic or by a ruleset; null: the server does not say. */
  isProtected: boolean | null;
  /** Whether the server has an address for the rules of a branch. */
  hasRules: boolean;
}

/**
 * What it means that the classic protection is not shown. `isThere`: it was forbidden (403), not missing (404); `said`: GitHub's sentence. A branch of
 * which nobody says whether it is protected may be: only a server that knows none of GitHub's three ways to say so (`protected`, the rules
 * of a branch, its protection) has none to keep.
 */
export function refusedClassic(
  { isProtected, hasRules }: KnownOfBranch,
  { isThere, said }: { isThere: boolean; said: string },
): 'none' | 'unreadable' {
  if (isProtected === false || /branch not protected/i.test(said)) return 'none';
  return isProtected === null && !hasRules && !isThere ? 'none' : 'unreadable';
}

export function toProtection({ rules, rulesets, classic, login }: GuardFacts): BranchProtection {
  const read = typeof classic === 'string' ? null : classic;
  const approvals = [
    ...rules.map(({ parameters }) => parameters?.required_approving_review_count),
    read?.required_pull_request_reviews?.required_approving_review_count,
  ].filter((count) => count !== undefined && count !== null);
  const contexts = rules.flatMap(({ parameters }) => parameters?.required_status_checks ?? []).map(({ context }) => context);
  return {
    rules: [...new Set(rules.map(({ type }) => type))],
    rulesets: rulesets.map((ruleset) => ({ name: ruleset.name, bypass: toBypass(ruleset.current_user_can_bypass ?? null) })),
    requiredChecks: [...new Set([...contexts, ...(read?.required_status_checks?.contexts ?? [])])],
    requiredApprovals: approvals.length === 0 ? null : Math.max(...approvals),
    hasMergeQueue: rules.some(({ type }) => type === 'merge_queue'),
    classic: typeof classic === 'string' ? { state: classic } : toClassic(classic, login),
  };
}

/** `exempt` goes around without being asked; a word that is new is not trusted. */
function toBypass(word: string | null): Bypass {
  if (word === 'never' || word === 'pull_requests_only' || word === 'always') return word;
  return word === 'exempt' ? 'always' : 'unknown';
}

function toClassic(read: ClassicProtection, login: string): ClassicFacts {
  const reviews = read.required_pull_request_reviews ?? null;
  return {
    state: 'read',
    requiresPull: reviews !== null,
    enforcesAdmins: read.enforce_admins?.enabled ?? false,
    mayBypassPull: reviews !== null && isNamed(reviews.bypass_pull_request_allowances, login),
    mayPush: read.restrictions === null || read.restrictions === undefined || isNamed(read.restrictions, login),
  };
}

/** A team may have us in it, and its members are not shown: then we are taken to be. */
function isNamed(names: Names, login: string): boolean {
  if (names === null || names === undefined) return false;
  const slug = login.endsWith('[bot]') ? login.slice(0, -'[bot]'.length) : null;
  if (slug !== null && (names.apps ?? []).some((app) => isSameLogin(app.slug, slug))) return true;
  if (slug === null && (names.users ?? []).some((user) => isSameLogin(user.login, login))) return true;
  // An App is in no team.
  return slug === null && (names.teams ?? []).length > 0;
}

const DEMAND_A_PULL: ReadonlySet<string> = new Set(['pull_request', 'merge_queue', 'update']);
const CLASSIC = 'classic branch protection';

/** The same as the port tells it. `isApp`: an administrator's exemption from classic protection is for accounts of people. */
export function toGuard({ rules, rulesets, classic }: BranchProtection, isApp: boolean): BranchGuard {
  const around = rulesets.filter(({ bypass }) => bypass === 'always' || bypass === 'pull_requests_only').map(({ name }) => name);
  const untold = rulesets.filter(({ bypass }) => bypass === 'unknown').map(({ name }) => name);
  const read = classic.state === 'read' ? classic : null;
  // Classic protection is shown to administrators alone: a person's token that reads it is exempt unless administrators are not.
  const exempt = read !== null && (read.mayBypassPull || (!isApp && !read.enforcesAdmins));
  return {
    isProtected: rules.length > 0 || classic.state !== 'none',
    demandsPull:
      rules.some((rule) => DEMAND_A_PULL.has(rule)) || (read !== null && (read.requiresPull || !read.mayPush)) || classic.state === 'unreadable',
    bypasses: exempt ? [...around, CLASSIC] : around,
    unknown: classic.state === 'unreadable' ? [...untold, CLASSIC] : untold,
  };
}

export interface FailedDelivery {
  /** The attempt to be sent again. */
  id: string;
  /** The delivery id our door knows, the same for all attempts. */
  guid: string;
  event: string;
  at: Date;
}

/**
 * Of every delivery whose attempts all failed the first attempt, when that was since then, oldest first. A redelivery is no first attempt: what fails
 * again and again is asked for until its first attempt is older than `since`, and then no more. 2xx is received; a redirect of a webhook is
 * not followed.
 */
export function toFailed(deliveries: readonly HookDelivery[], since: Date): FailedDelivery[] {
  const arrived = new Set(deliveries.filter(({ status_code }) => status_code >= 200 && status_code < 300).map(({ guid }) => guid));
  const failed = new Map<string, FailedDelivery>();
  for (const { id, guid, event, delivered_at, redelivery } of deliveries.toSorted((a, b) => a.delivered_at.localeCompare(b.delivered_at))) {
    const at = new Date(delivered_at);
    if (!arrived.has(guid) && redelivery !== true && at >= since && !failed.has(guid)) failed.set(guid, { id, guid, event, at });
  }
  return [...failed.values()];
}

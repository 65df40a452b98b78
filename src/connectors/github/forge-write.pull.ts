import { AppError, isAppError } from '#kernel/errors.ts';
import type { PullRequest, RepoRef } from '#ports/forge-read.ts';
import type { ForgeWrite } from '#ports/forge-write.ts';
import { writingOn, type WriteContext, type Writing } from './client.repository.ts';
import { pullOf, pullsOfHead } from './forge-read.ts';
import { hasMarker, keepMarkers, withMarker } from './map.marker.ts';
import { isSameLogin, toPullRequest } from './map.pull.ts';
import { isMerged } from './map.state.ts';
import { isBranchName } from './map.repo.ts';
import { CONVERT_TO_DRAFT, MARK_READY } from './schema.graphql.ts';
import { DraftChanged, Labels, Pull } from './schema.rest.ts';

type NewPull = Parameters<ForgeWrite['createPull']>[1];
type PullChange = Parameters<ForgeWrite['updatePull']>[2];

/**
 * The open pull request of the branch, or one that was made for this marker before, or a new one. Labels come after it is made; a second
 * call with the marker adds those that a lost answer left out.
 */
export async function createPull(context: WriteContext, repo: RepoRef, pull: NewPull): Promise<PullRequest> {
  for (const branch of [pull.headBranch, pull.baseBranch]) if (!isBranchName(branch)) throw unknownBranch(branch);
  const body = withMarker(pull.body, pull.marker);
  const on = await writingOn(context, repo, 'pulls');
  const found = (await knownPull(context, on, pull)) ?? (await openPull(context, on, pull, body));
  return toPullRequest(hasMarker(found.body, pull.marker) ? await addLabels(on, found, pull.labels) : found);
}

async function knownPull(context: WriteContext, on: Writing, pull: NewPull): Promise<Pull | undefined> {
  const pulls = await pullsOfHead(on.read, pull.headBranch);
  const open = pulls.find(({ state }) => state === 'open');
  if (open !== undefined) return open;
  const marked = pulls.filter(({ body }) => hasMarker(body, pull.marker));
  if (marked.length === 0) return undefined;
  const login = await context.auth.ownLogin();
  return marked.find(({ user }) => isSameLogin(user, login));
}

async function openPull(context: WriteContext, on: Writing, pull: NewPull, body: string): Promise<Pull> {
  const { title, headBranch: head, baseBranch: base, draft } = pull;
  try {
    return await on.write.write('POST /repos/{owner}/{repo}/pulls', { ...on.name, title, head, base, body, draft }, Pull);
  } catch (error) {
    if (!isAppError(error, 'conflict')) throw error;
    const known = await knownPull(context, on, pull);
    if (known !== undefined) return known;
    throw toRefusal(error, pull);
  }
}

/** https://docs.github.com/en/rest/pulls/pulls#create-a-pull-request: the 422 says which field in `errors`. */
function toRefusal(error: AppError, { headBranch, baseBranch }: NewPull): AppError {
  const words = `${String(error.detail['github'])} ${JSON.stringify(error.detail['errors'])}`;
  if (/no commits between/i.test(words))
    return new AppError('refused', `${headBranch} has nothing that ${baseBranch} has not.`, { code: 'nothing_to_merge' });
  if (/draft pull requests are not supported/i.test(words))
    return new AppError('refused', 'This repository takes no draft pull requests.', {
      code: 'drafts_unsupported',
      hint: 'GitHub has drafts for public repositories, and for private ones in paid plans.',
    });
  const field = /\\?"field\\?":\\?"(head|base)\\?"/.exec(words)?.[1];
  if (field !== undefined) return unknownBranch(field === 'head' ? headBranch : baseBranch);
  return error;
}

const unknownBranch = (branch: string): AppError => new AppError('invalid', `There is no branch ${branch}.`, { code: 'unknown_branch' });

async function addLabels({ name, write }: Writing, pull: Pull, labels: readonly string[]): Promise<Pull> {
  const missing = missingOf(labels, pull.labels);
  if (missing.length === 0) return pull;
  const added = await write.write(
    'POST /repos/{owner}/{repo}/issues/{issue_number}/labels',
    { ...name, issue_number: pull.number, labels: missing },
    Labels,
  );
  return { ...pull, labels: added };
}

/** Names of labels differ in case only when they are the same label. */
export function missingOf(wanted: readonly string[], there: readonly string[]): string[] {
  const known = new Set(there.map((label) => label.toLowerCase()));
  return [...new Set(wanted)].filter((label) => !known.has(label.toLowerCase()));
}

/** Writes only what differs, so that a second call writes nothing. */
export async function updatePull(context: WriteContext, repo: RepoRef, number: number, change: PullChange): Promise<PullRequest> {
  const on = await writingOn(context, repo, 'pulls');
  let pull = await requirePull(on, number);
  if (change.state === 'closed' && isMerged(pull)) throw new AppError('conflict', `Pull request ${number} is merged.`, { code: 'pull_merged' });
  if (change.labels !== undefined) pull = await setLabels(on, pull, change.labels);
  const fields = differing(pull, change);
  if (Object.keys(fields).length > 0) {
    const { labels } = pull;
    const at = { ...on.name, pull_number: number };
    pull = { ...(await on.write.write('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...at, ...fields }, Pull)), labels };
  }
  if (change.draft !== undefined && change.draft !== pull.draft) pull = await setDraft(await writingOn(context, repo, 'merge'), pull, change.draft);
  return toPullRequest(pull);
}

export async function requirePull({ read, name }: Writing, number: number): Promise<Pull> {
  const pull = await pullOf(read, number);
  if (pull !== null) return pull;
  throw new AppError('not_found', `${name.owner}/${name.repo} has no pull request ${number}.`, { code: 'github_not_found' });
}

function differing(pull: Pull, change: PullChange): Record<string, string> {
  const body = change.body === undefined ? pull.body : keepMarkers(change.body, pull.body);
  return {
    ...(change.title === undefined || change.title === pull.title ? {} : { title: change.title }),
    ...(body === pull.body ? {} : { body }),
    ...(change.state === 'closed' && pull.state === 'open' ? { state: 'closed' } : {}),
  };
}

async function setLabels({ name, write }: Writing, pull: Pull, labels: readonly string[]): Promise<Pull> {
  if (missingOf(labels, pull.labels).length === 0 && missingOf(pull.labels, labels).length === 0) return pull;
  const at = { ...name, issue_number: pull.number };
  return {
    ...pull,
    labels: await write.write('PUT /repos/{owner}/{repo}/issues/{issue_number}/labels', { ...at, labels: [...new Set(labels)] }, Labels),
  };
}

async function setDraft(on: Writing, pull: Pull, draft: boolean): Promise<Pull> {
  // Some say no more than that it was done.
  const isDraft = (await askDraft(on, pull, draft)) ?? (await requirePull(on, pull.number)).draft;
  if (isDraft === draft) return { ...pull, draft };
  throw new AppError('unavailable', `Pull request ${pull.number} is still ${draft ? 'no draft' : 'a draft'}.`, { code: 'github_draft' });
}

/** Not found, no such method there, gone, not implemented. */
const WITHOUT_GRAPHQL: ReadonlySet<number> = new Set([404, 405, 410, 501]);

/** REST cannot do it on GitHub. Of the servers that speak its API some have no GraphQL, and take `draft` in the PATCH that GitHub ignores it in. */
async function askDraft({ name, write }: Writing, pull: Pull, draft: boolean): Promise<boolean | null> {
  try {
    return await write.mutate(draft ? CONVERT_TO_DRAFT : MARK_READY, { pullRequestId: pull.node_id }, DraftChanged);
  } catch (error) {
    if (!isAppError(error) || !WITHOUT_GRAPHQL.has(Number(error.detail['status']))) throw error;
    const changed = await write.write('PATCH /repos/{owner}/{repo}/pulls/{pull_number}', { ...name, pull_number: pull.number, draft }, Pull);
    if (changed.draft === draft) return draft;
    throw new AppError('refused', `This server ${draft ? 'makes no drafts' : 'ends no drafts'} by its API.`, {
      code: 'draft_by_hand',
      hint: draft ? 'Convert the pull request to a draft there.' : 'Press "Ready for review" there; Reeve goes on with the merge.',
    });
  }
}

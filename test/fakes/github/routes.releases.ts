import { created, invalid, listOf, noContent, notFound, ok } from './answer.ts';
import { ZERO } from './git.ts';
import { canWrite } from './present.issues.ts';
import { htmlUrl, showRelease } from './present.repository.ts';
import { refsMoved } from './refs.ts';
import { flag, has, number, repo, text, type RepositoryCall, type Route } from './route.ts';
import type { Release } from './state.ts';

const READ = 'contents:read';
const WRITE = 'contents:write';

function theRelease({ repository, params }: RepositoryCall): Release {
  const release = repository.data.releases.find(({ id }) => id === number(params, 'release_id'));
  if (release === undefined) throw notFound();
  return release;
}

/** "Information about published releases are available to everyone. Only users with push access will receive listings for draft releases." */
function seen({ repository, actor }: RepositoryCall): Release[] {
  const all = repository.data.releases.toReversed();
  return canWrite(repository, actor.login) || actor.appId !== null ? all : all.filter(({ draft }) => !draft);
}

async function create(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const tag = text(body, 'tag_name') ?? '';
  if (repository.data.releases.some((release) => release.tag === tag && !release.draft)) throw invalid('Release', 'tag_name', 'already_exists');
  const release: Release = {
    id: world.nextId(),
    tag,
    target: text(body, 'target_commitish') ?? repository.data.defaultBranch,
    name: text(body, 'name') ?? null,
    body: text(body, 'body') ?? null,
    draft: flag(body, 'draft'),
    prerelease: flag(body, 'prerelease'),
    author: actor.login,
    createdAt: world.now(),
    publishedAt: null,
  };
  repository.data.releases.push(release);
  world.did(repository, actor, 'release.created', tag, release.draft ? 'draft' : '');
  tell(call, release, 'created');
  if (!release.draft) await publish(call, release);
  return created(showRelease(world, repository, release));
}

/** A published release makes its tag where there is none. */
async function publish(call: RepositoryCall, release: Release): Promise<void> {
  const { world, repository, actor } = call;
  release.publishedAt = world.now();
  const ref = `refs/tags/${release.tag}`;
  const target = await repository.git.resolve(release.target);
  if (target === null) throw invalid('Release', 'target_commitish', 'invalid');
  if ((await repository.git.ref(ref)) === null && (await repository.git.setRef(ref, target, ZERO))) {
    await refsMoved(world, repository, actor, [{ ref, before: ZERO, after: target }]);
  }
  world.did(repository, actor, 'release.published', release.tag);
  tell(call, release, 'published');
}

function tell({ world, repository, actor }: RepositoryCall, release: Release, action: string): void {
  world.emit(repository, actor, 'release', action, { release: showRelease(world, repository, release) });
}

async function update(call: RepositoryCall) {
  const { world, repository, actor, body } = call;
  const release = theRelease(call);
  release.tag = text(body, 'tag_name') ?? release.tag;
  release.target = text(body, 'target_commitish') ?? release.target;
  if (has(body, 'name')) release.name = text(body, 'name') ?? null;
  if (has(body, 'body')) release.body = text(body, 'body') ?? null;
  const wasDraft = release.draft;
  if (has(body, 'draft')) release.draft = flag(body, 'draft');
  world.did(repository, actor, 'release.edited', release.tag);
  tell(call, release, 'edited');
  if (wasDraft && !release.draft) await publish(call, release);
  return ok(showRelease(world, repository, release));
}

/** The list GitHub makes: merged pull requests since the tag before, one line each. */
async function notes({ world, repository, body }: RepositoryCall) {
  const tag = text(body, 'tag_name') ?? '';
  const previous = text(body, 'previous_tag_name');
  const to =
    (await repository.git.resolve(tag)) ?? (await repository.git.resolve(text(body, 'target_commitish') ?? repository.data.defaultBranch)) ?? '';
  const shas = (await repository.git.log([previous === undefined ? to : `${previous}..${to}`])).map(({ sha }) => sha);
  const merged = repository.data.issues.filter(({ pull }) => pull !== null && pull.mergedAt !== null && shas.includes(pull.mergeSha ?? ''));
  const html = htmlUrl(world, repository);
  const lines = merged.map((issue) => `* ${issue.title} by @${issue.author} in ${html}/pull/${issue.number}`);
  const changes = previous === undefined ? `${html}/commits/${tag}` : `${html}/compare/${previous}...${tag}`;
  return ok({ name: tag, body: `## What's Changed\n${lines.join('\n')}\n\n**Full Changelog**: ${changes}` });
}

export const RELEASE_ROUTES: Route[] = [
  repo('GET', '/releases', READ, (call) => listOf(seen(call), (release) => showRelease(call.world, call.repository, release))),
  repo('POST', '/releases', WRITE, create),
  repo('POST', '/releases/generate-notes', WRITE, notes),
  repo('GET', '/releases/latest', READ, ({ world, repository }) => {
    const latest = repository.data.releases.findLast(({ draft, prerelease }) => !draft && !prerelease);
    if (latest === undefined) throw notFound();
    return ok(showRelease(world, repository, latest));
  }),
  repo('GET', '/releases/tags/{tag}', READ, ({ world, repository, params }) => {
    const found = repository.data.releases.find(({ tag, draft }) => tag === params['tag'] && !draft);
    if (found === undefined) throw notFound();
    return ok(showRelease(world, repository, found));
  }),
  repo('GET', '/releases/{release_id}', READ, (call) => ok(showRelease(call.world, call.repository, theRelease(call)))),
  repo('PATCH', '/releases/{release_id}', WRITE, update),
  repo('DELETE', '/releases/{release_id}', WRITE, (call) => {
    const release = theRelease(call);
    call.repository.data.releases.splice(call.repository.data.releases.indexOf(release), 1);
    call.world.did(call.repository, call.actor, 'release.deleted', release.tag);
    tell(call, release, 'deleted');
    return noContent();
  }),
];

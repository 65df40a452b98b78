import { isAtLeast } from '#kernel/actor.ts';
import type { Clock } from '#kernel/clock.ts';
import type { Db } from '#platform/db/index.ts';
import type { People, Person } from '#modules/people/index.ts';
import type { Repository } from '#modules/projects/index.ts';
import type { Mirror } from '#ports/git.ts';
import { CODEOWNERS_PATHS, parseCodeowners, ruleFor } from './decide.codeowners.ts';
import { decideReviewers } from './decide.reviewers.ts';
import type { FileTouch, OwnedFile, ReviewerAnswer, ReviewerCandidate, StoredReviewers } from './model.reviewers.ts';
import { reviewsAwaitedBeside } from './queries.asked.ts';
import { reviewersOf, saveReviewers } from './store.reviewers.ts';

export interface ReviewersDeps {
  db: Db;
  clock: Clock;
  people: Pick<People, 'list' | 'byEmail' | 'personFor' | 'byHandle' | 'teamByKey' | 'identities'>;
  mirror(repositoryId: string): Promise<Mirror>;
  /** Ids of the projects each of these persons is limited to; not in the map: none. */
  projectsOfEach(personIds: readonly string[]): Promise<ReadonlyMap<string, readonly string[]>>;
  /** Decisions that wait for somebody by name, by handle. */
  askedByName(): Promise<ReadonlyMap<string, number>>;
}

export interface PullToReview {
  id: string;
  repository: Pick<Repository, 'id' | 'forge' | 'projectId'>;
  /** The commit on the base branch that the change is compared with. */
  base: string;
  head: string;
  /** Handle -> why they may not review it: whoever asked for it, whoever wrote it. */
  excluded: ReadonlyMap<string, string>;
}

/** Who should review a pull request. */
export interface Reviewers {
  /** Looks at history, owners, load and hours as they are now, and keeps the answer. */
  suggest(pull: PullToReview): Promise<ReviewerAnswer>;
  /** What was suggested last; null: nothing yet. */
  suggested(pullId: string): Promise<StoredReviewers | null>;
}

/** Commits looked at: those of the last years in a busy folder. */
const MOST_COMMITS = 500;
const MOST_PEOPLE = 1000;

export function createReviewers(deps: ReviewersDeps): Reviewers {
  return {
    async suggest({ id, repository, base, head, excluded }) {
      const mirror = await deps.mirror(repository.id);
      const paths = (await mirror.diffNames(base, head)).map((change) => change.from ?? change.path);
      const people = await everybody(deps);
      const now = deps.clock.now();
      const answer = decideReviewers({
        paths,
        candidates: await candidatesOf(deps, people, { repository, pullId: id }),
        touches: await touchesOf(deps, mirror, { base, paths, forge: repository.forge }),
        owned: await ownedOf(deps, mirror, { base, paths, forge: repository.forge }),
        excluded,
        now,
      });
      await saveReviewers(deps.db, { pullId: id, projectId: repository.projectId, headSha: head, answer, at: now });
      return answer;
    },
    suggested: (pullId) => reviewersOf(deps.db, pullId),
  };
}

async function everybody({ people }: ReviewersDeps): Promise<Person[]> {
  const found: Person[] = [];
  let cursor: string | undefined;
  do {
    const page = await people.list({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    found.push(...page.items);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined && found.length < MOST_PEOPLE);
  return found;
}

async function candidatesOf(
  deps: ReviewersDeps,
  people: readonly Person[],
  { repository, pullId }: { repository: PullToReview['repository']; pullId: string },
): Promise<ReviewerCandidate[]> {
  const [waiting, asked, limits, logins] = await Promise.all([
    reviewsAwaitedBeside(deps.db, pullId),
    deps.askedByName(),
    deps.projectsOfEach(people.map(({ id }) => id)),
    loginsOf(deps, repository.forge),
  ]);
  return people.map(({ id, handle, active, role, timezone, owns }) => ({
    handle,
    // On the embedded forge people act under their handles.
    login: logins.get(id) ?? (repository.forge === 'local' ? handle : null),
    isAble: active && isAtLeast(role, 'developer') && (limits.get(id)?.includes(repository.projectId) ?? true),
    timezone,
    owns,
    waiting: (waiting.get(handle) ?? 0) + (asked.get(handle) ?? 0),
  }));
}

/** Login of each person on a forge, by the person's id; of several the first. */
async function loginsOf({ people }: ReviewersDeps, forge: string): Promise<Map<string, string>> {
  const logins = new Map<string, string>();
  let cursor: string | undefined;
  do {
    const page = await people.identities({ limit: 200, ...(cursor === undefined ? {} : { cursor }) });
    for (const { source, personId, externalId } of page.items) if (source === forge && !logins.has(personId)) logins.set(personId, externalId);
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
  return logins;
}

interface Change {
  base: string;
  paths: readonly string[];
  forge: string;
}

/** Only what is on the base branch already: the change's own commits say who wrote it, not who knows the files. */
async function touchesOf(deps: ReviewersDeps, mirror: Mirror, { base, paths, forge }: Change): Promise<FileTouch[]> {
  const known = new Map<string, Promise<string | null>>();
  const handleOf = (email: string): Promise<string | null> => {
    const person = known.get(email) ?? personByCommit(deps, email, forge).then((found) => found?.handle ?? null);
    known.set(email, person);
    return person;
  };
  const touches: FileTouch[] = [];
  for (const { atUnixS, authors, paths: touched } of await mirror.authors(base, paths, MOST_COMMITS)) {
    const handles = await Promise.all(authors.map(({ email }) => handleOf(email.toLowerCase())));
    for (const by of new Set(handles)) if (by !== null) touches.push({ by, atUnixS, paths: touched });
  }
  return touches;
}

/** GitHub's own addresses for commits name the login: `7+ada@users.noreply.github.com`. */
async function personByCommit({ people }: ReviewersDeps, email: string, forge: string): Promise<Person | null> {
  const login = /^(?:\d+\+)?([a-z0-9-]+)@users\.noreply\./.exec(email)?.[1];
  return (login === undefined ? null : await people.personFor(forge, login)) ?? (email === '' ? null : people.byEmail(email));
}

async function ownedOf(deps: ReviewersDeps, mirror: Mirror, { base, paths, forge }: Change): Promise<OwnedFile[]> {
  const rules = parseCodeowners(await codeownersAt(mirror, base));
  const owners = new Map<string, readonly string[]>();
  const owned: OwnedFile[] = [];
  for (const path of paths) {
    const rule = ruleFor(rules, path);
    if (rule === null) continue;
    const handles: string[] = [];
    for (const owner of rule.owners) {
      const known = owners.get(owner) ?? (await handlesOf(deps, owner, forge));
      owners.set(owner, known);
      handles.push(...known);
    }
    owned.push({ path, pattern: rule.pattern, handles: [...new Set(handles)] });
  }
  return owned;
}

/** Of the base branch: a change must not name its own reviewers. */
async function codeownersAt(mirror: Mirror, commit: string): Promise<string> {
  for (const path of CODEOWNERS_PATHS) {
    const content = await mirror.readFile(commit, path);
    if (content !== null) return content.toString('utf8');
  }
  return '';
}

/** A team of the forge is the team of the same key in the directory of people. */
async function handlesOf({ people }: ReviewersDeps, owner: string, forge: string): Promise<readonly string[]> {
  if (!owner.startsWith('@')) return handleList(await people.byEmail(owner));
  const [, team] = owner.split('/');
  if (team !== undefined) return (await people.teamByKey(team.toLowerCase()))?.members ?? [];
  const login = owner.slice(1);
  return handleList((await people.personFor(forge, login)) ?? (forge === 'local' ? await people.byHandle(login.toLowerCase()) : null));
}

const handleList = (person: Person | null): string[] => (person === null ? [] : [person.handle]);

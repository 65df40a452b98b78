import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import path from 'node:path';
import { AppError, isAppError } from '#kernel/errors.ts';
import type { Agents } from '#modules/agents/index.ts';
import type { MergeQueue } from '#modules/merge-queue/index.ts';
import type { People } from '#modules/people/index.ts';
import type { Projects } from '#modules/projects/index.ts';
import { DECIDING_ROLES } from '#modules/access/index.ts';
import { TERMINAL_WORK_STATES, type StandingQueries } from '#modules/work/index.ts';
import { hasAgent, isComplete, suggestSettings } from './decide.ts';
import { TELLING_FILES, type DoctorCheck, type LocalRepository, type SetupView, type TellingFile } from './model.ts';

export interface SetupDeps {
  agents: Pick<Agents, 'agents' | 'probes'>;
  projects: Pick<Projects, 'repositories' | 'repositoryByName'>;
  people: Pick<People, 'list'>;
  standing: Pick<StandingQueries, 'hasItems' | 'hasMerged' | 'newestRequest'>;
  queue: Pick<MergeQueue, 'hasLandedAlone'>;
  github(): boolean;
  model: string;
  gateway(): boolean;
  /** Finds the repository a folder lies in. AppError as of the embedded forge's `inspectPath`. */
  inspect(folder: string): Promise<{ path: string; defaultBranch: string | null; checkedOut: string | null; branches: string[] }>;
  /** Tries each thing Reeve needs, really. */
  examine(): Promise<{ ok: boolean; checks: DoctorCheck[] }>;
}

export interface Setup {
  /** `isLimited`: without what tells of the whole installation. */
  view(caller: { isLimited: boolean }): Promise<SetupView>;
  /** AppError invalid, not_found, forbidden, refused `unborn_branch`. */
  repository(folder: string): Promise<LocalRepository>;
  doctor(): Promise<{ ok: boolean; checks: DoctorCheck[] }>;
}

export function createSetup(deps: SetupDeps): Setup {
  let examining: Promise<{ ok: boolean; checks: DoctorCheck[] }> | null = null;
  return {
    view: (caller) => viewSetup(deps, caller),
    repository: (folder) => inspectRepository(deps, folder),
    // It starts agents and may take seconds: whoever asks meanwhile gets the same answer.
    doctor: () =>
      (examining ??= deps.examine().finally(() => {
        examining = null;
      })),
  };
}

async function viewSetup(deps: SetupDeps, { isLimited }: { isLimited: boolean }): Promise<SetupView> {
  const [repositories, work, landed, people, tests, request] = await Promise.all([
    deps.projects.repositories(),
    deps.standing.hasItems(),
    hasLanded(deps),
    deps.people.list({ limit: 200, active: true }),
    deps.agents.probes.tests(),
    deps.standing.newestRequest(),
  ]);
  const coders = deps.agents.agents().flatMap(({ name, roles }) => (roles.includes('coder') ? [name] : []));
  const got = {
    repository: repositories.some(({ allowlisted }) => allowlisted),
    agent: hasAgent(coders, tests, landed),
    work,
    landed,
  };
  const decides = (role: string): boolean => role === 'admin' || DECIDING_ROLES.some((deciding) => deciding === role);
  return {
    ...got,
    complete: isComplete({ ...got, coder: coders.length > 0, requested: request !== null }),
    request: isLimited || request === null ? null : { id: request.id, ended: TERMINAL_WORK_STATES.includes(request.state) },
    forges: { github: deps.github() },
    model: isLimited ? null : deps.model,
    gateway: deps.gateway(),
    deciders: isLimited ? null : people.items.filter(({ role }) => decides(role)).length,
  };
}

/**
 * What the queue lands for an issue is on a branch of Reeve's own, on its way to the forge or the person's checkout; it is there once the issue has come
 * to its end. A change that somebody handed in without an issue has no further way to go.
 */
async function hasLanded({ standing, queue }: Pick<SetupDeps, 'standing' | 'queue'>): Promise<boolean> {
  return (await standing.hasMerged()) || queue.hasLandedAlone();
}

/** A choice among more helps nobody; the one that is checked out is offered in any case. */
const MOST_BRANCHES = 200;

async function inspectRepository(deps: SetupDeps, folder: string): Promise<LocalRepository> {
  if (!path.isAbsolute(folder))
    throw new AppError('invalid', 'Name the folder by its whole path.', { code: 'path_not_absolute', hint: 'It begins with a slash.' });
  const found = await deps.inspect(path.normalize(folder));
  if (found.defaultBranch === null)
    throw new AppError('refused', `${found.path} has no commit yet.`, { code: 'unborn_branch', hint: 'Make a first commit, then look again.' });
  const known = await deps.projects.repositoryByName('path', found.path);
  return {
    path: found.path,
    defaultBranch: found.defaultBranch,
    checkedOut: found.checkedOut,
    branches: found.branches.slice(0, MOST_BRANCHES),
    repositoryId: known?.id ?? null,
    suggested: suggestSettings(await tellingFiles(found.path)),
  };
}

/** More of a file is not needed to see how tests are run. */
const MOST_BYTES = 256 * 1024;

async function tellingFiles(folder: string): Promise<Partial<Record<TellingFile, string>>> {
  const read = await Promise.all(TELLING_FILES.map(async (name) => [name, await beginningOf(path.join(folder, name))] as const));
  return Object.fromEntries(read.filter(([, text]) => text !== null));
}

async function beginningOf(file: string): Promise<string | null> {
  // A named pipe would be waited for at its opening, in a thread that nothing gets back; a link leads out of the repository.
  const handle = await open(file, constants.O_RDONLY | constants.O_NONBLOCK | constants.O_NOFOLLOW).catch(() => null);
  if (handle === null) return null;
  try {
    if (!(await handle.stat()).isFile()) return null;
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(MOST_BYTES), 0, MOST_BYTES, 0);
    return buffer.toString('utf8', 0, bytesRead);
  } catch (error) {
    if (isAppError(error)) throw error;
    return null;
  } finally {
    await handle.close();
  }
}
